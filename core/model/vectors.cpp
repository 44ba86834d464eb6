// SPDX-License-Identifier: Apache-2.0
// The contract, sentence by sentence: what gives a vector its elements, and takes bytes and elements away.
// Be slow and obvious: a line that is clever here is a line that nothing judges.
#include <utility>

#include "model/model.h"
#include "model/positions.h"

namespace model {

namespace {

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

/// In C the size is computed now, and stored.
void store_size(Vector& v) {
  if (is_c(v.dialect)) v.stored_size = array_size(v).value;
}

}  // namespace

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
  if (is_c(v.dialect)) return;
  v.start = record.start;
  v.count = record.count;
}

Result assign(Vector& v, std::span<const Element> elements) {
  // One by one from the front, shortened last: `elements` may then be a part of the array itself.
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (i == v.array.size()) v.array.emplace_back();
    v.array[i] = elements[i];
  }
  v.array.resize(elements.size());
  view_whole_array(v);
  v.kind = Vector::Kind::owned;
  store_size(v);
  return {};
}

Result make(Vector& v, std::span<const Element> elements) {
  assign(v, elements);
  if (elements.size() == 1) v.kind = Vector::Kind::embedded;
  return {};
}

Result embed(Vector& v, const Element& element) {
  assign(v, {&element, 1});
  v.kind = Vector::Kind::embedded;
  return {};
}

Result borrow(Vector& v, std::span<const Element> elements) {
  assign(v, elements);
  v.kind = Vector::Kind::external;
  return {};
}

Result reset(Vector& v) {
  if (!grows(v)) return {0, Rejection::invalid_argument};
  assign(v, {});
  return {};
}

Result append(Vector& v, std::span<const Element> elements) {
  if (!elements.empty() && !grows(v)) return {0, Rejection::invalid_argument};
  for (const Element& element : elements) {
    v.array.push_back(element);
    if (is_c(v.dialect)) v.stored_size += element.bytes.size();
  }
  view_whole_array(v);
  return {};
}

Result truncate(Vector& v, std::size_t bytes) {
  if (bytes > array_size(v).value || bytes > vector_size(v).value) return {0, Rejection::out_of_range};
  if (is_c(v.dialect) && v.kind != Vector::Kind::embedded) v.stored_size -= bytes;
  view_whole_array(v);
  static_cast<void>(discard_back(v, bytes, nullptr));
  while (v.array.size() > v.count) v.array.pop_back();
  return {};
}

Result split(Vector& v, std::size_t offset, List<Element>& tail) {
  if (offset > array_size(v).value) return {0, Rejection::out_of_range};
  List<Element> head;
  List<Element> rest;
  std::size_t position = 0;
  for (const Element& element : v.array) {
    // What begins at the position goes as a whole, and so do empty elements there.
    const bool begins_behind = position >= offset;
    Element before{element.base, {}};
    Element behind{element.base, {}};
    for (const Address address : element.bytes) {
      if (position < offset) before.bytes.push_back(address);
      if (position == offset) behind.base = address;
      if (position >= offset) behind.bytes.push_back(address);
      ++position;
    }
    if (!begins_behind) head.push_back(std::move(before));
    if (begins_behind || !behind.bytes.empty()) rest.push_back(std::move(behind));
  }
  assign(v, head);
  tail = std::move(rest);
  return {};
}

}  // namespace model
