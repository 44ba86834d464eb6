// SPDX-License-Identifier: Apache-2.0
// Mistakes in looking at bytes: is_zero, first_difference, hexdump.
#include <string>
#include <vector>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

/// is_zero, which does not look at the bytes of each part for whose index is_skipped(part, index).
template <WalkMistakes mistakes = WalkMistakes{}, typename IsSkipped>
Result is_zero_but_for(View view, std::size_t offset, std::size_t bytes, IsSkipped is_skipped) {
  if (lies_outside(view, offset, bytes)) return past_end();
  bool is_zero = true;
  walk<mistakes>(view, offset, bytes, [&](Part part) {
    for (std::size_t i = 0; i < part.length; ++i)
      is_zero = is_zero && (is_skipped(part, i) || part.base[i] == std::byte{0});
  });
  return {is_zero ? 1u : 0u};
}

/// The answer for bytes that are all equal.
std::size_t where_shorter_ends(View a, View b) {
  return size_of(a) == size_of(b) ? model::kNoDifference : std::min(size_of(a), size_of(b));
}

}  // namespace

std::vector<SeededBug> looking_bugs() {
  return {
      {"is_zero_offset_applied_again", "The offset into the first element is applied to later ones too.", kNoReport,
       broken<&I::is_zero>([](View view, std::size_t offset, std::size_t bytes) {
         constexpr WalkMistakes kMistakes = {.offset_applied_again = true};
         return is_zero_but_for<kMistakes>(view, offset, bytes, [](Part, std::size_t) { return false; });
       }),
       needs_size("needs bytes of 0 beside others, so more steps than enumeration has", kNeedsSteps)},
      {"is_zero_range_check_wraps", "The range check adds offset and bytes, which wraps.", "QEMU 4c386f80",
       broken<&I::is_zero>([](View view, std::size_t offset, std::size_t bytes) {
         return passes_wrapped(view, offset, bytes) ? Result{0} : ours().is_zero(view, offset, bytes);
       })},
      {"is_zero_ignores_tail_of_words", "Of pieces of more than 16 bytes only whole words are looked at.", kImagined,
       broken<&I::is_zero>([](View view, std::size_t offset, std::size_t bytes) {
         return is_zero_but_for(view, offset, bytes, [](Part part, std::size_t i) {
           return part.length > 16 && i >= (part.length & ~std::size_t{7});
         });
       }),
       needs_size("17 bytes, all 0 but for the last ones")},
      {"is_zero_ignores_last_byte_of_block", "Of each block of 16 bytes the last one is not looked at.", kImagined,
       broken<&I::is_zero>([](View view, std::size_t offset, std::size_t bytes) {
         return is_zero_but_for(view, offset, bytes, [](Part, std::size_t i) { return i % 16 == 15; });
       }),
       needs_size("16 bytes, all 0 but for the last one")},
      {"is_zero_starts_aligned", "Of pieces of more than 16 bytes those before the first aligned word are skipped.",
       kImagined, broken<&I::is_zero>([](View view, std::size_t offset, std::size_t bytes) {
         return is_zero_but_for(view, offset, bytes, [](Part part, std::size_t i) {
           return part.length > 16 && i < (8 - reinterpret_cast<std::uintptr_t>(part.base) % 8) % 8;
         });
       }),
       needs_size("17 bytes, all 0 but for the first ones")},
      {"is_zero_reads_whole_words", "The last word of a piece of zeros is read whole, though the piece ends in it.",
       kImagined, changed_after<&I::is_zero>([](Result& is_zero, View view, std::size_t offset, std::size_t bytes) {
         walk(view, offset, is_zero.value == 1 ? bytes : 0, [](Part part) {
           // Nothing is made of what lies behind.
           if (part.length > 8 && part.length % 8 != 0)
             static_cast<void>(*static_cast<volatile std::byte*>(part.base + (part.length | 7)));
         });
       }),
       needs_size("9 bytes of 0", kNeedsSanitizer)},
      {"is_zero_against_a_wrapped_size", "The range is judged by a sum of the lengths that wraps around.", kNoReport,
       broken<&I::is_zero>([](View view, std::size_t offset, std::size_t bytes) {
         const std::size_t size = wrapped_size(view);
         return offset > size || bytes > size - offset ? past_end() : ours().is_zero(view, offset, bytes);
       }),
       kNeedsUnbacked},

      {"compare_skips_last_piece", "The comparison ends before the last piece.", "Redpanda 29179",
       changed_after<&I::first_difference>([](Result& result, View a, View b) {
         if (!a.empty() && size_of(a) == size_of(b) && result.value >= size_of(a.first(a.size() - 1)))
           result.value = model::kNoDifference;
       })},
      {"compare_tells_offset_in_element", "The difference is told as an offset within its element.", kNoReport,
       changed_after<&I::first_difference>([](Result& result, View a, View b) {
         if (result.value < std::min(size_of(a), size_of(b))) result.value = seek(a, result.value).offset;
       })},
      {"compare_by_elements", "Elements are compared in pairs, as if both sides were segmented the same way.",
       "QEMU 4c386f80 aborts", broken<&I::first_difference>([](View a, View b) {
         const std::size_t both = std::min(a.size(), b.size());
         for (std::size_t i = 0, position = 0; i < both; position += a[i++].iov_len) {
           const Result result = ours().first_difference(a.subspan(i, 1), b.subspan(i, 1));
           if (result.value != model::kNoDifference) return Result{position + result.value};
         }
         return Result{a.size() == b.size() ? model::kNoDifference : size_of(a.first(both))};
       })},
      {"compare_last_byte_of_wide_run", "A comparison of more than 32 bytes leaves out the last byte.", kImagined,
       changed_after<&I::first_difference>([](Result& result, View a, View b) {
         const std::size_t both = std::min(size_of(a), size_of(b));
         if (both > 32 && result.value == both - 1) result.value = where_shorter_ends(a, b);
       }),
       needs_size("33 equal bytes in different places, but for the last one")},
      {"compare_first_16_of_32_bytes", "Of elements of 17 to 32 bytes on both sides the first 16 are compared.",
       kImagined, changed_after<&I::first_difference>([](Result& result, View a, View b) {
         if (result.value >= std::min(size_of(a), size_of(b))) return;
         const Cursor in_a = seek(a, result.value);
         const Cursor in_b = seek(b, result.value);
         const std::size_t length = a[in_a.index].iov_len;
         const bool is_pair = in_a.index == in_b.index && in_a.offset == in_b.offset && b[in_b.index].iov_len == length;
         // What differs behind that element is not looked for.
         if (is_pair && in_a.offset >= 16 && length <= 32) result.value = where_shorter_ends(a, b);
       }),
       needs_size("17 bytes, of which the last ones differ")},
      {"compare_trusts_equal_bases", "Two vectors of one size that start at the same byte are taken for equal.",
       kImagined, broken<&I::first_difference>([](View a, View b) {
         const bool look_equal =
             !a.empty() && a.size() == b.size() && size_of(a) == size_of(b) && a.front().iov_base == b.front().iov_base;
         return look_equal ? Result{model::kNoDifference} : ours().first_difference(a, b);
       })},
      {"compare_by_lengths_first", "Two vectors that differ in the base of their first element only are equal.",
       kImagined, broken<&I::first_difference>([](View a, View b) {
         const bool look_equal = a.size() > 1 && a.size() == b.size() && a.front().iov_len == b.front().iov_len &&
                                 std::equal(a.begin() + 1, a.end(), b.begin() + 1, is_same);
         return look_equal ? Result{model::kNoDifference} : ours().first_difference(a, b);
       })},

      {"hexdump_ignores_limit", "All bytes are shown, whatever the limit.", kNoReport,
       broken<&I::hexdump>([](View view, const std::string& prefix, std::size_t, std::string& text) {
         return ours().hexdump(view, prefix, SIZE_MAX, text);
       })},
      {"hexdump_last_line_misaligned", "A short last line has its characters right behind its bytes.", kNoReport,
       changed_after<&I::hexdump>([](Result&, View view, const std::string&, std::size_t limit, std::string& text) {
         const std::size_t shown = std::min(limit, size_of(view)) % 16;
         if (shown == 0) return;
         // What stands before the characters of the last line: blanks for the bytes that are missing, and one more.
         const std::size_t characters = text.size() - 1 - shown;
         const std::size_t last_byte = text.find_last_not_of(' ', characters - 1);
         text.erase(last_byte + 1, characters - last_byte - 2);
       })},
      {"hexdump_offset_in_4_digits", "Of offsets from 64 KiB on, four digits are shown.",
       "QEMU 4c386f80 overruns its line",
       changed_after<&I::hexdump>([](Result&, View, const std::string& prefix, std::size_t, std::string& text) {
         for (std::size_t line = 0; line < text.size(); line = text.find('\n', line) + 1) {
           const std::size_t digits = line + prefix.size() + 2;
           text.erase(digits, text.find(':', digits) - 4 - digits);
         }
       }),
       needs_size("more than 65,536 bytes")},
  };
}

}  // namespace lockstep::seeded
