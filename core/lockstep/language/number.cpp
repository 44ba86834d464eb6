// SPDX-License-Identifier: Apache-2.0
#include "lockstep/language/number.h"

#include <algorithm>
#include <limits>

namespace lockstep {
namespace {

constexpr int kDigits = std::numeric_limits<std::size_t>::digits;

std::string with_delta(std::string_view name, long delta) {
  std::string text(name);
  if (delta > 0) text += '+';
  if (delta != 0) text += std::to_string(delta);
  return text;
}

constexpr std::size_t kNear = 65536;  // a number less far from a mark is printed as that and a delta
constexpr std::size_t kLeastNearMark = (std::size_t{1} << 31) - kNear;

std::string in_parentheses(std::string text) {
  return text.find_first_of("+-") == std::string::npos ? std::move(text) : "(" + text + ")";
}

}  // namespace

std::size_t Mark::value() const {
  const int power = index == size_max ? kDigits : powers[index];
  if (power > kDigits) return SIZE_MAX;
  if (power == kDigits) return delta < 0 ? SIZE_MAX - static_cast<std::size_t>(-1 - delta) : SIZE_MAX;
  const std::size_t exact = std::size_t{1} << power;
  return delta < 0 ? exact - static_cast<std::size_t>(-delta) : exact + static_cast<std::size_t>(delta);
}

std::string Mark::print() const {
  if (index == size_max) return with_delta("SIZE_MAX", delta + 1);
  return with_delta("2^" + std::to_string(powers[index]), delta);
}

std::optional<Mark> Mark::parse(std::string_view word, int least_delta, int most_delta) {
  const std::size_t sign = word.find_first_of("+-");
  const std::string_view name = word.substr(0, sign);
  Mark mark;
  for (mark.index = 0; mark.index <= size_max; ++mark.index) {
    mark.delta = mark.index == size_max ? -1 : 0;
    if (mark.print() == name) break;
  }
  if (mark.index > size_max) return std::nullopt;
  if (sign == std::string_view::npos) return mark;
  const auto number = parse_number<int>(word.substr(sign + 1), 1, 1 << 20);
  if (!number) return std::nullopt;
  mark.delta += word[sign] == '-' ? -*number : *number;
  if (mark.delta < least_delta || mark.delta > (mark.index == size_max ? -1 : most_delta)) return std::nullopt;
  return mark;
}

std::optional<Mark> Code::mark(std::uint16_t code) {
  if (code < first_mark || code >= end) return std::nullopt;
  const int number = code - first_mark;
  return Mark{static_cast<std::size_t>(number / deltas), number % deltas + least_delta};
}

std::size_t Code::value(std::uint16_t code) {
  const std::optional<Mark> found = mark(code);
  return found ? found->value() : code;
}

std::uint16_t Code::canonical(std::uint16_t code) {
  std::optional<Mark> found = mark(code);
  if (!found || found->index != Mark::size_max || found->delta < 0) return code;
  return of({Mark::size_max, -1});
}

std::vector<std::uint16_t> Code::lower(std::uint16_t code) {
  std::vector<std::uint16_t> lower = lower_numbers(code);
  for (std::uint16_t& number : lower) number = canonical(number);
  return lower;
}

void Code::print(std::string& text, std::uint16_t code) {
  const std::optional<Mark> found = mark(code);
  text += found ? in_parentheses(found->print()) : std::to_string(code);
}

std::optional<std::uint16_t> Code::parse(std::string_view word) {
  if (const auto number = parse_number<std::uint16_t>(word, 0, kMaxLiteral)) {
    if (*number >= first_mark && *number < end) return std::nullopt;
    return number;
  }
  if (word.size() > 2 && word.front() == '(' && word.back() == ')') word = word.substr(1, word.size() - 2);
  const auto found = Mark::parse(word, least_delta, least_delta + deltas - 1);
  if (!found) return std::nullopt;
  return of(*found);
}

std::string print_number(std::size_t number) {
  if (number < kLeastNearMark) return std::to_string(number);  // as most are
  for (const std::size_t index : {std::size_t{1}, std::size_t{2}, std::size_t{3}, Mark::size_max}) {
    const int power = Mark::powers[index];
    if (index != Mark::size_max && power >= kDigits) continue;
    const std::size_t mark = Mark{index, index == Mark::size_max ? -1 : 0}.value();
    const std::size_t distance = std::max(number, mark) - std::min(number, mark);
    if (distance >= kNear) continue;
    const long delta = static_cast<long>(distance) * (number < mark ? -1 : 1);
    return with_delta(index == Mark::size_max ? "SIZE_MAX" : "2^" + std::to_string(power), delta);
  }
  return std::to_string(number);
}

void append_in_element(std::string& text, std::size_t number) {
  text += number < kLeastNearMark ? std::to_string(number) : in_parentheses(print_number(number));
}

}  // namespace lockstep
