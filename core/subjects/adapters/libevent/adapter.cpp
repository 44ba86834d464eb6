// libevent's evbuffer, made of references to the elements, as an implementation to test.
// An evbuffer that refers to memory is for reading, and is consumed from its front only. So operations that write, that
// discard from the back or that undo are left null.
#include "lockstep/table/adapter.h"

#include <event2/buffer.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace lockstep {
namespace {

using View = Span<const iovec>;

struct Free {
  void operator()(evbuffer* buffer) const { evbuffer_free(buffer); }
};
using Buffer = std::unique_ptr<evbuffer, Free>;

Buffer buffer_of(View view) {
  Buffer buffer(evbuffer_new());
  for (const iovec& element : view)
    evbuffer_add_reference(buffer.get(), element.iov_base, element.iov_len, nullptr, nullptr);
  return buffer;
}

/// The extents from `offset` on that hold `bytes` bytes; the last may reach further.
std::vector<iovec> peek(evbuffer* buffer, std::size_t offset, std::size_t bytes) {
  evbuffer_ptr start;
  if (evbuffer_ptr_set(buffer, &start, offset, EVBUFFER_PTR_SET) != 0) return {};
  const auto length = static_cast<ev_ssize_t>(bytes);
  const int count = evbuffer_peek(buffer, length, &start, nullptr, 0);
  std::vector<iovec> extents(static_cast<std::size_t>(std::max(count, 0)));
  evbuffer_peek(buffer, length, &start, extents.data(), static_cast<int>(extents.size()));
  return extents;
}

/// Those extents, clipped at the end of the range.
std::vector<iovec> describe(View view, std::size_t offset, std::size_t bytes) {
  std::vector<iovec> extents = peek(buffer_of(view).get(), offset, bytes);
  std::size_t left = bytes;
  for (iovec& extent : extents) {
    extent.iov_len = std::min(extent.iov_len, left);
    left -= extent.iov_len;
  }
  std::erase_if(extents, [](const iovec& extent) { return extent.iov_len == 0; });  // see empty_extents.iov
  return extents;
}

Implementation make_adapter() {
  Implementation table = plain_vectors();
  table.name = "libevent";
  table.deviations.past_end_answers_0 = true;

  table.size = [](View view) -> Result { return {evbuffer_get_length(buffer_of(view).get())}; };
  table.to_buf = [](View view, std::size_t offset, Span<std::byte> data) -> Result {
    const Buffer buffer = buffer_of(view);
    evbuffer_ptr start;
    if (evbuffer_ptr_set(buffer.get(), &start, offset, EVBUFFER_PTR_SET) != 0) return {0};
    // More than there can be is never asked for: see more_than_ssize_max.iov.
    const std::size_t most = std::min(data.size(), evbuffer_get_length(buffer.get()));
    const ev_ssize_t copied = evbuffer_copyout_from(buffer.get(), &start, data.data(), most);
    return {static_cast<std::size_t>(copied)};
  };
  table.copy = [](Span<iovec> destination, View view, std::size_t offset, std::size_t bytes) -> Result {
    const std::vector<iovec> described = describe(view, offset, bytes);
    const std::size_t count = std::min(described.size(), destination.size());
    std::copy_n(described.begin(), count, destination.begin());
    return {count};
  };
  table.concat = [](void* vector, View source, std::size_t offset, std::size_t bytes) -> Result {
    const std::vector<iovec> described = describe(source, offset, bytes);
    plain_vectors().add_many(vector, described);
    std::size_t appended = 0;
    for (const iovec& element : described) appended += element.iov_len;
    return {appended};
  };
  table.discard_front = [](Span<iovec>& view, std::size_t bytes, UndoStorage*) -> Result {
    const Buffer buffer = buffer_of(view);
    const std::size_t before = evbuffer_get_length(buffer.get());
    evbuffer_drain(buffer.get(), bytes);
    const std::size_t left = evbuffer_get_length(buffer.get());
    std::vector<iovec> extents = peek(buffer.get(), 0, left);
    // The last elements are left; only the empty ones among them are no extents. The first may have been trimmed.
    std::size_t kept = extents.size();
    std::size_t start = view.size();
    while (kept > 0 && start > 0)
      if (view[--start].iov_len > 0) --kept;
    view = view.subspan(start);
    if (!extents.empty() && !view.empty()) view.front() = extents.front();
    return {before - left};
  };
  return table;
}

}  // namespace

const Implementation& adapter() {
  static const Implementation table = make_adapter();
  return table;
}

}  // namespace lockstep
