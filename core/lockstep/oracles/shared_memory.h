// SPDX-License-Identifier: Apache-2.0
// Memory that a child process and its parent share: what is in it is there however the child ends.
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <memory>
#include <new>
#include <system_error>
#include <type_traits>

namespace lockstep {

template <typename T>
struct Unmap {
  static_assert(std::is_trivially_destructible_v<T>);
  void operator()(T* value) const { munmap(value, sizeof(T)); }
};

template <typename T>
using Shared = std::unique_ptr<T, Unmap<T>>;

/// A new T, shared with all children from now on. Throws std::system_error.
template <typename T>
Shared<T> share() {
  void* const memory = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  return Shared<T>(new (memory) T);
}

}  // namespace lockstep
