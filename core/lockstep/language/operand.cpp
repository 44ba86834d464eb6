// SPDX-License-Identifier: Apache-2.0
#include "lockstep/language/operand.h"

#include <algorithm>

#include "lockstep/language/number.h"

namespace lockstep {

// ---- Vec

std::optional<Vec> Vec::parse(std::string_view word) {
  if (word.size() != 1 || word[0] < 'a' || word[0] >= static_cast<char>('a' + count)) return std::nullopt;
  return Vec{static_cast<std::uint8_t>(word[0] - 'a')};
}

std::vector<Vec> Vec::simpler() const {
  if (index == 0) return {};
  return {Vec{0}};
}

// ---- Count

// Few most often. Now and then as many as where implementations change their way: about 32, 64, and IOV_MAX.
Count Count::draw(Choices& choices, Arena) {
  const std::uint32_t kind = choices.below(64);
  if (kind < 58) return {static_cast<std::uint16_t>(choices.below(6))};
  if (kind < 60) return {static_cast<std::uint16_t>(choices.below(20))};
  if (kind < 61) return {choices.among<std::uint16_t>({31, 32, 33})};
  if (kind < 63) return {choices.among<std::uint16_t>({63, 64, 65})};
  return {choices.among<std::uint16_t>({1023, 1024, 1025, 2048})};
}

Count Count::resolve(const Situation& situation) const {
  return {static_cast<std::uint16_t>(std::min<std::size_t>(value, situation.arena.most_elements()))};
}

// ---- Stride

std::vector<Stride> Stride::simpler() const {
  if (value == 0) return {};
  return {{0}, {static_cast<std::int16_t>(value / 2)}};
}

// ---- Value

Value Value::draw(Choices& choices, Arena) {
  if (choices.below(2) == 0) return {0};  // runs of zeros mean something to is_zero
  return {static_cast<std::uint8_t>(choices.below(256))};
}

// ---- UndoSlot

std::optional<UndoSlot> UndoSlot::parse(std::string_view word) {
  if (word == "none") return UndoSlot{Name::none};
  if (word == "p") return UndoSlot{Name::p};
  if (word == "q") return UndoSlot{Name::q};
  return std::nullopt;
}

std::vector<UndoSlot> UndoSlot::simpler() const {
  if (name == Name::q) return {{Name::p}, {Name::none}};
  if (name == Name::p) return {{Name::none}};
  return {};
}

// ---- Script

namespace {

struct Named {
  std::string_view name;
  std::uint16_t code;
  model::Reply reply;
};

constexpr std::array<Named, 5> kNamed = {{
    {"intr", KernelCall::interrupted, model::Reply::interrupted},
    {"again", KernelCall::again, model::Reply::again},
    {"reset", KernelCall::reset, model::Reply::reset},
    {"pipe", KernelCall::pipe, model::Reply::pipe},
    {"half", KernelCall::half, model::Reply::moves},
}};

/// Null for a code that is a number of bytes.
const Named* named(std::uint16_t code) {
  const auto found = std::find_if(kNamed.begin(), kNamed.end(), [&](const Named& one) { return one.code == code; });
  return found == kNamed.end() ? nullptr : found;
}

}  // namespace

model::Reply KernelCall::reply() const { return named(code) != nullptr ? named(code)->reply : model::Reply::moves; }

std::optional<KernelCall> KernelCall::parse(std::string_view word) {
  for (const Named& one : kNamed)
    if (word == one.name) return KernelCall{one.code};
  const auto bytes = parse_number<std::uint16_t>(word, 0, half - 1);
  if (!bytes) return std::nullopt;
  return KernelCall{*bytes};
}

void KernelCall::print(std::string& text) const {
  text += named(code) != nullptr ? std::string(named(code)->name) : std::to_string(code);
}

std::vector<KernelCall> KernelCall::simpler() const {
  if (code <= 1) return {};
  return {{1}};
}

model::List<model::ScriptedCall> Script::scripted() const {
  model::List<model::ScriptedCall> list;
  for (std::size_t i = 0; i < count; ++i) list.push_back({calls[i].reply(), calls[i].most(), calls[i].is_half()});
  return list;
}

// Short transfers most of all: mistakes show after them. An error that ends the transfer is best last.
Script Script::draw(Choices& choices, Arena arena) {
  Script script;
  script.count = choices.among<std::uint8_t>({0, 1, 2, 3, 1, 2, 3, 4});
  for (std::size_t i = 0; i < script.count; ++i) {
    const bool is_last = i + 1u == script.count;
    const std::uint32_t kind = choices.below(16);
    if (arena.kind == Arena::Kind::unbacked && kind < 6) {
      script.calls[i].code = Call::half;
    } else if (kind < 9 || (kind > 12 && !is_last)) {
      script.calls[i].code = static_cast<std::uint16_t>(1 + choices.below(3));
    } else if (kind < 10) {
      script.calls[i].code = choices.among<std::uint16_t>({4, 7, 16, 63, 64, 65, 255, 4096});
    } else if (kind < 13) {
      script.calls[i].code = Call::interrupted;
    } else {
      script.calls[i].code = choices.among<std::uint16_t>({0, Call::again, Call::again, Call::reset, Call::pipe});
    }
  }
  return script;
}

}  // namespace lockstep
