// The libFuzzer target without a model: any bytes are a program, run on vectors cut in four ways.
// The one fact that matters: it sees what the model and the library get wrong alike.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "lockstep/cuts.h"
#include "seeded/seeded_bugs.h"

using namespace lockstep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Cuts cuts(default_implementation());
  if (const auto finding = cuts.run(decode({data, size}))) {
    std::fprintf(stderr, "cuts_fuzzer: diverges: %s\n%s", finding->signature.c_str(), finding->report.c_str());
    std::abort();
  }
  return 0;
}
