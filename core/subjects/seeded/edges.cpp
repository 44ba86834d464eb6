// Mistakes that no report names, at the edges: the last byte of a wide path, many elements, empty ones in the middle.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

// ---- Wide paths

std::byte* byte_at(const iovec& element, std::size_t offset) {
  return static_cast<std::byte*>(plus(element.iov_base, offset));
}

Result fill_tail_of_one_byte(View view, std::size_t offset, std::byte value, std::size_t bytes) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < bytes; ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, bytes - done);
    const std::size_t set = length > 64 && length % 64 == 1 ? length - 1 : length;
    if (set > 0) std::memset(byte_at(view[at.index], at.offset), std::to_integer<int>(value), set);
    done += length;
  }
  return {done};
}

Result to_buf_pages_without_last_byte(View view, std::size_t offset, std::span<std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, data.size() - done);
    const std::size_t copied = length >= 4096 ? length - 1 : length;
    if (copied > 0) std::memcpy(data.data() + done, byte_at(view[at.index], at.offset), copied);
    done += length;
  }
  return {done};
}

Result is_zero_ignores_tail_of_words(View view, std::size_t offset, std::size_t bytes) {
  const Result result = ours().is_zero(view, offset, bytes);
  if (result.rejection != Rejection::none || result.value == 1 || bytes == 0) return result;
  // Not zero; but is it still, with whole words of 8 looked at only?
  Cursor at = seek(view, offset);
  for (std::size_t left = bytes; left > 0; ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, left);
    const std::size_t looked = length > 16 ? length & ~std::size_t{7} : length;
    for (std::size_t i = 0; i < looked; ++i)
      if (*byte_at(view[at.index], at.offset + i) != std::byte{0}) return {0};
    left -= length;
  }
  return {1};
}

Result compare_last_byte_of_wide_run(View a, View b) {
  const Result result = ours().first_difference(a, b);
  const std::size_t both = std::min(ours().size(a).value, ours().size(b).value);
  if (result.value >= both || both <= 32 || result.value + 1 != both) return result;
  return {ours().size(a).value == ours().size(b).value ? model::kNoDifference : both};
}

Result is_zero_reads_whole_words(View view, std::size_t offset, std::size_t bytes) {
  const Result result = ours().is_zero(view, offset, bytes);
  if (result.rejection != Rejection::none || result.value == 0 || bytes == 0) return result;
  Cursor at = seek(view, offset);
  for (std::size_t left = bytes; left > 0; ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, left);
    // The last word of a piece is read whole, though the piece ends in it; nothing is made of what lies behind.
    if (length > 8 && length % 8 != 0)
      static_cast<void>(*static_cast<const volatile std::byte*>(byte_at(view[at.index], at.offset + (length | 7))));
    left -= length;
  }
  return result;
}

// ---- Many elements

Result add_many_at_most_1024(void* vector, View elements) {
  return ours().add_many(vector, elements.first(std::min<std::size_t>(elements.size(), 1024)));
}

Result copy_counts_in_a_byte(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  const Result result = ours().copy(destination, view, offset, bytes);
  return {result.value & 0xff, result.rejection};
}

Result discard_front_keeps_past_255(std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
  const std::span<iovec> before = view;
  const Result result = ours().discard_front(view, bytes, record);
  const std::size_t gone = before.size() - view.size();
  if (gone > 255) view = before.subspan(gone & 255);
  return result;
}

Result slice_count_at_most_64(View view, std::size_t offset, std::size_t bytes) {
  const Result result = ours().slice_count(view, offset, bytes);
  return {std::min<std::size_t>(result.value, 64), result.rejection};
}

// ---- Empty elements

Result to_buf_boundary_before_empty(View view, std::size_t offset, std::span<std::byte> data) {
  std::size_t position = 0;
  for (std::size_t i = 0; i < view.size() && position <= offset; position += view[i++].iov_len)
    if (position == offset && i > 0 && view[i].iov_len == 0) return {0};
  return ours().to_buf(view, offset, data);
}

Result discard_front_leaves_empty_behind(std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
  const std::span<iovec> before = view;
  const Result result = ours().discard_front(view, bytes, record);
  if (result.value != bytes || bytes == 0) return result;
  std::size_t gone = before.size() - view.size();
  while (gone > 0 && before[gone - 1].iov_len == 0) --gone;
  view = before.subspan(gone);
  return result;
}

Result clone_puts_empty_at_the_start(void* vector, View source, std::span<std::byte> buffer) {
  const std::size_t count = source.size();
  const Result result = ours().clone(vector, source, buffer);
  if (result.rejection != Rejection::none) return result;
  for (iovec& element : ours().elements(vector).last(count))
    if (element.iov_len == 0) element.iov_base = buffer.data();
  return result;
}

