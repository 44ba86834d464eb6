// SPDX-License-Identifier: Apache-2.0
#include "iov/iov.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "iov/walk.h"
#include "iov/wide.h"

namespace iov {
namespace detail {

namespace {

/// Of any vector. Not inlined, so that what add_few can add up pushes no registers for the call in it.
[[gnu::noinline]] Outcome<std::size_t> size_by_carries(std::span<const iovec> v) noexcept {
  Sum even;
  Sum odd;
  const iovec* element = v.data() + add_lengths(v.data(), v.size(), even.bytes);
  const iovec* const end = v.data() + v.size();
  for (; static_cast<std::size_t>(end - element) >= kElementsPerBlock; element += kElementsPerBlock)
    add_block(element, even, odd);
  for (; element != end; ++element) even.add(element->iov_len);
  even.add(odd);
  if (even.wrapped > 0) return {0, Reason::length_overflow};
  return {even.bytes};
}

}  // namespace

Outcome<std::size_t> size(std::span<const iovec> v) noexcept {
  std::size_t bytes = 0;
  return add_few(v, bytes) ? Outcome<std::size_t>{bytes} : size_by_carries(v);
}

namespace {

/// A visitor that copies between pieces of at most `most` bytes and the bytes from `next` on: into the pieces where
/// Byte is const, else out of them.
template <std::size_t most, typename Byte>
struct Move {
  Byte* next;

  [[gnu::always_inline]] bool operator()(void* start, std::size_t length) noexcept {
    if constexpr (std::is_const_v<Byte>)
      copy_bytes<most>(start, next, length);
    else
      copy_bytes<most>(next, start, length);
    next += length;
    return true;
  }
};

/// Not inlined, so that moves without a call push no registers.
template <typename Byte>
[[gnu::noinline]] Outcome<std::size_t> move_with_calls(std::span<const iovec> v, std::size_t offset,
                                                       std::span<Byte> data) noexcept {
  return for_each_piece(v, offset, data.size(), Move<SIZE_MAX, Byte>{data.data()});
}

/// Whether a move may call something: memcpy for many bytes, or iov_pass_blocks_ to find the offset in a long vector.
bool needs_calls(std::span<const iovec> v, std::size_t bytes) noexcept {
  return bytes > kShortCopy || v.size() >= kLongVector;
}

}  // namespace

Outcome<std::size_t> from_buf(std::span<const iovec> v, std::size_t offset, std::span<const std::byte> data) noexcept {
  if (needs_calls(v, data.size())) return move_with_calls(v, offset, data);
  return for_each_piece(v, offset, data.size(), Move<kShortCopy, const std::byte>{data.data()});
}

Outcome<std::size_t> to_buf(std::span<const iovec> v, std::size_t offset, std::span<std::byte> data) noexcept {
  if (needs_calls(v, data.size())) return move_with_calls(v, offset, data);
  return for_each_piece(v, offset, data.size(), Move<kShortCopy, std::byte>{data.data()});
}

Outcome<std::size_t> fill(std::span<const iovec> v, std::size_t offset, std::byte value, std::size_t bytes) noexcept {
  return for_each_piece(v, offset, bytes, [value](void* start, std::size_t length) {
    if (length > 0) std::memset(start, std::to_integer<int>(value), length);
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

namespace {

/// Not inlined, so that a range in one element pushes no registers.
[[gnu::noinline]] Outcome<bool> are_pieces_zero(std::span<const iovec> v, std::size_t offset,
                                                std::size_t bytes) noexcept {
  const auto [slice, reason] = slice_of(v, offset, bytes);  // the whole range is checked before a byte of it is read
  if (reason != Reason::none) return {false, reason};
  bool zero = true;
  for_each_piece({slice.elements, slice.offset}, bytes, [&zero](const void* start, std::size_t length) {
    return zero = length == 0 || are_zero(static_cast<const unsigned char*>(start), length);
  });
  return {zero};
}

}  // namespace

Outcome<bool> is_zero(std::span<const iovec> v, std::size_t offset, std::size_t bytes) noexcept {
  if (bytes > 0 && !v.empty() && offset <= v[0].iov_len && bytes <= v[0].iov_len - offset)
    return {are_zero(static_cast<const unsigned char*>(iov_advance_(v[0].iov_base, offset)), bytes)};
  return are_pieces_zero(v, offset, bytes);
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
    piece.iov_base = iov_advance_(piece.iov_base, bytes);
    piece.iov_len -= bytes;
  }

  iovec piece = {nullptr, 0};
  const iovec* next;
  const iovec* end;
};

/// Compares what is behind the elements of the same lengths, however it is segmented.
[[gnu::noinline]] detail::Difference compare_rests(Rest a, Rest b, detail::Compared compared) noexcept {
  while (a.has_bytes() && b.has_bytes()) {
    const std::size_t length = std::min(a.piece.iov_len, b.piece.iov_len);
    if (!compared.is_equal(a.piece.iov_base, b.piece.iov_base, length)) return {compared.position(), true};
    a.pass(length);
    b.pass(length);
  }
  return {compared.position(), a.has_bytes() || b.has_bytes()};
}

[[gnu::noinline]] detail::Difference compare(std::span<const iovec> a, std::span<const iovec> b) noexcept {
  detail::Compared compared;
  const auto [index, differ] = detail::compare_elements(a, b, compared);
  if (!differ) return compare_rests(Rest(a.subspan(index)), Rest(b.subspan(index)), compared);
  return {compared.position(), true};
}

}  // namespace

detail::Difference detail::first_difference(std::span<const iovec> a, std::span<const iovec> b) noexcept {
  return begin_differently(a, b) ? Difference{0, true} : compare(a, b);
}

}  // namespace iov

namespace {

template <bool at_back>
iov_passed_ pass_blocks(std::span<const iovec> v, std::size_t bytes) noexcept {
  using iov::detail::kElementsPerBlock;
  std::size_t passed = 0;
  for (; v.size() - passed >= kElementsPerBlock; passed += kElementsPerBlock) {
    const std::size_t block = iov::detail::size_of_block(&v[at_back ? v.size() - passed - kElementsPerBlock : passed]);
    if (block >= bytes) break;
    bytes -= block;
  }
  return {passed, bytes};
}

}  // namespace

iov_passed_ iov_pass_blocks_(const iovec* iov, std::size_t count, std::size_t bytes, bool at_back) {
  return at_back ? pass_blocks<true>({iov, count}, bytes) : pass_blocks<false>({iov, count}, bytes);
}
