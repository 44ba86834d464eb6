// SPDX-License-Identifier: Apache-2.0
#include "model/extents.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace model::extents {
namespace {

constexpr Wide kMax = SIZE_MAX;

/// The bytes of element `index` that lie in [begin, end), as positions: [first, last), which may be empty.
struct Part {
  Wide first;
  Wide last;
};

Part part_of(const List<Wide>& edges, std::size_t index, Wide begin, Wide end) {
  const Wide first = std::clamp(begin, edges[index], edges[index + 1]);
  return {first, std::max(first, std::min(end, edges[index + 1]))};
}

/// That part of the element, as an element. Addresses are modulo the address space.
Extent extent_of(const Extent& element, Wide element_begin, Part part) {
  const Wide base = Wide{element.base} + (part.first - element_begin);
  return {static_cast<std::uintptr_t>(base & Wide{UINTPTR_MAX}), static_cast<std::size_t>(part.last - part.first)};
}

/// Rejected where it exceeds SIZE_MAX.
Result sum_of(std::span<const Extent> elements) {
  const Wide bytes = total(elements);
  if (bytes > kMax) return {0, Rejection::length_error};
  return {static_cast<std::size_t>(bytes)};
}

void view_whole_array(Vector& v) {
  v.start = 0;
  v.count = v.array.size();
}

bool grows(const Vector& v) { return !is_c(v.dialect) || v.kind == Vector::Kind::owned; }

/// Positions [begin, end) by at most `most` elements, none of them empty.
List<Extent> described_from(std::span<const Extent> elements, Wide begin, Wide end, std::size_t most) {
  const List<Wide> edges = boundaries(elements);
  List<Extent> described;
  for (std::size_t i = 0; i < elements.size() && described.size() < most; ++i) {
    const Part part = part_of(edges, i, begin, end);
    if (part.first < part.last) described.push_back(extent_of(elements[i], edges[i], part));
  }
  return described;
}

/// The elements that slice makes of a range that lies inside.
List<Extent> sliced_from(std::span<const Extent> elements, std::size_t offset, std::size_t bytes) {
  List<Extent> sliced;
  const List<Wide> edges = boundaries(elements);
  const Wide end = Wide{offset} + bytes;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const Part part = part_of(edges, i, offset, end);
    const bool empty_within = elements[i].length == 0 && edges[i] >= offset && edges[i] < end;
    if (part.first < part.last || empty_within) sliced.push_back(extent_of(elements[i], edges[i], part));
  }
  return sliced;
}

/// For each end of an element, how many distinct lower addresses the elements cover: the interval between two
/// neighbouring ends is covered as a whole or not at all.
std::map<Wide, Wide> covered_below(std::span<const Extent> elements) {
  std::map<Wide, Wide> below;
  for (const Extent& element : elements) {
    below[Wide{element.base}] = 0;
    below[Wide{element.base} + element.length] = 0;
  }
  Wide covered = 0;
  for (auto end = below.begin(); end != below.end(); ++end) {
    end->second = covered;
    const Wide from = end->first;
    const auto covers = [from](const Extent& element) {
      return element.base <= from && from < Wide{element.base} + element.length;
    };
    if (std::any_of(elements.begin(), elements.end(), covers)) covered += std::next(end)->first - from;
  }
  return below;
}

}  // namespace

Wide total(std::span<const Extent> elements) { return boundaries(elements).back(); }

List<Wide> boundaries(std::span<const Extent> elements) {
  List<Wide> edges = {0};
  for (const Extent& element : elements) edges.push_back(edges.back() + element.length);
  return edges;
}

Result size(const Vector& v) { return sum_of(v.view()); }

Result moving_nothing(const Vector& v, std::size_t offset) {
  return {0, v.rejects_past_end && offset > total(v.view()) ? Rejection::out_of_range : Rejection::none};
}

Wide counted(const Vector& v) { return is_c(v.dialect) ? Wide{v.stored_size} : total(v.array); }

Result lent(const Vector& v) {
  const bool is_whole = v.kind != Vector::Kind::none && v.count == v.array.size();
  return {0, is_c(v.dialect) && !is_whole ? size(v).rejection : Rejection::none};
}

Result vector_size(const Vector& v) {
  if (!is_c(v.dialect) || v.kind == Vector::Kind::embedded) return sum_of(v.array);
  return {v.stored_size};
}

Result inside(const Vector& v, std::size_t offset, std::size_t bytes) {
  const Wide end = Wide{offset} + bytes;
  if (end > total(v.view())) return {0, Rejection::out_of_range};
  const bool is_whole = v.count == v.array.size();
  if (is_c(v.dialect) && is_whole && end > vector_size(v).value) return {0, Rejection::out_of_range};
  return {};
}

Result copy(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t capacity, List<Extent>& described) {
  if (v.rejects_past_end && offset > total(v.view())) return {0, Rejection::out_of_range};
  described = described_from(v.view(), offset, Wide{offset} + bytes, capacity);
  return {described.size()};
}

