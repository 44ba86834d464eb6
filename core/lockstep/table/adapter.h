// SPDX-License-Identifier: Apache-2.0
// An adapter: an implementation defined by a source file that lockstep_add_adapter gets.
// It fills in a table of functions; operations whose entry it leaves null are skipped, and counted.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <vector>

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

/// The bytes of all elements, modulo SIZE_MAX + 1.
inline std::size_t size_of(Span<const iovec> view) {
  std::size_t size = 0;
  for (const iovec& element : view) size += element.iov_len;
  return size;
}

/// The elements of a range, the first and the last cut to it, for functions that take whole vectors; empty ones at its
/// start and inside it stay. Where the range ends outside they have fewer bytes.
inline std::vector<iovec> cut_out(Span<const iovec> view, std::size_t offset, std::size_t bytes) {
  std::vector<iovec> range;
  for (const iovec& element : view) {
    if (bytes == 0) break;
    const std::size_t before = std::min(offset, element.iov_len);
    const std::size_t length = std::min(bytes, element.iov_len - before);
    offset -= before;
    bytes -= length;
    if (length > 0 || (before == 0 && offset == 0))
      range.push_back({static_cast<std::byte*>(element.iov_base) + before, length});
  }
  return range;
}

}  // namespace lockstep
