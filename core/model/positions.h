// SPDX-License-Identifier: Apache-2.0
// How the model goes through positions. Not for users: only the model's own sources include it.
// A position is counted, byte by byte; no length is ever added up.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "model/list.h"
#include "model/model.h"

namespace model {

/// Calls visit(position, index, address) for every byte of the view, in order of position; `index` is that of the
/// byte's element in the array. Empty elements have no positions and are never visited.
template <typename Visit>
void for_each_position(const Vector& v, Visit visit) {
  assert(v.start <= v.array.size() && v.count <= v.array.size() - v.start);
  std::size_t position = 0;
  for (std::size_t index = v.start; index < v.start + v.count; ++index) {
    for (const Address address : v.array[index].bytes) {
      visit(position, index, address);
      ++position;
    }
  }
}

/// Is `position` in [offset, offset + bytes)? The sum itself might wrap, so it is never made.
inline bool within(std::size_t position, std::size_t offset, std::size_t bytes) {
  return position >= offset && position - offset < bytes;
}

/// Does all of [offset, offset + bytes) lie in the view? Nor is that sum made here.
inline bool contains(const Vector& v, std::size_t offset, std::size_t bytes) {
  const std::size_t total = size(v).value;
  if (offset > total || bytes > total - offset) return false;
  if (!is_c(v.dialect) || v.count < v.array.size()) return true;
  const std::size_t stored = vector_size(v).value;
  return offset <= stored && bytes <= stored - offset;
}

inline std::size_t place([[maybe_unused]] const Memory& memory, Address address) {
  assert(address >= 0 && static_cast<std::size_t>(address) < memory.size());
  return static_cast<std::size_t>(address);
}

/// What stands at the first `limit` positions, or at all there are.
inline List<std::uint8_t> contents(const Vector& v, std::size_t limit, const Memory& memory) {
  List<std::uint8_t> found;
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (position < limit) found.push_back(memory[place(memory, address)]);
  });
  return found;
}

/// Whether the vector is one that may get more elements.
inline bool grows(const Vector& v) { return !is_c(v.dialect) || v.kind == Vector::Kind::owned; }

}  // namespace model
