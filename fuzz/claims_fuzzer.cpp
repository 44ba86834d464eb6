// The libFuzzer target for lengths that no memory has: any bytes are the choices that make a program on claims, in C++
// and in C. The one fact that matters: no element may be looked into here, so a library that does crashes at once.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>

#include "lockstep/claims.h"
#include "searched.h"

using namespace lockstep;

namespace {

std::deque<Claims> all_claims;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  for (const Implementation* implementation : searched_by("claims_fuzzer")) {
    if (!takes_claims(*implementation)) {
      std::fprintf(stderr, "claims_fuzzer: %s takes no claims\n", std::string(implementation->name).c_str());
      std::exit(1);
    }
    all_claims.emplace_back(*implementation);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (Claims& claims : all_claims) {
    BytesChoices choices({data, size});
    if (const auto finding = claims.run(choices, {})) {
      std::fprintf(stderr, "claims_fuzzer: diverges: %s\n%s", finding->signature.c_str(), finding->report.c_str());
      std::abort();
    }
  }
  return 0;
}
