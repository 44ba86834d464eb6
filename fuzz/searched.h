// What the libFuzzer targets search.
// The one fact that matters: unless one is named, each input is run on both interfaces of ours, or on the adapter
// alone.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "lockstep/adapter.h"
#include "seeded/seeded_bugs.h"

namespace lockstep {

/// LOCKSTEP_AGAINST in the environment names the only implementation that is searched. Prints what the adapter, or what
/// is named, declares and leaves out; ends the process if there is none of that name.
inline std::vector<const Implementation*> searched_by(const std::string& fuzzer) {
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

}  // namespace lockstep
