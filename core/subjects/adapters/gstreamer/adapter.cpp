// SPDX-License-Identifier: Apache-2.0
// GStreamer's GstBuffer as an implementation to test: a vector is one that lives through the whole program.
// Its memories refer to the bytes that they are given, and are shared by buffers, so whoever writes gets a copy. It
// merges them when there are more than 16. Ranges that lie outside are a precondition of some functions, so they are
// cut here.
#include "lockstep/table/adapter.h"

#include <gst/gst.h>

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

namespace lockstep {
namespace {

using View = Span<const iovec>;

struct Vector {
  GstBuffer* buffer = gst_buffer_new();
  std::vector<iovec> memories;

  ~Vector() { gst_buffer_unref(buffer); }
};

GstBuffer*& buffer_of(void* vector) { return static_cast<Vector*>(vector)->buffer; }

Result become(void* vector, GstBuffer* buffer) {
  gst_buffer_unref(std::exchange(buffer_of(vector), buffer));
  return {};
}

GstMemory* memory_of(const iovec& element) {
  if (element.iov_len == 0) return gst_allocator_alloc(nullptr, 0, nullptr);  // there may be no base
  return gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY, element.iov_base, element.iov_len, 0, element.iov_len,
                                nullptr, nullptr);
}

void append(GstBuffer* buffer, View elements) {
  for (const iovec& element : elements) gst_buffer_append_memory(buffer, memory_of(element));
}

GstBuffer* buffer_of(View elements) {
  GstBuffer* const buffer = gst_buffer_new();
  append(buffer, elements);
  return buffer;
}

iovec element_of(GstMemory* memory) {
  GstMapInfo map;
  gst_memory_map(memory, &map, GST_MAP_READ);
  gst_memory_unmap(memory, &map);  // it stays where it is
  return {map.data, map.size};
}

Span<iovec> elements_of(void* vector) {
  std::vector<iovec>& memories = static_cast<Vector*>(vector)->memories;
  memories.clear();
  for (guint i = 0; i < gst_buffer_n_memory(buffer_of(vector)); ++i)
    memories.push_back(element_of(gst_buffer_peek_memory(buffer_of(vector), i)));
  return memories;
}

Range range_of(GstBuffer* buffer, std::size_t offset, std::size_t bytes) {
  return cut(gst_buffer_get_size(buffer), offset, bytes);
}

GstBuffer* region(GstBuffer* buffer, std::size_t offset, std::size_t bytes) {
  const Range range = range_of(buffer, offset, bytes);
  return gst_buffer_copy_region(buffer, GST_BUFFER_COPY_MEMORY, range.offset, range.bytes);
}

Result extended(void* vector, const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                const iovec& tail, std::size_t) {
  // There is no buffer that is absent.
  if (!mid && bytes > 0)
    return {0, bytes > SIZE_MAX - head.iov_len - tail.iov_len ? Rejection::length_error : Rejection::invalid_argument};
  GstBuffer* const whole = buffer_of(mid.value_or(View()));
  GstBuffer* const part = region(whole, offset, bytes);
  GstBuffer* const made = gst_buffer_copy_deep(part);  // the elements of mid may be those of this vector
  gst_buffer_prepend_memory(made, memory_of(head));
  gst_buffer_append_memory(made, memory_of(tail));
  gst_buffer_unref(part);
  gst_buffer_unref(whole);
  return become(vector, made);
}

Result is_zero(View view, std::size_t offset, std::size_t bytes) {
  GstBuffer* const buffer = buffer_of(view);
  const Range range = range_of(buffer, offset, bytes);
  const std::vector<std::byte> zeros(range.bytes + 1);
  const gint order = gst_buffer_memcmp(buffer, range.offset, zeros.data(), range.bytes);
  gst_buffer_unref(buffer);
  return {order == 0};
}

Result discard_front(void* vector, std::size_t bytes) {
  const gsize removed = range_of(buffer_of(vector), 0, bytes).bytes;
  gst_buffer_resize(buffer_of(vector), static_cast<gssize>(removed), -1);
  return {removed};
}

Result discard_back(void* vector, std::size_t bytes) {
  const gsize removed = range_of(buffer_of(vector), 0, bytes).bytes;
  gst_buffer_set_size(buffer_of(vector), static_cast<gssize>(gst_buffer_get_size(buffer_of(vector)) - removed));
  return {removed};
}

/// It finds the memories of what is there, how much of the first one is before it, and no end.
Result copy(Span<iovec> destination, void* vector, std::size_t offset, std::size_t bytes) {
  const Range range = range_of(buffer_of(vector), offset, bytes);
  guint first = 0;
  guint count = 0;
  gsize skip = 0;
  if (range.bytes == 0 || !gst_buffer_find_memory(buffer_of(vector), range.offset, range.bytes, &first, &count, &skip))
    return {0};
  const std::size_t described = std::min<std::size_t>(count, destination.size());
  std::size_t left = range.bytes;
  for (guint i = 0; i < described; ++i) {
    const iovec whole = element_of(gst_buffer_peek_memory(buffer_of(vector), first + i));
    const std::size_t length = std::min(whole.iov_len - skip, left);
    destination[i] = {static_cast<std::byte*>(whole.iov_base) + skip, length};
    left -= length;
    skip = 0;
  }
  return {described};
}

void make_vectors(Implementation& table) {
  table.create = []() -> void* {
    static const bool is_ready = [] {
      setenv("GST_REGISTRY_DISABLE", "yes", 0);  // plugins are not needed
      gst_init(nullptr, nullptr);
      return true;
    }();
    static_cast<void>(is_ready);
    return new Vector;
  };
  table.destroy = [](void* vector) { delete static_cast<Vector*>(vector); };
  table.elements = elements_of;
  table.assign = [](void* vector, View elements) { return become(vector, buffer_of(elements)); };
  table.add = [](void* vector, void* base, std::size_t length) -> Result {
    gst_buffer_append_memory(buffer_of(vector), memory_of({base, length}));
    return {};
  };
  table.add_many = [](void* vector, View elements) -> Result {
    append(buffer_of(vector), elements);
    return {};
  };
  table.with_capacity = [](void* vector, std::size_t) { return become(vector, gst_buffer_new()); };
  table.from_buffer = [](void* vector, void* base, std::size_t length) {
    GstBuffer* const copied = gst_buffer_new_allocate(nullptr, length, nullptr);
    gst_buffer_fill(copied, 0, base, length);
    return become(vector, copied);
  };
  table.reset = [](void* vector) -> Result {
    gst_buffer_remove_all_memory(buffer_of(vector));
    return {};
  };
  table.release = [](void* vector) { become(vector, gst_buffer_new()); };
  table.vector_size = [](void* vector) -> Result { return {gst_buffer_get_size(buffer_of(vector))}; };
  table.copy_vector = [](void* vector, void* source) { return become(vector, gst_buffer_copy(buffer_of(source))); };
  table.move_vector = [](void* vector, void* source) {
    return become(vector, std::exchange(buffer_of(source), gst_buffer_new()));
  };
  table.split = [](void* vector, void* source, std::size_t offset) -> Result {
    const gsize size = gst_buffer_get_size(buffer_of(source));
    if (offset > size) return rejected_as_outside();
    GstBuffer* const rest = region(buffer_of(source), offset, size);
    gst_buffer_set_size(buffer_of(source), static_cast<gssize>(offset));
    return become(vector, rest);
  };
  table.vector_discard_back = [](void* vector, std::size_t bytes) -> Result {
    if (bytes > gst_buffer_get_size(buffer_of(vector))) return rejected_as_outside();
    discard_back(vector, bytes);
    return {};
  };
  table.extended = extended;
  table.is_zero = is_zero;
}

}  // namespace

