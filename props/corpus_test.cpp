// SPDX-License-Identifier: Apache-2.0
// The programs of the corpus: each has the effects that it expects, on the model and on the library.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "lockstep/language/program.h"
#include "lockstep/oracles/expectations.h"
#include "lockstep/oracles/model_oracle.h"
#include "stored.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

void expect_effects(const std::vector<Stored>& programs) {
  for (const auto& [file, parsed] : programs) {
    EXPECT_FALSE(parsed.title.empty()) << file << ": the first line is to say what it shows, or guards";
    for (const Implementation* sound : interfaces_of_ours())
      if (const auto finding = judge(parsed, *sound)) ADD_FAILURE() << file << "\n" << finding->report;
    EXPECT_EQ(decode(encode(parsed.program)), parsed.program) << file << " does not survive the byte form";
  }
}

/// Those in large arenas, which take a hundred times as long as the others, or the others.
void expect_effects_of_examples(bool large, std::size_t least) {
  std::vector<Stored> examples = stored({"examples"});
  std::erase_if(examples, [&](const Stored& one) { return large != (one.parsed.program.arena == kLargeArena); });
  EXPECT_GE(examples.size(), least);
  expect_effects(examples);
  for (const auto& [file, parsed] : examples)
    EXPECT_TRUE(std::any_of(parsed.expected.begin(), parsed.expected.end(), [](const auto& e) { return !e.empty(); }))
        << file << " expects nothing";
}

TEST(Corpus, EveryExampleDoesWhatItExpects) { expect_effects_of_examples(false, 60); }
TEST(Corpus, EveryLargeExampleDoesWhatItExpects) { expect_effects_of_examples(true, 3); }

TEST(Corpus, EveryRegressionAgrees) { expect_effects(stored({"regressions"})); }

TEST(Corpus, ExpectationsHoldInTheDialectThatIsNamed) {
  const auto holds = [&](const char* text, const Implementation& implementation) {
    const auto parsed = std::get<ParsedProgram>(parse(text, "text"));
    return !judge(parsed, implementation);
  };
  const char* const in_c = "dialect c\nfrom_buffer vec=a element=0+1\nreset vec=a -> done\n";
  EXPECT_TRUE(holds(in_c, ours())) << "not judged";
  EXPECT_FALSE(holds(in_c, qemu_iov()));
  const char* const in_cpp = "dialect c++\nfrom_buffer vec=a element=0+1\nreset vec=a -> rejected invalid_argument\n";
  EXPECT_FALSE(holds(in_cpp, ours()));
  EXPECT_TRUE(holds(in_cpp, qemu_iov()));
  EXPECT_FALSE(holds(in_c, qemu_iov_10())) << "at both levels";
  const char* const at_10 = "dialect c10\nfill vec=a offset=1 value=1 bytes=1 -> rejected out_of_range\n";
  EXPECT_FALSE(holds(at_10, qemu_iov_10()));
  EXPECT_TRUE(holds(at_10, qemu_iov())) << "not judged";
}

TEST(Corpus, ExpectationsOfLevel6HoldAtLevel10UpToWhereTheLevelsDiffer) {
  const auto fails = [](const std::string& text) {
    return judge(std::get<ParsedProgram>(parse(text, "text")), qemu_iov_10()).has_value();
  };
  const std::string wrong = "size vec=a -> 1\n";
  EXPECT_TRUE(fails(wrong));
  EXPECT_TRUE(fails("slice_count vec=a offset=1 bytes=0 -> rejected out_of_range\n" + wrong)) << "at both levels";
  EXPECT_TRUE(fails("fill vec=a offset=0 value=1 bytes=1 -> 0\n" + wrong));
  EXPECT_FALSE(fails("fill vec=a offset=1 value=1 bytes=1 -> rejected out_of_range\n" + wrong));
  EXPECT_FALSE(fails("extended_without_mid vec=a head=0+1 offset=0 bytes=0 tail=1+1 limit=9 -> done\n" + wrong));
}

TEST(Corpus, EveryOperationIsInThreeExamplesAndOneWithoutMemory) {
  std::vector<std::size_t> examples_with(kOperations);
  std::set<std::size_t> without_memory;
  for (const auto& [file, parsed] : stored({"examples"})) {
    std::set<std::size_t> codes;
    for (const Operation& operation : parsed.program.operations) codes.insert(operation.index());
    for (const std::size_t code : codes) ++examples_with[code];
    if (file.ends_with("unbacked_every_operation.iov") && parsed.program.arena == kUnbackedArena)
      without_memory = codes;
  }
  for (std::size_t code = 0; code < kOperations; ++code) {
    EXPECT_GE(examples_with[code], 3u) << name_of(operation_of_code(code));
    EXPECT_TRUE(without_memory.contains(code)) << name_of(operation_of_code(code)) << ": unbacked_every_operation.iov";
  }
}

}  // namespace
}  // namespace lockstep
