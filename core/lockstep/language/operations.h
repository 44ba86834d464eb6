// SPDX-License-Identifier: Apache-2.0
// The list of operations. A code is a place in it, so it only grows at its end.
// A new operation is a struct in one of the files below and its name here; the compiler names the missing rest.
#pragma once

#include <cstddef>
#include <variant>

#include "lockstep/language/operations/moving.h"
#include "lockstep/language/operations/owning.h"

namespace lockstep {

// Each struct has `traits`; `entry`, the function of the table that runs it; and members, all of which are operands, by
// the names in for_each_member (operation.h). The operand `vec` is the vector that the others are resolved against.
// Some structs have `settle`, which fits resolved operands to each other. Some have `is_too_large`: whether the step is
// too much for the harness (too large a vector, or a look at bytes that are not there). The harness then asks for a
// size in its place.

/// Stored programs name operations by their place in this list: append only.
using Operation =
    std::variant<Assign, Add, AddMany, ViewSize, VectorSize, FromBuf, ToBuf, Fill, Copy, CopyInPlace, DiscardFront,
                 DiscardBack, Undo, WithCapacity, FromBuffer, Reset, Destroy, CopyVector, MoveVector, Concat, Slice,
                 SliceCount, Extended, ExtendedWithoutMid, IsZero, FirstDifference, CloneSize, Clone, VectorDiscardBack,
                 Hexdump, Borrow, Send, Recv, Split>;

inline constexpr std::size_t kOperations = std::variant_size_v<Operation>;

/// Calls f with the operation as the struct that it is. So does std::visit, but its tables of functions take long to
/// compile: a third of the time of a file that visits often.
template <typename Function, typename Any>
constexpr decltype(auto) visit_operation(Function&& f, Any&& operation) {
#define LOCKSTEP_CASE(code)                                                       \
  case code:                                                                      \
    if constexpr ((code) < kOperations) return f(*std::get_if<code>(&operation)); \
    [[fallthrough]];
#define LOCKSTEP_CASES(first) \
  LOCKSTEP_CASE(first)        \
  LOCKSTEP_CASE((first) + 1)  \
  LOCKSTEP_CASE((first) + 2)  \
  LOCKSTEP_CASE((first) + 3)
  static_assert(kOperations <= 40, "LOCKSTEP_CASES(40) is to be added");
  switch (operation.index()) {
    LOCKSTEP_CASES(0)
    LOCKSTEP_CASES(4)
    LOCKSTEP_CASES(8)
    LOCKSTEP_CASES(12)
    LOCKSTEP_CASES(16)
    LOCKSTEP_CASES(20)
    LOCKSTEP_CASES(24)
    LOCKSTEP_CASES(28)
    LOCKSTEP_CASES(32)
    LOCKSTEP_CASES(36)
    default:
      __builtin_unreachable();  // no variant has these codes
  }
#undef LOCKSTEP_CASES
#undef LOCKSTEP_CASE
}

}  // namespace lockstep
