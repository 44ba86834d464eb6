// SPDX-License-Identifier: Apache-2.0
// Mistakes that only what is long shows: numbers in 8 or 16 bits, and paths that end early.
#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

constexpr std::size_t kByte = 0xff;
constexpr std::size_t kTwoBytes = 0xffff;
constexpr std::string_view kLongVector = "more than 65,535 bytes";

/// Ours, but for the number of bytes, of which only these bits count. All of them means all, in any number of bits.
template <auto entry, std::size_t mask>
Implementation discards_masked() {
  return broken<entry>([](Elements& view, std::size_t bytes, UndoStorage* record) {
    return (ours().*entry)(view, bytes == SIZE_MAX ? bytes : bytes & mask, record);
  });
}

}  // namespace

std::vector<SeededBug> length_bugs() {
  return {
      {"discard_front_in_a_byte", "How many bytes go is kept in 8 bits.", "Zephyr 22307",
       discards_masked<&I::discard_front, kByte>(), needs_size("256 bytes")},
      {"discard_front_in_16_bits", "How many bytes go is kept in 16 bits.", "libvma 1040",
       discards_masked<&I::discard_front, kTwoBytes>(), needs_size(kLongVector)},
      {"discard_back_in_16_bits", "How many bytes go is kept in 16 bits.", "nuttx 4185",
       discards_masked<&I::discard_back, kTwoBytes>(), needs_size(kLongVector)},
      {"to_buf_offset_in_16_bits", "The offset is kept in 16 bits.", kNoReport,
       broken<&I::to_buf>([](View view, std::size_t offset, Span<std::byte> space) {
         return ours().to_buf(view, offset > size_of(view) ? offset : offset & kTwoBytes, space);
       }),
       needs_size(kLongVector)},
      {"size_counts_elements_in_16_bits", "The number of elements is kept in 16 bits.", kNoReport,
       broken<&I::size>([](View view) { return ours().size(view.first(view.size() & kTwoBytes)); }),
       needs_size("65,536 elements")},
      {"is_zero_looks_at_4096_bytes", "Of each piece the first 4,096 bytes are looked at.", kImagined,
       broken<&I::is_zero>([](View view, std::size_t offset, std::size_t bytes) {
         if (lies_outside(view, offset, bytes)) return past_end();
         bool is_zero = true;
         walk(view, offset, bytes, [&](Part part) {
           const iovec start = {part.base, std::min<std::size_t>(part.length, 4096)};
           is_zero = is_zero && ours().is_zero({&start, 1}, 0, start.iov_len).value == 1;
         });
         return Result{is_zero ? 1u : 0u};
       }),
       needs_size("a piece of 4,097 bytes, all 0 but for the last one")},
      {"compare_ends_after_16_bits", "What is equal in its first 65,536 bytes is equal.", kImagined,
       changed_after<&I::first_difference>([](Result& result, View, View) {
         if (result.value > kTwoBytes) result.value = model::kNoDifference;
       }),
       needs_size(kLongVector)},
  };
}

}  // namespace lockstep::seeded
