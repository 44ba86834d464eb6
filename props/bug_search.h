// Each source of programs, let loose on one seeded bug.
// A search runs in a child, so a bug that crashes or loops is found like any other, at the program that did it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lockstep/language/program.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/report/report.h"
#include "subjects/seeded/seeded_bugs.h"

namespace lockstep {

enum class Source : std::uint8_t {
  examples,     ///< The expectations of corpus/examples, without the model.
  corpus,       ///< The programs of corpus/, against the model.
  enumeration,  ///< The quick scopes.
  rapidcheck,   ///< The property of the suite, as many programs as there.
  random,       ///< The random tester.
};
inline constexpr std::array kSources = {Source::examples, Source::corpus, Source::enumeration, Source::rapidcheck,
                                        Source::random};

std::string_view source_name(Source source);

/// Whether it draws, so that one run of it says little.
constexpr bool has_seed(Source source) { return source >= Source::rapidcheck; }

/// What the random tester draws by default beyond initial shapes.
inline constexpr std::size_t kRandomOperations = 100;
/// The goals of the random tester: half of its seeds find a bug within the first number, and all within the second.
inline constexpr std::uint64_t kRandomMedian = 100'000;
inline constexpr std::uint64_t kRandomWorst = 1'000'000;

/// `most` is for enumeration and the random tester.
Search search_for(Source source, const SeededBug& bug, std::uint64_t seed = 1, std::uint64_t most = kRandomWorst);

/// The program that such a search of a source with a seed, or of enumeration, found.
Program program_of(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t programs);

/// The same bug in a smaller program, which the same oracle notices: the model, or resegmentation.
Program reduced(const Program& program, const SeededBug& bug);

}  // namespace lockstep
