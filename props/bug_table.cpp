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

/// The goals that were missed, and what is not as it was declared, a sentence each; of what was measured.
std::vector<std::string> missed(const SeededBug& bug, const Results& results) {
  std::vector<std::string> sentences;
  const auto miss = [&](const std::string& sentence) { sentences.push_back(std::string(bug.name) + ": " + sentence); };
  const auto summary = [&](std::string_view source) { return Summary(results.of(bug.name, source)); };
  const Summary enumeration = summary(source_name(Source::enumeration));
  const Summary examples = summary(source_name(Source::examples));
  if (bug.needs.size.empty() && !bug.needs.sanitizer && enumeration.runs > 0 && enumeration.found == 0 &&
      examples.found == 0)
    miss("neither the examples nor enumeration find it, though it needs no size");
  if (!bug.needs.size.empty() && enumeration.found > 0) miss("enumeration finds it, though it is said to need size");
  const Summary random = summary(source_name(Source::random));
  if (random.runs > 0 && random.median().value_or(UINT64_MAX) > kRandomMedian)
    miss("the random tester's median is not within " + std::to_string(kRandomMedian));
  if (random.runs > 0 && !random.worst()) miss("the random tester misses it with some seed");
  for (const std::string& fuzzer : kFuzzers) {
    const Summary found = summary(fuzzer);
    if (found.runs > 0 && found.median().value_or(UINT64_MAX) > kFuzzerMedian)
      miss(fuzzer + ": its median is not within " + std::to_string(kFuzzerMedian));
  }
  return sentences;
}

/// What the goals are about and these results are not, a sentence each.
std::vector<std::string> not_measured(const std::vector<std::string>& sources, const Results& results) {
  std::vector<std::string> sentences;
  for (const std::string& source : sources) {
    const bool has_seeds = source != source_name(Source::examples) && source != source_name(Source::corpus) &&
                           source != source_name(Source::enumeration);
    const std::size_t asked = has_seeds ? kSeeds : 1;
    std::size_t complete = 0;
    for (const SeededBug& bug : seeded_bugs()) complete += results.of(bug.name, source).size() >= asked ? 1u : 0u;
    if (complete < seeded_bugs().size())
      sentences.push_back("not measured: " + source + " with all of its runs (" + std::to_string(asked) + ") for " +
                          std::to_string(seeded_bugs().size() - complete) + " bugs");
  }
  return sentences;
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
  for (const Source source : kSources) sources.emplace_back(source_name(source));
  sources.insert(sources.end(), kFuzzers.begin(), kFuzzers.end());
  std::ostringstream table;
  table << "bug\tseen\tneeds";
  for (const std::string& source : sources)
    table << '\t' << source << '\t' << source << " median\t" << source << " worst";
  table << "\tsteps\tsmallest program\n";
  bool is_missed = false;
  for (const SeededBug& bug : seeded_bugs()) {
    table << bug.name << '\t' << bug.seen << '\t' << needs_of(bug.needs);
    for (const std::string& source : sources) table << '\t' << Summary(results.of(bug.name, source)).text();
    const Ending* const smallest = results.find({std::string(bug.name), kSteps, 0});
    table << '\t' << (smallest != nullptr ? std::to_string(smallest->programs) + '\t' + smallest->text : "-\t-")
          << '\n';
    for (const std::string& sentence : missed(bug, results)) {
      std::cout << "missed: " << sentence << "\n";
      is_missed = true;
    }
  }
  write_file(path, table.str());
  for (const std::string& sentence : not_measured(sources, results)) std::cout << sentence << "\n";
  return !is_missed;
}

}  // namespace lockstep
