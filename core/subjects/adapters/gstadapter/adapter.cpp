// SPDX-License-Identifier: Apache-2.0
// GStreamer's GstAdapter, a queue of buffers that parsers read from, as an implementation to test: a vector is one that
// lives through the whole program. It remembers bytes that it has joined for gst_adapter_map. Ranges that lie outside
// are a precondition, so they are cut here.
#include "lockstep/table/adapter.h"

#include <gst/base/gstadapter.h>
#include <gst/gst.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace lockstep {
namespace {

using View = Span<const iovec>;

struct Vector {
  GstAdapter* queue = gst_adapter_new();
  std::vector<iovec> memories;

  ~Vector() { g_object_unref(queue); }
};

GstAdapter* queue_of(void* vector) { return static_cast<Vector*>(vector)->queue; }

GstBuffer* buffer_of(const iovec& element) {
  if (element.iov_len == 0) return gst_buffer_new();  // there may be no base
  return gst_buffer_new_wrapped_full(GST_MEMORY_FLAG_READONLY, element.iov_base, element.iov_len, 0, element.iov_len,
                                     nullptr, nullptr);
}

void push(GstAdapter* queue, View elements) {
  for (const iovec& element : elements) gst_adapter_push(queue, buffer_of(element));
}

/// All of a list of buffers, which it frees.
void push(GstAdapter* queue, GList* buffers) {
  for (const GList* at = buffers; at != nullptr; at = at->next) gst_adapter_push(queue, GST_BUFFER(at->data));
  g_list_free(buffers);
}

/// The first bytes as one buffer, null for none. gst_adapter_take_list would keep them apart, but never returns if it
/// meets an empty buffer: an_empty_buffer_first.iov.
GstBuffer* take(GstAdapter* queue, std::size_t bytes) {
  return bytes == 0 ? nullptr : gst_adapter_take_buffer_fast(queue, bytes);
}

void push(GstAdapter* queue, GstBuffer* buffer) {
  if (buffer != nullptr) gst_adapter_push(queue, buffer);
}

/// The bytes of a range of what is there, which stay there.
GstBuffer* copy_of(GstAdapter* queue, std::size_t offset, std::size_t bytes) {
  GstAdapter* const other = gst_adapter_new();
  push(other, gst_adapter_get_list(queue, gst_adapter_available(queue)));
  gst_adapter_flush(other, offset);
  GstBuffer* const buffer = take(other, bytes);
  g_object_unref(other);
  return buffer;
}

Range range_of(GstAdapter* queue, std::size_t offset, std::size_t bytes) {
  return cut(gst_adapter_available(queue), offset, bytes);
}

Span<iovec> elements_of(void* vector) {
  std::vector<iovec>& memories = static_cast<Vector*>(vector)->memories;
  memories.clear();
  GList* const buffers = gst_adapter_get_list(queue_of(vector), gst_adapter_available(queue_of(vector)));
  for (const GList* at = buffers; at != nullptr; at = at->next) {
    GstBuffer* const buffer = GST_BUFFER(at->data);
    for (guint i = 0; i < gst_buffer_n_memory(buffer); ++i) {
      GstMapInfo map;
      gst_memory_map(gst_buffer_peek_memory(buffer, i), &map, GST_MAP_READ);
      memories.push_back({map.data, map.size});
      gst_memory_unmap(map.memory, &map);  // it stays where it is
    }
  }
  g_list_free_full(buffers, reinterpret_cast<GDestroyNotify>(gst_buffer_unref));
  return memories;
}

/// The front is joined and looked at, what lies behind it is copied.
Result to_buf(void* vector, std::size_t offset, Span<std::byte> data) {
  const Range range = range_of(queue_of(vector), offset, data.size());
  if (range.bytes == 0) return {0};
  if (range.offset > 0) {
    gst_adapter_copy(queue_of(vector), data.data(), range.offset, range.bytes);
  } else {
    std::memcpy(data.data(), gst_adapter_map(queue_of(vector), range.bytes), range.bytes);
    gst_adapter_unmap(queue_of(vector));
  }
  return {range.bytes};
}

Result slice(void* vector, void* source, std::size_t offset, std::size_t bytes) {
  const Range range = range_of(queue_of(source), offset, bytes);
  GstBuffer* const buffer = copy_of(queue_of(source), range.offset, range.bytes);
  gst_adapter_clear(queue_of(vector));
  push(queue_of(vector), buffer);
  return {};
}

Result split(void* vector, void* source, std::size_t offset) {
  const gsize size = gst_adapter_available(queue_of(source));
  if (offset > size) return rejected_as_outside();
  GstBuffer* const front = take(queue_of(source), offset);
  GstBuffer* const rest = take(queue_of(source), size - offset);
  push(queue_of(source), front);
  gst_adapter_clear(queue_of(vector));
  push(queue_of(vector), rest);
  return {};
}

Result clear(void* vector) {
  gst_adapter_clear(queue_of(vector));
  return {};
}

}  // namespace

Implementation make_adapter() {
  Implementation table;
  table.name = "gstadapter";
  table.limits.elements = 1024;  // each step looks at all of them
  table.deviations.ranges_are_cut = true;
  table.deviations.has_own_memory = true;
  table.create = []() -> void* {
    setenv("GST_REGISTRY_DISABLE", "yes", 0);  // plugins are not needed
    gst_init(nullptr, nullptr);
    return new Vector;
  };
  table.destroy = [](void* vector) { delete static_cast<Vector*>(vector); };
  table.elements = elements_of;
  table.assign = [](void* vector, View elements) {
    clear(vector);
    push(queue_of(vector), elements);
    return Result();
  };
  table.add = [](void* vector, void* base, std::size_t length) {
    const iovec element = {base, length};
    push(queue_of(vector), View(&element, 1));
    return Result();
  };
  table.add_many = [](void* vector, View elements) {
    push(queue_of(vector), elements);
    return Result();
  };
  table.with_capacity = [](void* vector, std::size_t) { return clear(vector); };
  table.reset = clear;
  table.release = [](void* vector) { clear(vector); };
  table.vector_size = [](void* vector) -> Result { return {gst_adapter_available(queue_of(vector))}; };
  table.copy_vector = [](void* vector, void* source) { return slice(vector, source, 0, SIZE_MAX); };
  table.split = split;

  OnVector& on_vector = table.on_vector;
  on_vector.size = table.vector_size;
  on_vector.to_buf = to_buf;
  on_vector.slice = slice;
  on_vector.concat = [](void* vector, void* source, std::size_t offset, std::size_t bytes) -> Result {
    const Range range = range_of(queue_of(source), offset, bytes);
    push(queue_of(vector), copy_of(queue_of(source), range.offset, range.bytes));
    return {range.bytes};
  };
  on_vector.discard_front = [](void* vector, std::size_t bytes) -> Result {
    const Range range = range_of(queue_of(vector), 0, bytes);
    gst_adapter_flush(queue_of(vector), range.bytes);
    return {range.bytes};
  };
  return table;
}

}  // namespace lockstep
