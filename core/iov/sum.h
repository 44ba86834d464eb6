// SPDX-License-Identifier: Apache-2.0
// How the library adds lengths up, which may wrap. Not for users: only the library's own sources include it.
// The bitwise OR of lengths is at least the longest one: n lengths cannot wrap where it is at most SIZE_MAX / n.
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
  std::size_t bits = 0;  // of each length less 1: SIZE_MAX where one is 0, so one comparison finds that, too
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kElementsPerBlock; ++i) {
    std::size_t less = 0;
    static_cast<void>(__builtin_sub_overflow(first[i].iov_len, 1, &less));
    static_cast<void>(__builtin_add_overflow(bytes, first[i].iov_len, &bytes));
    bits |= less;
  }
  return bits <= SIZE_MAX / (2 * kElementsPerBlock);
}

/// Lengths that are added up without their carries, and what tells whether there can be any.
struct UncheckedSum {
  std::size_t bytes = 0;
  std::size_t bits = 0;  ///< The OR of them.

  void add(std::size_t more) noexcept {
    static_cast<void>(__builtin_add_overflow(bytes, more, &bytes));
    bits |= more;
  }
};

/// Adds up fewer than kLongVector elements. False where there are as many, or where their sum might wrap: `bytes` is no
/// sum then.
/// On Intel's processors carries and branches share two execution ports. So there is no loop, but a switch whose cases
/// fall through, and only every other length is added with its carry.
[[gnu::always_inline]] inline bool add_few(std::span<const iovec> v, std::size_t& bytes) noexcept {
  static_assert(kLongVector <= 32, "there are cases for fewer than 32 elements");
  if (v.size() >= kLongVector) return false;
  Sum checked;
  UncheckedSum unchecked;
#define ADD_2(count)                     \
  case count:                            \
    unchecked.add(v[(count)-1].iov_len); \
    [[fallthrough]];                     \
  case (count)-1:                        \
    checked.add(v[(count)-2].iov_len);   \
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
      checked.add(v[0].iov_len);
      [[fallthrough]];
    default:
      checked.add(unchecked.bytes);
  }
#undef ADD_10
#undef ADD_2
  bytes = checked.bytes;
  return checked.wrapped == 0 && unchecked.bits <= SIZE_MAX / kLongVector;
}

}  // namespace iov::detail
