#include "bug_search.h"

#include <rapidcheck.h>

#include <algorithm>
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
const std::vector<Stored>& examples() {
  static const std::vector<Stored> programs = stored("examples");
  return programs;
}

const std::vector<Stored>& regressions() {
  static const std::vector<Stored> programs = stored("regressions");
  return programs;
}

bool search_examples(const Implementation& implementation, Programs& programs) {
  return std::any_of(examples().begin(), examples().end(), [&](const Stored& example) {
    ++programs;
    return ExpectationOracle(example.parsed, implementation).judge(example.parsed.program).has_value();
  });
}

bool search_corpus(const Implementation& implementation, Programs& programs) {
  ModelOracle oracle(implementation);
  for (const auto* folder : {&examples(), &regressions()})
    for (const Stored& some : *folder) {
      ++programs;
      if (oracle.judge(some.parsed.program)) return true;
    }
  return false;
}

/// The quick scopes, but for those whose programs are not for this bug.
std::vector<Scope> scopes_for(const SeededBug& bug) {
  std::vector<Scope> scopes = quick_scopes();
  std::erase_if(scopes, [&bug](const Scope& scope) {
    return scope.is_unbacked ? !bug.implementation.takes_unbacked : bug.needs.unbacked;
  });
  return scopes;
}

bool search_enumerating(const SeededBug& bug, std::uint64_t most, Programs& programs) {
  ModelOracle oracle(bug.implementation);
  Program program;
  for (const Scope& scope : scopes_for(bug)) {
    Odometer odometer;
    do {
      if (programs.load(std::memory_order_relaxed) == most) return false;
      scope.draw(odometer, program);
      programs.store(programs.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      if (oracle.judge(program)) return true;
    } while (odometer.next());
  }
  return false;
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

Program enumerated_program(const SeededBug& bug, std::uint64_t programs) {
  Program program;
  for (const Scope& scope : scopes_for(bug)) {
    Odometer odometer;
    do {
      scope.draw(odometer, program);
      if (--programs == 0) return program;
    } while (odometer.next());
  }
  throw std::out_of_range("enumeration has no such program");
}

}  // namespace

std::string_view source_name(Source source) {
  switch (source) {
    case Source::examples:
      return "examples";
    case Source::corpus:
      return "corpus";
    case Source::enumeration:
      return "enumeration";
    case Source::rapidcheck:
      return "RapidCheck";
    case Source::random:
      return "random tester";
  }
  return "unknown";
}

Search search_for(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t most) {
  const Implementation& implementation = bug.implementation;
  if (source == Source::examples || source == Source::corpus)
    static_cast<void>(examples()), static_cast<void>(regressions());
  return search_isolated([&](Programs& programs) {
    switch (source) {
      case Source::examples:
        return search_examples(implementation, programs);
      case Source::corpus:
        return search_corpus(implementation, programs);
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
  if (source == Source::enumeration) return enumerated_program(bug, programs);
  if (source == Source::random) return random_program(seed, programs - 1, kRandomOperations);
  throw std::invalid_argument("only drawn and enumerated programs have a number");
}

Program reduced(const Program& program, const SeededBug& bug) {
  ModelOracle model(bug.implementation);
  ResegmentationOracle resegmentation(bug.implementation);
  const auto against_the_model = [&model](const Program& candidate) { return model.judge(candidate).has_value(); };
  const auto when_resegmented = [&](const Program& candidate) { return resegmentation.judge(candidate).has_value(); };
  const auto reduced_by = [&](const auto& fails) {
    return fails(program) ? std::optional(reduce(program, fails)) : std::nullopt;
  };
  const auto in_a_child = [](const auto& fails) {
    return [&fails](const Program& candidate) {
      constexpr unsigned kMilliseconds = 25;  // a program takes a few; a hang costs as much for each candidate
      const auto search = [&](Programs& programs) {
        ++programs;
        return fails(candidate);
      };
      return search_isolated(search, kMilliseconds).end != Search::End::nothing;
    };
  };
  if (bug.needs.isolation || bug.needs.sanitizer) {
    if (const auto smaller = reduced_by(in_a_child(against_the_model))) return *smaller;
    return reduced_by(in_a_child(when_resegmented)).value_or(program);
  }
  if (const auto smaller = reduced_by(against_the_model)) return *smaller;
  return reduced_by(when_resegmented).value_or(program);
}

}  // namespace lockstep
