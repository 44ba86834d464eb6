// A program has one trace: whatever ran before it, in whatever order, and whatever lies in fresh memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>

#include "address_sanitizer.h"
#include "lockstep/language/program.h"
#include "lockstep/oracles/trace.h"
#include "stored.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

std::vector<Program> corpus_programs() {
  std::vector<Program> programs;
  for (const Stored& one : stored({"examples", "regressions"})) programs.push_back(one.parsed.program);
  return programs;
}

std::vector<Program> random_programs(std::uint64_t count) {
  std::vector<Program> programs;
  programs.reserve(count);
  for (std::uint64_t number = 0; number < count; ++number) programs.push_back(random_program(1, number, 100));
  return programs;
}

/// Makes what the allocator has to give away look different: fills much of it with this value, and frees it.
void soil_memory(unsigned char value) {
  std::vector<void*> blocks;
  for (std::size_t size = 16; size <= 1 << 16; size += size / 4)
    for (int i = 0; i < 16; ++i)
      if (void* const block = std::malloc(size)) blocks.push_back(std::memset(block, value, size));
  for (void* const block : blocks) std::free(block);
}

/// What differs, and in which programs: run in order, again in order, in reverse order, and each on a fresh harness in
/// soiled memory. Look there for memory that is read before it is written, for something static that remembers a call,
/// and for an address that becomes a value. `replay --trace` prints a trace.
std::vector<std::string> differences(const std::vector<Program>& programs, const Implementation& implementation) {
  std::vector<std::string> found;
  std::vector<Trace> traces;
  traces.reserve(programs.size());
  Tracer tracer(implementation);
  for (const Program& program : programs) traces.push_back(tracer.run(program));
  const auto compare = [&](std::size_t i, Tracer& another, const std::string& when) {
    const Trace again = another.run(programs[i]);
    if (again == traces[i]) return;
    const auto first = std::mismatch(again.begin(), again.end(), traces[i].begin(), traces[i].end()).first;
    found.push_back("not the same " + when + " from step " + std::to_string(first - again.begin() + 1) + " on:\n" +
                    print(programs[i]));
  };
  for (std::size_t i = 0; i < programs.size(); ++i) compare(i, tracer, "when run again");
  for (std::size_t i = programs.size(); i > 0; --i) compare(i - 1, tracer, "in reverse order");
  constexpr std::size_t kPerHarness = 50;
  for (std::size_t i = 0; i < programs.size();) {
    soil_memory(static_cast<unsigned char>(i % 2 == 0 ? 0x55 : 0xff - i % 251));
    Tracer fresh(implementation);
    for (const std::size_t end = std::min(i + kPerHarness, programs.size()); i < end; ++i)
      compare(i, fresh, "in a fresh harness, in memory used before");
  }
  return found;
}

void expect_none(const std::vector<std::string>& messages) {
  for (std::size_t i = 0; i < std::min<std::size_t>(messages.size(), 3); ++i) ADD_FAILURE() << messages[i];
  if (messages.size() > 3) ADD_FAILURE() << "and " << messages.size() - 3 << " more";
}

TEST(Determinism, EveryProgramOfTheCorpusHasOneTrace) {
  for (const Implementation* sound : {&ours(), &qemu_iov()}) expect_none(differences(corpus_programs(), *sound));
}

TEST(Determinism, ThreeThousandRandomProgramsHaveOneTraceAndAThousandInC) {
  expect_none(differences(random_programs(3000), ours()));
  expect_none(differences(random_programs(1000), qemu_iov()));
}

// Else there would be nothing that could differ. Many a step is another one in C: borrowing, kinds of vectors, sizes
// that are kept.
TEST(Determinism, OtherProgramsAndTheOtherInterfaceHaveOtherTraces) {
  const std::vector<Program> programs = random_programs(3000);
  Tracer in_cpp(ours());
  Tracer in_c(qemu_iov());
  std::set<std::uint64_t> last;
  std::size_t others = 0;
  for (const Program& program : programs) {
    const Trace trace = in_cpp.run(program);
    last.insert(trace.back());
    if (trace != in_c.run(program)) ++others;
  }
  EXPECT_GT(last.size(), programs.size() * 95 / 100);
  EXPECT_GT(others, programs.size() / 2);
}

// Where a program diverges, too: its report is part of the trace.
TEST(Determinism, ReportsOfBrokenImplementationsAreAlwaysTheSame) {
  std::vector<Program> programs = random_programs(20);
  for (Program& program : programs)  // in an exact arena a sanitizer would end the process
    if (program.arena.kind == Arena::Kind::exact) program.arena.kind = Arena::Kind::shared;
  for (const SeededBug& bug : seeded_bugs()) {
    if (bug.needs.sanitizer || bug.needs.isolation || bug.needs.unbacked) continue;
    expect_none(differences(programs, bug.implementation));
  }
}

TEST(Determinism, AnAnswerThatCountsCallsIsNoticed) {
  Implementation counting = ours();
  counting.size = [](std::span<const iovec> view) {
    static std::size_t calls = 0;
    return Result{ours().size(view).value + ++calls / 500, Rejection::none};
  };
  EXPECT_FALSE(differences(random_programs(500), counting).empty());
}

// AddressSanitizer's allocator fills memory by itself, always the same way.
#if !HAS_ADDRESS_SANITIZER
TEST(Determinism, AnAnswerOutOfFreshMemoryIsNoticed) {
  Implementation reading = ours();
  reading.clone_size = [](std::span<const iovec>) {
    static void* (*volatile const allocate)(std::size_t) = std::malloc;  // the compiler would see through it
    auto* const block = static_cast<volatile unsigned char*>(allocate(48));
    const std::size_t read = block[40];
    std::free(const_cast<unsigned char*>(block));
    return Result{read, Rejection::none};
  };
  EXPECT_FALSE(differences(random_programs(500), reading).empty());
}
#endif

}  // namespace
}  // namespace lockstep
