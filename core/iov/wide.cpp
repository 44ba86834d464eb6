// SPDX-License-Identifier: Apache-2.0
#include "iov/wide.h"

#include <algorithm>
#include <cstdint>

namespace iov::detail {
namespace {

using Word = std::uint64_t;
constexpr std::size_t kBytesPerVector = 32;
constexpr std::size_t kBytesPerBlock = kVectorsPerBlock * kBytesPerVector;
using WideVector __attribute__((vector_size(kBytesPerVector))) = Word;
using Half __attribute__((vector_size(kBytesPerVector / 2))) = Word;

[[gnu::always_inline]] inline bool is_zero(Word bits) noexcept { return bits == 0; }
[[gnu::always_inline]] inline bool is_zero(const WideVector& bits) noexcept {
  Half halves[2];
  std::memcpy(halves, &bits, sizeof halves);
  halves[0] |= halves[1];
  return (halves[0][0] | halves[0][1]) == 0;
}

/// Whether `count` bytes are all 0. The last Number is read whole and ends with them: where they are fewer than it has,
/// bytes before them have to be of the same piece, and 0.
template <typename Number>
[[gnu::always_inline]] inline bool are_zero_by(const unsigned char* bytes, std::size_t count) noexcept {
  Number bits{};
  Number more;
#pragma GCC unroll 16
  for (std::size_t at = 0; at + sizeof bits < count; at += sizeof bits) {
    std::memcpy(&more, bytes + at, sizeof more);
    bits |= more;
  }
  std::memcpy(&more, bytes + count - sizeof more, sizeof more);
  bits |= more;
  return is_zero(bits);
}

[[gnu::always_inline]] inline bool are_zero_in_blocks(const unsigned char* bytes, std::size_t count) noexcept {
  if (count < sizeof(std::uint32_t)) return are_zero_by<unsigned char>(bytes, count);
  if (count < sizeof(Word)) return are_zero_by<std::uint32_t>(bytes, count);
  if (count < kBytesPerVector) return are_zero_by<Word>(bytes, count);
  if (count > kBytesPerBlock) {  // aligned from then on: a vector in two cache lines takes twice as long
    if (!are_zero_by<WideVector>(bytes, kBytesPerVector)) return false;
    const std::size_t unaligned = kBytesPerVector - reinterpret_cast<std::uintptr_t>(bytes) % kBytesPerVector;
    bytes += unaligned;
    count -= unaligned;
  }
  for (; count > kBytesPerBlock; bytes += kBytesPerBlock, count -= kBytesPerBlock)
    if (!are_zero_by<WideVector>(bytes, kBytesPerBlock)) return false;
  return are_zero_by<WideVector>(bytes, count);
}

// Chosen by each call: what a linker chooses (target_clones) runs before a statically linked program is set up.
#if defined(__x86_64__) && defined(__GNUC__)
#define IOV_WIDE_TARGET "avx2"
[[gnu::target(IOV_WIDE_TARGET)]] bool are_zero_by_avx2(const unsigned char* bytes, std::size_t count) noexcept {
  return are_zero_in_blocks(bytes, count);
}
#endif

}  // namespace

bool are_zero(const unsigned char* bytes, std::size_t count) noexcept {
#if defined(IOV_WIDE_TARGET)
  if (count >= kBytesPerVector && __builtin_cpu_supports(IOV_WIDE_TARGET) != 0) return are_zero_by_avx2(bytes, count);
#endif
  return are_zero_in_blocks(bytes, count);
}

std::size_t first_mismatch(const unsigned char* a, const unsigned char* b, std::size_t count) noexcept {
  constexpr std::size_t kFew = 16;
  std::size_t equal = 0;
  // A difference is often near: what is looked at first is short, and then twice as long each time.
  std::size_t next = kFew;
  for (; next < count && std::memcmp(a + equal, b + equal, next) == 0; next *= 2) {
    equal += next;
    count -= next;
  }
  count = std::min(count, next);
  while (count > kFew) {
    const std::size_t half = count / 2;
    const bool is_behind = std::memcmp(a + equal, b + equal, half) == 0;
    if (is_behind) equal += half;
    count = is_behind ? count - half : half;
  }
  // Never past the last one, also where somebody else makes it equal meanwhile.
  for (; count > 1 && a[equal] == b[equal]; --count) ++equal;
  return equal;
}

}  // namespace iov::detail
