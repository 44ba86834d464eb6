// The harness notices: every seeded bug is found, and each time the same way.
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "address_sanitizer.h"
#include "bug_search.h"
#include "generators.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/model_oracle.h"
#include "parsed.h"
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
  }
  EXPECT_GE(names.size(), 110u);
  EXPECT_EQ(implementation_named("iov"), &ours());
  EXPECT_EQ(implementation_named("none such"), nullptr);
}

// The implementations that they are variations of are right, so each finding is due to the mistake.
TEST(SeededBugs, WithoutTheirMistakesAgree) {
  for (Implementation plain : {seeded::plain_discards(), seeded::plain_ranges(), seeded::plain_clones(),
                               seeded::plain_transfers(), seeded::plain_transfers_in_c()}) {
    plain.takes_unbacked = false;
    ModelOracle oracle(plain);
    for (std::uint64_t number = 0; number < 3000; ++number) {
      const auto divergence = oracle.judge(shared_random_program(3, number));
      ASSERT_FALSE(divergence) << divergence->signature << "\n" << print(divergence->program);
    }
  }
}

#if !HAS_ADDRESS_SANITIZER  // there it takes two minutes
// A bug that is said to need an unbacked arena shows in no other, and enumeration finds it at once.
TEST(SeededBugs, UnbackedArenasShowWhatNoProgramOfBytesDoes) {
  std::size_t bugs = 0;
  for (const SeededBug& bug : seeded_bugs()) {
    EXPECT_EQ(bug.implementation.takes_unbacked, bug.needs.unbacked) << bug.name;
    if (!bug.needs.unbacked) continue;
    ++bugs;
    ModelOracle oracle(bug.implementation);
    for (std::uint64_t number = 0; number < 1000; ++number) {
      const Program program = shared_random_program(1, number);
      if (program.arena.kind == Arena::Kind::unbacked) continue;
      EXPECT_FALSE(oracle.judge(program)) << bug.name;
    }
    EXPECT_TRUE(enumerate(unbacked_operations(1), bug.implementation).finding ||
                enumerate(unbacked_operations(2), bug.implementation).finding)
        << bug.name;
  }
  EXPECT_GE(bugs, 8u);
}
#endif

// A search in a child reports its end, and at which program.
TEST(SeededBugs, ASearchInAChildTellsHowItEnded) {
  using Programs = std::atomic<std::uint64_t>;
  const auto ending = [](const std::function<void()>& third) {
    return search_isolated(
        [&](Programs& programs) {
          programs = 3;
          third();
          return false;
        },
        50);
  };
  const Search crash = ending([] { __builtin_trap(); });
  EXPECT_EQ(crash.end, Search::End::crash);
  EXPECT_EQ(crash.programs, 3u);
  const Search hang = ending([] {
    for (volatile bool is_over = false; !is_over;) continue;
  });
  EXPECT_EQ(hang.end, Search::End::hang);
  EXPECT_EQ(hang.programs, 3u);
  EXPECT_EQ(ending([] {}).end, Search::End::nothing);
  EXPECT_EQ(search_isolated([](Programs&) { return true; }).end, Search::End::found);
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
    const Program smallest = reduced(program_of(Source::random, bug, 1, search.programs), bug);
    EXPECT_LE(smallest.operations.size(), 6u) << bug.name << "\n" << print(smallest);
  }
}

// The same mistakes in the table of the C interface, where they can be made there.
TEST(SeededBugs, RandomProgramsFindThemInCToo) {
  const std::vector<SeededBug> bugs = seeded::in_c(seeded_bugs());
  EXPECT_GE(bugs.size(), 20u);
  for (const SeededBug& bug : bugs) {
    EXPECT_EQ(bug.implementation.dialect, model::Dialect::c);
    if (!is_for_this_build(bug)) continue;
    EXPECT_NE(search_for(Source::random, bug, 1, kRandomMedian).end, Search::End::nothing) << bug.name;
  }
}

TEST(SeededBugs, ExamplesFindEachThatNeedsNoSize) {
  for (const SeededBug& bug : seeded_bugs()) {
    if (!is_for_this_build(bug) || !bug.needs.size.empty()) continue;
    EXPECT_NE(search_for(Source::examples, bug).end, Search::End::nothing) << bug.name;
  }
}

#if !HAS_ADDRESS_SANITIZER
/// How many programs enumeration goes through in every run of the suite.
constexpr std::uint64_t kQuickEnumeration = 50'000;

// Enumeration by itself, as far as there is time for in every run; ci/seeded_bugs lets it go on to its end.
TEST(SeededBugs, ABriefEnumerationFindsMost) {
  std::size_t found = 0;
  std::string missed;
  for (const SeededBug& bug : seeded_bugs()) {
    if (!is_for_this_build(bug) || !bug.needs.size.empty()) continue;
    if (search_for(Source::enumeration, bug, 0, kQuickEnumeration).end != Search::End::nothing)
      ++found;
    else
      missed.append("\n").append(bug.name);
  }
  EXPECT_GE(found, 90u) << "missed:" << missed;
}
#endif

#if HAS_ADDRESS_SANITIZER
TEST(SeededBugs, AnExactArenaShowsAByteReadBehindAnElement) {
  const Program program = program_of("arena exact 64\nassign vec=a elements=0+3\nto_buf vec=a offset=0 bytes=3\n");
  EXPECT_FALSE(judge_isolated(program, ours()));
  const auto finding = judge_isolated(program, *implementation_named("to_buf_reads_behind"), ChildOutput::discarded);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "to_buf: crash");
}

// One byte too many, read or written, at the end of an element, of a linear buffer or of a destination.
TEST(SeededBugs, AnExactArenaPoisonsWhatLiesBehind) {
  const Program program = program_of(
      "arena exact 64\nassign vec=a elements=0+3\nfrom_buf vec=a offset=0 bytes=2\n"
      "copy vec=a offset=0 bytes=1 capacity=1\nfill vec=a offset=0 value=1 bytes=2\n");
  Implementation reads_data = ours();
  reads_data.from_buf = [](std::span<const iovec> view, std::size_t offset, std::span<const std::byte> data) {
    static_cast<void>(*static_cast<const volatile std::byte*>(data.data() + data.size()));
    return ours().from_buf(view, offset, data);
  };
  Implementation reads_destination = ours();
  reads_destination.copy = [](std::span<iovec> destination, std::span<const iovec> view, std::size_t offset,
                              std::size_t bytes) {
    static_cast<void>(*static_cast<const volatile std::size_t*>(&destination.data()[destination.size()].iov_len));
    return ours().copy(destination, view, offset, bytes);
  };
  Implementation reads_before = ours();
  reads_before.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) {
    static_cast<void>(*(static_cast<const volatile char*>(view[0].iov_base) - 1));
    return ours().fill(view, offset, value, bytes);
  };
  EXPECT_FALSE(judge_isolated(program, ours()));
  for (const Implementation& broken : {reads_data, reads_destination, reads_before})
    EXPECT_TRUE(judge_isolated(program, broken, ChildOutput::discarded));
}
#endif

}  // namespace
}  // namespace lockstep
