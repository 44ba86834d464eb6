// The libFuzzer target: any bytes are a program.
// The one fact that matters: a divergence prints its report and aborts, so libFuzzer keeps the input; `replay` runs it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "lockstep/lockstep.h"
#include "lockstep/mutate.h"
#include "seeded/seeded_bugs.h"

#ifndef LOCKSTEP_FUZZ_AGAINST
#define LOCKSTEP_FUZZ_AGAINST "iov"
#endif

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using namespace lockstep;

Program program_in(const std::uint8_t* data, std::size_t size) { return decode({data, size}); }

std::size_t store(const Program& program, std::uint8_t* data, std::size_t max_size) {
  const std::vector<std::uint8_t> bytes = encode(program);
  const std::size_t size = std::min(bytes.size(), max_size);
  std::copy_n(bytes.begin(), size, data);
  return size;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Implementation& implementation = *implementation_named(LOCKSTEP_FUZZ_AGAINST);
  // Keeps unused memory only; everything a program can see is made anew for each.
  static Lockstep lockstep(implementation);
  if (const auto divergence = lockstep.run(program_in(data, size))) {
    const std::string report = explain(*divergence);
    std::fprintf(stderr, "lockstep_fuzzer: diverges: %s\n%s", divergence->signature().c_str(), report.c_str());
    std::abort();
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  RandomChoices choices(seed);
  // Raw bytes now and then: decoding is to be total.
  if (choices.one_in(32)) return LLVMFuzzerMutate(data, size, max_size);
  return store(mutate(program_in(data, size), choices), data, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                                 const std::uint8_t* second, std::size_t second_size, std::uint8_t* out,
                                                 std::size_t max_size, unsigned seed) {
  RandomChoices choices(seed);
  return store(cross_over(program_in(first, first_size), program_in(second, second_size), choices), out, max_size);
}
