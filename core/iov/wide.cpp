#include "iov/wide.h"

#include <cstdint>

// A second copy for AVX2, chosen when the program is loaded, which takes glibc; sanitizers are not there yet by then.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define IOV_WIDE_ __attribute__((target_clones("avx2", "default")))
#else
#define IOV_WIDE_
#endif

namespace iov::detail {
namespace {

using Word = std::uint64_t;
constexpr std::size_t kBytesPerVector = 32;
constexpr std::size_t kVectorsPerBlock = 8;
constexpr std::size_t kBytesPerBlock = kVectorsPerBlock * kBytesPerVector;
using Vector __attribute__((vector_size(kBytesPerVector))) = Word;

/// Adds the bits of the Number at `bytes`, which lies anywhere.
template <typename Number>
[[gnu::always_inline]] inline void gather(Number& bits, const unsigned char* bytes) noexcept {
  Number more;
  std::memcpy(&more, bytes, sizeof more);
  bits |= more;
}

/// Adds the bits of `count` bytes, at least those of one Number. The last one overlaps the one before it rather than
/// reaching past the end.
template <typename Number>
[[gnu::always_inline]] inline void gather(Number& bits, const unsigned char* bytes, std::size_t count) noexcept {
  for (std::size_t at = 0; at + sizeof bits < count; at += sizeof bits) gather(bits, bytes + at);
  gather(bits, bytes + count - sizeof bits);
}

template <typename Number>
[[gnu::always_inline]] inline bool are_zero_by(const unsigned char* bytes, std::size_t count) noexcept {
  Number bits = 0;
  gather(bits, bytes, count);
  return bits == 0;
}

[[gnu::always_inline]] inline bool is_zero(const Vector& bits) noexcept {
  return (bits[0] | bits[1] | bits[2] | bits[3]) == 0;
}

}  // namespace

IOV_WIDE_ bool are_zero(const unsigned char* bytes, std::size_t count) noexcept {
  if (count < sizeof(std::uint32_t)) return are_zero_by<unsigned char>(bytes, count);
  if (count < sizeof(Word)) return are_zero_by<std::uint32_t>(bytes, count);
  if (count < kBytesPerVector) return are_zero_by<Word>(bytes, count);
  for (; count > kBytesPerBlock; bytes += kBytesPerBlock, count -= kBytesPerBlock) {
    Vector bits = {};
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kVectorsPerBlock; ++i) gather(bits, bytes + i * kBytesPerVector);
    if (!is_zero(bits)) return false;
  }
  Vector bits = {};
  gather(bits, bytes, count);
  return is_zero(bits);
}

std::size_t first_mismatch(const unsigned char* a, const unsigned char* b, std::size_t count) noexcept {
  constexpr std::size_t kFew = 16;
  std::size_t equal = 0;
  while (count > kFew) {
    const std::size_t half = count / 2;
    const bool is_behind = std::memcmp(a + equal, b + equal, half) == 0;
    if (is_behind) equal += half;
    count = is_behind ? count - half : half;
  }
  while (a[equal] == b[equal]) ++equal;
  return equal;
}

}  // namespace iov::detail
