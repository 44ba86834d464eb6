// The libFuzzer target for lengths that no memory has: any bytes are the first choices that make a program on claims,
// in C++ and in C; those behind them are drawn at random, from a seed that the bytes make. The one fact that matters:
// no element may be looked into here, so a library that does crashes at once.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <string>
#include <vector>

#include "lockstep/oracles/claims.h"
#include "searched.h"

using namespace lockstep;

namespace {

std::deque<Claims> all_claims;
std::vector<const Implementation*> implementations;

/// What was tried, and what too rarely, for the table of ci/gates.
void write_counts() {
  std::ofstream file(std::getenv("LOCKSTEP_SITUATIONS"), std::ios::binary);
  for (std::size_t i = 0; i < all_claims.size(); ++i) {
    const model::Dialect dialect = implementations[i]->dialect;
    const std::string source = "claims_fuzzer" + std::string(dialect == model::Dialect::c ? kInC : "");
    file << print(all_claims[i].counts(), source) << "\n";
    for (const std::string& line : shortfalls(all_claims[i].counts(), source)) file << "too rare: " << line << "\n";
  }
  if (!file.flush()) std::fputs("claims_fuzzer: the counts cannot be written\n", stderr);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  implementations = searched_by("claims_fuzzer");
  for (const Implementation* implementation : implementations) {
    if (!takes_claims(*implementation)) {
      std::fprintf(stderr, "claims_fuzzer: %s takes no claims\n", std::string(implementation->name).c_str());
      std::exit(1);
    }
    all_claims.emplace_back(*implementation);
  }
  if (std::getenv("LOCKSTEP_SITUATIONS") != nullptr) std::atexit(write_counts);
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
