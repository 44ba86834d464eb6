// What an operation is, as far as others have to know: said once, on its struct.
// There are no defaults, so an operation that leaves one out does not compile.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/model.h"

namespace lockstep {

/// What of its vector `vec` an operation acts on. What acts on the array does so through the vector that owns it.
enum class Part : std::uint8_t { view, array };

/// How it judges the range [offset, offset + bytes) of the view.
enum class Bounds : std::uint8_t {
  none,     ///< It has no range.
  clipped,  ///< Rejected where the offset lies past the end; cut at the end.
  strict,   ///< Rejected unless all of it lies inside.
};

/// What of the elements its result depends on, or what it changes through them.
enum class Touches : std::uint8_t {
  lengths,  ///< No byte, nor where elements lie beside each other.
  bases,    ///< No byte, but where elements lie beside each other.
  reads,    ///< The bytes of the view.
  writes,   ///< The same, which it changes.
};

/// What becomes of a vector, unless the call is rejected.
enum class Effect : std::uint8_t {
  keeps,     ///< Nothing.
  view,      ///< Its view changes, and one element at most; undo records stay.
  elements,  ///< Its view and the elements in it change. As after all that follow, no discard can be taken back.
  grows,     ///< Elements are appended. As after all that follow, the view is the whole array.
  shrinks,   ///< Bytes and elements go from the back of its array.
  replaced,  ///< It gets other elements.
  emptied,   ///< It has no elements.
};

/// What its number means.
enum class Answers : std::uint8_t { nothing, bytes, elements, truth };

/// Whether what it does is defined by positions alone, however its vectors are segmented.
enum class Positional : std::uint8_t { always, in_cpp, never };

/// What C takes where C++ takes elements: a view that is no whole array is lent as a vector where C takes one.
enum class InC : std::uint8_t { elements, vector };

/// Which interfaces have it.
enum class Dialects : std::uint8_t { both, cpp, c };

struct Traits {
  std::string_view name;  ///< In the text of programs.
  std::uint32_t weight;   ///< How often it is drawn.
  Part acts_on;
  Bounds range;
  Touches touches;
  Effect vec;   ///< On `vec`.
  Effect into;  ///< On `into`, if it has that operand.
  Answers answers;
  Positional positional;
  InC in_c;
  Dialects dialects;

  constexpr Traits(std::string_view name_, std::uint32_t weight_, Part acts_on_, Bounds range_, Touches touches_,
                   Effect vec_, Effect into_, Answers answers_, Positional positional_, InC in_c_, Dialects dialects_)
      : name(name_),
        weight(weight_),
        acts_on(acts_on_),
        range(range_),
        touches(touches_),
        vec(vec_),
        into(into_),
        answers(answers_),
        positional(positional_),
        in_c(in_c_),
        dialects(dialects_) {}

  constexpr bool is_in(model::Dialect dialect) const {
    if (dialects == Dialects::both) return true;
    return (dialects == Dialects::cpp) == (dialect == model::Dialect::cpp);
  }
};

/// Whether undo records and views from before are void.
constexpr bool voids_records(Effect effect) { return effect >= Effect::elements; }
/// Whether what the vector was before does not matter.
constexpr bool makes_anew(Effect effect) { return effect >= Effect::replaced; }

}  // namespace lockstep
