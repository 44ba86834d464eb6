#include "lockstep/tags/tags.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "lockstep/language/reduce.h"

namespace lockstep {
namespace {

/// Answers whether some step had the tag.
class Seeker final : public Observer {
 public:
  explicit Seeker(const Tag& tag) : tag_(tag) {}
  void begin_program(const Program&) override {
    history_ = {};
    met = false;
  }
  void before_step(const Step& step) override {
    if (!met) facts_.take_before(step, history_);
  }
  void after_step(const Step& step) override {
    if (met) return;
    facts_.take_after(step, history_);
    met = tag_.holds(facts_);
  }
  bool met = false;

 private:
  const Tag& tag_;
  History history_;
  StepFacts facts_;
};

}  // namespace

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

std::string TagCounts::print() const {
  std::ostringstream text;
  text << "source\t" << source << "\nprograms\t" << programs << "\nsteps\t" << steps << "\nrejections\t" << rejections
       << "\n";
  for (std::size_t i = 0; i < tags.size(); ++i) text << "tag " << all_tags()[i].name << "\t" << tags[i] << "\n";
  for (std::size_t code = 0; code < kOperations; ++code)
    text << "operation " << name_of(operation_of_code(code)) << "\t" << operations[code] << "\n";
  return text.str();
}

std::optional<TagCounts> TagCounts::parse(std::string_view text) {
  TagCounts counts;
  std::istringstream lines{std::string(text)};
  std::string line;
  const auto take = [&](const std::string& name, auto& value) {
    if (!std::getline(lines, line) || line.compare(0, name.size() + 1, name + "\t") != 0) return false;
    std::istringstream rest(line.substr(name.size() + 1));
    return static_cast<bool>(rest >> value);
  };
  bool good = take("source", counts.source) && take("programs", counts.programs) && take("steps", counts.steps) &&
              take("rejections", counts.rejections);
  for (std::size_t i = 0; good && i < counts.tags.size(); ++i)
    good = take("tag " + std::string(all_tags()[i].name), counts.tags[i]);
  for (std::size_t code = 0; good && code < kOperations; ++code)
    good = take("operation " + std::string(name_of(operation_of_code(code))), counts.operations[code]);
  if (!good) return std::nullopt;
  return counts;
}

void TagCounter::begin_program(const Program&) {
  ++counts_.programs;
  history_ = {};
}

void TagCounter::before_step(const Step& step) { facts_.take_before(step, history_); }

void TagCounter::after_step(const Step& step) {
  facts_.take_after(step, history_);
  ++counts_.steps;
  ++counts_.operations[facts_.operation.index()];
  if (facts_.rejected()) ++counts_.rejections;
  const std::span<const Tag> tags = all_tags();
  for (std::size_t i = 0; i < tags.size(); ++i)
    if (tags[i].holds(facts_)) ++counts_.tags[i];
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
  Seeker seeker(tag);
  ModelOracle oracle(implementation, &seeker);  // one for all: making one takes longer than running a program
  const auto met = [&](const Program& program) {
    static_cast<void>(oracle.judge(program));
    return seeker.met;
  };
  for (std::uint64_t number = 0; number < most; ++number) {
    RandomChoices choices(seed_of_program(1, number));
    const Program program = draw_program(choices, 16);
    if (met(program)) return reduce(program, met);
  }
  return std::nullopt;
}

}  // namespace lockstep
