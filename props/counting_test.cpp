// SPDX-License-Identifier: Apache-2.0
// Where elements may be others than the model's, how many there are, and what is described by them, is still judged.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "found_in.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using View = Span<const iovec>;

// What the two implementations below do, whatever they are asked.
std::size_t always_answered = 0;
// f: the next element that a sound implementation writes; e: an empty one; r: a sound one again; w: one byte further.
std::string always_written;

Implementation counts_as_told() {
  Implementation table = ours();
  table.slice_count = [](View, std::size_t, std::size_t) { return Result{always_answered, Rejection::none}; };
  return table;
}

Implementation describes_as_told() {
  Implementation table = ours();
  table.copy = [](Span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
    std::vector<iovec> sound(view.size() + 1, iovec{nullptr, 0});
    ours().copy(sound, view, offset, bytes);
    auto next = sound.begin();
    for (std::size_t i = 0; i < always_written.size(); ++i) {
      iovec& element = destination.begin()[i];
      if (always_written[i] == 'e')
        element = {next->iov_base, 0};
      else if (always_written[i] == 'r')
        element = sound.front();
      else
        element = *next++;
      if (always_written[i] == 'w') element.iov_base = static_cast<char*>(element.iov_base) + 1;
    }
    return Result{always_answered, Rejection::none};
  };
  return table;
}

// Where elements do not count, or are others, an answer that counts them has bounds, and each is exact.
TEST(Counting, CountsOfElementsHaveBounds) {
  using Range = std::pair<std::size_t, std::size_t>;
  const auto expect_accepted = [](bool Deviations::*declared, const std::string& text, Range range) {
    Implementation implementation = counts_as_told();
    implementation.deviations.*declared = true;
    for (always_answered = 0; always_answered < 9; ++always_answered)
      EXPECT_EQ(found_in(text, implementation).empty(),
                range.first <= always_answered && always_answered <= range.second)
          << always_answered << " for " << text;
  };
  const auto no_empty = &Deviations::empty_elements_do_not_count;
  expect_accepted(no_empty, "assign vec=a elements=0+2,2+2,4+2\nslice_count vec=a offset=0 bytes=4\n", {2, 3});
  expect_accepted(no_empty, "assign vec=a elements=0+2,2+0,2+2\nslice_count vec=a offset=0 bytes=4\n", {2, 4});
  expect_accepted(no_empty, "assign vec=a elements=0+2,2+0,2+2\nslice_count vec=a offset=1 bytes=0\n", {1, 3});
  const auto own = &Deviations::has_own_memory;
  expect_accepted(own, "assign vec=a elements=0+3\nslice_count vec=a offset=0 bytes=3\n", {1, 3});
  expect_accepted(own, "assign vec=a elements=0+3,3+3\nslice_count vec=a offset=1 bytes=1\n", {1, 1});
  expect_accepted(own, "assign vec=a elements=0+3\nslice_count vec=a offset=1 bytes=0\n", {0, 1});
}

