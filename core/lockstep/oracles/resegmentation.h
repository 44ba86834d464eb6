// SPDX-License-Identifier: Apache-2.0
// A second oracle, which needs no model: it runs the same program on vectors that describe the same bytes by other
// elements. Whatever is defined by positions must move the same bytes, answer the same numbers and reject for the same
// reason. An implementation is compared with itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lockstep/oracles/oracle.h"
#include "lockstep/oracles/segmentation.h"
#include "lockstep/oracles/steps.h"

namespace lockstep {

/// How the random tester resegments the program of this number, if at all: one in eight, because it takes several times
/// as long and finds less.
constexpr std::optional<Segmentation> segmentation_of_program(std::uint64_t number) {
  constexpr std::uint64_t kProgramsPerSegmentation = 8;
  if (number % kProgramsPerSegmentation != 0) return std::nullopt;
  return kSegmentations[number / kProgramsPerSegmentation % kSegmentations.size()];
}

/// Its signatures are like "fill: memory when resegmented". Operations that are not defined by positions are changed or
/// left out. The arena is a shared one. Numbers of elements do not limit anything. Bytes discarded from a view are gone
/// for operations on the whole array, too. An `undo` is run only if nothing else has changed its vector since the
/// discard. Programs in unbacked and in large arenas are not run.
class ResegmentationOracle final : public Oracle {
 public:
  /// In each of these ways in turn.
  explicit ResegmentationOracle(const Implementation& implementation,
                                std::vector<Segmentation> ways = {kSegmentations.begin(), kSegmentations.end()});

  std::optional<Finding> judge(const Program& program) override;
  std::optional<Finding> judge(const Program& original, Segmentation way);
  std::string_view suffix() const override { return " when resegmented"; }

 private:
  class Pair;

  std::vector<Segmentation> ways_;
  ExpectedBytes model_;
  Actual as_is_;
  Actual resegmented_;
  Counts counts_;
};

}  // namespace lockstep
