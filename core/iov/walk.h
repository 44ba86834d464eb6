// How the library goes through a range of a vector. Not for users: only the library's own sources include it.
// Positions are counted down, never added up, so no sum can wrap.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <system_error>

#include "iov/error.h"

namespace iov::detail {

/// The address `bytes` past `base`, modulo the address space. Through integers, because an element may describe memory
/// that is no object (a null or wild base, a length near SIZE_MAX), and pointer arithmetic has no meaning there.
inline void* advance(void* base, std::size_t bytes) noexcept {
  std::uintptr_t address = 0;
  static_cast<void>(__builtin_add_overflow(reinterpret_cast<std::uintptr_t>(base), bytes, &address));
  return reinterpret_cast<void*>(address);
}

/// From the element that holds a position on.
struct Place {
  std::span<const iovec> rest;
  std::size_t offset;  ///< Into the first of them; 0 when there is none.
};

/// On which side of the empty elements at a boundary the place of that boundary is.
enum class AtBoundary { after_empty, before_empty };

/// The place of the byte at position `offset`; at T, nothing, or the empty elements there. Rejected with
/// Error::out_of_range beyond T.
inline Place locate(std::span<const iovec> v, std::size_t offset, AtBoundary side, std::error_code& error) noexcept {
  std::size_t index = 0;
  while (index < v.size() && offset >= v[index].iov_len && (offset > 0 || side == AtBoundary::after_empty))
    offset -= v[index++].iov_len;
  if (index == v.size() && offset > 0) {
    error = Error::out_of_range;
    return {};
  }
  error.clear();
  return {v.subspan(index), offset};
}

/// Calls visit(start, length, bytes done before) for each non-empty piece of [offset, offset + bytes), clipped at T,
/// until it answers false; returns the bytes in the pieces visited. Rejected with Error::out_of_range when offset > T.
template <typename Visit>
std::size_t for_each_piece(std::span<const iovec> v, std::size_t offset, std::size_t bytes, std::error_code& error,
                           Visit visit) {
  Place place = locate(v, offset, AtBoundary::after_empty, error);
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

/// Calls visit(element) for each element of the slice [offset, offset + bytes): empty ones at its start and inside it,
/// too. Rejected with Error::out_of_range unless the whole range lies inside `v`; then it may have visited some.
template <typename Visit>
void for_each_sliced(std::span<const iovec> v, std::size_t offset, std::size_t bytes, std::error_code& error,
                     Visit visit) {
  Place place = locate(v, offset, AtBoundary::before_empty, error);
  for (const iovec& element : place.rest) {
    if (bytes == 0) break;
    const std::size_t length = std::min(element.iov_len - place.offset, bytes);
    visit(iovec{advance(element.iov_base, place.offset), length});
    bytes -= length;
    place.offset = 0;
  }
  if (!error && bytes > 0) error = Error::out_of_range;
}

}  // namespace iov::detail
