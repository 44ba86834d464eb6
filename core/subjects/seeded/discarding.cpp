// SPDX-License-Identifier: Apache-2.0
// Mistakes in discarding and in taking it back.
#include <utility>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

/// A record as a careless port would write it.
struct PlainUndo {
  iovec* element;
  iovec saved;
  Elements vector;
  bool recorded;
};

PlainUndo load(const UndoStorage& storage) {
  PlainUndo undo = {};
  std::memcpy(&undo, storage.bytes, sizeof undo);
  return undo;
}

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

template <DiscardMistakes mistakes, bool front>
Result discard_plainly(Elements& view, std::size_t bytes, UndoStorage* storage) {
  PlainUndo undo = storage != nullptr && mistakes.record_not_cleared ? load(*storage) : PlainUndo{};
  undo.vector = view;
  undo.recorded = true;
  std::size_t left = bytes;
  Elements rest = view;
  while (!rest.empty()) {
    iovec& element = front ? rest.front() : rest.back();
    if (mistakes.stops_at_empty && element.iov_len == 0) break;
    if (element.iov_len > left) {
      if (!mistakes.zero_trim_not_recorded || left > 0) undo.element = &element;
      if (!mistakes.saves_late) undo.saved = element;
      if (front ? !mistakes.base_stays : mistakes.trims_front_of_back) element.iov_base = plus(element.iov_base, left);
      element.iov_len -= std::exchange(left, 0);
      if (mistakes.saves_late) undo.saved = element;
      break;
    }
    left -= element.iov_len;
    rest = front ? rest.subspan(1) : rest.first(rest.size() - 1);
  }
  if (front ? !mistakes.start_stays : !mistakes.count_stale) view = rest;
  if (storage != nullptr) std::memcpy(storage->bytes, &undo, sizeof undo);
  return {bytes - left};
}

void undo_plainly(Elements& view, UndoStorage& storage) {
  const PlainUndo undo = load(storage);
  if (!undo.recorded) return;
  if (undo.element != nullptr) *undo.element = undo.saved;
  view = undo.vector;
}

void undo_adds_back(Elements& view, UndoStorage& storage) {
  const PlainUndo undo = load(storage);
  if (!undo.recorded) return;
  if (undo.element != nullptr) {
    // What went from this end, whatever else has gone meanwhile: in call order two of these do not make a whole.
    const std::size_t trimmed = undo.saved.iov_len - std::min(undo.saved.iov_len, undo.element->iov_len);
    undo.element->iov_len += trimmed;
    if (undo.saved.iov_base < undo.element->iov_base && trimmed > 0) undo.element->iov_base = undo.saved.iov_base;
  }
  view = undo.vector;
}

template <DiscardMistakes mistakes = DiscardMistakes{}, auto undo = undo_plainly>
Implementation discards() {
  Implementation table = ours();
  table.discard_front = discard_plainly<mistakes, true>;
  table.discard_back = discard_plainly<mistakes, false>;
  table.undo = undo;
  return table;
}

}  // namespace

