// SPDX-License-Identifier: Apache-2.0
// The lists of the model, which makes many short ones. A list hands its memory to the next one. In a fuzz build the
// model is not instrumented, but AddressSanitizer's allocator serves it, too, and took half of a search. Where the
// model itself is instrumented nothing is kept: a sanitizer has to see where each list ends.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace model {

/// A block of at least `bytes` (1 at the least), aligned for anything but over-aligned types. Throws std::bad_alloc.
void* take_block(std::size_t bytes);

/// Keeps a block that take_block gave for the same number of bytes, until this thread asks for one of its size or the
/// process ends. Blocks of more than 4 MiB, and all if keeps_blocks() is false, go back to operator delete.
void keep_block(void* block, std::size_t bytes) noexcept;

/// False where the model is compiled under AddressSanitizer or MemorySanitizer. For tests.
bool keeps_blocks();

/// An allocator, as the standard library asks for one.
template <typename T>
struct Recycling {
  using value_type = T;  // NOLINT(readability-identifier-naming): the standard library asks for this name
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

  Recycling() = default;
  template <typename Other>
  Recycling(const Recycling<Other>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(take_block(count * sizeof(T))); }
  void deallocate(T* block, std::size_t count) noexcept { keep_block(block, count * sizeof(T)); }
  bool operator==(const Recycling&) const = default;
};

template <typename T>
using List = std::vector<T, Recycling<T>>;

}  // namespace model
