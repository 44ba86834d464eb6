// How soon does each source of programs find each seeded bug? ci/seeded_bugs runs it, and libFuzzer beside it.
// Results are appended to a file, one line each, and what is there is not measured again; so a run that was interrupted
// goes on, and other sources may add theirs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>

#include "bug_search.h"
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

const std::string kSteps = "steps";
const std::vector<std::string> kFuzzers = {"libFuzzer, empty", "libFuzzer, seeds"};
constexpr std::uint64_t kFuzzerMedian = 1'000'000;
/// How many programs are run of each source against what is not broken.
constexpr std::uint64_t kUnbroken = 20'000;
/// What the goals are about.
constexpr std::uint64_t kSeeds = 20;

struct Options {
  std::string results = "seeded_bugs.tsv";
  std::uint64_t seeds = kSeeds;
  std::uint64_t programs = kRandomWorst;
  bool quick = false;
  std::string table;
  bool names = false;
  std::string output;
};

/// Bug, source and seed; how it ended; after how many programs; and of the smallest program its lines, joined.
struct Key {
  std::string bug;
  std::string source;
  std::uint64_t seed;
  auto operator<=>(const Key&) const = default;
};
struct Ending {
  std::string end;
  std::uint64_t programs;
  std::string text = {};
  bool found() const { return end != "nothing"; }
};

class Results {
 public:
  explicit Results(const std::string& path) : path_(path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      Key key;
      Ending ending;
      if (std::getline(fields, key.bug, '\t') && std::getline(fields, key.source, '\t') && fields >> key.seed &&
          fields >> ending.end >> ending.programs) {
        std::getline(fields >> std::ws, ending.text);
        endings_[key] = ending;
      }
    }
  }

  const Ending* find(const Key& key) const {
    const auto found = endings_.find(key);
    return found != endings_.end() ? &found->second : nullptr;
  }

  const Ending& add(const Key& key, const Ending& ending) {
    std::ofstream file(path_, std::ios::app);
    file << key.bug << '\t' << key.source << '\t' << key.seed << '\t' << ending.end << '\t' << ending.programs
         << (ending.text.empty() ? "" : "\t") << ending.text << '\n';
    if (!file.flush()) throw std::runtime_error(path_ + ": cannot be written");
    return endings_[key] = ending;
  }

  std::vector<Ending> of(std::string_view bug, std::string_view source) const {
    std::vector<Ending> endings;
    for (const auto& [key, ending] : endings_)
      if (key.bug == bug && key.source == source) endings.push_back(ending);
    return endings;
  }

 private:
  std::string path_;
  std::map<Key, Ending> endings_;
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

// ---- The table

/// How often it was found, and the middle and the largest number of programs that took; what was missed comes last.
struct Summary {
  std::size_t runs = 0;
  std::size_t found = 0;
  std::vector<std::uint64_t> programs;  // of what was found, the least first

  explicit Summary(const std::vector<Ending>& endings) : runs(endings.size()) {
    for (const Ending& ending : endings)
      if (ending.found()) programs.push_back(ending.programs);
    found = programs.size();
    std::sort(programs.begin(), programs.end());
  }
  /// Of an even number of runs the larger of the two middle ones.
  std::optional<std::uint64_t> median() const {
    return runs / 2 < found ? std::optional(programs[runs / 2]) : std::nullopt;
  }
  std::optional<std::uint64_t> worst() const {
    return found == runs && runs > 0 ? std::optional(programs.back()) : std::nullopt;
  }

  std::string text() const {
    const auto told = [](std::optional<std::uint64_t> number) { return number ? std::to_string(*number) : "-"; };
    return std::to_string(found) + " of " + std::to_string(runs) + "\t" + told(median()) + "\t" + told(worst());
  }
};

std::string needs_of(const Requirements& needs) {
  std::string text;
  const auto add = [&text](std::string_view what, std::string_view why) {
    if (!text.empty()) text.append("; ");
    text.append(what).append(why);
  };
  if (needs.unbacked) add("an unbacked arena", "");
  if (!needs.size.empty()) add("size: ", needs.size);
  if (needs.sanitizer) add("a sanitizer", "");
  if (needs.isolation) add("a child", "");
  return text;
}

