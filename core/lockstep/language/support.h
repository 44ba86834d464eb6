// Which operations an implementation has, in words.
// An entry of the table that is null leaves out every operation that it would run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lockstep/table/implementation.h"

namespace lockstep {

/// The names of the operations that an implementation leaves out.
std::vector<std::string_view> left_out(const Implementation& implementation);

/// The limits of "all agree": the deviations that are declared and the operations that are left out, in lines that
/// begin with `start`. Empty for an implementation that keeps the whole contract.
std::string reservations(const Implementation& implementation, std::string_view start);

}  // namespace lockstep
