// Mistakes in owning elements, and in cloning them.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <numeric>

#include "subjects/seeded/broken.h"

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

Result reset_keeps_elements(void*) { return {}; }

void destroy_does_not_clear(void*) {}

Result copy_takes_the_array(void* vector, void* source) { return ours().move_vector(vector, source); }

Result move_leaves_the_source(void* vector, void* source) { return ours().copy_vector(vector, source); }

/// A vector's array as a careless port keeps it: what was allocated, and a size beside it.
struct PlainArray {
  std::size_t capacity = 1;
  std::size_t size = 0;
  bool is_stale = false;  // the size is not that of the elements
  bool is_freed = false;
  void* twin = nullptr;  // whose only element this vector's is
};

PlainArray& array_of(void* vector) { return state_of<PlainArray>(vector); }

Result with_capacity_noted(void* vector, std::size_t capacity) {
  array_of(vector).capacity = capacity;
  return ours().with_capacity(vector, capacity);
}

Result add_doubles_the_capacity(void* vector, void* base, std::size_t length) {
  std::size_t capacity = array_of(vector).capacity;
  if (capacity == 0) loop_for_ever();  // 0 doubled is 0
  while (capacity <= ours().look(vector).size()) capacity *= 2;
  array_of(vector).capacity = capacity;
  return ours().add(vector, base, length);
}

Result add_to_a_full_array(void* vector, void* base, std::size_t length) {
  const std::span<iovec> elements = ours().elements(vector);
  // Written behind a block from malloc: what becomes of it is anybody's guess, so it ends here.
  if (elements.size() == array_of(vector).capacity && array_of(vector).capacity > 1) __builtin_trap();
  return ours().add(vector, base, length);
}

Result vector_size_noted(void* vector) {
  const PlainArray& array = array_of(vector);
  return array.is_stale ? Result{array.size} : ours().vector_size(vector);
}

Result add_leaves_the_size(void* vector, void* base, std::size_t length) {
  PlainArray& array = array_of(vector);
  array.size = vector_size_noted(vector).value;
  array.is_stale = true;
  return ours().add(vector, base, length);
}

Result assign_noted(void* vector, View elements) {
  array_of(vector).is_stale = false;
  return ours().assign(vector, elements);
}

std::span<iovec> lend_noting_the_size(void* vector) {
  PlainArray& array = array_of(vector);
  array.size = ours().vector_size(vector).value;
  array.is_stale = true;
  return ours().elements(vector);
}

Result reset_keeps_the_size(void* vector) {
  array_of(vector).size = ours().vector_size(vector).value;
  array_of(vector).is_stale = true;
  return ours().reset(vector);
}

void release_keeps_the_size(void* vector) {
  array_of(vector).size = ours().vector_size(vector).value;
  array_of(vector).is_stale = true;
  ours().release(vector);
}

void release_frees_again(void* vector) {
  bool& is_freed = array_of(vector).is_freed;
  if (is_freed && ours().look(vector).empty()) __builtin_trap();  // as glibc ends a process that frees twice
  is_freed = ours().look(vector).size() > 1;
  ours().release(vector);
}

Result copy_points_into_the_source(void* vector, void* source) {
  const Result result = ours().copy_vector(vector, source);
  const bool is_embedded = vector != source && ours().look(source).size() == 1;
  array_of(vector).twin = is_embedded ? source : nullptr;
  return result;
}

Result discard_back_through_the_twin(void* vector, std::size_t bytes) {
  const Result result = ours().vector_discard_back(vector, bytes);
  void* const twin = array_of(vector).twin;
  if (result.rejection == Rejection::none && twin != nullptr && ours().look(twin).size() == 1 &&
      ours().look(vector).size() == 1)
    ours().elements(twin)[0] = ours().look(vector)[0];
  return result;
}

/// Ours, whose vectors remember a plain array, with these entries replaced.
Implementation plain_arrays(std::initializer_list<std::function<void(Implementation&)>> replace) {
  Implementation table = remembering<PlainArray>();
  for (const auto& one : replace) one(table);
  return table;
}

template <auto entry, auto function>
void put(Implementation& table) {
  table.*entry = function;
}

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

Result clone_array_on_the_stack(void* vector, View source, std::span<std::byte> buffer) {
  constexpr std::size_t kOnTheStack = 1024;           // as many as a vector of the language mostly has at most
  if (source.size() > kOnTheStack) __builtin_trap();  // what smashing the stack comes to
  return ours().clone(vector, source, buffer);
}

Result clone_size_adds_lengths(View view) { return ours().size(view); }

Result split_tail_base_stays(void* vector, void* source, std::size_t offset) {
  const std::size_t into_element = seek(ours().look(source), offset).offset;
  const Result result = ours().split(vector, source, offset);
  if (result.rejection != Rejection::none || into_element == 0) return result;
  iovec& first = ours().elements(vector)[0];
  first.iov_base = static_cast<char*>(first.iov_base) - into_element;
  return result;
}

}  // namespace

