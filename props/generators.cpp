#include "generators.h"

#include <tuple>
#include <vector>

namespace lockstep {
namespace {

/// Whatever `draw` draws.
template <typename Drawn>
rc::Gen<Drawn> drawn(Drawn (*draw)(Choices&)) {
  return rc::gen::exec([draw] {
    RapidChoices choices;
    return draw(choices);
  });
}

Operation draw_shape(Choices& choices) {
  const Vec vec = Vec::draw(choices);
  return Assign{vec, Pieces::draw(choices)};
}

std::vector<Operation> draw_some(Choices& choices) {
  std::vector<Operation> operations;
  draw_operations(choices, operations);
  return operations;
}

}  // namespace

std::uint32_t RapidChoices::below(std::uint32_t n) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, n));
}

rc::detail::TestResult check_programs(const std::function<void(const Program&)>& property,
                                      const rc::detail::TestParams& params) {
  return rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
}

}  // namespace lockstep

rc::Gen<lockstep::Operation> rc::Arbitrary<lockstep::Operation>::arbitrary() {
  return lockstep::drawn(lockstep::draw_operation);
}

rc::Gen<lockstep::Program> rc::Arbitrary<lockstep::Program>::arbitrary() {
  using lockstep::Operation;
  return gen::map(gen::tuple(lockstep::drawn(lockstep::draw_arena),
                             gen::container<std::vector<Operation>>(3, lockstep::drawn(lockstep::draw_shape)),
                             gen::container<std::vector<std::vector<Operation>>>(lockstep::drawn(lockstep::draw_some))),
                  [](const auto& parts) {
                    lockstep::Program program{std::get<0>(parts), std::get<1>(parts)};
                    for (const std::vector<Operation>& operations : std::get<2>(parts))
                      program.operations.insert(program.operations.end(), operations.begin(), operations.end());
                    return program;
                  });
}
