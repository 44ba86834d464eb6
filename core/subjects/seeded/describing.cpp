// Mistakes in describing a range: copy, concat, slice, extended; and in looking at one: is_zero, comparing.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

Result copy_looks_at_bytes_only(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  if (bytes == 0) return {0};
  return ours().copy(destination, view, offset, bytes);
}

Result copy_keeps_empty_elements(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t count = 0;
  for (std::size_t done = 0; at.index < view.size() && done < bytes && count < destination.size();
       ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, bytes - done);
    destination[count++] = {plus(view[at.index].iov_base, at.offset), length};
    done += length;
  }
  return {count};
}

Result copy_bytes_not_counted_down(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t count = 0;
  for (; at.index < view.size() && bytes > 0 && count < destination.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, bytes);
    if (length > 0) destination[count++] = {plus(view[at.index].iov_base, at.offset), length};
  }
  return {count};
}

Result copy_writes_behind(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  const Result result = ours().copy(destination, view, offset, bytes);
  if (result.rejection == Rejection::none && result.value < destination.size())
    destination[result.value] = {nullptr, 0};
  return result;
}

/// Where a description of a range that is otherwise right goes wrong.
struct RangeMistakes {
  bool boundary_belongs_before = false;
  bool offset_applied_again = false;
  bool base_stays = false;
  bool last_untrimmed = false;
  bool last_keeps_the_rest = false;
  bool cut_at_first = false;
  bool treats_empty_wrongly = false;
  bool keeps_empty_behind = false;
};

/// The elements that describe [offset, offset + bytes), which lies inside.
template <RangeMistakes mistakes>
std::vector<iovec> describe(View view, std::size_t offset, std::size_t bytes, bool keeps_empty) {
  std::vector<iovec> range;
  if (bytes == 0) return range;
  std::size_t i = 0;
  while (offset > 0 && i < view.size() &&
         (mistakes.boundary_belongs_before ? offset > view[i].iov_len : offset >= view[i].iov_len))
    offset -= view[i++].iov_len;
  std::size_t cut = 0;
  for (; i < view.size() && bytes > 0; ++i) {
    const std::size_t skip = std::min(offset, view[i].iov_len);
    const std::size_t rest = view[i].iov_len - skip;
    const std::size_t used = std::min(rest, bytes);
    if (used > 0 || keeps_empty != mistakes.treats_empty_wrongly)
      range.push_back({plus(view[i].iov_base, mistakes.base_stays ? 0 : skip), used});
    bytes -= used;
    cut = rest - used;
    if (!mistakes.offset_applied_again) offset = 0;
  }
  if (mistakes.keeps_empty_behind)
    for (; i < view.size() && view[i].iov_len == 0; ++i) range.push_back(view[i]);
  if (range.empty() || cut == 0) return range;
  if (mistakes.last_untrimmed || mistakes.cut_at_first) range.back().iov_len += cut;
  if (mistakes.last_keeps_the_rest) range.back().iov_len = cut;
  if (mistakes.cut_at_first) range.front().iov_len -= std::min(cut, range.front().iov_len);
  return range;
}

bool lies_outside(View view, std::size_t offset, std::size_t bytes) {
  const std::size_t size = ours().size(view).value;
  return offset > size || bytes > size - offset;
}

template <RangeMistakes mistakes>
Result concat_plainly(void* vector, View source, std::size_t offset, std::size_t bytes) {
  if (bytes == 0) return {0};
  if (lies_outside(source, offset, 0)) return past_end();
  const std::size_t appended = std::min(bytes, ours().size(source).value - offset);
  ours().add_many(vector, describe<mistakes>(source, offset, appended, false));
  return {appended};
}

template <RangeMistakes mistakes>
Result slice_plainly(void* vector, View source, std::size_t offset, std::size_t bytes) {
  if (lies_outside(source, offset, bytes)) return past_end();
  return ours().assign(vector, describe<mistakes>(source, offset, bytes, true));
}

template <RangeMistakes mistakes>
Result slice_count_plainly(View view, std::size_t offset, std::size_t bytes) {
  if (lies_outside(view, offset, bytes)) return past_end();
  if (bytes == 0) return {seek(view, offset).offset > 0 ? 1u : 0u};
  return {describe<mistakes>(view, offset, bytes, true).size()};
}

