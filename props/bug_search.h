// SPDX-License-Identifier: Apache-2.0
// Each source of programs, let loose on one seeded bug.
// A search runs in a child, so a bug that crashes or loops is found like any other, at the program that did it.
#pragma once

#include <atomic>
#include <cstdint>

#include "lockstep/language/program.h"
#include "lockstep/oracles/isolation.h"
#include "subjects/seeded/seeded_bugs.h"

namespace lockstep {

/// In the order of the list of their names in bug_benchmark.cpp.
enum class Source : std::uint8_t {
  examples,     ///< The expectations of corpus/examples, without the model.
  corpus,       ///< The programs of corpus/, against the model.
  enumeration,  ///< The quick scopes.
  random,       ///< The random tester.
  rapidcheck,   ///< The property of the suite, as many programs as there.
};

/// What the random tester draws by default beyond initial shapes.
inline constexpr std::size_t kRandomOperations = 100;
/// Half of its seeds find a bug within so many programs; ci/seeded_bugs has the other goals.
inline constexpr std::uint64_t kRandomMedian = 100'000;

/// Whether this executable has RapidCheck's search: those without RapidCheck do without rapidcheck_search.cpp.
bool has_rapidcheck();

/// RapidCheck's search; for search_for alone. Whether it found the bug.
[[gnu::weak]] bool search_with_rapidcheck(const SeededBug& bug, std::uint64_t seed,
                                          std::atomic<std::uint64_t>& programs);

/// `most` is how many programs the corpus, enumeration and the random tester run at most.
Search search_for(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t most);

/// What such a search of these three found after so many programs: the same bug in a smaller program, which the same
/// oracle notices, the model or resegmentation.
Program smallest_found(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t programs);

}  // namespace lockstep
