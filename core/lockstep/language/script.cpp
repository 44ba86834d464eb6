#include "lockstep/language/script.h"

#include <charconv>

#include "lockstep/language/operand.h"

namespace lockstep {
namespace {

constexpr std::uint16_t kMostBytes = Script::Call::half - 1;

struct Named {
  std::string_view name;
  std::uint16_t code;
  model::Reply reply;
};

constexpr std::array<Named, 5> kNamed = {{
    {"intr", Script::Call::interrupted, model::Reply::interrupted},
    {"again", Script::Call::again, model::Reply::again},
    {"reset", Script::Call::reset, model::Reply::reset},
    {"pipe", Script::Call::pipe, model::Reply::pipe},
    {"half", Script::Call::half, model::Reply::moves},
}};

std::optional<Script::Call> parse_call(std::string_view word) {
  for (const Named& named : kNamed)
    if (word == named.name) return Script::Call{named.code};
  std::uint16_t number = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  if (error != std::errc{} || stop != end || number > kMostBytes) return std::nullopt;
  return Script::Call{number};
}

}  // namespace

model::Reply Script::Call::reply() const {
  for (const Named& named : kNamed)
    if (code == named.code) return named.reply;
  return model::Reply::moves;
}

std::vector<model::ScriptedCall> Script::scripted() const {
  std::vector<model::ScriptedCall> list;
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

Script Script::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.scripts); }

Script Script::decode(const std::uint8_t* bytes) {
  Script script;
  script.count = static_cast<std::uint8_t>(bytes[0] % (max + 1));
  for (std::size_t i = 0; i < script.count; ++i)
    script.calls[i].code = static_cast<std::uint16_t>(bytes[1 + 2 * i] | bytes[2 + 2 * i] << 8);
  return script;
}

void Script::encode(std::uint8_t* bytes) const {
  bytes[0] = count;
  for (std::size_t i = 0; i < max; ++i) {
    bytes[1 + 2 * i] = static_cast<std::uint8_t>(calls[i].code & 0xff);
    bytes[2 + 2 * i] = static_cast<std::uint8_t>(calls[i].code >> 8);
  }
}

void Script::print(std::string& text) const {
  if (count == 0) text += "none";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    bool is_named = false;
    for (const Named& named : kNamed)
      if (calls[i].code == named.code) text += named.name, is_named = true;
    if (!is_named) text += std::to_string(calls[i].code);
  }
}

std::optional<Script> Script::parse(std::string_view word) {
  Script script;
  if (word == "none") return script;
  for (;;) {
    const std::size_t comma = word.find(',');
    const auto call = parse_call(word.substr(0, comma));
    if (!call || script.count == max) return std::nullopt;
    script.calls[script.count++] = *call;
    if (comma == std::string_view::npos) return script;
    word.remove_prefix(comma + 1);
  }
}

std::vector<Script> Script::simpler() const {
  std::vector<Script> simpler;
  for (std::size_t gone = 0; gone < count; ++gone) {
    Script fewer;
    for (std::size_t i = 0; i < count; ++i)
      if (i != gone) fewer.calls[fewer.count++] = calls[i];
    simpler.push_back(fewer);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (calls[i].code <= 1) continue;
    simpler.push_back(*this);
    simpler.back().calls[i].code = 1;
  }
  return simpler;
}

}  // namespace lockstep
