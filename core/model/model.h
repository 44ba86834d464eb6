// SPDX-License-Identifier: Apache-2.0
// What every operation means, one byte at a time: with core/iov's headers, the contract.
// There are no pointers and no lengths here. An element is a list of addresses, one per byte, and every function is a
// loop over single bytes; nothing is shared with the library, which is tested against it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "model/answers.h"
#include "model/list.h"

namespace model {

/// A place in the arena. Negative values name bases that are no place in it (null, wild); only empty elements have
/// those.
using Address = std::int32_t;

/// The bytes of the arena, indexed by Address.
using Memory = List<std::uint8_t>;

/// `bytes` holds the address of each byte in order of position; `base` counts even when there are none.
struct Element {
  Address base = 0;
  List<Address> bytes;
  bool operator==(const Element&) const = default;
};

/// An owned array of elements and a view of it: the elements [start, start + count). Functions act on the view
/// unless they say "array". Invariant: start + count <= array.size().
struct Vector {
  enum class Kind : std::uint8_t { owned, external, embedded, none };  ///< `none`: no vector owns the array.
  List<Element> array;
  std::size_t start = 0;
  std::size_t count = 0;
  Dialect dialect = Dialect::cpp;
  Kind kind = Kind::owned;      ///< In C.
  std::size_t stored_size = 0;  ///< In C, of a vector that is not embedded.
  /// Whether from_buf, to_buf, fill, copy and concat out of it reject an offset past the end. If not, they find no byte
  /// there: they change nothing, and the value is 0.
  bool rejects_past_end = true;
};

/// What undo needs to take a discard back. `index` is that of the trimmed element in the array.
struct UndoRecord {
  bool used = false;
  std::optional<std::size_t> index;
  Element saved;
  std::size_t start = 0;
  std::size_t count = 0;
};

/// Bytes in the view.
Result size(const Vector& v);

/// Bytes in the whole array, whatever the view.
Result array_size(const Vector& v);

/// The size that the vector itself reports: array_size; in C the stored size, or of an embedded vector the length of
/// its element.
Result vector_size(const Vector& v);

/// Copies min(data.size(), T - offset) bytes into `v` at position `offset`; the value is how many. Rejected
/// (out_of_range) when offset > T. `data` may claim any length; only the bytes that are copied are looked at.
Result from_buf(const Vector& v, std::size_t offset, std::span<const std::uint8_t> data, Memory& memory);

/// The same, out of `v`.
Result to_buf(const Vector& v, std::size_t offset, std::span<std::uint8_t> data, const Memory& memory);

/// Sets min(bytes, T - offset) bytes to `value`; the value is how many. Rejected (out_of_range) when offset > T.
Result fill(const Vector& v, std::size_t offset, std::uint8_t value, std::size_t bytes, Memory& memory);

/// Describes positions [offset, offset + bytes), clipped at T, by at most `capacity` elements without empty ones:
/// `described` becomes exactly those. The value is how many. Rejected (out_of_range) when offset > T; `described` is
/// then unchanged.
Result copy(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t capacity, List<Element>& described);

/// Removes min(bytes, T) bytes from the front or the back of the view, trimming at most one element of the array in
/// place; the value is how many bytes. Records what `undo` needs unless `record` is null. Never rejected.
Result discard_front(Vector& v, std::size_t bytes, UndoRecord* record);
Result discard_back(Vector& v, std::size_t bytes, UndoRecord* record);

/// Stores the trimmed element, if there is one, and the start and count from before that discard. Can be used again.
/// A record no discard has used changes nothing. The array must be as long as it was at the discard.
void undo(Vector& v, const UndoRecord& record);

/// Are the bytes of [offset, offset + bytes) all 0? The value is 1 if so, also for 0 bytes, else 0. Rejected
/// (out_of_range) unless offset <= T and bytes <= T - offset.
Result is_zero(const Vector& v, std::size_t offset, std::size_t bytes, const Memory& memory);

/// The first position at which the bytes of `a` and `b` differ, however they are segmented; the smaller size where the
/// shorter is a prefix of the longer; kNoDifference when equal. Never rejected.
Result first_difference(const Vector& a, const Vector& b, const Memory& memory);

/// Makes `sliced` the elements that describe exactly [offset, offset + bytes) of the view; the value is how many.
/// 0 bytes: none. Empty elements exactly at the start position and inside the range stay, those after the last byte do
/// not. Rejected (out_of_range) unless offset <= T and bytes <= T - offset; `sliced` is then unchanged.
Result slice(const Vector& v, std::size_t offset, std::size_t bytes, List<Element>& sliced);

/// How many elements `slice` would make; but for 0 bytes, 1 strictly inside an element and 0 on a boundary. Same
/// rejections.
Result slice_count(const Vector& v, std::size_t offset, std::size_t bytes);

/// Makes `extended_elements` these: `head` if not empty, the slice [offset, offset + bytes) of `mid` if bytes > 0,
/// `tail` if not empty; the value is how many. `mid` may be null when bytes is 0; offset is then not looked at.
/// Rejected, in this order: length_error when head, bytes and tail add up to more than SIZE_MAX; invalid_argument when
/// bytes > 0 and `mid` is null; out_of_range when its range lies outside; length_error for more than `most` elements,
/// empty ones included.
Result extended(const Element& head, const Vector* mid, std::size_t offset, std::size_t bytes, const Element& tail,
                std::size_t most, List<Element>& extended_elements, Dialect dialect = Dialect::cpp);

/// Appends to the array of `destination` elements describing [offset, offset + bytes) of the view of `source`, clipped
/// at its end; the value is the bytes appended. Empty elements are dropped. 0 bytes: returns 0 and checks nothing.
/// Rejected (out_of_range) when offset > T(source). Both may be the same vector; `source` then means the vector as it
/// was before. The view of `destination` is then its whole array, also when nothing was appended, but not when
/// rejected.
Result concat(Vector& destination, const Vector& source, std::size_t offset, std::size_t bytes);

/// How many distinct bytes the view covers.
Result clone_size(const Vector& v);

/// Appends to the array of `destination` one element per element of the view of `source`, of the same length, laid out
/// in the `buffer_bytes` bytes of the arena from `buffer` on: an element's new base is buffer + (number of distinct
/// bytes at addresses below its base that any element of the view covers). Copies no data. Rejected (out_of_range) when
/// buffer_bytes < clone_size(source). Both may be the same vector. The view of `destination` is then its whole array.
Result clone(Vector& destination, const Vector& source, Address buffer, std::size_t buffer_bytes);

/// discard_back for a vector that owns its array: removes `bytes` from the back of the whole array, and the elements
/// that this leaves without bytes, for good; 0 bytes still strip empty elements at the back. Rejected (out_of_range)
/// when bytes > the size of the array. The view is then the whole array.
Result truncate(Vector& v, std::size_t bytes);

/// Takes what lies at and behind position `offset` of the whole array out of it; `tail` becomes these elements. An
/// element that holds the position is divided; empty elements exactly there belong to the tail. Rejected (out_of_range)
/// when offset > the size of the array; `tail` is then unchanged. The view is then the whole array.
Result split(Vector& v, std::size_t offset, List<Element>& tail);

/// The first min(T, limit) bytes as text; nothing for 0 bytes. A line is the prefix, ": ", the offset in at least 4
/// lower-case hexadecimal digits, ":", 16 bytes in groups of 4 with two blanks before each group and one between bytes
/// (blanks for what is missing in the last line), a blank, and the same bytes as ASCII, '.' for what is not printable.
std::string hexdump(const Vector& v, const std::string& prefix, std::size_t limit, const Memory& memory);

/// Makes it an owned vector of exactly `elements`. The view is then the whole array, as after all that follow.
Result assign(Vector& v, std::span<const Element> elements);

/// The same as slice and extended make it; from one buffer; borrowing an array.
Result make(Vector& v, std::span<const Element> elements);
Result embed(Vector& v, const Element& element);
Result borrow(Vector& v, std::span<const Element> elements);

/// No elements.
Result reset(Vector& v);

/// Appends `elements` (none of the array's own) to the array.
Result append(Vector& v, std::span<const Element> elements);

}  // namespace model
