// SPDX-License-Identifier: Apache-2.0
// GlusterFS's functions on vectors as an implementation to test.
// They clip every range at the end and reject none. So operations that reject a range that ends outside have no
// counterpart, and are left null; so are those that fill, that discard from the back or that undo.
#include "lockstep/table/adapter.h"

#include <algorithm>
#include <climits>
#include <vector>

#include "inline.h"

namespace lockstep {
namespace {

using View = Span<const iovec>;

// Their numbers have 32 bits. What is more is as much as they take, which is more than any program here has.
std::uint32_t clipped(std::size_t value) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(value, UINT32_MAX));
}

std::size_t length(View view) { return gluster_length(view.data(), view.size()); }

std::vector<iovec> skip(View view, std::size_t bytes) {
  std::vector<iovec> left(view.begin(), view.end());
  left.resize(gluster_skip(left.data(), left.size(), clipped(bytes)));
  return left;
}

std::vector<iovec> subset(View view, std::size_t offset, std::size_t bytes) {
  std::vector<iovec> range(view.size());
  const int count =
      gluster_subset(view.data(), view.size(), clipped(offset), clipped(bytes), range.data(), range.size());
  range.resize(static_cast<std::size_t>(count));
  return range;
}

}  // namespace

Implementation make_adapter() {
  Implementation table = plain_vectors();
  table.name = "glusterfs";
  table.deviations.past_end_answers_0 = true;
  table.deviations.empty_elements_do_not_count = true;  // see empty_elements.iov

  table.size = [](View view) -> Result { return {length(view)}; };
  table.to_buf = [](View view, std::size_t offset, Span<std::byte> data) -> Result {
    const std::uint32_t bytes = clipped(data.size());
    const iovec buffer = {data.data(), bytes};
    return {gluster_range_copy(&buffer, 1, 0, view.data(), view.size(), clipped(offset), bytes)};
  };
  table.from_buf = [](View view, std::size_t offset, Span<const std::byte> data) -> Result {
    const std::vector<iovec> left = skip(view, offset);
    const auto bytes = static_cast<int>(std::min<std::size_t>(data.size(), INT_MAX));
    return {gluster_load(left.data(), left.size(), data.data(), bytes)};
  };
  table.copy = [](Span<iovec> destination, View view, std::size_t offset, std::size_t bytes) -> Result {
    const std::vector<iovec> range = subset(view, offset, bytes);
    const std::size_t count = std::min(range.size(), destination.size());
    std::copy_n(range.begin(), count, destination.begin());
    return {count};
  };
  table.discard_front = [](Span<iovec>& view, std::size_t bytes, UndoStorage*) -> Result {
    const std::vector<iovec> left = skip(view, bytes);
    const std::size_t removed = length(view) - length(left);
    view = view.last(left.size());
    std::copy(left.begin(), left.end(), view.begin());
    return {removed};
  };
  return table;
}

}  // namespace lockstep
