// SPDX-License-Identifier: Apache-2.0
// Runs the programs of scopes.
#include "lockstep/oracles/model_oracle.h"
#include "scopes.h"

namespace lockstep {

const Program* enumerated = nullptr;

Enumeration enumerate(const Scope& scope, const Implementation& implementation,
                      const std::function<bool(std::uint64_t)>& progress, Observer* observer,
                      const std::function<bool(const Finding&)>& goes_on) {
  constexpr std::uint64_t kBetweenReports = 1 << 16;
  ModelOracle oracle(implementation, observer);
  Enumeration enumeration;
  visit_programs(scope, [&](const Program& program) {
    ++enumeration.programs;
    enumerated = &program;
    enumeration.finding = oracle.judge(program);
    if (enumeration.finding && goes_on && goes_on(*enumeration.finding)) enumeration.finding.reset();
    const bool is_told = progress && !enumeration.finding && enumeration.programs % kBetweenReports == 0;
    return !enumeration.finding && (!is_told || progress(enumeration.programs));
  });
  enumerated = nullptr;
  enumeration.skipped = oracle.counts().skipped;
  return enumeration;
}

}  // namespace lockstep
