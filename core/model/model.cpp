// The contract, sentence by sentence.
// Be slow and obvious. A line that is clever here is a line that nothing judges.
#include "model/model.h"

#include <cassert>
#include <utility>

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

/// Does all of [offset, offset + bytes) lie in the view? Nor is that sum made here.
bool contains(const Vector& v, std::size_t offset, std::size_t bytes) {
  const std::size_t total = size(v).value;
  if (offset > total || bytes > total - offset) return false;
  if (v.dialect != Dialect::c || v.count < v.array.size()) return true;
  const std::size_t kept = vector_size(v).value;
  return offset <= kept && bytes <= kept - offset;
}

bool grows(const Vector& v) { return v.dialect != Dialect::c || v.kind == Vector::Kind::owned; }

std::size_t place([[maybe_unused]] const Memory& memory, Address address) {
  assert(address >= 0 && static_cast<std::size_t>(address) < memory.size());
  return static_cast<std::size_t>(address);
}

/// What stands at the first `limit` positions, or at all there are.
std::vector<std::uint8_t> contents(const Vector& v, std::size_t limit, const Memory& memory) {
  std::vector<std::uint8_t> found;
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (position < limit) found.push_back(memory[place(memory, address)]);
  });
  return found;
}

/// For every address up to the highest one covered: does any byte of the view lie there?
std::vector<bool> covered_addresses(const Vector& v) {
  std::vector<bool> covered;
  for_each_position(v, [&](std::size_t, std::size_t, Address address) {
    assert(address >= 0);
    const auto index = static_cast<std::size_t>(address);
    if (index >= covered.size()) covered.resize(index + 1);
    covered[index] = true;
  });
  return covered;
}

/// In lower case, with leading zeros up to `least` digits; more where the value needs them.
std::string hex(std::size_t value, std::size_t least) {
  std::string digits;
  for (; value > 0 || digits.size() < least; value /= 16) digits.insert(digits.begin(), "0123456789abcdef"[value % 16]);
  return digits;
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

/// In C the size is computed now, and then kept.
void keep_size(Vector& v) {
  if (v.dialect == Dialect::c) v.kept = array_size(v).value;
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

Result vector_size(const Vector& v) {
  if (v.dialect != Dialect::c || v.kind == Vector::Kind::embedded) return array_size(v);
  return {v.kept};
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
  if (v.dialect == Dialect::c) return;
  v.start = record.start;
  v.count = record.count;
}

Result is_zero(const Vector& v, std::size_t offset, std::size_t bytes, const Memory& memory) {
  if (!contains(v, offset, bytes)) return {0, Rejection::out_of_range};
  Result all_zero{1};
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (within(position, offset, bytes) && memory[place(memory, address)] != 0) all_zero.value = 0;
  });
  return all_zero;
}

namespace {

/// In C: element by element, which must have the same lengths as far as they are looked at.
Result first_difference_of_elements(const Vector& a, const Vector& b, const Memory& memory) {
  if (a.count != b.count) return {0, Rejection::invalid_argument};
  std::size_t position = 0;
  for (std::size_t i = 0; i < a.count; ++i) {
    const std::vector<Address>& in_a = a.array[a.start + i].bytes;
    const std::vector<Address>& in_b = b.array[b.start + i].bytes;
    if (in_a.size() != in_b.size()) return {0, Rejection::invalid_argument};
    for (std::size_t byte = 0; byte < in_a.size(); ++byte) {
      if (memory[place(memory, in_a[byte])] != memory[place(memory, in_b[byte])]) return {position};
      ++position;
    }
  }
  return {kNoDifference};
}

}  // namespace

Result first_difference(const Vector& a, const Vector& b, const Memory& memory) {
  if (a.dialect == Dialect::c) return first_difference_of_elements(a, b, memory);
  const std::vector<std::uint8_t> in_a = contents(a, SIZE_MAX, memory);
  const std::vector<std::uint8_t> in_b = contents(b, SIZE_MAX, memory);
  std::size_t position = 0;
  for (; position < in_a.size() && position < in_b.size(); ++position) {
    if (in_a[position] != in_b[position]) return {position};
  }
  if (in_a.size() == in_b.size()) return {kNoDifference};
  return {position};  // where the shorter one ends
}

Result slice(const Vector& v, std::size_t offset, std::size_t bytes, std::vector<Element>& sliced) {
  if (!contains(v, offset, bytes)) return {0, Rejection::out_of_range};
  std::vector<Element> made;
  std::size_t position = 0;
  for (std::size_t index = v.start; index < v.start + v.count; ++index) {
    const Element& element = v.array[index];
    // An empty element lies at the position of the byte after it: so it is kept exactly where that byte would be.
    bool kept = element.bytes.empty() && within(position, offset, bytes);
    Element part;
    part.base = element.base;
    for (const Address address : element.bytes) {
      if (within(position, offset, bytes)) {
        if (part.bytes.empty()) part.base = address;
        part.bytes.push_back(address);
        kept = true;
      }
      ++position;
    }
    if (kept) made.push_back(std::move(part));
  }
  sliced = std::move(made);
  return {sliced.size()};
}

