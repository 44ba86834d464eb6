// A second oracle: the same program on vectors that describe the same bytes but are cut into other elements.
// The one fact that matters: no model judges here. Whatever is defined by positions must move the same bytes, answer
// the same numbers and reject alike, however the vectors are cut; an implementation is compared with itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lockstep/report/finding.h"
#include "lockstep/table/implementation.h"
#include "lockstep/language/program.h"

namespace lockstep {

enum class Cut : std::uint8_t {
  joined,   ///< Elements that touch are one.
  bytes,    ///< Every byte is an element.
  empties,  ///< Empty elements stand between all others and at both ends.
  random,   ///< Each element is cut anywhere, with empty elements here and there; the same program always alike.
};
inline constexpr std::size_t kCuts = 4;

std::string_view cut_name(Cut cut);

/// How the random tester cuts the program of this number, if at all: one in eight, because it takes several times as
/// long and finds less.
constexpr std::optional<Cut> cut_of_program(std::uint64_t number) {
  constexpr std::uint64_t kProgramsPerCut = 8;
  if (number % kProgramsPerCut != 0) return std::nullopt;
  return static_cast<Cut>(number / kProgramsPerCut % kCuts);
}

/// Runs programs on two vectors each, one cut and one not.
class Cuts {
 public:
  explicit Cuts(const Implementation& implementation);
  ~Cuts();

  /// The first difference, if there is one; its signature is like "fill: memory when cut". What is not defined by
  /// positions is changed or left out: the arena is a shared one; numbers of elements do not limit anything; what has
  /// been discarded from a view is gone for whatever acts on the whole array; an `undo` counts only as long as nothing
  /// else has changed its vector since the discard.
  std::optional<Finding> run(const Program& program, Cut cut);

  /// The same for each kind of cut in turn.
  std::optional<Finding> run(const Program& program);

 private:
  class Runner;
  std::unique_ptr<Runner> runner_;
};

}  // namespace lockstep
