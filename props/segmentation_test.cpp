// SPDX-License-Identifier: Apache-2.0
// How elements are split up for the second oracle.
#include "lockstep/oracles/segmentation.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>

namespace lockstep {
namespace {

std::string split(const std::string& elements, Segmentation way, Choices& choices) {
  std::string text;
  for (const Piece& piece : split_up(Pieces::parse(elements).value(), way, choices)) {
    text += text.empty() ? "" : ",";
    piece.print(text);
  }
  return text;
}

TEST(SplitUp, IsAsItsNameSays) {
  RandomChoices choices(1);
  const std::string elements = "0+3,3+2,9+0,8+1";
  EXPECT_EQ(split(elements, Segmentation::joined, choices), "0+5,8+1");
  EXPECT_EQ(split("0+1,2+1,1+1,2+2", Segmentation::joined, choices), "0+1,2+1,1+3");
  EXPECT_EQ(split(elements, Segmentation::bytes, choices), "0+1,1+1,2+1,3+1,4+1,9+0,8+1");
  EXPECT_EQ(split(elements, Segmentation::empties, choices),
            "null+0,0+3,wild+0,null+0,3+2,wild+0,9+0,null+0,8+1,wild+0");
}

TEST(SplitUp, AtRandomIsAnywhere) {
  RandomChoices choices(1);
  double pieces = 0;
  double empties = 0;
  for (std::uint16_t length = 3; length <= 200; ++length) {
    std::size_t at = 0;  // every element begins where those before it end
    for (const Piece& piece : split_up(std::array{Piece{0, length}}, Segmentation::random, choices)) {
      EXPECT_EQ(piece.base, at);
      at += piece.length;
      ++(piece.length == 0 ? empties : pieces);
    }
    EXPECT_EQ(at, length);
  }
  EXPECT_NEAR(empties / pieces, 0.25, 0.03) << "before one piece in four";
  EXPECT_GT(pieces, 4 * 198);
}

}  // namespace
}  // namespace lockstep
