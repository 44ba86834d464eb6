// SPDX-License-Identifier: Apache-2.0
// RapidCheck as a source of programs.
// What RapidCheck makes of our types is compiled once, in generators.cpp; every lambda handed to one of its templates
// is compiled through all of them again.
#pragma once

#include <rapidcheck.h>

#include <functional>
#include <ostream>

#include "lockstep/language/choices.h"
#include "lockstep/language/program.h"

namespace lockstep {

/// Answers from RapidCheck, at its nominal size: at smaller ones it would leave out the upper part of every range.
class RapidChoices final : public Choices {
 public:
  std::uint32_t below(std::uint32_t n) override;
};

/// Found by RapidCheck through the type, so counterexamples are printed as text.
inline void showValue(const Program& program, std::ostream& out) { out << "\n" << print(program); }

/// What RapidCheck comes to with programs for this, which ends with RC_FAIL or a failed RC_ASSERT if one is wrong.
rc::detail::TestResult check_programs(const std::function<void(const Program&)>& property,
                                      const rc::detail::TestParams& params);

/// For broken implementations: in an exact arena a sanitizer would end the process before the comparison.
inline Program in_shared_arena(Program program) {
  if (program.arena.kind == Arena::Kind::exact) program.arena.kind = Arena::Kind::shared;
  return program;
}

}  // namespace lockstep

/// Operations are drawn each on their own, with those that belong beside them, into a list, so RapidCheck shrinks a
/// program by dropping operations and by lowering the answers that drew them.
template <>
struct rc::Arbitrary<lockstep::Program> {
  static Gen<lockstep::Program> arbitrary();
};
