// The libFuzzer target for lengths that no memory has: any bytes are the choices that make a program on claims.
// The one fact that matters: no element may be looked into here, so a library that does crashes at once.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "lockstep/claims.h"
#include "seeded/seeded_bugs.h"

using namespace lockstep;

namespace {

const Implementation* implementation = &ours();

}  // namespace

/// LOCKSTEP_AGAINST in the environment names what is searched in place of ours.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* const name = std::getenv("LOCKSTEP_AGAINST");
  if (name == nullptr) return 0;
  implementation = implementation_named(name);
  if (implementation != nullptr && takes_claims(*implementation)) return 0;
  std::fprintf(stderr, "claims_fuzzer: LOCKSTEP_AGAINST: there is no '%s' that takes claims\n", name);
  std::exit(1);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Claims claims(*implementation);
  BytesChoices choices({data, size});
  if (const auto finding = claims.run(choices, {})) {
    std::fprintf(stderr, "claims_fuzzer: diverges: %s\n%s", finding->signature.c_str(), finding->report.c_str());
    std::abort();
  }
  return 0;
}
