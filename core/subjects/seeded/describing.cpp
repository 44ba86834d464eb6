// SPDX-License-Identifier: Apache-2.0
// Mistakes in describing a range: copy, slice_count, concat, slice, extended.
#include <bit>
#include <optional>
#include <vector>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

template <WalkMistakes mistakes, bool keeps_empty>
Result copy_plainly(Elements destination, View view, std::size_t offset, std::size_t bytes) {
  std::size_t count = 0;
  const Result walked = walk<mistakes>(view, offset, bytes, [&](Part part) {
    if ((part.length > 0 || keeps_empty) && count < destination.size()) destination[count++] = {part.base, part.length};
  });
  return {count, walked.rejection};
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

template <RangeMistakes mistakes>
Result concat_plainly(void* vector, View source, std::size_t offset, std::size_t bytes) {
  if (bytes == 0) return {0};
  if (lies_outside(source, offset, 0)) return past_end();
  const std::size_t appended = std::min(bytes, size_of(source) - offset);
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
  const View array = ours().look(vector);
  return !source.empty() && !array.empty() && &source.front() >= &array.front() && &source.front() <= &array.back();
}

/// For how many elements there is room, in an array that doubles.
struct Room {
  std::size_t elements = 1;
};

Implementation noting_the_room() {
  return broken<&I::with_capacity, remembering<Room>>([](void* vector, std::size_t capacity) {
    state_of<Room>(vector).elements = std::max<std::size_t>(capacity, 1);
    return ours().with_capacity(vector, capacity);
  });
}

/// The arguments of extended.
struct Extension {
  void* vector;
  const iovec& head;
  std::optional<View> mid;
  std::size_t offset;
  std::size_t bytes;
  iovec tail;
  std::size_t limit;

  Result make() const { return ours().extended(vector, head, mid, offset, bytes, tail, limit); }
  Elements made() const { return ours().elements(vector); }
};

template <typename Function>
Implementation extends(Function) {
  return broken<&I::extended>([](void* vector, const iovec& head, std::optional<View> mid, std::size_t offset,
                                 std::size_t bytes, const iovec& tail, std::size_t limit) {
    return Function()(Extension{vector, head, mid, offset, bytes, tail, limit});
  });
}

}  // namespace

