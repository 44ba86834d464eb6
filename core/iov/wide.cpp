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
constexpr std::size_t kBytesPerBlock = 8 * kBytesPerVector;
using Vector __attribute__((vector_size(kBytesPerVector))) = Word;

[[gnu::always_inline]] inline bool is_zero(Word bits) noexcept { return bits == 0; }
[[gnu::always_inline]] inline bool is_zero(const Vector& bits) noexcept {
  return (bits[0] | bits[1] | bits[2] | bits[3]) == 0;
}

/// Whether `count` bytes, at least those of one Number, are all 0. The last Number overlaps the one before it rather
/// than reaching past the end.
template <typename Number>
[[gnu::always_inline]] inline bool are_zero_by(const unsigned char* bytes, std::size_t count) noexcept {
  Number bits;
  std::memcpy(&bits, bytes + count - sizeof bits, sizeof bits);
#pragma GCC unroll 8
  for (std::size_t at = 0; at + sizeof bits < count; at += sizeof bits) {
    Number more;
    std::memcpy(&more, bytes + at, sizeof more);
    bits |= more;
  }
  return is_zero(bits);
}

}  // namespace

IOV_WIDE_ bool are_zero(const unsigned char* bytes, std::size_t count) noexcept {
  if (count < sizeof(std::uint32_t)) return are_zero_by<unsigned char>(bytes, count);
  if (count < sizeof(Word)) return are_zero_by<std::uint32_t>(bytes, count);
  if (count < kBytesPerVector) return are_zero_by<Word>(bytes, count);
  for (; count > kBytesPerBlock; bytes += kBytesPerBlock, count -= kBytesPerBlock)
    if (!are_zero_by<Vector>(bytes, kBytesPerBlock)) return false;
  return are_zero_by<Vector>(bytes, count);
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
