// SPDX-License-Identifier: Apache-2.0
// The harness notices: every seeded bug is found, and each time the same way.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>

#include "bug_search.h"
#include "generators.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/sides/address_sanitizer.h"
#include "scopes.h"
#include "subjects/seeded/broken.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

/// What the random tester draws, in a shared arena: in an exact one a sanitizer would end the process first.
Program shared_random_program(std::uint64_t seed, std::uint64_t number) {
  return in_shared_arena(random_program(seed, number, kRandomOperations));
}

TEST(SeededBugs, HaveNamesAndStories) {
  std::set<std::string_view> names;
  for (const SeededBug& bug : seeded_bugs()) {
    EXPECT_TRUE(names.insert(bug.name).second) << bug.name;
    EXPECT_GT(bug.story.size(), 20u) << bug.name;
    EXPECT_EQ(bug.story.back(), '.') << bug.name;
    EXPECT_FALSE(bug.seen.empty()) << bug.name;
    EXPECT_EQ(implementation_named(bug.name), &bug.implementation);
    EXPECT_EQ(bug.implementation.name, bug.name);
    EXPECT_EQ(bug.implementation.takes_unbacked, bug.needs.unbacked) << bug.name;
  }
  EXPECT_GE(names.size(), 110u);
  EXPECT_EQ(implementation_named("iov"), &ours());
  EXPECT_EQ(implementation_named("none such"), nullptr);
}

// The implementations that they are variations of are right, so each finding is due to the mistake.
TEST(SeededBugs, WithoutTheirMistakesAgree) {
  for (Implementation plain : {seeded::plain_discards(), seeded::plain_ranges(), seeded::plain_clones(),
                               seeded::plain_transfers(), seeded::plain_transfers_in_c(), seeded::plain_memories()}) {
    plain.takes_unbacked = false;
    ModelOracle oracle(plain);
    for (std::uint64_t number = 0; number < 3000; ++number) {
      const auto divergence = oracle.judge(shared_random_program(3, number));
      ASSERT_FALSE(divergence) << divergence->signature << "\n" << print(divergence->program);
    }
  }
}

// A bug that is said to need an unbacked arena shows in no other, and the small programs of one show it.
TEST(SeededBugs, UnbackedArenasShowWhatNoProgramOfBytesDoes) {
  std::size_t bugs = 0;
  for (const SeededBug& bug : seeded_bugs()) {
    if (!bug.needs.unbacked) continue;
    ++bugs;
    ModelOracle oracle(bug.implementation);
    for (std::uint64_t number = 0; number < 1000; ++number) {
      const Program program = shared_random_program(1, number);
      if (program.arena.kind == Arena::Kind::unbacked) continue;
      EXPECT_FALSE(oracle.judge(program)) << bug.name;
    }
#if !HAS_ADDRESS_SANITIZER
    EXPECT_TRUE(enumerate(unbacked_operations(1), bug.implementation).finding ||
                enumerate(unbacked_operations(2), bug.implementation).finding)
        << bug.name;
#endif
  }
  EXPECT_GE(bugs, 8u);
}

// A search in a child reports its end, and at which program.
TEST(SeededBugs, ASearchInAChildTellsHowItEnded) {
  const auto expect = [](Search::End end, bool (*third)()) {
    const Search search = search_isolated(
        [third](std::atomic<std::uint64_t>& programs) {
          programs = 3;
          return third();
        },
        50);
    EXPECT_EQ(search.end, end);
    EXPECT_EQ(search.programs, 3u);
  };
  expect(Search::End::nothing, [] { return false; });
  expect(Search::End::found, [] { return true; });
  expect(Search::End::crash, []() -> bool { __builtin_trap(); });
  expect(Search::End::hang, [] {
    for (volatile bool is_over = false; !is_over;) continue;
    return false;
  });
}

// Each build looks for those that it can see: what takes AddressSanitizer has a build of its own, and the rest, which
// needs millions of programs, one that is fast.
bool is_for_this_build(const SeededBug& bug) { return bug.needs.sanitizer == (HAS_ADDRESS_SANITIZER != 0); }

TEST(SeededBugs, RandomProgramsFindEachWithin100000AndReduceToAFewSteps) {
  for (const SeededBug& bug : seeded_bugs()) {
    if (!is_for_this_build(bug)) continue;
    const Search search = search_for(Source::random, bug, 1, kRandomMedian);
    if (search.end == Search::End::nothing) {
      ADD_FAILURE() << bug.name << ": not found";
      continue;
    }
    EXPECT_EQ(search.end == Search::End::crash || search.end == Search::End::hang,
              bug.needs.isolation || bug.needs.sanitizer)
        << bug.name;
    if (bug.needs.steps || bug.needs.isolation || bug.needs.sanitizer) continue;
    const Program smallest = smallest_found(Source::random, bug, 1, search.programs);
    EXPECT_LE(smallest.operations.size(), 6u) << bug.name << "\n" << print(smallest);
  }
}

/// Those of these bugs for this build that a source does not find in so many programs.
std::vector<std::string_view> missed_by(Source source, std::span<const SeededBug> bugs, std::uint64_t most) {
  std::vector<std::string_view> missed;
  for (const SeededBug& bug : bugs)
    if (is_for_this_build(bug) && search_for(source, bug, 1, most).end == Search::End::nothing)
      missed.push_back(bug.name);
  return missed;
}

std::vector<SeededBug> bugs_that_need_no_size() {
  std::vector<SeededBug> bugs(seeded_bugs().begin(), seeded_bugs().end());
  std::erase_if(bugs, [](const SeededBug& bug) { return !bug.needs.size.empty(); });
  return bugs;
}

// The same mistakes in the table of the C interface, where they can be made there.
TEST(SeededBugs, RandomProgramsFindThemInCToo) {
  const std::vector<SeededBug> bugs = seeded::in_c(seeded_bugs());
  EXPECT_GE(bugs.size(), 20u);
  for (const SeededBug& bug : bugs) EXPECT_EQ(bug.implementation.dialect, model::Dialect::c);
  EXPECT_EQ(missed_by(Source::random, bugs, kRandomMedian), std::vector<std::string_view>());
}

TEST(SeededBugs, ExamplesFindEachThatNeedsNoSize) {
  EXPECT_EQ(missed_by(Source::examples, bugs_that_need_no_size(), UINT64_MAX), std::vector<std::string_view>());
}

#if !HAS_ADDRESS_SANITIZER
// Enumeration by itself, as far as there is time for in every run; ci/seeded_bugs lets it go on to its end.
TEST(SeededBugs, ABriefEnumerationFindsMost) {
  constexpr std::uint64_t kQuickEnumeration = 50'000;
  const std::vector<SeededBug> bugs = bugs_that_need_no_size();
  const auto missed = missed_by(Source::enumeration, bugs, kQuickEnumeration);
  const auto asked = std::count_if(bugs.begin(), bugs.end(), is_for_this_build);
  EXPECT_GE(asked - static_cast<std::ptrdiff_t>(missed.size()), 90) << "missed: " << testing::PrintToString(missed);
}
#endif

}  // namespace
}  // namespace lockstep
