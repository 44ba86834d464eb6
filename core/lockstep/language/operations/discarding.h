// Operations: discarding bytes, and taking discards back.
// A struct describes an operation; everything generic follows from its operands and traits.
#pragma once

#include <tuple>
#include <vector>

#include "lockstep/language/operand.h"
#include "lockstep/language/traits.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

/// Drop bytes from the front; with a record, so that `undo` can bring them back.
struct DiscardFront {
  Vec vec;
  Size bytes;
  UndoSlot record;
  static constexpr auto traits =
      Traits("discard_front", 4, Part::view, Bounds::none, Touches::lengths, Effect::view, Effect::keeps,
             Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::discard_front;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &DiscardFront::vec}, Operand{"bytes", &DiscardFront::bytes},
                 Operand{"record", &DiscardFront::record}};
  bool operator==(const DiscardFront&) const = default;
};

/// Drop bytes from the back; with a record, so that `undo` can bring them back.
struct DiscardBack {
  Vec vec;
  Size bytes;
  UndoSlot record;
  static constexpr auto traits =
      Traits("discard_back", 4, Part::view, Bounds::none, Touches::lengths, Effect::view, Effect::keeps, Answers::bytes,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::discard_back;
  static constexpr auto operands = std::tuple{Operand{"vec", &DiscardBack::vec}, Operand{"bytes", &DiscardBack::bytes},
                                              Operand{"record", &DiscardBack::record}};
  bool operator==(const DiscardBack&) const = default;
};

/// Take back the discard in the record; with `none`, an unused record.
struct Undo {
  Vec vec;
  UndoSlot record;
  static constexpr auto traits =
      Traits("undo", 4, Part::view, Bounds::none, Touches::lengths, Effect::view, Effect::keeps, Answers::nothing,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::undo;
  static constexpr auto operands = std::tuple{Operand{"vec", &Undo::vec}, Operand{"record", &Undo::record}};
  bool operator==(const Undo&) const = default;
};

/// Divide the whole array at an offset: `into` becomes what lies behind it, and the vector keeps the rest.
struct Split {
  Vec into;
  Vec vec;
  Size offset;
  static constexpr auto traits =
      Traits("split", 2, Part::array, Bounds::none, Touches::lengths, Effect::shrinks, Effect::replaced,
             Answers::nothing, Positional::always, InC::elements, Dialects::cpp);
  static constexpr auto entry = &Implementation::split;
  static constexpr auto operands =
      std::tuple{Operand{"into", &Split::into}, Operand{"vec", &Split::vec}, Operand{"offset", &Split::offset}};
  bool operator==(const Split&) const = default;
};

/// Remove bytes from the back of the whole array, for good.
struct VectorDiscardBack {
  Vec vec;
  Size bytes;
  static constexpr auto traits =
      Traits("vector_discard_back", 2, Part::array, Bounds::none, Touches::lengths, Effect::shrinks, Effect::keeps,
             Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::vector_discard_back;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &VectorDiscardBack::vec}, Operand{"bytes", &VectorDiscardBack::bytes}};
  bool operator==(const VectorDiscardBack&) const = default;
};

}  // namespace lockstep
