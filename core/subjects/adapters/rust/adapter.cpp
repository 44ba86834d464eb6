// SPDX-License-Identifier: Apache-2.0
// Rust's IoSlice, and what its standard library does with slices of them, as an implementation to test.
// It writes to and reads from whole vectors, so a range is cut out here, its start by the library. What describes
// ranges, fills, discards from the back or takes a discard back has no counterpart.
#include "lockstep/table/adapter.h"

#include <algorithm>
#include <climits>
#include <vector>

#include "io_slice.h"
#include "lockstep/table/kernel.h"

namespace lockstep {
namespace {

using View = Span<const iovec>;

/// The elements from the offset on.
std::vector<iovec> from(View view, std::size_t offset) {
  std::vector<iovec> rest(view.begin(), view.end());
  const std::size_t left = rust_advance(rest.data(), rest.size(), std::min(offset, size_of(view)));
  return {rest.end() - static_cast<std::ptrdiff_t>(left), rest.end()};
}

struct Call {
  Kernel& kernel;
  std::size_t sent = 0;
};

ssize_t send_some(void* context, const iovec* elements, std::size_t count) {
  Call& call = *static_cast<Call*>(context);
  const ssize_t result = call.kernel.send({elements, std::min(count, call.kernel.max_elements())});
  call.sent += static_cast<std::size_t>(std::max<ssize_t>(result, 0));
  return result;
}

Result send(Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) {
  std::vector<iovec> range = from(view, offset);
  for (iovec& element : range) bytes -= element.iov_len = std::min(element.iov_len, bytes);
  Call call = {kernel};
  status.error = std::max(rust_write_all(range.data(), range.size(), send_some, &call), 0);
  return {call.sent};
}

}  // namespace

Implementation make_adapter() {
  Implementation table = plain_vectors();
  table.name = "rust";
  table.deviations.ranges_are_cut = true;
  table.deviations.empty_elements_do_not_count = true;
  table.limits.bytes = SSIZE_MAX;  // of a slice
  table.takes_unbacked = true;

  table.to_buf = [](View view, std::size_t offset, Span<std::byte> data) -> Result {
    const std::vector<iovec> rest = from(view, offset);
    return {rust_read(rest.data(), rest.size(), data.data(), std::min<std::size_t>(data.size(), SSIZE_MAX))};
  };
  table.from_buf = [](View view, std::size_t offset, Span<const std::byte> data) -> Result {
    std::vector<iovec> rest = from(view, offset);
    return {rust_write(rest.data(), rest.size(), data.data(), std::min<std::size_t>(data.size(), SSIZE_MAX))};
  };
  table.discard_front = [](Span<iovec>& view, std::size_t bytes, UndoStorage*) -> Result {
    const std::size_t removed = std::min(bytes, size_of(view));
    view = view.last(rust_advance(view.data(), view.size(), removed));
    return {removed};
  };
  table.send = send;
  return table;
}

}  // namespace lockstep