Result concat_ends_at_second_empty(void* vector, View source, std::size_t offset, std::size_t bytes) {
  std::size_t empty = 0;
  for (std::size_t i = 0; i < source.size(); ++i)
    if (source[i].iov_len == 0 && ++empty == 2 && offset <= ours().size(source.first(i)).value)
      return ours().concat(vector, source.first(i), offset, bytes);
  return ours().concat(vector, source, offset, bytes);
}

Result slice_count_loops_at_empty_end(View view, std::size_t offset, std::size_t bytes) {
  const Result result = ours().slice_count(view, offset, bytes);
  if (result.rejection != Rejection::none || bytes == 0 || bytes != ours().size(view).value - offset) return result;
  if (view.size() > 2 && view.back().iov_len == 0) loop_for_ever();
  return result;
}

// ---- Single values

Result fill_of_255_is_no_value(View view, std::size_t offset, std::byte value, std::size_t bytes) {
  if (value == std::byte{255}) return ours().fill(view, offset, value, 0);  // -1: no value given
  return ours().fill(view, offset, value, bytes);
}

}  // namespace

std::vector<SeededBug> edge_bugs() {
  using I = Implementation;
  return {
      {"fill_tail_of_one_byte",
       "After whole blocks of 64 bytes a tail of one byte is left out.",
       kImagined,
       broken<&I::fill>(fill_tail_of_one_byte),
       {.size = "65 bytes"}},
      {"to_buf_pages_without_last_byte",
       "A path for pieces of a page and more leaves out the last byte.",
       kImagined,
       broken<&I::to_buf>(to_buf_pages_without_last_byte),
       {.size = "4,096 bytes"}},
      {"is_zero_ignores_tail_of_words",
       "Of pieces of more than 16 bytes only whole words are looked at.",
       kImagined,
       broken<&I::is_zero>(is_zero_ignores_tail_of_words),
       {.size = "17 bytes, all 0 but for the last ones"}},
      {"compare_last_byte_of_wide_run",
       "A comparison of more than 32 bytes leaves out the last byte.",
       kImagined,
       broken<&I::first_difference>(compare_last_byte_of_wide_run),
       {.size = "33 equal bytes in different places, but for the last one"}},
      {"is_zero_reads_whole_words",
       "The last word of a piece of zeros is read whole, though the piece ends in it.",
       kImagined,
       broken<&I::is_zero>(is_zero_reads_whole_words),
       {.size = "9 bytes of 0", .sanitizer = true}},
      {"add_many_at_most_1024",
       "Of more than IOV_MAX elements at once the rest is not added.",
       kImagined,
       broken<&I::add_many>(add_many_at_most_1024),
       {.size = "1,025 elements"}},
      {"copy_counts_in_a_byte",
       "The number of elements described is kept in 8 bits.",
       kImagined,
       broken<&I::copy>(copy_counts_in_a_byte),
       {.size = "256 elements"}},
      {"discard_front_keeps_past_255",
       "How many elements go is kept in 8 bits.",
       kImagined,
       broken<&I::discard_front>(discard_front_keeps_past_255),
       {.size = "256 elements"}},
      {"slice_count_at_most_64",
       "Elements are marked in one word, so no more than 64 are counted.",
       kImagined,
       broken<&I::slice_count>(slice_count_at_most_64),
       {.size = "65 elements"}},
      {"to_buf_boundary_before_empty", "An offset at an empty element in the middle is taken for the end.", kImagined,
       broken<&I::to_buf>(to_buf_boundary_before_empty)},
      {"discard_front_leaves_empty_behind", "Empty elements behind an exact boundary stay.", kImagined,
       broken<&I::discard_front>(discard_front_leaves_empty_behind)},
      {"clone_puts_empty_at_the_start", "Empty elements are cloned to the start of the buffer, not to their place.",
       kImagined, broken<&I::clone>(clone_puts_empty_at_the_start)},
      {"concat_ends_at_second_empty", "The second empty element ends the range; the first is passed.", kImagined,
       broken<&I::concat>(concat_ends_at_second_empty)},
      {"slice_count_loops_at_empty_end",
       "A range up to the end never ends before an empty third element.",
       kImagined,
       broken<&I::slice_count>(slice_count_loops_at_empty_end),
       {.isolation = true}},
      {"fill_of_255_is_no_value",
       "255 is taken for -1, which means no value.",
       kImagined,
       broken<&I::fill>(fill_of_255_is_no_value),
       {.size = "enumeration fills with two values only"}},
  };
}

}  // namespace lockstep::seeded