Result slice_count(const Vector& v, std::size_t offset, std::size_t bytes) {
  if (bytes > 0) {
    std::vector<Element> sliced;
    return slice(v, offset, bytes, sliced);
  }
  if (!contains(v, offset, bytes)) return {0, Rejection::out_of_range};
  Result inside;
  std::optional<std::size_t> previous;  // the element of the byte before
  for_each_position(v, [&](std::size_t position, std::size_t index, Address) {
    if (position == offset && previous == index) inside.value = 1;
    previous = index;
  });
  return inside;
}

Result extended(const Element& head, const Vector* mid, std::size_t offset, std::size_t bytes, const Element& tail,
                std::size_t most, std::vector<Element>& extended_elements, Dialect dialect) {
  const Rejection too_long = dialect == Dialect::c ? Rejection::einval : Rejection::length_error;
  if (bytes > SIZE_MAX - head.bytes.size()) return {0, too_long};
  if (tail.bytes.size() > SIZE_MAX - head.bytes.size() - bytes) return {0, too_long};
  std::vector<Element> sliced;
  if (bytes > 0) {
    if (mid == nullptr) return {0, Rejection::invalid_argument};
    const Result result = slice(*mid, offset, bytes, sliced);
    if (result.rejection != Rejection::none) return result;
  }
  std::vector<Element> made;
  if (!head.bytes.empty()) made.push_back(head);
  for (const Element& element : sliced) made.push_back(element);
  if (!tail.bytes.empty()) made.push_back(tail);
  if (made.size() > most) return {0, too_long};
  extended_elements = std::move(made);
  return {extended_elements.size()};
}

Result concat(Vector& destination, const Vector& source, std::size_t offset, std::size_t bytes) {
  Result appended;
  std::vector<Element> described;  // all of it before anything is appended: the source may be the destination
  if (bytes > 0) {
    if (!grows(destination)) return {0, Rejection::invalid_argument};
    const Result result = copy(source, offset, bytes, SIZE_MAX, described);
    if (result.rejection != Rejection::none) return result;
  }
  for (const Element& element : described) {
    for (std::size_t i = 0; i < element.bytes.size(); ++i) ++appended.value;
  }
  append(destination, described);
  return appended;
}

Result clone_size(const Vector& v) {
  Result distinct;
  for (const bool covered : covered_addresses(v)) {
    if (covered) ++distinct.value;
  }
  return distinct;
}

Result clone(Vector& destination, const Vector& source, Address buffer, std::size_t buffer_bytes) {
  if (!grows(destination)) return {0, Rejection::invalid_argument};
  if (buffer_bytes < clone_size(source).value) return {0, Rejection::out_of_range};
  // For each address up to the last one covered, and the one behind it: how many lower ones are covered.
  std::vector<Address> lower = {0};
  for (const bool covered : covered_addresses(source)) lower.push_back(lower.back() + (covered ? 1 : 0));
  std::vector<Element> clones;  // all of them before any is appended: the source may be the destination
  for (std::size_t index = source.start; index < source.start + source.count; ++index) {
    const Element& element = source.array[index];
    Element made;
    made.base = buffer;
    if (element.base >= 0) {
      const auto address = static_cast<std::size_t>(element.base);
      made.base += address < lower.size() ? lower[address] : lower.back();
    }
    Address next = made.base;
    for (std::size_t i = 0; i < element.bytes.size(); ++i) made.bytes.push_back(next++);
    clones.push_back(std::move(made));
  }
  append(destination, clones);
  return {};
}

Result truncate(Vector& v, std::size_t bytes) {
  if (bytes > array_size(v).value || bytes > vector_size(v).value) return {0, Rejection::out_of_range};
  if (v.dialect == Dialect::c && v.kind != Vector::Kind::embedded) v.kept -= bytes;
  view_whole_array(v);
  static_cast<void>(discard_back(v, bytes, nullptr));
  while (v.array.size() > v.count) v.array.pop_back();
  return {};
}

std::string hexdump(const Vector& v, const std::string& prefix, std::size_t limit, const Memory& memory) {
  const std::vector<std::uint8_t> shown = contents(v, limit, memory);
  std::string text;
  for (std::size_t offset = 0; offset < shown.size(); offset += 16) {
    text += prefix + ": " + hex(offset, 4) + ":";
    for (std::size_t i = 0; i < 16; ++i) {
      if (i % 4 == 0) text += ' ';
      text += offset + i < shown.size() ? " " + hex(shown[offset + i], 2) : "   ";
    }
    text += ' ';
    for (std::size_t i = 0; i < 16 && offset + i < shown.size(); ++i) {
      const std::uint8_t byte = shown[offset + i];
      text += byte >= 0x20 && byte <= 0x7e ? static_cast<char>(byte) : '.';
    }
    text += '\n';
  }
  return text;
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
  keep_size(v);
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
    if (v.dialect == Dialect::c) v.kept += element.bytes.size();
  }
  view_whole_array(v);
  return {};
}

}  // namespace model
