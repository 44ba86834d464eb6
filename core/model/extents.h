// What operations mean where no array of bytes can follow: elements that claim up to SIZE_MAX bytes.
// The one fact that matters: a position is a number wide enough for any sum, so every range is an intersection of plain
// intervals; nothing wraps, nothing is counted down, and no memory is looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/model.h"

namespace model::extents {

/// Wider than std::size_t: sums of many lengths, and addresses behind the end of the address space.
#if defined(__SIZEOF_INT128__)
__extension__ using Wide = unsigned __int128;
#else
using Wide = std::uint64_t;
#endif
static_assert(sizeof(Wide) > sizeof(std::size_t));

/// An element as it is, its bytes unseen.
struct Extent {
  std::uintptr_t base = 0;
  std::size_t length = 0;
  bool operator==(const Extent&) const = default;
};

/// As model::Vector: functions act on the elements [start, start + count) unless they say "array".
struct Vector {
  std::vector<Extent> array;
  std::size_t start = 0;
  std::size_t count = 0;

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
std::vector<Wide> boundaries(std::span<const Extent> elements);

/// Rejected (length_error) when T > SIZE_MAX. Also what hexdump rejects.
Result size(std::span<const Extent> elements);

/// How many bytes from_buf, to_buf and fill would move. Rejected (out_of_range) when offset > T.
Result movable(std::span<const Extent> elements, std::size_t offset, std::size_t bytes);

/// Rejected (out_of_range) as is_zero, slice and slice_count are: unless the whole range lies inside.
Result inside(std::span<const Extent> elements, std::size_t offset, std::size_t bytes);

/// See model.h for what these mean; here too a rejection changes nothing, and the value is as there.
Result copy(std::span<const Extent> elements, std::size_t offset, std::size_t bytes, std::size_t capacity,
            std::vector<Extent>& described);
Result slice(std::span<const Extent> elements, std::size_t offset, std::size_t bytes, std::vector<Extent>& sliced);
Result slice_count(std::span<const Extent> elements, std::size_t offset, std::size_t bytes);
Result extended(const Extent& head, std::optional<std::span<const Extent>> mid, std::size_t offset, std::size_t bytes,
                const Extent& tail, std::size_t most, std::vector<Extent>& made);
Result clone_size(std::span<const Extent> elements);
Result discard_front(Vector& v, std::size_t bytes, UndoRecord* record);
Result discard_back(Vector& v, std::size_t bytes, UndoRecord* record);
void undo(Vector& v, const UndoRecord& record);

/// The array becomes `elements`, or grows by them. Rejected (length_error) when its lengths would exceed SIZE_MAX in
/// all. The view is then the whole array.
Result assign(Vector& v, std::vector<Extent> elements);
Result append(Vector& v, std::vector<Extent> elements);

/// Rejected (out_of_range) when offset > T(source), then (length_error) when the array's lengths would exceed SIZE_MAX.
Result concat(Vector& destination, std::span<const Extent> source, std::size_t offset, std::size_t bytes);

/// Rejected (length_error) when the lengths of `source`, or then those of the array, would exceed SIZE_MAX; then
/// (out_of_range) when the buffer is smaller than clone_size(source).
Result clone(Vector& destination, std::span<const Extent> source, const Extent& buffer);

/// Rejected (out_of_range) when bytes > the size of the array.
Result truncate(Vector& v, std::size_t bytes);

}  // namespace model::extents
