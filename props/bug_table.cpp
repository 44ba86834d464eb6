#include "bug_table.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "bug_search.h"
#include "command_line/command_line.h"

namespace lockstep {
namespace {

const std::vector<std::string> kFuzzers = {"libFuzzer, empty", "libFuzzer, seeds"};
constexpr std::uint64_t kFuzzerMedian = 1'000'000;

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
    const auto printed = [](std::optional<std::uint64_t> number) { return number ? std::to_string(*number) : "-"; };
    return std::to_string(found) + " of " + std::to_string(runs) + "\t" + printed(median()) + "\t" + printed(worst());
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

}  // namespace

Results::Results(const std::string& path) : path_(path) {
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

const Ending* Results::find(const Key& key) const {
  const auto found = endings_.find(key);
  return found != endings_.end() ? &found->second : nullptr;
}

const Ending& Results::add(const Key& key, const Ending& ending) {
  std::ofstream file(path_, std::ios::app);
  file << key.bug << '\t' << key.source << '\t' << key.seed << '\t' << ending.end << '\t' << ending.programs
       << (ending.text.empty() ? "" : "\t") << ending.text << '\n';
  if (!file.flush()) throw std::runtime_error(path_ + ": cannot be written");
  return endings_[key] = ending;
}

std::vector<Ending> Results::of(std::string_view bug, std::string_view source) const {
  std::vector<Ending> endings;
  for (const auto& [key, ending] : endings_)
    if (key.bug == bug && key.source == source) endings.push_back(ending);
  return endings;
}

bool write_table(const Results& results, const std::string& path) {
  std::vector<std::string> sources;
  sources.reserve(std::size(kSources) + kFuzzers.size());
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
  return !is_missed;
}

}  // namespace lockstep
