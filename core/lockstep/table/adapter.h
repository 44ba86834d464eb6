// SPDX-License-Identifier: Apache-2.0
// An adapter: an implementation defined by a source file that lockstep_add_adapter gets.
// It fills in a table of functions; operations whose entry it leaves null are skipped, and counted.
#pragma once

#include <algorithm>
#include <cstddef>

#include "lockstep/table/implementation.h"

namespace lockstep {

/// Defined by the adapter: its table, which is asked for once. Reports and `--against` use its name, which should be
/// one word. If it throws, the executable tells what, and ends with 1.
Implementation make_adapter();

/// A table to begin with, for implementations whose functions take arrays of elements: its vectors are plain growing
/// arrays, and the functions on elements are left null.
Implementation plain_vectors();

/// The answer for an offset or a range that lies outside.
inline Result rejected_as_outside() { return {0, Rejection::out_of_range}; }

struct Range {
  std::size_t offset;
  std::size_t bytes;
};

/// What of a range lies in the first `size` bytes, for functions of which that is a precondition; the adapter then
/// declares Deviations::ranges_are_cut.
inline Range cut(std::size_t size, std::size_t offset, std::size_t bytes) {
  const std::size_t start = std::min(offset, size);
  return {start, std::min(bytes, size - start)};
}

}  // namespace lockstep
