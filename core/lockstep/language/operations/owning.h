// SPDX-License-Identifier: Apache-2.0
// Operations: giving vectors their elements, taking them away, and discarding bytes of them.
// A struct describes an operation; everything generic follows from its operands and traits.
#pragma once

#include <vector>

#include "lockstep/language/operand.h"
#include "lockstep/language/traits.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

/// Make the array these elements.
struct Assign {
  Vec vec;
  Pieces elements;
  static constexpr auto traits = Traits("assign", 12, Part::array, Bounds::none, Touches::lengths, Effect::replaced,
                                        Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::assign;
  void settle(const Situation& situation);
};

/// Append one element to the array.
struct Add {
  Vec vec;
  Piece element;
  static constexpr auto traits = Traits("add", 6, Part::array, Bounds::none, Touches::lengths, Effect::grows,
                                        Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::add;
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
};

/// Append `count` elements in one call: the first is `element`, each further one lies `stride` on (around the arena).
struct AddMany {
  Vec vec;
  Count count;
  Piece element;
  Stride stride;
  static constexpr auto traits = Traits("add_many", 2, Part::array, Bounds::none, Touches::lengths, Effect::grows,
                                        Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::add_many;
  void settle(const Situation& situation);
  model::List<Piece> pieces(Arena arena) const;
};

/// Make it a new vector without elements, with room for `capacity` of them.
struct WithCapacity {
  Vec vec;
  Count capacity;
  static constexpr auto traits =
      Traits("with_capacity", 1, Part::array, Bounds::none, Touches::lengths, Effect::emptied, Answers::nothing,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::with_capacity;
};

/// Make it a new vector of one element, whatever its length.
struct FromBuffer {
  Vec vec;
  Piece element;
  static constexpr auto traits = Traits("from_buffer", 1, Part::array, Bounds::none, Touches::lengths, Effect::replaced,
                                        Answers::nothing, Positional::in_cpp, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::from_buffer;
  void settle(const Situation& situation);
};

/// Make it borrow an array of these elements, in C.
struct Borrow {
  Vec vec;
  Pieces elements;
  static constexpr auto traits = Traits("borrow", 2, Part::array, Bounds::none, Touches::lengths, Effect::replaced,
                                        Answers::nothing, Positional::never, InC::elements, Dialects::c);
  static constexpr auto entry = &Implementation::borrow;
  void settle(const Situation& situation);
};

/// Take all elements away, and keep the room for them.
struct Reset {
  Vec vec;
  static constexpr auto traits = Traits("reset", 1, Part::array, Bounds::none, Touches::lengths, Effect::emptied,
                                        Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::reset;
};

/// Take all elements away, and the room for them.
struct Destroy {
  Vec vec;
  static constexpr auto traits = Traits("destroy", 1, Part::array, Bounds::none, Touches::lengths, Effect::emptied,
                                        Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::release;
};

/// Make `into` a copy of the whole array.
struct CopyVector {
  Vec into;
  Vec vec;
  static constexpr auto traits =
      Traits("copy_vector", 1, Part::array, Bounds::none, Touches::lengths, {Effect::keeps, Effect::replaced},
             Answers::nothing, Positional::always, InC::elements, Dialects::cpp);
  static constexpr auto entry = &Implementation::copy_vector;
};

/// Move the whole array into `into`; the vector is then empty, unless it is `into`.
struct MoveVector {
  Vec into;
  Vec vec;
  static constexpr auto traits =
      Traits("move_vector", 1, Part::array, Bounds::none, Touches::lengths, {Effect::emptied, Effect::replaced},
             Answers::nothing, Positional::always, InC::elements, Dialects::cpp);
  static constexpr auto entry = &Implementation::move_vector;
};

/// Drop bytes from the front; with a record, so that `undo` can bring them back.
struct DiscardFront {
  Vec vec;
  Size bytes;
  UndoSlot record;
  static constexpr auto traits = Traits("discard_front", 4, Part::view, Bounds::none, Touches::lengths, Effect::view,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::discard_front;
  static constexpr auto on_vector = &OnVector::discard_front;
};

/// Drop bytes from the back; with a record, so that `undo` can bring them back.
struct DiscardBack {
  Vec vec;
  Size bytes;
  UndoSlot record;
  static constexpr auto traits = Traits("discard_back", 4, Part::view, Bounds::none, Touches::lengths, Effect::view,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::discard_back;
  static constexpr auto on_vector = &OnVector::discard_back;
};

/// Take back the discard in the record; with `none`, an unused record.
struct Undo {
  Vec vec;
  UndoSlot record;
  static constexpr auto traits = Traits("undo", 4, Part::view, Bounds::none, Touches::lengths, Effect::view,
                                        Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::undo;
};

/// Divide the whole array at an offset: `into` becomes what lies behind it, and the vector keeps the rest.
struct Split {
  Vec into;
  Vec vec;
  Size offset;
  static constexpr auto traits =
      Traits("split", 2, Part::array, Bounds::none, Touches::lengths, {Effect::shrinks, Effect::replaced},
             Answers::nothing, Positional::always, InC::elements, Dialects::cpp);
  static constexpr auto entry = &Implementation::split;
};

/// Remove bytes from the back of the whole array, for good.
struct VectorDiscardBack {
  Vec vec;
  Size bytes;
  static constexpr auto traits =
      Traits("vector_discard_back", 2, Part::array, Bounds::none, Touches::lengths, Effect::shrinks, Answers::nothing,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::vector_discard_back;
};

}  // namespace lockstep
