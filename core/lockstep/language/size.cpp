// SPDX-License-Identifier: Apache-2.0
// The operand that is a position or a number of bytes.
#include <algorithm>

#include "lockstep/language/number.h"
#include "lockstep/language/operand.h"

namespace lockstep {

namespace {

bool drop_prefix(std::string_view& word, std::string_view prefix) {
  if (!word.starts_with(prefix)) return false;
  word.remove_prefix(prefix.size());
  return true;
}

/// The marks that a size can be: those by SIZE_MAX have a kind of their own.
constexpr std::size_t kMarks = Mark::size_max;

Size draw_mark(Choices& choices) {
  const auto index = choices.below(kMarks + 1);
  const auto delta = choices.among<std::int8_t>({0, -1, 1});
  if (index == kMarks) return {Size::Kind::from_max, 0, delta == 0 ? 0u : choices.below(4)};
  return {Size::Kind::mark, delta, index};
}

}  // namespace

// Mistakes live at boundaries and beside them. Numbers are rare, because they lie outside short vectors too often, and
// rejected calls find little.
Size Size::draw(Choices& choices, Arena arena) {
  constexpr std::array<std::size_t, 12> lengths = {8, 15, 16, 17, 63, 64, 65, 255, 256, 257, 4095, 4096};
  constexpr std::array<std::int8_t, 8> deltas = {0, 0, 0, 0, -1, -1, -1, 1};
  if (arena.kind == Arena::Kind::unbacked && choices.one_in(4)) return draw_mark(choices);
  const std::uint32_t kind = choices.below(32);
  if (kind < 5) return {Kind::literal, 0, choices.below(5)};
  if (kind < 6) return {Kind::literal, 0, choices.below(2) == 0 ? choices.below(70) : choices.among(lengths)};
  if (kind < 7) return {Kind::from_max, 0, choices.below(4)};
  if (kind < 9)
    return {Kind::edge, static_cast<std::int8_t>(static_cast<int>(choices.below(17)) - 12), choices.below(6)};
  if (kind < 13) return {Kind::edge, choices.among(deltas), last_edge};
  return {Kind::edge, choices.among(deltas), choices.below(4)};
}

Size Size::decode(const std::uint8_t* bytes) {
  const auto kind = static_cast<Kind>(bytes[0]);
  const auto delta = std::max(static_cast<std::int8_t>(bytes[2]), std::int8_t{-127});
  if (kind == Kind::literal || kind == Kind::from_max) return {kind, 0, decode_u16(bytes + 1)};
  if (kind == Kind::edge) return {kind, delta, bytes[1]};
  if (kind == Kind::mark) return {kind, delta, bytes[1] % kMarks};
  // Bytes that no encoder wrote: something near a boundary.
  return {Kind::edge, static_cast<std::int8_t>(bytes[2] % 3 - 1), bytes[1] % 8u};
}

void Size::encode(std::uint8_t* bytes) const {
  bytes[0] = static_cast<std::uint8_t>(kind);
  if (kind == Kind::edge || kind == Kind::mark) {
    bytes[1] = static_cast<std::uint8_t>(value);
    bytes[2] = static_cast<std::uint8_t>(delta);
  } else {
    encode_u16(value, bytes + 1);
  }
}

void Size::print(std::string& text) const {
  if (kind == Kind::edge) {
    text += "edge(";
    text += value == last_edge ? "last" : std::to_string(value);
    text += ')';
    if (delta > 0) text += '+';
    if (delta != 0) text += std::to_string(delta);
    return;
  }
  if (kind == Kind::mark) {
    text += Mark{value, delta}.print();
  } else {
    text += print_number(kind == Kind::from_max ? SIZE_MAX - value : value);
  }
}

std::optional<Size> Size::parse(std::string_view word) {
  if (drop_prefix(word, "SIZE_MAX")) {
    if (word.empty()) return Size{Kind::from_max, 0, 0};
    if (!drop_prefix(word, "-")) return std::nullopt;
    const auto below_max = parse_number<std::size_t>(word, 0, kMaxLiteral);
    if (!below_max) return std::nullopt;
    return Size{Kind::from_max, 0, *below_max};
  }
  if (drop_prefix(word, "edge(")) {
    const std::size_t close = word.find(')');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view name = word.substr(0, close);
    const auto edge = name == "last" ? last_edge : parse_number<std::size_t>(name, 0, last_edge - 1);
    word.remove_prefix(close + 1);
    if (!edge) return std::nullopt;
    if (word.empty()) return Size{Kind::edge, 0, *edge};
    const bool plus = drop_prefix(word, "+");
    if (!plus && !drop_prefix(word, "-")) return std::nullopt;
    const auto delta = parse_number<int>(word, 1, 127);
    if (!delta) return std::nullopt;
    return Size{Kind::edge, static_cast<std::int8_t>(plus ? *delta : -*delta), *edge};
  }
  if (const auto mark = Mark::parse(word, -127, 127))
    return Size{Kind::mark, static_cast<std::int8_t>(mark->delta), mark->index};
  const auto value = parse_number<std::size_t>(word, 0, kMaxLiteral);
  if (!value) return std::nullopt;
  return Size{Kind::literal, 0, *value};
}

std::vector<Size> Size::simpler() const {
  std::vector<Size> simpler;
  if (kind != Kind::literal)
    for (const std::size_t literal : {0u, 1u, 2u, 3u}) simpler.push_back({Kind::literal, 0, literal});
  if (delta != 0) simpler.push_back({kind, 0, value});
  for (const int lower : lower_numbers(static_cast<int>(value)))
    simpler.push_back({kind, delta, static_cast<std::size_t>(lower)});
  return simpler;
}

Size Size::resolve(const Situation& situation) const {
  if (kind == Kind::from_max) return {Kind::literal, 0, SIZE_MAX - value};
  if (kind == Kind::mark) return {Kind::literal, 0, Mark{value, delta}.value()};
  if (kind == Kind::literal) return *this;
  std::size_t position = situation.position(value == last_edge ? SIZE_MAX : value);
  if (delta < 0) position -= std::min(position, static_cast<std::size_t>(-delta));
  if (delta > 0) position += std::min(SIZE_MAX - position, static_cast<std::size_t>(delta));
  return {Kind::literal, 0, position};
}

}  // namespace lockstep
