// SPDX-License-Identifier: Apache-2.0
// The text form: errors name the file, the line and what was expected.
#include <gtest/gtest.h>

#include "lockstep/language/program.h"
#include "parsed.h"

namespace lockstep {
namespace {

std::string error_of(const std::string& text) {
  const auto parsed = parse(text, "some.iov");
  const auto* error = std::get_if<ParseError>(&parsed);
  return error != nullptr ? error->message : "no error";
}

TEST(Text, AnEmptyTextIsAnEmptyProgram) {
  EXPECT_EQ(program_of(""), Program{});
  EXPECT_EQ(program_of("# a comment\n\n   \t \n"), Program{});
}

TEST(Text, BlanksCommentsAndExpectationsAreNotPartOfTheProgram) {
  EXPECT_EQ(program_of("  size\tvec=a   # of nothing\r\n"), program_of("size vec=a"));
  const auto parsed = parse("#  What   it shows\nsize vec=a  ->  0 ;  x # why\nsize vec=b", "some.iov");
  const ParsedProgram& program = std::get<ParsedProgram>(parsed);
  EXPECT_EQ(program.title, "What it shows");
  EXPECT_EQ(program.expected, (std::vector<std::string>{"0 ; x", ""}));
}

TEST(Text, ErrorsNameThePlaceAndWhatWasExpected) {
  const std::string arena = "expected one arena, before all operations, found another";
  const std::string dialect = "expected one dialect, before all operations, found another";
  const std::pair<std::string, std::string> errors[] = {
      {"size", "1: expected 'vec=' and a vector: a, b or c, found the end of the line"},
      {"size vec=d", "1: expected a vector: a, b or c, found 'd'"},
      {"size bytes=1", "1: expected 'vec=' and a vector: a, b or c, found 'bytes=1'"},
      {"size vec=a vec=b", "1: expected the end of the line, found 'vec=b'"},
      {"size vec=", "1: expected a vector: a, b or c, found the end of the line"},
      {"\n\nundo vec=a record=r", "3: expected an undo record: none, p or q, found 'r'"},
      {"fill vec=a offset=0 value=256 bytes=1", "1: expected a byte: 0..255, found '256'"},
      {"add vec=a element=1", "1: expected " + std::string(Piece::expected) + ", found '1'"},
      {"assign vec=a elements=0+1,0+1,0+1,0+1,0+1",
       "1: expected " + std::string(Pieces::expected) + ", found '0+1,0+1,0+1,0+1,0+1'"},
      {"arena", "1: expected 'shared', 'exact', 'unbacked' or 'large', found the end of the line"},
      {"arena shared 65", "1: expected a number of bytes: a multiple of 8 in 8..16384, found '65'"},
      {"arena unbacked 64", "1: expected the end of the line, found '64'"},
      {"arena shared 64 64", "1: expected the end of the line, found '64'"},
      {"size vec=a\narena shared 64", "2: " + arena},
      {"arena shared 64\narena shared 64", "2: " + arena},
      {"dialect d", "1: expected 'c++', 'c' or 'c10', found 'd'"},
      {"dialect c c", "1: expected the end of the line, found 'c'"},
      {"dialect c -> done", "1: expected no '->' after a dialect, found one"},
      {"dialect c\ndialect c", "2: " + dialect},
      {"size vec=a\ndialect c", "2: " + dialect},
  };
  for (const auto& [text, error] : errors) EXPECT_EQ(error_of(text), "some.iov:" + error);
  const std::string unknown = error_of("# title\nsize vec=a\nfrobnicate vec=a\n");
  EXPECT_TRUE(unknown.starts_with("some.iov:3: expected 'arena', 'dialect' or an operation (assign, add, ")) << unknown;
  EXPECT_TRUE(unknown.ends_with("found 'frobnicate'")) << unknown;
}

/// Expects that none of these words, separated by blanks, is read in this place.
void expect_errors(const std::string& before, const std::string& some, const std::string& after = "") {
  for (const std::string& word : words(some)) {
    const std::string error = error_of(std::string(before).append(word).append(after));
    EXPECT_NE(error.find("expected "), std::string::npos) << word << ": " << error;
    EXPECT_TRUE(error.ends_with(", found '" + word + "'")) << word << ": " << error;
  }
}

TEST(Text, NumbersOutsideTheirRangeAreErrors) {
  expect_errors(
      "from_buf vec=a offset=",
      "65536 -1 +1 x 1x 0x1 99999999999999999999999 edge edge( edge() edge(255) edge(-1) edge(1)+0 edge(1)+128 "
      "edge(1)-128 edge(1)*2 edge(1)+ edge(1)-+1 SIZE_MAX+1 SIZE_MAX- SIZE_MAX-65536 size_max",
      " bytes=0");
  expect_errors("assign vec=a elements=", "65534+0 65536+0 0+65536 +1 1+ -1+1 null nul+0 0+1, ,0+1 0-1");
  expect_errors("send vec=a offset=0 bytes=0 limit=0 script=", "65532 -1 1, ,1 none,1 interrupted 1,1,1,1,1,1,1");
  expect_errors("copy vec=a offset=0 bytes=0 capacity=", "65536");
  expect_errors("add_many vec=a count=1 element=0+0 stride=", "40000 -40000");
  expect_errors("arena exact ", "0 4 16392 65536 -8 8.0 abc");
}

TEST(Text, ControlCharactersAndLongWordsAreToldSafely) {
  EXPECT_NE(error_of("si\x01ze vec=a").find("found 'si?ze'"), std::string::npos);
  EXPECT_NE(error_of(std::string(1000, 'x')).find("found '" + std::string(40, 'x') + "...'"), std::string::npos);
}

TEST(Text, AProgramHasALongestLength) {
  std::string text;
  for (std::size_t i = 0; i < kMaxOperations; ++i) text += "size vec=a\n";
  EXPECT_EQ(program_of(text).operations.size(), kMaxOperations);
  EXPECT_EQ(error_of(text + "size vec=a\n"), "some.iov:129: expected at most 128 operations, found another one");
}

TEST(Bytes, TheShortestInputHasShapesToWorkOn) {
  const Program program = decode({});
  EXPECT_EQ(program.arena, Arena{});
  ASSERT_EQ(program.operations.size(), Vec::count);
  EXPECT_EQ(print(program.operations[0]), "assign vec=a elements=0+3");
}

TEST(Bytes, WhatIsPastTheEndAndHalfARecordAreIgnored) {
  std::vector<std::uint8_t> bytes = encode(Program{Arena{}, {ViewSize{}}});
  const Program program = decode(bytes);
  bytes.resize(bytes.size() + kRecordBytes - 1, 3);
  EXPECT_EQ(decode(bytes), program);
  bytes.resize(10 * kMaxProgramBytes, 3);
  EXPECT_EQ(decode(bytes).operations.size(), kMaxOperations);
}

// Stored programs depend on these numbers, in whose order the names are. A new operation goes to the end.
TEST(Bytes, CodesOfOperationsNeverChange) {
  const std::string names =
      "assign add add_many size vector_size from_buf to_buf fill copy copy_in_place discard_front "
      "discard_back undo with_capacity from_buffer reset destroy copy_vector move_vector concat slice "
      "slice_count extended extended_without_mid is_zero first_difference clone_size clone "
      "vector_discard_back hexdump borrow send recv split";
  std::string known;
  for (std::size_t code = 0; code < kOperations; ++code) {
    known.append(code > 0 ? " " : "").append(name_of(operation_of_code(code)));
    EXPECT_EQ(encode(Program{Arena{}, {operation_of_code(code)}})[kHeaderBytes], code);
  }
  EXPECT_EQ(known, names);
  EXPECT_EQ(kHeaderBytes, 4u);
  EXPECT_EQ(kRecordBytes, 24u);
}

// Each record begins with these bytes, and has zeros behind.
TEST(Bytes, TheFormatIsTheOneThatIsStored) {
  using Bytes = std::vector<std::uint8_t>;
  const std::pair<std::string, std::vector<Bytes>> stored[] = {
      {"arena exact 4096\n"
       "fill vec=b offset=edge(2)-1 value=7 bytes=SIZE_MAX-3\n"
       "add_many vec=c count=258 element=259+4 stride=-2\n",
       {{1, 0, 2, 0}, {7, 1, 1, 2, 255, 7, 2, 3, 0}, {2, 2, 2, 1, 3, 1, 4, 0, 254, 255}}},
      {"arena unbacked\n"
       "assign vec=a elements=16+2^16,null+(SIZE_MAX-1)\n"
       "fill vec=a offset=2^63-1 value=0 bytes=2^31\n",
       {{2, 0, 0, 0}, {0, 0, 2, 16, 0, 0x10, 0xff, 0xff, 0xff, 0x8e, 0xff}, {7, 0, 3, 3, 0xff, 0, 3, 1, 0}}},
  };
  for (const auto& [text, records] : stored) {
    Bytes expected = records[0];
    for (std::size_t i = 1; i < records.size(); ++i) {
      expected.insert(expected.end(), records[i].begin(), records[i].end());
      expected.resize(kHeaderBytes + i * kRecordBytes);
    }
    EXPECT_EQ(encode(program_of(text)), expected) << text;
  }
  // Other first bytes have always meant one of the other two arenas.
  for (const std::uint8_t kind : Bytes{0, 1, 3, 4, 255})
    EXPECT_NE(decode(Bytes{kind, 8, 0, 0}).arena.kind, Arena::Kind::unbacked);
}

}  // namespace
}  // namespace lockstep
