#include "lockstep/tags/situations.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "lockstep/language/reduce.h"

namespace lockstep {
namespace {

/// Answers whether a class was met.
class Seeker final : public Observer {
 public:
  explicit Seeker(const SituationClass& situation) : situation_(situation) {}
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
    met = situation_.holds(facts_);
  }
  bool met = false;

 private:
  const SituationClass& situation_;
  History history_;
  StepFacts facts_;
};

}  // namespace

const SituationClass* situation_class_named(std::string_view name) {
  for (const SituationClass& situation : situation_classes())
    if (situation.name == name) return &situation;
  return nullptr;
}

double per_ten_thousand(std::uint64_t count, std::uint64_t steps) {
  return steps == 0 ? 0 : 10'000.0 * static_cast<double>(count) / static_cast<double>(steps);
}

bool SituationCounts::is_judged_by(const SituationClass& situation) const {
  if (source == kEnumeration) return false;
  if (source == kTransfersOnly) return situation.name.starts_with("transfer/");
  return situation.only_in_c == source.ends_with(kInC);
}

std::vector<std::string> SituationCounts::shortfalls() const {
  std::vector<std::string> lines;
  const model::Dialect dialect = source.ends_with(kInC) ? model::Dialect::c : model::Dialect::cpp;
  if (steps == 0) lines.push_back(source + " ran no step");
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const SituationClass& situation = situation_classes()[i];
    if (!is_judged_by(situation) || rate(i) >= situation.least) continue;
    std::array<char, 64> rates{};
    std::snprintf(rates.data(), rates.size(), "%.2f of 10,000 steps, at least %g", rate(i), situation.least);
    lines.push_back(source + ": '" + std::string(situation.name) + "': " + rates.data() +
                    " wanted: " + std::string(situation.description));
  }
  for (std::size_t code = 0; code < kOperations && source != kTransfersOnly; ++code)
    if (operations[code] == 0 && traits_of(operation_of_code(code)).is_in(dialect))
      lines.push_back(source + ": the operation " + std::string(name_of(operation_of_code(code))) + " never ran");
  return lines;
}

std::string SituationCounts::print() const {
  std::ostringstream text;
  text << "source\t" << source << "\nprograms\t" << programs << "\nsteps\t" << steps << "\nrejections\t" << rejections
       << "\n";
  for (std::size_t i = 0; i < classes.size(); ++i)
    text << "class " << situation_classes()[i].name << "\t" << classes[i] << "\n";
  for (std::size_t code = 0; code < kOperations; ++code)
    text << "operation " << name_of(operation_of_code(code)) << "\t" << operations[code] << "\n";
  return text.str();
}

std::optional<SituationCounts> SituationCounts::parse(std::string_view text) {
  SituationCounts counts;
  std::istringstream lines{std::string(text)};
  std::string line;
  const auto take = [&](const std::string& name, auto& value) {
    if (!std::getline(lines, line) || line.compare(0, name.size() + 1, name + "\t") != 0) return false;
    std::istringstream rest(line.substr(name.size() + 1));
    return static_cast<bool>(rest >> value);
  };
  bool good = take("source", counts.source) && take("programs", counts.programs) && take("steps", counts.steps) &&
              take("rejections", counts.rejections);
  for (std::size_t i = 0; good && i < counts.classes.size(); ++i)
    good = take("class " + std::string(situation_classes()[i].name), counts.classes[i]);
  for (std::size_t code = 0; good && code < kOperations; ++code)
    good = take("operation " + std::string(name_of(operation_of_code(code))), counts.operations[code]);
  if (!good) return std::nullopt;
  return counts;
}

void SituationCounter::begin_program(const Program&) {
  ++counts_.programs;
  history_ = {};
}

void SituationCounter::before_step(const Step& step) { facts_.take_before(step, history_); }

void SituationCounter::after_step(const Step& step) {
  facts_.take_after(step, history_);
  ++counts_.steps;
  ++counts_.operations[facts_.operation.index()];
  if (facts_.rejected()) ++counts_.rejections;
  const std::span<const SituationClass> classes = situation_classes();
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (classes[i].holds(facts_)) ++counts_.classes[i];
}

SituationCounter* situation_counter_of_environment(const std::string& source) {
  // Outlives everything that might still count when the process ends.
  static const char* const path = std::getenv("LOCKSTEP_SITUATIONS");
  if (path == nullptr) return nullptr;
  static SituationCounter* counter = nullptr;
  if (counter != nullptr) return counter;
  counter = new SituationCounter(source);
  std::atexit([] {
    std::ofstream file(path, std::ios::binary);
    if (!(file << counter->counts().print() << std::flush)) std::fprintf(stderr, "%s: cannot be written\n", path);
  });
  return counter;
}

std::optional<Program> smallest_example(const SituationClass& situation, const Implementation& implementation,
                                        std::uint64_t most) {
  Seeker seeker(situation);
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
