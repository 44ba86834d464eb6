#include "lockstep/oracles/oracle.h"

#include "lockstep/language/reduce.h"

namespace lockstep {

Finding reduced(const Finding& finding, Oracle& oracle) {
  const Program program = reduce(finding.program, [&](const Program& candidate) {
    const auto again = oracle.judge(candidate);
    return again && again->signature == finding.signature;
  });
  return oracle.judge(program).value_or(finding);
}

}  // namespace lockstep
