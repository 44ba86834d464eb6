// Mistakes in discarding and in taking it back.
#include <algorithm>
#include <cstring>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

/// A record as a careless port would write it.
struct PlainUndo {
  iovec* element;
  iovec saved;
  std::span<iovec> vector;
  bool recorded;
};

/// Where a discard that is otherwise right goes wrong.
struct DiscardMistakes {
  bool stops_at_empty = false;
  bool base_stays = false;
  bool start_stays = false;
  bool saves_late = false;
  bool record_not_cleared = false;
  bool zero_trim_not_recorded = false;
  bool trims_front_of_back = false;
  bool count_stale = false;
};

template <DiscardMistakes mistakes>
void trim(iovec& element, std::size_t bytes, bool front, PlainUndo& undo) {
  if (!(mistakes.zero_trim_not_recorded && bytes == 0)) undo.element = &element;
  if (!mistakes.saves_late) undo.saved = element;
  if (front ? !mistakes.base_stays : mistakes.trims_front_of_back) element.iov_base = plus(element.iov_base, bytes);
  element.iov_len -= bytes;
  if (mistakes.saves_late) undo.saved = element;
}

template <DiscardMistakes mistakes, bool front>
Result discard_plainly(std::span<iovec>& view, std::size_t bytes, UndoStorage* storage) {
  PlainUndo undo = {};
  if (storage != nullptr && mistakes.record_not_cleared) std::memcpy(&undo, storage->bytes, sizeof undo);
  undo.vector = view;
  undo.recorded = true;
  std::size_t left = bytes;
  std::span<iovec> rest = view;
  while (!rest.empty()) {
    iovec& element = front ? rest.front() : rest.back();
    if (mistakes.stops_at_empty && element.iov_len == 0) break;
    if (element.iov_len > left) {
      trim<mistakes>(element, left, front, undo);
      left = 0;
      break;
    }
    left -= element.iov_len;
    rest = front ? rest.subspan(1) : rest.first(rest.size() - 1);
  }
  if (front ? !mistakes.start_stays : !mistakes.count_stale) view = rest;
  if (storage != nullptr) std::memcpy(storage->bytes, &undo, sizeof undo);
  return {bytes - left};
}

void undo_plainly(std::span<iovec>& view, UndoStorage& storage) {
  PlainUndo undo = {};
  std::memcpy(&undo, storage.bytes, sizeof undo);
  if (!undo.recorded) return;
  if (undo.element != nullptr) *undo.element = undo.saved;
  view = undo.vector;
}

template <DiscardMistakes mistakes>
Implementation broken_discards() {
  Implementation table = ours();
  table.discard_front = discard_plainly<mistakes, true>;
  table.discard_back = discard_plainly<mistakes, false>;
  table.undo = undo_plainly;
  return table;
}

void undo_adds_back(std::span<iovec>& view, UndoStorage& storage) {
  PlainUndo undo = {};
  std::memcpy(&undo, storage.bytes, sizeof undo);
  if (!undo.recorded) return;
  if (undo.element != nullptr) {
    // What went from this end, whatever else has gone meanwhile: in call order two of these do not make a whole.
    const std::size_t trimmed = undo.saved.iov_len - std::min(undo.saved.iov_len, undo.element->iov_len);
    undo.element->iov_len += trimmed;
    if (undo.saved.iov_base < undo.element->iov_base && trimmed > 0) undo.element->iov_base = undo.saved.iov_base;
  }
  view = undo.vector;
}

void undo_only_once(std::span<iovec>& view, UndoStorage& record) {
  ours().undo(view, record);
  record = {};
}

Implementation undo_that_adds_back() {
  Implementation table = broken_discards<DiscardMistakes{}>();
  table.undo = undo_adds_back;
  return table;
}

// The same on owned vectors.

Result vector_discard_back_subtracts_twice(void* vector, std::size_t bytes) {
  const bool is_single = ours().elements(vector).size() == 1;
  const Result result = ours().vector_discard_back(vector, bytes);
  const std::span<iovec> elements = ours().elements(vector);
  if (is_single && result.rejection == Rejection::none && !elements.empty())
    __builtin_sub_overflow(elements[0].iov_len, bytes, &elements[0].iov_len);  // wraps
  return result;
}

