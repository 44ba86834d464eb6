// How an implementation differs from the contract on purpose. What it declares here it is not blamed for.
// A deviation changes what is expected, for that implementation alone, and every report
// names it; what is not declared is a finding.
#pragma once

#include <string>

namespace lockstep {

struct Deviations {
  /// An offset past the end is not rejected: nothing is moved, and the answer is 0. In from_buf, to_buf, fill, copy,
  /// concat and slice_count.
  bool past_end_answers_0 = false;
  /// slice and extended keep no empty elements, and slice_count counts none.
  bool slices_drop_empty = false;
  /// undo stores the trimmed element, and leaves start and count.
  bool undo_restores_element_only = false;
  /// What the contract rejects ends the process by abort(), as an assertion does. The harness catches SIGABRT, takes it
  /// for a rejection, whatever the reason, and goes on: nothing may have been changed by then.
  bool aborts_on_violation = false;

  bool operator==(const Deviations&) const = default;
};

/// Those that are declared, in words: `past the end answers 0; undo restores the element only`. Empty for none.
std::string in_words(const Deviations& deviations);

}  // namespace lockstep
