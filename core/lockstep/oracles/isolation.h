// SPDX-License-Identifier: Apache-2.0
// Runs a program in a child process with a time limit, for implementations that may crash or loop.
// A crash and a hang are findings like any other, with the step in which they happened.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "lockstep/oracles/oracle.h"

namespace lockstep {

enum class ChildOutput { shown, discarded };

/// The time limit of a child for one program, in seconds of wall-clock time.
inline constexpr unsigned kIsolatedSeconds = 5;

/// Lets another oracle judge each program in a child. A child that ends without a report has crashed. A child that
/// needs more than `seconds` hangs. The child's output (a sanitizer's report, say) goes where ours goes, or nowhere.
/// An observer sees the steps in the child.
/// judge throws std::system_error when there can be no child, or when it cannot tell what it found.
class IsolatedOracle final : public Oracle {
 public:
  explicit IsolatedOracle(Oracle& oracle, ChildOutput output = ChildOutput::shown, unsigned seconds = kIsolatedSeconds)
      : Oracle(oracle.implementation()), oracle_(oracle), output_(output), seconds_(seconds) {}

  std::optional<Finding> judge(const Program& program) override;
  std::string_view suffix() const override { return oracle_.suffix(); }

 private:
  Oracle& oracle_;
  ChildOutput output_;
  unsigned seconds_;
};

/// By the model, isolated.
std::optional<Finding> judge_isolated(const Program& program, const Implementation& implementation,
                                      ChildOutput output = ChildOutput::shown, unsigned seconds = kIsolatedSeconds);

/// The result of a search in a child.
struct Search {
  enum class End : std::uint8_t { nothing, found, crash, hang };
  End end = End::nothing;
  std::uint64_t programs = 0;  ///< How many it has begun: the last one is the finding.
};

/// Runs a whole search in one child, which costs one fork for any number of programs; the child's output goes nowhere.
/// The search counts each program up before it runs it, and answers whether it has found something. A program that
/// takes the processor for longer than `milliseconds` hangs.
Search search_isolated(const std::function<bool(std::atomic<std::uint64_t>& programs)>& search,
                       unsigned milliseconds = 1000);

}  // namespace lockstep
