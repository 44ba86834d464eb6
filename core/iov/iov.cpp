// SPDX-License-Identifier: Apache-2.0
#include "iov/iov.h"

#include <algorithm>
#include <cstring>

#include "iov/walk.h"
#include "iov/wide.h"

namespace iov {
namespace detail {

Outcome<std::size_t> size(std::span<const iovec> v) noexcept {
  std::size_t bytes = 0;
  std::size_t sum = 0;
  std::size_t index = 0;
  for (; v.size() - index >= kElementsPerBlock; index += kElementsPerBlock) {
    const std::size_t block = size_of_block(&v[index]);
    if (block == SIZE_MAX || __builtin_add_overflow(bytes, block, &sum)) break;  // exactly where, is told below
    bytes = sum;
  }
  for (const iovec& element : v.subspan(index))
    if (__builtin_add_overflow(bytes, element.iov_len, &bytes)) return {0, Reason::length_overflow};
  return {bytes};
}

Outcome<std::size_t> from_buf(std::span<const iovec> v, std::size_t offset, std::span<const std::byte> data) noexcept {
  return for_each_piece(v, offset, data.size(), [data](void* start, std::size_t length, std::size_t done) {
    copy_bytes(start, data.data() + done, length);
    return true;
  });
}

Outcome<std::size_t> to_buf(std::span<const iovec> v, std::size_t offset, std::span<std::byte> data) noexcept {
  return for_each_piece(v, offset, data.size(), [data](void* start, std::size_t length, std::size_t done) {
    copy_bytes(data.data() + done, start, length);
    return true;
  });
}

Outcome<std::size_t> fill(std::span<const iovec> v, std::size_t offset, std::byte value, std::size_t bytes) noexcept {
  return for_each_piece(v, offset, bytes, [value](void* start, std::size_t length, std::size_t) {
    std::memset(start, std::to_integer<int>(value), length);
    return true;
  });
}

Outcome<std::size_t> copy(std::span<iovec> destination, std::span<const iovec> v, std::size_t offset,
                          std::size_t bytes) noexcept {
  const Place place = locate(v, offset, AtBoundary::after_empty);
  if (place.is_outside()) return {0, Reason::out_of_range};
  return {describe(place, bytes, destination.data(), destination.size()).count};
}

Outcome<std::size_t> slice_count(std::span<const iovec> v, std::size_t offset, std::size_t bytes) noexcept {
  const auto [slice, reason] = slice_of(v, offset, bytes);
  return {bytes == 0 && slice.offset > 0 ? 1 : slice.elements.size(), reason};
}

Outcome<bool> is_zero(std::span<const iovec> v, std::size_t offset, std::size_t bytes) noexcept {
  const auto [slice, reason] = slice_of(v, offset, bytes);  // the whole range is checked before a byte of it is read
  if (reason != Reason::none) return {false, reason};
  bool zero = true;
  for_each_piece({slice.elements, slice.offset}, bytes, [&zero](const void* start, std::size_t length, std::size_t) {
    return zero = are_zero(static_cast<const unsigned char*>(start), length);
  });
  return {zero};
}

}  // namespace detail

namespace {

/// What is left of a vector.
struct Rest {
  explicit Rest(std::span<const iovec> v) : next(v.data()), end(v.data() + v.size()) {}

  /// Whether there is a byte left; the piece is then where it lies.
  bool has_bytes() noexcept {
    while (piece.iov_len == 0 && next != end) piece = *next++;
    return piece.iov_len > 0;
  }
  void pass(std::size_t bytes) noexcept {
    piece.iov_base = detail::advance(piece.iov_base, bytes);
    piece.iov_len -= bytes;
  }

  iovec piece = {nullptr, 0};
  const iovec* next;
  const iovec* end;
};

}  // namespace

std::optional<std::size_t> first_difference(std::span<const iovec> a, std::span<const iovec> b) noexcept {
  std::size_t position = 0;
  bool is_far = false;  // beyond SIZE_MAX: only elements that repeat each other are as long as that
  Rest in_a(a);
  Rest in_b(b);
  while (in_a.has_bytes() && in_b.has_bytes()) {
    const std::size_t length = std::min(in_a.piece.iov_len, in_b.piece.iov_len);
    const std::size_t equal = detail::count_equal(in_a.piece.iov_base, in_b.piece.iov_base, length);
    if (__builtin_add_overflow(position, equal, &position)) is_far = true;
    if (equal < length) return is_far ? SIZE_MAX : position;
    in_a.pass(length);
    in_b.pass(length);
  }
  if (!in_a.has_bytes() && !in_b.has_bytes()) return std::nullopt;
  return is_far ? SIZE_MAX : position;
}

namespace {

/// Lets the record, if there is one, put back the vector only, and gives what saves an element in it. Member by member:
/// a whole record would be made and copied.
auto saving_in(UndoRecord* record, std::span<iovec> v) noexcept {
  if (record != nullptr) {
    record->trimmed = nullptr;
    record->vector = v;
    record->recorded = true;
  }
  return [record](iovec& element) {
    if (record == nullptr) return;
    record->trimmed = &element;
    record->saved = element;
  };
}

}  // namespace

std::size_t discard_front(std::span<iovec>& v, std::size_t bytes, UndoRecord* record) noexcept {
  return detail::discard<detail::From::front>(v, bytes, saving_in(record, v));
}

std::size_t discard_back(std::span<iovec>& v, std::size_t bytes, UndoRecord* record) noexcept {
  return detail::discard<detail::From::back>(v, bytes, saving_in(record, v));
}

void undo(std::span<iovec>& v, const UndoRecord& record) noexcept {
  if (!record.recorded) return;
  if (record.trimmed != nullptr) *record.trimmed = record.saved;
  v = record.vector;
}

}  // namespace iov
