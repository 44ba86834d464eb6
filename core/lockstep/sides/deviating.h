// SPDX-License-Identifier: Apache-2.0
// What the deviations of an implementation change on the expected side.
// Nothing here does anything where none is declared.
#pragma once

#include <algorithm>
#include <cstddef>

#include "lockstep/language/operation.h"
#include "lockstep/sides/expected.h"

namespace lockstep {

/// The operation, with its range cut at the end where that is declared.
template <typename Model, typename Op>
Op cut(Op op, const Expected<Model>& side) {
  if (!side.deviations().ranges_are_cut) return op;
  const std::size_t size = side.situation().size(op.vec);
  op.offset.value = std::min(op.offset.value, size);
  op.bytes.value = std::min(op.bytes.value, size - op.offset.value);
  return op;
}

/// Whether it is declared that the range has to fit, and it does not.
template <typename Model>
bool is_refused(const FromBuf& op, const Expected<Model>& side) {
  if (!side.deviations().from_buf_must_fit) return false;
  const std::size_t size = side.situation().size(op.vec);
  return op.offset.value <= size && op.bytes.value > size - op.offset.value;
}

// Where a discard leaves nothing of a view, one element may be declared to stay.

inline void empty_at_end(model::Element& element) {
  element.base += static_cast<Address>(element.bytes.size());
  element.bytes.clear();
}
inline void empty_at_end(model::extents::Extent& element) {
  static_cast<void>(__builtin_add_overflow(element.base, element.length, &element.base));
  element.length = 0;
}
inline void empty_at_start(model::Element& element) { element.bytes.clear(); }
inline void empty_at_start(model::extents::Extent& element) { element.length = 0; }

bool keeps_one(const auto& side) { return side.deviations().emptied_keeps_one_element; }

/// The element that is to stay of a view of none, which is that element again.
auto& kept(auto& v, std::size_t index, auto* record) {
  if (record != nullptr) record->index = index, record->saved = v.array[index];
  v.start = index;
  v.count = 1;
  return v.array[index];
}

}  // namespace lockstep
