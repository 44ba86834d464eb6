// SPDX-License-Identifier: Apache-2.0
// Mistakes of the C interface: kinds of vectors, and the size that is kept. Its table with one entry replaced; and the
// same table with a broken function on elements from elsewhere.
#include <vector>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

View array_in_c(void* vector) { return qemu_iov().elements(vector); }

/// Whether elements may be appended to it. Cloning nothing into it is judged, and changes nothing.
bool grows(void* vector) { return !is_rejected(qemu_iov().clone(vector, {}, {})); }

/// The array that a vector borrowed last.
struct Borrowed {
  const iovec* array = nullptr;
};

Implementation noting_what_is_borrowed() {
  return broken<&I::borrow, remembering<Borrowed, qemu_iov>>([](void* vector, View elements) {
    const Result result = qemu_iov().borrow(vector, elements);
    state_of<Borrowed>(vector).array = array_in_c(vector).data();
    return result;
  });
}

/// Where the start is remembered, behind what the C interface puts into a record.
constexpr std::size_t kStart = 40;

Implementation remembering_the_start() {
  return broken<&I::discard_front, qemu_iov>([](Elements& view, std::size_t bytes, UndoStorage* storage) {
    iovec* const start = view.data();
    const Result result = qemu_iov().discard_front(view, bytes, storage);
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the pointer is stored
    if (storage != nullptr) std::memcpy(storage->bytes + kStart, &start, sizeof start);
    return result;
  });
}

}  // namespace

std::vector<SeededBug> dropin_bugs() {
  return {
      {"c_concat_rejects_too_late", "The source is looked at before the kind of the destination.", kImagined,
       broken<&I::concat, qemu_iov>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         const std::size_t size = qemu_iov().size(source).value;
         if (bytes == 0 || offset < size) return qemu_iov().concat(vector, source, offset, bytes);
         return offset > size ? past_end() : Result{0};
       })},
      {"c_slice_in_place_loses_an_embedded_source", "An embedded vector that is its own source is destroyed.",
       "QEMU 4c386f80",
       broken<&I::slice, qemu_iov>([](void* vector, View source, std::size_t offset, std::size_t bytes) {
         const bool is_whole = array_in_c(vector).data() == source.data() && array_in_c(vector).size() == source.size();
         const bool is_lost = is_whole && source.size() == 1 && !grows(vector);
         const Result result = qemu_iov().slice(vector, source, offset, bytes);
         if (is_lost && !is_rejected(result)) qemu_iov().release(vector);
         return result;
       })},
      {"c_embedded_discard_back_subtracts_twice",
       "An embedded vector loses the bytes as its element and as its size, which are the same.", "QEMU 4c386f80",
       broken<&I::vector_discard_back, qemu_iov>([](void* vector, std::size_t bytes) {
         const bool is_embedded = array_in_c(vector).size() == 1 && !grows(vector);
         const Result result = qemu_iov().vector_discard_back(vector, bytes);
         if (!is_embedded || is_rejected(result) || array_in_c(vector).empty()) return result;
         iovec& element = qemu_iov().elements(vector)[0];
         element.iov_len -= std::min(element.iov_len, bytes);
         return result;
       })},
      {"c_size_is_added_up", "The size follows the elements instead of being kept.", kImagined,
       broken<&I::vector_size, qemu_iov>([](void* vector) { return qemu_iov().size(array_in_c(vector)); })},
      {"c_destroy_frees_a_borrowed_array", "What destroys a vector frees the array that it borrowed.", kNoReport,
       broken<&I::release, noting_what_is_borrowed>([](void* vector) {
         const View array = array_in_c(vector);
         // As an allocator ends a process that frees what it did not give.
         if (!array.empty() && array.data() == state_of<Borrowed>(vector).array && !grows(vector)) __builtin_trap();
         qemu_iov().release(vector);
       }),
       kNeedsIsolation},
      {"c_compare_ignores_segmentation", "Vectors that are segmented differently are compared all the same.", kImagined,
       broken<&I::first_difference, qemu_iov>(ours().first_difference)},
      {"c_compare_looks_at_the_lengths_first", "Other lengths behind the first difference are rejected too.", kImagined,
       broken<&I::first_difference, qemu_iov>([](View a, View b) {
         for (std::size_t i = 0; i < a.size() && a.size() == b.size(); ++i)
           if (a[i].iov_len != b[i].iov_len) return Result{0, Rejection::invalid_argument};
         return qemu_iov().first_difference(a, b);
       })},
      {"c10_fill_rejects_past_the_end", "At API level 10, too, a fill from past the end is rejected.", "QEMU 4c386f80",
       broken<&I::fill, qemu_iov_10>([](View view, std::size_t offset, std::byte value, std::size_t bytes) {
         return offset > size_of(view) ? past_end() : qemu_iov_10().fill(view, offset, value, bytes);
       })},
      {"c10_copy_past_the_end_makes_an_element", "From past the end one empty element is described.", kImagined,
       broken<&I::copy, qemu_iov_10>([](Elements destination, View view, std::size_t offset, std::size_t bytes) {
         const bool is_past_end = offset > size_of(view) && !destination.empty() && !view.empty();
         if (!is_past_end) return qemu_iov_10().copy(destination, view, offset, bytes);
         destination[0] = {view[view.size() - 1].iov_base, 0};
         return Result{1};
       })},
      {"c10_to_buf_starts_anew_past_the_end", "A position past the end is counted from the start again.", kImagined,
       broken<&I::to_buf, qemu_iov_10>([](View view, std::size_t offset, Buffer buffer) {
         const std::size_t size = size_of(view);
         return qemu_iov_10().to_buf(view, offset > size && size > 0 ? offset % size : offset, buffer);
       })},
      {"c_undo_moves_the_start", "Undoing moves the start back, which is the caller's to keep.", kImagined,
       broken<&I::undo, remembering_the_start>([](Elements& view, UndoStorage& storage) {
         qemu_iov().undo(view, storage);
         iovec* start = nullptr;
         std::memcpy(&start, storage.bytes + kStart, sizeof start);  // NOLINT(bugprone-sizeof-expression): the same
         if (start != nullptr && start < view.data())
           view = {start, view.size() + static_cast<std::size_t>(view.data() - start)};
       })},
  };
}

std::vector<SeededBug> in_c(std::span<const SeededBug> bugs) {
  std::vector<SeededBug> transplanted;
  const auto transplant = [&](const SeededBug& bug, auto... entries) {
    SeededBug copy = bug;
    copy.implementation = qemu_iov();
    copy.implementation.name = bug.name;
    bool is_broken = false;
    const auto take = [&](auto entry) {
      if (bug.implementation.*entry == ours().*entry) return;
      copy.implementation.*entry = bug.implementation.*entry;
      is_broken = true;
    };
    (take(entries), ...);
    if (is_broken) transplanted.push_back(copy);
  };
  for (const SeededBug& bug : bugs)
    // What keeps a state of its own makes it when a vector is created; that is not transplanted.
    if (bug.implementation.dialect == ours().dialect && bug.implementation.create == ours().create)
      transplant(bug, &I::size, &I::from_buf, &I::to_buf, &I::fill, &I::copy, &I::slice_count, &I::is_zero,
                 &I::hexdump);
  return transplanted;
}

}  // namespace lockstep::seeded
