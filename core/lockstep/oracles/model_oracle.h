// SPDX-License-Identifier: Apache-2.0
// The main oracle: runs a program on the model and on an implementation, and compares everything after every step.
// In an unbacked arena the model is that of lengths.
#pragma once

#include <optional>

#include "lockstep/oracles/oracle.h"
#include "lockstep/oracles/steps.h"
#include "lockstep/sides/actual.h"
#include "lockstep/sides/expected.h"

namespace lockstep {

class ModelOracle final : public Oracle {
 public:
  explicit ModelOracle(const Implementation& implementation, Observer* observer = nullptr)
      : Oracle(implementation, observer), bytes_(implementation), lengths_(implementation), actual_(implementation) {}

  /// A program is run until its work, in bytes and elements gone through, exceeds a budget. A program in an unbacked
  /// arena is skipped if the implementation does not take it (Implementation::takes_unbacked).
  std::optional<Finding> judge(const Program& program) override;

  const Counts& counts() const { return counts_; }

 private:
  template <typename Model>
  class Pair;
  template <typename Model>
  std::optional<Finding> judge_on(const Program& program, Expected<Model>& expected);

  ExpectedBytes bytes_;
  ExpectedLengths lengths_;
  Actual actual_;
  Counts counts_;
};

/// Judges one program from scratch.
std::optional<Finding> judge(const Program& program, const Implementation& implementation);

}  // namespace lockstep
