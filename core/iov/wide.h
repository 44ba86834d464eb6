// SPDX-License-Identifier: Apache-2.0
// Looking at bytes and copying them, many at a time. Not for users: only the library's own sources include it.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "iov/thresholds.h"

namespace iov::detail {

/// A SIMD register of the baseline.
using Register __attribute__((vector_size(16))) = unsigned char;

/// memmove of `bytes`, a multiple of sizeof(Register), without a call: all are read before one is written.
template <std::size_t bytes>
[[gnu::always_inline]] inline void copy_constant(void* to, const void* from) noexcept {
  constexpr std::size_t count = bytes / sizeof(Register);
  static_assert(bytes % sizeof(Register) == 0);
  Register registers[count];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < count; ++i)
    std::memcpy(&registers[i], static_cast<const unsigned char*>(from) + i * sizeof(Register), sizeof(Register));
#pragma GCC unroll 8
  for (std::size_t i = 0; i < count; ++i)
    std::memcpy(static_cast<unsigned char*>(to) + i * sizeof(Register), &registers[i], sizeof(Register));
}

/// Copies `count` bytes as their first and their last `numbers` Numbers, which may overlap: all are read before one is
/// written. `count` is numbers * sizeof(Number) at the least, and twice that at the most.
template <typename Number, std::size_t numbers>
[[gnu::always_inline]] inline void copy_ends(void* to, const void* from, std::size_t count) noexcept {
  constexpr std::size_t bytes = sizeof(Number);
  Number first[numbers];
  Number last[numbers];
  auto* const in_to = static_cast<unsigned char*>(to);
  const auto* const in_from = static_cast<const unsigned char*>(from);
#pragma GCC unroll 2
  for (std::size_t i = 0; i < numbers; ++i) std::memcpy(&first[i], in_from + i * bytes, bytes);
#pragma GCC unroll 2
  for (std::size_t i = 0; i < numbers; ++i) std::memcpy(&last[i], in_from + count - (numbers - i) * bytes, bytes);
#pragma GCC unroll 2
  for (std::size_t i = 0; i < numbers; ++i) std::memcpy(in_to + i * bytes, &first[i], bytes);
#pragma GCC unroll 2
  for (std::size_t i = 0; i < numbers; ++i) std::memcpy(in_to + count - (numbers - i) * bytes, &last[i], bytes);
}

/// memcpy of less than sizeof(Register) bytes, without a call.
[[gnu::always_inline]] inline void copy_few(void* to, const void* from, std::size_t count) noexcept {
  if (count >= 8) return copy_ends<std::uint64_t, 1>(to, from, count);
  if (count >= 4) return copy_ends<std::uint32_t, 1>(to, from, count);
  if (count >= 2) return copy_ends<std::uint16_t, 1>(to, from, count);
  if (count == 1) std::memcpy(to, from, 1);
}

/// memcpy, for at most `most` bytes. Where these are no more than kShortCopy, nothing is called.
template <std::size_t most>
[[gnu::always_inline]] inline void copy_bytes(void* to, const void* from, std::size_t count) noexcept {
  constexpr std::size_t kBytes = sizeof(Register);
  static_assert(kShortCopy <= 4 * kBytes);
  if constexpr (most > kShortCopy) {
    // In a move of more than kShortCopy bytes most pieces are taken to be long: these are asked for first.
    if (count > 2 * kBytes) {
      if (count <= kShortCopy) return copy_ends<Register, 2>(to, from, count);
      std::memcpy(to, from, count);
    } else if (__builtin_expect(count >= kBytes, 1) != 0) {
      copy_ends<Register, 1>(to, from, count);
    } else {
      copy_few(to, from, count);
    }
  } else {
    if (count < kBytes) return copy_few(to, from, count);
    if (count <= 2 * kBytes) return copy_ends<Register, 1>(to, from, count);
    copy_ends<Register, 2>(to, from, count);
  }
}

/// Adds up the lengths of some first ones of `count` elements, which are at least 1, in `sum`, which is 0 before.
/// Returns how many: 0 without AVX2, or where the sum might be more than SIZE_MAX.
std::size_t add_lengths(const iovec* element, std::size_t count, std::size_t& sum) noexcept;

/// Whether `count` bytes, at least 1, are all 0.
bool are_zero(const unsigned char* bytes, std::size_t count) noexcept;

/// The index of the first of `count` bytes in which the two differ. There is one.
std::size_t first_mismatch(const unsigned char* a, const unsigned char* b, std::size_t count) noexcept;

/// Sets in `bits` those in which the first sizeof(Register) bytes of the two differ. By reference: how a register is
/// passed depends on the ABI.
[[gnu::always_inline]] inline void set_differences(Register& bits, const unsigned char* a,
                                                   const unsigned char* b) noexcept {
  Register in_a;
  Register in_b;
  std::memcpy(&in_a, a, sizeof in_a);
  std::memcpy(&in_b, b, sizeof in_b);
  bits |= in_a ^ in_b;
}

/// Whether `count` bytes are the same in both: of 16 to 32 without a call of memcmp.
[[gnu::always_inline]] inline bool are_equal(const unsigned char* a, const unsigned char* b,
                                             std::size_t count) noexcept {
  constexpr std::size_t kBytes = sizeof(Register);
  if (count < kBytes || count > 2 * kBytes) return std::memcmp(a, b, count) == 0;
  Register bits = {};
  set_differences(bits, a, b);
  set_differences(bits, a + count - kBytes, b + count - kBytes);
  std::uint64_t halves[2];
  std::memcpy(halves, &bits, sizeof halves);
  return (halves[0] | halves[1]) == 0;
}

/// How many of `count` bytes are the same in both before the first that differs. Bytes that differ mostly do so in the
/// first, so that one is compared without a call.
inline std::size_t count_equal(const void* a, const void* b, std::size_t count) noexcept {
  if (count == 0) return 0;
  const auto* const in_a = static_cast<const unsigned char*>(a);
  const auto* const in_b = static_cast<const unsigned char*>(b);
  if (*in_a != *in_b) return 0;
  return are_equal(in_a, in_b, count) ? count : first_mismatch(in_a, in_b, count);
}

}  // namespace iov::detail
