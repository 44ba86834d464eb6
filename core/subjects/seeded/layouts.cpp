// Mistakes that no report names, in how elements lie: overlapping, repeated, touching, shared by two vectors, or being
// the vector's own.
#include <algorithm>
#include <cstring>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

bool same_element(const iovec& a, const iovec& b) { return a.iov_base == b.iov_base && a.iov_len == b.iov_len; }

Result from_buf_from_the_back(View view, std::size_t offset, std::span<const std::byte> data) {
  const Result result = ours().from_buf(view, offset, data);
  if (result.rejection != Rejection::none || result.value == 0) return result;
  // Written once more, the last element first: what the first one wrote wins.
  const Cursor start = seek(view, offset);
  for (std::size_t end = view.size(); end > start.index; --end) {
    const std::size_t i = end - 1;
    const std::size_t skip = i == start.index ? start.offset : 0;
    const std::size_t position =
        i == start.index ? 0 : ours().size(view.subspan(start.index, i - start.index)).value - start.offset;
    if (position >= result.value) continue;
    const std::size_t length = std::min(view[i].iov_len - skip, result.value - position);
    if (length > 0) std::memcpy(plus(view[i].iov_base, skip), data.data() + position, length);
  }
  return result;
}

Result to_buf_skips_a_repeated_element(View view, std::size_t offset, std::span<std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, data.size() - done);
    const bool is_repeated = at.index > 0 && at.offset == 0 && same_element(view[at.index], view[at.index - 1]);
    if (length > 0 && !is_repeated) std::memcpy(data.data() + done, plus(view[at.index].iov_base, at.offset), length);
    done += length;
  }
  return {done};
}

Result compare_trusts_equal_bases(View a, View b) {
  if (!a.empty() && !b.empty() && a.front().iov_base == b.front().iov_base && a.size() == b.size() &&
      ours().size(a).value == ours().size(b).value)
    return {model::kNoDifference};
  return ours().first_difference(a, b);
}

Result compare_by_lengths_first(View a, View b) {
  // The same lengths in the same order from neighbouring bases are taken for one vector.
  const bool same_lengths = a.size() == b.size() && a.size() > 1 &&
                            std::equal(a.begin() + 1, a.end(), b.begin() + 1, same_element) &&
                            a.front().iov_len == b.front().iov_len;
  return same_lengths ? Result{model::kNoDifference} : ours().first_difference(a, b);
}

Result copy_in_place_from_the_back(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  if (destination.data() != view.data()) return ours().copy(destination, view, offset, bytes);
  std::vector<iovec> described(destination.size());
  const Result result = ours().copy(described, view, offset, bytes);
  const Cursor at = seek(view, offset);
  std::vector<std::size_t> sources;
  for (std::size_t i = at.index; i < view.size(); ++i)
    if (view[i].iov_len > 0) sources.push_back(i);
  // The lengths are known; the bases are read from entries that may have been written by then.
  for (std::size_t end = result.value; end > 0; --end) {
    const std::size_t i = end - 1;
    destination[i] = {plus(view[sources[i]].iov_base, i == 0 ? at.offset : 0), described[i].iov_len};
  }
  return result;
}

Result slice_in_place_from_second_reads_moved(void* vector, View source, std::size_t offset, std::size_t bytes) {
  const std::span<const iovec> own = ours().look(vector);
  const bool in_place =
      !source.empty() && !own.empty() && source.data() >= own.data() && source.data() < own.data() + own.size();
  if (!in_place || source.empty() || offset < source.front().iov_len || bytes == 0)
    return ours().slice(vector, source, offset, bytes);
  const Result result = ours().slice(vector, source, offset, bytes);
  const std::span<iovec> made = ours().elements(vector);
  // Moved to the front before its last element was cut.
  if (result.rejection == Rejection::none && made.size() > 1) made.back() = made.front();
  return result;
}

