// What every operation means, one byte at a time.
// The one fact that matters: there are no pointers and no lengths here. An element is a list of addresses, one per
// byte, and every function is a loop over single bytes; nothing is shared with the library that is judged by it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace model {

/// A place in the arena. Negative values name bases that are no place in it (null, wild); only empty elements have
/// those.
using Address = std::int32_t;

/// The bytes of the arena, indexed by Address.
using Memory = std::vector<std::uint8_t>;

enum class Rejection : std::uint8_t { none, out_of_range, length_error, invalid_argument, other };

/// `bytes` holds the address of each byte in order of position; `base` counts even when there are none.
struct Element {
  Address base = 0;
  std::vector<Address> bytes;
  bool operator==(const Element&) const = default;
};

/// An owned array of elements and a view of it: the elements [start, start + count). Functions act on the view
/// unless they say "array". Invariant: start + count <= array.size().
struct Vector {
  std::vector<Element> array;
  std::size_t start = 0;
  std::size_t count = 0;
};

/// What a discard leaves behind so that it can be taken back. `index` is that of the trimmed element in the array.
struct UndoRecord {
  bool used = false;
  std::optional<std::size_t> index;
  Element saved;
  std::size_t start = 0;
  std::size_t count = 0;
};

/// A number (of bytes or of elements, as the function says), or why there is none. A rejection has changed nothing.
struct Result {
  std::size_t value = 0;
  Rejection rejection = Rejection::none;
};

/// Bytes in the view.
Result size(const Vector& v);

/// Bytes in the whole array, whatever the view.
Result array_size(const Vector& v);

/// Copies min(data.size(), T - offset) bytes into `v` at position `offset`; the value is how many. Rejected
/// (out_of_range) when offset > T. `data` may claim any length; only the bytes that are copied are looked at.
Result from_buf(const Vector& v, std::size_t offset, std::span<const std::uint8_t> data, Memory& memory);

/// The same, out of `v`.
Result to_buf(const Vector& v, std::size_t offset, std::span<std::uint8_t> data, const Memory& memory);

/// Sets min(bytes, T - offset) bytes to `value`; the value is how many. Rejected (out_of_range) when offset > T.
Result fill(const Vector& v, std::size_t offset, std::uint8_t value, std::size_t bytes, Memory& memory);

/// Describes positions [offset, offset + bytes), cut at T, by at most `capacity` elements without empty ones:
/// `described` becomes exactly those. The value is how many. Rejected (out_of_range) when offset > T; `described` is
/// then unchanged.
Result copy(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t capacity,
            std::vector<Element>& described);

/// Removes min(bytes, T) bytes from the front or the back of the view, trimming at most one element of the array in
/// place; the value is how many bytes. Records what `undo` needs unless `record` is null. Never rejected.
Result discard_front(Vector& v, std::size_t bytes, UndoRecord* record);
Result discard_back(Vector& v, std::size_t bytes, UndoRecord* record);

/// Stores the trimmed element, if there is one, and the start and count from before that discard. Can be used again.
/// A record no discard has used changes nothing. The array must be as long as it was at the discard.
void undo(Vector& v, const UndoRecord& record);

/// Makes the array exactly `elements`, or appends them (none of the array's own) to it. The view is then the whole
/// array.
void assign(Vector& v, std::span<const Element> elements);
void append(Vector& v, std::span<const Element> elements);

}  // namespace model
