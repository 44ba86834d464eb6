// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "lockstep/language/program.h"

namespace lockstep {
namespace {

using Operations = std::vector<Operation>;

std::size_t index_below(Choices& choices, std::size_t n) { return choices.below(static_cast<std::uint32_t>(n)); }

Operations::iterator any_place(Operations& operations, Choices& choices) {
  return operations.begin() + static_cast<std::ptrdiff_t>(index_below(choices, operations.size() + 1));
}

void redraw_operand(Operation& operation, Arena arena, Choices& choices) {
  std::size_t count = 0;
  for_each_operand(operation, [&](std::string_view, const auto&) { ++count; });
  const std::size_t chosen = index_below(choices, count);
  std::size_t index = 0;
  for_each_operand(operation, [&]<typename Kind>(std::string_view, Kind& operand) {
    if (index++ == chosen) operand = Kind::draw(choices, arena);
  });
}

/// Some consecutive operations: mostly few.
Operations any_chunk(const Operations& operations, Choices& choices) {
  const std::size_t begin = index_below(choices, operations.size());
  const std::size_t length = std::min(operations.size() - begin, 1 + index_below(choices, 8));
  return {operations.begin() + static_cast<std::ptrdiff_t>(begin),
          operations.begin() + static_cast<std::ptrdiff_t>(begin + length)};
}

void edit(Program& program, Choices& choices) {
  Operations& operations = program.operations;
  const std::uint32_t kind = choices.below(16);
  if (kind < 5 || operations.empty()) {
    Operations some;
    draw_operations(choices, program.arena, some);
    operations.insert(any_place(operations, choices), some.begin(), some.end());
  } else if (kind < 9) {
    redraw_operand(operations[index_below(choices, operations.size())], program.arena, choices);
  } else if (kind < 11) {
    operations[index_below(choices, operations.size())] = draw_operation(choices, program.arena);
  } else if (kind < 13) {
    const auto place = operations.begin() + static_cast<std::ptrdiff_t>(index_below(choices, operations.size()));
    operations.erase(place, place + std::min<std::ptrdiff_t>(operations.end() - place,
                                                             1 + static_cast<std::ptrdiff_t>(choices.below(4))));
  } else if (kind < 14) {
    const Operations chunk = any_chunk(operations, choices);
    operations.insert(any_place(operations, choices), chunk.begin(), chunk.end());
  } else if (kind < 15) {
    std::swap(operations[index_below(choices, operations.size())], operations[index_below(choices, operations.size())]);
  } else {
    program.arena = draw_arena(choices);
  }
}

/// A corpus keeps programs in large arenas for what they alone cover. Of those made from them few are to be as slow.
Arena seldom_large(Arena arena, Choices& choices) {
  return arena.kind == Arena::Kind::large && !choices.one_in(16) ? draw_arena(choices) : arena;
}

/// How many operations a program that is drawn afresh has at most.
std::size_t draw_most(Choices& choices) { return choices.among<std::size_t>({8, 32, 100}); }

/// Keeps a beginning and draws the rest, now and then in another arena. A corpus comes to prefer long programs of its
/// own kind. Without this, steps that are frequent only in programs drawn as a whole would hardly be tried any more.
void redraw_ending(Program& program, Choices& choices) {
  if (choices.one_in(4)) program.arena = draw_arena(choices);
  Operations& operations = program.operations;
  const std::size_t wanted = std::max(operations.size(), draw_most(choices));
  operations.resize(index_below(choices, operations.size()), Operation());
  while (operations.size() < wanted) draw_operations(choices, program.arena, operations);
}

void cut(Program& program) {
  if (program.operations.size() > kMaxOperations) program.operations.resize(kMaxOperations, Operation());
}

}  // namespace

Program mutate(const Program& program, Choices& choices) {
  if (choices.one_in(5)) return draw_program(choices, draw_most(choices));
  Program mutated = program;
  mutated.arena = seldom_large(program.arena, choices);
  if (choices.below(2) == 0 && !program.operations.empty()) {
    redraw_ending(mutated, choices);
  } else {
    for (std::uint32_t edits = 1 + choices.below(4); edits > 0; --edits) edit(mutated, choices);
  }
  cut(mutated);
  return mutated;
}

Program cross_over(const Program& first, const Program& second, Choices& choices) {
  Program crossed;
  crossed.arena = seldom_large(choices.below(2) == 0 ? first.arena : second.arena, choices);
  const Operations& a = first.operations;
  const Operations& b = second.operations;
  if (choices.below(2) == 0) {
    crossed.operations.assign(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(index_below(choices, a.size() + 1)));
    crossed.operations.insert(crossed.operations.end(),
                              b.begin() + static_cast<std::ptrdiff_t>(index_below(choices, b.size() + 1)), b.end());
  } else {
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() || j < b.size()) {
      const bool from_first = j == b.size() || (i < a.size() && choices.below(2) == 0);
      crossed.operations.push_back(from_first ? a[i++] : b[j++]);
    }
  }
  cut(crossed);
  if (choices.below(2) == 0 && !crossed.operations.empty()) redraw_ending(crossed, choices);
  cut(crossed);
  return crossed;
}

}  // namespace lockstep
