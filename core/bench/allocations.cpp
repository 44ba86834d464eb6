// SPDX-License-Identifier: Apache-2.0
// The linker redirects calls of malloc, calloc and realloc in this program to those below (--wrap).
#include "allocations.h"

#include <cstdlib>
#include <new>

namespace {

std::size_t times = 0;

}  // namespace

std::size_t bench::allocations() noexcept { return times; }

extern "C" {

void* __real_malloc(std::size_t bytes);
void* __wrap_malloc(std::size_t bytes) {
  ++times;
  return __real_malloc(bytes);
}

void* __real_calloc(std::size_t count, std::size_t bytes);
void* __wrap_calloc(std::size_t count, std::size_t bytes) {
  ++times;
  return __real_calloc(count, bytes);
}

void* __real_realloc(void* block, std::size_t bytes);
void* __wrap_realloc(void* block, std::size_t bytes) {
  ++times;
  return __real_realloc(block, bytes);
}
}

// The other forms call this one. The standard library's own would call a malloc that is not redirected.
void* operator new(std::size_t bytes) {
  if (void* const block = std::malloc(bytes > 0 ? bytes : 1)) return block;
  throw std::bad_alloc();
}

void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t /*bytes*/) noexcept { std::free(block); }
