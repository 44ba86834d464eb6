// How soon does each source of programs find each seeded bug? ci/seeded_bugs runs it, and libFuzzer beside it.
// Results are appended to a file, one line each, and what is there is not measured again; so a run that was interrupted
// goes on, and other sources may add theirs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "address_sanitizer.h"
#include "bug_search.h"
#include "command_line/command_line.h"
#include "lockstep/oracles/model_oracle.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;

/// How many programs are run of each source against what is not broken.
constexpr std::uint64_t kUnbroken = 20'000;

struct Ending {
  std::string end;
  std::uint64_t programs = 0;
  bool found() const { return end != "nothing"; }
};

std::string key_of(std::string_view bug, std::string_view source, std::uint64_t seed) {
  return std::string(bug).append("\t").append(source).append("\t").append(std::to_string(seed));
}

/// The lines of a file, which is appended to. Each begins with its key (bug, source and seed, which is 0 for the
/// smallest program, whose source is `steps`), how it ended and after how many programs. That of the smallest program
/// has its number of steps in that place, and behind it its lines, joined.
class Results {
 public:
  explicit Results(std::string path) : path_(std::move(path)) {
    std::ifstream file(path_);
    std::string bug, source;
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      std::uint64_t seed = 0;
      Ending ending;
      if (std::getline(fields, bug, '\t') && std::getline(fields, source, '\t') &&
          fields >> seed >> ending.end >> ending.programs)
        endings_[key_of(bug, source, seed)] = ending;
    }
  }

  const Ending* find(const std::string& key) const {
    const auto found = endings_.find(key);
    return found != endings_.end() ? &found->second : nullptr;
  }

  const Ending& add(const std::string& key, const Ending& ending, const std::string& text = {}) {
    std::ofstream file(path_, std::ios::app);
    file << key << '\t' << ending.end << '\t' << ending.programs << text << '\n';
    if (!file.flush()) throw std::runtime_error(path_ + ": cannot be written");
    return endings_[key] = ending;
  }

 private:
  std::string path_;
  std::map<std::string, Ending> endings_;
};

struct Options {
  std::string results = "seeded_bugs.tsv";
  std::uint64_t seeds = 20;
  bool quick = false;
  bool list = false;
  std::string output;
};

/// A line for each bug: its name, where it was seen, and what it needs.
void print_bugs() {
  for (const SeededBug& bug : seeded_bugs()) {
    std::string needs;
    const auto add = [&needs](bool is_needed, const std::string& what) {
      if (is_needed) needs.append(needs.empty() ? "" : "; ").append(what);
    };
    add(bug.needs.unbacked, "an unbacked arena");
    add(!bug.needs.size.empty(), "size: " + std::string(bug.needs.size));
    add(bug.needs.sanitizer, "a sanitizer");
    add(bug.needs.isolation, "a child");
    std::cout << bug.name << '\t' << bug.seen << '\t' << needs << '\n';
  }
}

/// What is known of this search, which is done if nothing is. `name` is that of the bug in the results.
const Ending& ending_of(Results& results, std::string_view name, Source source, std::uint64_t seed,
                        const SeededBug& bug, std::uint64_t most) {
  const std::string key = key_of(name, name_of(source), seed);
  if (const Ending* const known = results.find(key)) return *known;
  const Search search = search_for(source, bug, seed, most);
  constexpr std::array<const char*, 4> kEnds = {"nothing", "found", "crash", "hang"};
  return results.add(key, {kEnds[static_cast<std::size_t>(search.end)], search.programs});
}

/// The sources for this bug in this run.
std::vector<Source> sources_for(const Options& options, const SeededBug& bug) {
  std::vector<Source> sources = {Source::examples, Source::corpus, Source::enumeration, Source::rapidcheck,
                                 Source::random};
  // Nothing small shows it: the whole enumeration would go by, seconds each.
  if (options.quick && !bug.needs.size.empty()) std::erase(sources, Source::enumeration);
  return sources;
}

/// Nothing may be found where nothing is broken: else what is found elsewhere says nothing.
void measure_unbroken(const Options& options, Results& results) {
  for (const Implementation* const sound : {&ours(), &qemu_iov()}) {
    const std::string name = std::string(sound->name) + (HAS_ADDRESS_SANITIZER ? " sanitized" : "");
    const SeededBug none = {sound->name, {}, {}, *sound};
    for (const Source source : sources_for(options, none))
      if (ending_of(results, name, source, 1, none, kUnbroken).found())
        throw std::runtime_error(name + " is not broken, and this finds something: " + std::string(name_of(source)));
  }
}

void keep_smallest(const Options& options, const SeededBug& bug, Results& results) {
  const std::string key = key_of(bug.name, "steps", 0);
  if (results.find(key) != nullptr) return;
  for (const Source source : {Source::enumeration, Source::random}) {
    const Ending* const ending = results.find(key_of(bug.name, name_of(source), 1));
    if (ending == nullptr || !ending->found()) continue;
    const Program smallest = reduced(program_of(source, bug, 1, ending->programs), bug);
    std::istringstream lines(print(smallest));
    if (!options.output.empty()) write_file(options.output + "/" + std::string(bug.name) + ".iov", lines.str());
    std::string joined;
    for (std::string line; std::getline(lines, line);) joined += (joined.empty() ? "\t" : "; ") + line;
    results.add(key, {"found", smallest.operations.size()}, joined);
    return;
  }
}

void measure(const Options& options, Results& results) {
  measure_unbroken(options, results);
  // Bugs that take a sanitizer are the business of a build with it, and only they are.
  std::vector<SeededBug> bugs(seeded_bugs().begin(), seeded_bugs().end());
  std::erase_if(bugs, [](const SeededBug& bug) { return bug.needs.sanitizer != (HAS_ADDRESS_SANITIZER != 0); });
  const auto began = std::chrono::steady_clock::now();
  for (std::size_t done = 0; done < bugs.size(); ++done) {
    const SeededBug& bug = bugs[done];
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
    std::fprintf(
        stderr, "bug_benchmark: %zu of %zu, about %.0f s left: %s\n", done + 1, bugs.size(),
        spent.count() / static_cast<double>(std::max<std::size_t>(done, 1)) * static_cast<double>(bugs.size() - done),
        std::string(bug.name).c_str());
    for (const Source source : sources_for(options, bug))
      for (std::uint64_t seed = 1; seed <= (has_seed(source) ? options.seeds : 1); ++seed)
        ending_of(results, bug.name, source, seed, bug, source == Source::random ? kRandomWorst : UINT64_MAX);
    keep_smallest(options, bug, results);
  }
}

}  // namespace

int main(int argc, char** argv) {
  add_seeded_bugs();
  Options options;
  CommandLine line("bug_benchmark",
                   "Measures how soon each source of programs finds each seeded bug. Exit: 0 done, 1 could not run.");
  line.text("--results", options.results, "the file of results; what is in it is not measured again");
  line.number("--seeds", options.seeds, "how many seeds the sources that draw have each", 1, 1000);
  line.flag("--quick", options.quick, "no enumeration for bugs that need size");
  line.flag("--list", options.list, "print the bugs, where each was seen and what it needs, and measure nothing");
  line.folder("--output", options.output, "the folder to keep the smallest programs in");
  return line.run(argc, argv, [&] {
    if (options.list) {
      print_bugs();
    } else {
      Results results(options.results);
      measure(options, results);
    }
    return kExitAgrees;
  });
}
