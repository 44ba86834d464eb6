// SPDX-License-Identifier: Apache-2.0
// Linked into the tester of the build memcheck: has Valgrind see what AddressSanitizer does. What the harness poisons
// while an operation runs in an exact arena is no memory to Valgrind, either.
#if __has_include(<valgrind/memcheck.h>)  // ci/lint looks at this file also where it is not installed
#include <valgrind/memcheck.h>

#include <cstddef>

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): AddressSanitizer has named them
extern "C" {
void __asan_poison_memory_region(const volatile void* start, std::size_t bytes);
void __asan_unpoison_memory_region(const volatile void* start, std::size_t bytes);

void __asan_poison_memory_region(const volatile void* start, std::size_t bytes) {
  static_cast<void>(VALGRIND_MAKE_MEM_NOACCESS(start, bytes));
}

void __asan_unpoison_memory_region(const volatile void* start, std::size_t bytes) {
  static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(start, bytes));
}
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
#endif