Implementation make_adapter() {
  Implementation table;
  table.name = "gstreamer";
  table.limits.elements = 64;  // beyond 16 each one that is appended has all of them copied
  table.deviations.ranges_are_cut = true;
  table.deviations.has_own_memory = true;
  make_vectors(table);

  OnVector& on_vector = table.on_vector;
  on_vector.size = table.vector_size;
  on_vector.from_buf = [](void* vector, std::size_t offset, Span<const std::byte> data) -> Result {
    return {gst_buffer_fill(buffer_of(vector), offset, data.data(), data.size())};
  };
  on_vector.to_buf = [](void* vector, std::size_t offset, Span<std::byte> data) -> Result {
    return {gst_buffer_extract(buffer_of(vector), offset, data.data(), data.size())};
  };
  on_vector.fill = [](void* vector, std::size_t offset, std::byte value, std::size_t bytes) -> Result {
    return {gst_buffer_memset(buffer_of(vector), offset, static_cast<guint8>(value), bytes)};
  };
  on_vector.copy = copy;
  on_vector.concat = [](void* vector, void* source, std::size_t offset, std::size_t bytes) -> Result {
    GstBuffer* const part = region(buffer_of(source), offset, bytes);
    const gsize appended = gst_buffer_get_size(part);
    buffer_of(vector) = gst_buffer_append(buffer_of(vector), part);
    return {appended};
  };
  on_vector.slice = [](void* vector, void* source, std::size_t offset, std::size_t bytes) {
    return become(vector, region(buffer_of(source), offset, bytes));
  };
  on_vector.discard_front = discard_front;
  on_vector.discard_back = discard_back;
  return table;
}

}  // namespace lockstep
