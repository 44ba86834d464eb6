// SPDX-License-Identifier: Apache-2.0
// Abseil's Cord as an implementation to test: a vector is one that lives through the whole program.
// It copies some of the bytes that it is given, refers to others, and shares what Cords share. What writes into it, or
// takes a discard back, has no counterpart.
#include "lockstep/table/adapter.h"

#include <absl/strings/cord.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace lockstep {
namespace {

using absl::Cord;
using View = Span<const iovec>;

struct Vector {
  Cord cord;
  std::vector<iovec> chunks;
};

Cord& cord_of(void* vector) { return static_cast<Vector*>(vector)->cord; }

absl::string_view text_of(const iovec& element) {
  return {static_cast<const char*>(element.iov_base), element.iov_len};
}

Result become(void* vector, Cord cord) {
  cord_of(vector) = std::move(cord);
  return {};
}

/// Its chunks as elements, the first at an offset, as many as there is room for.
std::size_t describe(const Cord& cord, std::size_t offset, std::size_t bytes, Span<iovec> elements) {
  Cord::CharIterator at = cord.char_begin();
  Cord::Advance(&at, std::min(offset, cord.size()));  // no further than there is something
  std::size_t count = 0;
  while (count < elements.size() && bytes > 0 && at != cord.char_end()) {
    const absl::string_view chunk = Cord::ChunkRemaining(at).substr(0, bytes);
    elements[count++] = {const_cast<char*>(chunk.data()), chunk.size()};
    bytes -= chunk.size();
    Cord::Advance(&at, chunk.size());
  }
  return count;
}

Span<iovec> elements_of(void* vector) {
  std::vector<iovec>& chunks = static_cast<Vector*>(vector)->chunks;
  chunks.clear();
  for (const absl::string_view chunk : cord_of(vector).Chunks())
    chunks.push_back({const_cast<char*>(chunk.data()), chunk.size()});
  return chunks;
}

Cord referring_to(const iovec& element) {
  return absl::MakeCordFromExternal(text_of(element), [](absl::string_view) {});
}

Result assign(void* vector, View elements) {
  Cord cord;
  for (const iovec& element : elements) cord.Append(referring_to(element));
  return become(vector, std::move(cord));
}

Result extended(void* vector, const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                const iovec& tail, std::size_t) {
  // There is no Cord that is absent.
  if (!mid && bytes > 0)
    return {0, bytes > SIZE_MAX - head.iov_len - tail.iov_len ? Rejection::length_error : Rejection::invalid_argument};
  Cord whole;
  for (const iovec& element : mid.value_or(View())) whole.Append(text_of(element));
  Cord made = whole.Subcord(offset, bytes);
  made.Prepend(text_of(head));
  made.Append(referring_to(tail));
  return become(vector, std::move(made));
}

void make_vectors(Implementation& table) {
  table.create = []() -> void* { return new Vector; };
  table.destroy = [](void* vector) { delete static_cast<Vector*>(vector); };
  table.elements = elements_of;
  table.assign = assign;
  table.add = [](void* vector, void* base, std::size_t length) -> Result {
    cord_of(vector).Append(text_of({base, length}));
    return {};
  };
  table.add_many = [](void* vector, View elements) -> Result {
    for (const iovec& element : elements) cord_of(vector).Append(text_of(element));
    return {};
  };
  table.with_capacity = [](void* vector, std::size_t) { return become(vector, Cord()); };
  table.from_buffer = [](void* vector, void* base, std::size_t length) {
    return become(vector, Cord(text_of({base, length})));
  };
  table.reset = [](void* vector) -> Result {
    cord_of(vector).Clear();
    return {};
  };
  table.release = [](void* vector) { cord_of(vector).Clear(); };
  table.vector_size = [](void* vector) -> Result { return {cord_of(vector).size()}; };
  table.copy_vector = [](void* vector, void* source) { return become(vector, cord_of(source)); };
  table.move_vector = [](void* vector, void* source) { return become(vector, std::exchange(cord_of(source), Cord())); };
  table.split = [](void* vector, void* source, std::size_t offset) -> Result {
    Cord& front = cord_of(source);
    if (offset > front.size()) return rejected_as_outside();  // Subcord would cut
    Cord rest = front.Subcord(offset, SIZE_MAX);
    front.RemoveSuffix(rest.size());
    return become(vector, std::move(rest));
  };
  table.vector_discard_back = [](void* vector, std::size_t bytes) -> Result {
    if (bytes > cord_of(vector).size()) return rejected_as_outside();  // it would end the process
    cord_of(vector).RemoveSuffix(bytes);
    return {};
  };
  table.extended = extended;
}

/// It ends the process to remove more than there is, so no more is asked for.
template <void (Cord::*remove)(std::size_t)>
Result discard(void* vector, std::size_t bytes) {
  const std::size_t removed = std::min(bytes, cord_of(vector).size());
  (cord_of(vector).*remove)(removed);
  return {removed};
}

}  // namespace

Implementation make_adapter() {
  Implementation table;
  table.name = "abseil";
  table.deviations.ranges_are_cut = true;
  table.deviations.has_own_memory = true;
  make_vectors(table);

  OnVector& on_vector = table.on_vector;
  on_vector.size = table.vector_size;
  on_vector.to_buf = [](void* vector, std::size_t offset, Span<std::byte> data) -> Result {
    std::string copied;
    absl::CopyCordToString(cord_of(vector).Subcord(offset, data.size()), &copied);
    std::copy_n(reinterpret_cast<const std::byte*>(copied.data()), copied.size(), data.data());
    return {copied.size()};
  };
  on_vector.copy = [](Span<iovec> destination, void* vector, std::size_t offset, std::size_t bytes) -> Result {
    return {describe(cord_of(vector), offset, bytes, destination)};
  };
  on_vector.concat = [](void* vector, void* source, std::size_t offset, std::size_t bytes) -> Result {
    const Cord part = cord_of(source).Subcord(offset, bytes);
    cord_of(vector).Append(part);
    return {part.size()};
  };
  on_vector.slice = [](void* vector, void* source, std::size_t offset, std::size_t bytes) {
    return become(vector, cord_of(source).Subcord(offset, bytes));
  };
  on_vector.discard_front = discard<&Cord::RemovePrefix>;
  on_vector.discard_back = discard<&Cord::RemoveSuffix>;
  return table;
}

}  // namespace lockstep
