// SPDX-License-Identifier: Apache-2.0
// Has a fuzz target with --all go on after an input that ends its process, which no engine does.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "lockstep/oracles/known_findings.h"

namespace lockstep::after_crash {

/// Forks. In the child, which is to fuzz, false. In the parent true, once the child has crashed or was found to hang:
/// it is to go on, with what the child has told in `known`. If the child ends in another way, so does the parent,
/// alike. Throws std::system_error where there can be no child.
bool is_to_go_on(KnownFindings& known);

// For the child. In any other process they do nothing.

/// What it runs now. What no program can be as long as is cut.
void remember(std::span<const std::uint8_t> input);
/// Of a finding: where it is kept, or nothing if it was known.
void tell(const std::string& signature, const std::string& kept);
/// It ends by itself, whatever its exit code.
void end();

/// For the parent: what the child ran last.
std::span<const std::uint8_t> last_input();

}  // namespace lockstep::after_crash
