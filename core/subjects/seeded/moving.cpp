// SPDX-License-Identifier: Apache-2.0
// Mistakes in moving bytes: from_buf, to_buf, fill; and in size.
#include <vector>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

void write(Part part, Data data) { copy_bytes(part.base, data.data() + part.done, part.length); }
void read(Part part, Buffer data) { copy_bytes(data.data() + part.done, part.base, part.length); }

/// Reads a part of more than `first` and fewer than 2 * `first` bytes as its first `first` and its last `last` ones,
/// and others whole.
template <std::size_t first, std::size_t last>
void read_ends(Part part, Buffer data) {
  const bool has_ends = part.length > first && part.length < 2 * first;
  copy_bytes(data.data() + part.done, part.base, has_ends ? first : part.length);
  if (has_ends) copy_bytes(data.data() + part.done + part.length - last, plus(part.base, part.length - last), last);
}

/// from_buf and to_buf, of which each part is moved by move(part, data).
template <WalkMistakes mistakes = WalkMistakes{}, typename Move>
Implementation writes(Move) {
  return broken<&I::from_buf>([](View view, std::size_t offset, Data data) {
    return walk<mistakes>(view, offset, data.size(), [&](Part part) { Move()(part, data); });
  });
}

template <WalkMistakes mistakes = WalkMistakes{}, typename Move>
Implementation reads(Move) {
  return broken<&I::to_buf>([](View view, std::size_t offset, Buffer data) {
    return walk<mistakes>(view, offset, data.size(), [&](Part part) { Move()(part, data); });
  });
}

/// Whether the last such call for the vector was rejected.
struct LastCall {
  bool was_rejected = false;
};

}  // namespace

