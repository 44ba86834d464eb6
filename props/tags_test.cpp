// SPDX-License-Identifier: Apache-2.0
// Every random source meets every tag often enough, and runs every operation. Of the random tester count_tags says so
// by itself: Tags.RandomProgramsTryEveryTag in CMakeLists.txt.
#include "lockstep/tags/tags.h"

#include <gtest/gtest.h>

#include "generators.h"
#include "parsed.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

void expect_enough(const TagCounts& counts) {
  for (const std::string& line : counts.shortfalls())
    ADD_FAILURE() << line
                  << "\nAll rates are printed by `ci/tags`. Repair what draws programs (draw_operations, "
                     "draw_operation, draw of an operand), not the threshold.";
}

TEST(Tags, ShortRandomProgramsTryEveryTag) {
  TagCounter counter("short");
  ModelOracle oracle(ours(), &counter);
  for (std::uint64_t number = 0; number < 100'000; ++number) EXPECT_FALSE(oracle.judge(random_program(1, number, 16)));
  expect_enough(counter.counts());
}

// The generator of the blocking properties, drawn the way RapidCheck draws cases that succeed. With LOCKSTEP_TAGS
// it leaves its counts there, for the table of ci/tags.
TEST(Tags, RapidCheckProgramsTryEveryTag) {
  TagCounter own("RapidCheck");
  TagCounter* const shared = tag_counter_of_environment("RapidCheck");
  TagCounter& counter = shared != nullptr ? *shared : own;
  ModelOracle oracle(ours(), &counter);
  auto params = rc::detail::configuration().testParams;
  params.seed = 20260101;
  params.maxSuccess = 5000;
  const auto result = check_programs([&](const Program& program) { RC_ASSERT(!oracle.judge(program)); }, params);
  rc::detail::SuccessResult success;
  ASSERT_TRUE(result.match(success));
  expect_enough(counter.counts());
}

// What libFuzzer's mutator makes without libFuzzer's guidance, from nothing: the guided run is a stage of ci/tags.
TEST(Tags, MutatedProgramsTryEveryTag) {
  TagCounter counter("mutator");
  ModelOracle oracle(ours(), &counter);
  RandomChoices choices(1);
  std::vector<Program> kept(64);
  for (int i = 0; i < 32'000; ++i) {  // large arenas are one in 2,048
    Program& program = kept[choices.below(static_cast<std::uint32_t>(kept.size()))];
    const Program& other = kept[choices.below(static_cast<std::uint32_t>(kept.size()))];
    program = choices.one_in(4) ? cross_over(program, other, choices) : mutate(program, choices);
    EXPECT_FALSE(oracle.judge(program));
  }
  expect_enough(counter.counts());
}

TEST(Tags, NamesAreDistinctAndEachHasAThresholdAndASeededBug) {
  for (const Tag& tag : all_tags()) {
    EXPECT_EQ(tag_named(tag.name), &tag) << tag.name;
    EXPECT_GT(tag.threshold, 0) << tag.name;
    EXPECT_FALSE(tag.description.empty()) << tag.name;
    EXPECT_TRUE(std::any_of(seeded_bugs().begin(), seeded_bugs().end(),
                            [&](const SeededBug& bug) { return bug.name == tag.bug; }))
        << tag.name << ": no bug needs it, so it only costs";
  }
  EXPECT_GE(all_tags().size(), 50u);
}

TEST(Tags, ExamplesAreSmallAndHaveTheirTag) {
  for (const std::string_view name : {"start/among empties", "undo/out of order", "overlap/partial",
                                      "grow/past the room", "reject/wraps", "after/destroy", "two/into itself"}) {
    const Tag& tag = *tag_named(name);
    const auto example = smallest_example(tag, ours());
    ASSERT_TRUE(example) << name;
    EXPECT_LE(example->operations.size(), 4u) << print(*example);
    TagCounter counter("example");
    static_cast<void>(ModelOracle(ours(), &counter).judge(*example));
    EXPECT_GT(counter.counts().tags[static_cast<std::size_t>(&tag - all_tags().data())], 0u) << name;
  }
}

TEST(Tags, ASourceThatTriesTooLittleIsNoticed) {
  TagCounter counter("idle");
  EXPECT_EQ(counter.counts().shortfalls().front(), "idle ran no step");
  EXPECT_FALSE(TagCounts{"idle_in_C"}.shortfalls().empty());
  static_cast<void>(ModelOracle(ours(), &counter)
                        .judge(program_of("assign vec=a elements=0+2\nfill vec=a offset=1 value=0 bytes=1\n")));
  std::string lines;
  for (const std::string& line : counter.counts().shortfalls()) lines += line + "\n";
  EXPECT_NE(lines.find("idle: 'start/among empties': 0.00 of 10,000 steps"), std::string::npos) << lines;
  EXPECT_EQ(lines.find("'start/inside'"), std::string::npos) << lines;
  EXPECT_NE(lines.find("idle: the operation hexdump never ran\n"), std::string::npos) << lines;
  const std::string printed = counter.counts().print();
  EXPECT_EQ(TagCounts::parse(printed).value_or(TagCounts()).print(), printed);
}

TEST(Tags, WhoRunsTransfersOnlyIsAskedForThese) {
  TagCounts counts{std::string(kTransfersOnly)};
  counts.steps = 1;
  const std::vector<std::string> lines = counts.shortfalls();
  EXPECT_FALSE(lines.empty());
  for (const std::string& line : lines) EXPECT_EQ(line.find("transport_fuzzer: 'transfer/"), 0u) << line;
}

TEST(Tags, ResegmentationIsAskedForNoArenasThatItSkips) {
  ASSERT_TRUE(tag_named("arena/large") != nullptr && tag_named("arena/unbacked") != nullptr);
  const TagCounts counts{std::string(kResegmentation)};
  for (const Tag& tag : all_tags()) {
    const bool skipped = tag.name == "arena/large" || tag.name == "arena/unbacked";
    EXPECT_EQ(counts.is_judged_by(tag), !skipped && !tag.only_in_c) << tag.name;
  }
}

}  // namespace
}  // namespace lockstep