/// Prints the row of a goal, and each bug that misses it; returns whether one does. `is_met(bug)` is nothing where that
/// was not measured or does not apply.
template <typename IsMet>
bool print_goal(const std::string& name, const std::string& asked, IsMet is_met) {
  std::size_t bugs = 0;
  std::string missed;
  std::size_t misses = 0;
  for (const SeededBug& bug : seeded_bugs()) {
    const std::optional<bool> met = is_met(bug);
    if (met) ++bugs;
    if (met.value_or(true)) continue;
    ++misses;
    missed.append("missed: ").append(name).append(": ").append(bug.name).append("\n");
  }
  std::cout << "meter\t" << name << '\t' << asked << '\t';
  if (bugs > 0)
    std::cout << bugs - misses << " of " << bugs << " bugs\n" << missed;
  else
    std::cout << "not measured\n";
  return misses > 0;
}

/// The random tester or a fuzzer: half of its seeds find each bug within `most` programs.
bool print_goal_of(const std::string& source, std::uint64_t most, bool asks_all, const Results& results) {
  std::size_t seeds = SIZE_MAX;
  for (const SeededBug& bug : seeded_bugs()) seeds = std::min(seeds, results.of(bug.name, source).size());
  return print_goal(
      "seeded bugs, " + source + ", " + std::to_string(seeds) + " of " + std::to_string(kSeeds) + " seeds",
      "half of the seeds find each within " + std::to_string(most) + " programs" +
          (asks_all ? ", all within " + std::to_string(kRandomWorst) : ""),
      [&](const SeededBug& bug) -> std::optional<bool> {
        const Summary summary(results.of(bug.name, source));
        if (summary.runs == 0) return std::nullopt;
        return summary.median().value_or(UINT64_MAX) <= most && (!asks_all || summary.worst());
      });
}

bool print_goal_of_small_programs(const Results& results) {
  return print_goal("seeded bugs, small programs",
                    "examples or enumeration find each that needs no size, and enumeration none that does",
                    [&](const SeededBug& bug) -> std::optional<bool> {
                      const Summary enumeration(results.of(bug.name, source_name(Source::enumeration)));
                      const Summary examples(results.of(bug.name, source_name(Source::examples)));
                      if (enumeration.runs == 0) return std::nullopt;
                      if (!bug.needs.size.empty()) return enumeration.found == 0;
                      if (bug.needs.sanitizer) return std::nullopt;
                      return enumeration.found + examples.found > 0;
                    });
}

/// Writes a line for each bug: what it is, and of each source how often it found it, and after how many programs (the
/// median and the worst). Prints a row for each goal, and what misses it.
int write_table(const Results& results, const std::string& path) {
  std::vector<std::string> sources;
  for (const Source source : kSources) sources.emplace_back(source_name(source));
  sources.insert(sources.end(), kFuzzers.begin(), kFuzzers.end());
  std::ostringstream table;
  table << "bug\tseen\tneeds";
  for (const std::string& source : sources)
    table << '\t' << source << '\t' << source << " median\t" << source << " worst";
  table << "\tsteps\tsmallest program\n";
  for (const SeededBug& bug : seeded_bugs()) {
    table << bug.name << '\t' << bug.seen << '\t' << needs_of(bug.needs);
    for (const std::string& source : sources) table << '\t' << Summary(results.of(bug.name, source)).text();
    const Ending* const smallest = results.find({std::string(bug.name), kSteps, 0});
    table << '\t' << (smallest != nullptr ? std::to_string(smallest->programs) + '\t' + smallest->text : "-\t-")
          << '\n';
  }
  write_file(path, table.str());
  bool is_missed = print_goal_of_small_programs(results);
  is_missed |= print_goal_of(std::string(source_name(Source::random)), kRandomMedian, true, results);
  for (const std::string& fuzzer : kFuzzers) is_missed |= print_goal_of(fuzzer, kFuzzerMedian, false, results);
  return is_missed ? kExitDiverges : kExitAgrees;
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
    if (!options.table.empty()) return write_table(results, options.table);
    measure(options, results);
    return kExitAgrees;
  } catch (const std::exception& error) {
    std::cerr << "bug_benchmark: " << error.what() << "\n";
    return kExitUnusable;
  }
}
