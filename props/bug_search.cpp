// SPDX-License-Identifier: Apache-2.0
#include "bug_search.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "lockstep/oracles/expectations.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "scopes.h"
#include "stored.h"

namespace lockstep {
namespace {

using Programs = std::atomic<std::uint64_t>;

/// Programs in large arenas cost as much as all others, and few bugs need them: they come last. Not by
/// std::stable_partition: clang 19 warns of what it calls in the library of gcc 12.
std::vector<Stored> cheap_first(std::vector<Stored> programs) {
  std::vector<Stored> ordered;
  for (const bool is_large : {false, true}) {
    for (Stored& one : programs) {
      if ((one.parsed.program.arena.kind == Arena::Kind::large) == is_large) ordered.push_back(std::move(one));
    }
  }
  return ordered;
}

/// Read once, not by every child.
const std::vector<Stored>& stored_once(Source source) {
  static const std::array programs = {cheap_first(stored({"examples"})),
                                      cheap_first(stored({"examples", "regressions"}))};
  return programs[source == Source::examples ? 0 : 1];
}

/// The expectations of the examples need no model.
bool search_examples(const SeededBug& bug, Programs& programs) {
  const auto& examples = stored_once(Source::examples);
  return std::any_of(examples.begin(), examples.end(), [&](const Stored& example) {
    ++programs;
    return judge(example.parsed, bug.implementation).has_value();
  });
}

/// Calls visit(program) for those of the corpus, of the quick scopes but for what is not for this bug, or of the random
/// tester, which has no end, until it answers false.
template <typename Visit>
void visit_programs_of(Source source, const SeededBug& bug, std::uint64_t seed, Visit visit) {
  if (source == Source::corpus) {
    for (const Stored& one : stored_once(source))
      if (!visit(one.parsed.program)) return;
  } else if (source == Source::enumeration) {
    for (const Scope& scope : quick_scopes()) {
      const bool is_for_the_bug = scope.is_unbacked ? bug.implementation.takes_unbacked : !bug.needs.unbacked;
      if (is_for_the_bug && !visit_programs(scope, visit)) return;
    }
  } else {
    for (std::uint64_t number = 0; visit(random_program(seed, number, kRandomOperations)); ++number) continue;
  }
}

bool search_by_the_model(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t most,
                         Programs& programs) {
  ModelOracle model(bug.implementation);
  ResegmentationOracle resegmentation(bug.implementation);
  bool is_found = false;
  visit_programs_of(source, bug, seed, [&](const Program& program) {
    if (programs == most) return false;
    const auto way = source == Source::random ? segmentation_of_program(programs) : std::nullopt;
    ++programs;
    is_found = model.judge(program) || (way && resegmentation.judge(program, *way));
    return !is_found;
  });
  return is_found;
}

}  // namespace

bool has_rapidcheck() { return search_with_rapidcheck != nullptr; }

Search search_for(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t most) {
  if (source <= Source::corpus) static_cast<void>(stored_once(source));
  return search_isolated([&](Programs& programs) {
    if (source == Source::examples) return search_examples(bug, programs);
    if (source == Source::rapidcheck) return search_with_rapidcheck(bug, seed, programs);
    return search_by_the_model(source, bug, seed, most, programs);
  });
}

Program smallest_found(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t programs) {
  Program found;
  visit_programs_of(source, bug, seed, [&](const Program& program) {
    if (--programs == 0) found = program;
    return programs > 0;
  });
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
    if (fails(found)) return reduce(found, fails);
  }
  return found;
}

}  // namespace lockstep
