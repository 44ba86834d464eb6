// SPDX-License-Identifier: Apache-2.0
// Has a fuzz target with --all go on after a crash or a hang, with which libFuzzer ends.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "lockstep/oracles/known_findings.h"

namespace lockstep::after_crash {

// Exit codes, as libFuzzer has them.
inline constexpr int kInterrupted = 72;
inline constexpr int kFound = 77;

/// Forks. The child returns and fuzzes; the parent waits for it, and does not return.
/// If the child has called end, the parent exits as it did. Otherwise the parent learns what the child has recorded:
/// the ways out of libFuzzer that run no handlers leave nothing else. If it was interrupted, or the child exited with 0
/// or as interrupted, it calls end_with, with a code. Any other end is a crash: judge gets the child's last input, and
/// the parent forks once more. After a crash of that child, too, it calls end_with. In the child the answer is whether
/// it is the second one, which is to let no input end it. Throws std::system_error where there can be no child.
bool fork_to_fuzz(KnownFindings& known, const std::function<void(std::span<const std::uint8_t> last_input)>& judge,
                  const std::function<void(int code)>& end_with);

// For the child. In any other process, its own children among them, they do nothing.

/// The input that runs now, cut at kMaxProgramBytes: no program is longer.
void remember(std::span<const std::uint8_t> input);
/// A finding: where it is kept, or nothing if it was known. Of those that were known, some thousand are recorded.
void record(const std::string& signature, const std::string& kept);
/// It ends by itself, and has told all that it has found.
void end();

}  // namespace lockstep::after_crash
