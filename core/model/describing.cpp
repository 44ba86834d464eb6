// SPDX-License-Identifier: Apache-2.0
// The contract, sentence by sentence: what describes ranges and lays elements out.
// Be slow and obvious: a line that is clever here is a line that nothing judges.
#include <cassert>
#include <optional>
#include <utility>

#include "model/model.h"
#include "model/positions.h"

namespace model {

namespace {

/// For every address up to the highest one covered: does any byte of the view lie there?
List<bool> covered_addresses(const Vector& v) {
  List<bool> covered;
  for_each_position(v, [&](std::size_t, std::size_t, Address address) {
    assert(address >= 0);
    const auto index = static_cast<std::size_t>(address);
    if (index >= covered.size()) covered.resize(index + 1);
    covered[index] = true;
  });
  return covered;
}

}  // namespace

Result copy(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t capacity, List<Element>& described) {
  assert(&described != &v.array);
  if (v.rejects_past_end && offset > size(v).value) return {0, Rejection::out_of_range};
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

Result slice(const Vector& v, std::size_t offset, std::size_t bytes, List<Element>& sliced) {
  if (!contains(v, offset, bytes)) return {0, Rejection::out_of_range};
  List<Element> made;
  std::size_t position = 0;
  for (std::size_t index = v.start; index < v.start + v.count; ++index) {
    const Element& element = v.array[index];
    // An empty element lies at the position of the byte after it: so it stays exactly where that byte would.
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
    List<Element> sliced;
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
                std::size_t most, List<Element>& extended_elements, Dialect dialect) {
  const Rejection too_long = is_c(dialect) ? Rejection::einval : Rejection::length_error;
  if (bytes > SIZE_MAX - head.bytes.size()) return {0, too_long};
  if (tail.bytes.size() > SIZE_MAX - head.bytes.size() - bytes) return {0, too_long};
  List<Element> sliced;
  if (bytes > 0) {
    if (mid == nullptr) return {0, Rejection::invalid_argument};
    const Result result = slice(*mid, offset, bytes, sliced);
    if (result.rejection != Rejection::none) return result;
  }
  List<Element> made;
  if (!head.bytes.empty()) made.push_back(head);
  for (const Element& element : sliced) made.push_back(element);
  if (!tail.bytes.empty()) made.push_back(tail);
  if (made.size() > most) return {0, too_long};
  extended_elements = std::move(made);
  return {extended_elements.size()};
}

Result concat(Vector& destination, const Vector& source, std::size_t offset, std::size_t bytes) {
  Result appended;
  List<Element> described;  // all of it before anything is appended: the source may be the destination
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
  List<Address> lower = {0};
  for (const bool covered : covered_addresses(source)) lower.push_back(lower.back() + (covered ? 1 : 0));
  List<Element> clones;  // all of them before any is appended: the source may be the destination
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

}  // namespace model
