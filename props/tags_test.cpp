// Every random source meets every tag often enough, and runs every operation.
#include "lockstep/tags/tags.h"

#include <gtest/gtest.h>

#include "generators.h"
#include "parsed.h"
#include "scopes.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

void expect_enough(const TagCounts& counts, const std::string& how) {
  for (const std::string& line : counts.shortfalls())
    ADD_FAILURE()
        << line << "\nAll rates are printed by `" << how
        << "`. Repair what draws programs (draw_operations, draw_operation, draw of an operand), not the threshold.";
}

TagCounts count_random_programs(std::uint64_t programs, std::size_t operations, const std::string& source,
                                const Implementation& implementation = ours()) {
  TagCounter counter(source);
  ModelOracle oracle(implementation, &counter);
  for (std::uint64_t number = 0; number < programs; ++number) {
    RandomChoices choices(seed_of_program(1, number));
    EXPECT_FALSE(oracle.judge(draw_program(choices, operations)));
  }
  return counter.counts();
}

TEST(Tags, RandomProgramsTryEveryTag) {
  expect_enough(count_random_programs(8'000, 100, "random_tester"), "count_tags --programs 8000");
}

TEST(Tags, ShortRandomProgramsTryEveryTag) {
  expect_enough(count_random_programs(100'000, 16, "short"), "count_tags --programs 100000 --operations 16");
}

TEST(Tags, RandomProgramsTryWhatOnlyCHas) {
  const TagCounts counts = count_random_programs(8'000, 100, "random_tester" + std::string(kInC), qemu_iov());
  expect_enough(counts, "count_tags --programs 8000");
  EXPECT_FALSE(TagCounts{"idle_in_C"}.shortfalls().empty());
  for (std::size_t code = 0; code < kOperations; ++code)
    EXPECT_EQ(counts.operations[code] > 0, is_supported(operation_of_code(code), qemu_iov()))
        << name_of(operation_of_code(code));
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
  expect_enough(counter.counts(), "ci/tags");
}

// What libFuzzer's mutator makes without libFuzzer's guidance, from nothing: the guided run is a stage of ci/tags.
TEST(Tags, MutatedProgramsTryEveryTag) {
  TagCounter counter("mutator");
  ModelOracle oracle(ours(), &counter);
  RandomChoices choices(1);
  std::vector<Program> kept(64);
  for (int i = 0; i < 8000; ++i) {
    Program& program = kept[choices.below(static_cast<std::uint32_t>(kept.size()))];
    const Program& other = kept[choices.below(static_cast<std::uint32_t>(kept.size()))];
    program = choices.one_in(4) ? cross_over(program, other, choices) : mutate(program, choices);
    EXPECT_FALSE(oracle.judge(program));
  }
  expect_enough(counter.counts(), "ci/tags");
}

TEST(Tags, EveryOperationIsEnumerated) {
  TagCounter counter("enumeration");
  for (const Implementation* sound : {&ours(), &qemu_iov()})  // neither has all
    static_cast<void>(enumerate(
        single_operations(1, Arena::Kind::shared), *sound, [](std::uint64_t) { return true; }, &counter));
  for (std::size_t code = 0; code < kOperations; ++code)
    EXPECT_GT(counter.counts().operations[code], 0u) << name_of(operation_of_code(code));
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
  ModelOracle oracle(ours(), &counter);
  EXPECT_EQ(counter.counts().shortfalls().front(), "idle ran no step");
  static_cast<void>(oracle.judge(program_of("assign vec=a elements=0+2\nfill vec=a offset=1 value=0 bytes=1\n")));
  const std::vector<std::string> lines = counter.counts().shortfalls();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("idle: 'start/among empties': 0.00 of 10,000 steps") == 0;
  }));
  EXPECT_TRUE(std::none_of(lines.begin(), lines.end(),
                           [](const std::string& line) { return line.find("'start/inside'") != std::string::npos; }));
  EXPECT_NE(std::find(lines.begin(), lines.end(), "idle: the operation hexdump never ran"), lines.end());
}

TEST(Tags, WhoRunsTransfersOnlyIsAskedForThese) {
  TagCounts counts{std::string(kTransfersOnly)};
  counts.steps = 1;
  const std::vector<std::string> lines = counts.shortfalls();
  EXPECT_FALSE(lines.empty());
  for (const std::string& line : lines) EXPECT_EQ(line.find("transport_fuzzer: 'transfer/"), 0u) << line;
}

TEST(Tags, CountsAreReadBackAsTheyWereWritten) {
  const TagCounts counts = count_random_programs(100, 10, "some");
  const auto again = TagCounts::parse(counts.print());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->print(), counts.print());
  EXPECT_FALSE(TagCounts::parse("source\tsome\n"));
}

}  // namespace
}  // namespace lockstep
