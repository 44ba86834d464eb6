// The side of the implementation: the real memory it runs on, its vectors, and what of them it may touch.
// The one fact that matters: in an exact arena only the bytes of the operation's own vector and buffer are addressable
// while it runs; AddressSanitizer sees any other byte it reads or writes.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/table/implementation.h"
#include "lockstep/language/operand.h"
#include "lockstep/sides/state.h"

namespace lockstep {

class Subject {
 public:
  struct Slot {
    void* handle = nullptr;
    std::span<iovec> view;
    std::array<UndoStorage, 2> records;
  };

  explicit Subject(const Implementation& implementation);
  ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  void reset(Arena arena);
  /// `extent` is the size in bytes of the vector of the operation that follows. Nothing of an exact arena is
  /// addressable...
  void begin_step(std::size_t step, std::size_t extent);
  /// ... but the bytes of this vector, as the model has it.
  void allow(const model::Vector& operand);
  /// Makes everything addressable again, for the comparison.
  void end_step();

  // What operations use.
  Arena arena() const { return arena_; }
  const Implementation& call() const { return *implementation_; }
  Slot& slot(Vec vec) { return slots_[vec.index]; }
  /// The view, to be written through: the vector is told that its elements are lent.
  std::span<iovec>& lent_view(Vec vec);
  UndoStorage* record(Vec vec, Record record);
  /// The array has changed: the view is all of it, and no discard can be taken back.
  void array_changed(Vec vec);
  void forget_records(Vec vec);
  void* pointer(Address address) const;
  std::span<const iovec> elements(std::span<const Piece> pieces);
  std::span<const std::byte> data(std::size_t bytes);
  std::span<std::byte> space(std::size_t bytes);
  /// The same two as far as they really exist.
  std::span<std::byte> incoming(std::size_t bytes);
  std::span<std::byte> wire(std::size_t bytes);
  std::span<iovec> destination(std::size_t capacity);
  std::string& text() { return text_; }

  // What the comparison looks at.
  std::span<const std::uint8_t> produced_bytes() const { return {buffer_.data(), produced_bytes_}; }
  const std::string& produced_text() const { return text_; }
  std::span<const iovec> produced_elements() const { return {destination_.data(), produced_elements_}; }
  std::span<const iovec> array(std::size_t vec) const;
  /// Whether the view lies in the array, as that of a sound implementation does.
  bool view_is_inside(std::size_t vec) const;
  std::span<const iovec> view(std::size_t vec) const { return slots_[vec].view; }
  const std::uint8_t* memory() const { return memory_.data() + kAround; }
  /// Whether the bytes around the arena are as they were.
  bool around_is_intact() const;
  bool is_untouched(const iovec& entry) const;
  Extent extent_of(const iovec& element) const;  ///< As the model would tell it.

  /// As the model would tell it, of arrays of at most `most` elements.
  State state(std::size_t most) const;
  Outcome outcome(const Answer& answer) const;

 private:
  const Implementation* implementation_;
  Arena arena_;
  std::size_t step_ = 0;
  std::size_t extent_ = 0;
  std::vector<std::uint8_t> memory_;  // kAround, the arena, kAround; on a multiple of 8
  std::vector<std::uint8_t> buffer_;  // the linear buffer
  std::vector<iovec> elements_;       // what assign and add are given
  std::vector<iovec> destination_;    // what copy writes into
  std::string text_;
  std::size_t produced_bytes_ = 0;
  std::size_t produced_elements_ = 0;
  std::array<Slot, Vec::count> slots_;
};

}  // namespace lockstep
