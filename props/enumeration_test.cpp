// SPDX-License-Identifier: Apache-2.0
// The odometer counts right, the scopes are as big as they say, and the library agrees with the model on all of them.
#include <gtest/gtest.h>

#include <set>

#include "lockstep/language/choices.h"
#include "scopes.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

TEST(Odometer, TurnsWheelsThatDependOnOtherWheels) {
  Odometer odometer;
  std::vector<std::vector<std::uint32_t>> seen;
  do {
    std::vector<std::uint32_t> answers = {odometer.below(3)};
    answers.reserve(1 + answers[0]);
    for (std::uint32_t i = 0; i < answers[0]; ++i) answers.push_back(odometer.below(2));
    seen.push_back(answers);
  } while (odometer.next());
  EXPECT_EQ(seen,
            (std::vector<std::vector<std::uint32_t>>{{0}, {1, 0}, {1, 1}, {2, 0, 0}, {2, 0, 1}, {2, 1, 0}, {2, 1, 1}}));
  // After the last it starts afresh, with other wheels.
  EXPECT_EQ(odometer.below(1), 0u);
  EXPECT_FALSE(odometer.next());
  EXPECT_EQ(odometer.below(2), 0u);
  EXPECT_TRUE(odometer.next());
}

TEST(Odometer, FirstAnswersZeroThroughout) {
  Odometer odometer;
  const Program simplest = draw_program(odometer, 4);
  EXPECT_EQ(print(simplest), "arena shared 64\nassign vec=a elements=none\n");
}

TEST(RandomChoices, AreRepeatable) {
  // The first answers of SplitMix64 for this seed, as its reference implementation gives them.
  RandomChoices reference(1234567);
  EXPECT_EQ(reference.next(), 6457827717110365317u);
  EXPECT_EQ(reference.next(), 3203168211198807973u);
  RandomChoices one(7);
  RandomChoices other(7);
  for (std::uint32_t n = 1; n < 1000; ++n) {
    const std::uint32_t answer = one.below(n);
    EXPECT_LT(answer, n);
    EXPECT_EQ(other.below(n), answer);
  }
  EXPECT_NE(seed_of_program(1, 0), seed_of_program(1, 1));
  EXPECT_NE(seed_of_program(1, 0), seed_of_program(2, 0));
}

TEST(Scopes, ShortProgramsCombineAtMost200Operations) {
  const std::size_t operations = short_program_operations().size();
  EXPECT_LE(operations, 200u);
  std::set<std::string> distinct;
  std::set<std::size_t> codes;
  for (const Operation& operation : short_program_operations()) {
    distinct.insert(print(operation));
    codes.insert(operation.index());
  }
  EXPECT_EQ(distinct.size(), operations);
  EXPECT_EQ(codes.size(), kOperations) << "an operation is missing";
  EXPECT_EQ(count(short_programs(2, {Pieces{}, Pieces{}}, Arena::Kind::shared)),
            2 * (1 + operations + operations * operations));
}

// Every offset and number of bytes in 0..T+2 and two huge ones, and every capacity in 0..n+1.
TEST(Scopes, SingleOperationsAreAllAndTakeEveryOperand) {
  std::set<std::string> copies;
  std::set<std::size_t> codes;
  visit_programs(single_operations(2, Arena::Kind::shared), [&](const Program& program) {
    codes.insert(program.operations[1].index());
    if (print(program.operations[0]) == "assign vec=a elements=4+3,0+2" &&
        std::holds_alternative<Copy>(program.operations[1]))
      copies.insert(print(program.operations[1]));
    return true;
  });
  EXPECT_EQ(codes.size(), kOperations) << "an operation is missing";
  const std::size_t sizes = 5 + 3 + 2;
  EXPECT_EQ(copies.size(), sizes * sizes * 4);
  EXPECT_EQ(copies.count("copy vec=a offset=7 bytes=SIZE_MAX-1 capacity=3"), 1u);
}

class SmallPrograms : public testing::TestWithParam<const Implementation*> {};

INSTANTIATE_TEST_SUITE_P(Every, SmallPrograms, testing::ValuesIn(interfaces_of_ours()),
                         [](const auto& test) { return std::string(test.param->name); });

// ci/test runs this in the sanitized build, and `tester enumerate` in the release build: those here, but for short
// programs in an exact arena, which only AddressSanitizer tells from a shared one, and more.
TEST_P(SmallPrograms, Agree) {
  std::vector<Pieces> shapes = short_program_shapes();
  shapes.resize(7);  // plain, none, one element, empty ones in every place: what takes a sanitizer seconds
  const std::pair<Scope, std::uint64_t> scopes_and_least_programs[] = {
      {single_operations(2, Arena::Kind::shared), 1000},
      {single_operations(2, Arena::Kind::exact), 1000},
      {overlapping_layouts(1), 1000},
      {fresh_vectors(), 500},
      {transfers(4, 2), 1000},
      {unbacked_operations(1), 1000},
      {short_programs(2, {shapes[6]}, Arena::Kind::exact), 1000},
      {short_programs(2, shapes, Arena::Kind::shared), 100'000}};
  for (const auto& [scope, least] : scopes_and_least_programs) {
    if (GetParam() == &qemu_iov_10() && least == 100'000) continue;  // takes long, and the levels differ in little
    const Enumeration result = enumerate(scope, *GetParam());
    EXPECT_GE(result.programs, least) << scope.name;
    if (result.finding) ADD_FAILURE() << scope.name << "\n" << result.finding->report;
  }
}

TEST(Enumeration, EndsWhenToldTo) {
  const Scope scope = single_operations(3, Arena::Kind::shared);
  EXPECT_EQ(enumerate(scope, ours(), {.most = 1}).programs, 1u);
  std::uint64_t told = 0;
  EXPECT_EQ(enumerate(scope, ours(), {.most = 70'000, .progress = [&](std::uint64_t done) { told = done; }}).programs,
            70'000u);
  EXPECT_EQ(told, 65'536u);
}

TEST(Enumeration, FindsAShortestProgram) {
  const Enumeration result = enumerate(short_programs(3, short_program_shapes(), Arena::Kind::shared),
                                       *implementation_named("undo_saved_late"));
  ASSERT_TRUE(result.finding);
  EXPECT_EQ(result.finding->program.operations.size(), 3u) << result.finding->report;
}

}  // namespace
}  // namespace lockstep
