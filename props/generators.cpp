#include "generators.h"

#include <tuple>
#include <vector>

namespace lockstep {
namespace {

/// Whatever `draw` draws for an arena.
template <typename Drawn>
rc::Gen<Drawn> drawn(Drawn (*draw)(Choices&, Arena), Arena arena) {
  return rc::gen::exec([draw, arena] {
    RapidChoices choices;
    return draw(choices, arena);
  });
}

Operation draw_shape(Choices& choices, Arena arena) {
  const Vec vec = Vec::draw(choices, arena);
  return Assign{vec, Pieces::draw(choices, arena)};
}

std::vector<Operation> draw_some(Choices& choices, Arena arena) {
  std::vector<Operation> operations;
  draw_operations(choices, arena, operations);
  return operations;
}

rc::Gen<Program> program_in_arena(Arena arena) {
  using rc::gen::container;
  return rc::gen::map(rc::gen::tuple(container<std::vector<Operation>>(3, drawn(draw_shape, arena)),
                                     container<std::vector<std::vector<Operation>>>(drawn(draw_some, arena))),
                      [arena](const auto& parts) {
                        Program program{arena, std::get<0>(parts)};
                        for (const std::vector<Operation>& operations : std::get<1>(parts))
                          program.operations.insert(program.operations.end(), operations.begin(), operations.end());
                        return program;
                      });
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
  return lockstep::drawn(lockstep::draw_operation, lockstep::Arena{});
}

rc::Gen<lockstep::Program> rc::Arbitrary<lockstep::Program>::arbitrary() {
  return gen::mapcat(gen::exec([] {
                       lockstep::RapidChoices choices;
                       return lockstep::draw_arena(choices);
                     }),
                     lockstep::program_in_arena);
}
