// Mistakes of the C interface: kinds of vectors, and the size that is kept. Its table with one entry replaced; and the
// same table with a broken function on elements from elsewhere.
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
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

/// Becomes a growable vector of the same elements and more.
Result grow_anyway(void* vector, View more) {
  std::vector<iovec> all(array_of(vector).begin(), array_of(vector).end());
  all.insert(all.end(), more.begin(), more.end());
  return qemu_iov().assign(vector, all);
}

Result add_grows_embedded(void* vector, void* base, std::size_t length) {
  const iovec element = {base, length};
  const Result result = qemu_iov().add(vector, base, length);
  return result.rejection == Rejection::none ? result : grow_anyway(vector, {&element, 1});
}

Result concat_grows_external(void* vector, View source, std::size_t offset, std::size_t bytes) {
  const Result result = qemu_iov().concat(vector, source, offset, bytes);
  if (result.rejection != Rejection::invalid_argument) return result;
  const std::vector<iovec> kept(source.begin(), source.end());
  grow_anyway(vector, {});
  return qemu_iov().concat(vector, kept, offset, bytes);
}

Result concat_rejects_too_late(void* vector, View source, std::size_t offset, std::size_t bytes) {
  const Result size = qemu_iov().size(source);
  if (bytes > 0 && offset > size.value) return past_end();
  if (bytes > 0 && offset == size.value) return {0};
  return qemu_iov().concat(vector, source, offset, bytes);
}

Result reset_of_any_kind(void* vector) {
  if (qemu_iov().reset(vector).rejection != Rejection::none) qemu_iov().release(vector);
  return {};
}

Result slice_always_owned(void* vector, View source, std::size_t offset, std::size_t bytes) {
  const Result result = qemu_iov().slice(vector, source, offset, bytes);
  if (result.rejection == Rejection::none) grow_anyway(vector, {});
  return result;
}

Result slice_in_place_loses_an_embedded_source(void* vector, View source, std::size_t offset, std::size_t bytes) {
  const bool lost = is_whole(vector, source) && source.size() == 1 && !grows(vector);
  const Result result = qemu_iov().slice(vector, source, offset, bytes);
  if (lost && result.rejection == Rejection::none) qemu_iov().release(vector);
  return result;
}

Result extended_rejects_what_is_too_long(void* vector, const iovec& head, std::optional<View> mid, std::size_t offset,
                                         std::size_t bytes, const iovec& tail, std::size_t limit) {
  const Result result = qemu_iov().extended(vector, head, mid, offset, bytes, tail, limit);
  return result.rejection == Rejection::einval ? Result{0, Rejection::length_error} : result;
}

Result extended_of_one_always_owned(void* vector, const iovec& head, std::optional<View> mid, std::size_t offset,
                                    std::size_t bytes, const iovec& tail, std::size_t limit) {
  const Result result = qemu_iov().extended(vector, head, mid, offset, bytes, tail, limit);
  if (result.rejection == Rejection::none) grow_anyway(vector, {});
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

Result external_has_no_size(void* vector, View elements) {
  // The size stands in the struct from before the elements were there.
  const std::vector<iovec> empty(elements.size(), iovec{nullptr, 0});
  const Result result = qemu_iov().borrow(vector, empty);
  std::copy(elements.begin(), elements.end(), qemu_iov().elements(vector).begin());
  return result;
}

Result borrowed_array_is_copied(void* vector, View elements) { return qemu_iov().assign(vector, elements); }

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

Result embedded_is_owned(void* vector, void* base, std::size_t length) {
  const iovec element = {base, length};
  return qemu_iov().assign(vector, {&element, 1});
}

Result compare_ignores_how_it_is_cut(View a, View b) { return ours().first_difference(a, b); }

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
  if (storage != nullptr) std::memcpy(storage->bytes + kStart, &start, sizeof start);
  return result;
}

void undo_moves_the_start(std::span<iovec>& view, UndoStorage& storage) {
  qemu_iov().undo(view, storage);
  iovec* start = nullptr;
  std::memcpy(&start, storage.bytes + kStart, sizeof start);
  if (start != nullptr && start < view.data())
    view = {start, view.size() + static_cast<std::size_t>(view.data() - start)};
}

