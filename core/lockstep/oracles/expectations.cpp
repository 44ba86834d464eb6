// SPDX-License-Identifier: Apache-2.0
#include "lockstep/oracles/expectations.h"

#include <algorithm>
#include <limits>

#include "lockstep/language/number.h"

namespace lockstep {
namespace {

/// Whether this machine has every number that the program names.
bool has_all_numbers(const Program& program) {
  const std::string text = print(program);
  return std::ranges::none_of(Mark::powers, [&text](int power) {
    return power >= std::numeric_limits<std::size_t>::digits &&
           text.find("2^" + std::to_string(power)) != std::string::npos;
  });
}

class Checker final : public Recorder {
 public:
  Checker(const ParsedProgram& parsed, const Implementation& implementation)
      : parsed_(parsed),
        implementation_(implementation),
        is_for_level_6_(implementation.dialect == model::Dialect::c10 && parsed.dialect != model::Dialect::c10),
        holds_(parsed.holds_in(implementation.dialect) && has_all_numbers(parsed.program)) {}

  void over_budget(std::size_t first) override {
    for (std::size_t step = first; step < parsed_.expected.size(); ++step)
      if (is_expected(step)) add(step, ": it is not run, for the program is more work than one may be");
  }

  void skipped_step(std::size_t, const Operation&) override {
    if (is_for_level_6_) holds_ = false;
  }

  void before_step(const Step& step) override {
    if (is_for_level_6_ && starts_past_the_end(step)) holds_ = false;
    if (is_expected(step.index)) Recorder::before_step(step);
  }

  void after_step(const Step& step) override {
    if (!is_expected(step.index)) return;
    Recorder::after_step(step);
    check(step.index, "the model", print_effect(recording.first));
    check(step.index, implementation_.name, print_effect(recording.second));
  }

  std::string lines;
  std::size_t first_step = 0;

 private:
  /// Whether it is run on a range that is clipped, and lies behind the end.
  static bool starts_past_the_end(const Step& step) {
    if (traits_of(step.resolved).range != Bounds::clipped) return false;
    const std::size_t size =
        std::visit([&](const auto* model) { return model->situation().size(vector_of(step.resolved)); }, step.model);
    return visit_operation(
        [size](const auto& op) {
          if constexpr (requires { op.offset.value; }) return op.offset.value > size;
          return false;
        },
        step.resolved);
  }

  bool is_expected(std::size_t step) const { return holds_ && !parsed_.expected[step].empty(); }

  void check(std::size_t step, std::string_view side, const std::string& effect) {
    if (effect != parsed_.expected[step])
      add(step, ", but " + std::string(side) + " does '" + excerpt(effect, parsed_.expected[step]) + "'");
  }

  void add(std::size_t step, const std::string& what) {
    if (lines.empty()) first_step = step;
    lines += "# step " + std::to_string(step + 1) + ", " + print(parsed_.program.operations[step]) + ": expected '" +
             parsed_.expected[step] + "'" + what + "\n";
  }

  const ParsedProgram& parsed_;
  const Implementation& implementation_;
  bool is_for_level_6_;  // what is expected, and the implementation is at level 10
  bool holds_;
};

}  // namespace

std::optional<Finding> judge(const ParsedProgram& parsed, const Implementation& implementation) {
  Checker checker(parsed, implementation);
  const Program& program = parsed.program;
  std::optional<Finding> finding = ModelOracle(implementation, &checker).judge(program);
  if (checker.lines.empty()) return finding;
  const Operation& operation = program.operations[checker.first_step];
  const std::string signature = std::string(name_of(operation)) + ": expectation";
  std::string report = print(program) + "#\n# signature: " + signature +
                       "\n# implementation: " + std::string(implementation.name) + "\n" + checker.lines;
  if (finding) report += "# diverges: " + finding->signature + "\n";
  return Finding{signature, report, program};
}

}  // namespace lockstep
