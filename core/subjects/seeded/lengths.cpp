// Mistakes that show at lengths which no memory has: sums that wrap, 32 bits, signed numbers. None of them is here to
// look at a byte.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

std::size_t wrapped_sum(std::size_t a, std::size_t b) {
  static_cast<void>(__builtin_add_overflow(a, b, &a));
  return a;
}

std::size_t wrapped_size(View view) {
  std::size_t size = 0;
  for (const iovec& element : view) size = wrapped_sum(size, element.iov_len);
  return size;
}

/// What is left of a number in half of its bits: 32, mostly.
std::size_t low_half(std::size_t number) {
  return number & (SIZE_MAX >> (std::numeric_limits<std::size_t>::digits / 2));
}

bool is_negative(std::size_t number) { return number > SIZE_MAX / 2; }

Result size_in_32_bits(View view) {
  const Result result = ours().size(view);
  return {low_half(result.value), result.rejection};
}

Result size_wraps(View view) { return {wrapped_size(view)}; }

Result fill_offset_against_a_wrapped_size(View view, std::size_t offset, std::byte value, std::size_t bytes) {
  return offset > wrapped_size(view) ? past_end() : ours().fill(view, offset, value, bytes);
}

Result to_buf_needs_the_whole_size(View view, std::size_t offset, std::span<std::byte> data) {
  const Result size = ours().size(view);
  return size.rejection != Rejection::none ? size : ours().to_buf(view, offset, data);
}

Result is_zero_against_a_wrapped_size(View view, std::size_t offset, std::size_t bytes) {
  const Result result = ours().is_zero(view, offset, bytes);
  const std::size_t size = wrapped_size(view);
  return offset > size || bytes > size - offset ? past_end() : result;
}

Result slice_count_offset_is_signed(View view, std::size_t offset, std::size_t bytes) {
  return is_negative(offset) ? past_end() : ours().slice_count(view, offset, bytes);
}

Result copy_lengths_in_32_bits(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  const Result result = ours().copy(destination, view, offset, bytes);
  for (iovec& element : destination.first(result.value)) element.iov_len = low_half(element.iov_len);
  return result;
}

Result extended_cuts_the_tail(void* vector, const iovec& head, std::optional<View> mid, std::size_t offset,
                              std::size_t bytes, const iovec& tail, std::size_t limit) {
  if (!mid || ours().slice_count(*mid, offset, bytes).rejection != Rejection::none)
    return ours().extended(vector, head, mid, offset, bytes, tail, limit);
  // As much of the tail as can be.
  const iovec shorter = {tail.iov_base, std::min(tail.iov_len, SIZE_MAX - wrapped_sum(head.iov_len, bytes))};
  return ours().extended(vector, head, mid, offset, bytes, shorter, limit);
}

Result discard_front_in_32_bits(std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
  // All of them means all, in any number of bits.
  return ours().discard_front(view, bytes == SIZE_MAX ? bytes : low_half(bytes), record);
}

Result discard_back_of_a_negative_number(std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
  return ours().discard_back(view, is_negative(bytes) ? 0 : bytes, record);
}

}  // namespace

std::vector<SeededBug> length_bugs() {
  using I = Implementation;
  return {
      {"size_in_32_bits",
       "The size is added up in 32 bits.",
       "wolfSSL 9296, Firecracker 4556",
       broken<&I::size>(size_in_32_bits),
       {.unbacked = true}},
      {"size_wraps",
       "The sum of the lengths wraps around.",
       "ceph 45353, folly 2686, CVE-2014-6272",
       broken<&I::size>(size_wraps),
       {.unbacked = true}},
      {"fill_offset_against_a_wrapped_size",
       "The offset is judged by a sum of the lengths that wraps around.",
       kNoReport,
       broken<&I::fill>(fill_offset_against_a_wrapped_size),
       {.unbacked = true}},
      {"to_buf_needs_the_whole_size",
       "Lengths behind the range are added up, and rejected, though the walk ends before them.",
       kImagined,
       broken<&I::to_buf>(to_buf_needs_the_whole_size),
       {.unbacked = true}},
      {"is_zero_against_a_wrapped_size",
       "The range is judged by a sum of the lengths that wraps around.",
       kNoReport,
       broken<&I::is_zero>(is_zero_against_a_wrapped_size),
       {.unbacked = true}},
      {"slice_count_offset_is_signed",
       "The offset is taken for a signed number, and rejected when that is negative.",
       kNoReport,
       broken<&I::slice_count>(slice_count_offset_is_signed),
       {.unbacked = true}},
      {"copy_lengths_in_32_bits",
       "The lengths of a description are kept in 32 bits.",
       kNoReport,
       broken<&I::copy>(copy_lengths_in_32_bits),
       {.unbacked = true}},
      {"extended_cuts_the_tail",
       "A tail that makes it too long is cut.",
       kNoReport,
       broken<&I::extended>(extended_cuts_the_tail),
       {.unbacked = true}},
      {"discard_front_in_32_bits",
       "The number of bytes to go is kept in 32 bits.",
       kNoReport,
       broken<&I::discard_front>(discard_front_in_32_bits),
       {.unbacked = true}},
      {"discard_back_of_a_negative_number", "A number of bytes that would be negative discards nothing.", kNoReport,
       broken<&I::discard_back>(discard_back_of_a_negative_number)},
  };
}

}  // namespace lockstep::seeded
