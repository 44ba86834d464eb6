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

using View = std::span<const iovec>;

// Their numbers have 32 bits. What is more is as much as they take, which is more than any program here has.
std::uint32_t clipped(std::size_t number) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(number, UINT32_MAX));
}

std::size_t length(View view) {
  return static_cast<std::size_t>(gluster_length(view.data(), static_cast<int>(view.size())));
}

std::vector<iovec> skip(View view, std::size_t bytes) {
  std::vector<iovec> left(view.begin(), view.end());
  left.resize(static_cast<std::size_t>(gluster_skip(left.data(), clipped(left.size()), clipped(bytes))));
  return left;
}

/// An empty element inside the range is described, too; the contract drops it. See empty_elements.iov.
std::vector<iovec> subset(View view, std::size_t offset, std::size_t bytes) {
  std::vector<iovec> vector(view.begin(), view.end());
  std::vector<iovec> range(view.size() + 1);  // it takes an array at null for one to be allocated
  const int count = gluster_subset(vector.data(), static_cast<int>(vector.size()), clipped(offset), clipped(bytes),
                                   range.data(), static_cast<int>(range.size()));
  range.resize(static_cast<std::size_t>(count));
  std::erase_if(range, [](const iovec& element) { return element.iov_len == 0; });
  return range;
}

Implementation make_adapter() {
  Implementation table = plain_vectors();
  table.name = "glusterfs";
  table.deviations.past_end_answers_0 = true;

  table.size = [](View view) -> Result { return {length(view)}; };
  table.to_buf = [](View view, std::size_t offset, std::span<std::byte> data) -> Result {
    const iovec buffer = {data.data(), data.size()};
    return {
        gluster_range_copy(&buffer, 1, 0, view.data(), clipped(view.size()), clipped(offset), clipped(data.size()))};
  };
  table.from_buf = [](View view, std::size_t offset, std::span<const std::byte> data) -> Result {
    const std::vector<iovec> left = skip(view, offset);
    const auto bytes = static_cast<int>(std::min<std::size_t>(data.size(), INT_MAX));
    return {
        gluster_load(left.data(), static_cast<int>(left.size()), reinterpret_cast<const char*>(data.data()), bytes)};
  };
  table.copy = [](std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) -> Result {
    const std::vector<iovec> range = subset(view, offset, bytes);
    const std::size_t count = std::min(range.size(), destination.size());
    std::copy_n(range.begin(), count, destination.begin());
    return {count};
  };
  table.discard_front = [](std::span<iovec>& view, std::size_t bytes, UndoStorage*) -> Result {
    const std::size_t before = length(view);
    const std::vector<iovec> left = skip(view, bytes);
    view = view.last(left.size());
    std::copy(left.begin(), left.end(), view.begin());
    const std::size_t removed = before - length(view);
    while (!view.empty() && view.front().iov_len == 0) view = view.subspan(1);  // see empty_elements.iov
    return {removed};
  };
  return table;
}

}  // namespace

const Implementation& adapter() {
  static const Implementation table = make_adapter();
  return table;
}

}  // namespace lockstep
