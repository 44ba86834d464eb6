// How an implementation differs from the contract on purpose. Declared deviations are no findings.
// A deviation changes the expected side, for that implementation alone, and every report names it.
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
  /// A call that the contract rejects ends the process by abort(), as an assertion does. The harness catches SIGABRT,
  /// counts it as a rejection for any reason, and goes on. The call must have changed nothing by then.
  bool aborts_on_violation = false;

  bool operator==(const Deviations&) const = default;
};

/// Those that are declared, in words: `past the end answers 0; undo restores the element only`. Empty for none.
std::string in_words(const Deviations& deviations);

}  // namespace lockstep
