// SPDX-License-Identifier: Apache-2.0
// Plain random programs, without coverage feedback: many, long and fast.
// Program number N of a run depends on the seed and on N only, so any finding is repeated by one command, and any
// number of processes with seeds of their own may run beside each other.
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "all_findings.h"
#include "command_line/command_line.h"
#include "command_line/last_words.h"
#include "command_line/subcommands.h"
#include "lockstep/language/operation.h"
#include "lockstep/oracles/trace.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;

struct Options {
  std::string self;  ///< This executable, as it was called.
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t programs = 1'000'000;
  std::uint64_t operations = 100;
  std::uint64_t arena = 0;
  std::string against;
  std::string output = ".";
  std::uint64_t status = 100'000;
  bool print = false;
  bool trace = false;
  bool list = false;
  bool all = false;
};

volatile std::sig_atomic_t interrupted = 0;

Program program_of(const Options& options, std::uint64_t number) {
  Program program = random_program(options.seed, number, static_cast<std::size_t>(options.operations));
  if (options.arena != 0) program.arena = {Arena::Kind::shared, static_cast<std::uint16_t>(options.arena)};
  return program;
}

std::string repeat_command(const Options& options, std::uint64_t number) {
  std::string command = options.self + " random --seed " + std::to_string(options.seed) + " --first " +
                        std::to_string(number) + " --programs 1 --operations " + std::to_string(options.operations);
  if (options.arena != 0) command += " --arena " + std::to_string(options.arena);
  if (options.against != default_implementation().name) command += " --against " + options.against;
  return command;
}

/// The message for an implementation that ends the process: before the program's number, the number, and behind it. All
/// is ready, because a handler cannot allocate.
std::array<std::string, 3> last_words;

void write_last_words() {
  for (const std::string& text : last_words)
    if (write(STDERR_FILENO, text.data(), text.size()) < 0) break;
}

void tell_of_crashes_of(const Options& options) {
  const std::string command = repeat_command(options, 0);
  const std::string number = " --first ";
  const std::size_t at = command.find(number) + number.size();
  last_words[0] = "\nrandom: the process ended while it ran the program that this prints, for reduce --isolate:\n" +
                  command.substr(0, at);
  last_words[2] = command.substr(at + 1) + " --print\n";
  tell_of_crashes(write_last_words);
}

/// Reduces a finding, stores it and prints how to see it again.
void keep(const Options& options, std::uint64_t number, const Finding& finding, Oracle& oracle) {
  std::cout << "\nrandom: program " << number << " of seed " << options.seed << " diverges. As it was found:\n\n"
            << finding.report << std::flush;
  const Finding smaller = reduced(finding, oracle);
  const std::filesystem::path path =
      std::filesystem::path(options.output) / file_name_of(smaller, std::to_string(number));
  write_file(path, smaller.report);
  std::cout << "\nrandom: reduced, and kept in " << path.string() << ":\n\n"
            << smaller.report << "\nrandom: found again by: " << repeat_command(options, number)
            << "\nrandom: shown step by step by: " << options.self << (options.all ? " replay --isolate " : " replay ")
            << path.string() << (oracle.suffix().empty() ? "" : " --resegment");
  if (options.against != default_implementation().name) std::cout << " --against " << options.against;
  std::cout << "\n";
}

/// Prints the programs themselves, or their traces.
int print_programs(const Options& options) {
  Tracer tracer(*implementation_named(options.against));
  for (std::uint64_t number = options.first; number - options.first < options.programs; ++number) {
    const Program program = program_of(options, number);
    if (options.print) {
      std::cout << print(program) << std::flush;
      continue;
    }
    const Trace trace = tracer.run(program);
    std::cout << "program " << number << "  " << (trace.empty() ? "no step" : print_hash(trace.back())) << "\n";
  }
  return kExitAgrees;
}

