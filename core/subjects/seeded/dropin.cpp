// Mistakes of the C interface: kinds of vectors, and the size that is kept. Its table with one entry replaced; and the
// same table with a broken function on elements from elsewhere.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

using I = Implementation;

/// The C interface, with one entry replaced.
template <auto entry, typename Function>
Implementation broken_in_c(Function function) {
  Implementation table = qemu_iov();
  table.*entry = function;
  return table;
}

View array_of(void* vector) { return qemu_iov().elements(vector); }

bool is_whole(void* vector, View view) {
  return array_of(vector).data() == view.data() && array_of(vector).size() == view.size();
}

/// Whether elements may be appended to it. Cloning nothing into it is judged, and changes nothing.
bool grows(void* vector) { return qemu_iov().clone(vector, {}, {}).rejection == Rejection::none; }

Result concat_rejects_too_late(void* vector, View source, std::size_t offset, std::size_t bytes) {
  const Result size = qemu_iov().size(source);
  if (bytes > 0 && offset > size.value) return past_end();
  if (bytes > 0 && offset == size.value) return {0};
  return qemu_iov().concat(vector, source, offset, bytes);
}

Result slice_in_place_loses_an_embedded_source(void* vector, View source, std::size_t offset, std::size_t bytes) {
  const bool lost = is_whole(vector, source) && source.size() == 1 && !grows(vector);
  const Result result = qemu_iov().slice(vector, source, offset, bytes);
  if (lost && result.rejection == Rejection::none) qemu_iov().release(vector);
  return result;
}

Result embedded_discard_back_subtracts_twice(void* vector, std::size_t bytes) {
  const bool embedded = array_of(vector).size() == 1 && !grows(vector);
  const Result result = qemu_iov().vector_discard_back(vector, bytes);
  if (!embedded || result.rejection != Rejection::none || array_of(vector).empty()) return result;
  iovec& element = qemu_iov().elements(vector)[0];
  element.iov_len -= std::min(element.iov_len, bytes);
  return result;
}

Result size_is_added_up(void* vector) { return qemu_iov().size(array_of(vector)); }

/// The array that a vector borrowed last.
struct Borrowed {
  const iovec* array = nullptr;
};

Result borrow_noted(void* vector, View elements) {
  const Result result = qemu_iov().borrow(vector, elements);
  state_of<Borrowed>(vector).array = array_of(vector).data();
  return result;
}

void destroy_frees_a_borrowed_array(void* vector) {
  const View array = array_of(vector);
  // As an allocator ends a process that frees what it did not give.
  if (!array.empty() && array.data() == state_of<Borrowed>(vector).array && !grows(vector)) __builtin_trap();
  qemu_iov().release(vector);
}

Implementation freeing_what_is_borrowed() {
  Implementation table = remembering<Borrowed, qemu_iov>();
  table.borrow = borrow_noted;
  table.release = destroy_frees_a_borrowed_array;
  return table;
}

Result compare_ignores_segmentation(View a, View b) { return ours().first_difference(a, b); }

Result compare_looks_at_the_lengths_first(View a, View b) {
  for (std::size_t i = 0; i < a.size() && a.size() == b.size(); ++i)
    if (a[i].iov_len != b[i].iov_len) return {0, Rejection::invalid_argument};
  return qemu_iov().first_difference(a, b);
}

/// Where the start is remembered, behind what the C interface puts into a record.
constexpr std::size_t kStart = 40;

Result discard_front_remembers_start(std::span<iovec>& view, std::size_t bytes, UndoStorage* storage) {
  iovec* const start = view.data();
  const Result result = qemu_iov().discard_front(view, bytes, storage);
  // NOLINTNEXTLINE(bugprone-sizeof-expression): the pointer is stored
  if (storage != nullptr) std::memcpy(storage->bytes + kStart, &start, sizeof start);
  return result;
}

void undo_moves_the_start(std::span<iovec>& view, UndoStorage& storage) {
  qemu_iov().undo(view, storage);
  iovec* start = nullptr;
  std::memcpy(&start, storage.bytes + kStart, sizeof start);  // NOLINT(bugprone-sizeof-expression): the same
  if (start != nullptr && start < view.data())
    view = {start, view.size() + static_cast<std::size_t>(view.data() - start)};
}

Implementation undoing_starts() {
  Implementation table = broken_in_c<&I::undo>(undo_moves_the_start);
  table.discard_front = discard_front_remembers_start;
  return table;
}

}  // namespace

std::vector<SeededBug> dropin_bugs() {
  return {
      {"c_concat_rejects_too_late", "The source is looked at before the kind of the destination.", kImagined,
       broken_in_c<&I::concat>(concat_rejects_too_late)},
      {"c_slice_in_place_loses_an_embedded_source", "An embedded vector that is its own source is destroyed.",
       "QEMU 4c386f80", broken_in_c<&I::slice>(slice_in_place_loses_an_embedded_source)},
      {"c_embedded_discard_back_subtracts_twice",
       "An embedded vector loses the bytes as its element and as its size, which are the same.", "QEMU 4c386f80",
       broken_in_c<&I::vector_discard_back>(embedded_discard_back_subtracts_twice)},
      {"c_size_is_added_up", "The size follows the elements instead of being kept.", kImagined,
       broken_in_c<&I::vector_size>(size_is_added_up)},
      {"c_destroy_frees_a_borrowed_array",
       "What destroys a vector frees the array that it borrowed.",
       kNoReport,
       freeing_what_is_borrowed(),
       {.isolation = true}},
      {"c_compare_ignores_segmentation", "Vectors that are segmented differently are compared all the same.", kImagined,
       broken_in_c<&I::first_difference>(compare_ignores_segmentation)},
      {"c_compare_looks_at_the_lengths_first", "Other lengths behind the first difference are rejected too.", kImagined,
       broken_in_c<&I::first_difference>(compare_looks_at_the_lengths_first)},
      {"c_undo_moves_the_start", "Undoing moves the start back, which is the caller's to keep.", kImagined,
       undoing_starts()},
  };
}

std::vector<SeededBug> in_c(std::span<const SeededBug> bugs) {
  std::vector<SeededBug> transplanted;
  const auto transplant = [&](const SeededBug& bug, auto... entries) {
    SeededBug in_c = {bug.name, bug.story, bug.seen, qemu_iov(), bug.needs};
    in_c.implementation.name = bug.name;
    const auto take = [&](auto entry) {
      if (bug.implementation.*entry == ours().*entry) return false;
      in_c.implementation.*entry = bug.implementation.*entry;
      return true;
    };
    const std::array<bool, sizeof...(entries)> taken = {take(entries)...};
    if (std::find(taken.begin(), taken.end(), true) != taken.end()) transplanted.push_back(in_c);
  };
  for (const SeededBug& bug : bugs)
    // What keeps a state of its own makes it when a vector is created; that is not transplanted.
    if (bug.implementation.dialect == ours().dialect && bug.implementation.create == ours().create)
      transplant(bug, &I::size, &I::from_buf, &I::to_buf, &I::fill, &I::copy, &I::slice_count, &I::is_zero,
                 &I::hexdump);
  return transplanted;
}

}  // namespace lockstep::seeded
