// SPDX-License-Identifier: Apache-2.0
// Numbers as operands hold and print them: codes, marks, and what is told by the mark it is near to.
#include "lockstep/language/number.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>

namespace lockstep {
namespace {

constexpr int kDigits = std::numeric_limits<std::size_t>::digits;

std::string print(std::uint16_t code) {
  std::string text;
  Code::print(text, code);
  return text;
}

TEST(Number, EveryCodeIsPrintedAndParsedBackAsTheSameNumber) {
  for (unsigned number = 0; number <= kMaxLiteral; ++number) {
    const auto code = static_cast<std::uint16_t>(number);
    const std::uint16_t canonical = Code::canonical(code);
    EXPECT_EQ(Code::canonical(canonical), canonical);
    EXPECT_EQ(Code::value(canonical), Code::value(code)) << number;
    const auto parsed = Code::parse(print(canonical));
    EXPECT_EQ(parsed, std::optional(canonical)) << print(canonical);
    for (const std::uint16_t lower : Code::lower(canonical)) {
      EXPECT_EQ(lower, Code::canonical(lower)) << number;
      EXPECT_LT(lower, number);
    }
    if (const auto mark = Code::mark(code)) {
      EXPECT_EQ(Code::of(*mark), code);
    } else {
      EXPECT_EQ(print(code), std::to_string(number));
      EXPECT_EQ(Code::value(code), number);
    }
  }
}

TEST(Number, AMarkIsAPowerOfTwoAndItsDeltaOrSizeMaxWhereThisMachineHasNoSuchNumber) {
  __extension__ using Wide = unsigned __int128;
  for (std::size_t index = 0; index <= Mark::size_max; ++index)
    for (int delta = Code::least_delta; delta < Code::least_delta + Code::deltas; ++delta) {
      const int power = index == Mark::size_max ? kDigits : Mark::powers[index];
      const Wide exact = (Wide{1} << power) + static_cast<Wide>(delta);
      const bool is_one_of_ours = power <= kDigits && exact <= SIZE_MAX;
      EXPECT_EQ((Mark{index, delta}.value()), is_one_of_ours ? static_cast<std::size_t>(exact) : SIZE_MAX)
          << index << " " << delta;
    }
}

TEST(Number, WhatIsNoCodeIsNotParsed) {
  for (const char* word : {"", "x", "65280", "65439", "65536", "-1", "2^16+16", "(2^16-17)", "2^33", "2^32+", "2^32-+1",
                           "SIZE_MAX+1", "(2^32", "()", "2^32 "})
    EXPECT_FALSE(Code::parse(word)) << word;
  EXPECT_EQ(Code::parse("(2^32-1)"), Code::of({2, -1}));
  EXPECT_EQ(Code::parse("2^32-1"), Code::of({2, -1}));
  EXPECT_EQ(Code::parse("SIZE_MAX-15"), Code::of({Mark::size_max, -16}));
}

// Within 65,535 of a mark from 2^31 on; what is printed so is read back as the same number.
TEST(Number, IsPrintedAsWhatItIsNearTo) {
  const auto power = [](int exponent) { return exponent < kDigits ? std::size_t{1} << exponent : 0; };
  const std::map<std::string, std::size_t> numbers = {
      {"0", 0},
      {"65536", 65'536},
      {"2147418112", power(31) - 65'536},
      {"2^31-65535", power(31) - 65'535},
      {"2^31", power(31)},
      {"2^31+65535", power(31) + 65'535},
      {"2147549184", power(31) + 65'536},
      {"2^32-1", power(32) - 1},
      {"2^32+7", power(32) + 7},
      {"2^63-3", power(63) - 3},
      {"2^63", power(63)},
      {"18446744073709486079", SIZE_MAX - 65'536},
      {"SIZE_MAX-65535", SIZE_MAX - 65'535},
      {"SIZE_MAX", SIZE_MAX},
  };
  for (const auto& [printed, number] : numbers) {
    EXPECT_EQ(print_number(number), printed);
    const bool has_sign = printed.find_first_of("+-") != std::string::npos;
    std::string text;
    append_in_element(text, number);
    EXPECT_EQ(text, has_sign ? "(" + printed + ")" : printed);
    const auto mark = Mark::parse(printed, -65'536, 65'536);
    EXPECT_EQ(mark ? mark->value() : std::stoull(printed), number);
  }
}

}  // namespace
}  // namespace lockstep
