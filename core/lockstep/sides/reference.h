// The side of the model: its memory and vectors while a program runs.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/table/deviations.h"
#include "lockstep/language/operand.h"
#include "lockstep/sides/state.h"
#include "model/model.h"
#include "model/transport.h"

namespace lockstep {

class Reference {
 public:
  struct Slot {
    model::Vector vector;
    std::array<model::UndoRecord, 2> records;
  };

  explicit Reference(model::Dialect dialect, const Deviations& deviations = {});

  void reset(Arena arena);
  /// `extent` is the size in bytes of the vector of the operation that follows.
  void begin_step(std::size_t step, std::size_t extent);

  // What operations use.
  Slot& slot(Vec vec) { return slots_[vec.index]; }
  const Slot& slot(Vec vec) const { return slots_[vec.index]; }
  model::Memory& memory() { return memory_; }
  const model::Memory& memory() const { return memory_; }
  /// The record's place, or null for none.
  model::UndoRecord* record(Vec vec, Record record);
  /// What a discard cannot be taken back after: the array has changed.
  void forget_records(Vec vec);
  /// Resolved pieces as elements.
  std::span<const model::Element> elements(std::span<const Piece> pieces);
  /// A linear buffer to read `bytes` from; any number may be claimed.
  std::span<const std::uint8_t> data(std::size_t bytes) const;
  /// A linear buffer to write `bytes` into; it becomes the bytes produced.
  std::span<std::uint8_t> space(std::size_t bytes);
  /// Text to be produced.
  std::string& text() { return text_; }
  /// The transfer of the last step that was one.
  model::Transfer& transfer() { return transfer_; }
  const model::Transfer& transfer() const { return transfer_; }
  /// A destination array for `capacity` elements; it becomes the elements produced.
  std::vector<model::Element>& destination(std::size_t capacity);

  // What the comparison looks at.
  const std::vector<std::uint8_t>& produced_bytes() const { return bytes_; }
  const std::string& produced_text() const { return text_; }
  const std::vector<model::Element>& produced_elements() const { return described_; }
  bool has_destination() const { return has_destination_; }

  Arena arena() const { return arena_; }
  model::Dialect dialect() const { return dialect_; }
  const Deviations& deviations() const { return deviations_; }
  Situation situation(Vec vec) const;
  State state() const;
  Outcome outcome(const Answer& answer) const;

 private:
  model::Dialect dialect_;
  Deviations deviations_;
  Arena arena_;
  std::size_t step_ = 0;
  std::size_t extent_ = 0;
  model::Memory memory_;
  std::array<Slot, Vec::count> slots_;
  std::vector<model::Element> elements_;
  std::vector<std::uint8_t> bytes_;
  std::string text_;
  model::Transfer transfer_;
  std::vector<model::Element> described_;
  std::size_t capacity_ = 0;
  bool has_destination_ = false;
};

}  // namespace lockstep
