// SPDX-License-Identifier: Apache-2.0
// What several kinds of operand have in common: being one number, or being a list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/language/number.h"

namespace lockstep {

/// The kind of operand `Self` that is one number, any of its type: its bytes (the lowest first), its text in digits,
/// and lower numbers.
template <typename Self, typename Number>
struct NumberOperand {
  Number value = 0;

  static constexpr std::size_t width = sizeof(Number);
  static Self decode(const std::uint8_t* bytes) {
    return {{static_cast<Number>(width == 1 ? bytes[0] : decode_u16(bytes))}};
  }
  static std::optional<Self> parse(std::string_view word) {
    using Numbers = std::numeric_limits<Number>;
    const auto number = parse_number<Number>(word, Numbers::min(), Numbers::max());
    if (!number) return std::nullopt;
    return Self{{*number}};
  }
  void encode(std::uint8_t* bytes) const {
    for (std::size_t i = 0; i < width; ++i) bytes[i] = static_cast<std::uint8_t>(value >> 8 * i & 0xff);
  }
  void print(std::string& text) const { text += std::to_string(value); }
  std::vector<Self> simpler() const {
    std::vector<Self> simpler;
    for (const Number lower : lower_numbers(value)) simpler.push_back({{lower}});
    return simpler;
  }
  bool operator==(const NumberOperand&) const = default;
};

/// The kind of operand `Self` that is a list of up to `most` items: it has their `count`, and items(list), of which
/// those past `count` are Item{}.
template <typename Self, typename Item, std::size_t most>
struct ListOperand {
  static constexpr std::size_t max = most;
  static constexpr std::size_t width = 1 + most * Item::width;
  static Self decode(const std::uint8_t* bytes) {
    Self list;
    list.count = static_cast<std::uint8_t>(bytes[0] % (most + 1));
    for (std::size_t i = 0; i < list.count; ++i) Self::items(list)[i] = Item::decode(bytes + 1 + i * Item::width);
    return list;
  }
  static std::optional<Self> parse(std::string_view word) {
    Self list;
    if (word == "none") return list;
    for (;;) {
      const std::size_t comma = word.find(',');
      const auto item = Item::parse(word.substr(0, comma));
      if (!item || list.count == most) return std::nullopt;
      Self::items(list)[list.count++] = *item;
      if (comma == std::string_view::npos) return list;
      word.remove_prefix(comma + 1);
    }
  }
  void encode(std::uint8_t* bytes) const {
    bytes[0] = self().count;
    for (std::size_t i = 0; i < most; ++i) Self::items(self())[i].encode(bytes + 1 + i * Item::width);
  }
  void print(std::string& text) const {
    if (self().count == 0) text += "none";
    for (std::size_t i = 0; i < self().count; ++i) {
      if (i > 0) text += ',';
      Self::items(self())[i].print(text);
    }
  }
  /// First with fewer items, then with simpler ones.
  std::vector<Self> simpler() const {
    std::vector<Self> simpler;
    const auto& items = Self::items(self());
    for (std::size_t gone = 0; gone < self().count; ++gone) {
      Self fewer;
      for (std::size_t i = 0; i < self().count; ++i)
        if (i != gone) Self::items(fewer)[fewer.count++] = items[i];
      simpler.push_back(fewer);
    }
    for (std::size_t i = 0; i < self().count; ++i) {
      for (const Item& lower : items[i].simpler()) {
        simpler.push_back(self());
        Self::items(simpler.back())[i] = lower;
      }
    }
    return simpler;
  }
  bool operator==(const ListOperand&) const = default;

 private:
  const Self& self() const { return static_cast<const Self&>(*this); }
};

}  // namespace lockstep