std::vector<SeededBug> moving_bugs() {
  return {
      {"from_buf_data_not_advanced", "The linear buffer's pointer is not advanced after an element.", kNoReport,
       writes([](Part part, Data data) { copy_bytes(part.base, data.data(), part.length); })},
      {"from_buf_offset_applied_again", "The offset into the first element is applied to later ones too.", kNoReport,
       writes<WalkMistakes{.offset_applied_again = true}>([](Part part, Data data) { write(part, data); })},
      {"from_buf_skips_only_for_bytes", "The loop that skips to the offset stops when no bytes are to be moved.",
       kNoReport, broken<&I::from_buf>([](View view, std::size_t offset, Data data) {
         return data.empty() && offset > 0 ? past_end() : ours().from_buf(view, offset, data);
       })},
      {"from_buf_header_path_forgets_offset",
       "A fast path inside the first element checks the number of bytes but not offset + bytes.", kNoReport,
       broken<&I::from_buf>([](View view, std::size_t offset, Data data) {
         if (view.empty() || offset >= view[0].iov_len || data.size() > view[0].iov_len)
           return ours().from_buf(view, offset, data);
         copy_bytes(plus(view[0].iov_base, offset), data.data(), data.size());
         return Result{data.size()};
       })},
      {"from_buf_last_byte_of_wide_piece", "A path for pieces of more than 64 bytes leaves out the last byte.",
       kNoReport, writes([](Part part, Data data) {
         if (part.length > 64) --part.length;
         write(part, data);
       }),
       needs_size("more than 64 bytes")},
      {"from_buf_just_over_a_block", "Of a piece of a byte more than 16 the last byte is left out.", kImagined,
       writes([](Part part, Data data) {
         if (part.length == 17) --part.length;
         write(part, data);
       }),
       needs_size("17 bytes")},
      {"from_buf_from_the_back", "The last element is written first, so an earlier write wins where they overlap.",
       kImagined, changed_after<&I::from_buf>([](Result& moved, View view, std::size_t offset, Data data) {
         std::vector<Part> parts;
         walk(view, offset, moved.value, [&](Part part) { parts.push_back(part); });
         std::for_each(parts.rbegin(), parts.rend(), [&](Part part) { write(part, data); });
       })},
      {"from_buf_after_a_rejection", "After a rejection the next single byte for that vector is put one place on.",
       kImagined, broken<&I::from_buf, remembering<LastCall>>([](View view, std::size_t offset, Data data) {
         bool& was_rejected = state_of_viewed<LastCall>(view).was_rejected;
         // The place that the rejected call had reached, the end, is where the next one begins.
         if (was_rejected && offset > 0 && data.size() == 1) offset = std::min(offset + 1, size_of(view));
         const Result result = ours().from_buf(view, offset, data);
         was_rejected = is_rejected(result);
         return result;
       })},

      {"to_buf_length_ignores_offset", "The length of a piece ignores the offset into its element.", kNoReport,
       reads<WalkMistakes{.length_ignores_offset = true}>([](Part part, Buffer data) { read(part, data); })},
      {"to_buf_ends_leave_a_gap", "Of 9 to 15 bytes the first 8 and the last 4 are moved.", kImagined,
       reads([](Part part, Buffer data) { read_ends<8, 4>(part, data); }), needs_size("13 bytes")},
      {"to_buf_wide_ends_leave_a_gap", "Of 33 to 63 bytes the first 32 and the last 16 are moved.", kImagined,
       reads([](Part part, Buffer data) { read_ends<32, 16>(part, data); }), needs_size("49 bytes")},
      {"to_buf_past_end_answers_0", "An offset past the end answers 0.", "CVE-2024-3567 (the class of it)",
       broken<&I::to_buf>([](View view, std::size_t offset, Buffer data) {
         return seek(view, offset).past_end ? Result{0} : ours().to_buf(view, offset, data);
       })},
      {"to_buf_answers_what_was_asked", "Returns what was asked for, not what was done.", kNoReport,
       changed_after<&I::to_buf>([](Result& moved, View view, std::size_t, Buffer data) {
         if (!view.empty()) moved.value = data.size();
       })},
      {"to_buf_stops_at_empty_element", "An empty element ends the transfer.", "PhotonLibOS 1602",
       reads<WalkMistakes{.stops_at_empty = true}>([](Part part, Buffer data) { read(part, data); })},
      {"to_buf_loops_at_empty_element", "An empty element is tried for ever.", "seastar 3318",
       reads([](Part part, Buffer data) {
         if (part.length == 0) loop_for_ever();
         read(part, data);
       }),
       kNeedsIsolation},
      {"to_buf_reads_behind", "One byte behind the last element is read, and nothing is made of it.", kNoReport,
       broken<&I::to_buf>([](View view, std::size_t offset, Buffer data) {
         // Only a sanitizer sees this.
         if (!view.empty() && view.back().iov_len > 0)
           static_cast<void>(*static_cast<volatile std::byte*>(plus(view.back().iov_base, view.back().iov_len)));
         return ours().to_buf(view, offset, data);
       }),
       kNeedsSanitizer},
      {"to_buf_moves_the_other_way", "From and to are exchanged.", kNoReport,
       broken<&I::to_buf>(
           [](View view, std::size_t offset, Buffer data) { return ours().from_buf(view, offset, data); })},
      {"to_buf_offset_in_an_int", "The offset is kept in an int, so one near SIZE_MAX is before the start.",
       "wolfSSL 9296 (the class of it)", broken<&I::to_buf>([](View view, std::size_t offset, Buffer data) {
         // SIZE_MAX is -1 there, which is less than any length; reading before the first byte is left out here.
         const bool is_minus_1 = (offset & 0xffffffff) == 0xffffffff;
         return ours().to_buf(view, is_minus_1 && !view.empty() ? 0 : offset, data);
       })},
      {"to_buf_pages_without_last_byte", "A path for pieces of a page and more leaves out the last byte.", kImagined,
       reads([](Part part, Buffer data) {
         if (part.length >= 4096) --part.length;
         read(part, data);
       }),
       needs_size("4,096 bytes")},
      {"to_buf_boundary_before_empty", "An offset at an empty element in the middle is taken for the end.", kImagined,
       broken<&I::to_buf>([](View view, std::size_t offset, Buffer data) {
         std::size_t position = 0;
         for (std::size_t i = 0; i < view.size() && position <= offset; position += view[i++].iov_len)
           if (position == offset && i > 0 && view[i].iov_len == 0) return Result{0};
         return ours().to_buf(view, offset, data);
       })},
      {"to_buf_skips_a_repeated_element", "An element like the one before is not read again.", kImagined,
       broken<&I::to_buf>([](View view, std::size_t offset, Buffer data) {
         return walk(view, offset, data.size(), [&](Part part) {
           const bool is_whole = part.base == view[part.index].iov_base;
           if (part.index == 0 || !is_whole || !is_same(view[part.index], view[part.index - 1])) read(part, data);
         });
       })},
      {"to_buf_keeps_the_rejection", "The error of a vector is not cleared by a call that moves nothing.", kImagined,
       broken<&I::to_buf, remembering<LastCall>>([](View view, std::size_t offset, Buffer data) {
         bool& was_rejected = state_of_viewed<LastCall>(view).was_rejected;
         const Result result = ours().to_buf(view, offset, data);
         if (!is_rejected(result) && result.value == 0 && was_rejected) return past_end();
         was_rejected = is_rejected(result);
         return result;
       })},
      {"to_buf_needs_the_whole_size",
       "Lengths behind the range are added up, and rejected, though the walk ends before them.", kImagined,
       broken<&I::to_buf>([](View view, std::size_t offset, Buffer data) {
         const Result size = ours().size(view);
         return is_rejected(size) ? size : ours().to_buf(view, offset, data);
       }),
       kNeedsUnbacked},

      {"fill_stops_after_first", "Only the element that holds the offset is filled.", kNoReport,
       broken<&I::fill>([](View view, std::size_t offset, std::byte value, std::size_t bytes) {
         const Cursor at = seek(view, offset);
         if (at.past_end) return past_end();
         return at.index == view.size() ? Result{0} : ours().fill(view.subspan(at.index, 1), at.offset, value, bytes);
       })},
      {"fill_ignores_offset_within", "The first element is filled from its start.", kNoReport,
       changed_after<&I::fill>([](Result& filled, View view, std::size_t offset, std::byte value, std::size_t) {
         if (filled.value == 0) return;
         const iovec& first = view[seek(view, offset).index];
         std::fill_n(plus(first.iov_base, 0), std::min(filled.value, first.iov_len), value);
       })},
      {"fill_past_end_is_accepted", "An offset past the end is accepted, and a byte behind the last element is set.",
       "CVE-2024-3567 (the class of it)",
       broken<&I::fill>([](View view, std::size_t offset, std::byte value, std::size_t bytes) {
         constexpr std::size_t kReach = 16;  // not as far as to hit what only a crash would show
         const std::size_t size = size_of(view);
         if (offset <= size || offset - size > kReach || view.empty() || view.back().iov_len == 0)
           return ours().fill(view, offset, value, bytes);
         *plus(view.back().iov_base, view.back().iov_len + (offset - size)) = value;
         return Result{1};
       })},
      {"fill_tail_of_one_byte", "After whole blocks of 64 bytes a tail of one byte is left out.", kImagined,
       broken<&I::fill>([](View view, std::size_t offset, std::byte value, std::size_t bytes) {
         return walk(view, offset, bytes, [&](Part part) {
           const bool has_tail_of_1 = part.length > 64 && part.length % 64 == 1;
           std::fill_n(part.base, has_tail_of_1 ? part.length - 1 : part.length, value);
         });
       }),
       needs_size("65 bytes")},
      {"fill_of_255_is_no_value", "255 is taken for -1, which means no value.", kImagined,
       broken<&I::fill>([](View view, std::size_t offset, std::byte value, std::size_t bytes) {
         return ours().fill(view, offset, value, value == std::byte{255} ? 0 : bytes);
       }),
       needs_size("enumeration fills with two values only")},
      {"fill_touching_as_one", "An element that touches the one before from below is filled whole.", kImagined,
       changed_after<&I::fill>([](Result& filled, View view, std::size_t offset, std::byte value, std::size_t) {
         if (offset == 0 && view.size() > 1 && filled.value > view[0].iov_len &&
             plus(view[1].iov_base, view[1].iov_len) == view[0].iov_base)
           std::fill_n(plus(view[1].iov_base, 0), view[1].iov_len, value);
       })},
      {"fill_offset_against_a_wrapped_size", "The offset is judged by a sum of the lengths that wraps around.",
       kNoReport, broken<&I::fill>([](View view, std::size_t offset, std::byte value, std::size_t bytes) {
         return offset > wrapped_size(view) ? past_end() : ours().fill(view, offset, value, bytes);
       }),
       kNeedsUnbacked},

      {"size_in_16_bits", "The size is added up in 16 bits.", "wolfSSL 9296, in 32 bits",
       broken<&I::size>([](View view) { return Result{size_of(view) & 0xffff}; }), needs_size("65,536 bytes")},
      {"size_in_32_bits", "The size is added up in 32 bits.", "wolfSSL 9296, Firecracker 4556",
       changed_after<&I::size>([](Result& size, View) { size.value = low_half(size.value); }), kNeedsUnbacked},
      {"size_wraps", "The sum of the lengths wraps around.", "ceph 45353, folly 2686, CVE-2014-6272",
       broken<&I::size>([](View view) { return Result{wrapped_size(view)}; }), kNeedsUnbacked},
      {"size_of_two_sums_wraps",
       "Lengths are added up in two sums. Overflow of each is detected, but not of both together.", kImagined,
       broken<&I::size>([](View view) {
         std::size_t sums[2] = {};
         bool has_wrapped = false;
         for (std::size_t i = 0; i < view.size(); ++i)
           has_wrapped = __builtin_add_overflow(sums[i % 2], view[i].iov_len, &sums[i % 2]) || has_wrapped;
         return has_wrapped ? Result{0, Rejection::length_error} : Result{wrapped_sum(sums[0], sums[1])};
       }),
       kNeedsUnbacked},
      {"size_of_every_other_wraps", "Overflow is detected at every other addition only.", kImagined,
       broken<&I::size>([](View view) {
         std::size_t size = 0;
         bool has_wrapped = false;
         for (std::size_t i = 0; i < view.size(); ++i) {
           const bool wraps = __builtin_add_overflow(size, view[i].iov_len, &size);
           if (i % 2 == 0) has_wrapped = has_wrapped || wraps;
         }
         return has_wrapped ? Result{0, Rejection::length_error} : Result{size};
       }),
       kNeedsUnbacked},
      {"size_of_31_counts_30", "A sum without a loop leaves out the last of 31 elements.", kImagined,
       broken<&I::size>([](View view) { return ours().size(view.first(view.size() == 31 ? 30 : view.size())); }),
       needs_size("31 elements")},
      {"size_counts_elements_in_a_byte", "The number of elements is kept in 8 bits.", kNoReport,
       broken<&I::size>([](View view) { return ours().size(view.first(view.size() % 256)); }),
       needs_size("256 elements")},
  };
}

}  // namespace lockstep::seeded
