#include "lockstep/language/operand.h"

#include <algorithm>

#include "lockstep/language/number.h"

namespace lockstep {

// ---- Vec

Vec Vec::draw(Choices& choices, Arena) { return {choices.among<std::uint8_t>({0, 0, 1, 2})}; }
Vec Vec::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.vecs); }
Vec Vec::decode(const std::uint8_t* bytes) { return {static_cast<std::uint8_t>(bytes[0] % count)}; }
void Vec::encode(std::uint8_t* bytes) const { bytes[0] = index; }
void Vec::print(std::string& text) const { text += letter(); }

std::optional<Vec> Vec::parse(std::string_view word) {
  if (word.size() != 1 || word[0] < 'a' || word[0] >= static_cast<char>('a' + count)) return std::nullopt;
  return Vec{static_cast<std::uint8_t>(word[0] - 'a')};
}

Vec Vec::resolve(const Situation&) const { return *this; }

std::vector<Vec> Vec::simpler() const {
  if (index == 0) return {};
  return {Vec{0}};
}

// ---- Count

Count Count::draw(Choices& choices, Arena) {
  switch (choices.below(64)) {
    default:  // 0..58
      return {static_cast<std::uint16_t>(choices.below(6))};
    case 59:
    case 60:
      return {static_cast<std::uint16_t>(choices.below(20))};
    case 61:
    case 62:
      return {choices.among<std::uint16_t>({63, 64, 65})};
    case 63:
      return {choices.among<std::uint16_t>({1023, 1024, 1025, 2048})};
  }
}

Count Count::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.counts); }
Count Count::decode(const std::uint8_t* bytes) { return {decode_u16(bytes)}; }
void Count::encode(std::uint8_t* bytes) const { encode_u16(value, bytes); }
void Count::print(std::string& text) const { text += std::to_string(value); }

std::optional<Count> Count::parse(std::string_view word) {
  const auto value = parse_number<std::uint16_t>(word, 0, kMaxLiteral);
  if (!value) return std::nullopt;
  return Count{*value};
}

std::vector<Count> Count::simpler() const {
  std::vector<Count> simpler;
  for (const std::uint16_t lower : lower_numbers(value)) simpler.push_back({lower});
  return simpler;
}

Count Count::resolve(const Situation&) const { return {std::min<std::uint16_t>(value, kMaxElements)}; }

// ---- Stride

Stride Stride::draw(Choices& choices, Arena) { return {choices.among<std::int16_t>({0, 1, 2, 3, 4, 8, -1, -2})}; }
Stride Stride::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.strides); }
Stride Stride::decode(const std::uint8_t* bytes) { return {static_cast<std::int16_t>(decode_u16(bytes))}; }
void Stride::encode(std::uint8_t* bytes) const { encode_u16(static_cast<std::uint16_t>(value), bytes); }
void Stride::print(std::string& text) const { text += std::to_string(value); }

std::optional<Stride> Stride::parse(std::string_view word) {
  const auto value = parse_number<std::int16_t>(word, -32768, 32767);
  if (!value) return std::nullopt;
  return Stride{*value};
}

std::vector<Stride> Stride::simpler() const {
  if (value == 0) return {};
  return {{0}, {static_cast<std::int16_t>(value / 2)}};
}

// ---- Value

Value Value::draw(Choices& choices, Arena) {
  if (choices.below(2) == 0) return {0};  // runs of zeros mean something to is_zero
  return {static_cast<std::uint8_t>(choices.below(256))};
}

Value Value::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.values); }
Value Value::decode(const std::uint8_t* bytes) { return {bytes[0]}; }
void Value::encode(std::uint8_t* bytes) const { bytes[0] = value; }
void Value::print(std::string& text) const { text += std::to_string(value); }

std::optional<Value> Value::parse(std::string_view word) {
  const auto value = parse_number<std::uint8_t>(word, 0, 255);
  if (!value) return std::nullopt;
  return Value{*value};
}

std::vector<Value> Value::simpler() const {
  std::vector<Value> simpler;
  for (const std::uint8_t lower : lower_numbers(value)) simpler.push_back({lower});
  return simpler;
}

// ---- UndoSlot

UndoSlot UndoSlot::draw(Choices& choices, Arena) { return {choices.among({Name::p, Name::p, Name::q, Name::none})}; }
UndoSlot UndoSlot::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.records); }
UndoSlot UndoSlot::decode(const std::uint8_t* bytes) { return {static_cast<Name>(bytes[0] % 3)}; }
void UndoSlot::encode(std::uint8_t* bytes) const { bytes[0] = static_cast<std::uint8_t>(name); }

void UndoSlot::print(std::string& text) const { text += name == Name::none ? "none" : name == Name::p ? "p" : "q"; }

std::optional<UndoSlot> UndoSlot::parse(std::string_view word) {
  for (const Name name : {Name::none, Name::p, Name::q}) {
    std::string text;
    UndoSlot{name}.print(text);
    if (word == text) return UndoSlot{name};
  }
  return std::nullopt;
}

std::vector<UndoSlot> UndoSlot::simpler() const {
  if (name == Name::q) return {{Name::p}, {Name::none}};
  if (name == Name::p) return {{Name::none}};
  return {};
}

}  // namespace lockstep
