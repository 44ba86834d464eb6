// SPDX-License-Identifier: Apache-2.0
// RapidCheck, let loose on one seeded bug.
// Apart from the other sources, which an executable has also where RapidCheck is not installed.
#include <rapidcheck.h>

#include "bug_search.h"
#include "generators.h"
#include "lockstep/oracles/model_oracle.h"

bool lockstep::search_with_rapidcheck(const SeededBug& bug, std::uint64_t seed, std::atomic<std::uint64_t>& programs) {
  // The first seed is that of props/main.cpp, and the number of cases, too.
  rc::detail::TestParams params;
  params.seed = 20260100 + seed;
  params.maxSuccess = 3000;
  params.disableShrinking = true;
  const auto result = check_programs(
      [&](const Program& program) {
        ++programs;
        RC_ASSERT(!judge(program, bug.implementation));
      },
      params);
  rc::detail::FailureResult failure;
  return result.match(failure);
}
