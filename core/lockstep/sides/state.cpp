#include "lockstep/sides/state.h"

#include <algorithm>

namespace lockstep {
namespace {

void print_extent(std::string& text, const Extent& extent) {
  switch (extent.base) {
    case kNullBase:
      text += "null";
      break;
    case kWildBase:
      text += "wild";
      break;
    case kUntouchedBase:
      text += "untouched";
      return;
    case kUnknownBase:
      text += "unknown";
      break;
    default:
      text += std::to_string(extent.base);
  }
  text += '+';
  text += std::to_string(extent.length);
}

constexpr std::string_view kDigits = "0123456789abcdef";

void print_bytes(std::string& text, const std::uint8_t* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    text += ' ';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 0xf];
  }
}

/// As one word: `_` for a blank, `|` for the end of a line, \xHH for these themselves and what a program's text cannot
/// hold.
void print_text(std::string& text, const std::string& produced) {
  text += "; text ";
  for (const char c : produced) {
    if (c == ' ') {
      text += '_';
    } else if (c == '\n') {
      text += '|';
    } else if (c <= ' ' || c > '~' || c == '_' || c == '|' || c == '#' || c == '>' || c == '\\') {
      text += "\\x";
      text += kDigits[static_cast<unsigned char>(c) >> 4];
      text += kDigits[static_cast<unsigned char>(c) & 0xf];
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

std::string_view rejection_name(model::Rejection rejection) {
  switch (rejection) {
    case model::Rejection::none:
      return "none";
    case model::Rejection::out_of_range:
      return "out_of_range";
    case model::Rejection::length_error:
      return "length_error";
    case model::Rejection::invalid_argument:
      return "invalid_argument";
    case model::Rejection::einval:
      return "einval";
    case model::Rejection::other:
      break;
  }
  return "other";
}

void print_extents(std::string& text, const std::vector<Extent>& extents, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    if (i > first) text += ' ';
    print_extent(text, extents[i]);
  }
}

std::string print_vector(const VectorState& vector) {
  const std::size_t size = vector.array.size();
  std::string text;
  // A broken subject's view may lie anywhere; then it is told in numbers.
  const bool sound = vector.start >= 0 && static_cast<std::size_t>(vector.start) <= size &&
                     vector.count <= size - static_cast<std::size_t>(vector.start);
  const std::size_t first = sound ? static_cast<std::size_t>(vector.start) : 0;
  const std::size_t last = sound ? first + vector.count : size;
  print_extents(text, vector.array, 0, first);
  text += first > 0 ? " [" : "[";
  print_extents(text, vector.array, first, last);
  text += last < size ? "] " : "]";
  print_extents(text, vector.array, last, size);
  if (!sound) {
    text += " with a view of " + std::to_string(vector.count);
    text += vector.start == VectorState::kElsewhere ? " elsewhere" : " from " + std::to_string(vector.start);
  }
  return text;
}

std::string print_effect(const Outcome& outcome, const State& before, const State& after) {
  std::string text;
  if (outcome.answer.result.rejection != model::Rejection::none) {
    text.append("rejected ").append(rejection_name(outcome.answer.result.rejection));
  } else if (outcome.answer.has_value) {
    // By name, because it is another number on every kind of machine: that is what "no difference" is.
    const std::size_t value = outcome.answer.result.value;
    text += value == SIZE_MAX ? "SIZE_MAX" : std::to_string(value);
  } else {
    text += "done";
  }
  // What lies behind the bytes and elements an operation was to produce shows only where it was touched.
  const auto written =
      std::find_if(outcome.bytes.rbegin(), outcome.bytes.rend(), [](std::uint8_t byte) { return byte != kUnwritten; });
  if (written != outcome.bytes.rend()) {
    text += "; bytes";
    print_bytes(text, outcome.bytes.data(), static_cast<std::size_t>(outcome.bytes.rend() - written));
  }
  const auto described = std::find_if(outcome.elements.rbegin(), outcome.elements.rend(),
                                      [](const Extent& extent) { return extent.base != kUntouchedBase; });
  if (described != outcome.elements.rend()) {
    text += "; elements ";
    print_extents(text, outcome.elements, 0, static_cast<std::size_t>(outcome.elements.rend() - described));
  }
  if (!outcome.text.empty()) print_text(text, outcome.text);
  for (std::uint8_t i = 0; i < Vec::count; ++i) {
    if (before.vectors[i] == after.vectors[i]) continue;
    text.append("; ").append(1, Vec{i}.letter()).append(" ").append(print_vector(after.vectors[i]));
  }
  print_changes(text, before.memory, after.memory);
  return text;
}

}  // namespace lockstep
