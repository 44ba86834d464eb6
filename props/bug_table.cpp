#include "bug_table.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "bug_search.h"

namespace lockstep {
namespace {

const std::vector<std::string> kFuzzers = {"libFuzzer, empty", "libFuzzer, seeds"};
constexpr std::uint64_t kFuzzerMedian = 1'000'000;

std::string thousands(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

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
    if (runs == 0) return "-";
    if (runs == 1) return found == 1 ? thousands(programs[0]) : "no";
    if (found == 0) return "none of " + std::to_string(runs);
    std::string text = median() ? thousands(*median()) : "-";
    text.append(" / ").append(worst() ? thousands(*worst()) : "-");
    if (found < runs)
      text.append(" (").append(std::to_string(found)).append(" of ").append(std::to_string(runs)).append(")");
    return text;
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

/// How often one was missed: "3 of 20".
std::string share(const Summary& summary) {
  return std::to_string(summary.found) + " of " + std::to_string(summary.runs);
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
    miss("the random tester's median is not within " + thousands(kRandomMedian) + ": " + random.text());
  if (random.runs > 0 && !random.worst()) miss("the random tester misses it with some seed: " + random.text());
  for (const std::string& fuzzer : kFuzzers) {
    const Summary found = summary(fuzzer);
    if (found.runs > 0 && found.median().value_or(UINT64_MAX) > kFuzzerMedian)
      miss(fuzzer + ": its median is not within " + thousands(kFuzzerMedian) + ": " + found.text());
  }
  return sentences;
}

/// What the goals are about and these results are not, a sentence each.
std::vector<std::string> not_measured(const Results& results) {
  std::vector<std::string> sentences;
  const auto judge = [&](const std::string& source, bool has_seeds) {
    std::size_t bugs = 0;
    std::size_t left_out = 0;
    std::size_t least = SIZE_MAX;
    std::size_t most = 0;
    for (const SeededBug& bug : seeded_bugs()) {
      const std::size_t runs = results.of(bug.name, source).size();
      ++bugs;
      if (runs == 0) {
        ++left_out;
        continue;
      }
      least = std::min(least, runs);
      most = std::max(most, runs);
    }
    if (bugs == 0) return;
    if (left_out == bugs) return sentences.push_back("not measured: " + source);
    if (left_out > 0)
      sentences.push_back("not measured: " + source + " for " + std::to_string(left_out) + " of " +
                          std::to_string(bugs) + " bugs");
    if (!has_seeds || least >= kSeeds) return;
    const std::string seeds = (least < most ? std::to_string(least) + " to " : "") + std::to_string(most);
    sentences.push_back(source + ": measured with " + seeds + " of " + std::to_string(kSeeds) + " seeds");
  };
  for (const Source source : kSources) judge(std::string(source_name(source)), has_seed(source));
  for (const std::string& fuzzer : kFuzzers) judge(fuzzer, true);
  return sentences;
}

void print_list(const std::string& title, const std::vector<std::string>& sentences, const std::string& none) {
  std::cout << "\n### " << title << "\n\n";
  for (const std::string& sentence : sentences) std::cout << "- " << sentence << "\n";
  if (sentences.empty()) std::cout << none << "\n";
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

bool print_table(const Results& results) {
  std::cout << "| seeded bug | seen | needs |";
  for (const Source source : kSources) std::cout << ' ' << source_name(source) << " |";
  for (const std::string& fuzzer : kFuzzers) std::cout << ' ' << fuzzer << " |";
  std::cout << " steps |\n|---|---|---|";
  for (std::size_t i = 0; i < kSources.size() + kFuzzers.size() + 1; ++i) std::cout << "---:|";
  std::cout << "\n";
  std::vector<std::string> goals;
  std::vector<std::string> by_rapidcheck;
  std::vector<std::string> smallest;
  for (const SeededBug& bug : seeded_bugs()) {
    const std::string name(bug.name);
    std::cout << "| " << name << " | " << bug.seen << " | " << needs_of(bug.needs) << " |";
    const auto cell = [&](std::string_view source) {
      std::cout << ' ' << Summary(results.of(name, source)).text() << " |";
    };
    for (const Source source : kSources) cell(source_name(source));
    for (const std::string& fuzzer : kFuzzers) cell(fuzzer);
    cell(kSteps);
    std::cout << "\n";
    for (const std::string& sentence : missed(bug, results)) goals.push_back(sentence);
    const Summary rapidcheck(results.of(name, source_name(Source::rapidcheck)));
    if (rapidcheck.found < rapidcheck.runs)
      by_rapidcheck.push_back(name + ": found with " + share(rapidcheck) + " seeds");
    const Ending* const steps = results.find({name, kSteps, 0});
    if (steps != nullptr && !steps->text.empty()) smallest.push_back(name + ": `" + steps->text + "`");
  }
  const std::vector<std::string> unmeasured = not_measured(results);
  std::cout << "\nPrograms until found; where there are several seeds, the median and the worst. Corpus: its programs "
               "against the model; examples: what they expect, without it. Steps: of the smallest program. "
               "The goals are about "
            << kSeeds << " seeds.\n";
  for (const std::string& sentence : unmeasured) std::cout << "\n**" << sentence << "**\n";
  print_list("Missed", goals, unmeasured.empty() ? "None." : "None of what was measured, which is not all.");
  print_list("Not found by RapidCheck with some seed, which is no goal", by_rapidcheck, "None.");
  print_list("The smallest programs", smallest, "None was reduced.");
  return goals.empty();
}

}  // namespace lockstep