TEST(Counting, DescriptionsHaveTheElementsThatHaveBytes) {
  const auto expect_found = [](const char* elements, int capacity, const char* written, std::size_t answered,
                               const char* found) {
    const std::string text = std::string("assign vec=a elements=") + elements +
                             "\ncopy vec=a offset=0 bytes=4 capacity=" + std::to_string(capacity) + "\n";
    always_written = written;
    always_answered = answered;
    for (const auto declared : {&Deviations::empty_elements_do_not_count, &Deviations::has_own_memory}) {
      Implementation implementation = describes_as_told();
      implementation.deviations.*declared = true;
      EXPECT_EQ(found_in(text, implementation), found) << text << written << " " << answered;
    }
  };
  const char* const full = "0+2,2+2";
  expect_found(full, 3, "ff", 2, "");
  expect_found(full, 3, "ffe", 3, "");  // one empty element at the end
  expect_found(full, 3, "eff", 3, "");  // or elsewhere
  expect_found(full, 4, "ffee", 4, "copy: elements");
  expect_found(full, 3, "ffe", 2, "copy: elements");  // what is not counted is not written
  expect_found(full, 3, "ff", 3, "copy: elements");
  expect_found(full, 3, "ffe", 4, "copy: value");   // more than there is room for
  expect_found(full, 3, "f", 1, "copy: elements");  // there is room for more
  expect_found(full, 3, "ffr", 3, "copy: elements");
  expect_found(full, 3, "fw", 2, "copy: elements");
  expect_found(full, 1, "f", 1, "");
  expect_found(full, 1, "", 0, "copy: elements");
  expect_found(full, 1, "e", 1, "copy: elements");
  expect_found(full, 0, "", 0, "");
  const char* const with_empty = "0+2,2+0,2+2";
  expect_found(with_empty, 5, "fefe", 4, "");
  expect_found(with_empty, 5, "fefee", 5, "copy: elements");
  expect_found(with_empty, 2, "ef", 2, "");  // it takes the room of the second
  expect_found(with_empty, 2, "ee", 2, "copy: elements");
}

// An element elsewhere holds the same bytes only by chance.
TEST(Counting, WhereElementsLieCountsIfEmptyOnesDoNot) {
  always_written = "fw";
  always_answered = 2;
  const std::string text =
      "assign vec=a elements=0+64\nfill vec=a offset=0 value=7 bytes=64\n"
      "assign vec=a elements=0+2,2+2\ncopy vec=a offset=0 bytes=4 capacity=2\n";
  Implementation implementation = describes_as_told();
  implementation.deviations.empty_elements_do_not_count = true;
  EXPECT_EQ(found_in(text, implementation), "copy: elements");
}

std::string assigned;  // the bytes

TEST(Counting, MemoryOfItsOwnIsJudgedInExactArenasAndSkippedWithoutMemory) {
  always_written = "fw";
  always_answered = 2;
  Implementation implementation = describes_as_told();
  implementation.deviations.has_own_memory = true;
  // What it copies it reads at once: under AddressSanitizer, too, an exact arena has to let it.
  implementation.assign = [](void* vector, View elements) {
    for (const iovec& element : elements)
      assigned += std::string(static_cast<char*>(element.iov_base), element.iov_len);
    return ours().assign(vector, elements);
  };
  ModelOracle oracle(implementation);
  const auto finding = oracle.judge(
      program_of("arena exact 64\nassign vec=a elements=0+8,8+8\ncopy vec=a offset=0 bytes=16 capacity=2\n"));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "copy: elements");
  EXPECT_EQ(finding->program.arena.kind, Arena::Kind::shared);
  EXPECT_FALSE(assigned.empty());
  EXPECT_FALSE(oracle.judge(program_of("arena unbacked\nassign vec=a elements=2^16+1\nsize vec=a\n")));
  EXPECT_EQ(oracle.counts().skipped, 2u);
}

std::size_t empty_before_each = 0;

// Of arrays with empty elements between the others, twice as many elements are read as the model may have.
TEST(Counting, ArraysMayBeTwiceAsLong) {
  Implementation implementation = ours();
  implementation.deviations.empty_elements_do_not_count = true;
  implementation.add_many = [](void* vector, Span<const iovec> elements) {
    for (const iovec& element : elements) {
      for (std::size_t i = 0; i < empty_before_each; ++i) ours().add(vector, element.iov_base, 0);
      ours().add(vector, element.iov_base, element.iov_len);
    }
    return Result{0, Rejection::none};
  };
  for (const std::string vec : {"a", "b", "c"}) {
    const std::string text =
        "add_many vec=" + vec + " count=" + std::to_string(Arena{}.most_elements()) + " element=0+1 stride=0\n";
    empty_before_each = 1;
    EXPECT_EQ(found_in(text, implementation), "") << vec;
    empty_before_each = 2;
    EXPECT_EQ(found_in(text, implementation), "add_many: array") << vec;
  }
}

}  // namespace
}  // namespace lockstep
