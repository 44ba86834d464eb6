// Somebody else's implementation: what the source file named by -DLOCKSTEP_ADAPTER defines.
// The one fact that matters: an adapter fills in a table of functions; whatever it leaves null is skipped, and counted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lockstep/implementation.h"

namespace lockstep {

/// Defined by the adapter. Its name is what reports and `--against` call it; it should be a word.
const Implementation& adapter();

/// A table to begin with, for implementations whose functions take arrays of elements: vectors here are a plain growing
/// array, and only the functions on elements are left null.
Implementation plain_vectors();

/// The operations that an implementation leaves out, by name.
std::vector<std::string_view> left_out(const Implementation& implementation);

/// What a reader of "all agree" has to know: the deviations that are declared and the operations that are left out, in
/// lines that begin with `start`. Empty for an implementation that keeps the whole contract.
std::string reservations(const Implementation& implementation, std::string_view start);

/// What an adapter should answer for an offset or a range that lies outside.
inline Result rejected_as_outside() { return {0, Rejection::out_of_range}; }

}  // namespace lockstep
