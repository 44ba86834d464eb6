// SPDX-License-Identifier: Apache-2.0
// How the library goes through a range of a vector. Not for users: only the library's own sources include it.
// Positions are counted down, never added up, so that no sum can wrap; where lengths are added up, it is said.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "iov/iov.h"
#include "iov/sum.h"
#include "iov/thresholds.h"
#include "iov/wide.h"

namespace iov::detail {

/// The elements from the one that holds a position on. Beyond T there is none, but an offset.
struct Place {
  std::span<const iovec> rest;
  std::size_t offset = 0;  ///< Into the first of them.

  bool is_outside() const noexcept { return rest.empty() && offset > 0; }
};

/// Whether the place of a boundary is before or after the empty elements there.
enum class AtBoundary { after_empty, before_empty };

/// The place of the byte at position `offset`; at T, nothing, or the empty elements there.
inline Place locate(std::span<const iovec> v, std::size_t offset, AtBoundary side) noexcept {
  iov_passed_ passed = {0, offset};
  if (v.size() >= kLongVector && offset > v[0].iov_len) passed = iov_pass_blocks_(v.data(), v.size(), offset, false);
  offset = passed.left;
  const iovec* element = v.data() + passed.elements;
  const iovec* const end = v.data() + v.size();
  for (; element != end && offset >= element->iov_len && (offset > 0 || side == AtBoundary::after_empty); ++element)
    offset -= element->iov_len;
  return {{element, end}, offset};
}

/// Calls visit(start, length) for each piece of the next `bytes` from a place, up to one for which it answers false;
/// returns the bytes in the pieces visited. Pieces may have no bytes, and then any start; a last one of 0 bytes may be
/// visited, too. From a place outside there is none.
template <typename Visit>
[[gnu::always_inline]] inline std::size_t for_each_piece(Place place, std::size_t bytes, Visit visit) {
  if (place.rest.empty()) return 0;
  const iovec* element = place.rest.data();
  const iovec* const end = element + place.rest.size();
  void* start = iov_advance_(element->iov_base, place.offset);
  std::size_t length = element->iov_len - place.offset;
  std::size_t left = bytes;
  // A branch, and no minimum: it is predicted, so the next piece does not wait for it.
  while (length < left) {
    left -= length;
    if (!visit(start, length) || ++element == end) return bytes - left;
    start = element->iov_base;
    length = element->iov_len;
  }
  visit(start, left);
  return bytes;
}

/// The same of [offset, offset + bytes), clipped at T. Rejected with Reason::out_of_range when offset > T.
template <typename Visit>
Outcome<std::size_t> for_each_piece(std::span<const iovec> v, std::size_t offset, std::size_t bytes, Visit visit) {
  const Place place = locate(v, offset, AtBoundary::after_empty);
  if (place.is_outside()) return {0, Reason::out_of_range};
  return {for_each_piece(place, bytes, visit)};
}

/// Pieces, and how many bytes they have.
struct Description {
  std::size_t count = 0;
  std::size_t bytes = 0;
};

/// What describe makes of the next `bytes` from a place, where there is room.
inline Description measure(Place place, std::size_t bytes) noexcept {
  Description pieces;
  pieces.bytes = for_each_piece(place, bytes, [&pieces](void*, std::size_t length) {
    if (length > 0) ++pieces.count;
    return true;
  });
  return pieces;
}

/// Writes the non-empty pieces of the next `bytes` from a place that is not outside to `to`, as far as `room` goes.
/// `to` may be the array that is read, from its start on: no piece is written behind its element.
[[gnu::always_inline]] inline Description describe(Place place, std::size_t bytes, iovec* to,
                                                   std::size_t room) noexcept {
  const iovec* element = place.rest.data();
  const iovec* const end = element + place.rest.size();
  iovec* next = to;
  const iovec* const end_of_room = to + room;
  std::size_t left = bytes;
  const auto put = [&](void* base, std::size_t length) {
    length = std::min(length, left);
    left -= length;
    if (length == 0) return;
    next->iov_base = base;
    next++->iov_len = length;
  };
  if (place.offset > 0 && room > 0) {
    put(iov_advance_(element->iov_base, place.offset), element->iov_len - place.offset);
    ++element;
  }
  while (element != end && next != end_of_room && left > 0) {
    // Each writes one entry at the most, so the room need not be looked at in between.
    const std::size_t most = std::min<std::size_t>(
        {kElementsPerBlock, static_cast<std::size_t>(end - element), static_cast<std::size_t>(end_of_room - next)});
    std::size_t block = 0;
    if (most == kElementsPerBlock && is_full_block(element, block) && block <= left) {
      copy_constant<kElementsPerBlock * sizeof(iovec)>(next, element);
      element += kElementsPerBlock;
      next += kElementsPerBlock;
      left -= block;
    } else {
      for (const iovec* const behind = element + most; element != behind && left > 0; ++element)
        put(element->iov_base, element->iov_len);
    }
  }
  return {static_cast<std::size_t>(next - to), bytes - left};
}

/// The elements that hold a range, and empty ones at its start and inside it; for 0 bytes none, where they would be.
struct Slice {
  std::span<const iovec> elements;
  std::size_t offset = 0;  ///< Where the range starts in the first of them; for 0 bytes, in the one that holds it.
  std::size_t end = 0;     ///< Where it ends in the last of them.

