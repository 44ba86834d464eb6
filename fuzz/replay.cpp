// Runs stored programs, text or raw fuzzer inputs, and shows what happens step by step.
// The one fact that matters: this is what to run on a file that a fuzzer, the random tester or a user left behind. It
// needs no fuzzing compiler.
#include <exception>
#include <filesystem>
#include <iostream>

#include "command_line/command_line.h"
#include "lockstep/language/reduce.h"
#include "lockstep/language/support.h"
#include "lockstep/oracles/cuts.h"
#include "lockstep/oracles/isolate.h"
#include "lockstep/oracles/lockstep.h"
#include "lockstep/oracles/pinned.h"
#include "lockstep/oracles/trace.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;

struct Options {
  std::vector<std::string> files;
  std::string against;
  std::string output;
  bool reduce = false;
  bool isolate = false;
  bool quiet = false;
  bool cuts = false;
  bool trace = false;
  std::uint64_t seconds = kIsolatedSeconds;
};

class Printer final : public Observer {
 public:
  void before_step(std::size_t step, const Operation& operation, const Operation& resolved) override {
    std::cout << "step " << step + 1 << "  " << print(operation);
    if (resolved != operation) std::cout << "   (" << print(resolved) << ")";
    std::cout << std::endl;  // flushed: the step may end the process
  }
  void after_step(std::size_t, const Moment& expected, const Moment& actual) override {
    const std::string should_be = expected.effect();
    const std::string is = actual.effect();
    std::cout << "  should be  " << should_be << "\n  " << (is == should_be ? "and is     " : "but is     ") << is
              << "\n";
  }
  void skipped_step(std::size_t step, const Operation& operation) override {
    std::cout << "step " << step + 1 << "  " << print(operation) << "\n  skipped: the implementation lacks it\n";
  }
  void cut_short(std::size_t step) override {
    std::cout << "step " << step + 1 << "  and all that follow are not run: the program is more work than one may be\n";
  }
};

/// Runs without a word; isolated if asked to.
std::optional<Finding> judge(const Program& program, const Implementation& implementation, const Options& options,
                             ChildOutput output) {
  if (options.cuts) return Cuts(implementation).run(program);
  if (options.isolate) return run_isolated(program, implementation, output, static_cast<unsigned>(options.seconds));
  const auto divergence = run(program, implementation);
  if (!divergence) return std::nullopt;
  return finding_of(*divergence);
}

void reduce_and_keep(const std::filesystem::path& file, const Program& program, const Finding& found,
                     const Implementation& implementation, const Options& options) {
  const Program reduced = reduce(program, [&](const Program& candidate) {
    const auto again = judge(candidate, implementation, options, ChildOutput::discarded);
    return again && again->signature == found.signature;
  });
  const auto again = judge(reduced, implementation, options, ChildOutput::discarded);
  const std::string text = again ? again->report : found.report;
  std::filesystem::path kept = file;
  if (options.output.empty()) {
    kept += ".reduced.iov";
  } else {
    kept = std::filesystem::path(options.output) /
           (file_name_of(found.signature) + "-" + file.filename().string() + ".iov");
  }
  write_file(kept, text);
  std::cout << "\nreduced from " << program.operations.size() << " to " << reduced.operations.size()
            << " operations, and kept in " << kept.string() << ":\n\n"
            << text;
}

int replay(const std::filesystem::path& file, const Options& options) {
  const ParsedProgram parsed = program_in(read_file(file), file);
  const Implementation& implementation = *implementation_named(options.against);
  if (options.trace) {
    std::cout << file.string() << "\n";
    const Trace trace = Tracer(implementation).run(parsed.program);
    for (std::size_t i = 0; i < trace.size(); ++i)
      std::cout << "step " << i + 1 << "  " << print_hash(trace[i]) << "\n";
    return kExitAgrees;
  }
  std::cout << file.string() << ": " << parsed.program.operations.size() << " operations, against " << options.against;
  if (!parsed.title.empty()) std::cout << ": " << parsed.title;
  std::cout << "\n" << reservations(implementation, "") << std::flush;

  // Before it runs: a crash would take along what is not yet shown.
  if (!options.quiet && (options.isolate || options.cuts)) std::cout << print(parsed.program) << std::flush;
  std::optional<Finding> found;
  if (options.quiet || options.isolate || options.cuts) {
    found = judge(parsed.program, implementation, options, options.quiet ? ChildOutput::discarded : ChildOutput::shown);
  } else {
    Printer printer;
    if (const auto divergence = Lockstep(implementation).run(parsed.program, printer)) found = finding_of(*divergence);
  }
  if (!found) {
    // The model and the implementation agree: they may still both be wrong.
    if (parsed.dialect && *parsed.dialect != implementation.dialect)
      std::cout << "what is pinned holds for the other dialect, and is not judged\n";
    const std::vector<std::string> differences = check_pinned(parsed, implementation);
    for (const std::string& difference : differences) std::cout << "not as pinned: " << difference << "\n";
    std::cout << (differences.empty() ? "verdict: agrees\n" : "verdict: agrees, but not with what is pinned\n");
    return differences.empty() ? kExitAgrees : kExitDiverges;
  }
  std::cout << "verdict: diverges, " << found->signature << "\n\n" << found->report;
  if (options.reduce) reduce_and_keep(file, parsed.program, *found, implementation, options);
  return kExitDiverges;
}

}  // namespace

int main(int argc, char** argv) {
  add_seeded_bugs();
  Options options;
  CommandLine line("replay",
                   "Runs programs (text, or raw fuzzer inputs) on the model and on an implementation, and shows every "
                   "step. Exit: 0 all agree, 2 one diverges, 1 an input cannot be used.");
  line.words("file", options.files, "programs to run");
  line.flag("--reduce", options.reduce, "make what diverges small, and keep it beside its file as text");
  line.flag("--isolate", options.isolate, "run in a child process: a crash or a hang is a finding, too");
  line.number("--seconds", options.seconds, "the time limit of an isolated run", 1, 3600);
  line.flag("--cuts", options.cuts, "compare with itself on vectors cut otherwise, instead of with the model");
  line.flag("--trace", options.trace, "print a hash of all that is seen, per step that ran: the same in every run");
  line.flag("--quiet", options.quiet, "show the verdicts only");
  line.folder("--output", options.output, "the folder to keep what is reduced in (default: beside the file)");
  line.against(options.against);
  if (const auto code = line.parse(argc, argv)) return *code;

  int worst = kExitAgrees;
  for (const std::string& file : options.files) {
    try {
      const int verdict = replay(file, options);
      if (worst != kExitUnusable) worst = std::max(worst, verdict);
    } catch (const std::exception& error) {
      std::cerr << error.what() << "\n";
      worst = kExitUnusable;
    }
  }
  return worst;
}
