#include "bug_search.h"

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "generators.h"
#include "lockstep/oracles/expectations.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "scopes.h"
#include "stored.h"

namespace lockstep {
namespace {

using Programs = std::atomic<std::uint64_t>;

/// Read once, not by every child.
const std::vector<Stored>& stored_once(Source source) {
  static const std::array programs = {stored({"examples"}), stored({"examples", "regressions"})};
  return programs[source == Source::examples ? 0 : 1];
}

bool search_stored(Source source, const Implementation& implementation, Programs& programs) {
  ModelOracle oracle(implementation);
  return std::any_of(stored_once(source).begin(), stored_once(source).end(), [&](const Stored& one) {
    ++programs;
    return source == Source::examples ? judge(one.parsed, implementation).has_value()
                                      : oracle.judge(one.parsed.program).has_value();
  });
}

/// Calls visit(program) for the programs of the quick scopes, but for those that are not for this bug, until it answers
/// false.
template <typename Visit>
void visit_enumerated(const SeededBug& bug, Visit visit) {
  for (const Scope& scope : quick_scopes()) {
    const bool is_for_the_bug = scope.is_unbacked ? bug.implementation.takes_unbacked : !bug.needs.unbacked;
    if (is_for_the_bug && !visit_programs(scope, visit)) return;
  }
}

bool search_enumerating(const SeededBug& bug, std::uint64_t most, Programs& programs) {
  ModelOracle oracle(bug.implementation);
  bool is_found = false;
  visit_enumerated(bug, [&](const Program& program) {
    const std::uint64_t before = programs.load(std::memory_order_relaxed);
    if (before == most) return false;
    programs.store(before + 1, std::memory_order_relaxed);
    is_found = oracle.judge(program).has_value();
    return !is_found;
  });
  return is_found;
}

bool search_with_rapidcheck(const SeededBug& bug, std::uint64_t seed, Programs& programs) {
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

bool search_at_random(const SeededBug& bug, std::uint64_t seed, std::uint64_t most, Programs& programs) {
  ModelOracle model(bug.implementation);
  ResegmentationOracle resegmentation(bug.implementation);
  for (std::uint64_t number = 0; number < most; ++number) {
    programs.store(number + 1, std::memory_order_relaxed);
    const Program program = random_program(seed, number, kRandomOperations);
    if (model.judge(program)) return true;
    if (const auto way = segmentation_of_program(number))
      if (resegmentation.judge(program, *way)) return true;
  }
  return false;
}

}  // namespace

Search search_for(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t most) {
  if (source <= Source::corpus) static_cast<void>(stored_once(source));
  return search_isolated([&](Programs& programs) {
    switch (source) {
      case Source::examples:
      case Source::corpus:
        return search_stored(source, bug.implementation, programs);
      case Source::enumeration:
        return search_enumerating(bug, most, programs);
      case Source::rapidcheck:
        return search_with_rapidcheck(bug, seed, programs);
      case Source::random:
        return search_at_random(bug, seed, most, programs);
    }
    return false;
  });
}

Program program_of(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t programs) {
  if (source == Source::random) return random_program(seed, programs - 1, kRandomOperations);
  if (source != Source::enumeration) throw std::invalid_argument("only drawn and enumerated programs have a number");
  Program found;
  visit_enumerated(bug, [&](const Program& program) {
    if (--programs == 0) found = program;
    return programs > 0;
  });
  return found;
}

Program reduced(const Program& program, const SeededBug& bug) {
  ModelOracle model(bug.implementation);
  ResegmentationOracle resegmentation(bug.implementation);
  const bool in_a_child = bug.needs.isolation || bug.needs.sanitizer;
  for (Oracle* const oracle : std::initializer_list<Oracle*>{&model, &resegmentation}) {
    const auto fails = [&](const Program& candidate) {
      if (!in_a_child) return oracle->judge(candidate).has_value();
      constexpr unsigned kMilliseconds = 25;  // a program takes a few; a hang costs as much for each candidate
      const auto search = [&](Programs&) { return oracle->judge(candidate).has_value(); };
      return search_isolated(search, kMilliseconds).end != Search::End::nothing;
    };
    if (fails(program)) return reduce(program, fails);
  }
  return program;
}

}  // namespace lockstep
