// SPDX-License-Identifier: Apache-2.0
// Properties of programs drawn by RapidCheck: the library agrees with the model, and the language keeps its promises.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "generators.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "parsed.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

RC_GTEST_PROP(Property, TheLibraryAgreesWithTheModel, (const Program& program)) {
  const auto divergence = judge(program, ours());
  RC_CLASSIFY(program.operations.size() > 32u, "long");
  RC_CLASSIFY(program.arena.kind == Arena::Kind::exact, "exact");
  if (divergence) RC_FAIL(divergence->report);
}

RC_GTEST_PROP(Property, TheCInterfaceAgreesWithTheModel, (const Program& program)) {
  for (const Implementation* level : {&qemu_iov(), &qemu_iov_10()})
    if (const auto divergence = judge(program, *level)) RC_FAIL(divergence->report);
}

/// A program survives both stored forms.
void assert_round_trips(const Program& program) {
  RC_ASSERT(program_of(print(program)) == program);
  RC_ASSERT(decode(encode(program)) == program);
}

RC_GTEST_PROP(Property, SegmentationMakesNoDifference, (const Program& program)) {
  for (const Implementation* sound : {&ours(), &qemu_iov()})
    if (const auto finding = ResegmentationOracle(*sound).judge(program)) RC_FAIL(finding->report);
}

RC_GTEST_PROP(Property, TextAndBytesMeanTheSameProgram, (const Program& program)) {
  RC_ASSERT(program_of(print(program)) == program);
  Program cut = program;
  if (cut.operations.size() > kMaxOperations) cut.operations.resize(kMaxOperations, Operation());
  RC_ASSERT(decode(encode(program)) == cut);
}

RC_GTEST_PROP(Property, AnyBytesAreAProgram, ()) {
  const auto bytes = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  // Repeated, to reach whole records and more than a program holds.
  std::vector<std::uint8_t> many;
  while (!bytes.empty() && many.size() < 2 * kMaxProgramBytes) many.insert(many.end(), bytes.begin(), bytes.end());
  const Program program = decode(many);
  RC_ASSERT(program.operations.size() <= kMaxOperations);
  assert_round_trips(program);
  if (const auto divergence = judge(program, ours())) RC_FAIL(divergence->report);
}

RC_GTEST_PROP(Property, MutationKeepsProgramsStorable, (const Program& first)) {
  const auto second = *rc::gen::arbitrary<Program>();
  RandomChoices choices(*rc::gen::arbitrary<std::uint64_t>());
  for (const Program& program : {mutate(first, choices), cross_over(first, second, choices)})
    assert_round_trips(program);
}

RC_GTEST_PROP(Property, SimplerOperandsAreStillOperands, ()) {
  RapidChoices choices;
  const Operation operation = draw_operation(choices, Arena{});
  for (const Operation& lower : simpler(operation)) {
    RC_ASSERT(lower != operation);
    assert_round_trips({Arena{}, {lower}});
  }
}

// The report of any finding parses, and the program in it has the same finding.
RC_GTEST_PROP(Property, AReportIsAProgramThatDivergesAlike, (const Program& any)) {
  const Program program = in_shared_arena(any);
  const auto bugs = seeded_bugs();
  const SeededBug& bug = bugs[*rc::gen::inRange<std::size_t>(0, bugs.size())];
  RC_PRE(!bug.needs.isolation);
  const auto divergence = judge(program, bug.implementation);
  RC_CLASSIFY(divergence.has_value(), "diverges");
  if (!divergence) return;
  const std::string report = divergence->report;
  const auto again = judge(program_of(report), bug.implementation);
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->report == report);
}

// RapidCheck's own shrinking, not ours: what it would print for this mistake is as short as it gets.
TEST(Property, ShrinksAFindingToAShortProgram) {
  const Implementation& broken = *implementation_named("discard_front_base_stays");
  const auto result = check_programs(
      [&](const Program& program) {
        if (judge(in_shared_arena(program), broken)) RC_FAIL("diverges");
      },
      rc::detail::configuration().testParams);
  rc::detail::FailureResult failure;
  ASSERT_TRUE(result.match(failure));
  ASSERT_FALSE(failure.counterExample.empty());
  const std::string text = failure.counterExample.front().second;
  EXPECT_NE(text.find("arena shared 64"), std::string::npos) << text;
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 1 + 1 + 3 + 2)
      << text;  // three initial shapes, and what it takes
}

}  // namespace
}  // namespace lockstep
