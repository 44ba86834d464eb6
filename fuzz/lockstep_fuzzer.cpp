// The libFuzzer target: any bytes are a program, run in C++ and in C.
// The one fact that matters: a divergence prints its report and aborts, so libFuzzer keeps the input; `replay` runs it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>

#include "lockstep/oracles/lockstep.h"
#include "searched.h"

using namespace lockstep;

namespace {

// They keep unused memory only; everything a program can see is made anew for each.
std::deque<Lockstep> locksteps;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  locksteps = locksteps_of("lockstep_fuzzer", "libFuzzer");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Program program = decode({data, size});
  for (Lockstep& lockstep : locksteps) {
    if (const auto divergence = lockstep.run(program)) {
      const std::string report = explain(*divergence);
      std::fprintf(stderr, "lockstep_fuzzer: diverges: %s\n%s", divergence->signature().c_str(), report.c_str());
      std::abort();
    }
  }
  return 0;
}
