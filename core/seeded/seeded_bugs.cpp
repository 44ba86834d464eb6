#include "seeded/seeded_bugs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "seeded/broken.h"

namespace lockstep {
namespace {

std::vector<SeededBug> make_seeded_bugs() {
  std::vector<SeededBug> bugs;
  for (const auto make : {seeded::moving_bugs, seeded::describing_bugs, seeded::discarding_bugs, seeded::owning_bugs,
                          seeded::showing_bugs})
    for (SeededBug& bug : make()) bugs.push_back(std::move(bug));
  for (SeededBug& bug : bugs) bug.implementation.name = bug.name;
  return bugs;
}

}  // namespace

std::span<const SeededBug> seeded_bugs() {
  static const std::vector<SeededBug> bugs = make_seeded_bugs();
  return bugs;
}

const Implementation* implementation_named(std::string_view name) {
  if (name == ours().name) return &ours();
  const auto bugs = seeded_bugs();
  const auto bug = std::find_if(bugs.begin(), bugs.end(), [name](const SeededBug& one) { return one.name == name; });
  return bug != bugs.end() ? &bug->implementation : nullptr;
}

}  // namespace lockstep
