// SPDX-License-Identifier: Apache-2.0
#include "generators.h"

#include <utility>
#include <vector>

namespace lockstep {
namespace {

using Operations = std::vector<Operation>;

/// What this draws for an arena, as one thing that RapidCheck drops or keeps.
rc::Gen<Operations> drawn(void (*draw)(Choices&, Arena, Operations&), Arena arena) {
  return rc::gen::exec([draw, arena] {
    RapidChoices choices;
    Operations operations;
    draw(choices, arena, operations);
    return operations;
  });
}

void draw_shape(Choices& choices, Arena arena, Operations& operations) {
  const Vec vec = Vec::draw(choices, arena);
  operations.push_back(Assign{vec, Pieces::draw(choices, arena)});
}

rc::Gen<Program> program_in_arena(Arena arena) {
  using Parts = std::vector<Operations>;
  return rc::gen::map(rc::gen::pair(rc::gen::container<Parts>(3, drawn(draw_shape, arena)),
                                    rc::gen::container<Parts>(drawn(draw_operations, arena))),
                      [arena](const std::pair<Parts, Parts>& shapes_and_more) {
                        Program program{arena, {}};
                        for (const Parts& parts : {shapes_and_more.first, shapes_and_more.second})
                          for (const Operations& operations : parts)
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

rc::Gen<lockstep::Program> rc::Arbitrary<lockstep::Program>::arbitrary() {
  return gen::mapcat(gen::exec([] {
                       lockstep::RapidChoices choices;
                       return lockstep::draw_arena(choices);
                     }),
                     lockstep::program_in_arena);
}
