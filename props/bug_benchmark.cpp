// How soon does each source of programs find each seeded bug? ci/seeded_bugs runs it, and libFuzzer beside it.
// Results are appended to a file, one line each, and what is there is not measured again; so a run that was interrupted
// goes on, and other sources may add theirs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "bug_search.h"
#include "bug_table.h"
#include "command_line/command_line.h"
#include "lockstep/oracles/model_oracle.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;

// Bugs that take a sanitizer are the business of a build with it, and only they are.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kIsSanitized = true;
#elif defined(__has_feature)
constexpr bool kIsSanitized = __has_feature(address_sanitizer);
#else
constexpr bool kIsSanitized = false;
#endif

/// How many programs are run of each source against what is not broken.
constexpr std::uint64_t kUnbroken = 20'000;

struct Options {
  std::string results = "seeded_bugs.tsv";
  std::uint64_t seeds = kSeeds;
  std::uint64_t programs = kRandomWorst;
  bool quick = false;
  std::string table;
  bool names = false;
  std::string output;
};

std::string end_name(Search::End end) {
  switch (end) {
    case Search::End::nothing:
      return "nothing";
    case Search::End::found:
      return "found";
    case Search::End::crash:
      return "crash";
    case Search::End::hang:
      return "hang";
  }
  return "nothing";
}

// ---- Measuring

/// Whether this source is for this bug, in this run.
bool is_asked(const Options& options, const SeededBug& bug, Source source) {
  // Nothing small shows it: the whole enumeration would go by, seconds each.
  return !(options.quick && source == Source::enumeration && !bug.needs.size.empty());
}

/// The steps of a program or a report, on one line; what is not a step is left out.
Ending in_one_line(const std::string& text) {
  Ending ending = {"found", 0};
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    ending.text.append(ending.text.empty() ? "" : "; ").append(line);
    if (line.compare(0, 6, "arena ") != 0) ++ending.programs;
  }
  return ending;
}

void keep_smallest(const Options& options, const SeededBug& bug, Results& results) {
  const Key key = {std::string(bug.name), kSteps, 0};
  if (results.find(key) != nullptr) return;
  for (const Source source : {Source::enumeration, Source::random}) {
    const Ending* const ending = results.find({key.bug, std::string(source_name(source)), has_seed(source) ? 1u : 0u});
    if (ending == nullptr || !ending->found()) continue;
    const std::string text = print(reduced(program_of(source, bug, 1, ending->programs), bug));
    if (!options.output.empty()) write_file(options.output + "/" + key.bug + ".iov", text);
    results.add(key, in_one_line(text));
    return;
  }
}

/// Nothing may be found where nothing is broken: else what is found elsewhere says nothing.
void measure_unbroken(const Options& options, Results& results) {
  for (const Implementation* const sound : {&ours(), &qemu_iov()}) {
    const SeededBug none = {sound->name, {}, {}, *sound};
    for (const Source source : kSources) {
      if (!is_asked(options, none, source)) continue;
      const Key key = {std::string(sound->name) + (kIsSanitized ? " sanitized" : ""), std::string(source_name(source)),
                       1};
      const Ending* known = results.find(key);
      if (known == nullptr) {
        const Search search = search_for(source, none, 1, kUnbroken);
        known = &results.add(key, {end_name(search.end), search.programs});
      }
      if (known->found())
        throw std::runtime_error(key.bug + " is not broken, and " + key.source + " finds something in program " +
                                 std::to_string(known->programs));
    }
  }
}

void measure(const Options& options, Results& results) {
  measure_unbroken(options, results);
  std::vector<SeededBug> bugs;
  for (const SeededBug& bug : seeded_bugs())
    if (bug.needs.sanitizer == kIsSanitized) bugs.push_back(bug);
  const auto began = std::chrono::steady_clock::now();
  std::size_t done = 0;
  for (const SeededBug& bug : bugs) {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
    const double left =
        spent.count() * static_cast<double>(bugs.size() - done) / static_cast<double>(std::max<std::size_t>(done, 1));
    std::fprintf(stderr, "bug_benchmark: %zu of %zu, about %.0f s left: %s\n", ++done, bugs.size(), left,
                 std::string(bug.name).c_str());
    for (const Source source : kSources) {
      if (!is_asked(options, bug, source)) continue;
      const std::uint64_t seeds = has_seed(source) ? options.seeds : 1;
      for (std::uint64_t seed = has_seed(source) ? 1 : 0; seeds > 0 && seed <= seeds; ++seed) {
        const Key key = {std::string(bug.name), std::string(source_name(source)), seed};
        if (results.find(key) == nullptr) {
          const std::uint64_t most = source == Source::random ? options.programs : UINT64_MAX;
          const Search search = search_for(source, bug, seed, most);
          results.add(key, {end_name(search.end), search.programs});
        }
        if (!has_seed(source)) break;
      }
    }
    keep_smallest(options, bug, results);
  }
}

}  // namespace

int main(int argc, char** argv) {
  add_seeded_bugs();
  Options options;
  CommandLine line("bug_benchmark",
                   "Measures how soon each source of programs finds each seeded bug. Exit: 0 done, and with --table no "
                   "goal is missed by what was measured; 2 some are; 1 could not run.");
  line.text("--results", options.results, "the file of results; what is in it is not measured again");
  line.number("--seeds", options.seeds, "how many seeds the sources that draw have each", 1, 1000);
  line.number("--programs", options.programs, "the most programs of the random tester", 1);
  line.flag("--quick", options.quick, "no enumeration for bugs that need size");
  line.text("--table", options.table, "write the results to this file, print the goals missed, and measure nothing");
  line.flag("--names", options.names, "print the names of the bugs, and measure nothing");
  line.folder("--output", options.output, "the folder to keep the smallest programs in");
  if (const auto code = line.parse(argc, argv)) return *code;
  if (options.names) {
    for (const SeededBug& bug : seeded_bugs()) std::cout << bug.name << "\n";
    return kExitAgrees;
  }
  try {
    Results results(options.results);
    if (!options.table.empty()) return write_table(results, options.table) ? kExitAgrees : kExitDiverges;
    measure(options, results);
    return kExitAgrees;
  } catch (const std::exception& error) {
    std::cerr << "bug_benchmark: " << error.what() << "\n";
    return kExitUnusable;
  }
}