Result extended_tail_of_the_own_middle(void* vector, const iovec& head, std::optional<View> mid, std::size_t offset,
                                       std::size_t bytes, const iovec& tail, std::size_t limit) {
  const std::span<const iovec> own = ours().look(vector);
  const bool in_place = mid && !own.empty() && mid->data() == own.data();
  const Result result = ours().extended(vector, head, mid, offset, bytes, tail, limit);
  if (in_place && result.rejection == Rejection::none && head.iov_len > 0 && bytes > 0 && tail.iov_len > 0) {
    const std::span<iovec> made = ours().elements(vector);
    made.back() = {plus(head.iov_base, 0), tail.iov_len};  // the tail is read where the head has been put
  }
  return result;
}

Result clone_touching_apart(void* vector, View source, std::span<std::byte> buffer) {
  const std::vector<iovec> from(source.begin(), source.end());
  const Result result = ours().clone(vector, source, buffer);
  if (result.rejection != Rejection::none) return result;
  // A third element inside the first is placed behind the second, which lies between.
  const std::span<iovec> clones = ours().elements(vector).last(from.size());
  if (from.size() >= 3 && from[2].iov_base == from[0].iov_base && from[2].iov_len < from[0].iov_len &&
      from[2].iov_len > 0 && from[1].iov_len > 0)
    clones[2].iov_base = clones[1].iov_base;
  return result;
}

Result clone_size_forgets_a_covered_end(View view) {
  const Result result = ours().clone_size(view);
  // An element that ends where the one before it ends, and starts later, is counted once more.
  for (std::size_t i = 1; i < view.size() && result.rejection == Rejection::none; ++i)
    if (view[i].iov_len > 0 && view[i].iov_len < view[i - 1].iov_len &&
        plus(view[i].iov_base, view[i].iov_len) == plus(view[i - 1].iov_base, view[i - 1].iov_len))
      return {result.value + view[i].iov_len};
  return result;
}

Result fill_touching_as_one(View view, std::size_t offset, std::byte value, std::size_t bytes) {
  const Result result = ours().fill(view, offset, value, bytes);
  if (result.rejection != Rejection::none || offset != 0 || result.value == 0 || view.size() < 2) return result;
  const iovec& first = view[0];
  if (plus(view[1].iov_base, view[1].iov_len) == first.iov_base && view[1].iov_len > 0 && result.value > first.iov_len)
    std::memset(view[1].iov_base, std::to_integer<int>(value), view[1].iov_len);
  return result;
}

}  // namespace

std::vector<SeededBug> layout_bugs() {
  using I = Implementation;
  return {
      {"from_buf_from_the_back", "The last element is written first, so an earlier write wins where they overlap.",
       kImagined, broken<&I::from_buf>(from_buf_from_the_back)},
      {"to_buf_skips_a_repeated_element", "An element like the one before is not read again.", kImagined,
       broken<&I::to_buf>(to_buf_skips_a_repeated_element)},
      {"compare_trusts_equal_bases", "Two vectors of one size that start at the same byte are taken for equal.",
       kImagined, broken<&I::first_difference>(compare_trusts_equal_bases)},
      {"compare_by_lengths_first", "Two vectors that differ in the base of their first element only are equal.",
       kImagined, broken<&I::first_difference>(compare_by_lengths_first)},
      {"copy_in_place_from_the_back", "In place, the last entries are written before the ones they come from are read.",
       kImagined, broken<&I::copy>(copy_in_place_from_the_back)},
      {"slice_in_place_reads_moved", "In place, the last element is cut after it was moved to the front.", kImagined,
       broken<&I::slice>(slice_in_place_from_second_reads_moved)},
      {"extended_in_place_loses_the_tail", "In place, the tail is read where the head has been put.", kImagined,
       broken<&I::extended>(extended_tail_of_the_own_middle)},
      {"clone_third_inside_first", "A third element at the first one's start is cloned to where the second is.",
       kImagined, broken<&I::clone>(clone_touching_apart)},
      {"clone_size_counts_a_shared_end", "An element that ends with the one before it, inside it, counts again.",
       kImagined, broken<&I::clone_size>(clone_size_forgets_a_covered_end)},
      {"fill_touching_as_one", "An element that touches the one before from below is filled whole.", kImagined,
       broken<&I::fill>(fill_touching_as_one)},
  };
}

}  // namespace lockstep::seeded
