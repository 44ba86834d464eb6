// SPDX-License-Identifier: Apache-2.0
// Runs stored programs, text or raw fuzzer inputs, and shows what happens step by step, or reduces them.
// For files that a fuzzer, the random tester or a user left behind. It needs no fuzzing compiler.
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>

#include "command_line/command_line.h"
#include "command_line/subcommands.h"
#include "lockstep/language/operation.h"
#include "lockstep/oracles/expectations.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/resegmentation.h"
#include "lockstep/oracles/trace.h"
#include "page_sections.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;

struct ReplayOptions {
  std::string self;  ///< This executable, as it was called.
  std::vector<std::string> files;
  std::string against;
  std::string output;
  std::string encode;
  std::string html;
  bool reduce = false;
  bool isolate = false;
  bool quiet = false;
  bool whole = false;
  bool resegment = false;
  bool trace = false;
  std::uint64_t seconds = kIsolatedSeconds;
  KnownFindings known;
};

/// Shows every step with what it gave on both sides.
class Printer final : public Recorder {
 public:
  explicit Printer(bool whole) : whole_(whole) {}

  void before_step(const Step& step) override {
    Recorder::before_step(step);
    std::cout << "step " << step.index + 1 << "  " << print(step.operation);
    if (step.resolved != step.operation) std::cout << "   (" << print(step.resolved) << ")";
    std::cout << std::endl;  // flushed: the step may end the process
  }
  void after_step(const Step& step) override {
    Recorder::after_step(step);
    const std::string should_be = print_effect(recording.first);
    const std::string is = print_effect(recording.second);
    std::cout << "  should be  " << (whole_ ? should_be : excerpt(should_be, is)) << "\n  "
              << (is == should_be ? "and is     " : "but is     ") << (whole_ ? is : excerpt(is, should_be)) << "\n";
  }
  void skipped_step(std::size_t step, const Operation& operation) override {
    std::cout << "step " << step + 1 << "  " << print(operation) << "\n  skipped: the implementation leaves it out\n";
  }
  void over_budget(std::size_t step) override {
    std::cout << "step " << step + 1 << "  and all that follow are not run: the program is more work than one may be\n";
  }

 private:
  bool whole_;
};

void reduce_and_keep(const std::filesystem::path& file, const Program& program, const Finding& finding, Oracle& oracle,
                     const ReplayOptions& options) {
  const Finding smaller = reduced(finding, oracle);
  std::filesystem::path kept = file;
  if (options.output.empty()) {
    kept += ".reduced.iov";
  } else {
    kept = std::filesystem::path(options.output) / file_name_of(smaller, file.filename());
  }
  write_file(kept, smaller.report);
  std::cout << "\nreduced from " << program.operations.size() << " to " << smaller.program.operations.size()
            << " operations, and kept in " << kept.string() << ":\n\n"
            << smaller.report;
}

/// For a shell.
std::string quoted(const std::string& word) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+,-./:=@_";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string safe = "'";
  for (const char c : word) safe += c == '\'' ? "'\\''" : std::string(1, c);
  return safe + "'";
}

std::string replay_command(const std::string& file, const ReplayOptions& options) {
  std::string command = quoted(options.self) + " replay";
  if (options.isolate) command += " --isolate";
  if (options.seconds != ReplayOptions().seconds) command += " --seconds " + std::to_string(options.seconds);
  if (options.resegment) command += " --resegment";
  if (options.against != default_implementation().name) command += " --against " + quoted(options.against);
  return command + " " + quoted(file);
}

std::filesystem::path page_of(const std::filesystem::path& file, const ReplayOptions& options) {
  std::filesystem::path kept = options.html;
  if (!std::filesystem::is_directory(kept)) return kept;
  kept /= file.filename();
  if (kept.extension() == ".iov") kept.replace_extension();
  return kept += ".html";
}

/// Writes the page of a program that has been run, if one was asked for.
void keep_page(const std::filesystem::path& file, const ReplayOptions& options, const PageSections& sections,
               const std::string& title, const Program& program, const std::string& text, bool differs,
               const std::string& remarks) {
  if (options.html.empty()) return;
  const std::filesystem::path kept = page_of(file, options);
  PageFrame frame{title, file.filename().string() + ", on ", {}, replay_command(file, options), text, differs};
  frame.subject += options.resegment ? options.against + ", as it is and resegmented"
                                     : "the model (expected) and on " + options.against + " (actual)";
  std::istringstream lines(remarks);
  for (std::string line; std::getline(lines, line);) frame.remarks.push_back(line);
  write_file(kept, page(frame, program, sections.html()));
  std::cout << "page: " << kept.string() << "\n";
}

/// Before anything is run: a page that cannot be kept must not take the place of a verdict.
void check_pages(const ReplayOptions& options) {
  if (options.html.empty()) return;
  const bool is_folder = std::filesystem::is_directory(options.html);
  if (options.files.size() > 1 && !is_folder)
    throw std::runtime_error("--html takes a folder where there is more than one program");
  const std::filesystem::path folder = std::filesystem::absolute(options.html).parent_path();
  if (!is_folder && !std::filesystem::is_directory(folder))
    throw std::runtime_error("--html: there is no folder " + folder.string());
  std::set<std::filesystem::path> names;
  for (const std::string& file : options.files)
    if (!names.insert(page_of(file, options)).second)
      throw std::runtime_error("--html: two programs would have the page " + page_of(file, options).string());
}

