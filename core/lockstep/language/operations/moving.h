// Operations: moving, reading and counting bytes.
// A struct describes an operation; everything generic follows from its operands and traits.
#pragma once

#include "lockstep/language/operand.h"
#include "lockstep/language/traits.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

/// The size of the view.
struct ViewSize {
  Vec vec;
  static constexpr auto traits = Traits("size", 1, Part::view, Bounds::none, Touches::lengths, Effect::keeps,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::size;
};

/// The size of the whole array, whatever the view.
struct VectorSize {
  Vec vec;
  static constexpr auto traits = Traits("vector_size", 1, Part::array, Bounds::none, Touches::lengths, Effect::keeps,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::vector_size;
};

/// Copy a linear buffer of `bytes` into the vector.
struct FromBuf {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits = Traits("from_buf", 4, Part::view, Bounds::clipped, Touches::writes, Effect::keeps,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::from_buf;
  void settle(const Situation& situation);
};

/// Copy the vector into a linear buffer of `bytes`.
struct ToBuf {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits = Traits("to_buf", 4, Part::view, Bounds::clipped, Touches::reads, Effect::keeps,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::to_buf;
  void settle(const Situation& situation);
};

/// Set bytes of the vector to one value.
struct Fill {
  Vec vec;
  Size offset;
  Value value;
  Size bytes;
  static constexpr auto traits = Traits("fill", 6, Part::view, Bounds::clipped, Touches::writes, Effect::keeps,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::fill;
  void settle(const Situation& situation);
};

/// Whether all bytes of a range are 0.
struct IsZero {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits = Traits("is_zero", 3, Part::view, Bounds::strict, Touches::reads, Effect::keeps,
                                        Answers::truth, Positional::always, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::is_zero;
  void settle(const Situation& situation);
};

/// Where the bytes of the two views first differ.
struct FirstDifference {
  Vec vec;
  Vec other;
  static constexpr auto traits = Traits("first_difference", 3, Part::view, Bounds::none, Touches::reads, Effect::keeps,
                                        Answers::bytes, Positional::in_cpp, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::first_difference;
  bool is_too_large(const Situation& situation) const;
};

/// The first `limit` bytes as text.
struct Hexdump {
  Vec vec;
  Size limit;
  static constexpr auto traits = Traits("hexdump", 2, Part::view, Bounds::none, Touches::reads, Effect::keeps,
                                        Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::hexdump;
  void settle(const Situation& situation);
};

/// Send a range over a kernel that does what the script says, and takes `limit` elements a call: 1 is piece by piece, 0
/// stands for IOV_MAX.
struct Send {
  Vec vec;
  Size offset;
  Size bytes;
  Count limit;
  Script script;
  static constexpr auto traits = Traits("send", 4, Part::view, Bounds::strict, Touches::reads, Effect::keeps,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::send;
  void settle(const Situation& situation);
};

/// Receive into a range over such a kernel.
struct Recv {
  Vec vec;
  Size offset;
  Size bytes;
  Count limit;
  Script script;
  static constexpr auto traits = Traits("recv", 4, Part::view, Bounds::strict, Touches::writes, Effect::keeps,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::recv;
  void settle(const Situation& situation);
};

}  // namespace lockstep
