// Operations: giving vectors their elements, and taking them away.
// A struct describes an operation; everything generic follows from its operands and traits.
#pragma once

#include <tuple>
#include <vector>

#include "lockstep/language/operand.h"
#include "lockstep/language/traits.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

/// Make the array these elements.
struct Assign {
  Vec vec;
  Pieces elements;
  static constexpr auto traits =
      Traits("assign", 12, Part::array, Bounds::none, Touches::lengths, Effect::replaced, Effect::keeps,
             Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::assign;
  static constexpr auto operands = std::tuple{Operand{"vec", &Assign::vec}, Operand{"elements", &Assign::elements}};
  void settle(const Situation& situation);
  bool operator==(const Assign&) const = default;
};

/// Append one element to the array.
struct Add {
  Vec vec;
  Piece element;
  static constexpr auto traits =
      Traits("add", 6, Part::array, Bounds::none, Touches::lengths, Effect::grows, Effect::keeps, Answers::nothing,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::add;
  static constexpr auto operands = std::tuple{Operand{"vec", &Add::vec}, Operand{"element", &Add::element}};
  bool operator==(const Add&) const = default;
};

/// Append `count` elements in one call: the first is `element`, each further one lies `stride` on (around the arena).
struct AddMany {
  Vec vec;
  Count count;
  Piece element;
  Stride stride;
  static constexpr auto traits =
      Traits("add_many", 2, Part::array, Bounds::none, Touches::lengths, Effect::grows, Effect::keeps, Answers::nothing,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::add_many;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &AddMany::vec}, Operand{"count", &AddMany::count},
                 Operand{"element", &AddMany::element}, Operand{"stride", &AddMany::stride}};
  void settle(const Situation& situation);
  std::vector<Piece> pieces(Arena arena) const;
  bool operator==(const AddMany&) const = default;
};

/// Make it a new vector without elements, with room for `capacity` of them.
struct WithCapacity {
  Vec vec;
  Count capacity;
  static constexpr auto traits =
      Traits("with_capacity", 1, Part::array, Bounds::none, Touches::lengths, Effect::emptied, Effect::keeps,
             Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::with_capacity;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &WithCapacity::vec}, Operand{"capacity", &WithCapacity::capacity}};
  bool operator==(const WithCapacity&) const = default;
};

/// Make it a new vector of one element, whatever its length.
struct FromBuffer {
  Vec vec;
  Piece element;
  static constexpr auto traits =
      Traits("from_buffer", 1, Part::array, Bounds::none, Touches::lengths, Effect::replaced, Effect::keeps,
             Answers::nothing, Positional::in_cpp, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::from_buffer;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &FromBuffer::vec}, Operand{"element", &FromBuffer::element}};
  bool operator==(const FromBuffer&) const = default;
};

/// Make it borrow an array of these elements, in C.
struct Borrow {
  Vec vec;
  Pieces elements;
  static constexpr auto traits = Traits("borrow", 2, Part::array, Bounds::none, Touches::lengths, Effect::replaced,
                                        Effect::keeps, Answers::nothing, Positional::never, InC::elements, Dialects::c);
  static constexpr auto entry = &Implementation::borrow;
  static constexpr auto operands = std::tuple{Operand{"vec", &Borrow::vec}, Operand{"elements", &Borrow::elements}};
  bool operator==(const Borrow&) const = default;
};

/// Take all elements away, and keep the room for them.
struct Reset {
  Vec vec;
  static constexpr auto traits =
      Traits("reset", 1, Part::array, Bounds::none, Touches::lengths, Effect::emptied, Effect::keeps, Answers::nothing,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::reset;
  static constexpr auto operands = std::tuple{Operand{"vec", &Reset::vec}};
  bool operator==(const Reset&) const = default;
};

/// Take all elements away, and the room for them.
struct Destroy {
  Vec vec;
  static constexpr auto traits =
      Traits("destroy", 1, Part::array, Bounds::none, Touches::lengths, Effect::emptied, Effect::keeps,
             Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::release;
  static constexpr auto operands = std::tuple{Operand{"vec", &Destroy::vec}};
  bool operator==(const Destroy&) const = default;
};

/// Make `into` a copy of the whole array.
struct CopyVector {
  Vec into;
  Vec vec;
  static constexpr auto traits =
      Traits("copy_vector", 1, Part::array, Bounds::none, Touches::lengths, Effect::keeps, Effect::replaced,
             Answers::nothing, Positional::always, InC::elements, Dialects::cpp);
  static constexpr auto entry = &Implementation::copy_vector;
  static constexpr auto operands = std::tuple{Operand{"into", &CopyVector::into}, Operand{"vec", &CopyVector::vec}};
  bool operator==(const CopyVector&) const = default;
};

/// Move the whole array into `into`; the vector is then empty, unless it is `into`.
struct MoveVector {
  Vec into;
  Vec vec;
  static constexpr auto traits =
      Traits("move_vector", 1, Part::array, Bounds::none, Touches::lengths, Effect::emptied, Effect::replaced,
             Answers::nothing, Positional::always, InC::elements, Dialects::cpp);
  static constexpr auto entry = &Implementation::move_vector;
  static constexpr auto operands = std::tuple{Operand{"into", &MoveVector::into}, Operand{"vec", &MoveVector::vec}};
  bool operator==(const MoveVector&) const = default;
};

}  // namespace lockstep