int replay(const std::filesystem::path& file, const ReplayOptions& options) {
  const ParsedProgram parsed = read_program(file);
  if (!options.encode.empty()) {
    const std::vector<std::uint8_t> bytes = encode(parsed.program);
    write_file(std::filesystem::path(options.encode) / file.stem(), {bytes.begin(), bytes.end()});
    return kExitAgrees;
  }
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

  std::unique_ptr<Oracle> oracle;
  if (options.resegment) {
    oracle = std::make_unique<ResegmentationOracle>(implementation);
  } else {
    oracle = std::make_unique<ModelOracle>(implementation);
  }
  const auto seconds = static_cast<unsigned>(options.seconds);
  IsolatedOracle shown(*oracle, options.quiet ? ChildOutput::discarded : ChildOutput::shown, seconds);
  IsolatedOracle silent(*oracle, ChildOutput::discarded, seconds);

  Printer printer(options.whole);
  PageSections sections(options.resegment ? SideNames{"as is", "resegmented", false} : SideNames{});
  const bool shows_steps = !options.quiet && !options.isolate && !options.resegment && options.html.empty();
  if (shows_steps) {
    oracle->observe(&printer);
  } else if (!options.quiet) {
    std::cout << print(parsed.program) << std::flush;  // before it runs: a crash would lose buffered output
  }
  if (!options.html.empty()) (options.isolate ? static_cast<Oracle&>(shown) : *oracle).observe(&sections);
  const std::string remarks = (parsed.title.empty() ? "" : parsed.title + "\n") + reservations(implementation, "");
  const std::optional<Finding> finding = options.isolate ? shown.judge(parsed.program) : oracle->judge(parsed.program);
  oracle->observe(nullptr);
  if (finding) {
    const std::size_t index = options.known.find(finding->signature);
    const std::string known = index == KnownFindings::none ? "" : options.known.entries()[index].reason;
    keep_page(file, options, sections, finding->signature, finding->program, finding->report, true,
              remarks + (known.empty() ? "" : "known: " + known));
    std::cout << "verdict: diverges, " << finding->signature;
    if (index != KnownFindings::none) {
      std::cout << ", which is known: " << known << "\n";
      return kExitAgrees;
    }
    std::cout << "\n\n" << finding->report;
    if (options.reduce) reduce_and_keep(file, parsed.program, *finding, options.isolate ? silent : *oracle, options);
    return kExitDiverges;
  }
  // The model and the implementation agree: they may still both be wrong.
  if (!parsed.holds_in(implementation.dialect))
    std::cout << "what is expected holds for another dialect, and is not judged\n";
  if (const auto unexpected = judge(parsed, implementation)) {
    keep_page(file, options, sections, "agrees, but not with what is expected", parsed.program, unexpected->report,
              false, remarks);
    std::cout << "verdict: agrees, but not with what is expected\n\n" << unexpected->report;
    return kExitDiverges;
  }
  keep_page(file, options, sections, "agrees", parsed.program, print(parsed.program), false, remarks);
  std::cout << "verdict: agrees" << (parsed.program.operations.empty() ? "; there is nothing to run" : "") << "\n";
  return kExitAgrees;
}

/// Options, and a run of each file.
int replay_files(int argc, char** argv, bool reduces) {
  ReplayOptions options;
  options.self = argv[0];
  options.reduce = reduces;
  CommandLine line(reduces ? "reduce" : "replay",
                   "Runs programs (text, or raw fuzzer inputs) on the model and on an implementation, and " +
                       std::string(reduces ? "makes what diverges small" : "shows every step") +
                       ". Exit: 0 all agree, 2 one diverges, 1 an input cannot be used.");
  line.words("file", options.files, "programs to run");
  line.flag("--isolate", options.isolate, "run in a child process: a crash or a hang is a finding, too");
  line.number("--seconds", options.seconds, "the time limit of an isolated run", 1, 3600);
  line.flag("--resegment", options.resegment,
            "compare with itself on vectors of the same bytes in other elements, instead of with the model");
  line.flag("--quiet", options.quiet, "show the verdicts only");
  if (reduces) {
    line.folder("--output", options.output, "the folder to keep what is reduced in (default: beside the file)");
  } else {
    line.flag("--whole", options.whole, "shorten nothing, however long it is");
    line.flag("--trace", options.trace, "print a hash of all that is seen, per step that ran: the same in every run");
    line.text("--html", options.html,
              "keep a page for people, with a picture of each step: in this file, or by name in this folder");
    line.folder("--encode", options.encode, "keep them here as raw inputs for fuzzers, instead of running them");
  }
  line.known(options.known);
  line.against(options.against);
  return line.run(argc, argv, [&] {
    check_pages(options);
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
  });
}

}  // namespace

int lockstep::subcommand::replay(int argc, char** argv) { return replay_files(argc, argv, false); }

int lockstep::subcommand::reduce(int argc, char** argv) { return replay_files(argc, argv, true); }
