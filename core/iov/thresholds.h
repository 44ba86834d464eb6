// SPDX-License-Identifier: Apache-2.0
// From where on the library goes its quick ways. Not for users: only the library's own sources include it. The preset
// m32 lowers all of these, so that small programs take the quick ways, too.
#pragma once

#include <cstddef>

#include "iov/inline.h"

#if !defined(IOV_ELEMENTS_PER_BLOCK)
#define IOV_ELEMENTS_PER_BLOCK 8
#define IOV_SHORT_COPY 64
#define IOV_VECTORS_PER_BLOCK 12
#endif

namespace iov::detail {

/// How many elements are judged at once, in vectors that are long by inline.h.
inline constexpr std::size_t kElementsPerBlock = IOV_ELEMENTS_PER_BLOCK;
inline constexpr std::size_t kLongVector = IOV_LONG_VECTOR;

/// Up to so many bytes, at the most 64, are copied inline: a call of memcpy takes longer. Up to 32 always are.
/// Moves of more have a function of their own.
inline constexpr std::size_t kShortCopy = IOV_SHORT_COPY;

/// Zeros are looked for in so many SIMD vectors of 32 bytes at once.
inline constexpr std::size_t kVectorsPerBlock = IOV_VECTORS_PER_BLOCK;

}  // namespace iov::detail
