// SPDX-License-Identifier: Apache-2.0
// Two sides after a step as a picture, in SVG: the bytes of the arena on a ruler, and below it each element of each
// vector as a bar on a row of its own. What both sides have is drawn once, and what differs once for each.
// It is read without colour: what differs has a frame, a pattern and a word.
#pragma once

#include <string>
#include <string_view>

#include "lockstep/language/arena.h"
#include "lockstep/sides/observation.h"

namespace lockstep {

/// How a page names the two sides.
struct SideNames {
  std::string first = "expected";
  std::string second = "actual";
  bool same_elements = true;  ///< Whether elements that differ are a difference; not where one side is resegmented.
};

/// A side before and after a step.
struct SideStates {
  const State& before;
  const State& after;
};

/// An <svg> element. What is left out of many elements, or of many bytes that differ, is said in it. Arenas of more
/// than 128 bytes, and those without memory, are not drawn to scale.
std::string draw(SideStates first, SideStates second, Arena arena, const SideNames& names);

/// The patterns that drawings fill what overlaps and what differs with: once in a page, before the first one.
extern const std::string_view kPatterns;

/// Text as a page has it: nothing in it is taken for markup.
std::string escaped(std::string_view text);

/// The text; of one that is longer than this, its beginning.
std::string shortened(const std::string& text, std::size_t most);

}  // namespace lockstep
