// SPDX-License-Identifier: Apache-2.0
// How often this program asks for heap memory, counted. What shared libraries ask for is not.
#pragma once

#include <cstddef>

namespace bench {

/// Calls of malloc, calloc, realloc and operator new so far.
std::size_t allocations() noexcept;

}  // namespace bench
