// SPDX-License-Identifier: Apache-2.0
// From where on the library goes its quick ways. Not for users: only the library's own sources include it. The preset
// m32 lowers all of these, so that small programs take those for long vectors and pieces, too.
#pragma once

#include <cstddef>

#include "iov/inline.h"

#if !defined(IOV_ELEMENTS_PER_BLOCK)
#define IOV_ELEMENTS_PER_BLOCK 8
#define IOV_SHORT_COPY 64
#define IOV_REGISTERS_PER_BLOCK 12
#endif

namespace iov::detail {

/// How many elements are passed, added up or described at once.
inline constexpr std::size_t kElementsPerBlock = IOV_ELEMENTS_PER_BLOCK;

/// From so many elements on they are passed and added up in blocks: see inline.h.
inline constexpr std::size_t kLongVector = IOV_LONG_VECTOR;

/// Up to so many bytes, at the most 64, are copied inline: a call of memcpy takes longer. Up to 32 always are.
/// Moves of more have a function of their own.
inline constexpr std::size_t kShortCopy = IOV_SHORT_COPY;

/// Zeros are looked for in so many SIMD registers of 32 bytes at once.
inline constexpr std::size_t kRegistersPerBlock = IOV_REGISTERS_PER_BLOCK;

}  // namespace iov::detail
