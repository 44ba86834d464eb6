// Somebody else's implementation: what the source file named by -DLOCKSTEP_ADAPTER defines.
// An adapter fills in a table of functions; whatever it leaves null is skipped, and counted.
#pragma once

#include "lockstep/table/implementation.h"

namespace lockstep {

/// Defined by the adapter. Its name is what reports and `--against` call it; it should be a word.
const Implementation& adapter();

/// A table to begin with, for implementations whose functions take arrays of elements: vectors here are a plain growing
/// array, and only the functions on elements are left null.
Implementation plain_vectors();

/// What an adapter should answer for an offset or a range that lies outside.
inline Result rejected_as_outside() { return {0, Rejection::out_of_range}; }

}  // namespace lockstep
