// SPDX-License-Identifier: Apache-2.0
// Has a fuzz target with --all go on after an input that ends its process, which no engine does.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "lockstep/oracles/known_findings.h"

namespace lockstep::after_crash {

/// Forks. The child returns and is to fuzz; the parent watches, and ends as the child does. But if the child crashes or
/// is found to hang, the parent adds what the child has told to `known`, has `judge` look at the child's last input,
/// and forks once more. The answer is whether this is the second child, which is to let no input end it. Where even
/// that one crashes, and when it is interrupted, the parent calls end_with with an exit code of libFuzzer's. Throws
/// std::system_error where there can be no child.
bool fork_to_fuzz(KnownFindings& known, const std::function<void(std::span<const std::uint8_t> last_input)>& judge,
                  const std::function<void(int code)>& end_with);

// For the child. In any other process they do nothing.

/// What it runs now. What no program can be as long as is cut.
void remember(std::span<const std::uint8_t> input);
/// Of a finding: where it is kept, or nothing if it was known.
void tell(const std::string& signature, const std::string& kept);
/// It ends by itself, and has told everything.
void end();

}  // namespace lockstep::after_crash
