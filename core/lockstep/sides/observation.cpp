// SPDX-License-Identifier: Apache-2.0
#include "lockstep/sides/observation.h"

#include <algorithm>

#include "lockstep/language/number.h"

namespace lockstep {
namespace {

void print_bytes(std::string& text, const std::uint8_t* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) text.append(" ").append(print_byte(bytes[i]));
}

/// As one word: `_` for a blank, `|` for the end of a line, \xHH for these two and for characters that a program's text
/// cannot hold.
void print_text(std::string& text, const std::string& produced) {
  text += "; text ";
  for (const char c : produced) {
    if (c == ' ') {
      text += '_';
    } else if (c == '\n') {
      text += '|';
    } else if (c <= ' ' || c > '~' || c == '_' || c == '|' || c == '#' || c == '>' || c == '\\') {
      text.append("\\x").append(print_byte(static_cast<std::uint8_t>(c)));
    } else {
      text += c;
    }
  }
}

/// The bytes that differ, run by run: `3: 80 81, 9: 82`.
void print_changes(std::string& text, const std::vector<std::uint8_t>& before, const std::vector<std::uint8_t>& after) {
  const std::size_t size = std::min(before.size(), after.size());
  const char* separator = "; memory ";
  for (std::size_t i = 0; i < size; ++i) {
    if (before[i] == after[i]) continue;
    std::size_t end = i;
    while (end < size && before[end] != after[end]) ++end;
    text.append(separator).append(std::to_string(i)).append(":");
    print_bytes(text, after.data() + i, end - i);
    separator = ", ";
    i = end;
  }
}

}  // namespace

void drop_empty(VectorState& vector) {
  VectorState kept;
  const bool is_elsewhere = vector.start == VectorState::kElsewhere;
  if (is_elsewhere) kept.start = vector.start, kept.count = vector.count;
  for (std::size_t i = 0; i < vector.array.size(); ++i) {
    if (vector.array[i].length == 0) continue;
    kept.array.push_back(vector.array[i]);
    const auto start = static_cast<std::size_t>(vector.start);
    if (is_elsewhere) continue;
    if (i < start) ++kept.start;
    if (i >= start && i - start < vector.count) ++kept.count;
  }
  vector = kept;
}

std::string print_byte(std::uint8_t byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[byte >> 4], digits[byte & 0xf]};
}

ElementState state_of(const model::Element& element) {
  const auto base = element.base == kNullBase   ? ElementState::Base::null
                    : element.base == kWildBase ? ElementState::Base::wild
                                                : ElementState::Base::at;
  const auto offset = base == ElementState::Base::at ? static_cast<std::uint64_t>(element.base) : 0;
  return {base, offset, element.bytes.size()};
}

ElementState state_of(const model::extents::Extent& element) {
  if (element.base == 0) return {ElementState::Base::null, 0, element.length};
  return {ElementState::Base::at, element.base, element.length};
}

void print_element(std::string& text, const ElementState& element) {
  constexpr std::array<std::string_view, 5> bases = {"", "null", "wild", "untouched", "unknown"};
  text += bases[static_cast<std::size_t>(element.base)];
  if (element.base == ElementState::Base::untouched) return;
  if (element.base == ElementState::Base::at) append_in_element(text, static_cast<std::size_t>(element.offset));
  text += '+';
  append_in_element(text, element.length);
}

void print_elements(std::string& text, const std::vector<ElementState>& elements, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    if (i > first) text += ' ';
    print_element(text, elements[i]);
  }
}

std::string print_vector(const VectorState& vector) {
  if (vector.content) {
    std::string bytes = std::to_string(vector.content->size()) + " bytes:";
    print_bytes(bytes, vector.content->data(), vector.content->size());
    return bytes;
  }
  const std::size_t size = vector.array.size();
  std::string text;
  // A broken implementation's view may lie anywhere; it is then printed as numbers.
  const bool sound = vector.start >= 0 && static_cast<std::size_t>(vector.start) <= size &&
                     vector.count <= size - static_cast<std::size_t>(vector.start);
  const std::size_t first = sound ? static_cast<std::size_t>(vector.start) : 0;
  const std::size_t last = sound ? first + vector.count : size;
  print_elements(text, vector.array, 0, first);
  text += first > 0 ? " [" : "[";
  print_elements(text, vector.array, first, last);
  text += last < size ? "] " : "]";
  print_elements(text, vector.array, last, size);
  if (!sound) {
    text += " with a view of " + std::to_string(vector.count);
    text += vector.start == VectorState::kElsewhere ? " elsewhere" : " from " + std::to_string(vector.start);
  }
  return text;
}

std::string print_result(const Observation& observation) {
  std::string text;
  if (observation.result.rejection != model::Rejection::none) {
    constexpr std::array<std::string_view, 6> reasons = {"none",   "out_of_range", "length_error", "invalid_argument",
                                                         "einval", "other"};
    text.append("rejected ").append(reasons[static_cast<std::size_t>(observation.result.rejection)]);
  } else {
    text += observation.has_value ? print_number(observation.result.value) : "done";
  }
  // Room behind the bytes and elements that an operation was to produce is shown only if it was touched.
  const auto written = std::find_if(observation.bytes.rbegin(), observation.bytes.rend(),
                                    [](std::uint8_t byte) { return byte != kUnwritten; });
  if (written != observation.bytes.rend()) {
    text += "; bytes";
    print_bytes(text, observation.bytes.data(), static_cast<std::size_t>(observation.bytes.rend() - written));
  }
  const auto described =
      std::find_if(observation.elements.rbegin(), observation.elements.rend(),
                   [](const ElementState& element) { return element.base != ElementState::Base::untouched; });
  if (described != observation.elements.rend()) {
    text += "; elements ";
    print_elements(text, observation.elements, 0, static_cast<std::size_t>(observation.elements.rend() - described));
  }
  if (!observation.text.empty()) print_text(text, observation.text);
  return text;
}

std::string print_effect(const Observation& observation) {
  std::string text = print_result(observation);
  for (std::uint8_t i = 0; i < Vec::count; ++i) {
    const VectorState& after = observation.after.vectors[i];
    if (observation.before.vectors[i] == after) continue;
    text.append("; ").append(1, Vec{i}.letter()).append(" ").append(print_vector(after));
  }
  print_changes(text, observation.before.memory, observation.after.memory);
  return text;
}

std::string excerpt(const std::string& text, const std::string& other) {
  constexpr std::size_t most = 20'000;
  constexpr std::size_t around = 500;
  if (text.size() <= most) return text;
  const auto [differs, _] = std::mismatch(text.begin(), text.end(), other.begin(), other.end());
  const std::size_t at = differs == text.end() ? 0 : static_cast<std::size_t>(differs - text.begin());
  const std::size_t first = at - std::min(at, around);
  const std::size_t last = std::min(text.size(), at + around);
  return "(" + std::to_string(first) + " characters) " + text.substr(first, last - first) + " (" +
         std::to_string(text.size() - last) + " more)";
}

}  // namespace lockstep
