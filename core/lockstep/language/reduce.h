// Makes a failing program small.
// No repair is needed on the way, because any subsequence of a program is a program.
#pragma once

#include <functional>

#include "lockstep/language/program.h"

namespace lockstep {

/// The smallest program found for which `still_fails` holds, as it must for `program`. First drops operations, in
/// chunks and one by one, then makes operands simpler one at a time, until neither helps. Calls `still_fails`
/// some hundreds of times.
Program reduce(const Program& program, const std::function<bool(const Program&)>& still_fails);

}  // namespace lockstep
