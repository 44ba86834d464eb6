#include "iov/iov.h"

#include <algorithm>
#include <cstring>

#include "iov/pointer.h"

namespace iov {
namespace {

/// The element that holds a position, and where in it: the first one whose end lies beyond the position, or none at T.
struct Place {
  std::span<const iovec> rest;  ///< From that element on.
  std::size_t offset;           ///< Into its first element; 0 when `rest` is empty.
};

Place locate(std::span<const iovec> v, std::size_t offset, std::error_code& error) noexcept {
  std::size_t index = 0;
  while (index < v.size() && offset >= v[index].iov_len) offset -= v[index++].iov_len;
  if (index == v.size() && offset > 0) {
    error = Error::out_of_range;
    offset = 0;
  } else {
    error.clear();
  }
  return {v.subspan(index), offset};
}

/// Calls visit(start, length, bytes done before) for each non-empty piece of [offset, offset + bytes) until it answers
/// false; returns the bytes in the pieces visited.
template <typename Visit>
std::size_t for_each_piece(std::span<const iovec> v, std::size_t offset, std::size_t bytes, std::error_code& error,
                           Visit visit) noexcept {
  Place place = locate(v, offset, error);
  std::size_t done = 0;
  for (const iovec& element : place.rest) {
    if (done == bytes) break;
    const std::size_t length = std::min(element.iov_len - place.offset, bytes - done);
    if (length > 0) {
      if (!visit(advance(element.iov_base, place.offset), length, done)) break;
      done += length;
    }
    place.offset = 0;
  }
  return done;
}

}  // namespace

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
