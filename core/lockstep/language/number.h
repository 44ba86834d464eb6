// SPDX-License-Identifier: Apache-2.0
// Numbers as operands hold them: in two bytes, as words, and as marks that stand for numbers no two bytes hold.
// A mark is a power of two with a small delta: lengths near it are where sums wrap, and where 16 or 32 bits or a sign
// are not enough.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace lockstep {

inline constexpr std::size_t kMaxLiteral = 65535;  ///< What the two bytes of an encoded number hold.

inline void encode_u16(std::size_t value, std::uint8_t* bytes) {
  bytes[0] = static_cast<std::uint8_t>(value & 0xff);
  bytes[1] = static_cast<std::uint8_t>(value >> 8 & 0xff);
}

inline std::uint16_t decode_u16(const std::uint8_t* bytes) {
  return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
}

/// The whole word as a number between `least` and `most`.
template <typename Number>
std::optional<Number> parse_number(std::string_view word, Number least, Number most) {
  Number number{};
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  if (error != std::errc{} || stop != end || number < least || number > most) return std::nullopt;
  return number;
}

/// Smaller numbers worth trying in place of `value`, the boldest first.
template <typename Number>
std::vector<Number> lower_numbers(Number value) {
  std::vector<Number> lower;
  for (const int candidate : {0, value / 2, value - 1})
    if (candidate < value && candidate >= 0 && (lower.empty() || lower.back() < candidate))
      lower.push_back(static_cast<Number>(candidate));
  return lower;
}

struct Mark {
  /// 2 to these powers, by the index of a mark. The last is one more than SIZE_MAX, and named after that.
  static constexpr std::array<int, 5> powers = {16, 31, 32, 63, 64};
  static constexpr std::size_t size_max = powers.size() - 1;

  std::size_t index = 0;
  int delta = 0;

  /// SIZE_MAX where this machine has no such number.
  std::size_t value() const;
  /// `2^31`, `2^31-1`, `SIZE_MAX-1`.
  std::string print() const;
  static std::optional<Mark> parse(std::string_view word, int least_delta, int most_delta);
};

/// A base or a length of an element, in 16 bits: a number below `first_mark`, or a mark with a delta of -16..15.
struct Code {
  static constexpr std::uint16_t first_mark = 65280;
  static constexpr int least_delta = -16;
  static constexpr int deltas = 32;
  static constexpr std::uint16_t end = first_mark + Mark::powers.size() * deltas;

  static std::uint16_t of(Mark mark) {
    return static_cast<std::uint16_t>(first_mark + static_cast<int>(mark.index) * deltas + mark.delta - least_delta);
  }
  static std::optional<Mark> mark(std::uint16_t code);
  static std::size_t value(std::uint16_t code);
  static void print(std::string& text, std::uint16_t code);
  /// Of a word as print makes it.
  static std::optional<std::uint16_t> parse(std::string_view word);
  /// The code that is printed for this number.
  static std::uint16_t canonical(std::uint16_t code);
  /// Smaller codes worth trying in its place, each canonical.
  static std::vector<std::uint16_t> lower(std::uint16_t code);
};

/// A number as a mark and a delta, if it is near a mark of 2^31 or more: `2^32-1`, `SIZE_MAX-7`; else in digits.
std::string print_number(std::size_t number);

/// Appends what print_number returns, as it stands beside a base or a length: in parentheses if there is a sign in it.
void append_in_element(std::string& text, std::size_t number);

}  // namespace lockstep
