// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "lockstep/table/adapter.h"

namespace lockstep {
namespace {

using Elements = std::vector<iovec>;

Elements& elements_of(void* vector) { return *static_cast<Elements*>(vector); }

}  // namespace

Implementation plain_vectors() {
  Implementation table;
  table.create = []() -> void* { return new Elements; };
  table.destroy = [](void* vector) { delete static_cast<Elements*>(vector); };
  table.elements = [](void* vector) { return Span<iovec>(elements_of(vector)); };
  table.look = [](void* vector) { return Span<const iovec>(elements_of(vector)); };
  table.assign = [](void* vector, Span<const iovec> elements) -> Result {
    elements_of(vector) = Elements(elements.begin(), elements.end());
    return {};
  };
  table.add = [](void* vector, void* base, std::size_t length) -> Result {
    elements_of(vector).push_back({base, length});
    return {};
  };
  table.add_many = [](void* vector, Span<const iovec> elements) -> Result {
    const Elements added(elements.begin(), elements.end());
    elements_of(vector).insert(elements_of(vector).end(), added.begin(), added.end());
    return {};
  };
  table.with_capacity = [](void* vector, std::size_t capacity) -> Result {
    elements_of(vector) = {};
    elements_of(vector).reserve(capacity);
    return {};
  };
  table.from_buffer = [](void* vector, void* base, std::size_t length) -> Result {
    elements_of(vector) = {{base, length}};
    return {};
  };
  table.reset = [](void* vector) -> Result {
    elements_of(vector).clear();
    return {};
  };
  table.release = [](void* vector) { elements_of(vector) = {}; };
  return table;
}

}  // namespace lockstep
