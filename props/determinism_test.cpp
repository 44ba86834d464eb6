// A program has one trace: whatever ran before it, in whatever order, and whatever lies in fresh memory.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "address_sanitizer.h"
#include "lockstep/language/choices.h"
#include "lockstep/language/program.h"
#include "lockstep/oracles/trace.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

struct Named {
  std::string name;
  std::string how;  ///< The command that prints its trace.
  Program program;
};

std::vector<Named> corpus_programs() {
  std::vector<Named> programs;
  for (const char* folder : {"examples", "regressions"}) {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(LOCKSTEP_CORPUS) / folder))
      if (entry.path().extension() == ".iov") files.insert(entry.path());
    for (const auto& file : files) {
      std::ostringstream text;
      text << std::ifstream(file).rdbuf();
      const auto parsed = parse(text.str(), file.string());
      const std::string name = std::string("corpus/") + folder + "/" + file.filename().string();
      programs.push_back({name, "replay --trace " + name, std::get<ParsedProgram>(parsed).program});
    }
  }
  return programs;
}

std::vector<Named> random_programs(std::uint64_t programs) {
  std::vector<Named> some;
  for (std::uint64_t number = 0; number < programs; ++number) {
    RandomChoices choices(seed_of_program(1, number));
    const std::string first = "random_tester --seed 1 --first " + std::to_string(number) + " --programs 1";
    some.push_back({"random program " + std::to_string(number), first + " --print >some.iov; replay --trace some.iov",
                    draw_program(choices, 100)});
  }
  return some;
}

/// Makes what the allocator has to give away look different: fills much of it with this value, and frees it.
void soil_memory(unsigned char value) {
  std::vector<void*> blocks;
  for (std::size_t size = 16; size <= 1 << 16; size += size / 4)
    for (int i = 0; i < 16; ++i)
      if (void* const block = std::malloc(size)) blocks.push_back(std::memset(block, value, size));
  for (void* const block : blocks) std::free(block);
}

/// The first step whose hash differs, if one does, as a message.
std::string difference(const Named& named, const Trace& first, const Trace& again, const std::string& when) {
  if (first == again) return "";
  std::size_t step = 0;
  while (step < first.size() && step < again.size() && first[step] == again[step]) ++step;
  std::string message = named.name + " is not the same " + when + ": ";
  if (step < first.size() && step < again.size()) {
    message += "the trace of step " + std::to_string(step + 1) + " was " + print_hash(first[step]) + ", and is " +
               print_hash(again[step]);
  } else {
    message += "it had " + std::to_string(first.size()) + " steps, and has " + std::to_string(again.size());
  }
  if (step < named.program.operations.size()) message += "\n  step: " + print(named.program.operations[step]);
  return message +
         "\nLook for memory that is read before it is written, for something static that remembers a call, and "
         "for an address that becomes a value.\nSee it: " +
         named.how +
         ", twice, with GLIBC_TUNABLES=glibc.malloc.perturb=1:glibc.malloc.tcache_count=0 the second time.\n";
}

/// Runs them in order, again in order, in reverse order, and each on a fresh harness in soiled memory.
std::vector<std::string> differences(const std::vector<Named>& programs, const Implementation& implementation) {
  std::vector<std::string> found;
  const auto compare = [&](const Named& named, const Trace& first, const Trace& again, const char* when) {
    const std::string message = difference(named, first, again, when);
    if (!message.empty()) found.push_back(message);
  };
  std::vector<Trace> traces;
  Tracer tracer(implementation);
  for (const Named& named : programs) traces.push_back(tracer.run(named.program));
  for (std::size_t i = 0; i < programs.size(); ++i)
    compare(programs[i], traces[i], tracer.run(programs[i].program), "when run again");
  for (std::size_t i = programs.size(); i > 0; --i)
    compare(programs[i - 1], traces[i - 1], tracer.run(programs[i - 1].program), "in reverse order");
  constexpr std::size_t kPerHarness = 50;
  for (std::size_t i = 0; i < programs.size();) {
    soil_memory(static_cast<unsigned char>(i % 2 == 0 ? 0x55 : 0xff - i % 251));
    Tracer fresh(implementation);
    for (const std::size_t end = std::min(i + kPerHarness, programs.size()); i < end; ++i)
      compare(programs[i], traces[i], fresh.run(programs[i].program), "in a fresh harness, in memory used before");
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

// Many a step is another one in C: borrowing, kinds of vectors, sizes that are kept.
TEST(Determinism, AThousandRandomProgramsHaveOneTraceInC) {
  const std::vector<Named> programs = random_programs(1000);
  Tracer in_c(qemu_iov());
  Tracer in_cpp(ours());
  std::size_t others = 0;
  for (const Named& named : programs) others += in_c.run(named.program) != in_cpp.run(named.program);
  EXPECT_GT(others, programs.size() / 2);
  expect_none(differences(programs, qemu_iov()));
}

TEST(Determinism, ThreeThousandRandomProgramsHaveOneTrace) {
  const std::vector<Named> programs = random_programs(3000);
  std::set<std::uint64_t> last;
  Tracer tracer(ours());
  for (const Named& named : programs) last.insert(tracer.run(named.program).back());
  EXPECT_GT(last.size(), programs.size() * 95 / 100) << "different programs have different traces";
  expect_none(differences(programs, ours()));
}

// Where a program diverges, too: its report is part of the trace.
TEST(Determinism, ReportsOfBrokenImplementationsAreAlwaysTheSame) {
  std::vector<Named> programs = random_programs(20);
  for (Named& named : programs) named.program.arena.kind = Arena::Kind::shared;
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

TEST(Determinism, ADifferenceNamesTheProgramTheStepAndTheCommand) {
  const Named named = {"random program 7", "random_tester --trace", Program{Arena{}, {Add{}, Undo{}}}};
  const std::string message = difference(named, {1, 2}, {1, 3}, "when run again");
  EXPECT_EQ(message.substr(0, message.find("\nLook")),
            "random program 7 is not the same when run again: the trace of step 2 was 0000000000000002, and is "
            "0000000000000003\n  step: undo vec=a record=none");
  EXPECT_NE(message.find("See it: random_tester --trace, twice"), std::string::npos);
  EXPECT_EQ(difference(named, {1, 2}, {1, 2}, ""), "");
}

// AddressSanitizer's allocator fills memory by itself, always alike.
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