  /// Writes the elements, cut to the range, and returns where the next one goes.
  iovec* write(iovec* to) const noexcept {
    if (elements.empty()) return to;
    iovec* const next = std::copy(elements.begin(), elements.end(), to);
    const iovec& first = elements.front();
    next[-1].iov_len = end;
    to->iov_base = iov_advance_(first.iov_base, offset);
    to->iov_len = (elements.size() > 1 ? first.iov_len : end) - offset;
    return next;
  }
};

/// The slice [offset, offset + bytes). Rejected with Reason::out_of_range unless the whole range lies inside `v`.
[[gnu::always_inline]] inline Outcome<Slice> slice_of(std::span<const iovec> v, std::size_t offset,
                                                      std::size_t bytes) noexcept {
  const Outcome<Slice> outside = {{}, Reason::out_of_range};
  const Place start = locate(v, offset, AtBoundary::before_empty);
  if (bytes == 0 && !start.is_outside()) return {{start.rest.first(0), start.offset, start.offset}};
  if (start.rest.empty()) return outside;
  const std::size_t in_first = start.rest.front().iov_len - start.offset;
  if (bytes <= in_first) return {{start.rest.first(1), start.offset, start.offset + bytes}};
  const Place last = locate(start.rest.subspan(1), bytes - in_first - 1, AtBoundary::after_empty);  // its last byte
  if (last.rest.empty()) return outside;
  return {{start.rest.first(start.rest.size() - last.rest.size() + 1), start.offset, last.offset + 1}};
}

/// The elements of `head`, a slice and `tail`, of which ends without bytes are left out: what extended of io_vector.h
/// makes.
struct Extension {
  const iovec& head;
  const iovec& tail;
  Slice mid = {};
  std::size_t bytes = 0;
  std::size_t count = 0;  ///< Elements.

  /// Puts the slice of `v` in, if there is a vector, or rejects it as extended of io_vector.h does.
  [[gnu::always_inline]] Reason put(const std::span<const iovec>* v, std::size_t offset, std::size_t of_slice,
                                    std::size_t limit) noexcept {
    if (__builtin_add_overflow(head.iov_len, of_slice, &bytes) || __builtin_add_overflow(bytes, tail.iov_len, &bytes))
      return Reason::length_overflow;
    if (of_slice > 0) {
      if (v == nullptr) return Reason::invalid_argument;
      const auto [slice, outside] = slice_of(*v, offset, of_slice);
      if (outside != Reason::none) return outside;
      mid = slice;
    }
    count = mid.elements.size() + (head.iov_len > 0 ? 1 : 0) + (tail.iov_len > 0 ? 1 : 0);
    return count > limit ? Reason::too_many_elements : Reason::none;
  }

  void write(iovec* to) const noexcept {
    if (head.iov_len > 0) iov_copy_element_(to++, &head);
    to = mid.write(to);
    if (tail.iov_len > 0) iov_copy_element_(to, &tail);
  }
};

/// Whether the first elements of two vectors have the same length and begin with different bytes.
inline bool begin_differently(std::span<const iovec> a, std::span<const iovec> b) noexcept {
  return !a.empty() && !b.empty() && a[0].iov_len > 0 && a[0].iov_len == b[0].iov_len &&
         *static_cast<const unsigned char*>(a[0].iov_base) != *static_cast<const unsigned char*>(b[0].iov_base);
}

/// What comparing two vectors comes to.
struct Compared {
  Sum equal;  ///< How many bytes are equal. It wraps only where elements repeat each other.

  /// Of the next byte; SIZE_MAX for those beyond, too.
  std::size_t position() const noexcept { return equal.wrapped == 0 ? equal.bytes : SIZE_MAX; }

  /// Compares the next `length` bytes, counts those that are equal, and says whether all are.
  bool is_equal(const void* a, const void* b, std::size_t length) noexcept {
    const std::size_t more = count_equal(a, b, length);
    equal.add(more);
    return more == length;
  }
};

/// Compares element by element until lengths or bytes differ. Returns the index of that element, and whether it is the
/// bytes that differ.
inline std::pair<std::size_t, bool> compare_elements(std::span<const iovec> a, std::span<const iovec> b,
                                                     Compared& compared) noexcept {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t index = 0;
  for (; index < most && a[index].iov_len == b[index].iov_len; ++index)
    if (!compared.is_equal(a[index].iov_base, b[index].iov_base, a[index].iov_len)) return {index, true};
  return {index, false};
}

}  // namespace iov::detail
