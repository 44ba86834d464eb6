// Judges a program by the effects that its text expects behind `->`.
// They are written by hand from the contract, so they judge the model as well as the implementation.
#pragma once

#include <optional>

#include "lockstep/oracles/model_oracle.h"

namespace lockstep {

/// Knows one program. What is expected but not so is a line of the report each, naming the step and the side; so is a
/// difference between the sides. Not judged are steps that the implementation lacks, and what holds in another dialect
/// or on machines with larger numbers only.
class ExpectationOracle final : public Oracle {
 public:
  ExpectationOracle(const ParsedProgram& parsed, const Implementation& implementation)
      : Oracle(implementation), parsed_(parsed), model_(implementation) {}

  /// `program` is the parsed one.
  std::optional<Finding> judge(const Program& program) override;

 private:
  const ParsedProgram& parsed_;
  ModelOracle model_;
};

}  // namespace lockstep
