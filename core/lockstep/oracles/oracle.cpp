#include "lockstep/oracles/oracle.h"

#include <utility>

namespace lockstep {
namespace {

void note(const Observation& observation, std::size_t step, std::vector<std::size_t>& writers) {
  for (std::size_t i = 0; i < writers.size(); ++i)
    if (observation.before.memory[i] != observation.after.memory[i]) writers[i] = step;
}

}  // namespace

void Recorder::before_step(const Step& step) {
  first_before_ = step.first.state(step.most_elements);
  second_before_ = step.second.state(step.most_elements);
  next_.before_step(step);
}

void Recorder::after_step(const Step& step) {
  const auto record = [&](Observation& observation, const Side& side, const Result& result, State& before,
                          std::vector<std::size_t>& writers) {
    observation = side.observe(result, step.has_value());
    observation.before = std::move(before);
    observation.after = side.state(step.most_elements);
    note(observation, step.index, writers);
  };
  record(recording.first, step.first, step.first_result, first_before_, recording.first_writers);
  record(recording.second, step.second, step.second_result, second_before_, recording.second_writers);
  next_.after_step(step);
}

Finding reduced(const Finding& finding, Oracle& oracle) {
  const Program program = reduce(finding.program, [&](const Program& candidate) {
    const auto again = oracle.judge(candidate);
    return again && again->signature == finding.signature;
  });
  return oracle.judge(program).value_or(finding);
}

}  // namespace lockstep