Transfer transfer(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t limit,
                  std::span<const ScriptedCall> script, bool receives) {
  Transfer result;
  if (bytes == 0) return result;
  const Wide end = Wide{offset} + bytes;
  if (end > total(v.view())) result.rejection = Rejection::out_of_range;
  if (result.rejection == Rejection::none && bytes > SIZE_MAX / 2) result.rejection = Rejection::length_error;
  if (result.rejection != Rejection::none) return result;
  for (Wide begin = offset; begin < end;) {
    Call call;
    call.offered = described_from(v.view(), begin, end, limit);
    Wide moved = total(call.offered);
    if (result.calls.size() < script.size()) {
      const ScriptedCall& scripted = script[result.calls.size()];
      call.reply = scripted.reply;
      if (scripted.reply != Reply::moves) moved = 0;
      moved = scripted.half ? (moved + 1) / 2 : std::min(moved, Wide{scripted.most});
    }
    call.moved = static_cast<std::size_t>(moved);
    begin += moved;
    result.bytes += call.moved;
    result.calls.push_back(call);
    if (call.reply == Reply::interrupted) continue;
    if (call.reply != Reply::moves) result.error = call.reply;
    if (call.moved > 0) continue;
    result.end_of_stream = receives && call.reply == Reply::moves;
    break;
  }
  return result;
}

Result slice(const Vector& v, std::size_t offset, std::size_t bytes, List<Extent>& sliced) {
  if (const Result result = inside(v, offset, bytes); result.rejection != Rejection::none) return result;
  sliced = sliced_from(v.view(), offset, bytes);
  return {sliced.size()};
}

Result slice_count(const Vector& v, std::size_t offset, std::size_t bytes) {
  if (const Result result = inside(v, offset, bytes); result.rejection != Rejection::none) return result;
  if (bytes > 0) return {sliced_from(v.view(), offset, bytes).size()};
  const List<Wide> edges = boundaries(v.view());
  return {std::find(edges.begin(), edges.end(), Wide{offset}) == edges.end() ? 1u : 0u};
}

Result extended(const Extent& head, const Vector* mid, std::size_t offset, std::size_t bytes, const Extent& tail,
                std::size_t most, List<Extent>& made, Dialect dialect) {
  const Rejection too_long = is_c(dialect) ? Rejection::einval : Rejection::length_error;
  if (Wide{head.length} + bytes + tail.length > kMax) return {0, too_long};
  List<Extent> sliced;
  if (bytes > 0) {
    if (mid == nullptr) return {0, Rejection::invalid_argument};
    const Result result = slice(*mid, offset, bytes, sliced);
    if (result.rejection != Rejection::none) return result;
  }
  if (head.length > 0) sliced.insert(sliced.begin(), head);
  if (tail.length > 0) sliced.push_back(tail);
  if (sliced.size() > most) return {0, too_long};
  made = std::move(sliced);
  return {made.size()};
}

Result clone_size(const Vector& v) {
  if (const Result bytes = size(v); bytes.rejection != Rejection::none) return bytes;
  if (v.count == 0) return {0};
  return {static_cast<std::size_t>(covered_below(v.view()).rbegin()->second)};
}

Result discard_front(Vector& v, std::size_t bytes, UndoRecord* record) {
  if (record != nullptr) *record = {true, std::nullopt, {}, v.start, v.count};
  const List<Wide> edges = boundaries(v.view());
  // Gone are those that end at or before position `bytes`, unless one before them stays.
  std::size_t gone = 0;
  while (gone < v.count && edges[gone + 1] <= bytes) ++gone;
  const Result removed = {static_cast<std::size_t>(std::min(Wide{bytes}, edges.back()))};
  if (gone < v.count) {
    Extent& element = v.array[v.start + gone];
    if (record != nullptr) record->index = v.start + gone, record->saved = element;
    element = extent_of(element, edges[gone], {bytes, edges[gone + 1]});
  }
  v.start += gone;
  v.count -= gone;
  return removed;
}

Result discard_back(Vector& v, std::size_t bytes, UndoRecord* record) {
  if (record != nullptr) *record = {true, std::nullopt, {}, v.start, v.count};
  const List<Wide> edges = boundaries(v.view());
  const Wide all = edges.back();
  const Wide end = all - std::min(Wide{bytes}, all);  // of what stays
  std::size_t stays = v.count;
  while (stays > 0 && edges[stays - 1] >= end) --stays;
  if (stays > 0) {
    Extent& element = v.array[v.start + stays - 1];
    if (record != nullptr) record->index = v.start + stays - 1, record->saved = element;
    element = extent_of(element, edges[stays - 1], {edges[stays - 1], end});
  }
  v.count = stays;
  return {static_cast<std::size_t>(all - end)};
}

void undo(Vector& v, const UndoRecord& record) {
  if (!record.used) return;
  if (record.index) v.array[*record.index] = record.saved;
  if (is_c(v.dialect)) return;
  v.start = record.start;
  v.count = record.count;
}