Implementation undoing_starts() {
  Implementation table = broken_in_c<&I::undo>(undo_moves_the_start);
  table.discard_front = discard_front_remembers_start;
  return table;
}

Result is_zero_goes_by_the_elements(View view, std::size_t offset, std::size_t bytes) {
  return ours().is_zero(view, offset, bytes);
}

Result slice_count_goes_by_the_elements(View view, std::size_t offset, std::size_t bytes) {
  return ours().slice_count(view, offset, bytes);
}

}  // namespace

std::vector<SeededBug> dropin_bugs() {
  constexpr std::string_view kStaleSize = "a shorter array beside the size that is kept, and two steps more";
  return {
      {"c_add_grows_embedded", "An embedded vector becomes a growable one when something is added.", kImagined,
       broken_in_c<&I::add>(add_grows_embedded)},
      {"c_concat_grows_external", "A borrowed array is copied where it should be left as it is.", kImagined,
       broken_in_c<&I::concat>(concat_grows_external)},
      {"c_concat_rejects_too_late", "The source is looked at before the kind of the destination.", kImagined,
       broken_in_c<&I::concat>(concat_rejects_too_late)},
      {"c_reset_of_any_kind", "Vectors that do not own their array are reset as if they did.", kImagined,
       broken_in_c<&I::reset>(reset_of_any_kind)},
      {"c_slice_always_owned", "A slice of one element is owned, not embedded.", kImagined,
       broken_in_c<&I::slice>(slice_always_owned)},
      {"c_slice_in_place_loses_an_embedded_source", "An embedded vector that is its own source is destroyed.",
       "QEMU 4c386f80", broken_in_c<&I::slice>(slice_in_place_loses_an_embedded_source)},
      {"c_extended_rejects_what_is_too_long", "What is too long is rejected, not answered with -EINVAL.", kImagined,
       broken_in_c<&I::extended>(extended_rejects_what_is_too_long)},
      {"c_extended_of_one_always_owned", "What is made of one element is owned, not embedded.", kImagined,
       broken_in_c<&I::extended>(extended_of_one_always_owned)},
      {"c_embedded_discard_back_subtracts_twice",
       "An embedded vector loses the bytes as its element and as its size, which are the same.", "QEMU 4c386f80",
       broken_in_c<&I::vector_discard_back>(embedded_discard_back_subtracts_twice)},
      {"c_size_is_added_up", "The size follows the elements instead of being kept.", kImagined,
       broken_in_c<&I::vector_size>(size_is_added_up)},
      {"c_external_has_no_size", "The size of a borrowed array is not computed.", kImagined,
       broken_in_c<&I::borrow>(external_has_no_size)},
      {"c_borrowed_array_is_copied", "What should borrow an array owns a copy of it.", kImagined,
       broken_in_c<&I::borrow>(borrowed_array_is_copied)},
      {"c_destroy_frees_a_borrowed_array",
       "What destroys a vector frees the array that it borrowed.",
       kNoReport,
       freeing_what_is_borrowed(),
       {.isolation = true}},
      {"c_embedded_is_owned", "The vector of one buffer can grow.", kImagined,
       broken_in_c<&I::from_buffer>(embedded_is_owned)},
      {"c_compare_ignores_how_it_is_cut", "Vectors that are cut differently are compared all the same.", kImagined,
       broken_in_c<&I::first_difference>(compare_ignores_how_it_is_cut)},
      {"c_compare_looks_at_the_lengths_first", "Other lengths behind the first difference are rejected too.", kImagined,
       broken_in_c<&I::first_difference>(compare_looks_at_the_lengths_first)},
      {"c_undo_moves_the_start", "Undoing moves the start back, which is the caller's to keep.", kImagined,
       undoing_starts()},
      {"c_is_zero_goes_by_the_elements",
       "The range is not judged by the size that is kept.",
       kImagined,
       broken_in_c<&I::is_zero>(is_zero_goes_by_the_elements),
       {.size = kStaleSize}},
      {"c_slice_count_goes_by_the_elements",
       "The range is not judged by the size that is kept.",
       kImagined,
       broken_in_c<&I::slice_count>(slice_count_goes_by_the_elements),
       {.size = kStaleSize}},
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
