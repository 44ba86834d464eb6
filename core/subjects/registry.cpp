// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "lockstep/table/adapter.h"
#include "subjects/subjects.h"

namespace lockstep {

/// Null in an executable that is linked with none.
[[gnu::weak]] Implementation make_adapter();  // NOLINT(readability-redundant-declaration): weak only here

namespace {

std::vector<const Implementation*>& added() {
  static std::vector<const Implementation*> implementations;
  return implementations;
}

}  // namespace

const Implementation& default_implementation() {
  if (make_adapter == nullptr) return ours();
  try {
    static const Implementation adapter = make_adapter();
    return adapter;
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "the adapter: %s\n", exception.what());
    std::exit(EXIT_FAILURE);
  }
}

std::span<const Implementation* const> interfaces_of_ours() {
  static const std::array<const Implementation*, 3> all = {&ours(), &qemu_iov(), &qemu_iov_10()};
  return all;
}

void add_implementations(std::span<const Implementation* const> more) {
  added().insert(added().end(), more.begin(), more.end());
}

std::vector<const Implementation*> known_implementations() {
  std::vector<const Implementation*> known = {&default_implementation()};
  for (const Implementation* sound : interfaces_of_ours())
    if (sound != known.front()) known.push_back(sound);
  known.insert(known.end(), added().begin(), added().end());
  return known;
}

const Implementation* implementation_named(std::string_view name) {
  const auto known = known_implementations();
  const auto found = std::find_if(known.begin(), known.end(), [name](const auto* one) { return one->name == name; });
  return found != known.end() ? *found : nullptr;
}

}  // namespace lockstep
