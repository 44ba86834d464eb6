// SPDX-License-Identifier: Apache-2.0
// Implementations broken on purpose, one mistake each: what the harness must notice.
// Each is a mistake that people really made, or would; a source of programs that misses one
// is too weak, and the source is improved, never the mistake.
#pragma once

#include <span>
#include <string_view>

#include "lockstep/table/implementation.h"
#include "subjects/subjects.h"

namespace lockstep {

/// Where a mistake was seen if no report can be named: mended in the histories of such code and of its callers, or
/// nowhere.
inline constexpr std::string_view kNoReport = "a known kind";
inline constexpr std::string_view kImagined = "imagined here";

/// What it takes to find a bug. Nothing of it: every source finds it, in any build and in the process that runs it.
struct Requirements {
  /// Why no program as small as those enumerated shows it; the random tester and libFuzzer must find it all the same.
  // NOLINTNEXTLINE(readability-redundant-member-init): gcc warns of `{.member = value}` without it
  std::string_view size = {};
  /// It takes lengths that no memory has: only a program in an unbacked arena shows it.
  bool unbacked = false;
  /// Nothing that is compared changes: AddressSanitizer must see it, in an exact arena.
  bool sanitizer = false;
  /// It crashes or loops: it may only run in a child, and that is the finding.
  bool isolation = false;
  /// Its programs may stay longer than six steps when reduced: it takes a history, or the number of a step, which
  /// decides what bytes the step writes.
  bool steps = false;
};

inline constexpr Requirements kNeedsUnbacked = {.unbacked = true};
inline constexpr Requirements kNeedsSanitizer = {.sanitizer = true};
inline constexpr Requirements kNeedsIsolation = {.isolation = true};
inline constexpr Requirements kNeedsSteps = {.steps = true};
constexpr Requirements needs_size(std::string_view why, Requirements others = {}) {
  others.size = why;
  return others;
}

struct SeededBug {
  std::string_view name;
  std::string_view story;         ///< What goes wrong, in a sentence.
  std::string_view seen;          ///< Where: a CVE, a project and its number, or one of the two above.
  Implementation implementation;  ///< Ours, but for what is broken.
  Requirements needs = {};
};

std::span<const SeededBug> seeded_bugs();

/// Makes them known by name.
void add_seeded_bugs();

}  // namespace lockstep
