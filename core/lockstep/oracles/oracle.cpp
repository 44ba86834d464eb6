// SPDX-License-Identifier: Apache-2.0
#include "lockstep/oracles/oracle.h"

#include <exception>
#include <string>
#include <utility>

#include "lockstep/oracles/steps.h"

namespace lockstep {

void Recorder::begin_program(const Program& program) {
  const std::vector<std::size_t> nobody(program.arena.bytes, program.operations.size());
  recording = {{}, {}, nobody, nobody};
}

void Recorder::before_step(const Step& step) {
  recording.first.before = step.first.state(step.most_elements);
  recording.second.before = step.second.state(step.most_elements);
}

void Recorder::after_step(const Step& step) {
  const auto record = [&](Observation& observation, const Side& side, const Result& result,
                          std::vector<std::size_t>& writers) {
    State before = std::move(observation.before);
    observation = side.observe(result, step.has_value());
    observation.before = std::move(before);
    observation.after = side.state(step.most_elements);
    for (std::size_t i = 0; i < writers.size(); ++i)
      if (observation.before.memory[i] != observation.after.memory[i]) writers[i] = step.index;
  };
  record(recording.first, step.first, step.first_result, recording.first_writers);
  record(recording.second, step.second, step.second_result, recording.second_writers);
}

std::string words_of_exception() {
  try {
    throw;
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "of a type of its own";
  }
}

Finding reduced(const Finding& finding, Oracle& oracle) {
  const Program program = reduce(finding.program, [&](const Program& candidate) {
    const auto again = oracle.judge(candidate);
    return again && again->signature == finding.signature;
  });
  return oracle.judge(program).value_or(finding);
}

}  // namespace lockstep