void tell(const Counts& counts, const std::string& verdict) {
  std::cout << "random: programs " << counts.programs << " steps " << counts.steps << " rejections "
            << counts.rejections << " skipped " << counts.skipped << verdict << std::endl;
}

/// Ends with the first finding that is not known.
int run_until_finding(const Options& options, const Run& run, KnownFindings& known) {
  tell_of_crashes_of(options);
  RunOracle oracle(*implementation_named(options.against));
  std::uint64_t done = 0;
  for (; done < run.programs && !run.is_interrupted(); ++done) {
    const std::uint64_t number = run.first + done;
    last_words[1] = std::to_string(number);
    const std::optional<Finding> finding = oracle.judge(run.program_of(number), number);
    if (finding && !known.count(finding->signature)) {
      tell(oracle.model.counts(), ": diverges" + std::string(oracle.finder().suffix()));
      keep(options, number, *finding, oracle.finder());
      return kExitDiverges;
    }
    if ((done + 1) % run.status == 0) tell(oracle.model.counts(), "");
  }
  tell(oracle.model.counts(), (run.is_interrupted() ? ": interrupted, " : ": ") + known.verdict());
  std::cout << known.summary("random: ");
  return done > 0 ? kExitAgrees : kExitUnusable;
}

int run_for_all_findings(const Options& options, const Run& run, KnownFindings& known) {
  const AllFindings all = find_all(
      run, *implementation_named(options.against), known,
      [&](std::uint64_t number, const Finding& finding, Oracle& oracle) { keep(options, number, finding, oracle); },
      [](const Counts& counts) { tell(counts, ""); });
  const std::string verdict = all.unrepeated.empty() ? known.verdict() : "some ended their process";
  tell(all.counts, (run.is_interrupted() ? ": interrupted, " : ": ") + verdict);
  std::cout << known.summary("random: ");
  for (const std::uint64_t number : all.unrepeated)
    std::cout << "random: ended its process, but does not do so alone: program " << number << ", of "
              << repeat_command(options, number) << "\n";
  if (known.found() > 0 || !all.unrepeated.empty()) return kExitDiverges;
  return all.programs > 0 ? kExitAgrees : kExitUnusable;
}

int run_tester(const Options& options, KnownFindings& known) {
  std::cout << "random: seed " << options.seed << ", programs of up to " << options.operations
            << " operations, against " << options.against << "\n"
            << reservations(*implementation_named(options.against), "random: ") << std::flush;
  const Run run = {options.first, options.programs, options.status,
                   [&](std::uint64_t number) { return program_of(options, number); }, [] { return interrupted != 0; }};
  return options.all ? run_for_all_findings(options, run, known) : run_until_finding(options, run, known);
}

}  // namespace

int lockstep::subcommand::random(int argc, char** argv) {
  Options options;
  options.self = argv[0];
  CommandLine line(
      "random",
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
  line.flag("--trace", options.trace, "print a hash of all that is seen of each program: the same in every run");
  line.flag("--list", options.list, "print what scripts ask, as JSON");
  line.flag("--all", options.all,
            "go on after findings and crashes: each signature once, with its count and first program");
  KnownFindings known;
  line.known(known);
  line.against(options.against);
  return line.run(argc, argv, [&] {
    options.arena = (options.arena + 7) / 8 * 8;
    std::signal(SIGINT, [](int) { interrupted = 1; });
    std::signal(SIGTERM, [](int) { interrupted = 1; });
    if (options.list) {
      std::string names;
      for (const Implementation* sound : interfaces_of_ours())
        names.append(names.empty() ? "\"" : ", \"").append(sound->name).append("\"");
      std::cout << R"({"name": "random_tester", "implementations": [)" << names
                << R"(], "canaries": ["undo_only_once", "size_wraps"], )"
                << R"("canaries_of_sanitizers": ["is_zero_reads_whole_words"]})"
                << "\n";
      return kExitAgrees;
    }
    return options.print || options.trace ? print_programs(options) : run_tester(options, known);
  });
}
