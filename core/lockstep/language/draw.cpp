// SPDX-License-Identifier: Apache-2.0
// Drawing programs: an arena, first elements, and operations with those that mean something only beside them.

#include "lockstep/language/program.h"

namespace lockstep {
namespace {

/// A short discard of the same vector with the other record, and then both taken back, the first one first. The result
/// depends on the elements that the records have stored, which no undo in reverse order shows.
void push_crossed(Choices& choices, const Undo& first, std::vector<Operation>& operations) {
  const UndoSlot other = {first.record.name == UndoSlot::Name::p ? UndoSlot::Name::q : UndoSlot::Name::p};
  const Size bytes = {Size::Kind::literal, 0, choices.below(3)};
  if (choices.below(2) == 0) {
    operations.push_back(DiscardBack{first.vec, bytes, other});
  } else {
    operations.push_back(DiscardFront{first.vec, bytes, other});
  }
  operations.push_back(first);
  operations.push_back(Undo{first.vec, other});
}

/// Draws operations that mean most right after the one drawn last: two draws that fit by chance are rare.
class FollowUps {
  static constexpr Size kAll = {Size::Kind::edge, 0, Size::last_edge};

 public:
  FollowUps(Choices& choices, Arena arena, std::vector<Operation>& operations)
      : choices_(choices), arena_(arena), operations_(operations) {}

  /// A discard is taken back, and an emptied vector gets an element.
  template <typename Op>
  void operator()(const Op& op) {
    if constexpr (requires { op.record, op.bytes; }) undo(op.vec, op.record);
    if constexpr (Op::traits.vec == Effect::emptied) add(op.vec);
  }

  /// Whether the range filled with zeros, or the whole vector, is zero, or is but for one byte: by chance a range of
  /// zeros is seldom looked at.
  void operator()(const Fill& fill) {
    if (fill.value.value != 0 || !choices_.one_in(4)) return;
    const std::uint32_t kind = choices_.below(3);
    if (kind == 2) {
      operations_.back() = Fill{fill.vec, {}, fill.value, kAll};
      operations_.push_back(Fill{fill.vec, fill.offset, {1}, {Size::Kind::literal, 0, 1}});
    }
    operations_.push_back(kind == 0 ? IsZero{fill.vec, fill.offset, fill.bytes} : IsZero{fill.vec, {}, kAll});
  }

  /// More than 64 KiB, for offsets in 16 bits, or more elements than 16 bits count. Rarely, because they take most of a
  /// program's budget.
  void operator()(const AddMany& many) {
    if (arena_.kind == Arena::Kind::large && choices_.one_in(2)) {
      operations_.push_back(AddMany{many.vec, {65535}, {many.element.base, 0}, many.stride});
      operations_.push_back(many);
      operations_.push_back(ViewSize{many.vec});
    } else if (choices_.one_in(64)) {
      operations_.push_back(AddMany{many.vec, {65}, {many.element.base, 4096}, many.stride});
    }
  }

  /// Compares vectors that differ late, or not at all.
  void operator()(const FirstDifference& comparison) {
    if (!choices_.one_in(4)) return;
    if (comparison.vec != comparison.other && choices_.one_in(8)) return compare_shifted(comparison);
    operations_.back() = CopyVector{comparison.other, comparison.vec};
    for (const Vec vec : {comparison.vec, comparison.other})
      if (choices_.below(2) == 1) operations_.push_back(Add{vec, Piece::draw(choices_, arena_)});
    operations_.push_back(comparison);
  }

 private:
  void undo(Vec vec, UndoSlot record) {
    if (record.name == UndoSlot::Name::none) return;
    if (!choices_.one_in(3)) {
      if (choices_.one_in(8)) push_crossed(choices_, {vec, record}, operations_);
      return;
    }
    if (choices_.one_in(4)) {  // out of order
      const Size bytes = Size::draw(choices_, arena_);
      const UndoSlot other = UndoSlot::draw(choices_, arena_);
      operations_.push_back(choices_.below(2) == 0 ? Operation(DiscardFront{vec, bytes, other})
                                                   : Operation(DiscardBack{vec, bytes, other}));
    }
    operations_.push_back(Undo{vec, record});
    if (choices_.one_in(4)) operations_.push_back(Undo{vec, record});
  }

  /// Compares an element whose bytes are all the same with one of the same length, one unit further on: only its last
  /// unit can differ. Libraries compare such lengths by two SIMD vectors, or take another way just above.
  void compare_shifted(const FirstDifference& comparison) {
    Piece piece;
    piece.base = static_cast<std::uint16_t>(choices_.below(16));
    piece.length = choices_.among<std::uint16_t>({17, 24, 31, 32, 33});
    operations_.back() = Assign{comparison.vec, {{}, 1, {piece}}};
    operations_.push_back(Fill{comparison.vec, {}, {1}, kAll});
    ++piece.base;
    operations_.push_back(Assign{comparison.other, {{}, 1, {piece}}});
    operations_.push_back(comparison);
  }

  void add(Vec vec) {
    if (choices_.below(2) == 1) operations_.push_back(Add{vec, Piece::draw(choices_, arena_)});
  }

  Choices& choices_;
  Arena arena_;
  std::vector<Operation>& operations_;
};

}  // namespace

// Large ones are few because their steps take a hundred times as long.
Arena draw_arena(Choices& choices) {
  constexpr std::uint32_t kOneInLarge = 2048;
  if (choices.one_in(kOneInLarge)) return kLargeArena;
  constexpr std::pair<std::uint32_t, Arena> kWeights[] = {
      {9, {}}, {5, {Arena::Kind::exact, 512}}, {1, {Arena::Kind::shared, 8192}}, {1, {Arena::Kind::exact, 8192}}};
  std::uint32_t left = choices.below(9 + 5 + 1 + 1 + 1);
  for (const auto& [weight, arena] : kWeights) {
    if (left < weight) return arena;
    left -= weight;
  }
  return kUnbackedArena;
}

void draw_operations(Choices& choices, Arena arena, std::vector<Operation>& operations) {
  const Operation operation = draw_operation(choices, arena);
  operations.push_back(operation);
  visit_operation(FollowUps(choices, arena, operations), operation);
}

Program draw_program(Choices& choices, std::size_t most) {
  Program program;
  program.arena = draw_arena(choices);
  const std::uint32_t shapes = choices.among({1u, 2u, 3u, 3u});
  const std::size_t count = choices.below(static_cast<std::uint32_t>(most) + 1);
  program.operations.reserve(shapes + count);
  for (std::uint8_t i = 0; i < shapes; ++i)
    program.operations.push_back(Assign{Vec{i}, Pieces::draw(choices, program.arena)});
  while (program.operations.size() < shapes + count) draw_operations(choices, program.arena, program.operations);
  program.operations.resize(shapes + count, Operation());
  return program;
}

Program random_program(std::uint64_t seed, std::uint64_t number, std::size_t most) {
  RandomChoices choices(seed_of_program(seed, number));
  return draw_program(choices, most);
}

}  // namespace lockstep
