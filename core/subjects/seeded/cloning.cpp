// SPDX-License-Identifier: Apache-2.0
// Mistakes in cloning.
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

std::uintptr_t address(const iovec& element) { return reinterpret_cast<std::uintptr_t>(element.iov_base); }

/// Indices of the elements in order of address, and of equal ones in their own. Not by std::stable_sort: clang 19 warns
/// of what it calls in the library of gcc 12.
std::vector<std::size_t> by_address(View elements) {
  std::vector<std::size_t> order(elements.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(address(elements[a]), a) < std::pair(address(elements[b]), b);
  });
  return order;
}

/// Clones, and lays the clones out as layout(source, buffer, clones) does.
template <typename Layout>
Implementation clones(Layout) {
  return broken<&I::clone>([](void* vector, View source, Buffer buffer) {
    const std::vector<iovec> from(source.begin(), source.end());
    const Result result = ours().clone(vector, source, buffer);
    if (!is_rejected(result)) Layout()(from, buffer.data(), ours().elements(vector).last(from.size()));
    return result;
  });
}

/// Where a layout that is otherwise right goes wrong.
struct LayoutMistakes {
  bool ignores_overlap = false;
  bool forgets_earlier_overlap = false;
};

template <LayoutMistakes mistakes>
Implementation clones_laid_out() {
  return clones([](View source, std::byte* buffer, Elements clones) {
    std::uintptr_t end = 0;      // of the elements so far
    std::size_t clones_end = 0;  // of their clones
    for (const std::size_t i : by_address(source)) {
      const std::uintptr_t base = address(source[i]);
      const bool overlaps = base < end && !mistakes.ignores_overlap;
      const std::size_t place = overlaps ? clones_end - (end - base) : clones_end;
      clones[i].iov_base = buffer + place;
      const bool is_last_end = mistakes.forgets_earlier_overlap || base + source[i].iov_len > end;
      if (!is_last_end && !mistakes.ignores_overlap) continue;
      end = base + source[i].iov_len;
      clones_end = place + source[i].iov_len;
    }
  });
}

}  // namespace

std::vector<SeededBug> cloning_bugs() {
  return {
      {"clone_ignores_overlap", "Clones are laid out one behind the other, whatever the elements share.", kNoReport,
       clones_laid_out<LayoutMistakes{.ignores_overlap = true}>()},
      {"clone_forgets_earlier_overlap",
       "The next clone is placed by the end of the element before, though an earlier one reaches further.", kNoReport,
       clones_laid_out<LayoutMistakes{.forgets_earlier_overlap = true}>()},
      {"clone_in_order_of_address", "The clones are appended in order of address, not of the elements.", kNoReport,
       clones([](View source, std::byte*, Elements clones) {
         const std::vector<iovec> right(clones.begin(), clones.end());
         const std::vector<std::size_t> order = by_address(source);
         for (std::size_t i = 0; i < order.size(); ++i) clones[i] = right[order[i]];
       })},
      {"clone_keeps_gaps", "Clones lie as far apart as the elements.", kNoReport,
       clones([](View source, std::byte* buffer, Elements clones) {
         std::uintptr_t lowest = UINTPTR_MAX;
         for (const iovec& element : source)
           if (element.iov_len > 0) lowest = std::min(lowest, address(element));
         for (std::size_t i = 0; i < source.size(); ++i)
           if (address(source[i]) >= lowest) clones[i].iov_base = plus(buffer, address(source[i]) - lowest);
       })},
      {"clone_puts_empty_at_the_start", "Empty elements are cloned to the start of the buffer, not to their place.",
       kImagined, clones([](View, std::byte* buffer, Elements clones) {
         for (iovec& element : clones)
           if (element.iov_len == 0) element.iov_base = buffer;
       })},
      {"clone_third_inside_first", "A third element at the first one's start is cloned to where the second is.",
       kImagined, clones([](View source, std::byte*, Elements clones) {
         if (source.size() >= 3 && source[2].iov_base == source[0].iov_base && source[2].iov_len > 0 &&
             source[2].iov_len < source[0].iov_len && source[1].iov_len > 0)
           clones[2].iov_base = clones[1].iov_base;
       })},
      {"clone_buffer_unchecked", "A buffer that is too small is accepted.", kNoReport,
       broken<&I::clone>([](void* vector, View source, Buffer buffer) {
         const std::size_t needed = ours().clone_size(source).value;
         return ours().clone(vector, source, {buffer.data(), std::max(buffer.size(), needed)});
       })},
      {"clone_array_on_the_stack", "An array on the stack is as long as the caller's vector.", "CVE-2021-3527",
       broken<&I::clone>([](void* vector, View source, Buffer buffer) {
         constexpr std::size_t kOnTheStack = 1024;           // as many as a vector of the language mostly has at most
         if (source.size() > kOnTheStack) __builtin_trap();  // what smashing the stack comes to
         return ours().clone(vector, source, buffer);
       }),
       needs_size("more than 1,024 elements", kNeedsIsolation)},
      {"clone_size_adds_lengths", "Bytes that elements share are counted once each.", kNoReport,
       broken<&I::clone_size>(ours().size)},
      {"clone_size_counts_a_shared_end", "An element that ends with the one before it, inside it, counts again.",
       kImagined, changed_after<&I::clone_size>([](Result& size, View view) {
         const auto end = [&](std::size_t i) { return plus(view[i].iov_base, view[i].iov_len); };
         for (std::size_t i = 1; i < view.size(); ++i)
           if (view[i].iov_len > 0 && view[i].iov_len < view[i - 1].iov_len && end(i) == end(i - 1)) {
             size.value += view[i].iov_len;
             return;
           }
       })},
  };
}

Implementation plain_clones() { return clones_laid_out<LayoutMistakes{}>(); }

}  // namespace lockstep::seeded
