// SPDX-License-Identifier: Apache-2.0
// Judges a program by the effects that its text expects behind `->`.
// They are written by hand from the contract, so they test the model as well as the implementation.
#pragma once

#include <optional>

#include "lockstep/oracles/model_oracle.h"

namespace lockstep {

/// The report has a line for each expectation that is not met, with the step and the side, and for a
/// difference between the sides. Not tested are steps that the implementation lacks, and expectations that hold only in
/// another dialect or on machines with larger numbers. At API level 10 of C, where the program does not name it, a
/// program is tested up to a step that the implementation lacks, or that is expected to be rejected for an offset past
/// the end.
std::optional<Finding> judge(const ParsedProgram& parsed, const Implementation& implementation);

}  // namespace lockstep
