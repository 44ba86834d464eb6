// The libFuzzer target of sockets: any bytes are a script and a vector, sent and received in C++ and in C.
// The one fact that matters: inputs are programs as everywhere, but of everything other than the making of elements, of
// discards and of transfers nothing is run, so all the time goes into these.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

#include "lockstep/oracles/lockstep.h"
#include "lockstep/tags/situations.h"
#include "searched.h"
#include "transfers_only.h"

using namespace lockstep;

namespace {

std::deque<Lockstep> locksteps;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  locksteps = locksteps_of("transport_fuzzer", std::string(kTransfersOnly));
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Program program = transfers_of(decode({data, size}));
  for (Lockstep& lockstep : locksteps) {
    if (const auto divergence = lockstep.run(program)) {
      const std::string report = explain(*divergence);
      std::fprintf(stderr, "transport_fuzzer: diverges: %s\n%s", divergence->signature().c_str(), report.c_str());
      std::abort();
    }
  }
  return 0;
}
