// Checks of a table of functions that no program of the language can make.
// The one fact that matters: what they are about has more bytes than the model has entries, so every outcome is worked
// out by hand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lockstep/implementation.h"

namespace lockstep {

/// What is not as it should be, a line each; nothing for ours.
inline std::vector<std::string> failed_by_hand(const Implementation& implementation) {
  constexpr std::size_t k4GiB = std::size_t{1} << 32;
  std::vector<std::string> failed;
  const auto check_size = [&](const std::vector<iovec>& elements, Result expected) {
    const Result actual = implementation.size(elements);
    if (actual.value == expected.value && actual.rejection == expected.rejection) return;
    std::string line = "size of";
    for (const iovec& element : elements) line += " " + std::to_string(element.iov_len);
    failed.push_back(line);
  };
  // Bases are never looked at.
  check_size({{nullptr, k4GiB + 7}}, {k4GiB + 7, Rejection::none});
  check_size({{nullptr, k4GiB - 1}, {nullptr, 2}}, {k4GiB + 1, Rejection::none});
  check_size({{nullptr, SIZE_MAX - 2}, {nullptr, 2}}, {SIZE_MAX, Rejection::none});
  check_size({{nullptr, SIZE_MAX}, {nullptr, 2}}, {0, Rejection::length_error});
  return failed;
}

}  // namespace lockstep
