// Mistakes in owning elements, and in cloning them.
#include <algorithm>
#include <cstdint>
#include <numeric>

#include "seeded/broken.h"

namespace lockstep::seeded {
namespace {

Result add_merges_neighbours(void* vector, void* base, std::size_t length) {
  const std::span<iovec> elements = ours().elements(vector);
  if (!elements.empty() && length > 0 && plus(elements.back().iov_base, elements.back().iov_len) == base) {
    elements.back().iov_len += length;
    return {};
  }
  return ours().add(vector, base, length);
}

Result add_drops_empty(void* vector, void* base, std::size_t length) {
  if (length == 0) return {};
  return ours().add(vector, base, length);
}

Result with_capacity_makes_elements(void* vector, std::size_t capacity) {
  return ours().assign(vector, std::vector<iovec>(capacity));
}

Result from_buffer_drops_empty(void* vector, void* base, std::size_t length) {
  if (length == 0) return ours().with_capacity(vector, 1);
  return ours().from_buffer(vector, base, length);
}

void reset_keeps_elements(void*) {}

void destroy_does_not_clear(void*) {}

Result copy_takes_the_array(void* vector, void* source) { return ours().move_vector(vector, source); }

Result move_leaves_the_source(void* vector, void* source) { return ours().copy_vector(vector, source); }

// ---- Clone

std::uintptr_t address(const iovec& element) { return reinterpret_cast<std::uintptr_t>(element.iov_base); }

/// Indices of the elements in order of address.
std::vector<std::size_t> by_address(View elements) {
  std::vector<std::size_t> order(elements.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return address(elements[a]) < address(elements[b]); });
  return order;
}

/// Clones, and lays the clones out as layout(source, buffer, clones) does.
template <auto layout>
Result clone_laid_out(void* vector, View source, std::span<std::byte> buffer) {
  const std::vector<iovec> from(source.begin(), source.end());
  const Result result = ours().clone(vector, source, buffer);
  if (result.rejection == Rejection::none) layout(from, buffer.data(), ours().elements(vector).last(from.size()));
  return result;
}

/// Where a layout that is otherwise right goes wrong.
struct LayoutMistakes {
  bool ignores_overlap = false;
  bool forgets_earlier_overlap = false;
};

template <LayoutMistakes mistakes>
void lay_out_plainly(View source, std::byte* buffer, std::span<iovec> clones) {
  std::uintptr_t end = 0;      // of the elements so far
  std::size_t clones_end = 0;  // of their clones
  for (const std::size_t i : by_address(source)) {
    const std::uintptr_t base = address(source[i]);
    const bool overlaps = base < end && !mistakes.ignores_overlap;
    const std::size_t place = overlaps ? clones_end - (end - base) : clones_end;
    clones[i].iov_base = plus(buffer, place);
    const bool is_last_end = mistakes.forgets_earlier_overlap || base + source[i].iov_len > end;
    if (!is_last_end && !mistakes.ignores_overlap) continue;
    end = base + source[i].iov_len;
    clones_end = place + source[i].iov_len;
  }
}

void lay_out_in_order_of_address(View source, std::byte*, std::span<iovec> clones) {
  const std::vector<iovec> right(clones.begin(), clones.end());
  const std::vector<std::size_t> order = by_address(source);
  for (std::size_t i = 0; i < order.size(); ++i) clones[i] = right[order[i]];
}

void lay_out_with_gaps(View source, std::byte* buffer, std::span<iovec> clones) {
  std::uintptr_t lowest = UINTPTR_MAX;
  for (const iovec& element : source)
    if (element.iov_len > 0) lowest = std::min(lowest, address(element));
  for (std::size_t i = 0; i < source.size(); ++i)
    if (address(source[i]) >= lowest) clones[i].iov_base = plus(buffer, address(source[i]) - lowest);
}

Result clone_buffer_unchecked(void* vector, View source, std::span<std::byte> buffer) {
  return ours().clone(vector, source, {buffer.data(), std::max(buffer.size(), ours().clone_size(source).value)});
}

Result clone_size_adds_lengths(View view) { return ours().size(view); }

}  // namespace

std::vector<SeededBug> owning_bugs() {
  using I = Implementation;
  return {
      {"add_merges_neighbours", "An element that touches the last one is merged with it.",
       broken<&I::add>(add_merges_neighbours)},
      {"add_drops_empty", "Empty elements are not added.", broken<&I::add>(add_drops_empty)},
      {"with_capacity_makes_elements", "Room for elements becomes that many empty ones (resize taken for reserve).",
       broken<&I::with_capacity>(with_capacity_makes_elements)},
      {"from_buffer_drops_empty", "A buffer of 0 bytes is no element.",
       broken<&I::from_buffer>(from_buffer_drops_empty)},
      {"reset_keeps_elements", "The elements are still there after a reset.", broken<&I::reset>(reset_keeps_elements)},
      {"destroy_does_not_clear", "What was freed can still be reached (QEMU bd83b36205).",
       broken<&I::release>(destroy_does_not_clear)},
      {"copy_takes_the_array", "Copying takes the array away from the source.",
       broken<&I::copy_vector>(copy_takes_the_array)},
      {"move_leaves_the_source", "What was moved is still there, too.",
       broken<&I::move_vector>(move_leaves_the_source)},
      {"clone_ignores_overlap", "Clones are laid out one behind the other, whatever the elements share.",
       broken<&I::clone>(clone_laid_out<lay_out_plainly<LayoutMistakes{.ignores_overlap = true}>>)},
      {"clone_forgets_earlier_overlap",
       "The next clone is placed by the end of the element before, though an earlier one reaches further.",
       broken<&I::clone>(clone_laid_out<lay_out_plainly<LayoutMistakes{.forgets_earlier_overlap = true}>>)},
      {"clone_in_order_of_address", "The clones are appended in order of address, not of the elements.",
       broken<&I::clone>(clone_laid_out<lay_out_in_order_of_address>)},
      {"clone_keeps_gaps", "Clones lie as far apart as the elements.",
       broken<&I::clone>(clone_laid_out<lay_out_with_gaps>)},
      {"clone_buffer_unchecked", "A buffer that is too small is accepted.", broken<&I::clone>(clone_buffer_unchecked)},
      {"clone_size_adds_lengths", "Bytes that elements share are counted once each.",
       broken<&I::clone_size>(clone_size_adds_lengths)},
  };
}

Implementation plain_clones() {
  return broken<&Implementation::clone>(clone_laid_out<lay_out_plainly<LayoutMistakes{}>>);
}

}  // namespace lockstep::seeded