std::vector<SeededBug> describing_bugs() {
  return {
      {"copy_looks_at_bytes_only", "The loop looks at the bytes to go only, so 0 bytes accept any offset.",
       "QEMU e911765cbb", broken<&I::copy>([](Elements destination, View view, std::size_t offset, std::size_t bytes) {
         return bytes == 0 ? Result{0} : ours().copy(destination, view, offset, bytes);
       })},
      {"copy_keeps_empty_elements", "Empty elements are described too.", kNoReport,
       broken<&I::copy>(copy_plainly<WalkMistakes{}, true>)},
      {"copy_bytes_not_counted_down", "The bytes still to describe are not counted down.", kNoReport,
       broken<&I::copy>(copy_plainly<WalkMistakes{.not_counted_down = true}, false>)},
      {"copy_writes_behind", "An entry past the returned count is written.", kNoReport,
       changed_after<&I::copy>([](Result& count, Elements destination, auto...) {
         if (count.value < destination.size()) destination[count.value] = {nullptr, 0};
       })},
      {"copy_counts_in_a_byte", "The number of elements described is kept in 8 bits.", kImagined,
       changed_after<&I::copy>([](Result& count, auto...) { count.value &= 0xff; }), needs_size("256 elements")},
      {"copy_takes_blocks_whole",
       "The first 8 elements, if all of them fit, are described as they are, empty ones, too.", kImagined,
       broken<&I::copy>([](Elements destination, View view, std::size_t offset, std::size_t bytes) {
         constexpr std::size_t kBlock = 8;
         const Result block = ours().size(view.first(std::min(view.size(), kBlock)));
         const bool is_short = view.size() < kBlock || destination.size() < kBlock || bytes < block.value;
         if (is_short || offset > 0 || is_rejected(block)) return ours().copy(destination, view, offset, bytes);
         std::copy_n(view.begin(), kBlock, destination.begin());
         Result rest = ours().copy(destination.subspan(kBlock), view.subspan(kBlock), 0, bytes - block.value);
         rest.value += kBlock;
         return rest;
       }),
       needs_size("8 elements, one of them empty")},
      {"copy_in_place_from_the_back", "In place, the last entries are written before the ones they come from are read.",
       kImagined, broken<&I::copy>([](Elements destination, View view, std::size_t offset, std::size_t bytes) {
         if (destination.data() != view.data()) return ours().copy(destination, view, offset, bytes);
         std::vector<iovec> described(destination.size());
         const Result result = ours().copy(described, view, offset, bytes);
         const Cursor at = seek(view, offset);
         std::vector<std::size_t> sources;
         for (std::size_t i = at.index; i < view.size(); ++i)
           if (view[i].iov_len > 0) sources.push_back(i);
         // The lengths are known; the bases are read from entries that may have been written by then.
         for (std::size_t left = result.value; left > 0; --left) {
           const std::size_t i = left - 1;
           destination[i] = {plus(view[sources[i]].iov_base, i == 0 ? at.offset : 0), described[i].iov_len};
         }
         return result;
       })},
      {"copy_lengths_in_32_bits", "The lengths of a description are kept in 32 bits.", kNoReport,
       changed_after<&I::copy>([](Result& count, Elements destination, auto...) {
         for (iovec& element : destination.first(count.value)) element.iov_len = low_half(element.iov_len);
       }),
       kNeedsUnbacked},

      {"slice_count_boundary_belongs_before", "A range from a boundary counts the element that ends there.", kNoReport,
       broken<&I::slice_count>(slice_count_plainly<RangeMistakes{.boundary_belongs_before = true}>)},
      {"slice_count_range_check_wraps", "The range check adds offset and bytes, which wraps.", "QEMU 4c386f80",
       broken<&I::slice_count>([](View view, std::size_t offset, std::size_t bytes) {
         // Reads outside in earnest.
         return passes_wrapped(view, offset, bytes) ? Result{0} : ours().slice_count(view, offset, bytes);
       })},
      {"slice_count_offset_is_signed", "The offset is taken for a signed number, and rejected when that is negative.",
       kNoReport, broken<&I::slice_count>([](View view, std::size_t offset, std::size_t bytes) {
         return is_negative(offset) ? past_end() : ours().slice_count(view, offset, bytes);
       }),
       kNeedsUnbacked},
      {"slice_count_at_most_64", "Elements are marked in one word, so no more than 64 are counted.", kImagined,
       changed_after<&I::slice_count>(
           [](Result& count, auto...) { count.value = std::min<std::size_t>(count.value, 64); }),
       needs_size("65 elements")},
      {"slice_count_loops_at_empty_end", "A range up to the end never ends before an empty third element.", kImagined,
       changed_after<&I::slice_count>([](Result&, View view, std::size_t offset, std::size_t bytes) {
         const bool is_to_the_end = bytes > 0 && bytes == size_of(view) - offset;
         if (is_to_the_end && view.size() > 2 && view.back().iov_len == 0) loop_for_ever();
       }),
       kNeedsIsolation},

      {"concat_offset_applied_again", "The offset into the first element is applied to later ones too.", kNoReport,
       broken<&I::concat>(concat_plainly<RangeMistakes{.offset_applied_again = true}>)},
      {"concat_last_piece_untrimmed", "The last element is appended up to its own end, not that of the range.",
       kNoReport, broken<&I::concat>(concat_plainly<RangeMistakes{.last_untrimmed = true}>)},
      {"concat_keeps_empty_elements", "Empty elements are appended too.", kNoReport,
       broken<&I::concat>(concat_plainly<RangeMistakes{.treats_empty_wrongly = true}>)},
      {"concat_of_0_bytes_rejects", "An offset past the end is rejected even for 0 bytes.", "QEMU facf98ad98",
       broken<&I::concat>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         return lies_outside(source, offset, 0) ? past_end() : ours().concat(vector, source, offset, bytes);
       })},
      {"concat_onto_itself_reads_freed_array",
       "An array that is full is grown, and then read from where it was before.", kNoReport,
       broken<&I::concat, noting_the_room>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         std::vector<iovec> appended(source.size());
         const std::size_t before = ours().look(vector).size();
         const std::size_t count = before + ours().copy(appended, source, offset, bytes).value;
         std::size_t& room = state_of<Room>(vector).elements;
         room = std::max(room, std::bit_ceil(before));
         // What a freed array holds is anything; here it reads as zeros, so that every run is the same.
         if (count > room && is_own(vector, source)) return Result{0};
         room = std::max(room, std::bit_ceil(count));
         return ours().concat(vector, source, offset, bytes);
       })},
      {"concat_ends_at_second_empty", "The second empty element ends the range; the first is passed.", kImagined,
       broken<&I::concat>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         std::size_t empty = 0;
         for (std::size_t i = 0; i < source.size(); ++i)
           if (source[i].iov_len == 0 && ++empty == 2 && offset <= size_of(source.first(i)))
             return ours().concat(vector, source.first(i), offset, bytes);
         return ours().concat(vector, source, offset, bytes);
       })},

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
       broken<&I::slice>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         if (lies_outside(source, offset, 0)) return past_end();
         return ours().slice(vector, source, offset, std::min(bytes, size_of(source) - offset));
       })},
      {"slice_range_check_wraps",
       "The range check adds offset and bytes, which wraps; then there is nothing to describe.", kNoReport,
       broken<&I::slice>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         if (passes_wrapped(source, offset, bytes)) return ours().assign(vector, {});
         return ours().slice(vector, source, offset, bytes);
       })},
      {"slice_in_place_destroys_first", "The vector is destroyed before the slice of it is made.",
       "QEMU 4c386f80, for a single element",
       broken<&I::slice>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         if (lies_outside(source, offset, bytes) || !is_own(vector, source))
           return ours().slice(vector, source, offset, bytes);
         ours().release(vector);
         return Result{};
       })},
      {"slice_in_place_reads_moved", "In place, the last element is cut after it was moved to the front.", kImagined,
       broken<&I::slice>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         const bool moves = is_own(vector, source) && offset >= source.front().iov_len && bytes > 0;
         const Result result = ours().slice(vector, source, offset, bytes);
         if (!moves || is_rejected(result)) return result;
         const Elements made = ours().elements(vector);
         if (made.size() > 1) made.back() = made.front();
         return result;
       })},
      {"slice_rejected_empties", "A rejected slice leaves its destination empty.", kImagined,
       broken<&I::slice>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         const Result result = ours().slice(vector, source, offset, bytes);
         if (is_rejected(result)) ours().reset(vector);
         return result;
       })},

      {"extended_range_check_wraps", "The range check adds offset and bytes, which wraps; the middle is left out.",
       "QEMU 4c386f80", extends([](Extension it) {
         if (it.mid && passes_wrapped(*it.mid, it.offset, it.bytes)) it.offset = it.bytes = 0;
         return it.make();
       })},
      {"extended_total_unchecked", "Head, range and tail are added up without a look at the overflow.", kNoReport,
       extends([](Extension it) {
         std::size_t total = 0;
         const bool wraps = __builtin_add_overflow(it.head.iov_len, it.bytes, &total) ||
                            __builtin_add_overflow(total, it.tail.iov_len, &total);
         if (!wraps) return it.make();
         return Result{0, it.mid ? Rejection::out_of_range : Rejection::invalid_argument};  // no vector is as long
       })},
      {"extended_limit_off_by_one", "One element more than the limit is accepted.", kNoReport,
       extends([](Extension it) {
         ++it.limit;
         return it.make();
       })},
      {"extended_limit_unchecked", "Any number of elements is accepted.", kNoReport, extends([](Extension it) {
         it.limit = SIZE_MAX;
         return it.make();
       })},
      {"extended_keeps_empty_head", "A head without bytes becomes an element.", kNoReport, extends([](Extension it) {
         const Result result = it.make();
         if (is_rejected(result) || it.head.iov_len > 0) return result;
         const View rest = it.made();
         std::vector<iovec> all = {it.head};
         all.insert(all.end(), rest.begin(), rest.end());
         return ours().assign(it.vector, all);
       })},
      {"extended_rejected_leaves_the_head", "Too many elements are noticed when the head has been put.", kImagined,
       extends([](Extension it) {
         const Result result = it.make();
         if (result.rejection == Rejection::length_error && it.limit > 0 && it.head.iov_len > 0)
           ours().assign(it.vector, {&it.head, 1});
         return result;
       })},
      {"extended_in_place_loses_the_tail", "In place, the tail is read where the head has been put.", kImagined,
       extends([](Extension it) {
         const View own = ours().look(it.vector);
         const bool in_place = it.mid && !own.empty() && it.mid->data() == own.data();
         const Result result = it.make();
         if (in_place && !is_rejected(result) && it.head.iov_len > 0 && it.bytes > 0 && it.tail.iov_len > 0)
           it.made().back() = {it.head.iov_base, it.tail.iov_len};
         return result;
       })},
      {"extended_cuts_the_tail", "A tail that makes it too long is cut.", kNoReport, extends([](Extension it) {
         if (it.mid && !is_rejected(ours().slice_count(*it.mid, it.offset, it.bytes)))
           it.tail.iov_len = std::min(it.tail.iov_len, SIZE_MAX - wrapped_sum(it.head.iov_len, it.bytes));
         return it.make();
       }),
       kNeedsUnbacked},
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
