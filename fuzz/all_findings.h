// SPDX-License-Identifier: Apache-2.0
// A random search, and one for all of its findings: each signature once, also after programs that end their process.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "lockstep/oracles/known_findings.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"

namespace lockstep {

/// Judges the programs of a run: by the model, and now and then by resegmentation.
struct RunOracle {
  ModelOracle model;
  ResegmentationOracle resegmentation;

  explicit RunOracle(const Implementation& implementation) : model(implementation), resegmentation(implementation) {}
  std::optional<Finding> judge(const Program& program, std::uint64_t number);
  /// The oracle of the last finding.
  Oracle& finder() { return *finder_; }

 private:
  Oracle* finder_ = &model;
};

struct Run {
  std::uint64_t first = 0;
  std::uint64_t programs = 0;
  std::uint64_t status = 0;  ///< Told after every so many.
  std::function<Program(std::uint64_t)> program_of;
  std::function<bool()> is_interrupted;
};

struct AllFindings {
  std::uint64_t programs = 0;             ///< Begun.
  Counts counts;                          ///< Of the model.
  std::vector<std::uint64_t> unrepeated;  ///< Programs that have ended their process, but do not do so alone.
};

/// Runs the programs in children. What is found is then in `known`. `keep` gets the first program of each signature,
/// its number, and an oracle that judges it in a child; `tell` the counts, now and then.
AllFindings find_all(const Run& run, const Implementation& implementation, KnownFindings& known,
                     const std::function<void(std::uint64_t, const Finding&, Oracle&)>& keep,
                     const std::function<void(const Counts&)>& tell);

}  // namespace lockstep
