// What the comparison with the model notices, one thing at a time: an implementation that is right but for one byte,
// one entry, one number.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lockstep/oracles/model_oracle.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using View = std::span<const iovec>;

/// Where the broken implementation is wrong, after having been right.
std::ptrdiff_t place = 0;

const std::string kVectors =
    "assign vec=a elements=0+2,4+3\nassign vec=b elements=8+2\nassign vec=c elements=0+1,60+4\n";

std::string found(const std::string& step, const Implementation& implementation, const std::string& arena = "") {
  const auto finding = judge(program_of(arena + kVectors + step), implementation);
  return finding ? finding->signature : "";
}

TEST(Comparison, NoticesEveryByteOfTheArenaAndEveryGuardByte) {
  Implementation table = ours();
  table.fill = [](View view, std::size_t offset, std::byte value, std::size_t bytes) {
    static_cast<std::byte*>(view[0].iov_base)[place] ^= std::byte{1};
    return ours().fill(view, offset, value, bytes);
  };
  const auto guard = static_cast<std::ptrdiff_t>(kGuardBytes);
  for (place = -guard; place < 64 + guard; ++place)
    EXPECT_EQ(found("fill vec=a offset=0 value=1 bytes=0\n", table),
              place >= 0 && place < 64 ? "fill: memory" : "fill: guard")
        << place;
}

TEST(Comparison, NoticesEveryByteWrittenAFewBehindAndText) {
  Implementation table = ours();
  table.to_buf = [](View view, std::size_t offset, std::span<std::byte> data) {
    const Result result = ours().to_buf(view, offset, data);
    data.data()[place] ^= std::byte{1};
    return result;
  };
  for (place = 0; place < 6 + 8; ++place)
    EXPECT_EQ(found("to_buf vec=a offset=0 bytes=6\n", table), "to_buf: bytes") << place;
  table.hexdump = [](View view, const std::string& prefix, std::size_t limit, std::string& text) {
    const Result result = ours().hexdump(view, prefix, limit, text);
    text.back() = '!';
    return result;
  };
  EXPECT_EQ(found("hexdump vec=a limit=9\n", table), "hexdump: text");
}

TEST(Comparison, NoticesValuesAndRejections) {
  static Result wrong;
  Implementation table = ours();
  table.fill = [](View, std::size_t, std::byte, std::size_t) { return wrong; };
  const std::string accepted = "fill vec=a offset=0 value=1 bytes=1\n";
  const std::string rejected = "fill vec=a offset=9 value=1 bytes=1\n";
  wrong = {2, Rejection::none};
  EXPECT_EQ(found(accepted, table), "fill: value");
  EXPECT_EQ(found(rejected, table), "fill: rejection");
  wrong = {0, Rejection::length_error};
  EXPECT_EQ(found(accepted, table), "fill: rejection");
  EXPECT_EQ(found(rejected, table), "fill: rejection") << "another reason";
  wrong = {1, Rejection::out_of_range};
  EXPECT_EQ(found(rejected, table), "fill: value") << "of a rejection it is 0";
  // What answers nothing may return any number.
  table.assign = [](void* vector, View elements) { return Result{9, ours().assign(vector, elements).rejection}; };
  EXPECT_EQ(found("size vec=a\n", table), "");
}

/// Whether an entry is wrong by its length or by its base.
bool by_length = false;

void spoil(iovec& element) {
  if (by_length) {
    element.iov_len += 1;
  } else {
    element.iov_base = reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(element.iov_base) + 1);
  }
}

TEST(Comparison, NoticesEveryEntryWrittenAndThoseThatWereNotToBe) {
  Implementation table = ours();
  table.copy = [](std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
    const Result result = ours().copy(destination, view, offset, bytes);
    spoil(destination.data()[place]);
    return result;
  };
  for (const bool length : {false, true})
    for (const char* arena : {"", "arena unbacked\n"})
      for (place = 0; place < 4 + 1; ++place) {
        by_length = length;
        EXPECT_EQ(found("copy vec=a offset=0 bytes=9 capacity=4\n", table, arena), "copy: elements") << place;
      }
}

TEST(Comparison, NoticesEveryElementOfEveryVectorAndHowManyThereAre) {
  static std::vector<void*> vectors;  // that were created: a, b and c of each run; those of earlier runs are destroyed
  static std::size_t spoiled;
  Implementation table = ours();
  table.create = []() -> void* { return vectors.emplace_back(ours().create()); };
  table.first_difference = [](View, View) {
    void* const vector = vectors[vectors.size() - Vec::count + spoiled];
    std::vector<iovec> elements(ours().look(vector).begin(), ours().look(vector).end());
    const auto count = static_cast<std::ptrdiff_t>(elements.size());
    if (place < count) spoil(elements[static_cast<std::size_t>(place)]);
    if (place == count) elements.pop_back();
    if (place > count) elements.push_back({nullptr, 0});
    ours().assign(vector, elements);
    return Result{};
  };
  for (const bool length : {false, true})
    for (spoiled = 0; spoiled < Vec::count; ++spoiled)
      for (place = 0; place < 4; ++place) {
        by_length = length;
        EXPECT_EQ(found("first_difference vec=a other=b\n", table), "first_difference: array") << spoiled << place;
      }
}

TEST(Comparison, NoticesWhereAViewBeginsAndEnds) {
  Implementation table = ours();
  table.undo = [](std::span<iovec>& view, UndoStorage&) {
    view = place == 0   ? view.subspan(1)
           : place == 1 ? view.first(view.size() - 1)
                        : std::span(view.data() + 1, view.size());
  };
  for (place = 0; place < 3; ++place)
    for (const char vector : {'a', 'b', 'c'})
      EXPECT_EQ(found(std::string("undo vec=") + vector + " record=p\n", table), "undo: view") << place << vector;
}

}  // namespace
}  // namespace lockstep
