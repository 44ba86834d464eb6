// SPDX-License-Identifier: Apache-2.0
// Looking at bytes many at a time. Not for users: only the library's own sources include it.
#pragma once

#include <cstddef>
#include <cstring>

#include "iov/thresholds.h"

namespace iov::detail {

/// Copies `count` bytes, `half` to twice as many, as the first and the last `half` of them.
template <std::size_t half>
inline void copy_ends(void* to, const void* from, std::size_t count) noexcept {
  struct Block {
    unsigned char bytes[half];
  } first, last;
  std::memcpy(&first, from, half);
  std::memcpy(&last, static_cast<const unsigned char*>(from) + count - half, half);
  std::memcpy(to, &first, half);
  std::memcpy(static_cast<unsigned char*>(to) + count - half, &last, half);
}

/// memcpy, for bytes that mostly are few; at least 1.
inline void copy_bytes(void* to, const void* from, std::size_t count) noexcept {
  if (count > kShortCopy) return static_cast<void>(std::memcpy(to, from, count));
  if (count >= 32) return copy_ends<32>(to, from, count);
  if (count >= 16) return copy_ends<16>(to, from, count);
  if (count >= 8) return copy_ends<8>(to, from, count);
  if (count >= 4) return copy_ends<4>(to, from, count);
  if (count >= 2) return copy_ends<2>(to, from, count);
  std::memcpy(to, from, 1);
}

/// Whether `count` bytes, at least 1, are all 0.
bool are_zero(const unsigned char* bytes, std::size_t count) noexcept;

/// The index of the first of `count` bytes in which the two differ. There is one.
std::size_t first_mismatch(const unsigned char* a, const unsigned char* b, std::size_t count) noexcept;

/// How many of `count` bytes the two have alike before they differ: all, if they do not. Other bytes mostly begin with
/// another byte, for which no call is needed.
inline std::size_t count_equal(const void* a, const void* b, std::size_t count) noexcept {
  if (count == 0) return 0;
  const auto* const in_a = static_cast<const unsigned char*>(a);
  const auto* const in_b = static_cast<const unsigned char*>(b);
  if (*in_a != *in_b) return 0;
  return std::memcmp(a, b, count) == 0 ? count : first_mismatch(in_a, in_b, count);
}

}  // namespace iov::detail
