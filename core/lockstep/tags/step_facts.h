// SPDX-License-Identifier: Apache-2.0
// What the conditions of tags are written in terms of: one step, the vectors before it, what went before.
// All of it is taken from the model and from the resolved operation, whichever operation it is, so a new operation is
// tagged by the operands it has.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "lockstep/language/operation.h"
#include "lockstep/oracles/oracle.h"

namespace lockstep {

/// The elements of a view or of an array, and its boundaries.
struct Layout {
  std::vector<ElementState> elements;
  std::vector<std::size_t> boundaries;  ///< One more than there are elements; the first is 0, the last the size.

  template <typename Vector>
  void take(const Vector& vector, bool whole_array);

  std::size_t size() const { return boundaries.back(); }
  bool is_boundary(std::size_t position) const {
    return std::binary_search(boundaries.begin(), boundaries.end(), position);
  }
  bool is_inner_boundary(std::size_t position) const {
    return position > 0 && position < size() && is_boundary(position);
  }
  bool is_inside(std::size_t position) const { return position < size() && !is_boundary(position); }
  bool has_empty_at(std::size_t position) const;
  bool has_empty_between(std::size_t begin, std::size_t end) const;          ///< Strictly.
  std::size_t boundaries_between(std::size_t begin, std::size_t end) const;  ///< Distinct ones, strictly.
  std::size_t longest() const;
  bool has_bytes() const { return size() > 0; }
  /// Whether some two elements with bytes, one before the other and at most so far apart, are so. Looks at the first
  /// `most` only.
  template <typename Relation>
  bool any_two(Relation relation, std::size_t most = 64, std::size_t apart = 64) const {
    const std::size_t count = std::min(elements.size(), most);
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = i + 1; j < count && j - i <= apart; ++j)
        if (elements[i].length > 0 && elements[j].length > 0 && relation(elements[i], elements[j])) return true;
    return false;
  }
};

/// Where an element ends, as far as there are numbers for that.
inline std::uint64_t end_of(const ElementState& element) {
  std::uint64_t end = 0;
  return __builtin_add_overflow(element.offset, element.length, &end) ? UINT64_MAX : end;
}
inline bool overlap(const ElementState& a, const ElementState& b) {
  return a.offset < end_of(b) && b.offset < end_of(a);
}
bool share_memory(const Layout& a, const Layout& b);

/// Positions [offset, offset + bytes) of the operation's own vector.
struct Range {
  std::size_t offset = 0;
  std::size_t bytes = 0;
  std::size_t size = 0;  ///< Of the vector.

  bool starts_in() const { return offset <= size; }
  bool is_clipped() const { return starts_in() && bytes > size - offset; }
  bool wraps() const { return bytes > SIZE_MAX - offset; }
  bool has_bytes() const { return offset < size && bytes > 0; }
  std::size_t end() const {
    return !starts_in() ? offset : is_clipped() ? size : offset + bytes;
  }  ///< Clipped at the size.
};

/// What a discard removes, and from where.
struct Discard {
  bool front = false;
  bool recorded = false;
  bool fresh_record = false;  ///< Its record had not been used.
  std::size_t bytes = 0;      ///< Asked for.
};

/// What became of a discard that was recorded.
struct RecordHistory {
  std::uint64_t discard = 0;  ///< Its number; 0 for none.
  bool trimmed = false;       ///< The end of what it removed lay inside an element.
  bool undone = false;
};

/// How a transfer went.
struct TransferFacts {
  std::size_t limit = 0;         ///< Elements a call takes.
  std::size_t bytes = 0;         ///< Moved.
  std::size_t elements = 0;      ///< With bytes, in the range.
  bool stopped_inside = false;   ///< A call moved less than it was offered, and stopped inside an element.
  bool stopped_between = false;  ///< A call moved less than it was offered, and stopped between two elements.
  bool interrupted = false;
  bool moved_nothing = false;  ///< It ended with a call that moved nothing: the end of the stream to recv.
  model::Reply error = model::Reply::moves;

  template <typename Transfer>
  void take(const Transfer& transfer);
};

/// What last happened to a vector, where it matters to what comes next.
enum class Last : std::uint8_t { other, rejection, destroy, move };

struct VectorHistory {
  Last last = Last::other;
  std::optional<std::size_t> room;      ///< What with_capacity was asked for, until something else replaces the vector.
  std::vector<std::uint64_t> discards;  ///< The numbers of those not taken back, in order.
  std::array<RecordHistory, 2> records;
};

struct History {
  std::array<VectorHistory, Vec::count> vectors;
  std::uint64_t discards = 0;
};

struct StepFacts {
  Operation operation;  ///< Its operands are numbers.
  Arena arena;
  Layout view;                    ///< Of the operation's own vector, before.
  Layout array;                   ///< All of its array, before; for operations on the array only.
  model::Vector::Kind kind = {};  ///< In C, of the operation's own vector, before.
  bool acts_on_view = false;      ///< Whether the operation acts on the view, not on the array.
  std::size_t start = 0;          ///< Of the view.
  std::size_t behind = 0;         ///< Elements of the array behind the view.
  std::optional<Range> range;
  std::optional<Discard> discard;
  std::optional<TransferFacts> transfer;  ///< That was not rejected.
  std::optional<RecordHistory> undone;    ///< Of an undo with a record.
  bool undo_is_in_order = true;           ///< No later discard, that is not taken back, has changed the view.
  bool has_second = false;                ///< Whether it takes two vectors.
  bool same_twice = false;                ///< Whether the two are the same one.
  Layout second;                          ///< The view of the second one, if there is one.
  VectorHistory before;                   ///< Of the vector that changes, or else of its own.
  std::size_t grown_from = 0;             ///< Elements of that vector before.
  std::size_t grown_to = 0;               ///< Elements of it after.
  Result result;

  template <typename Op>
  const Op* as() const {
    return std::get_if<Op>(&operation);
  }
  template <typename... Ops>
  bool is_any() const {
    return (std::holds_alternative<Ops>(operation) || ...);
  }
  bool rejected() const { return result.rejection != model::Rejection::none; }
  bool rejected(model::Rejection reason) const { return result.rejection == reason; }
  /// What a discard removes from.
  const Layout& discarded_from() const { return is_any<VectorDiscardBack>() ? array : view; }
  bool appends() const { return !rejected() && effect_of(operation) == Effect::grows && grown_to > grown_from; }

  void take_before(const Step& step, const History& history);
  /// Also brings the history up to date.
  void take_after(const Step& step, History& history);

 private:
  template <typename Model>
  void take_before(const Operation& resolved, const Expected<Model>& model, const History& history);
  template <typename Model>
  void take_after(const Expected<Model>& model, History& history);
};

}  // namespace lockstep
