// The scope of what there is no memory for.
#include "lockstep/language/number.h"
#include "scope_operands.h"
#include "scopes.h"

namespace lockstep {

Scope unbacked_operations(std::size_t most) {
  const auto with_vec = [](Domain domain, Vec vec) {
    domain.vecs = {vec};
    return domain;
  };
  const auto mark = [](std::size_t index, int delta) {
    return Size{Size::Kind::mark, static_cast<std::int8_t>(delta), index};
  };
  // What shows most comes first: a sum that wraps to 0.
  std::vector<std::uint16_t> lengths;
  Domain domain;
  domain.sizes = {literal(0), literal(1), from_max(1), from_max(0)};
  for (const std::size_t index : {3u, 2u, 1u, 0u})
    for (const int delta : {0, -1, 1}) {
      if (most > 1 && delta != 0) continue;
      lengths.push_back(Code::of({index, delta}));
      if (index > 0) domain.sizes.push_back(mark(index, delta));
    }
  lengths.insert(lengths.end(), {Code::of({Mark::size_max, -1}), 1, 0});
  if (most == 1) lengths.push_back(Code::of({Mark::size_max, -2}));
  for (std::size_t edge = 1; edge <= most; ++edge)
    for (const int delta : {-1, 0, 1})
      domain.sizes.push_back({Size::Kind::edge, static_cast<std::int8_t>(delta), edge});
  const auto near_size_max = Code::of({Mark::size_max, -8});
  domain.pieces = {{16, 1}, {16, Code::of({3, 0})}, {16, Code::of({Mark::size_max, -1})}};
  domain.buffers = {{16}, {near_size_max}};
  domain.shapes = {shape({}), shape({{16, Code::of({3, 0})}, {16, Code::of({3, 0})}})};
  domain.counts = {{0}, {1}, {2}, {3}};
  domain.strides = {{0}};
  domain.values = {{1}};
  domain.records = {{UndoSlot::Name::none}, {UndoSlot::Name::p}};
  domain.scripts = {script({}), script({Script::Call::half})};
  domain.vecs = {Vec{0}};
  return {"unbacked-operations-of-" + std::to_string(most),
          "every operation, every vector of up to " + std::to_string(most) +
              " elements of lengths that no memory has, every operand near such lengths",
          [owned = domain, unowned = with_vec(domain, Vec{kUnownedVector}), lengths, most](Choices& choices,
                                                                                           Program& program) {
            program.arena = kUnbackedArena;
            program.operations.resize(3, Operation());
            const Domain& own = choices.below(2) == 0 ? unowned : owned;
            Pieces elements;
            elements.count = static_cast<std::uint8_t>(most - choices.below(static_cast<std::uint32_t>(most) + 1));
            for (std::size_t i = 0; i < elements.count; ++i)
              elements.pieces[i] = {static_cast<std::uint16_t>(16 * i), choices.among(lengths)};
            program.operations[0] = Assign{own.vecs.front(), elements};
            const std::size_t code = choices.below(kOperations);
            // A second vector matters where it is added to, or compared.
            const bool matters = std::visit(
                [](const auto& op) {
                  return effect_of(op) == Effect::grows || requires { op.other; };
                },
                operation_of_code(code));
            const std::uint16_t length =
                matters ? choices.among<std::uint16_t>({0, Code::of({3, 0}), Code::of({4, -1})}) : 0;
            program.operations[1] = Assign{Vec{1}, shape({{16, length}})};
            program.operations[2] = enumerate_operation(choices, code, own);
            const auto second = [&] { return choices.among<Vec>({Vec{1}, own.vecs.front()}); };
            std::visit(
                [&](auto& op) {
                  if constexpr (requires { op.into; }) op.into = second();
                  if constexpr (requires { op.other; }) op.other = second();
                },
                program.operations[2]);
          },
          true};
}

}  // namespace lockstep
