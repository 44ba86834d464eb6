// SPDX-License-Identifier: Apache-2.0
// How the library adds lengths up, which may wrap. Not for users: only the library's own sources include it.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "iov/thresholds.h"

namespace iov::detail {

/// Lengths that are added up.
struct Sum {
  std::size_t bytes = 0;    ///< Modulo SIZE_MAX + 1.
  std::size_t wrapped = 0;  ///< Not 0 where it has.

  void add(std::size_t more) noexcept {
    wrapped += static_cast<std::size_t>(__builtin_add_overflow(bytes, more, &bytes));
  }
  void add(const Sum& more) noexcept {
    add(more.bytes);
    wrapped |= more.wrapped;
  }
};

/// Adds up kElementsPerBlock elements from `first` on: in two sums, so that neither waits for the other.
[[gnu::always_inline]] inline void add_block(const iovec* first, Sum& even, Sum& odd) noexcept {
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kElementsPerBlock; ++i) (i % 2 == 0 ? even : odd).add(first[i].iov_len);
}

/// The bytes of that block; SIZE_MAX where they wrap.
[[gnu::always_inline]] inline std::size_t size_of_block(const iovec* first) noexcept {
  Sum even;
  Sum odd;
  add_block(first, even, odd);
  even.add(odd);
  return even.wrapped == 0 ? even.bytes : SIZE_MAX;
}

/// Whether no element of that block is empty, or so long that their sum might wrap. `bytes`, 0 before, is the sum then.
[[gnu::always_inline]] inline bool is_full_block(const iovec* first, std::size_t& bytes) noexcept {
  std::size_t bits = 0;  // those of each length less 1: all there are, where a length is 0
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kElementsPerBlock; ++i) {
    std::size_t less = 0;
    static_cast<void>(__builtin_sub_overflow(first[i].iov_len, 1, &less));
    static_cast<void>(__builtin_add_overflow(bytes, first[i].iov_len, &bytes));
    bits |= less;
  }
  return bits <= SIZE_MAX / (2 * kElementsPerBlock);
}

/// Adds up fewer than kLongVector elements. False where these are more, or some so long that their sum might wrap.
/// Processors have two ports for carries, which branches share. So there is no loop but one jump to where the last
/// element is added, and only every other one is added with its carry.
[[gnu::always_inline]] inline bool add_few(std::span<const iovec> v, std::size_t& bytes) noexcept {
  static_assert(kLongVector <= 32, "there are cases for fewer than 32 elements");
  if (v.size() >= kLongVector) return false;
  Sum even;
  Sum odd;                      // its carries are not looked at
  std::size_t bits_of_odd = 0;  // those of each length
#define ADD_2(count)                     \
  case count:                            \
    odd.add(v[(count)-1].iov_len);       \
    bits_of_odd |= v[(count)-1].iov_len; \
    [[fallthrough]];                     \
  case (count)-1:                        \
    even.add(v[(count)-2].iov_len);      \
    [[fallthrough]]
#define ADD_10(count) \
  ADD_2(count);       \
  ADD_2((count)-2);   \
  ADD_2((count)-4);   \
  ADD_2((count)-6);   \
  ADD_2((count)-8)
  switch (v.size()) {
    ADD_10(31);
    ADD_10(21);
    ADD_10(11);
    case 1:
      even.add(v[0].iov_len);
      [[fallthrough]];
    default:
      even.add(odd.bytes);
  }
#undef ADD_10
#undef ADD_2
  bytes = even.bytes;
  return even.wrapped == 0 && bits_of_odd <= SIZE_MAX / kLongVector;
}

}  // namespace iov::detail
