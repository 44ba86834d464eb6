// The libFuzzer target: any bytes are a program.
// The one fact that matters: a divergence prints its report and aborts, so libFuzzer keeps the input; `replay` runs it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "lockstep/lockstep.h"
#include "lockstep/situations.h"
#include "seeded/seeded_bugs.h"

using namespace lockstep;

namespace {

const Implementation* implementation = &default_implementation();

}  // namespace

/// LOCKSTEP_AGAINST in the environment names what is searched in place of the adapter, or of ours.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* const name = std::getenv("LOCKSTEP_AGAINST");
  if (name == nullptr) return 0;
  implementation = implementation_named(name);
  if (implementation != nullptr) return 0;
  std::fprintf(stderr, "lockstep_fuzzer: LOCKSTEP_AGAINST: there is no '%s'\n", name);
  std::exit(1);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Keeps unused memory only; everything a program can see is made anew for each.
  static Lockstep lockstep(*implementation, situation_counter_of_environment("libFuzzer"));
  if (const auto divergence = lockstep.run(decode({data, size}))) {
    const std::string report = explain(*divergence);
    std::fprintf(stderr, "lockstep_fuzzer: diverges: %s\n%s", divergence->signature().c_str(), report.c_str());
    std::abort();
  }
  return 0;
}
