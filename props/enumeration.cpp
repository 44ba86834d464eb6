// SPDX-License-Identifier: Apache-2.0
// Runs the programs of scopes.
#include "lockstep/oracles/model_oracle.h"
#include "scopes.h"

namespace lockstep {

const Program* enumerated = nullptr;

Enumeration enumerate(const Scope& scope, const Implementation& implementation, const EnumerationOptions& options) {
  constexpr std::uint64_t kBetweenReports = 1 << 16;
  ModelOracle oracle(implementation, options.observer);
  Enumeration enumeration;
  visit_programs(scope, [&](const Program& program) {
    ++enumeration.programs;
    enumerated = &program;
    enumeration.finding = oracle.judge(program);
    if (enumeration.finding && options.goes_on && options.goes_on(*enumeration.finding)) enumeration.finding.reset();
    if (options.progress && enumeration.programs % kBetweenReports == 0) options.progress(enumeration.programs);
    return !enumeration.finding && enumeration.programs < options.most;
  });
  enumerated = nullptr;
  enumeration.skipped = oracle.counts().skipped;
  return enumeration;
}

}  // namespace lockstep
