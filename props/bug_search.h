// Each source of programs, let loose on one seeded bug.
// A search runs in a child, so a bug that crashes or loops is found like any other, at the program that did it.
#pragma once

#include <cstdint>

#include "lockstep/language/program.h"
#include "lockstep/oracles/isolation.h"
#include "subjects/seeded/seeded_bugs.h"

namespace lockstep {

/// In the order of bug_benchmark's list of their names.
enum class Source : std::uint8_t {
  examples,     ///< The expectations of corpus/examples, without the model.
  corpus,       ///< The programs of corpus/, against the model.
  enumeration,  ///< The quick scopes.
  rapidcheck,   ///< The property of the suite, as many programs as there.
  random,       ///< The random tester.
};

/// What the random tester draws by default beyond initial shapes.
inline constexpr std::size_t kRandomOperations = 100;
/// Half of its seeds find a bug within so many programs; ci/seeded_bugs has the other goals.
inline constexpr std::uint64_t kRandomMedian = 100'000;

/// `most` is how many programs the corpus, enumeration and the random tester run at most.
Search search_for(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t most);

/// What such a search of these three found after so many programs: the same bug in a smaller program, which the same
/// oracle notices, the model or resegmentation.
Program smallest_found(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t programs);

}  // namespace lockstep
