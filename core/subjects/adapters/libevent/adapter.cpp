// SPDX-License-Identifier: Apache-2.0
// libevent's evbuffer as an implementation to test: a vector is one that lives through the whole program.
// It copies some of the bytes that it is given, refers to others, and moves what other evbuffers have. Its functions
// cut ranges at the end. What writes into its middle, discards from the back or takes a discard back has no
// counterpart.
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

struct Vector {
  Buffer buffer = Buffer(evbuffer_new());
  std::vector<iovec> extents;
};

evbuffer* buffer_of(void* vector) { return static_cast<Vector*>(vector)->buffer.get(); }
std::size_t length(evbuffer* buffer) { return evbuffer_get_length(buffer); }

Result clear(evbuffer* buffer) {
  evbuffer_drain(buffer, length(buffer));
  return {};
}

Span<iovec> elements_of(void* vector) {
  std::vector<iovec>& extents = static_cast<Vector*>(vector)->extents;
  extents.resize(static_cast<std::size_t>(evbuffer_peek(buffer_of(vector), -1, nullptr, nullptr, 0)));
  evbuffer_peek(buffer_of(vector), -1, nullptr, extents.data(), static_cast<int>(extents.size()));
  return extents;
}

void refer(evbuffer* buffer, View elements) {
  for (const iovec& element : elements)
    evbuffer_add_reference(buffer, element.iov_base, element.iov_len, nullptr, nullptr);
}

/// Describes the range in as many extents as there is room for, and answers how many.
std::size_t describe(evbuffer* buffer, std::size_t offset, std::size_t bytes, Span<iovec> extents) {
  evbuffer_ptr start;
  if (evbuffer_ptr_set(buffer, &start, offset, EVBUFFER_PTR_SET) != 0) return 0;
  const std::size_t length_left = std::min(bytes, length(buffer) - offset);
  const int needed = evbuffer_peek(buffer, static_cast<ev_ssize_t>(length_left), &start, extents.data(),
                                   static_cast<int>(extents.size()));
  const Span<iovec> described = extents.first(std::min(static_cast<std::size_t>(needed), extents.size()));
  std::size_t left = length_left;  // the last one may reach further
  for (iovec& extent : described) left -= extent.iov_len = std::min(extent.iov_len, left);
  return described.size();
}

/// A copy of the range.
Buffer copy_of(evbuffer* buffer, std::size_t offset, std::size_t bytes) {
  std::vector<iovec> extents(static_cast<std::size_t>(evbuffer_peek(buffer, -1, nullptr, nullptr, 0)));
  extents.resize(describe(buffer, offset, bytes, extents));
  Buffer copy(evbuffer_new());
  evbuffer_add_iovec(copy.get(), extents.data(), static_cast<int>(extents.size()));
  return copy;
}

Result become(void* vector, evbuffer* source) {
  clear(buffer_of(vector));
  evbuffer_add_buffer(buffer_of(vector), source);
  return {};
}

