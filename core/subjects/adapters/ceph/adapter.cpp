// SPDX-License-Identifier: Apache-2.0
// Ceph's bufferlist as an implementation to test: a vector is one that lives through the whole program, of pointers to
// the elements. It throws for ranges that lie outside. Where the contract cuts, so does this. What fills, or takes a
// discard back, has no counterpart. Numbers have 32 bits.
#include "lockstep/table/adapter.h"

#include <rados/buffer.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

namespace lockstep {
namespace {

using List = ceph::buffer::list;
using View = Span<const iovec>;

struct Vector {
  List list;
  std::vector<iovec> elements;
};

List& list_of(void* vector) { return static_cast<Vector*>(vector)->list; }

/// What is more is as much as they take, which is more than any list here has.
unsigned clipped(std::size_t number) { return static_cast<unsigned>(std::min<std::size_t>(number, UINT32_MAX)); }

void append(List& list, View elements) {
  for (const iovec& element : elements)
    list.append(
        ceph::buffer::ptr(ceph::buffer::create_static(clipped(element.iov_len), static_cast<char*>(element.iov_base))));
}

std::vector<iovec> elements_of(const List& list) {
  std::vector<iovec> elements;
  for (const auto& pointer : list.buffers()) elements.push_back({const_cast<char*>(pointer.c_str()), pointer.length()});
  return elements;
}

/// The answer of run(), which throws for a range that lies outside.
template <typename Run>
Result caught(Run run) {
  try {
    return run();
  } catch (const std::exception&) {
    return rejected_as_outside();
  }
}

List range(const List& list, std::size_t offset, std::size_t bytes) {
  // Where their sum wraps it goes on behind the last pointer, so it is not asked: see a_sum_that_wraps.iov.
  if (clipped(bytes) > UINT32_MAX - clipped(offset)) throw std::out_of_range("wraps");
  List part;
  part.substr_of(list, clipped(offset), clipped(bytes));
  return part;
}

/// How much of so many bytes there is behind the offset.
std::size_t cut(const List& list, std::size_t offset, std::size_t bytes) {
  return std::min(bytes, list.length() - std::min<std::size_t>(offset, list.length()));
}

Result become(void* vector, List list) {
  list_of(vector) = std::move(list);
  return {};
}

Result discard(void* vector, std::size_t offset, std::size_t bytes) {
  if (bytes > 0) list_of(vector).splice(clipped(offset), clipped(bytes));
  return {bytes};
}

Result is_zero(View view, std::size_t offset, std::size_t bytes) {
  List list;
  append(list, view);
  return caught([&]() -> Result { return {range(list, offset, bytes).is_zero()}; });
}

void make_vectors(Implementation& table) {
  table.create = []() -> void* { return new Vector; };
  table.destroy = [](void* vector) { delete static_cast<Vector*>(vector); };
  table.elements = [](void* vector) {
    auto& elements = static_cast<Vector*>(vector)->elements;
    const std::vector<iovec> now = elements_of(list_of(vector));
    elements.assign(now.begin(), now.end());
    return Span<iovec>(elements);
  };
  table.assign = [](void* vector, View elements) {
    List list;
    append(list, elements);
    return become(vector, std::move(list));
  };
  table.add = [](void* vector, void* base, std::size_t length) -> Result {
    const iovec element = {base, length};
    append(list_of(vector), {&element, 1});
    return {};
  };
  table.add_many = [](void* vector, View elements) -> Result {
    append(list_of(vector), elements);
    return {};
  };
  table.from_buffer = [](void* vector, void* base, std::size_t length) {
    const iovec element = {base, length};
    List list;
    append(list, {&element, 1});
    return become(vector, std::move(list));
  };
  table.reset = [](void* vector) -> Result {
    list_of(vector).clear();
    return {};
  };
  table.release = [](void* vector) { list_of(vector).clear(); };
  table.vector_size = [](void* vector) -> Result { return {list_of(vector).length()}; };
  table.copy_vector = [](void* vector, void* source) { return become(vector, list_of(source)); };
  table.move_vector = [](void* vector, void* source) {
    List list;
    list.claim_append(list_of(source));
    return become(vector, std::move(list));
  };
  table.split = [](void* vector, void* source, std::size_t offset) -> Result {
    const std::size_t size = list_of(source).length();
    if (offset > size) return rejected_as_outside();
    List rest;
    if (offset < size) list_of(source).splice(clipped(offset), clipped(size - offset), &rest);
    return become(vector, std::move(rest));
  };
  table.vector_discard_back = [](void* vector, std::size_t bytes) -> Result {
    if (bytes > list_of(vector).length()) return rejected_as_outside();
    discard(vector, list_of(vector).length() - bytes, bytes);
    return {};
  };
  table.is_zero = is_zero;
}

}  // namespace

Implementation make_adapter() {
  Implementation table;
  table.name = "ceph";
  table.deviations.from_buf_must_fit = true;
  table.deviations.empty_elements_do_not_count = true;
  table.limits.bytes = UINT32_MAX - 1;
  table.takes_unbacked = true;
  make_vectors(table);

  OnVector& on_vector = table.on_vector;
  on_vector.size = table.vector_size;
  on_vector.from_buf = [](void* vector, std::size_t offset, Span<const std::byte> data) {
    return caught([&]() -> Result {
      list_of(vector).begin(clipped(offset)).copy_in(clipped(data.size()), reinterpret_cast<const char*>(data.data()));
      return {data.size()};
    });
  };
  on_vector.to_buf = [](void* vector, std::size_t offset, Span<std::byte> data) {
    return caught([&]() -> Result {
      const std::size_t bytes = cut(list_of(vector), offset, data.size());
      list_of(vector).begin(clipped(offset)).copy(clipped(bytes), reinterpret_cast<char*>(data.data()));
      return {bytes};
    });
  };
  on_vector.copy = [](Span<iovec> destination, void* vector, std::size_t offset, std::size_t bytes) {
    return caught([&]() -> Result {
      const List& list = list_of(vector);
      const std::vector<iovec> described = elements_of(range(list, offset, cut(list, offset, bytes)));
      const std::size_t count = std::min(described.size(), destination.size());
      std::copy_n(described.begin(), count, destination.begin());
      return {count};
    });
  };
  on_vector.concat = [](void* vector, void* source, std::size_t offset, std::size_t bytes) {
    if (bytes == 0) return Result{};
    return caught([&]() -> Result {
      List part = range(list_of(source), offset, cut(list_of(source), offset, bytes));
      const std::size_t appended = part.length();
      list_of(vector).claim_append(part);
      return {appended};
    });
  };
  on_vector.slice = [](void* vector, void* source, std::size_t offset, std::size_t bytes) {
    return caught([&] { return become(vector, range(list_of(source), offset, bytes)); });
  };
  on_vector.discard_front = [](void* vector, std::size_t bytes) {
    return discard(vector, 0, cut(list_of(vector), 0, bytes));
  };
  on_vector.discard_back = [](void* vector, std::size_t bytes) {
    const std::size_t removed = cut(list_of(vector), 0, bytes);
    return discard(vector, list_of(vector).length() - removed, removed);
  };
  return table;
}

}  // namespace lockstep
