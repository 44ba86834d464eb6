#include "lockstep/oracles/pinned.h"

#include "lockstep/oracles/lockstep.h"

namespace lockstep {
namespace {

class Checker final : public Observer {
 public:
  Checker(const ParsedProgram& parsed, const Implementation& implementation)
      : parsed_(parsed),
        implementation_(implementation),
        holds_(!parsed.dialect || *parsed.dialect == implementation.dialect) {}

  void before_step(std::size_t, const Operation&, const Operation&) override {}
  void skipped_step(std::size_t, const Operation&) override {}
  void cut_short(std::size_t first) override {
    if (!holds_) return;
    for (std::size_t step = first; step < parsed_.pinned.size(); ++step)
      if (!parsed_.pinned[step].empty())
        differences.push_back("step " + std::to_string(step + 1) +
                              ": pinned, but not run: the program is too much work");
  }
  void after_step(std::size_t step, const Moment& expected, const Moment& actual) override {
    if (!holds_ || parsed_.pinned[step].empty()) return;
    check(step, "the model", expected.effect());
    check(step, implementation_.name, actual.effect());
  }

  std::vector<std::string> differences;

 private:
  void check(std::size_t step, std::string_view side, const std::string& effect) {
    if (effect == parsed_.pinned[step]) return;
    differences.push_back("step " + std::to_string(step + 1) + ", " + print(parsed_.program.operations[step]) +
                          ": pinned '" + parsed_.pinned[step] + "', but " + std::string(side) + " does '" + effect +
                          "'");
  }

  const ParsedProgram& parsed_;
  const Implementation& implementation_;
  bool holds_;
};

}  // namespace

std::vector<std::string> check_pinned(const ParsedProgram& parsed, const Implementation& implementation) {
  Checker checker(parsed, implementation);
  if (const auto divergence = Lockstep(implementation).run(parsed.program, checker))
    checker.differences.push_back("diverges: " + divergence->signature());
  return checker.differences;
}

}  // namespace lockstep