/// Whether these are elements of the vector's own array.
bool is_own(void* vector, View source) {
  const std::span<iovec> array = ours().elements(vector);
  return !source.empty() && !array.empty() && &source.front() >= &array.front() && &source.front() <= &array.back();
}

Result concat_of_0_bytes_rejects(void* vector, View source, std::size_t offset, std::size_t bytes) {
  if (lies_outside(source, offset, 0)) return past_end();
  return ours().concat(vector, source, offset, bytes);
}

/// For how many elements there is room, in an array that doubles.
struct Room {
  std::size_t elements = 1;
};

Result with_capacity_makes_room(void* vector, std::size_t capacity) {
  state_of<Room>(vector).elements = std::max<std::size_t>(capacity, 1);
  return ours().with_capacity(vector, capacity);
}

Result concat_onto_itself_reads_freed_array(void* vector, View source, std::size_t offset, std::size_t bytes) {
  std::vector<iovec> appended(source.size());
  const std::size_t count = ours().look(vector).size() + ours().copy(appended, source, offset, bytes).value;
  std::size_t& room = state_of<Room>(vector).elements;
  room = std::max(room, std::bit_ceil(ours().look(vector).size()));
  const bool grows = count > room;
  // What a freed array holds is anything; here it reads as zeros, so that every run is the same.
  if (grows && is_own(vector, source)) return {0};
  room = std::max(room, std::bit_ceil(count));
  return ours().concat(vector, source, offset, bytes);
}

Implementation concat_with_room() {
  Implementation table = remembering<Room>();
  table.with_capacity = with_capacity_makes_room;
  table.concat = concat_onto_itself_reads_freed_array;
  return table;
}

Result slice_range_check_without_length(void* vector, View source, std::size_t offset, std::size_t bytes) {
  if (lies_outside(source, offset, 0)) return past_end();
  return ours().slice(vector, source, offset, std::min(bytes, ours().size(source).value - offset));
}

Result slice_in_place_destroys_first(void* vector, View source, std::size_t offset, std::size_t bytes) {
  if (lies_outside(source, offset, bytes) || !is_own(vector, source))
    return ours().slice(vector, source, offset, bytes);
  ours().release(vector);
  return {};
}

/// Whether offset + bytes, which wraps around, is no more than the size, though the range lies outside.
bool passes_wrapped(View view, std::size_t offset, std::size_t bytes) {
  std::size_t end = 0;
  return __builtin_add_overflow(offset, bytes, &end) && end <= ours().size(view).value;
}

Result slice_count_range_check_wraps(View view, std::size_t offset, std::size_t bytes) {
  if (passes_wrapped(view, offset, bytes)) return {0};  // reads outside in earnest
  return ours().slice_count(view, offset, bytes);
}

Result slice_range_check_wraps(void* vector, View source, std::size_t offset, std::size_t bytes) {
  if (passes_wrapped(source, offset, bytes)) return ours().assign(vector, {});
  return ours().slice(vector, source, offset, bytes);
}

Result is_zero_range_check_wraps(View view, std::size_t offset, std::size_t bytes) {
  if (passes_wrapped(view, offset, bytes)) return {0};
  return ours().is_zero(view, offset, bytes);
}

Result is_zero_offset_applied_again(View view, std::size_t offset, std::size_t bytes) {
  if (lies_outside(view, offset, bytes)) return past_end();
  const Cursor at = seek(view, offset);
  for (std::size_t i = at.index; i < view.size() && bytes > 0; ++i) {
    const std::size_t skip = std::min(at.offset, view[i].iov_len);
    const std::size_t length = std::min(view[i].iov_len - skip, bytes);
    for (std::size_t byte = 0; byte < length; ++byte)
      if (*static_cast<const char*>(plus(view[i].iov_base, skip + byte)) != 0) return {0};
    bytes -= length;
  }
  return {1};
}

using Mid = std::optional<View>;

Result extended_range_check_wraps(void* vector, const iovec& head, Mid mid, std::size_t offset, std::size_t bytes,
                                  const iovec& tail, std::size_t limit) {
  if (mid && passes_wrapped(*mid, offset, bytes)) return ours().extended(vector, head, mid, 0, 0, tail, limit);
  return ours().extended(vector, head, mid, offset, bytes, tail, limit);
}

