// SPDX-License-Identifier: Apache-2.0
// The report of a finding of any oracle: a program, and the differences as comments.
// The two sides are a model and an implementation, or one implementation twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/language/program.h"
#include "lockstep/sides/observation.h"

namespace lockstep {

/// A program on which two sides differ, and the report of it.
struct Finding {
  std::string signature;  ///< `operation: what differs`: findings with the same signature count as the same.
  std::string report;     ///< Text that is itself a program: it parses, and saved it is a regression test.
  Program program;        ///< Up to and including the step that differs.
};

/// What differed first. They are compared in this order.
enum class Aspect : std::uint8_t {
  rejection,  ///< Rejected by one side only, or for another reason.
  value,      ///< The number answered.
  bytes,      ///< The bytes written to a linear buffer, or behind it.
  text,       ///< The text printed.
  elements,   ///< The entries written to a destination array, or behind it.
  array,      ///< The elements of a vector.
  view,       ///< The start or the count of a vector.
  memory,     ///< The bytes of the arena.
  guard,      ///< Guard bytes just outside the arena.
  crash,      ///< The implementation ended its process. Only seen when isolated.
  hang,       ///< It did not come back in time. Only seen when isolated.
  exception,  ///< A function of its table was left by an exception.
};

/// How a report names the two sides, which are padded to one length, and what it adds.
struct Wording {
  std::string_view first = "should be";
  std::string_view second = "but is   ";
  std::string suffix;  ///< Of the signature.
  std::string note;    ///< A line of its own, if it is not empty.
};

/// The observations of the step that differs.
struct Recording {
  Observation first;
  Observation second;
  /// For each byte of the arena the step (from 0) that last changed it; as many as there are steps when none did.
  std::vector<std::size_t> first_writers;
  std::vector<std::size_t> second_writers;
};

/// Where a program differs.
struct Difference {
  std::size_t step = 0;
  Operation resolved;  ///< That step, its operands as numbers.
  Aspect aspect{};
  // NOLINTNEXTLINE(readability-redundant-member-init): gcc warns of `{.member = value}` without it
  std::string thrown = {};  ///< What the exception says of itself.
};

/// The finding of a difference. Of a crash, a hang or an exception there is nothing to show but the step.
Finding report(const Program& program, const Difference& difference, const Implementation& implementation,
               const Wording& wording = {}, const Recording& recording = {});

}  // namespace lockstep
