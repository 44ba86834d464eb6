// The libFuzzer target: any bytes are a program.
// The one fact that matters: a divergence prints its report and aborts, so libFuzzer keeps the input; `replay` runs it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "lockstep/lockstep.h"
#include "seeded/seeded_bugs.h"

using namespace lockstep;

#ifndef LOCKSTEP_FUZZ_AGAINST
#define LOCKSTEP_FUZZ_AGAINST "iov"
#endif

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Implementation& implementation = *implementation_named(LOCKSTEP_FUZZ_AGAINST);
  // Keeps unused memory only; everything a program can see is made anew for each.
  static Lockstep lockstep(implementation);
  if (const auto divergence = lockstep.run(decode({data, size}))) {
    const std::string report = explain(*divergence);
    std::fprintf(stderr, "lockstep_fuzzer: diverges: %s\n%s", divergence->signature().c_str(), report.c_str());
    std::abort();
  }
  return 0;
}
