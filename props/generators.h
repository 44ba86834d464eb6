// RapidCheck as a source of programs.
// The one fact that matters: operations are drawn each on their own (with its company) into a list, so RapidCheck
// shrinks a program by dropping operations and by lowering the answers that drew them.
#pragma once

#include <rapidcheck.h>

#include <ostream>

#include "lockstep/choices.h"
#include "lockstep/program.h"

namespace lockstep {

/// Answers from RapidCheck, at its nominal size: at smaller ones it would leave out the upper part of every range.
class RapidChoices final : public Choices {
 public:
  std::uint32_t below(std::uint32_t n) override {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, n));
  }
};

/// Whatever `draw` draws.
template <typename Draw>
auto drawn(Draw draw) {
  return rc::gen::exec([draw] {
    RapidChoices choices;
    return draw(choices);
  });
}

/// Found by RapidCheck through the type, so counterexamples are printed as text.
inline void showValue(const Program& program, std::ostream& out) { out << "\n" << print(program); }
inline void showValue(const Operation& operation, std::ostream& out) { out << print(operation); }

/// For broken implementations: in an exact arena a sanitizer would end the process before the comparison.
inline Program in_shared_arena(Program program) {
  program.arena.kind = Arena::Kind::shared;
  return program;
}

}  // namespace lockstep

template <>
struct rc::Arbitrary<lockstep::Operation> {
  static Gen<lockstep::Operation> arbitrary() { return lockstep::drawn(lockstep::draw_operation); }
};

template <>
struct rc::Arbitrary<lockstep::Program> {
  static Gen<lockstep::Program> arbitrary() {
    using lockstep::Choices;
    using lockstep::Operation;
    using lockstep::Pieces;
    using lockstep::Vec;
    const auto shape = lockstep::drawn([](Choices& choices) {
      const Vec vec = Vec::draw(choices);
      return Operation(lockstep::Assign{vec, Pieces::draw(choices)});
    });
    const auto some = lockstep::drawn([](Choices& choices) {
      std::vector<Operation> operations;
      lockstep::draw_operations(choices, operations);
      return operations;
    });
    return gen::map(gen::tuple(lockstep::drawn(lockstep::draw_arena), gen::container<std::vector<Operation>>(3, shape),
                               gen::container<std::vector<std::vector<Operation>>>(some)),
                    [](const auto& parts) {
                      lockstep::Program program{std::get<0>(parts), std::get<1>(parts)};
                      for (const std::vector<Operation>& operations : std::get<2>(parts))
                        program.operations.insert(program.operations.end(), operations.begin(), operations.end());
                      return program;
                    });
  }
};
