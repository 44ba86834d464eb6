// The libFuzzer target without a model: any bytes are a program, run on vectors cut in four ways, in C++ and in C.
// The one fact that matters: it sees what the model and the library get wrong alike.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <optional>

#include "lockstep/oracles/cuts.h"
#include "lockstep/oracles/lockstep.h"
#include "lockstep/tags/situations.h"
#include "searched.h"
#include "subjects/subjects.h"

using namespace lockstep;

namespace {

std::deque<Cuts> all_cuts;
std::optional<Lockstep> counted;  // runs each program as well when its situations are to be counted

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  for (const Implementation* implementation : searched_by("cuts_fuzzer")) all_cuts.emplace_back(*implementation);
  if (SituationCounter* counter = situation_counter_of_environment("cuts_fuzzer"))
    counted.emplace(default_implementation(), counter);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Program program = decode({data, size});
  if (counted) static_cast<void>(counted->run(program));
  for (Cuts& cuts : all_cuts) {
    if (const auto finding = cuts.run(program)) {
      std::fprintf(stderr, "cuts_fuzzer: diverges: %s\n%s", finding->signature.c_str(), finding->report.c_str());
      std::abort();
    }
  }
  return 0;
}
