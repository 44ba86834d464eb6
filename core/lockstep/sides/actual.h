// SPDX-License-Identifier: Apache-2.0
// The actual side: an implementation, the memory it runs on, its vectors, and the bytes that it may touch.
// In an exact arena only the bytes of the operation's own vector and buffer are addressable while it runs;
// AddressSanitizer sees any other byte it reads or writes.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/language/operation.h"
#include "lockstep/sides/observation.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

class Actual final : public Side {
 public:
  struct Slot {
    void* handle = nullptr;
    bool is_made = false;  ///< Until then it is empty.
    Span<iovec> view;
    std::array<UndoStorage, 2> records = {};
    bool has_records = false;  ///< Whether any was asked for since they were forgotten.
    std::vector<iovec> laid;   ///< The array of a vector that the implementation does not own.
  };

  explicit Actual(const Implementation& implementation);
  ~Actual() override;
  Actual(const Actual&) = delete;
  Actual& operator=(const Actual&) = delete;

  /// No vector is made yet: most programs use few.
  void reset(Arena arena);
  /// Makes the vectors that the operation uses, where it is the first to use them. Outside of what guards against
  /// aborts.
  void make_vectors(const Operation& operation);
  /// While the program is still known that made them: a crash, or an exception, is that program's.
  void destroy_vectors();
  /// `view_bytes` is the size of the view of the operation that follows; 0 in an unbacked arena. From here on nothing
  /// of an exact arena is addressable but what `allow` names.
  void begin_step(std::size_t step, std::size_t view_bytes);
  /// Makes the bytes of this vector, as the model has it, addressable. A vector of lengths has none.
  void allow(const model::Vector& operand);
  void allow(const model::extents::Vector&) {}
  /// Makes everything addressable again, for the comparison.
  void end_step();

  // For operations.
  const Implementation& implementation() const { return *implementation_; }
  Slot& slot(Vec vec) { return slots_[vec.index]; }
  void* handle(Vec vec) const { return slots_[vec.index].handle; }
  std::span<const iovec> view(Vec vec) const { return slots_[vec.index].view; }
  /// The view, for writing: the vector learns that its elements are lent.
  Span<iovec>& lent_view(Vec vec);
  UndoStorage* record(Vec vec, UndoSlot record) {
    if (record.is_none()) return nullptr;
    slot(vec).has_records = true;
    return &slot(vec).records[record.index()];
  }
  /// The array has changed: the view is all of it, and no discard can be taken back.
  void array_changed(Vec vec);
  /// Looks at the vectors again, whose views are always all they have.
  void look_again();
  void forget_records(Vec vec) {
    if (slot(vec).has_records) slot(vec).records = {};
    slot(vec).has_records = false;
  }
  /// Gives a vector that the implementation does not own these elements.
  void lay(Vec vec, std::span<const iovec> elements) { slot(vec).laid.assign(elements.begin(), elements.end()); }
  void* pointer(Address address) const {
    if (address == kNullBase) return nullptr;
    if (address == kWildBase) return reinterpret_cast<void*>(kWildPointer);
    return const_cast<std::uint8_t*>(memory()) + address;  // elements are never const
  }
  void* pointer(const BufferBase& buffer) const;
  iovec element(const Piece& piece) const;
  std::span<const iovec> elements(std::span<const Piece> pieces);
  /// A linear buffer to read from, or one to write into; it claims so many bytes, whatever there are.
  std::span<const std::byte> data(std::size_t bytes) { return {buffer(bytes, true).data(), bytes}; }
  std::span<std::byte> space(std::size_t bytes) { return {buffer(bytes, false).data(), bytes}; }
  /// The same, as long as it really is: for bytes that a kernel receives, or sends.
  std::span<std::byte> wire(std::size_t bytes, bool receives) { return buffer(bytes, receives); }
  std::span<iovec> destination(std::size_t capacity);

  // For the comparison.
  std::span<const std::uint8_t> produced_bytes() const { return {own_.linear.data(), produced_bytes_}; }
  std::span<const iovec> produced_elements() const { return {own_.destination.data(), produced_elements_}; }
  std::span<const iovec> array(std::size_t vec) const {
    if (!arena_.owns(static_cast<std::uint8_t>(vec))) return slots_[vec].laid;
    if (!slots_[vec].is_made) return {};
    if (implementation_->look != nullptr) return implementation_->look(slots_[vec].handle);
    return implementation_->elements(slots_[vec].handle);
  }
  /// Whether functions on the vector itself run for the view: it is the whole array of a vector that the implementation
  /// owns.
  bool view_is_whole(Vec vec) const {
    return is_owned(vec) && slots_[vec.index].view.data() == array(vec.index).data() &&
           slots_[vec.index].view.size() == array(vec.index).size();
  }
  /// The bytes of these elements; one byte more than `most`, whatever it is, if they claim more.
  std::vector<std::uint8_t> content(std::span<const iovec> elements, std::size_t most) const;
  /// Whether the view lies in the array, as that of a sound implementation does.
  bool view_is_inside(std::size_t vec) const;
  std::span<const iovec> view(std::size_t vec) const { return slots_[vec].view; }
  const std::uint8_t* memory() const { return own_.memory.data() + kGuardBytes; }
  /// Whether the guard bytes before and behind the arena are as they were.
  bool guard_bytes_are_intact() const;
  bool is_untouched(const iovec& entry) const;
  ElementState state_of(const iovec& element) const;  ///< In the model's terms.
  bool is_same(const model::Element& expected, const iovec& element) const {
    return element.iov_len == expected.bytes.size() && element.iov_base == pointer(expected.base);
  }
  bool is_same(const model::extents::Extent& expected, const iovec& element) const {
    return element.iov_len == expected.length && reinterpret_cast<std::uintptr_t>(element.iov_base) == expected.base;
  }

  State state(std::size_t most) const override;
  Observation observe(const Result& result, bool has_value) const override;

 private:
  struct Buffers {
    std::vector<std::uint8_t> memory;  // kGuardBytes, the arena, kGuardBytes; on a multiple of 8
    std::vector<std::uint8_t> linear;  // the linear buffer
    std::vector<iovec> destination;    // of copy

    Buffers() = default;
    explicit Buffers(Arena largest)
        : memory(largest.bytes + 2 * kGuardBytes),
          linear(largest.most_vector_bytes() + largest.bytes + 2 * kBehind),
          destination(largest.most_elements() + 1) {}
  };

  std::span<std::byte> buffer(std::size_t bytes, bool is_written);
  void view_all(Vec vec);

  const Implementation* implementation_;
  Buffers own_;
  Buffers spare_;                // of arenas that are large, if this one is not, and the other way round
  std::vector<iovec> elements_;  // arguments of assign and add
  std::size_t produced_bytes_ = 0;
  std::size_t produced_elements_ = 0;
  bool has_buffer_ = false;  // in this step
  std::array<Slot, Vec::count> slots_;
};

/// Calls the implementation for an operation whose operands are resolved.
Result run(const Operation& operation, Actual& side);

}  // namespace lockstep
