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

TEST(Text, PrintsEveryKindOfOperand) {
  const std::string text =
      "arena exact 512\n"
      "assign vec=c elements=0+2,null+0,wild+0,7+65535\n"
      "assign vec=a elements=none\n"
      "add_many vec=b count=1024 element=3+1 stride=-2\n"
      "from_buf vec=a offset=edge(0) bytes=SIZE_MAX\n"
      "to_buf vec=a offset=edge(last)-127 bytes=SIZE_MAX-65535\n"
      "fill vec=a offset=edge(254)+127 value=255 bytes=65535\n"
      "copy vec=a offset=0 bytes=1 capacity=65535\n"
      "discard_front vec=a bytes=0 record=none\n"
      "discard_back vec=a bytes=0 record=p\n"
      "undo vec=a record=q\n"
      "send vec=a offset=0 bytes=1 limit=8 script=none\n"
      "recv vec=b offset=1 bytes=2 limit=0 script=65530,half,intr,again,reset,pipe\n";
  EXPECT_EQ(print(program_of(text)), text);
  const std::string unbacked =
      "arena unbacked\n"
      "assign vec=c elements=2^63+(2^32-1),(SIZE_MAX-7)+SIZE_MAX,(2^16+15)+0,null+2^31\n"
      "fill vec=a offset=2^32-127 value=0 bytes=2^16+127\n"
      "clone into=a vec=b buffer=(2^31-16) bytes=2^63\n";
  EXPECT_EQ(print(program_of(unbacked)), unbacked);
}

TEST(Text, BlanksCommentsAndExpectationsAreNotPartOfTheProgram) {
  EXPECT_EQ(program_of("  size\tvec=a   # of nothing\r\n"), program_of("size vec=a"));
  const auto parsed = parse("#  What   it shows\nsize vec=a  ->  0 ;  x # why\nsize vec=b", "some.iov");
  const ParsedProgram& program = std::get<ParsedProgram>(parsed);
  EXPECT_EQ(program.title, "What it shows");
  EXPECT_EQ(program.expected, (std::vector<std::string>{"0 ; x", ""}));
}

TEST(Text, AnUnknownOperationIsToldWithItsPlace) {
  const std::string error = error_of("# title\nsize vec=a\nfrobnicate vec=a\n");
  EXPECT_EQ(error.rfind("some.iov:3: expected 'arena', 'dialect' or an operation (assign, add, ", 0), 0u) << error;
  EXPECT_NE(error.find("found 'frobnicate'"), std::string::npos) << error;
}

TEST(Text, OperandsAreToldByNameAndMeaning) {
  EXPECT_EQ(error_of("size"), "some.iov:1: expected 'vec=' and a vector: a, b or c, found the end of the line");
  EXPECT_EQ(error_of("size vec=d"), "some.iov:1: expected a vector: a, b or c, found 'd'");
  EXPECT_EQ(error_of("size bytes=1"), "some.iov:1: expected 'vec=' and a vector: a, b or c, found 'bytes=1'");
  EXPECT_EQ(error_of("size vec=a vec=b"), "some.iov:1: expected the end of the line, found 'vec=b'");
  EXPECT_EQ(error_of("size vec="), "some.iov:1: expected a vector: a, b or c, found the end of the line");
  EXPECT_EQ(error_of("\n\nundo vec=a record=r"), "some.iov:3: expected an undo record: none, p or q, found 'r'");
  EXPECT_EQ(error_of("fill vec=a offset=0 value=256 bytes=1"), "some.iov:1: expected a byte: 0..255, found '256'");
  EXPECT_EQ(error_of("add vec=a element=1"), "some.iov:1: expected " + std::string(Piece::expected) + ", found '1'");
  EXPECT_EQ(error_of("assign vec=a elements=0+1,0+1,0+1,0+1,0+1"),
            "some.iov:1: expected " + std::string(Pieces::expected) + ", found '0+1,0+1,0+1,0+1,0+1'");
}

TEST(Text, NumbersOutsideTheirRangeAreErrors) {
  for (const char* size : {"65536",       "-1",
                           "+1",          "",
                           "x",           "1x",
                           "0x1",         "99999999999999999999999",
                           "edge",        "edge(",
                           "edge()",      "edge(255)",
                           "edge(-1)",    "edge(1)+0",
                           "edge(1)+128", "edge(1)-128",
                           "edge(1)*2",   "edge(1)+",
                           "edge(1)-+1",  "SIZE_MAX+1",
                           "SIZE_MAX-",   "SIZE_MAX-65536",
                           "size_max"})
    EXPECT_NE(error_of(std::string("from_buf vec=a offset=") + size + " bytes=0").find("expected a size: "),
              std::string::npos)
        << size;
  for (const char* element :
       {"65534+0", "65536+0", "0+65536", "+1", "1+", "-1+1", "null", "nul+0", "0+1,", ",0+1", "0-1"})
    EXPECT_NE(error_of(std::string("assign vec=a elements=") + element).find("expected up to four elements"),
              std::string::npos)
        << element;
  for (const char* script : {"", "65532", "-1", "1,", ",1", "none,1", "interrupted", "1,1,1,1,1,1,1"})
    EXPECT_NE(error_of(std::string("send vec=a offset=0 bytes=0 limit=0 script=") + script).find("expected up to six"),
              std::string::npos)
        << script;
  EXPECT_NE(error_of("copy vec=a offset=0 bytes=0 capacity=65536"), "no error");
  EXPECT_NE(error_of("add_many vec=a count=1 element=0+0 stride=40000"), "no error");
}