Result extended_total_unchecked(void* vector, const iovec& head, Mid mid, std::size_t offset, std::size_t bytes,
                                const iovec& tail, std::size_t limit) {
  std::size_t total = 0;
  if (__builtin_add_overflow(head.iov_len, bytes, &total) || __builtin_add_overflow(total, tail.iov_len, &total))
    return {0, mid ? Rejection::out_of_range : Rejection::invalid_argument};  // no vector here is as long
  return ours().extended(vector, head, mid, offset, bytes, tail, limit);
}

Result extended_limit_off_by_one(void* vector, const iovec& head, Mid mid, std::size_t offset, std::size_t bytes,
                                 const iovec& tail, std::size_t limit) {
  return ours().extended(vector, head, mid, offset, bytes, tail, limit + 1);
}

Result extended_limit_unchecked(void* vector, const iovec& head, Mid mid, std::size_t offset, std::size_t bytes,
                                const iovec& tail, std::size_t) {
  return ours().extended(vector, head, mid, offset, bytes, tail, SIZE_MAX);
}

Result extended_keeps_empty_head(void* vector, const iovec& head, Mid mid, std::size_t offset, std::size_t bytes,
                                 const iovec& tail, std::size_t limit) {
  const Result result = ours().extended(vector, head, mid, offset, bytes, tail, limit);
  if (result.rejection != Rejection::none || head.iov_len > 0) return result;
  const View rest = ours().elements(vector);
  std::vector<iovec> all = {head};
  all.insert(all.end(), rest.begin(), rest.end());
  return ours().assign(vector, all);
}

Result compare_skips_last_piece(View a, View b) {
  const Result result = ours().first_difference(a, b);
  if (a.empty() || ours().size(a).value != ours().size(b).value) return result;
  return result.value >= ours().size(a.first(a.size() - 1)).value ? Result{model::kNoDifference} : result;
}

Result compare_tells_offset_in_element(View a, View b) {
  const Result result = ours().first_difference(a, b);
  if (result.value >= std::min(ours().size(a).value, ours().size(b).value)) return result;
  return {seek(a, result.value).offset};
}

Result compare_by_elements(View a, View b) {
  const std::size_t both = std::min(a.size(), b.size());
  for (std::size_t i = 0, position = 0; i < both; position += a[i++].iov_len) {
    const Result result = ours().first_difference(a.subspan(i, 1), b.subspan(i, 1));
    if (result.value != model::kNoDifference) return {position + result.value};
  }
  return {a.size() == b.size() ? model::kNoDifference : ours().size(a.first(both)).value};
}

}  // namespace

