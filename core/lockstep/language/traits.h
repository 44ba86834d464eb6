// SPDX-License-Identifier: Apache-2.0
// The traits of an operation, written once, on its struct.
// There are no defaults, so an operation that leaves a trait out does not compile.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/model.h"

namespace lockstep {

/// The part of `vec` that an operation acts on. On an array it acts through the vector that owns it.
enum class Part : std::uint8_t { view, array };

/// How it checks the range [offset, offset + bytes) of the view.
enum class Bounds : std::uint8_t {
  none,     ///< It has no range.
  clipped,  ///< Rejected if the offset lies past the end; clipped at the end.
  strict,   ///< Rejected unless the whole range lies inside.
};

/// The properties of the elements that its result depends on, and whether it changes bytes.
enum class Touches : std::uint8_t {
  lengths,  ///< Lengths only.
  bases,    ///< Also how elements lie in memory, but no byte.
  reads,    ///< Also the bytes of the view.
  writes,   ///< Also the bytes of the view, and it changes them.
};

/// The effect on a vector, unless the call is rejected.
enum class Effect : std::uint8_t {
  keeps,     ///< Nothing.
  view,      ///< Its view changes, and one element at most; undo records stay.
  elements,  ///< Its view and the elements in it change. From here on down, no discard can be taken back.
  grows,     ///< Elements are appended. From here on down, the view is then the whole array.
  shrinks,   ///< Bytes and elements go from the back of its array.
  replaced,  ///< It gets other elements.
  emptied,   ///< It has no elements.
};

/// The meaning of its number.
enum class Answers : std::uint8_t { nothing, bytes, elements, truth };

/// Whether positions alone define what it does, however its vectors are segmented.
enum class Positional : std::uint8_t { always, in_cpp, never };

/// The argument in C where C++ takes elements. Where it is a vector, a view that is not a whole array is lent as a
/// temporary one.
enum class InC : std::uint8_t { elements, vector };

/// The dialects, which are the interfaces in C++ and in C, that have it.
enum class Dialects : std::uint8_t { both, cpp, c };

/// The effects on the operand `vec` and, if there is one, on the operand `into`.
struct Effects {
  Effect vec;
  Effect into;
  constexpr Effects(Effect vec_, Effect into_ = Effect::keeps) : vec(vec_), into(into_) {}
};

struct Traits : Effects {
  std::string_view name;  ///< In the text of programs.
  std::uint32_t weight;   ///< How often it is drawn.
  Part acts_on;
  Bounds range;
  Touches touches;
  Answers answers;
  Positional positional;
  InC in_c;
  Dialects dialects;

  constexpr Traits(std::string_view name_, std::uint32_t weight_, Part part, Bounds range_, Touches touches_,
                   Effects effects, Answers answers_, Positional positional_, InC c, Dialects dialects_)
      : Effects(effects),
        name(name_),
        weight(weight_),
        acts_on(part),
        range(range_),
        touches(touches_),
        answers(answers_),
        positional(positional_),
        in_c(c),
        dialects(dialects_) {}

  constexpr bool is_in(model::Dialect dialect) const {
    if (dialects == Dialects::both) return true;
    return (dialects == Dialects::cpp) == (dialect == model::Dialect::cpp);
  }
};

/// Whether older undo records and views are void.
constexpr bool voids_records(Effect effect) { return effect >= Effect::elements; }
/// Whether the vector's earlier elements do not matter.
constexpr bool makes_anew(Effect effect) { return effect >= Effect::replaced; }

}  // namespace lockstep
