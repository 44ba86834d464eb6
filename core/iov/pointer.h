// Pointer arithmetic for element bases: `void*` plus a number of bytes.
// The one fact that matters: it goes through integers, because an element may describe memory that is nobody's object
// (a null or wild base, a length near SIZE_MAX), for which pointer arithmetic has no meaning.
#pragma once

#include <cstddef>
#include <cstdint>

namespace iov {

/// The address `bytes` past `base`, modulo the address space.
inline void* advance(void* base, std::size_t bytes) noexcept {
  std::uintptr_t address = 0;
  static_cast<void>(__builtin_add_overflow(reinterpret_cast<std::uintptr_t>(base), bytes, &address));
  return reinterpret_cast<void*>(address);
}

}  // namespace iov
