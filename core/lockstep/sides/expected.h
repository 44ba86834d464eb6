// SPDX-License-Identifier: Apache-2.0
// The expected side: a model with its memory and vectors while a program runs.
// There are two models of the same operations: of bytes, and of lengths for arenas without memory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/language/operation.h"
#include "lockstep/sides/observation.h"
#include "lockstep/table/implementation.h"
#include "model/extents.h"
#include "model/model.h"
#include "model/transport.h"

namespace lockstep {

struct Bytes {
  using Vector = model::Vector;
  using Element = model::Element;
  using UndoRecord = model::UndoRecord;
  using Transfer = model::Transfer;
};

/// For unbacked arenas.
struct Lengths {
  using Vector = model::extents::Vector;
  using Element = model::extents::Extent;
  using UndoRecord = model::extents::UndoRecord;
  using Transfer = model::extents::Transfer;
};

template <typename Model>
class Expected final : public Side {
 public:
  using Vector = typename Model::Vector;
  using Element = typename Model::Element;
  using UndoRecord = typename Model::UndoRecord;

  struct Slot {
    Vector vector;
    std::array<UndoRecord, 2> records;
  };

  explicit Expected(model::Dialect dialect, const Implementation& implementation = {})
      : dialect_(dialect),
        deviations_(implementation.deviations),
        limits_(implementation.limits),
        on_vector_(implementation.on_vector) {
    const bool answers_0 =
        dialect == model::Dialect::c10 || deviations_.past_end_answers_0 || deviations_.ranges_are_cut;
    for (Slot& slot : slots_) {
      slot.vector.dialect = dialect;
      slot.vector.rejects_past_end = !answers_0;
    }
  }
  /// As this implementation should be.
  explicit Expected(const Implementation& implementation) : Expected(implementation.dialect, implementation) {}
  Expected(const Expected&) = delete;
  Expected& operator=(const Expected&) = delete;
  ~Expected() override = default;

  void reset(Arena arena);
  /// `view_bytes` is the size of the view of the operation that follows; 0 in an unbacked arena.
  void begin_step(std::size_t step, std::size_t view_bytes) {
    step_ = step;
    view_bytes_ = view_bytes;
    bytes_.clear();
    text_.clear();
    described_.clear();
    capacity_.reset();
  }

  // For operations.
  Slot& slot(Vec vec) { return slots_[vec.index]; }
  const Slot& slot(Vec vec) const { return slots_[vec.index]; }
  model::Memory& memory() { return memory_; }
  const model::Memory& memory() const { return memory_; }
  /// The record's place, or null for none.
  UndoRecord* record(Vec vec, UndoSlot record) {
    return record.is_none() ? nullptr : &slot(vec).records[record.index()];
  }
  /// The array has changed: no discard can be taken back.
  void forget_records(Vec vec) {
    for (UndoRecord& record : slot(vec).records) record.used = false;
  }
  /// Gives the vector's bytes to itself: copies of them, that no other vector shares.
  void take_copies(Vec vec);
  /// What the view has lost is gone for good.
  void keep_view_only(Vec vec);
  /// Resolved pieces as elements.
  std::span<const Element> elements(std::span<const Piece> pieces);
  /// A linear buffer to read `bytes` from; any number is accepted.
  std::span<const std::uint8_t> data(std::size_t bytes) const { return {written_content(arena_, step_).data(), bytes}; }
  /// A linear buffer to write `bytes` into; it becomes the bytes produced.
  std::span<std::uint8_t> space(std::size_t bytes) {
    bytes_.assign(buffer_length(bytes, view_bytes_) + kBehind, kUnwritten);
    return {bytes_.data(), bytes};
  }
  /// The last transfer.
  typename Model::Transfer& transfer() { return transfer_; }
  const typename Model::Transfer& transfer() const { return transfer_; }
  /// A destination array for `capacity` elements; it becomes the elements produced.
  model::List<Element>& destination(std::size_t capacity) {
    capacity_ = capacity;
    return described_;
  }

  // For the comparison.
  const std::vector<std::uint8_t>& produced_bytes() const { return bytes_; }
  const model::List<Element>& produced_elements() const { return described_; }
  bool has_destination() const { return capacity_.has_value(); }
  std::vector<std::uint8_t> content(std::span<const Element> elements) const;

  model::Dialect dialect() const { return dialect_; }
  const Deviations& deviations() const { return deviations_; }
  const Limits& limits() const { return limits_; }
  const OnVector& on_vector() const { return on_vector_; }
  /// Of the arena that it was reset to.
  const Situation& situation() const { return situation_; }
  State state(std::size_t most = SIZE_MAX) const override;
  Observation observe(const Result& result, bool has_value) const override;

 private:
  model::Dialect dialect_;
  Deviations deviations_;
  Limits limits_;
  OnVector on_vector_;
  model::Memory memory_;
  std::array<Slot, Vec::count> slots_;
  Situation situation_{};  // points to these
  model::List<Element> elements_;
  std::vector<std::uint8_t> bytes_;
  typename Model::Transfer transfer_;
  model::List<Element> described_;
  std::optional<std::size_t> capacity_;  // of the destination array, if there is one
};

using ExpectedBytes = Expected<Bytes>;
using ExpectedLengths = Expected<Lengths>;

/// The model's result of an operation whose operands are resolved.
Result run(const Operation& operation, ExpectedBytes& side);
Result run(const Operation& operation, ExpectedLengths& side);

}  // namespace lockstep
