// The libFuzzer target of sockets: any bytes are a script and a vector, sent and received in C++ and in C.
// The one fact that matters: inputs are programs as everywhere, but of everything other than the making of elements, of
// discards and of transfers nothing is run, so all the time goes into these.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "lockstep/lockstep.h"
#include "seeded/seeded_bugs.h"
#include "transfers_only.h"

using namespace lockstep;

namespace {

void search(Lockstep& lockstep, const Program& program) {
  if (const auto divergence = lockstep.run(program)) {
    const std::string report = explain(*divergence);
    std::fprintf(stderr, "transport_fuzzer: diverges: %s\n%s", divergence->signature().c_str(), report.c_str());
    std::abort();
  }
}

const Implementation* chosen = nullptr;

}  // namespace

/// LOCKSTEP_AGAINST in the environment names the only implementation that is searched.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* const name = std::getenv("LOCKSTEP_AGAINST");
  if (name == nullptr) return 0;
  chosen = implementation_named(name);
  if (chosen != nullptr) return 0;
  std::fprintf(stderr, "transport_fuzzer: LOCKSTEP_AGAINST: there is no '%s'\n", name);
  std::exit(1);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Program program = transfers_of(decode({data, size}));
  static Lockstep first(chosen != nullptr ? *chosen : default_implementation());
  search(first, program);
  if (chosen != nullptr) return 0;
  static Lockstep in_c(qemu_iov());
  search(in_c, program);
  return 0;
}
