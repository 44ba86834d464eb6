#include "iov/iov.h"

#include <algorithm>
#include <cstring>

#include "iov/walk.h"

namespace iov {
using detail::advance;
using detail::for_each_piece;

std::size_t size(std::span<const iovec> v, std::error_code& error) noexcept {
  std::size_t bytes = 0;
  for (const iovec& element : v) {
    if (__builtin_add_overflow(bytes, element.iov_len, &bytes)) {
      error = Error::length_overflow;
      return 0;
    }
  }
  error.clear();
  return bytes;
}

std::size_t from_buf(std::span<const iovec> v, std::size_t offset, std::span<const std::byte> data,
                     std::error_code& error) noexcept {
  return for_each_piece(v, offset, data.size(), error, [data](void* start, std::size_t length, std::size_t done) {
    std::memcpy(start, data.data() + done, length);
    return true;
  });
}

std::size_t to_buf(std::span<const iovec> v, std::size_t offset, std::span<std::byte> data,
                   std::error_code& error) noexcept {
  return for_each_piece(v, offset, data.size(), error, [data](void* start, std::size_t length, std::size_t done) {
    std::memcpy(data.data() + done, start, length);
    return true;
  });
}

std::size_t fill(std::span<const iovec> v, std::size_t offset, std::byte value, std::size_t bytes,
                 std::error_code& error) noexcept {
  return for_each_piece(v, offset, bytes, error, [value](void* start, std::size_t length, std::size_t) {
    std::memset(start, std::to_integer<int>(value), length);
    return true;
  });
}

std::size_t copy(std::span<iovec> destination, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
                 std::error_code& error) noexcept {
  std::size_t count = 0;
  // In place this never overtakes itself: an element is read before its piece is written, at an index no higher.
  for_each_piece(v, offset, bytes, error, [destination, &count](void* start, std::size_t length, std::size_t) {
    if (count == destination.size()) return false;
    destination[count++] = {start, length};
    return true;
  });
  return count;
}

std::size_t slice_count(std::span<const iovec> v, std::size_t offset, std::size_t bytes,
                        std::error_code& error) noexcept {
  if (bytes == 0) return detail::locate(v, offset, detail::AtBoundary::before_empty, error).offset > 0 ? 1 : 0;
  std::size_t count = 0;
  detail::for_each_sliced(v, offset, bytes, error, [&count](const iovec&) { ++count; });
  return error ? 0 : count;
}

bool is_zero(std::span<const iovec> v, std::size_t offset, std::size_t bytes, std::error_code& error) noexcept {
  slice_count(v, offset, bytes, error);  // the whole range is checked before a byte of it is read
  if (error) return false;
  bool zero = true;
  for_each_piece(v, offset, bytes, error, [&zero](const void* start, std::size_t length, std::size_t) {
    // All bytes are 0 if the first is and each equals the one before it.
    const auto* const first = static_cast<const unsigned char*>(start);
    zero = *first == 0 && std::memcmp(first, first + 1, length - 1) == 0;
    return zero;
  });
  return zero;
}

std::optional<std::size_t> first_difference(std::span<const iovec> a, std::span<const iovec> b) noexcept {
  std::size_t position = 0;
  std::size_t index_a = 0;
  std::size_t index_b = 0;
  std::size_t offset_a = 0;
  std::size_t offset_b = 0;
  bool is_far = false;  // beyond SIZE_MAX: only elements that repeat each other are as long as that
  for (;;) {
    while (index_a < a.size() && offset_a == a[index_a].iov_len) ++index_a, offset_a = 0;
    while (index_b < b.size() && offset_b == b[index_b].iov_len) ++index_b, offset_b = 0;
    if (index_a == a.size() || index_b == b.size()) break;
    const std::size_t length = std::min(a[index_a].iov_len - offset_a, b[index_b].iov_len - offset_b);
    const auto* const in_a = static_cast<const unsigned char*>(advance(a[index_a].iov_base, offset_a));
    const auto* const in_b = static_cast<const unsigned char*>(advance(b[index_b].iov_base, offset_b));
    const bool differ = std::memcmp(in_a, in_b, length) != 0;
    const auto equal =
        differ ? static_cast<std::size_t>(std::mismatch(in_a, in_a + length, in_b).first - in_a) : length;
    if (__builtin_add_overflow(position, equal, &position)) is_far = true;
    if (differ) return is_far ? SIZE_MAX : position;
    offset_a += length;
    offset_b += length;
  }
  if (index_a == a.size() && index_b == b.size()) return std::nullopt;
  return is_far ? SIZE_MAX : position;
}

std::size_t discard_front(std::span<iovec>& v, std::size_t bytes, UndoRecord* record) noexcept {
  if (record != nullptr) *record = {.vector = v, .recorded = true};
  std::size_t left = bytes;
  std::size_t index = 0;
  while (index < v.size() && v[index].iov_len <= left) left -= v[index++].iov_len;
  v = v.subspan(index);
  if (v.empty()) return bytes - left;
  iovec& element = v.front();
  if (record != nullptr) {
    record->trimmed = &element;
    record->saved = element;
  }
  element = {advance(element.iov_base, left), element.iov_len - left};
  return bytes;
}

std::size_t discard_back(std::span<iovec>& v, std::size_t bytes, UndoRecord* record) noexcept {
  if (record != nullptr) *record = {.vector = v, .recorded = true};
  std::size_t left = bytes;
  std::size_t count = v.size();
  while (count > 0 && v[count - 1].iov_len <= left) left -= v[--count].iov_len;
  v = v.first(count);
  if (v.empty()) return bytes - left;
  iovec& element = v.back();
  if (record != nullptr) {
    record->trimmed = &element;
    record->saved = element;
  }
  element.iov_len -= left;
  return bytes;
}

void undo(std::span<iovec>& v, const UndoRecord& record) noexcept {
  if (!record.recorded) return;
  if (record.trimmed != nullptr) *record.trimmed = record.saved;
  v = record.vector;
}

}  // namespace iov
