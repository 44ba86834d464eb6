// SPDX-License-Identifier: Apache-2.0
// lwIP's chains of pbufs as an implementation to test: a vector is one that lives through the whole program, of pbufs
// that refer to the elements. A chain of no pbufs is a null pointer, which its functions take for a mistake, so they
// are not called then. What describes ranges in a new chain has no counterpart. Numbers have 16 bits.
#include "lockstep/table/adapter.h"

#include <lwip/pbuf.h>

#include <algorithm>
#include <vector>

namespace lockstep {
namespace {

using View = Span<const iovec>;

struct Vector {
  pbuf* chain = nullptr;
  std::vector<iovec> elements;
};

pbuf*& chain_of(void* vector) { return static_cast<Vector*>(vector)->chain; }

/// What is more is as much as they take, which is more than any chain here has.
u16_t clipped(std::size_t number) { return static_cast<u16_t>(std::min<std::size_t>(number, UINT16_MAX)); }

std::size_t length(void* vector) { return chain_of(vector) == nullptr ? 0 : chain_of(vector)->tot_len; }

Result clear(void* vector) {
  if (chain_of(vector) != nullptr) pbuf_free(chain_of(vector));
  chain_of(vector) = nullptr;
  return {};
}

Result append(void* vector, View elements) {
  for (const iovec& element : elements) {
    pbuf* const added = pbuf_alloc_reference(element.iov_base, clipped(element.iov_len), PBUF_REF);
    if (chain_of(vector) == nullptr) {
      chain_of(vector) = added;
    } else {
      pbuf_cat(chain_of(vector), added);
    }
  }
  return {};
}

Span<iovec> elements_of(void* vector) {
  std::vector<iovec>& elements = static_cast<Vector*>(vector)->elements;
  elements.clear();
  for (const pbuf* at = chain_of(vector); at != nullptr; at = at->next) elements.push_back({at->payload, at->len});
  return elements;
}

Result discard_back(void* vector, std::size_t bytes) {
  const std::size_t before = length(vector);
  if (before > 0) pbuf_realloc(chain_of(vector), clipped(before - std::min(bytes, before)));
  return {before - length(vector)};
}

void make_vectors(Implementation& table) {
  table.create = []() -> void* { return new Vector; };
  table.destroy = [](void* vector) {
    clear(vector);
    delete static_cast<Vector*>(vector);
  };
  table.elements = elements_of;
  table.assign = [](void* vector, View elements) {
    clear(vector);
    return append(vector, elements);
  };
  table.add = [](void* vector, void* base, std::size_t bytes) {
    const iovec element = {base, bytes};
    return append(vector, {&element, 1});
  };
  table.add_many = append;
  table.from_buffer = [](void* vector, void* base, std::size_t bytes) {
    const iovec element = {base, bytes};
    clear(vector);
    return append(vector, {&element, 1});
  };
  table.reset = clear;
  table.release = [](void* vector) { clear(vector); };
  table.vector_size = [](void* vector) -> Result { return {length(vector)}; };
  table.move_vector = [](void* vector, void* source) -> Result {
    if (vector == source) return {};
    clear(vector);
    std::swap(chain_of(vector), chain_of(source));
    return {};
  };
  table.vector_discard_back = [](void* vector, std::size_t bytes) -> Result {
    if (bytes > length(vector)) return rejected_as_outside();
    discard_back(vector, bytes);
    return {};
  };
}

/// Elements at an offset, as many as there is room for: those from the pbuf on that pbuf_skip finds.
Result copy(Span<iovec> destination, void* vector, std::size_t offset, std::size_t bytes) {
  if (chain_of(vector) == nullptr) return {0};
  u16_t before = 0;
  std::size_t count = 0;
  for (const pbuf* at = pbuf_skip(chain_of(vector), clipped(offset), &before);
       at != nullptr && bytes > 0 && count < destination.size(); at = at->next) {
    const std::size_t described = std::min<std::size_t>(bytes, at->len - before);
    destination[count++] = {static_cast<std::byte*>(at->payload) + before, described};
    bytes -= described;
    before = 0;
  }
  return {count};
}

}  // namespace

Implementation make_adapter() {
  Implementation table;
  table.name = "lwip";
  table.deviations.past_end_answers_0 = true;
  table.deviations.from_buf_must_fit = true;
  table.deviations.empty_elements_do_not_count = true;
  table.limits.bytes = UINT16_MAX - 1;
  table.limits.elements = 1024;  // to append one is to walk all others
  table.takes_unbacked = true;
  make_vectors(table);

  OnVector& on_vector = table.on_vector;
  on_vector.size = table.vector_size;
  on_vector.from_buf = [](void* vector, std::size_t offset, Span<const std::byte> data) -> Result {
    if (chain_of(vector) == nullptr) return {0, data.empty() ? Rejection::none : Rejection::out_of_range};
    const err_t error = pbuf_take_at(chain_of(vector), data.data(), clipped(data.size()), clipped(offset));
    return error == ERR_OK ? Result{data.size()} : rejected_as_outside();
  };
  on_vector.to_buf = [](void* vector, std::size_t offset, Span<std::byte> data) -> Result {
    if (chain_of(vector) == nullptr) return {0};
    return {pbuf_copy_partial(chain_of(vector), data.data(), clipped(data.size()), clipped(offset))};
  };
  on_vector.copy = copy;
  on_vector.discard_front = [](void* vector, std::size_t bytes) -> Result {
    const std::size_t before = length(vector);
    if (before > 0) chain_of(vector) = pbuf_free_header(chain_of(vector), clipped(bytes));
    return {before - length(vector)};
  };
  on_vector.discard_back = discard_back;
  return table;
}

}  // namespace lockstep