std::vector<SeededBug> owning_bugs() {
  using I = Implementation;
  return {
      {"add_merges_neighbours", "An element that touches the last one is merged with it.", kNoReport,
       broken<&I::add>(add_merges_neighbours)},
      {"add_drops_empty", "Empty elements are not added.", kNoReport, broken<&I::add>(add_drops_empty)},
      {"with_capacity_makes_elements", "Room for elements becomes that many empty ones (resize taken for reserve).",
       kNoReport, broken<&I::with_capacity>(with_capacity_makes_elements)},
      {"from_buffer_drops_empty", "A buffer of 0 bytes is no element.", kNoReport,
       broken<&I::from_buffer>(from_buffer_drops_empty)},
      {"reset_keeps_elements", "The elements are still there after a reset.", kNoReport,
       broken<&I::reset>(reset_keeps_elements)},
      {"destroy_does_not_clear", "What was freed can still be reached.", "QEMU bd83b36205",
       broken<&I::release>(destroy_does_not_clear)},
      {"copy_takes_the_array", "Copying takes the array away from the source.", kNoReport,
       broken<&I::copy_vector>(copy_takes_the_array)},
      {"move_leaves_the_source", "What was moved is still there, too.", kNoReport,
       broken<&I::move_vector>(move_leaves_the_source)},
      {"clone_ignores_overlap", "Clones are laid out one behind the other, whatever the elements share.", kNoReport,
       broken<&I::clone>(clone_laid_out<lay_out_plainly<LayoutMistakes{.ignores_overlap = true}>>)},
      {"clone_forgets_earlier_overlap",
       "The next clone is placed by the end of the element before, though an earlier one reaches further.", kNoReport,
       broken<&I::clone>(clone_laid_out<lay_out_plainly<LayoutMistakes{.forgets_earlier_overlap = true}>>)},
      {"clone_in_order_of_address", "The clones are appended in order of address, not of the elements.", kNoReport,
       broken<&I::clone>(clone_laid_out<lay_out_in_order_of_address>)},
      {"clone_keeps_gaps", "Clones lie as far apart as the elements.", kNoReport,
       broken<&I::clone>(clone_laid_out<lay_out_with_gaps>)},
      {"clone_buffer_unchecked", "A buffer that is too small is accepted.", kNoReport,
       broken<&I::clone>(clone_buffer_unchecked)},
      {"clone_size_adds_lengths", "Bytes that elements share are counted once each.", kNoReport,
       broken<&I::clone_size>(clone_size_adds_lengths)},
      {"clone_array_on_the_stack",
       "An array on the stack is as long as the caller's vector.",
       "CVE-2021-3527",
       broken<&I::clone>(clone_array_on_the_stack),
       {.size = "more than 1,024 elements", .isolation = true}},
      {"add_doubles_no_capacity",
       "The capacity is doubled until it is enough, from 0, too.",
       kNoReport,
       plain_arrays({put<&I::with_capacity, with_capacity_noted>, put<&I::add, add_doubles_the_capacity>}),
       {.isolation = true}},
      {"add_to_a_full_array",
       "An array that is full is not grown, and written behind.",
       kNoReport,
       plain_arrays({put<&I::with_capacity, with_capacity_noted>, put<&I::add, add_to_a_full_array>}),
       {.isolation = true}},
      {"add_leaves_the_size", "The size is not updated by add.", kNoReport,
       plain_arrays({put<&I::assign, assign_noted>, put<&I::add, add_leaves_the_size>,
                     put<&I::vector_size, vector_size_noted>})},
      {"size_stale_once_lent", "The size stays what it was when the elements were lent for writing.", kNoReport,
       plain_arrays({put<&I::assign, assign_noted>, put<&I::elements, lend_noting_the_size>,
                     put<&I::vector_size, vector_size_noted>})},
      {"reset_keeps_the_size", "After a reset the size is still that of the elements.", kNoReport,
       plain_arrays({put<&I::assign, assign_noted>, put<&I::reset, reset_keeps_the_size>,
                     put<&I::vector_size, vector_size_noted>})},
      {"destroy_keeps_the_size", "After destroy the size is still that of the elements.", "QEMU 2a6cdd6d35, a caller",
       plain_arrays({put<&I::assign, assign_noted>, put<&I::release, release_keeps_the_size>,
                     put<&I::vector_size, vector_size_noted>})},
      {"destroy_twice_frees_twice",
       "destroy frees the array and leaves the pointer to it.",
       "QEMU bd83b36205",
       plain_arrays({put<&I::release, release_frees_again>}),
       {.isolation = true}},
      {"copy_points_into_the_source",
       "The copy of a vector of one element shares that element.",
       "QEMU, copying an embedded vector by value",
       plain_arrays({put<&I::copy_vector, copy_points_into_the_source>,
                     put<&I::vector_discard_back, discard_back_through_the_twin>}),
       {.steps = true}},
      {"split_tail_base_stays", "What is split off begins at the start of the element that was divided.", kNoReport,
       broken<&I::split>(split_tail_base_stays)},
  };
}

Implementation plain_clones() {
  return broken<&Implementation::clone>(clone_laid_out<lay_out_plainly<LayoutMistakes{}>>);
}

}  // namespace lockstep::seeded
