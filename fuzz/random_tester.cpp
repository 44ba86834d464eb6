// Plain random programs, without coverage feedback: many, long and fast.
// The one fact that matters: program number N of a run depends on the seed and on N only, so any finding is repeated by
// one command, and any number of processes with seeds of their own may run beside each other.
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>

#include "command_line/command_line.h"
#include "lockstep/choices.h"
#include "lockstep/cuts.h"
#include "lockstep/isolate.h"
#include "lockstep/lockstep.h"
#include "lockstep/reduce.h"
#include "seeded/seeded_bugs.h"

namespace {

using namespace lockstep;

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t programs = 1'000'000;
  std::uint64_t operations = 100;
  std::uint64_t arena = 0;
  std::string against;
  std::string output = ".";
  std::uint64_t status = 100'000;
  bool print = false;
};

/// One program in so many is also run with its vectors cut: that takes several times as long, and finds less.
constexpr std::uint64_t kProgramsPerCut = 8;

volatile std::sig_atomic_t interrupted = 0;

Program program_of(const Options& options, std::uint64_t number) {
  RandomChoices choices(seed_of_program(options.seed, number));
  Program program = draw_program(choices, options.operations);
  if (options.arena != 0) program.arena = {Arena::Kind::shared, static_cast<std::uint16_t>(options.arena)};
  return program;
}

std::string repeat_command(const Options& options, std::uint64_t number) {
  std::string command = "random_tester --seed " + std::to_string(options.seed) + " --first " + std::to_string(number) +
                        " --programs 1 --operations " + std::to_string(options.operations);
  if (options.arena != 0) command += " --arena " + std::to_string(options.arena);
  if (options.against != ours().name) command += " --against " + options.against;
  return command;
}

/// Reduces a finding, keeps it and tells how to see it again. find(program) is the finding of a program, if there is
/// one.
template <typename Find>
void report(const Options& options, std::uint64_t number, const Program& program, const Finding& found, Find find,
            const std::string& replay_options) {
  std::cout << "\nrandom_tester: program " << number << " of seed " << options.seed << " diverges. As it was found:\n\n"
            << found.report << std::flush;
  const Program reduced = reduce(program, [&](const Program& candidate) {
    const auto again = find(candidate);
    return again && again->signature == found.signature;
  });
  const auto again = find(reduced);
  const std::string text = again ? again->report : found.report;
  const std::filesystem::path path =
      std::filesystem::path(options.output) / (file_name_of(found.signature) + "-" + std::to_string(number) + ".iov");
  write_file(path, text);
  std::cout << "\nrandom_tester: reduced, and kept in " << path.string() << ":\n\n"
            << text << "\nrandom_tester: found again by: " << repeat_command(options, number)
            << "\nrandom_tester: shown step by step by: replay " << path.string() << replay_options;
  if (options.against != ours().name) std::cout << " --against " << options.against;
  std::cout << "\n";
}

int print_programs(const Options& options) {
  for (std::uint64_t number = options.first; number - options.first < options.programs; ++number)
    std::cout << print(program_of(options, number)) << std::flush;
  return kExitAgrees;
}

int run_tester(const Options& options) {
  const Implementation& implementation = *implementation_named(options.against);
  std::cout << "random_tester: seed " << options.seed << ", programs of up to " << options.operations
            << " operations, against " << options.against << std::endl;
  Lockstep lockstep(implementation);
  Cuts cuts(implementation);
  const auto find = [&](const Program& program) -> std::optional<Finding> {
    const auto divergence = run(program, implementation);
    if (!divergence) return std::nullopt;
    return finding_of(*divergence);
  };
  const auto find_cut = [&](const Program& program) { return cuts.run(program); };
  std::uint64_t number = options.first;
  const auto summary = [&](const char* verdict) {
    const Counts& counts = lockstep.counts();
    std::cout << "random_tester: programs " << counts.programs << " steps " << counts.steps << " rejections "
              << counts.rejections << " skipped " << counts.skipped << verdict << std::endl;
  };
  for (; number - options.first < options.programs && interrupted == 0; ++number) {
    const Program program = program_of(options, number);
    if (const auto divergence = lockstep.run(program)) {
      summary(": diverges");
      report(options, number, program, finding_of(*divergence), find, "");
      return kExitDiverges;
    }
    if (number % kProgramsPerCut == 0) {
      if (const auto finding = cuts.run(program, static_cast<Cut>(number / kProgramsPerCut % kCuts))) {
        summary(": diverges when cut");
        report(options, number, program, *finding, find_cut, " --cuts");
        return kExitDiverges;
      }
    }
    if ((number - options.first + 1) % options.status == 0) summary("");
  }
  summary(interrupted != 0 ? ": interrupted, all agree" : ": all agree");
  return lockstep.counts().programs > 0 ? kExitAgrees : kExitUnusable;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CommandLine line(
      "random_tester",
      "Runs random programs on the model and on an implementation until they differ. Exit: 0 all agree (also "
      "when interrupted), 2 one diverges, 1 could not run.");
  line.number("--seed", options.seed, "of the run");
  line.number("--first", options.first, "the number of the first program");
  line.number("--programs", options.programs, "how many programs", 1);
  line.number("--operations", options.operations, "the most operations of one program, beyond its initial shapes", 1,
              kMaxOperations - Vec::count);
  line.number("--arena", options.arena,
              "one shared arena of this many bytes (rounded up to a multiple of 8); 0: varied ones", 0, kMaxArenaBytes);
  line.folder("--output", options.output, "the folder to keep a finding in");
  line.number("--status", options.status, "a line after every so many programs", 1);
  line.flag("--print", options.print, "print the programs instead of running them");
  line.against(options.against);
  if (const auto code = line.parse(argc, argv)) return *code;
  options.arena = (options.arena + 7) / 8 * 8;

  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  try {
    return options.print ? print_programs(options) : run_tester(options);
  } catch (const std::exception& error) {
    std::cerr << "random_tester: " << error.what() << "\n";
    return kExitUnusable;
  }
}