std::optional<Result> first_difference(const Vector& a, const Vector& b) {
  if (!is_c(a.dialect)) {
    const Wide in_a = total(a.view());
    const Wide in_b = total(b.view());
    if (in_a > 0 && in_b > 0) return std::nullopt;
    return Result{in_a == in_b ? kNoDifference : 0};
  }
  if (a.count != b.count) return Result{0, Rejection::invalid_argument};
  for (std::size_t i = 0; i < a.count; ++i) {
    if (a.view()[i].length != b.view()[i].length) return Result{0, Rejection::invalid_argument};
    if (a.view()[i].length > 0) return std::nullopt;
  }
  return Result{kNoDifference};
}

Result assign(Vector& v, std::span<const Extent> elements) {
  const Result bytes = sum_of(elements);
  if (bytes.rejection != Rejection::none) return bytes;
  lay(v, elements);
  v.kind = Vector::Kind::owned;
  v.stored_size = bytes.value;
  return {};
}

Result make(Vector& v, std::span<const Extent> elements) {
  const Result result = assign(v, elements);
  if (result.rejection == Rejection::none && v.array.size() == 1) v.kind = Vector::Kind::embedded;
  return result;
}

Result embed(Vector& v, const Extent& element) { return make(v, {&element, 1}); }

Result borrow(Vector& v, std::span<const Extent> elements) {
  const Result result = assign(v, elements);
  if (result.rejection == Rejection::none) v.kind = Vector::Kind::external;
  return result;
}

void lay(Vector& v, std::span<const Extent> elements) {
  v.array = List<Extent>(elements.begin(), elements.end());  // they may be a part of the array itself
  view_whole_array(v);
  v.kind = Vector::Kind::none;
  v.stored_size = SIZE_MAX;  // no bound: a vector made of it adds its lengths up anew
}

Result reset(Vector& v) {
  if (!grows(v)) return {0, Rejection::invalid_argument};
  return assign(v, {});
}

Result append(Vector& v, std::span<const Extent> elements) {
  if (!elements.empty() && !grows(v)) return {0, Rejection::invalid_argument};
  const Wide bytes = total(elements);
  if (counted(v) + bytes > kMax) return {0, Rejection::length_error};
  v.array.insert(v.array.end(), elements.begin(), elements.end());
  if (is_c(v.dialect)) v.stored_size += static_cast<std::size_t>(bytes);
  view_whole_array(v);
  return {};
}

Result concat(Vector& destination, const Vector& source, std::size_t offset, std::size_t bytes) {
  List<Extent> described;
  if (bytes > 0) {
    if (!grows(destination)) return {0, Rejection::invalid_argument};
    const Result result = copy(source, offset, bytes, SIZE_MAX, described);
    if (result.rejection != Rejection::none) return result;
  }
  const Wide appended = total(described);
  if (const Result result = append(destination, described); result.rejection != Rejection::none) return result;
  return {static_cast<std::size_t>(appended)};
}

Result clone(Vector& destination, const Vector& source, std::uintptr_t buffer, std::size_t bytes) {
  if (!grows(destination)) return {0, Rejection::invalid_argument};
  const Result needed = clone_size(source);
  if (needed.rejection != Rejection::none) return needed;
  if (counted(destination) + total(source.view()) > kMax) return {0, Rejection::length_error};
  if (!is_c(destination.dialect) && bytes < needed.value) return {0, Rejection::out_of_range};
  const std::map<Wide, Wide> below = covered_below(source.view());
  List<Extent> clones;
  for (const Extent& element : source.view()) {
    const Wide base = Wide{buffer} + below.at(element.base);
    clones.push_back({static_cast<std::uintptr_t>(base & Wide{UINTPTR_MAX}), element.length});
  }
  return append(destination, clones);
}

Result split(Vector& v, std::size_t offset, List<Extent>& tail) {
  const List<Wide> edges = boundaries(v.array);
  if (offset > edges.back()) return {0, Rejection::out_of_range};
  List<Extent> head;
  List<Extent> rest;
  for (std::size_t i = 0; i < v.array.size(); ++i) {
    if (edges[i] < offset) head.push_back(extent_of(v.array[i], edges[i], part_of(edges, i, 0, offset)));
    if (edges[i] >= offset || edges[i + 1] > offset)
      rest.push_back(extent_of(v.array[i], edges[i], part_of(edges, i, offset, edges.back())));
  }
  tail = std::move(rest);
  return assign(v, head);
}

Result truncate(Vector& v, std::size_t bytes) {
  if (bytes > total(v.array) || bytes > vector_size(v).value) return {0, Rejection::out_of_range};
  if (is_c(v.dialect) && v.kind != Vector::Kind::embedded) v.stored_size -= bytes;
  view_whole_array(v);
  static_cast<void>(discard_back(v, bytes, nullptr));
  v.array.resize(v.count);
  return {};
}

}  // namespace model::extents
