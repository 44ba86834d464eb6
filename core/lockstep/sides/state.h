// A picture of everything a program can change, taken from either side, in terms that both share.
// The one fact that matters: only slow paths take one (reports, step-by-step output); the comparison after every step
// does without.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/language/operand.h"
#include "model/model.h"

namespace lockstep {

/// An element as both sides can tell it.
struct Extent {
  Address base = 0;
  std::size_t length = 0;
  bool operator==(const Extent&) const = default;
};

/// The elements of a vector's array and the view of it. A broken subject may claim any view.
struct VectorState {
  static constexpr std::ptrdiff_t kElsewhere = -1;  ///< A start outside the array.
  std::vector<Extent> array;
  std::ptrdiff_t start = 0;
  std::size_t count = 0;
  bool operator==(const VectorState&) const = default;
};

struct State {
  std::vector<std::uint8_t> memory;
  std::array<VectorState, Vec::count> vectors;
};

/// What one operation answered.
struct Answer {
  model::Result result;
  bool has_value = false;  ///< Whether result.value means anything when nothing was rejected.
};

/// What one operation answered and produced.
struct Outcome {
  Answer answer;
  std::vector<std::uint8_t> bytes;  ///< The linear buffer afterwards, and some bytes behind it.
  std::vector<Extent> elements;     ///< The entries of a destination array afterwards, and one behind it.
  std::string text;                 ///< What was printed.
};

/// Elements as text: 0+2,null+0.
void print_extents(std::string& text, const std::vector<Extent>& extents, std::size_t first, std::size_t last);

/// The array with the view in brackets: `0+2 [5+2 null+0] 9+1`.
std::string print_vector(const VectorState& vector);

/// What a step did, in one line: the answer, what it produced, and all that changed, such as
/// `2; bytes 00 01; a 0+2 [3+1]; memory 3: 80 81`, or `rejected out_of_range`.
std::string print_effect(const Outcome& outcome, const State& before, const State& after);

std::string_view rejection_name(model::Rejection rejection);

}  // namespace lockstep
