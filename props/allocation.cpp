// SPDX-License-Identifier: Apache-2.0
// The linker redirects the library's calls of malloc, realloc and free to those below (--wrap), and this file replaces
// the nothrow operator new[]; they fail only while a test says so.
#include "allocation.h"

#include <cstdlib>
#include <new>

extern "C" void* __real_realloc(void* block, std::size_t bytes);
extern "C" void* __wrap_realloc(void* block, std::size_t bytes) {
  ++times_allocated;
  bytes_allocated = bytes;
  if (memory_has_run_out || no_more_elements) return nullptr;
  void* const grown = __real_realloc(block, bytes);
  if (block == nullptr && grown != nullptr) ++blocks_in_use;
  return grown;
}

extern "C" void* __real_malloc(std::size_t bytes);
extern "C" void* __wrap_malloc(std::size_t bytes) {
  ++times_allocated;
  bytes_allocated = bytes;
  if (memory_has_run_out || no_more_elements) return nullptr;
  void* const block = __real_malloc(bytes);
  if (block != nullptr) ++blocks_in_use;
  return block;
}

extern "C" void __real_free(void* block);
extern "C" void __wrap_free(void* block) {
  if (block != nullptr) --blocks_in_use;
  __real_free(block);
}

void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  if (memory_has_run_out) return nullptr;
  try {
    return ::operator new[](bytes);
  } catch (...) {
    return nullptr;
  }
}
