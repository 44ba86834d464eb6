// The contract, sentence by sentence.
// The one fact that matters: be slow and obvious. A line that is clever here is a line that nothing judges.
#include "model/model.h"

#include <cassert>

namespace model {

namespace {

/// Calls visit(position, index, address) for every byte of the view, in order of position; `index` is that of the
/// byte's element in the array. Empty elements have no positions and are never visited.
template <typename Visit>
void for_each_position(const Vector& v, Visit visit) {
  assert(v.start <= v.array.size() && v.count <= v.array.size() - v.start);
  std::size_t position = 0;
  for (std::size_t index = v.start; index < v.start + v.count; ++index) {
    for (const Address address : v.array[index].bytes) {
      visit(position, index, address);
      ++position;
    }
  }
}

/// Is `position` in [offset, offset + bytes)? The sum itself might wrap, so it is never made.
bool within(std::size_t position, std::size_t offset, std::size_t bytes) {
  return position >= offset && position - offset < bytes;
}

std::size_t place([[maybe_unused]] const Memory& memory, Address address) {
  assert(address >= 0 && static_cast<std::size_t>(address) < memory.size());
  return static_cast<std::size_t>(address);
}

/// Cleared on entry: what an earlier discard trimmed is forgotten even if this one trims nothing.
void begin_record(UndoRecord* record, const Vector& v) {
  if (record == nullptr) return;
  record->used = true;
  record->index.reset();
  record->saved.base = 0;
  record->saved.bytes.clear();
  record->start = v.start;
  record->count = v.count;
}

void save_element(UndoRecord* record, const Vector& v, std::size_t index) {
  if (record == nullptr) return;
  record->index = index;
  record->saved = v.array[index];
}

void view_whole_array(Vector& v) {
  v.start = 0;
  v.count = v.array.size();
}

}  // namespace

Result size(const Vector& v) {
  Result total;
  for_each_position(v, [&](std::size_t, std::size_t, Address) { ++total.value; });
  return total;
}

Result array_size(const Vector& v) {
  Result total;
  for (const Element& element : v.array) {
    for (std::size_t i = 0; i < element.bytes.size(); ++i) ++total.value;
  }
  return total;
}

Result from_buf(const Vector& v, std::size_t offset, std::span<const std::uint8_t> data, Memory& memory) {
  if (offset > size(v).value) return {0, Rejection::out_of_range};
  Result copied;
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (!within(position, offset, data.size())) return;
    memory[place(memory, address)] = data[position - offset];
    ++copied.value;
  });
  return copied;
}

Result to_buf(const Vector& v, std::size_t offset, std::span<std::uint8_t> data, const Memory& memory) {
  if (offset > size(v).value) return {0, Rejection::out_of_range};
  Result copied;
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (!within(position, offset, data.size())) return;
    data[position - offset] = memory[place(memory, address)];
    ++copied.value;
  });
  return copied;
}

Result fill(const Vector& v, std::size_t offset, std::uint8_t value, std::size_t bytes, Memory& memory) {
  if (offset > size(v).value) return {0, Rejection::out_of_range};
  Result set;
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (!within(position, offset, bytes)) return;
    memory[place(memory, address)] = value;
    ++set.value;
  });
  return set;
}

Result copy(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t capacity,
            std::vector<Element>& described) {
  assert(&described != &v.array);
  if (offset > size(v).value) return {0, Rejection::out_of_range};
  Result written;
  std::optional<std::size_t> source;  // of the element written last
  for_each_position(v, [&](std::size_t position, std::size_t index, Address address) {
    if (!within(position, offset, bytes)) return;
    if (source != index) {
      if (written.value == capacity) return;
      // Written over rather than made anew: the old element's memory serves again.
      if (written.value == described.size()) described.emplace_back();
      described[written.value].base = address;
      described[written.value].bytes.clear();
      ++written.value;
      source = index;
    }
    described[written.value - 1].bytes.push_back(address);
  });
  described.resize(written.value);
  return written;
}

Result discard_front(Vector& v, std::size_t bytes, UndoRecord* record) {
  begin_record(record, v);
  Result removed;
  std::size_t gone = 0;  // how many of the removed bytes are the first element's
  while (v.count > 0) {
    Element& first = v.array[v.start];
    if (gone == first.bytes.size()) {
      // Asked before whether anything is still to go: so empty elements go too, even for 0 bytes and after a boundary.
      ++v.start;
      --v.count;
      gone = 0;
    } else if (removed.value < bytes) {
      ++gone;
      ++removed.value;
    } else {
      save_element(record, v, v.start);
      if (gone > 0) first.base = first.bytes[gone];
      for (std::size_t i = gone; i < first.bytes.size(); ++i) first.bytes[i - gone] = first.bytes[i];
      for (; gone > 0; --gone) first.bytes.pop_back();
      return removed;
    }
  }
  return removed;
}

Result discard_back(Vector& v, std::size_t bytes, UndoRecord* record) {
  begin_record(record, v);
  Result removed;
  std::size_t gone = 0;  // how many of the removed bytes are the last element's
  while (v.count > 0) {
    const std::size_t index = v.start + v.count - 1;
    Element& last = v.array[index];
    if (gone == last.bytes.size()) {
      // Asked first here too, for the same reason.
      --v.count;
      gone = 0;
    } else if (removed.value < bytes) {
      ++gone;
      ++removed.value;
    } else {
      save_element(record, v, index);
      for (; gone > 0; --gone) last.bytes.pop_back();
      return removed;
    }
  }
  return removed;
}

void undo(Vector& v, const UndoRecord& record) {
  if (!record.used) return;
  assert(record.start + record.count <= v.array.size());
  if (record.index) v.array[*record.index] = record.saved;
  v.start = record.start;
  v.count = record.count;
}

void assign(Vector& v, std::span<const Element> elements) {
  // One by one from the front, shortened last: `elements` may then be a part of the array itself.
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (i == v.array.size()) v.array.emplace_back();
    v.array[i] = elements[i];
  }
  v.array.resize(elements.size());
  view_whole_array(v);
}

void append(Vector& v, std::span<const Element> elements) {
  for (const Element& element : elements) v.array.push_back(element);
  view_whole_array(v);
}

}  // namespace model
