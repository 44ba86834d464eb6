// SPDX-License-Identifier: Apache-2.0
#include "iov/wide.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>

// Each call asks for AVX2: what a linker chooses (target_clones) runs before a statically linked program is set up.
#if defined(__x86_64__) && !defined(__ILP32__) && defined(__GNUC__)
#include <immintrin.h>
#define IOV_WIDE_TARGET "avx2"
#endif

namespace iov::detail {
namespace {

using Word = std::uint64_t;
constexpr std::size_t kWideBytes = 32;
constexpr std::size_t kBytesPerBlock = kRegistersPerBlock * kWideBytes;
using WideRegister __attribute__((vector_size(kWideBytes))) = Word;
using Half __attribute__((vector_size(kWideBytes / 2))) = Word;

[[gnu::always_inline]] inline bool is_zero(Word bits) noexcept { return bits == 0; }
[[gnu::always_inline]] inline bool is_zero(const WideRegister& bits) noexcept {
  Half halves[2];
  std::memcpy(halves, &bits, sizeof halves);
  halves[0] |= halves[1];
  return (halves[0][0] | halves[0][1]) == 0;
}

/// Whether `count` bytes are all 0. The last Number that is read ends with the last byte, and may overlap the one
/// before: where `count` is less than sizeof(Number), the bytes before have to be of the same piece, and 0.
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
  if (count < kWideBytes) return are_zero_by<Word>(bytes, count);
  if (count > kBytesPerBlock) {  // aligned from then on: a register in two cache lines takes twice as long
    if (!are_zero_by<WideRegister>(bytes, kWideBytes)) return false;
    const std::size_t to_aligned = kWideBytes - reinterpret_cast<std::uintptr_t>(bytes) % kWideBytes;
    bytes += to_aligned;
    count -= to_aligned;
  }
  for (; count > kBytesPerBlock; bytes += kBytesPerBlock, count -= kBytesPerBlock)
    if (!are_zero_by<WideRegister>(bytes, kBytesPerBlock)) return false;
  return are_zero_by<WideRegister>(bytes, count);
}

#if defined(IOV_WIDE_TARGET)
[[gnu::target(IOV_WIDE_TARGET)]] bool are_zero_by_avx2(const unsigned char* bytes, std::size_t count) noexcept {
  return are_zero_in_blocks(bytes, count);
}

/// The lengths of four elements. By intrinsics, because gcc takes shuffles of its own vectors apart.
[[gnu::target(IOV_WIDE_TARGET), gnu::always_inline]] inline __m256i lengths_of_4(const iovec* element) noexcept {
  static_assert(sizeof(iovec) == sizeof(__m128i) && offsetof(iovec, iov_len) == sizeof(__m128i) / 2);
  const auto* const pairs = reinterpret_cast<const __m256i*>(element);
  return _mm256_unpackhi_epi64(_mm256_loadu_si256(pairs), _mm256_loadu_si256(pairs + 1));
}

[[gnu::target(IOV_WIDE_TARGET)]] std::size_t add_lengths_by_avx2(const iovec* element, std::size_t count,
                                                                 std::size_t& sum) noexcept {
  __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};  // so that neither waits for the other
  __m256i all_bits = _mm256_setzero_si256();
  const std::size_t added = count - count % 8;
  for (const iovec* const end = element + added; element != end; element += 8)
#pragma GCC unroll 2
    for (std::size_t i = 0; i < 2; ++i) {
      const __m256i lengths = lengths_of_4(element + 4 * i);
      sums[i] = _mm256_add_epi64(sums[i], lengths);
      all_bits = _mm256_or_si256(all_bits, lengths);
    }
  std::uint64_t bits[4];
  std::memcpy(bits, &all_bits, sizeof bits);
  if ((bits[0] | bits[1] | bits[2] | bits[3]) > SIZE_MAX / count) return 0;
  std::uint64_t parts[8];
  std::memcpy(parts, sums, sizeof parts);
  sum = std::accumulate(std::begin(parts), std::end(parts), std::size_t{0});
  return added;
}
#endif

}  // namespace

std::size_t add_lengths([[maybe_unused]] const iovec* element, [[maybe_unused]] std::size_t count,
                        [[maybe_unused]] std::size_t& sum) noexcept {
#if defined(IOV_WIDE_TARGET)
  if (__builtin_cpu_supports(IOV_WIDE_TARGET) != 0) return add_lengths_by_avx2(element, count, sum);
#endif
  return 0;
}

bool are_zero(const unsigned char* bytes, std::size_t count) noexcept {
#if defined(IOV_WIDE_TARGET)
  if (count >= kWideBytes && __builtin_cpu_supports(IOV_WIDE_TARGET) != 0) return are_zero_by_avx2(bytes, count);
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
  // Not past the last one, also where another thread makes the bytes equal meanwhile.
  for (; count > 1 && a[equal] == b[equal]; --count) ++equal;
  return equal;
}

}  // namespace iov::detail
