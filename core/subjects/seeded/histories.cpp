// Mistakes that no report names, in what went before: the third undo, a rejection, a vector that was moved from or
// copied.
#include <algorithm>
#include <cstring>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

// ---- Records

/// The last byte of a record's storage, which ours does not use: how often the record has been used.
std::byte& uses(UndoStorage& record) { return record.bytes[sizeof record.bytes - 1]; }

void undo_not_the_third_time(std::span<iovec>& view, UndoStorage& record) {
  uses(record) = static_cast<std::byte>(std::to_integer<unsigned>(uses(record)) + 1);
  if (uses(record) != std::byte{3}) ours().undo(view, record);
}

void undo_never_shortens(std::span<iovec>& view, UndoStorage& record) {
  const std::span<iovec> before = view;
  ours().undo(view, record);
  if (view.size() < before.size()) view = before;
}

Result discard_back_after_front_records_less(std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
  const std::span<iovec> before = view;
  const UndoStorage used = record != nullptr ? *record : UndoStorage{};
  const UndoStorage fresh = {};
  const Result result = ours().discard_back(view, bytes, record);
  // A record used again for the other end keeps what it was, if this discard takes whole elements only.
  const bool trims = !view.empty() && view.back().iov_len != before[view.size() - 1].iov_len;
  if (record != nullptr && std::memcmp(used.bytes, fresh.bytes, sizeof used.bytes) != 0 && !trims && view.empty())
    *record = used;
  return result;
}

// ---- Rejections

/// Whether the last such call for the vector was rejected.
struct LastCall {
  bool was_rejected = false;
};

Result to_buf_keeps_the_rejection(View view, std::size_t offset, std::span<std::byte> data) {
  bool& was_rejected = state_of_viewed<LastCall>(view).was_rejected;
  const Result result = ours().to_buf(view, offset, data);
  if (result.rejection == Rejection::none && result.value == 0 && was_rejected) return past_end();
  was_rejected = result.rejection != Rejection::none;
  return result;
}

Result from_buf_after_a_rejection(View view, std::size_t offset, std::span<const std::byte> data) {
  bool& was_rejected = state_of_viewed<LastCall>(view).was_rejected;
  // The place that the rejected call had reached, the end, is where the next one begins.
  if (was_rejected && offset > 0 && data.size() == 1) offset = std::min(offset + 1, ours().size(view).value);
  const Result result = ours().from_buf(view, offset, data);
  was_rejected = result.rejection != Rejection::none;
  return result;
}

Result slice_rejected_empties(void* vector, View source, std::size_t offset, std::size_t bytes) {
  const Result result = ours().slice(vector, source, offset, bytes);
  if (result.rejection != Rejection::none) ours().reset(vector);
  return result;
}

Result extended_leaves_what_fits(void* vector, const iovec& head, std::optional<View> mid, std::size_t offset,
                                 std::size_t bytes, const iovec& tail, std::size_t limit) {
  const Result result = ours().extended(vector, head, mid, offset, bytes, tail, limit);
  if (result.rejection == Rejection::length_error && limit > 0 && head.iov_len > 0) ours().assign(vector, {&head, 1});
  return result;
}

Result discard_back_rejected_strips(void* vector, std::size_t bytes) {
  const Result result = ours().vector_discard_back(vector, bytes);
  if (result.rejection != Rejection::none) ours().vector_discard_back(vector, 0);
  return result;
}

// ---- Vectors that were moved from, or copied

struct Past {
  bool is_moved_from = false;
  bool is_copied = false;
};

Result move_noted(void* vector, void* source) {
  const Result result = ours().move_vector(vector, source);
  if (vector != source) state_of<Past>(source) = {true, false};
  return result;
}

Result copy_noted(void* vector, void* source) {
  const Result result = ours().copy_vector(vector, source);
  state_of<Past>(vector) = {false, vector != source && ours().look(source).size() > 1};
  return result;
}

Result add_to_moved_from_is_lost(void* vector, void* base, std::size_t length) {
  Past& past = state_of<Past>(vector);
  if (past.is_moved_from && ours().look(vector).empty()) {
    past.is_moved_from = false;
    return {};
  }
  return ours().add(vector, base, length);
}

Result add_to_copied_overwrites(void* vector, void* base, std::size_t length) {
  Past& past = state_of<Past>(vector);
  if (past.is_copied && ours().look(vector).size() > 1) {
    past.is_copied = false;  // by now it has grown
    ours().elements(vector).back() = {base, length};
    return {};
  }
  return ours().add(vector, base, length);
}

Result copy_onto_itself_empties(void* vector, void* source) {
  if (vector == source) {
    ours().reset(vector);
    return {};
  }
  return ours().copy_vector(vector, source);
}

template <auto moved, auto copied, auto entry, auto function>
Implementation with_a_past() {
  Implementation table = remembering<Past>();
  table.move_vector = moved;
  table.copy_vector = copied;
  table.*entry = function;
  return table;
}

template <auto entry, auto function>
Implementation after_a_rejection() {
  Implementation table = remembering<LastCall>();
  table.*entry = function;
  return table;
}

}  // namespace

std::vector<SeededBug> history_bugs() {
  using I = Implementation;
  return {
      {"undo_not_the_third_time",
       "A record works twice.",
       kImagined,
       broken<&I::undo>(undo_not_the_third_time),
       {.size = "a discard, three undos, and something between them"}},
      {"undo_never_shortens",
       "An undo out of order is to give back, so it never takes elements away.",
       kImagined,
       broken<&I::undo>(undo_never_shortens),
       {.size = "two discards and two undos"}},
      {"discard_back_of_all_keeps_the_record",
       "A record used before keeps what it has when discard_back takes everything.", kImagined,
       broken<&I::discard_back>(discard_back_after_front_records_less)},
      {"to_buf_keeps_the_rejection", "The error of a vector is not cleared by a call that moves nothing.", kImagined,
       after_a_rejection<&I::to_buf, to_buf_keeps_the_rejection>()},
      {"from_buf_after_a_rejection", "After a rejection the next single byte for that vector is put one place on.",
       kImagined, after_a_rejection<&I::from_buf, from_buf_after_a_rejection>()},
      {"slice_rejected_empties", "A rejected slice leaves its destination empty.", kImagined,
       broken<&I::slice>(slice_rejected_empties)},
      {"extended_rejected_leaves_the_head", "Too many elements are noticed when the head has been put.", kImagined,
       broken<&I::extended>(extended_leaves_what_fits)},
      {"discard_back_rejected_strips", "A rejected discard has taken the empty elements at the back.", kImagined,
       broken<&I::vector_discard_back>(discard_back_rejected_strips)},
      {"add_to_moved_from_is_lost", "The first element added to what was moved from is lost.", kImagined,
       with_a_past<move_noted, copy_noted, &I::add, add_to_moved_from_is_lost>()},
      {"add_to_copied_overwrites", "A copy is as long as its array; what is added first overwrites its last element.",
       kImagined, with_a_past<move_noted, copy_noted, &I::add, add_to_copied_overwrites>()},
      {"copy_onto_itself_empties", "A copy of itself is taken after the old elements have gone.", kImagined,
       broken<&I::copy_vector>(copy_onto_itself_empties)},
  };
}

}  // namespace lockstep::seeded
