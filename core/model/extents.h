// SPDX-License-Identifier: Apache-2.0
// What operations mean where no array of bytes can follow: elements that claim up to SIZE_MAX bytes.
// A position is a number wide enough for any sum, so every range is an intersection of plain
// intervals; nothing wraps, nothing is counted down, and no memory is looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "model/list.h"
#include "model/model.h"
#include "model/transport.h"

namespace model::extents {

/// Wider than std::size_t: sums of many lengths, and addresses behind the end of the address space.
#if defined(__SIZEOF_INT128__)
__extension__ using Wide = unsigned __int128;
#else
using Wide = std::uint64_t;
#endif
static_assert(sizeof(Wide) > sizeof(std::size_t));

/// An element; its bytes are never looked at.
struct Extent {
  std::uintptr_t base = 0;
  std::size_t length = 0;
  bool operator==(const Extent&) const = default;
};

/// As model::Vector, in any dialect: functions act on the elements [start, start + count) unless they say "array".
struct Vector {
  using Kind = model::Vector::Kind;

  List<Extent> array;
  std::size_t start = 0;
  std::size_t count = 0;
  Dialect dialect = Dialect::cpp;
  Kind kind = Kind::owned;      ///< In C.
  std::size_t stored_size = 0;  ///< In C, of a vector that is not embedded.
  bool rejects_past_end = true;

  std::span<const Extent> view() const { return std::span(array).subspan(start, count); }
};

/// As model::UndoRecord.
struct UndoRecord {
  bool used = false;
  std::optional<std::size_t> index;
  Extent saved;
  std::size_t start = 0;
  std::size_t count = 0;
};

/// T, whatever it is.
Wide total(std::span<const Extent> elements);

/// The position at which each element begins, and T.
List<Wide> boundaries(std::span<const Extent> elements);

/// Rejected (length_error) when T > SIZE_MAX.
Result size(const Vector& v);

/// What from_buf, to_buf and fill answer where they move nothing. Rejected (out_of_range) when offset > T.
Result moving_nothing(const Vector& v, std::size_t offset);

/// The size that the vector itself reports, as model::vector_size; rejected as size is.
Result vector_size(const Vector& v);

/// Rejected (out_of_range) as is_zero, slice and slice_count are: unless the whole range lies inside.
Result inside(const Vector& v, std::size_t offset, std::size_t bytes);

/// See model.h for what these mean; here too a rejection changes nothing, and the value is as there.
Result copy(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t capacity, List<Extent>& described);
Result slice(const Vector& v, std::size_t offset, std::size_t bytes, List<Extent>& sliced);
Result slice_count(const Vector& v, std::size_t offset, std::size_t bytes);
Result extended(const Extent& head, const Vector* mid, std::size_t offset, std::size_t bytes, const Extent& tail,
                std::size_t most, List<Extent>& made, Dialect dialect = Dialect::cpp);
Result clone_size(const Vector& v);
Result discard_front(Vector& v, std::size_t bytes, UndoRecord* record);
Result discard_back(Vector& v, std::size_t bytes, UndoRecord* record);
void undo(Vector& v, const UndoRecord& record);

/// A call to the kernel as it was made; as model::Call.
struct Call {
  List<Extent> offered;
  Reply reply = Reply::moves;
  std::size_t moved = 0;
};

/// As model::Transfer, with nothing on the wire.
struct Transfer {
  Rejection rejection = Rejection::none;
  std::size_t bytes = 0;
  Reply error = Reply::moves;
  bool end_of_stream = false;
  List<Call> calls;
};

/// As model::send and model::recv, over a kernel that claims to move bytes. Rejected (out_of_range) unless the whole
/// range lies inside the elements, then (length_error) when it is longer than half the address space (SSIZE_MAX).
Transfer transfer(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t limit,
                  std::span<const ScriptedCall> script, bool receives);

/// In C, a function that takes a vector gets a temporary one for a view that is not a whole array. Rejected
/// (length_error) when the lengths of the view add up to more than SIZE_MAX.
Result lent(const Vector& v);

/// What first_difference answers if it needs to look at no byte; otherwise nothing.
std::optional<Result> first_difference(const Vector& a, const Vector& b);

/// The array becomes `elements`, as an owned vector; the same as slice and extended make it; from one buffer; borrowing
/// an array. Rejected (length_error) when its lengths would exceed SIZE_MAX in all. The view is then the whole array,
/// as after all that follow.
Result assign(Vector& v, std::span<const Extent> elements);
Result make(Vector& v, std::span<const Extent> elements);
Result embed(Vector& v, const Extent& element);
Result borrow(Vector& v, std::span<const Extent> elements);

/// An array that no vector owns: its lengths may add up to any sum.
void lay(Vector& v, std::span<const Extent> elements);

/// No elements.
Result reset(Vector& v);

/// The array grows by `elements`. Rejected as model::append is, then (length_error) when the size would exceed
/// SIZE_MAX.
Result append(Vector& v, std::span<const Extent> elements);

/// The size that append adds to: in C the stored size, in C++ that of the array.
Wide counted(const Vector& v);

/// Rejected as model::concat is, then (length_error) when the size would exceed SIZE_MAX.
Result concat(Vector& destination, const Vector& source, std::size_t offset, std::size_t bytes);

/// Rejected, in this order: in C (invalid_argument) unless the destination is owned; (length_error) when the lengths of
/// the source, or then the size, would exceed SIZE_MAX; in C++ (out_of_range) when the buffer is smaller than
/// clone_size(source).
Result clone(Vector& destination, const Vector& source, std::uintptr_t buffer, std::size_t bytes);

/// Rejected as model::split is.
Result split(Vector& v, std::size_t offset, List<Extent>& tail);

/// Rejected (out_of_range) when bytes > the size of the array, or the stored size.
Result truncate(Vector& v, std::size_t bytes);

}  // namespace model::extents
