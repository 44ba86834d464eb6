// Checks the effects that a program's text pins behind `->`.
// The one fact that matters: they are written by hand from the contract, so they judge the model as well as the
// implementation.
#pragma once

#include <string>
#include <vector>

#include "lockstep/table/implementation.h"
#include "lockstep/language/program.h"

namespace lockstep {

/// What is pinned but not so: a line for each difference, naming the step and the side. Steps that the implementation
/// lacks, and those after a divergence (which is itself a line), are not judged; nor is what holds in another dialect
/// only.
std::vector<std::string> check_pinned(const ParsedProgram& parsed, const Implementation& implementation);

}  // namespace lockstep
