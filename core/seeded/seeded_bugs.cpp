#include "seeded/seeded_bugs.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "lockstep/implementation.h"

namespace lockstep {
namespace {

using View = std::span<const iovec>;

void* plus(void* base, std::size_t bytes) { return static_cast<char*>(base) + bytes; }

Result past_end() { return {0, Rejection::out_of_range}; }

/// Where a mover stands: an element, and an offset into it.
struct Cursor {
  std::size_t index = 0;
  std::size_t offset = 0;
  bool past_end = false;
};

Cursor seek(View view, std::size_t offset) {
  Cursor cursor{0, offset};
  while (cursor.index < view.size() && cursor.offset >= view[cursor.index].iov_len)
    cursor.offset -= view[cursor.index++].iov_len;
  cursor.past_end = cursor.index == view.size() && cursor.offset > 0;
  return cursor;
}

void write_piece(void* to, std::span<const std::byte> data, std::size_t from, std::size_t length) {
  if (length > 0) std::memcpy(to, data.data() + from, length);
}

// ---- Moving bytes

Result from_buf_data_not_advanced(View view, std::size_t offset, std::span<const std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, data.size() - done);
    write_piece(plus(view[at.index].iov_base, at.offset), data, 0, length);
    done += length;
  }
  return {done};
}

Result from_buf_offset_applied_again(View view, std::size_t offset, std::span<const std::byte> data) {
  const Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (std::size_t i = at.index; i < view.size() && done < data.size(); ++i) {
    const std::size_t skip = std::min(at.offset, view[i].iov_len);
    const std::size_t length = std::min(view[i].iov_len - skip, data.size() - done);
    write_piece(plus(view[i].iov_base, skip), data, done, length);
    done += length;
  }
  return {done};
}

Result from_buf_skips_only_for_bytes(View view, std::size_t offset, std::span<const std::byte> data) {
  if (data.empty() && offset > 0) return past_end();
  return ours().from_buf(view, offset, data);
}

Result from_buf_header_path_forgets_offset(View view, std::size_t offset, std::span<const std::byte> data) {
  if (!view.empty() && offset < view[0].iov_len && data.size() <= view[0].iov_len) {
    write_piece(plus(view[0].iov_base, offset), data, 0, data.size());
    return {data.size()};
  }
  return ours().from_buf(view, offset, data);
}

Result from_buf_last_byte_of_wide_piece(View view, std::size_t offset, std::span<const std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, data.size() - done);
    write_piece(plus(view[at.index].iov_base, at.offset), data, done, length > 64 ? length - 1 : length);
    done += length;
  }
  return {done};
}

Result to_buf_length_ignores_offset(View view, std::size_t offset, std::span<std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len, data.size() - done);
    if (length > 0) std::memcpy(data.data() + done, plus(view[at.index].iov_base, at.offset), length);
    done += length;
  }
  return {done};
}

Result to_buf_past_end_answers_0(View view, std::size_t offset, std::span<std::byte> data) {
  if (seek(view, offset).past_end) return {0};
  return ours().to_buf(view, offset, data);
}

Result to_buf_answers_what_was_asked(View view, std::size_t offset, std::span<std::byte> data) {
  const Result result = ours().to_buf(view, offset, data);
  return result.rejection == Rejection::none && !view.empty() ? Result{data.size()} : result;
}

Result to_buf_stops_at_empty_element(View view, std::size_t offset, std::span<std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, data.size() - done);
    if (length == 0) break;
    std::memcpy(data.data() + done, plus(view[at.index].iov_base, at.offset), length);
    done += length;
  }
  return {done};
}

Result to_buf_reads_one_byte_more(View view, std::size_t offset, std::span<std::byte> data) {
  if (!view.empty() && view.back().iov_len > 0) {
    // Reads the byte behind the last element and keeps nothing of it: only a sanitizer sees this.
    const volatile char* const behind = static_cast<char*>(plus(view.back().iov_base, view.back().iov_len));
    static_cast<void>(*behind);
  }
  return ours().to_buf(view, offset, data);
}

Result fill_stops_after_first(View view, std::size_t offset, std::byte value, std::size_t bytes) {
  const Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  if (at.index == view.size()) return {0};
  return ours().fill(view.subspan(at.index, 1), at.offset, value, bytes);
}

Result fill_ignores_offset_within(View view, std::size_t offset, std::byte value, std::size_t bytes) {
  const Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  const Result result = ours().fill(view, offset, value, bytes);
  if (at.index < view.size() && result.value > 0)
    std::memset(view[at.index].iov_base, std::to_integer<int>(value), std::min(result.value, view[at.index].iov_len));
  return result;
}

Result size_counts_elements_in_a_byte(View view) { return ours().size(view.first(view.size() % 256)); }

// ---- Describing a range

Result copy_looks_at_bytes_only(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  if (bytes == 0) return {0};
  return ours().copy(destination, view, offset, bytes);
}

Result copy_keeps_empty_elements(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t count = 0;
  for (std::size_t done = 0; at.index < view.size() && done < bytes && count < destination.size();
       ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, bytes - done);
    destination[count++] = {plus(view[at.index].iov_base, at.offset), length};
    done += length;
  }
  return {count};
}

Result copy_bytes_not_counted_down(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t count = 0;
  for (; at.index < view.size() && bytes > 0 && count < destination.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, bytes);
    if (length > 0) destination[count++] = {plus(view[at.index].iov_base, at.offset), length};
  }
  return {count};
}

Result copy_writes_behind(std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
  const Result result = ours().copy(destination, view, offset, bytes);
  if (result.rejection == Rejection::none && result.value < destination.size())
    destination[result.value] = {nullptr, 0};
  return result;
}

