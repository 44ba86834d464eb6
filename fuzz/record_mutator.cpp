// What libFuzzer mutates in every target here: the records of a program.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "lockstep/language/choices.h"
#include "lockstep/language/mutate.h"
#include "lockstep/language/program.h"
#include "transfers_only.h"

using namespace lockstep;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

std::size_t store(Program program, std::uint8_t* data, std::size_t max_size) {
#ifdef LOCKSTEP_TRANSFERS_ONLY
  program = transfers_of(std::move(program));
#endif
  const std::vector<std::uint8_t> bytes = encode(program);
  const std::size_t size = std::min(bytes.size(), max_size);
  std::copy_n(bytes.begin(), size, data);
  return size;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  RandomChoices choices(seed);
  // Raw bytes now and then: decoding is to be total.
  if (choices.one_in(32)) return LLVMFuzzerMutate(data, size, max_size);
  return store(mutate(decode({data, size}), choices), data, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                                 const std::uint8_t* second, std::size_t second_size, std::uint8_t* out,
                                                 std::size_t max_size, unsigned seed) {
  RandomChoices choices(seed);
  return store(cross_over(decode({first, first_size}), decode({second, second_size}), choices), out, max_size);
}
