// What the libFuzzer targets search.
// The one fact that matters: unless one is named, each input is run on both interfaces of ours, or on the adapter
// alone.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "lockstep/language/support.h"
#include "lockstep/oracles/lockstep.h"
#include "lockstep/tags/situations.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {

/// LOCKSTEP_AGAINST in the environment names the only implementation that is searched. Prints what the adapter, or what
/// is named, declares and leaves out; ends the process if there is none of that name.
inline std::vector<const Implementation*> searched_by(const std::string& fuzzer) {
  add_seeded_bugs();
  std::vector<const Implementation*> searched = {&default_implementation()};
  if (const char* const name = std::getenv("LOCKSTEP_AGAINST")) {
    searched = {implementation_named(name)};
    if (searched.front() == nullptr) {
      std::fprintf(stderr, "%s: LOCKSTEP_AGAINST: there is no '%s'\n", fuzzer.c_str(), name);
      std::exit(1);
    }
  } else if (searched.front() == &ours()) {
    searched.push_back(&qemu_iov());
  }
  for (const Implementation* implementation : searched)
    std::fputs(reservations(*implementation, fuzzer + ": ").c_str(), stderr);
  return searched;
}

/// One for each of these. The first counts situations where that is asked for: they are those of programs, the same for
/// all that run them; `source` is what the counts call themselves.
inline std::deque<Lockstep> locksteps_of(const std::string& fuzzer, const std::string& source) {
  std::deque<Lockstep> made;
  SituationCounter* counter = situation_counter_of_environment(source);
  for (const Implementation* implementation : searched_by(fuzzer)) {
    made.emplace_back(*implementation, counter);
    counter = nullptr;
  }
  return made;
}

}  // namespace lockstep
