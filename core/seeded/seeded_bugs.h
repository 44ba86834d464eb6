// Implementations broken on purpose, one mistake each: what the harness must notice.
// The one fact that matters: each is a mistake that people really made, or would; a source of programs that misses one
// is too weak, and the source is improved, never the mistake.
#pragma once

#include <span>
#include <string_view>

#include "lockstep/implementation.h"

namespace lockstep {

struct SeededBug {
  std::string_view name;
  std::string_view story;         ///< What goes wrong, in a sentence, and where it was seen.
  Implementation implementation;  ///< Ours, but for the broken entry.
};

std::span<const SeededBug> seeded_bugs();

/// "iov" for ours, or the name of a seeded bug; null for any other.
const Implementation* implementation_named(std::string_view name);

}  // namespace lockstep
