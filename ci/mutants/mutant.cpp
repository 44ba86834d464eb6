// SPDX-License-Identifier: Apache-2.0
// Linked into every mutated executable. See mutant.h.
#include "mutant.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cstdlib>

namespace mutants {
namespace {
constexpr int kMost = 1 << 16;
unsigned char nobody_looks[kMost];
}  // namespace

int chosen = 0;
unsigned char* reached = nobody_looks;

// Before any constructor of the project, which may be mutated.
__attribute__((constructor(101))) void begin() {
  if (const char* const id = std::getenv("LOCKSTEP_MUTANT")) chosen = std::atoi(id);
  if (const char* const path = std::getenv("LOCKSTEP_MUTANTS_REACHED")) {
    const int file = open(path, O_RDWR);
    void* const shared = file < 0 ? MAP_FAILED : mmap(nullptr, kMost, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED) std::abort();
    reached = static_cast<unsigned char*>(shared);
  }
}

}  // namespace mutants
