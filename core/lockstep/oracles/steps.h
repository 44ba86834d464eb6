// SPDX-License-Identifier: Apache-2.0
// The loop of every oracle: runs a program, step by step, on two sides until they differ.
// A pair says which two sides these are, and compares them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/oracles/oracle.h"
#include "lockstep/report/report.h"

namespace lockstep {

/// Numbers of what has been run so far.
struct Counts {
  std::uint64_t programs = 0;
  std::uint64_t steps = 0;
  std::uint64_t rejections = 0;   ///< Steps that the first side rejects.
  std::uint64_t skipped = 0;      ///< Operations that the implementation leaves out, or of a program that it skips.
  std::uint64_t over_budget = 0;  ///< Operations behind the end of a program's budget.
};

/// Of the exception that is being handled.
std::string words_of_exception();

/// A pair is of this form, Model being Bytes or Lengths:
///
///   Expected<Model>& model();                     // operands are resolved against it, before the step
///   const Side& first(); const Actual& second();
///   bool prepare(Operation\& resolved);            // may change operands and vectors; false leaves the step out
///   std::size_t work(const Operation& resolved);  // of the step: bytes and elements gone through, about
///   std::size_t budget();                         // of a program
///   std::size_t shown_elements();                 // of each array, at the most, in an observation
///   void run(std::size_t step, const Operation& resolved);
///   bool goes_on_after_skipping;                  // static: what throws Skipped has run on neither side
///   Result first_result, second_result;
///   std::optional<Aspect> compare(const Operation& resolved);
template <typename Pair>
std::optional<Difference> run_steps(const Program& program, const Implementation& implementation, Pair& pair,
                                    Observer* observer, Counts& counts) {
  if (observer != nullptr) observer->begin_program(program);
  ++counts.programs;
  std::size_t work = 0;
  for (std::size_t index = 0; index < program.operations.size(); ++index) {
    const Operation& operation = program.operations[index];
    Operation resolved = resolve(operation, pair.model().situation());
    // A size may stand in for what is too much for the harness.
    const bool is_other = resolved.index() != operation.index();
    if (!is_supported(operation, implementation) || (is_other && !is_supported(resolved, implementation))) {
      ++counts.skipped;
      if (observer != nullptr) observer->skipped_step(index, operation);
      continue;
    }
    try {
      if (!pair.prepare(resolved)) continue;
      work += std::min(pair.work(resolved), pair.budget() + 1);
      if (work > pair.budget()) {
        counts.over_budget += program.operations.size() - index;
        if (observer != nullptr) observer->over_budget(index);
        break;
      }
      if (observer == nullptr) {
        pair.run(index, resolved);
      } else {
        Step step{index, operation, resolved, pair.first(), pair.second(), &pair.model(), pair.shown_elements()};
        observer->before_step(step);
        pair.run(index, resolved);
        step.first_result = pair.first_result;
        step.second_result = pair.second_result;
        step.most_elements = pair.shown_elements();
        observer->after_step(step);
      }
      ++counts.steps;
      if (pair.first_result.rejection != Rejection::none) ++counts.rejections;
      if (const std::optional<Aspect> aspect = pair.compare(resolved)) return Difference{index, resolved, *aspect};
    } catch (const Skipped&) {
      ++counts.skipped;
      if (observer != nullptr) observer->skipped_step(index, operation);
      if (!Pair::goes_on_after_skipping) return std::nullopt;
    } catch (...) {
      return Difference{index, resolved, Aspect::exception, words_of_exception()};
    }
  }
  return std::nullopt;
}

/// Destroys the vectors of a program on each side. What that throws is told only where there is nothing else to tell.
template <typename... Sides>
void destroy_vectors(const std::optional<Difference>& difference, Sides&... sides) {
  std::exception_ptr thrown;
  const auto destroy = [&thrown](auto& side) {
    try {
      side.destroy_vectors();
    } catch (...) {
      if (!thrown) thrown = std::current_exception();
    }
  };
  (destroy(sides), ...);
  if (thrown && !difference) std::rethrow_exception(thrown);
}

/// The finding of a program, if there is one. run(observer) runs the program: once fast, and again for the
/// observations. What it throws is told of the last step: it comes of destroying vectors, after it.
template <typename Run>
std::optional<Finding> find(const Program& program, const Implementation& implementation, Counts& counts,
                            Observer* observer, const Wording& wording, Run run) {
  const auto run_to_end = [&](Observer* watching) -> std::optional<Difference> {
    try {
      return run(watching);
    } catch (const Skipped&) {
      return std::nullopt;
    } catch (...) {
      if (program.operations.empty()) throw;  // nothing to tell it of
      const std::size_t last = program.operations.size() - 1;
      return Difference{last, program.operations.at(last), Aspect::exception, words_of_exception()};
    }
  };
  const std::optional<Difference> difference = run_to_end(observer);
  if (!difference) return std::nullopt;
  const Counts counted = counts;
  Recorder recorder;
  static_cast<void>(run_to_end(&recorder));
  counts = counted;
  return report(program, *difference, implementation, wording, recorder.recording);
}

}  // namespace lockstep
