#include "hunts.h"

#include <rapidcheck.h>

#include <filesystem>
#include <set>
#include <stdexcept>

#include "command_line/command_line.h"
#include "generators.h"
#include "lockstep/oracles/claims.h"
#include "lockstep/oracles/cuts.h"
#include "lockstep/oracles/lockstep.h"
#include "lockstep/oracles/pinned.h"
#include "lockstep/language/reduce.h"
#include "scopes.h"

namespace lockstep {
namespace {

using Programs = std::atomic<std::uint64_t>;

std::vector<ParsedProgram> stored(std::initializer_list<const char*> folders) {
  std::set<std::filesystem::path> files;
  for (const char* folder : folders)
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(LOCKSTEP_CORPUS) / folder))
      if (entry.path().extension() == ".iov") files.insert(entry.path());
  std::vector<ParsedProgram> programs;
  for (const auto& file : files) programs.push_back(program_in(read_file(file), file));
  return programs;
}

const std::vector<ParsedProgram>& stored_examples() {
  static const std::vector<ParsedProgram> examples = stored({"examples"});
  return examples;
}

const std::vector<ParsedProgram>& stored_corpus() {
  static const std::vector<ParsedProgram> corpus = stored({"examples", "regressions"});
  return corpus;
}

bool hunt_examples(const Implementation& implementation, Programs& programs) {
  for (const ParsedProgram& example : stored_examples()) {
    ++programs;
    if (!check_pinned(example, implementation).empty()) return true;
  }
  return false;
}

bool hunt_corpus(const Implementation& implementation, Programs& programs) {
  Lockstep lockstep(implementation);
  for (const ParsedProgram& stored_program : stored_corpus()) {
    ++programs;
    if (lockstep.run(stored_program.program)) return true;
  }
  return false;
}

bool hunt_enumerating_claims(const Implementation& implementation, std::uint64_t most, Programs& programs) {
  Claims claims(implementation);
  return enumerate_claims(claims, most, &programs).has_value();
}

bool hunt_enumerating(const Implementation& implementation, std::uint64_t most, Programs& programs) {
  Lockstep lockstep(implementation);
  Program program;
  for (const Scope& scope : quick_scopes()) {
    Odometer odometer;
    do {
      if (programs.load(std::memory_order_relaxed) == most) return false;
      scope.draw(odometer, program);
      programs.store(programs.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      if (lockstep.run(program)) return true;
    } while (odometer.next());
  }
  return false;
}

bool hunt_with_rapidcheck(const SeededBug& bug, std::uint64_t seed, Programs& programs) {
  // The first seed is that of props/main.cpp, and the number of cases, too.
  rc::detail::TestParams params;
  params.seed = 20260100 + seed;
  params.maxSuccess = 3000;
  params.disableShrinking = true;
  Claims claims(bug.implementation);
  const auto on_claims = [&] {
    ++programs;
    RapidChoices choices;
    RC_ASSERT(!claims.run(choices, {}));
  };
  const auto on_bytes = [&](const Program& program) {
    ++programs;
    RC_ASSERT(!run(program, bug.implementation));
  };
  const auto result = bug.needs.claims ? rc::detail::checkTestable(on_claims, rc::detail::TestMetadata{}, params)
                                       : check_programs(on_bytes, params);
  rc::detail::FailureResult failure;
  return result.match(failure);
}

bool hunt_at_random(const SeededBug& bug, std::uint64_t seed, std::uint64_t most, Programs& programs) {
  Lockstep lockstep(bug.implementation);
  Cuts cuts(bug.implementation);
  Claims claims(bug.implementation);
  for (std::uint64_t number = 0; number < most; ++number) {
    programs.store(number + 1, std::memory_order_relaxed);
    const Program program = random_program(seed, number, kRandomOperations);
    if (lockstep.run(program)) return true;
    if (const auto cut = cut_of_program(number))
      if (cuts.run(program, *cut)) return true;
    if (bug.needs.claims && number % kProgramsPerClaims == 0) {
      RandomChoices choices(seed_of_program(seed, number));
      if (claims.run(choices, {})) return true;
    }
  }
  return false;
}

Program enumerated_program(std::uint64_t programs) {
  Program program;
  for (const Scope& scope : quick_scopes()) {
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

Search hunt(Source source, const SeededBug& bug, std::uint64_t seed, std::uint64_t most) {
  const Implementation& implementation = bug.implementation;
  // Read once, not by every child.
  if (source == Source::examples) static_cast<void>(stored_examples());
  if (source == Source::corpus) static_cast<void>(stored_corpus());
  return search_isolated([&](Programs& programs) {
    switch (source) {
      case Source::examples:
        return hunt_examples(implementation, programs);
      case Source::corpus:
        return hunt_corpus(implementation, programs);
      case Source::enumeration:
        return bug.needs.claims ? hunt_enumerating_claims(implementation, most, programs)
                                : hunt_enumerating(implementation, most, programs);
      case Source::rapidcheck:
        return hunt_with_rapidcheck(bug, seed, programs);
      case Source::random:
        return hunt_at_random(bug, seed, most, programs);
    }
    return false;
  });
}

Program program_of(Source source, std::uint64_t seed, std::uint64_t programs) {
  if (source == Source::enumeration) return enumerated_program(programs);
  if (source == Source::random) return random_program(seed, programs - 1, kRandomOperations);
  throw std::invalid_argument("only drawn and enumerated programs have a number");
}

Program reduced(const Program& program, const SeededBug& bug) {
  const auto against_the_model = [&bug](const Program& candidate) {
    return run(candidate, bug.implementation).has_value();
  };
  const auto when_cut = [&bug](const Program& candidate) {
    return Cuts(bug.implementation).run(candidate).has_value();
  };
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
    return reduced_by(in_a_child(when_cut)).value_or(program);
  }
  if (const auto smaller = reduced_by(against_the_model)) return *smaller;
  return reduced_by(when_cut).value_or(program);
}

std::optional<Finding> finding_on_claims(Source source, const SeededBug& bug, std::uint64_t seed,
                                         std::uint64_t programs) {
  Claims claims(bug.implementation);
  if (source == Source::random) {
    RandomChoices choices(seed_of_program(seed, programs - 1));
    return claims.run(choices, {});
  }
  return enumerate_claims(claims, programs);
}

}  // namespace lockstep
