// A difference between two sides of one step, with all that a report shows of it.
// The report is itself a program: it parses, and saved it is a regression test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/language/operation.h"
#include "lockstep/language/program.h"
#include "lockstep/report/finding.h"
#include "lockstep/sides/state.h"

namespace lockstep {

/// What differed first, in the order in which it is compared.
enum class Difference : std::uint8_t {
  rejection,  ///< Rejected by one only, or for another reason.
  value,      ///< The number answered.
  bytes,      ///< The bytes written to a linear buffer, or behind it.
  text,       ///< The text printed.
  elements,   ///< The entries written to a destination array, or behind it.
  array,      ///< The elements of a vector.
  view,       ///< The start or the count of a vector.
  memory,     ///< The bytes of the arena.
  around,     ///< Bytes just outside the arena.
  crash,      ///< The implementation ended its process. Only seen when isolated.
  hang,       ///< It did not come back in time. Only seen when isolated.
};

std::string_view difference_name(Difference difference);

/// One side of a step.
struct Moment {
  Outcome outcome;
  State before;
  State after;
  std::string effect() const { return print_effect(outcome, before, after); }
};

struct Divergence {
  std::string implementation;
  std::string deviations;  ///< Those that it declares, in words.
  Program program;         ///< Up to and including the step that diverged.
  Operation resolved;      ///< That step, its operands as numbers.
  Difference difference{};
  std::optional<Vec> vec;  ///< The vector that differs, for `array` and `view`.
  Moment expected;
  Moment actual;
  /// For each byte of the arena the step (from 0) that last changed it; as many as there are steps when none did.
  std::vector<std::size_t> expected_writers;
  std::vector<std::size_t> actual_writers;

  /// `operation: what differs`, such as "discard_front: array": the same for the same finding in another program.
  std::string signature() const;
};

/// The divergence in the form in which it is kept and compared.
Finding finding_of(const Divergence& divergence);

/// The divergence as text. It is itself a program: it parses, and saved it is a regression test.
std::string explain(const Divergence& divergence);

}  // namespace lockstep
