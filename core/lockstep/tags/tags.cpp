// SPDX-License-Identifier: Apache-2.0
#include "lockstep/tags/tags.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include "lockstep/language/program.h"

namespace lockstep {
const Tag* tag_named(std::string_view name) {
  for (const Tag& tag : all_tags())
    if (tag.name == name) return &tag;
  return nullptr;
}

double per_ten_thousand(std::uint64_t count, std::uint64_t steps) {
  return steps == 0 ? 0 : 10'000.0 * static_cast<double>(count) / static_cast<double>(steps);
}

bool TagCounts::is_judged_by(const Tag& tag) const {
  if (source == kEnumeration) return false;
  if (source == kTransfersOnly) return tag.name.starts_with("transfer/");
  if (source == kResegmentation && (tag.name == "arena/large" || tag.name == "arena/unbacked")) return false;
  return tag.only_in_c == source.ends_with(kInC);
}

std::vector<std::string> TagCounts::shortfalls() const {
  std::vector<std::string> lines;
  const model::Dialect dialect = source.ends_with(kInC) ? model::Dialect::c : model::Dialect::cpp;
  if (steps == 0) lines.push_back(source + " ran no step");
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const Tag& tag = all_tags()[i];
    if (!is_judged_by(tag) || rate(i) >= tag.threshold) continue;
    std::array<char, 64> rates{};
    std::snprintf(rates.data(), rates.size(), "%.2f of 10,000 steps, at least %g", rate(i), tag.threshold);
    lines.push_back(source + ": '" + std::string(tag.name) + "': " + rates.data() +
                    " wanted: " + std::string(tag.description));
  }
  for (std::size_t code = 0; code < kOperations && source != kTransfersOnly; ++code)
    if (operations[code] == 0 && traits_of(operation_of_code(code)).is_in(dialect))
      lines.push_back(source + ": the operation " + std::string(name_of(operation_of_code(code))) + " never ran");
  return lines;
}

namespace {

/// Calls f(name, number) for each, as they are written to files.
template <typename Counts, typename Function>
void for_each_number(Counts& counts, Function f) {
  f("programs", counts.programs);
  f("steps", counts.steps);
  f("rejections", counts.rejections);
  for (std::size_t i = 0; i < counts.tags.size(); ++i) f("tag " + std::string(all_tags()[i].name), counts.tags[i]);
  for (std::size_t code = 0; code < kOperations; ++code)
    f("operation " + std::string(name_of(operation_of_code(code))), counts.operations[code]);
}

}  // namespace

std::string TagCounts::print() const {
  std::ostringstream text;
  text << "source\t" << source << "\n";
  for_each_number(*this,
                  [&](const std::string& name, std::uint64_t number) { text << name << "\t" << number << "\n"; });
  return text.str();
}

std::optional<TagCounts> TagCounts::parse(std::string_view text) {
  TagCounts counts;
  std::istringstream words{std::string(text)};
  const auto take = [&](const std::string&, auto& value) {
    words.ignore(std::numeric_limits<std::streamsize>::max(), '\t') >> value;
  };
  take("source", counts.source);
  for_each_number(counts, take);
  if (counts.print() != text) return std::nullopt;  // other names, or fewer
  return counts;
}

void TagCounter::after_step(const Step& step) {
  facts_.take_after(step, history_);
  ++counts_.steps;
  ++counts_.operations[facts_.operation.index()];
  if (facts_.rejected()) ++counts_.rejections;
  for (std::size_t i = 0; i < tags_.size(); ++i)
    if (tags_[i].holds(facts_)) ++counts_.tags[i];
}

TagCounter* tag_counter_of_environment(const std::string& source) {
  // Outlives everything that might still count when the process ends.
  static const char* const path = std::getenv("LOCKSTEP_TAGS");
  if (path == nullptr) return nullptr;
  static TagCounter* counter = nullptr;
  if (counter != nullptr) return counter;
  counter = new TagCounter(source);
  std::atexit([] {
    std::ofstream file(path, std::ios::binary);
    if (!(file << counter->counts().print() << std::flush)) std::fprintf(stderr, "%s: cannot be written\n", path);
  });
  return counter;
}

std::optional<Program> smallest_example(const Tag& tag, const Implementation& implementation, std::uint64_t most) {
  TagCounter counter("example", {&tag, 1});
  ModelOracle oracle(implementation, &counter);  // one for all: making one takes longer than running a program
  const auto met = [&](const Program& program) {
    const std::uint64_t before = counter.counts().tags[0];
    static_cast<void>(oracle.judge(program));
    return counter.counts().tags[0] > before;
  };
  for (std::uint64_t number = 0; number < most; ++number) {
    const Program program = random_program(1, number, 16);
    if (met(program)) return reduce(program, met);
  }
  return std::nullopt;
}

}  // namespace lockstep
