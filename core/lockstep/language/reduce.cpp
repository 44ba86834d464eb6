// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "lockstep/language/program.h"

namespace lockstep {
namespace {

using StillFails = std::function<bool(const Program&)>;

/// Takes `candidate` if it still fails.
bool take(Program& program, Program candidate, const StillFails& still_fails) {
  if (!still_fails(candidate)) return false;
  program = std::move(candidate);
  return true;
}

bool drop_operations(Program& program, const StillFails& still_fails) {
  bool dropped = false;
  for (std::size_t chunk = std::max<std::size_t>(program.operations.size() / 2, 1); chunk > 0; chunk /= 2) {
    // From the back: later operations rarely matter to earlier ones.
    std::size_t end = program.operations.size();
    while (end > 0) {
      const std::size_t begin = end - std::min(chunk, end);
      Program candidate = program;
      candidate.operations.erase(candidate.operations.begin() + static_cast<std::ptrdiff_t>(begin),
                                 candidate.operations.begin() + static_cast<std::ptrdiff_t>(end));
      if (take(program, std::move(candidate), still_fails)) dropped = true;
      end = std::min(begin, program.operations.size());
    }
  }
  return dropped;
}

bool simplify_operations(Program& program, const StillFails& still_fails) {
  bool simplified = false;
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    bool again = true;
    while (again) {
      again = false;
      for (const Operation& lower : simpler(program.operations[i])) {
        Program candidate = program;
        candidate.operations[i] = lower;
        if (!take(program, std::move(candidate), still_fails)) continue;
        simplified = again = true;
        break;
      }
    }
  }
  return simplified;
}

/// Vectors can only be renamed all at once.
bool rename_vectors(Program& program, const StillFails& still_fails) {
  bool renamed = false;
  for (std::uint8_t from = 1; from < Vec::count; ++from) {
    for (std::uint8_t to = 0; to < from; ++to) {
      Program candidate = program;
      for (Operation& operation : candidate.operations) {
        for_each_operand(operation, [&]<typename Kind>(std::string_view, Kind& operand) {
          if constexpr (std::is_same_v<Kind, Vec>)
            if (operand.index == from) operand.index = to;
        });
      }
      if (candidate != program && take(program, std::move(candidate), still_fails)) renamed = true;
    }
  }
  return renamed;
}

}  // namespace

Program reduce(const Program& program, const StillFails& still_fails) {
  Program reduced = program;
  Program small_arena = reduced;
  small_arena.arena = Arena{};
  if (small_arena != reduced) take(reduced, std::move(small_arena), still_fails);
  while (drop_operations(reduced, still_fails) || rename_vectors(reduced, still_fails) ||
         simplify_operations(reduced, still_fails)) {
  }
  return reduced;
}

}  // namespace lockstep
