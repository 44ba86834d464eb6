// The harness notices: every seeded bug is found, and found alike each time.
#include <gtest/gtest.h>

#include <set>

#include "lockstep/choices.h"
#include "lockstep/isolate.h"
#include "lockstep/lockstep.h"
#include "lockstep/reduce.h"
#include "scopes.h"
#include "seeded/broken.h"
#include "seeded/seeded_bugs.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#define HAS_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#else
#define HAS_ADDRESS_SANITIZER 0
#endif

namespace lockstep {
namespace {

// Reads beyond the elements change nothing that could be compared.
bool needs_sanitizer(const SeededBug& bug) { return bug.name == "to_buf_reads_behind"; }

// Shows only in more than three operations on a tiny vector, or in more elements or bytes than a tiny vector has.
[[maybe_unused]] bool needs_size(const SeededBug& bug) {
  return bug.name == "from_buf_last_byte_of_wide_piece" || bug.name == "size_counts_elements_in_a_byte" ||
         bug.name == "undo_only_once" || bug.name == "is_zero_offset_applied_again";
}

// Needs bytes that are 0. Where from_buf wrote them the finding hangs on that step's number, which says what is
// written, so no step before it can be taken out.
bool needs_its_step_number(const SeededBug& bug) { return bug.name == "is_zero_offset_applied_again"; }

/// What the random tester draws, in a shared arena: in an exact one a sanitizer would end the process first.
Program random_program(std::uint64_t seed, std::uint64_t number) {
  RandomChoices choices(seed_of_program(seed, number));
  Program program = draw_program(choices, 100);
  program.arena.kind = Arena::Kind::shared;
  return program;
}

TEST(SeededBugs, HaveNamesAndStories) {
  std::set<std::string_view> names;
  for (const SeededBug& bug : seeded_bugs()) {
    EXPECT_TRUE(names.insert(bug.name).second) << bug.name;
    EXPECT_GT(bug.story.size(), 20u) << bug.name;
    EXPECT_EQ(implementation_named(bug.name), &bug.implementation);
    EXPECT_EQ(bug.implementation.name, bug.name);
  }
  EXPECT_GE(names.size(), 10u);
  EXPECT_EQ(implementation_named("iov"), &ours());
  EXPECT_EQ(implementation_named("none such"), nullptr);
}

// What the broken ones are variations of is right, so what is noticed is the mistake.
TEST(SeededBugs, WithoutTheirMistakesAgree) {
  for (const Implementation& plain : {seeded::plain_discards(), seeded::plain_ranges(), seeded::plain_clones()}) {
    Lockstep lockstep(plain);
    for (std::uint64_t number = 0; number < 3000; ++number) {
      const auto divergence = lockstep.run(random_program(3, number));
      ASSERT_FALSE(divergence) << divergence->signature() << "\n" << print(divergence->program);
    }
  }
}

TEST(SeededBugs, RandomProgramsFindEachWithin100000) {
  constexpr std::uint64_t kPrograms = 100'000;
  for (const SeededBug& bug : seeded_bugs()) {
    if (needs_sanitizer(bug)) continue;
    Lockstep lockstep(bug.implementation);
    std::uint64_t number = 0;
    for (; number < kPrograms; ++number) {
      if (lockstep.run(random_program(1, number))) break;
    }
    EXPECT_LT(number, kPrograms) << bug.name;
  }
}

// Millions of programs: for builds that are fast enough.
#if !HAS_ADDRESS_SANITIZER
TEST(SeededBugs, EnumerationFindsEachThatNeedsNoSize) {
  const std::vector<Scope> scopes = {single_operations(3, Arena::Kind::shared), overlapping_layouts(2),
                                     short_programs(2, short_program_shapes(), Arena::Kind::shared), two_vectors(1),
                                     short_programs(3, {short_program_shapes().front()}, Arena::Kind::shared)};
  for (const SeededBug& bug : seeded_bugs()) {
    if (needs_sanitizer(bug) || needs_size(bug)) continue;
    bool found = false;
    for (const Scope& scope : scopes) found = found || enumerate(scope, bug.implementation).divergence.has_value();
    EXPECT_TRUE(found) << bug.name;
  }
}
#endif

TEST(SeededBugs, EachFindingReducesToAFewSteps) {
  for (const SeededBug& bug : seeded_bugs()) {
    if (needs_sanitizer(bug) || needs_its_step_number(bug)) continue;
    constexpr std::uint64_t kPrograms = 100'000;
    std::uint64_t number = 0;
    for (; number < kPrograms; ++number) {
      const Program program = random_program(2, number);
      const auto divergence = run(program, bug.implementation);
      if (!divergence) continue;
      const Program reduced = reduce(program, [&](const Program& candidate) {
        const auto again = run(candidate, bug.implementation);
        return again && again->signature() == divergence->signature();
      });
      EXPECT_LE(reduced.operations.size(), 6u) << bug.name << "\n" << print(reduced);
      break;
    }
    EXPECT_LT(number, kPrograms) << bug.name;
  }
}

#if HAS_ADDRESS_SANITIZER
TEST(SeededBugs, AnExactArenaShowsAByteReadBehindAnElement) {
  const auto parsed = parse("arena exact 64\nassign vec=a elements=0+3\nto_buf vec=a offset=0 bytes=3\n", "test");
  const Program program = std::get<ParsedProgram>(parsed).program;
  EXPECT_FALSE(run_isolated(program, ours()));
  const auto finding = run_isolated(program, *implementation_named("to_buf_reads_behind"), ChildOutput::discarded);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "to_buf: crash");
}

// One byte too many, read or written, at the end of an element, of a linear buffer or of a destination.
TEST(SeededBugs, AnExactArenaPoisonsWhatLiesBehind) {
  const auto parsed = parse(
      "arena exact 64\nassign vec=a elements=0+3\nfrom_buf vec=a offset=0 bytes=2\n"
      "copy vec=a offset=0 bytes=1 capacity=1\nfill vec=a offset=0 value=1 bytes=2\n",
      "test");
  const Program program = std::get<ParsedProgram>(parsed).program;
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
  EXPECT_FALSE(run_isolated(program, ours()));
  for (const Implementation& broken : {reads_data, reads_destination, reads_before})
    EXPECT_TRUE(run_isolated(program, broken, ChildOutput::discarded));
}
#endif

}  // namespace
}  // namespace lockstep