std::vector<SeededBug> discarding_bugs() {
  return {
      {"discard_stops_at_empty", "An empty element at the end being discarded stops the walk.", kNoReport,
       discards<DiscardMistakes{.stops_at_empty = true}>()},
      {"discard_front_base_stays", "Trimming shortens the element but does not move its base.", kNoReport,
       discards<DiscardMistakes{.base_stays = true}>()},
      {"discard_front_start_stays", "The start of the vector is not moved: the caller sees consumed elements.",
       kNoReport, discards<DiscardMistakes{.start_stays = true}>()},
      {"discard_back_trims_front", "discard_back drops bytes from the front of the element it trims.", kNoReport,
       discards<DiscardMistakes{.trims_front_of_back = true}>()},
      {"discard_back_count_stale", "discard_back leaves the count as it was.", "QEMU 8f1d22d970",
       discards<DiscardMistakes{.count_stale = true}>()},
      {"undo_saved_late", "The element is saved after it was changed.", kNoReport,
       discards<DiscardMistakes{.saves_late = true}>()},
      {"undo_record_not_cleared", "A record used again keeps the element of the discard before.", kNoReport,
       discards<DiscardMistakes{.record_not_cleared = true}>()},
      {"undo_zero_trim_not_recorded", "A trim of 0 bytes is not recorded, though an undo out of order depends on it.",
       kNoReport, discards<DiscardMistakes{.zero_trim_not_recorded = true}>()},
      {"undo_adds_back",
       "What is missing is added back in place of storing the saved element: the same, but for undoing in call order.",
       kNoReport, discards<DiscardMistakes{}, undo_adds_back>(), needs_size("two discards and two undos")},
      {"undo_only_once", "Using a record empties it.", kNoReport,
       broken<&I::undo>([](Elements& view, UndoStorage& record) {
         ours().undo(view, record);
         record = {};
       }),
       needs_size("a discard, an undo, another discard, another undo")},
      {"undo_not_the_third_time", "A record works twice.", kImagined,
       broken<&I::undo>([](Elements& view, UndoStorage& record) {
         std::byte& uses = record.bytes[sizeof record.bytes - 1];  // which ours leaves alone
         uses = static_cast<std::byte>(std::to_integer<unsigned>(uses) + 1);
         if (uses != std::byte{3}) ours().undo(view, record);
       }),
       needs_size("a discard, three undos, and something between them")},
      {"undo_never_shortens", "An undo out of order is to give back, so it never takes elements away.", kImagined,
       broken<&I::undo>([](Elements& view, UndoStorage& record) {
         const Elements before = view;
         ours().undo(view, record);
         if (view.size() < before.size()) view = before;
       }),
       needs_size("two discards and two undos")},
      {"discard_front_keeps_past_255", "How many elements go is kept in 8 bits.", kImagined,
       broken<&I::discard_front>([](Elements& view, std::size_t bytes, UndoStorage* record) {
         const Elements before = view;
         const Result result = ours().discard_front(view, bytes, record);
         view = before.subspan((before.size() - view.size()) & 255);
         return result;
       }),
       needs_size("256 elements")},
      {"discard_front_forgets_passed_blocks",
       "From 32 elements on, the first 8, if they go whole, are not subtracted from the bytes to remove.", kImagined,
       broken<&I::discard_front>([](Elements& view, std::size_t bytes, UndoStorage* record) {
         constexpr std::size_t kBlock = 8;
         const Result block = ours().size(view.first(std::min(view.size(), kBlock)));
         if (view.size() < 32 || is_rejected(block) || bytes <= block.value)
           return ours().discard_front(view, bytes, record);
         // Where the sum wraps, `bytes` takes everything already.
         Result result = ours().discard_front(view, std::max(bytes, wrapped_sum(bytes, block.value)), record);
         result.value -= block.value;
         return result;
       }),
       needs_size("32 elements")},
      {"discard_front_leaves_empty_behind", "Empty elements behind an exact boundary stay.", kImagined,
       broken<&I::discard_front>([](Elements& view, std::size_t bytes, UndoStorage* record) {
         const Elements before = view;
         const Result result = ours().discard_front(view, bytes, record);
         if (result.value != bytes || bytes == 0) return result;
         std::size_t gone = before.size() - view.size();
         while (gone > 0 && before[gone - 1].iov_len == 0) --gone;
         view = before.subspan(gone);
         return result;
       })},
      {"discard_front_in_32_bits", "The number of bytes to go is kept in 32 bits.", kNoReport,
       broken<&I::discard_front>([](Elements& view, std::size_t bytes, UndoStorage* record) {
         // All of them means all, in any number of bits.
         return ours().discard_front(view, bytes == SIZE_MAX ? bytes : low_half(bytes), record);
       }),
       kNeedsUnbacked},
      {"discard_back_of_a_negative_number", "A number of bytes that would be negative discards nothing.", kNoReport,
       broken<&I::discard_back>([](Elements& view, std::size_t bytes, UndoStorage* record) {
         return ours().discard_back(view, is_negative(bytes) ? 0 : bytes, record);
       })},
      {"discard_back_of_all_keeps_the_record",
       "A record used before keeps what it has when discard_back takes everything.", kImagined,
       broken<&I::discard_back>([](Elements& view, std::size_t bytes, UndoStorage* record) {
         const UndoStorage fresh = {};
         const UndoStorage before = record != nullptr ? *record : fresh;
         const Result result = ours().discard_back(view, bytes, record);
         const bool was_used = std::memcmp(before.bytes, fresh.bytes, sizeof fresh.bytes) != 0;
         if (was_used && view.empty()) *record = before;
         return result;
       })},

      // The same on owned vectors.
      {"vector_discard_back_subtracts_twice", "The size of a single element is its length, and both are reduced.",
       "QEMU 4c386f80: 100 - 30 gives 40", broken<&I::vector_discard_back>([](void* vector, std::size_t bytes) {
         const bool is_single = ours().look(vector).size() == 1;
         const Result result = ours().vector_discard_back(vector, bytes);
         const Elements elements = ours().elements(vector);
         if (is_single && !is_rejected(result) && !elements.empty())
           __builtin_sub_overflow(elements[0].iov_len, bytes, &elements[0].iov_len);  // wraps
         return result;
       })},
      {"vector_discard_back_keeps_emptied", "Elements that lose all their bytes are still counted.",
       "QEMU 8f1d22d970 told the kernel the old count",
       broken<&I::vector_discard_back>([](void* vector, std::size_t bytes) {
         if (bytes > ours().vector_size(vector).value) return past_end();
         const Elements elements = ours().elements(vector);
         for (std::size_t i = elements.size(); i > 0 && bytes > 0; --i) {
           const std::size_t gone = std::min(bytes, elements[i - 1].iov_len);
           elements[i - 1].iov_len -= gone;
           bytes -= gone;
         }
         return Result{};
       })},
      {"vector_discard_back_takes_what_there_is",
       "More bytes than there are empty the vector instead of being rejected.", kNoReport,
       broken<&I::vector_discard_back>([](void* vector, std::size_t bytes) {
         return ours().vector_discard_back(vector, std::min(bytes, ours().vector_size(vector).value));
       })},
      {"vector_discard_back_leaves_0_bytes", "0 bytes return at once, with the empty elements at the back still there.",
       kNoReport, broken<&I::vector_discard_back>([](void* vector, std::size_t bytes) {
         return bytes == 0 ? Result{} : ours().vector_discard_back(vector, bytes);
       })},
      {"vector_discard_back_rounds_down", "The amount rounded down to sectors goes, not what lies beyond the last one.",
       "QEMU dma-helpers, a caller", broken<&I::vector_discard_back>([](void* vector, std::size_t bytes) {
         if (bytes > ours().vector_size(vector).value) return past_end();
         return ours().vector_discard_back(vector, bytes & ~std::size_t{511});
       })},
      {"discard_back_rejected_strips", "A rejected discard has taken the empty elements at the back.", kImagined,
       broken<&I::vector_discard_back>([](void* vector, std::size_t bytes) {
         const Result result = ours().vector_discard_back(vector, bytes);
         if (is_rejected(result)) ours().vector_discard_back(vector, 0);
         return result;
       })},
  };
}

Implementation plain_discards() { return discards(); }

}  // namespace lockstep::seeded
