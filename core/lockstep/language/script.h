// The kind of operand that says what a kernel does.
// Only the first calls are scripted. Every later call moves all bytes that it is offered, so each transfer ends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/language/choices.h"
#include "model/transport.h"

namespace lockstep {

struct Domain;
struct Situation;

/// What the first calls to the kernel do: up to six.
struct Script {
  struct Call {
    static constexpr std::uint16_t interrupted = 0xffff;
    static constexpr std::uint16_t again = 0xfffe;
    static constexpr std::uint16_t reset = 0xfffd;
    static constexpr std::uint16_t pipe = 0xfffc;
    static constexpr std::uint16_t half = 0xfffb;  ///< Moves half of what it is offered, rounded up.
    std::uint16_t code = 0;                        ///< One of these, or how many bytes it moves at most.

    model::Reply reply() const;
    std::size_t most() const { return reply() == model::Reply::moves ? code : 0; }
    bool is_half() const { return code == half; }
    bool operator==(const Call&) const = default;
  };
  static constexpr std::size_t max = 6;
  std::uint8_t count = 0;
  std::array<Call, max> calls{};  ///< Those past `count` are Call{}.

  std::vector<model::ScriptedCall> scripted() const;

  static constexpr std::size_t width = 1 + max * 2;
  static constexpr std::string_view expected =
      "up to six calls: 0..65530 (bytes moved), half (of what is offered), intr, again, reset or pipe, joined by "
      "commas, or none";
  static Script draw(Choices& choices, Arena arena);
  static Script enumerate(Choices& choices, const Domain& domain);
  static Script decode(const std::uint8_t* bytes);
  static std::optional<Script> parse(std::string_view word);
  void encode(std::uint8_t* bytes) const;
  void print(std::string& text) const;
  std::vector<Script> simpler() const;
  Script resolve(const Situation&) const { return *this; }
  bool operator==(const Script&) const = default;
};

}  // namespace lockstep
