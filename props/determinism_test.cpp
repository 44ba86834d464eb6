// SPDX-License-Identifier: Apache-2.0
// A program has one trace, whatever ran before it and in whatever order. That nothing depends on what lies in fresh
// memory is tested from outside, in command_line_test.cpp, where the allocator can be told what to put there.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "altered.h"
#include "generators.h"
#include "lockstep/oracles/trace.h"
#include "stored.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

std::vector<Program> random_programs(std::uint64_t count) {
  std::vector<Program> programs;
  programs.reserve(count);
  for (std::uint64_t number = 0; number < count; ++number) programs.push_back(random_program(1, number, 100));
  return programs;
}

/// The first program that differs, and when: run in order, again in order, in reverse order, and on fresh harnesses.
/// Look there for something static that remembers a call, and for an address that becomes a value. `replay --trace`
/// prints a trace.
std::string difference(const std::vector<Program>& programs, const Implementation& implementation) {
  std::vector<Trace> traces;
  traces.reserve(programs.size());
  Tracer tracer(implementation);
  for (const Program& program : programs) traces.push_back(tracer.run(program));
  std::string found;
  const auto compare = [&](std::size_t i, Tracer& another, const std::string& when) {
    const Trace again = another.run(programs[i]);
    if (again == traces[i] || !found.empty()) return;
    const auto first = std::mismatch(again.begin(), again.end(), traces[i].begin(), traces[i].end()).first;
    found = "not the same " + when + " from step " + std::to_string(first - again.begin() + 1) + " on:\n" +
            print(programs[i]);
  };
  for (std::size_t i = 0; i < programs.size(); ++i) compare(i, tracer, "when run again");
  for (std::size_t i = programs.size(); i > 0; --i) compare(i - 1, tracer, "in reverse order");
  constexpr std::size_t kPerHarness = 50;
  for (std::size_t i = 0; i < programs.size();) {
    Tracer fresh(implementation);
    for (const std::size_t end = std::min(i + kPerHarness, programs.size()); i < end; ++i)
      compare(i, fresh, "in a fresh harness");
  }
  return found;
}

TEST(Determinism, EveryProgramHasOneTrace) {
  std::vector<Program> corpus;
  for (const Stored& one : stored({"examples", "regressions"})) corpus.push_back(one.parsed.program);
  for (const Implementation* sound : interfaces_of_ours()) EXPECT_EQ(difference(corpus, *sound), "");
  EXPECT_EQ(difference(random_programs(3000), ours()), "");
  EXPECT_EQ(difference(random_programs(1000), qemu_iov()), "");
}

// Where a program diverges, too: its report is part of the trace.
TEST(Determinism, ReportsOfBrokenImplementationsAreAlwaysTheSame) {
  std::vector<Program> programs = random_programs(20);
  for (Program& program : programs) program = in_shared_arena(program);
  for (const SeededBug& bug : seeded_bugs()) {
    if (bug.needs.sanitizer || bug.needs.isolation || bug.needs.unbacked) continue;
    EXPECT_EQ(difference(programs, bug.implementation), "") << bug.name;
  }
}

TEST(Determinism, AnAnswerThatCountsCallsIsNoticed) {
  const Implementation counting = altered<&Implementation::size>(ours(), [](Result& result, auto&) {
    static std::size_t count = 0;
    result.value += ++count / 500;
  });
  EXPECT_NE(difference(random_programs(500), counting), "");
}

// Else there would be nothing that could differ.
TEST(Determinism, OtherProgramsHaveOtherTraces) {
  const std::vector<Program> programs = random_programs(1000);
  Tracer tracer(ours());
  std::set<std::uint64_t> last;
  for (const Program& program : programs) last.insert(tracer.run(program).back());
  EXPECT_GT(last.size(), programs.size() * 95 / 100);
}

}  // namespace
}  // namespace lockstep