std::vector<SeededBug> describing_bugs() {
  using I = Implementation;
  return {
      {"copy_looks_at_bytes_only", "The loop looks at the bytes to go only, so 0 bytes accept any offset.",
       "QEMU e911765cbb", broken<&I::copy>(copy_looks_at_bytes_only)},
      {"copy_keeps_empty_elements", "Empty elements are described too.", kNoReport,
       broken<&I::copy>(copy_keeps_empty_elements)},
      {"copy_bytes_not_counted_down", "The bytes still to describe are not counted down.", kNoReport,
       broken<&I::copy>(copy_bytes_not_counted_down)},
      {"copy_writes_behind", "An entry past the returned count is written.", kNoReport,
       broken<&I::copy>(copy_writes_behind)},
      {"concat_offset_applied_again", "The offset into the first element is applied to later ones too.", kNoReport,
       broken<&I::concat>(concat_plainly<RangeMistakes{.offset_applied_again = true}>)},
      {"concat_last_piece_untrimmed", "The last element is appended up to its own end, not that of the range.",
       kNoReport, broken<&I::concat>(concat_plainly<RangeMistakes{.last_untrimmed = true}>)},
      {"concat_keeps_empty_elements", "Empty elements are appended too.", kNoReport,
       broken<&I::concat>(concat_plainly<RangeMistakes{.treats_empty_wrongly = true}>)},
      {"concat_of_0_bytes_rejects", "An offset past the end is rejected even for 0 bytes.", "QEMU facf98ad98",
       broken<&I::concat>(concat_of_0_bytes_rejects)},
      {"concat_onto_itself_reads_freed_array",
       "An array that is full is grown, and then read from where it was before.", kNoReport, concat_with_room()},
      {"slice_base_stays", "The first element is shortened by what lies before the range, its base is not moved.",
       kNoReport, broken<&I::slice>(slice_plainly<RangeMistakes{.base_stays = true}>)},
      {"slice_cut_at_first", "What lies behind the range is cut off the first element instead of the last.", kNoReport,
       broken<&I::slice>(slice_plainly<RangeMistakes{.cut_at_first = true}>)},
      {"slice_last_keeps_the_rest",
       "Of the last element the number of bytes used is taken for the number to cut: shows from 3 bytes on.", kNoReport,
       broken<&I::slice>(slice_plainly<RangeMistakes{.last_keeps_the_rest = true}>)},
      {"slice_drops_empty_elements", "Empty elements at the start and inside are dropped.", kNoReport,
       broken<&I::slice>(slice_plainly<RangeMistakes{.treats_empty_wrongly = true}>)},
      {"slice_keeps_empty_behind", "Empty elements right behind the last byte are kept.", kNoReport,
       broken<&I::slice>(slice_plainly<RangeMistakes{.keeps_empty_behind = true}>)},
      {"slice_boundary_belongs_before", "A slice from a boundary begins with 0 bytes of the element that ends there.",
       kNoReport, broken<&I::slice>(slice_plainly<RangeMistakes{.boundary_belongs_before = true}>)},
      {"slice_range_check_without_length", "Only the offset is checked; a range that is too long is cut.", kNoReport,
       broken<&I::slice>(slice_range_check_without_length)},
      {"slice_in_place_destroys_first", "The vector is destroyed before the slice of it is made.",
       "QEMU 4c386f80, for a single element", broken<&I::slice>(slice_in_place_destroys_first)},
      {"slice_range_check_wraps",
       "The range check adds offset and bytes, which wraps; then there is nothing to describe.", kNoReport,
       broken<&I::slice>(slice_range_check_wraps)},
      {"slice_count_boundary_belongs_before", "A range from a boundary counts the element that ends there.", kNoReport,
       broken<&I::slice_count>(slice_count_plainly<RangeMistakes{.boundary_belongs_before = true}>)},
      {"slice_count_range_check_wraps", "The range check adds offset and bytes, which wraps.", "QEMU 4c386f80",
       broken<&I::slice_count>(slice_count_range_check_wraps)},
      {"extended_range_check_wraps", "The range check adds offset and bytes, which wraps; the middle is left out.",
       "QEMU 4c386f80", broken<&I::extended>(extended_range_check_wraps)},
      {"extended_total_unchecked", "Head, range and tail are added up without a look at the overflow.", kNoReport,
       broken<&I::extended>(extended_total_unchecked)},
      {"extended_limit_off_by_one", "One element more than the limit is accepted.", kNoReport,
       broken<&I::extended>(extended_limit_off_by_one)},
      {"extended_limit_unchecked", "Any number of elements is accepted.", kNoReport,
       broken<&I::extended>(extended_limit_unchecked)},
      {"extended_keeps_empty_head", "A head without bytes becomes an element.", kNoReport,
       broken<&I::extended>(extended_keeps_empty_head)},
      {"is_zero_offset_applied_again",
       "The offset into the first element is applied to later ones too.",
       kNoReport,
       broken<&I::is_zero>(is_zero_offset_applied_again),
       {.size = "needs bytes of 0 beside others, so more steps than enumeration has", .steps = true}},
      {"is_zero_range_check_wraps", "The range check adds offset and bytes, which wraps.", "QEMU 4c386f80",
       broken<&I::is_zero>(is_zero_range_check_wraps)},
      {"compare_skips_last_piece", "The comparison ends before the last piece.", "Redpanda 29179",
       broken<&I::first_difference>(compare_skips_last_piece)},
      {"compare_tells_offset_in_element", "The difference is told as an offset within its element.", kNoReport,
       broken<&I::first_difference>(compare_tells_offset_in_element)},
      {"compare_by_elements", "Elements are compared in pairs, as if both sides were segmented the same way.",
       "QEMU 4c386f80 aborts", broken<&I::first_difference>(compare_by_elements)},
  };
}

Implementation plain_ranges() {
  Implementation table = ours();
  table.concat = concat_plainly<RangeMistakes{}>;
  table.slice = slice_plainly<RangeMistakes{}>;
  table.slice_count = slice_count_plainly<RangeMistakes{}>;
  return table;
}

}  // namespace lockstep::seeded