// ---- Discarding, and taking it back

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

void undo_only_once(std::span<iovec>& view, UndoStorage& record) {
  ours().undo(view, record);
  record = {};
}

// ---- Owned vectors

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

/// Ours, with one entry replaced.
template <auto entry, typename Function>
Implementation broken(Function function) {
  Implementation table = ours();
  table.*entry = function;
  return table;
}

std::vector<SeededBug> make_seeded_bugs() {
  using I = Implementation;
  std::vector<SeededBug> bugs = {
      {"from_buf_data_not_advanced", "The linear buffer's pointer is not advanced after an element.",
       broken<&I::from_buf>(from_buf_data_not_advanced)},
      {"from_buf_offset_applied_again", "The offset into the first element is applied to later ones too.",
       broken<&I::from_buf>(from_buf_offset_applied_again)},
      {"from_buf_skips_only_for_bytes", "The loop that skips to the offset stops when no bytes are to be moved.",
       broken<&I::from_buf>(from_buf_skips_only_for_bytes)},
      {"from_buf_header_path_forgets_offset",
       "A fast path inside the first element checks the number of bytes but not offset + bytes.",
       broken<&I::from_buf>(from_buf_header_path_forgets_offset)},
      {"from_buf_last_byte_of_wide_piece", "A path for pieces of more than 64 bytes leaves out the last byte.",
       broken<&I::from_buf>(from_buf_last_byte_of_wide_piece)},
      {"to_buf_length_ignores_offset", "The length of a piece ignores the offset into its element.",
       broken<&I::to_buf>(to_buf_length_ignores_offset)},
      {"to_buf_past_end_answers_0", "An offset past the end answers 0 (the class of CVE-2024-3567).",
       broken<&I::to_buf>(to_buf_past_end_answers_0)},
      {"to_buf_answers_what_was_asked", "Returns what was asked for, not what was done.",
       broken<&I::to_buf>(to_buf_answers_what_was_asked)},
      {"to_buf_stops_at_empty_element",
       "An empty element ends the transfer (PhotonLibOS 1602; seastar 3318 loops for ever).",
       broken<&I::to_buf>(to_buf_stops_at_empty_element)},
      {"to_buf_reads_behind",
       "One byte behind the last element is read. Only AddressSanitizer sees it, in an exact arena.",
       broken<&I::to_buf>(to_buf_reads_one_byte_more)},
      {"fill_stops_after_first", "Only the element that holds the offset is filled.",
       broken<&I::fill>(fill_stops_after_first)},
      {"fill_ignores_offset_within", "The first element is filled from its start.",
       broken<&I::fill>(fill_ignores_offset_within)},
      {"size_counts_elements_in_a_byte", "The number of elements is kept in 8 bits.",
       broken<&I::size>(size_counts_elements_in_a_byte)},
      {"copy_looks_at_bytes_only",
       "The loop looks at the bytes to go only, so 0 bytes accept any offset (QEMU e911765cbb).",
       broken<&I::copy>(copy_looks_at_bytes_only)},
      {"copy_keeps_empty_elements", "Empty elements are described too.", broken<&I::copy>(copy_keeps_empty_elements)},
      {"copy_bytes_not_counted_down", "The bytes still to describe are not counted down.",
       broken<&I::copy>(copy_bytes_not_counted_down)},
      {"copy_writes_behind", "An entry past the returned count is written.", broken<&I::copy>(copy_writes_behind)},
      {"discard_stops_at_empty", "An empty element at the end being discarded stops the walk.",
       broken_discards<DiscardMistakes{.stops_at_empty = true}>()},
      {"discard_front_base_stays", "Trimming shortens the element but does not move its base.",
       broken_discards<DiscardMistakes{.base_stays = true}>()},
      {"discard_front_start_stays", "The start of the vector is not moved: the caller sees consumed elements.",
       broken_discards<DiscardMistakes{.start_stays = true}>()},
      {"discard_back_trims_front", "discard_back drops bytes from the front of the element it trims.",
       broken_discards<DiscardMistakes{.trims_front_of_back = true}>()},
      {"discard_back_count_stale", "discard_back leaves the count as it was (QEMU 8f1d22d970).",
       broken_discards<DiscardMistakes{.count_stale = true}>()},
      {"undo_saved_late", "The element is saved after it was changed.",
       broken_discards<DiscardMistakes{.saves_late = true}>()},
      {"undo_record_not_cleared", "A record used again keeps the element of the discard before.",
       broken_discards<DiscardMistakes{.record_not_cleared = true}>()},
      {"undo_zero_trim_not_recorded", "A trim of 0 bytes is not recorded, though an undo out of order depends on it.",
       broken_discards<DiscardMistakes{.zero_trim_not_recorded = true}>()},
      {"undo_only_once", "Using a record empties it.", broken<&I::undo>(undo_only_once)},
      {"add_merges_neighbours", "An element that touches the last one is merged with it.",
       broken<&I::add>(add_merges_neighbours)},
      {"add_drops_empty", "Empty elements are not added.", broken<&I::add>(add_drops_empty)},
  };
  for (SeededBug& bug : bugs) bug.implementation.name = bug.name;
  return bugs;
}

}  // namespace

std::span<const SeededBug> seeded_bugs() {
  static const std::vector<SeededBug> bugs = make_seeded_bugs();
  return bugs;
}

const Implementation* implementation_named(std::string_view name) {
  if (name == ours().name) return &ours();
  const auto bugs = seeded_bugs();
  const auto bug = std::find_if(bugs.begin(), bugs.end(), [name](const SeededBug& one) { return one.name == name; });
  return bug != bugs.end() ? &bug->implementation : nullptr;
}

}  // namespace lockstep
