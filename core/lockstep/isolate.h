// Runs a program in a child process with a time limit, for implementations that may crash or loop.
// The one fact that matters: a crash and a hang are findings like any other, with the step in which they happened.
#pragma once

#include <optional>

#include "lockstep/finding.h"
#include "lockstep/implementation.h"
#include "lockstep/program.h"

namespace lockstep {

enum class ChildOutput { shown, discarded };

/// What a child is allowed for one program, in seconds of wall-clock time.
inline constexpr unsigned kIsolatedSeconds = 5;

/// As `run` followed by `explain`, isolated. A child that ends in any other way than by reporting has crashed; one that
/// needs more than `seconds` hangs. What the child prints (a sanitizer's report, say) goes where ours goes, or nowhere.
/// Throws std::system_error when there can be no child.
std::optional<Finding> run_isolated(const Program& program, const Implementation& implementation,
                                    ChildOutput output = ChildOutput::shown, unsigned seconds = kIsolatedSeconds);

}  // namespace lockstep