void make_vectors(Implementation& table) {
  table.create = []() -> void* { return new Vector; };
  table.destroy = [](void* vector) { delete static_cast<Vector*>(vector); };
  table.elements = elements_of;
  table.assign = [](void* vector, View elements) -> Result {
    clear(buffer_of(vector));
    refer(buffer_of(vector), elements);
    return {};
  };
  table.add = [](void* vector, void* base, std::size_t bytes) -> Result {
    evbuffer_add(buffer_of(vector), base, bytes);
    return {};
  };
  table.add_many = [](void* vector, View elements) -> Result {
    std::vector<iovec> added(elements.begin(), elements.end());
    evbuffer_add_iovec(buffer_of(vector), added.data(), static_cast<int>(added.size()));
    return {};
  };
  table.with_capacity = [](void* vector, std::size_t capacity) -> Result {
    clear(buffer_of(vector));
    evbuffer_expand(buffer_of(vector), capacity);
    return {};
  };
  table.from_buffer = [](void* vector, void* base, std::size_t bytes) -> Result {
    clear(buffer_of(vector));
    evbuffer_add_reference(buffer_of(vector), base, bytes, nullptr, nullptr);
    return {};
  };
  table.reset = [](void* vector) { return clear(buffer_of(vector)); };
  table.release = [](void* vector) { clear(buffer_of(vector)); };
  table.vector_size = [](void* vector) -> Result { return {length(buffer_of(vector))}; };
  table.copy_vector = [](void* vector, void* source) -> Result {
    if (vector == source) return {};
    clear(buffer_of(vector));
    // It does not refer to what is a reference to an evbuffer itself. That is copied.
    if (evbuffer_add_buffer_reference(buffer_of(vector), buffer_of(source)) == 0) return {};
    return become(vector, copy_of(buffer_of(source), 0, SIZE_MAX).get());
  };
  table.move_vector = [](void* vector, void* source) {
    return vector == source ? Result{} : become(vector, buffer_of(source));
  };
  table.split = [](void* vector, void* source, std::size_t offset) -> Result {
    if (offset > length(buffer_of(source))) return rejected_as_outside();  // it would cut
    const Buffer front(evbuffer_new());
    evbuffer_remove_buffer(buffer_of(source), front.get(), offset);
    if (vector == source) return {};
    become(vector, buffer_of(source));
    evbuffer_prepend_buffer(buffer_of(source), front.get());
    return {};
  };
  table.extended = [](void* vector, const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                      const iovec& tail, std::size_t) -> Result {
    // There is no evbuffer that is absent.
    if (!mid && bytes > 0)
      return {0,
              bytes > SIZE_MAX - head.iov_len - tail.iov_len ? Rejection::length_error : Rejection::invalid_argument};
    const Buffer whole(evbuffer_new());
    refer(whole.get(), mid.value_or(View()));
    const Buffer made = copy_of(whole.get(), offset, bytes);
    evbuffer_prepend(made.get(), head.iov_base, head.iov_len);
    evbuffer_add(made.get(), tail.iov_base, tail.iov_len);
    return become(vector, made.get());
  };
}

}  // namespace

Implementation make_adapter() {
  Implementation table;
  table.name = "libevent";
  table.deviations.ranges_are_cut = true;
  table.deviations.has_own_memory = true;
  make_vectors(table);

  OnVector& on_vector = table.on_vector;
  on_vector.size = table.vector_size;
  on_vector.to_buf = [](void* vector, std::size_t offset, Span<std::byte> data) -> Result {
    evbuffer_ptr start;
    if (evbuffer_ptr_set(buffer_of(vector), &start, offset, EVBUFFER_PTR_SET) != 0) return {0};
    // More than there can be is never asked for: see more_than_ssize_max.iov.
    const std::size_t most = std::min(data.size(), length(buffer_of(vector)));
    const ev_ssize_t copied = evbuffer_copyout_from(buffer_of(vector), &start, data.data(), most);
    return {static_cast<std::size_t>(copied)};
  };
  on_vector.copy = [](Span<iovec> destination, void* vector, std::size_t offset, std::size_t bytes) -> Result {
    return {describe(buffer_of(vector), offset, bytes, destination)};
  };
  on_vector.concat = [](void* vector, void* source, std::size_t offset, std::size_t bytes) -> Result {
    const Buffer part = copy_of(buffer_of(source), offset, bytes);
    const std::size_t appended = length(part.get());
    evbuffer_add_buffer(buffer_of(vector), part.get());
    return {appended};
  };
  on_vector.slice = [](void* vector, void* source, std::size_t offset, std::size_t bytes) {
    return become(vector, copy_of(buffer_of(source), offset, bytes).get());
  };
  on_vector.discard_front = [](void* vector, std::size_t bytes) -> Result {
    const std::size_t before = length(buffer_of(vector));
    evbuffer_drain(buffer_of(vector), bytes);
    return {before - length(buffer_of(vector))};
  };
  return table;
}

}  // namespace lockstep
