// SPDX-License-Identifier: Apache-2.0
#include "subjects/seeded/seeded_bugs.h"

#include <utility>
#include <vector>

#include "subjects/seeded/broken.h"

namespace lockstep {
namespace {

std::vector<SeededBug> make_seeded_bugs() {
  std::vector<SeededBug> bugs;
  for (const auto make : {seeded::moving_bugs, seeded::looking_bugs, seeded::describing_bugs, seeded::discarding_bugs,
                          seeded::owning_bugs, seeded::cloning_bugs, seeded::socket_bugs, seeded::dropin_bugs,
                          seeded::length_bugs, seeded::remembering_bugs})
    for (SeededBug& bug : make()) bugs.push_back(std::move(bug));
  for (SeededBug& bug : bugs) {
    bug.implementation.name = bug.name;
    bug.implementation.takes_unbacked = bug.needs.unbacked;  // the others may look at the bytes
  }
  return bugs;
}

}  // namespace

std::span<const SeededBug> seeded_bugs() {
  static const std::vector<SeededBug> bugs = make_seeded_bugs();
  return bugs;
}

void add_seeded_bugs() {
  std::vector<const Implementation*> implementations;
  for (const SeededBug& bug : seeded_bugs()) implementations.push_back(&bug.implementation);
  add_implementations(implementations);
}

}  // namespace lockstep
