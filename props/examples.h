// SPDX-License-Identifier: Apache-2.0
// Shorthand of the hand-written examples of the two interfaces.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>

inline constexpr std::size_t kMax = SIZE_MAX;

/// An element that describes memory which is never touched.
inline iovec claim(std::size_t length) { return {reinterpret_cast<void*>(16), length}; }