Result vector_discard_back_keeps_emptied(void* vector, std::size_t bytes) {
  if (bytes > ours().vector_size(vector).value) return past_end();
  const std::span<iovec> elements = ours().elements(vector);
  for (std::size_t i = elements.size(); i > 0 && bytes > 0; --i) {
    const std::size_t gone = std::min(bytes, elements[i - 1].iov_len);
    elements[i - 1].iov_len -= gone;
    bytes -= gone;
  }
  return {};
}

Result vector_discard_back_takes_what_there_is(void* vector, std::size_t bytes) {
  return ours().vector_discard_back(vector, std::min(bytes, ours().vector_size(vector).value));
}

Result vector_discard_back_rounds_down(void* vector, std::size_t bytes) {
  if (bytes > ours().vector_size(vector).value) return past_end();
  return ours().vector_discard_back(vector, bytes & ~std::size_t{511});
}

Result vector_discard_back_leaves_0_bytes(void* vector, std::size_t bytes) {
  return bytes == 0 ? Result{} : ours().vector_discard_back(vector, bytes);
}

}  // namespace

std::vector<SeededBug> discarding_bugs() {
  using I = Implementation;
  return {
      {"discard_stops_at_empty", "An empty element at the end being discarded stops the walk.", kNoReport,
       broken_discards<DiscardMistakes{.stops_at_empty = true}>()},
      {"discard_front_base_stays", "Trimming shortens the element but does not move its base.", kNoReport,
       broken_discards<DiscardMistakes{.base_stays = true}>()},
      {"discard_front_start_stays", "The start of the vector is not moved: the caller sees consumed elements.",
       kNoReport, broken_discards<DiscardMistakes{.start_stays = true}>()},
      {"discard_back_trims_front", "discard_back drops bytes from the front of the element it trims.", kNoReport,
       broken_discards<DiscardMistakes{.trims_front_of_back = true}>()},
      {"discard_back_count_stale", "discard_back leaves the count as it was.", "QEMU 8f1d22d970",
       broken_discards<DiscardMistakes{.count_stale = true}>()},
      {"undo_saved_late", "The element is saved after it was changed.", kNoReport,
       broken_discards<DiscardMistakes{.saves_late = true}>()},
      {"undo_record_not_cleared", "A record used again keeps the element of the discard before.", kNoReport,
       broken_discards<DiscardMistakes{.record_not_cleared = true}>()},
      {"undo_zero_trim_not_recorded", "A trim of 0 bytes is not recorded, though an undo out of order depends on it.",
       kNoReport, broken_discards<DiscardMistakes{.zero_trim_not_recorded = true}>()},
      {"undo_adds_back",
       "What is missing is added back in place of storing the saved element: the same, but for undoing in call order.",
       kNoReport,
       undo_that_adds_back(),
       {.size = "two discards and two undos"}},
      {"undo_only_once",
       "Using a record empties it.",
       kNoReport,
       broken<&I::undo>(undo_only_once),
       {.size = "a discard, an undo, another discard, another undo"}},
      {"vector_discard_back_subtracts_twice", "The size of a single element is its length, and both are reduced.",
       "QEMU 4c386f80: 100 - 30 gives 40", broken<&I::vector_discard_back>(vector_discard_back_subtracts_twice)},
      {"vector_discard_back_keeps_emptied", "Elements that lose all their bytes are still counted.",
       "QEMU 8f1d22d970 told the kernel the old count",
       broken<&I::vector_discard_back>(vector_discard_back_keeps_emptied)},
      {"vector_discard_back_takes_what_there_is",
       "More bytes than there are empty the vector instead of being rejected.", kNoReport,
       broken<&I::vector_discard_back>(vector_discard_back_takes_what_there_is)},
      {"vector_discard_back_leaves_0_bytes", "0 bytes return at once, with the empty elements at the back still there.",
       kNoReport, broken<&I::vector_discard_back>(vector_discard_back_leaves_0_bytes)},
      {"vector_discard_back_rounds_down", "The amount rounded down to sectors goes, not what lies beyond the last one.",
       "QEMU dma-helpers, a caller", broken<&I::vector_discard_back>(vector_discard_back_rounds_down)},
  };
}

Implementation plain_discards() { return broken_discards<DiscardMistakes{}>(); }

}  // namespace lockstep::seeded
