// Implementations by name, and which is run if none is named.
// The one fact that matters: it lies apart from the bugs, so that an executable can take all else as it is built and
// bring its own, with an adapter.
#include <algorithm>

#include "lockstep/adapter.h"
#include "seeded/seeded_bugs.h"

namespace lockstep {

const Implementation& default_implementation() {
#ifdef LOCKSTEP_HAS_ADAPTER
  return adapter();
#else
  return ours();
#endif
}

const Implementation* implementation_named(std::string_view name) {
  for (const Implementation* sound : {&default_implementation(), &ours(), &qemu_iov()})
    if (name == sound->name) return sound;
  const auto bugs = seeded_bugs();
  const auto bug = std::find_if(bugs.begin(), bugs.end(), [name](const SeededBug& one) { return one.name == name; });
  return bug != bugs.end() ? &bug->implementation : nullptr;
}

}  // namespace lockstep