TEST(Text, ArenasAreChecked) {
  EXPECT_EQ(error_of("arena"), "some.iov:1: expected 'shared', 'exact' or 'unbacked', found the end of the line");
  EXPECT_EQ(error_of("arena shared 65"),
            "some.iov:1: expected a number of bytes: a multiple of 8 in 8..16384, found '65'");
  for (const char* bytes : {"0", "4", "16392", "65536", "-8", "8.0", "abc", ""})
    EXPECT_NE(error_of(std::string("arena exact ") + bytes), "no error") << bytes;
  EXPECT_EQ(error_of("arena unbacked 64"), "some.iov:1: expected the end of the line, found '64'");
  EXPECT_EQ(error_of("arena shared 64 64"), "some.iov:1: expected the end of the line, found '64'");
  EXPECT_EQ(error_of("size vec=a\narena shared 64"),
            "some.iov:2: expected one arena, before all operations, found another");
  EXPECT_EQ(error_of("arena shared 64\narena shared 64"),
            "some.iov:2: expected one arena, before all operations, found another");
}

TEST(Text, AProgramMayNameItsDialect) {
  const auto dialect_of = [](const std::string& text) {
    return std::get<ParsedProgram>(parse(text, "some.iov")).dialect;
  };
  EXPECT_EQ(dialect_of("size vec=a\n"), std::nullopt);
  EXPECT_EQ(dialect_of("dialect c\narena shared 64\n"), model::Dialect::c);
  EXPECT_EQ(dialect_of("# title\narena shared 64\ndialect c++ # and why\n"), model::Dialect::cpp);
  EXPECT_EQ(error_of("dialect d"), "some.iov:1: expected 'c++' or 'c', found 'd'");
  EXPECT_EQ(error_of("dialect c c"), "some.iov:1: expected the end of the line, found 'c'");
  EXPECT_EQ(error_of("dialect c -> done"), "some.iov:1: expected no '->' after a dialect, found one");
  EXPECT_EQ(error_of("dialect c\ndialect c"), "some.iov:2: expected one dialect, before all operations, found another");
  EXPECT_EQ(error_of("size vec=a\ndialect c"),
            "some.iov:2: expected one dialect, before all operations, found another");
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

// Stored programs depend on these numbers. A new operation gets the next one; none may ever change.
TEST(Bytes, CodesOfOperationsNeverChange) {
  // In the order of their codes. A new one goes to the end.
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

TEST(Bytes, TheFormatIsTheOneThatIsStored) {
  const Program program = program_of(
      "arena exact 4096\n"
      "fill vec=b offset=edge(2)-1 value=7 bytes=SIZE_MAX-3\n"
      "add_many vec=c count=258 element=259+4 stride=-2\n");
  std::vector<std::uint8_t> expected(kHeaderBytes + 2 * kRecordBytes, 0);
  const std::vector<std::uint8_t> header = {1, 0, 2, 0};
  const std::vector<std::uint8_t> fill = {7, 1, 1, 2, 255, 7, 2, 3, 0};
  const std::vector<std::uint8_t> add_many = {2, 2, 2, 1, 3, 1, 4, 0, 254, 255};
  std::copy(header.begin(), header.end(), expected.begin());
  std::copy(fill.begin(), fill.end(), expected.begin() + kHeaderBytes);
  std::copy(add_many.begin(), add_many.end(), expected.begin() + kHeaderBytes + kRecordBytes);
  EXPECT_EQ(encode(program), expected);
}

TEST(Bytes, UnbackedArenasAndMarksHaveCodesOfTheirOwn) {
  const Program program = program_of(
      "arena unbacked\n"
      "assign vec=a elements=16+2^16,null+(SIZE_MAX-1)\n"
      "fill vec=a offset=2^63-1 value=0 bytes=2^31\n");
  const std::vector<std::uint8_t> bytes = encode(program);
  EXPECT_EQ(bytes[0], 2u);
  EXPECT_EQ(std::vector<std::uint8_t>(bytes.begin() + 4, bytes.begin() + 15),
            (std::vector<std::uint8_t>{0, 0, 2, 16, 0, 0x10, 0xff, 0xff, 0xff, 0x8e, 0xff}));
  EXPECT_EQ(std::vector<std::uint8_t>(bytes.begin() + 28, bytes.begin() + 37),
            (std::vector<std::uint8_t>{7, 0, 3, 3, 0xff, 0, 3, 1, 0}));
  EXPECT_EQ(decode(bytes), program);
  // Other bytes there have always meant one of the other two.
  for (const std::uint8_t kind : std::vector<std::uint8_t>{0, 1, 3, 4, 255})
    EXPECT_NE(decode(std::vector<std::uint8_t>{kind, 8, 0, 0}).arena.kind, Arena::Kind::unbacked);
}

TEST(Bytes, EveryByteIsAnOperation) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::uint8_t record[kRecordBytes] = {static_cast<std::uint8_t>(byte)};
    EXPECT_LT(decode_operation(record).index(), kOperations);
    if (byte >= kOperations) continue;
    EXPECT_EQ(decode_operation(record).index(), byte);
  }
}

}  // namespace
}  // namespace lockstep
