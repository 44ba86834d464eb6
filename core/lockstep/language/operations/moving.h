// SPDX-License-Identifier: Apache-2.0
// Operations: moving, reading and counting bytes; describing ranges and laying elements out.
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
  static constexpr auto on_vector = &OnVector::size;
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
  static constexpr auto on_vector = &OnVector::from_buf;
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
  static constexpr auto on_vector = &OnVector::to_buf;
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
  static constexpr auto on_vector = &OnVector::fill;
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
  bool is_too_large(const Situation& situation) const;
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
  bool is_too_large(const Situation& situation) const;
};

/// Describe a range of the vector in an array of `capacity` elements of its own.
struct Copy {
  Vec vec;
  Size offset;
  Size bytes;
  Count capacity;
  static constexpr auto traits = Traits("copy", 4, Part::view, Bounds::clipped, Touches::lengths, Effect::keeps,
                                        Answers::elements, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::copy;
  static constexpr auto on_vector = &OnVector::copy;
};

/// Describe a range of the vector in the vector's own elements, at most `capacity` of them; the view then is those.
struct CopyInPlace {
  Vec vec;
  Size offset;
  Size bytes;
  Count capacity;
  static constexpr auto traits =
      Traits("copy_in_place", 2, Part::view, Bounds::clipped, Touches::lengths, Effect::elements, Answers::elements,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::copy;
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
};

/// Append a description of a range of the vector to the array of `into`.
struct Concat {
  Vec into;
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits =
      Traits("concat", 3, Part::view, Bounds::clipped, Touches::lengths, {Effect::keeps, Effect::grows}, Answers::bytes,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::concat;
  static constexpr auto on_vector = &OnVector::concat;
  bool is_too_large(const Situation& situation) const;
};

/// Make `into` the slice of the vector.
struct Slice {
  Vec into;
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits =
      Traits("slice", 3, Part::view, Bounds::strict, Touches::lengths, {Effect::keeps, Effect::replaced},
             Answers::nothing, Positional::always, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::slice;
  static constexpr auto on_vector = &OnVector::slice;
};

/// How many elements the slice touches.
struct SliceCount {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits = Traits("slice_count", 3, Part::view, Bounds::strict, Touches::lengths, Effect::keeps,
                                        Answers::elements, Positional::never, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::slice_count;
};

/// Make `into` the head, a slice of the vector, and the tail; of at most `limit` elements.
struct Extended {
  Vec into;
  Vec vec;
  Piece head;
  Size offset;
  Size bytes;
  Piece tail;
  Count limit;
  static constexpr auto traits =
      Traits("extended", 3, Part::view, Bounds::strict, Touches::lengths, {Effect::keeps, Effect::replaced},
             Answers::nothing, Positional::always, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::extended;
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
};

/// The same with no vector in the middle: its range is rejected unless it has no bytes.
struct ExtendedWithoutMid {
  Vec vec;
  Piece head;
  Size offset;
  Size bytes;
  Piece tail;
  Count limit;
  static constexpr auto traits =
      Traits("extended_without_mid", 1, Part::array, Bounds::strict, Touches::lengths, Effect::replaced,
             Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::extended;
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
};

/// How many distinct bytes the vector covers.
struct CloneSize {
  Vec vec;
  static constexpr auto traits = Traits("clone_size", 1, Part::view, Bounds::none, Touches::bases, Effect::keeps,
                                        Answers::bytes, Positional::always, InC::elements, Dialects::cpp);
  static constexpr auto entry = &Implementation::clone_size;
};

/// Append to `into` an element per element of the vector, laid out anew in the `bytes` bytes at `buffer`.
struct Clone {
  Vec into;
  Vec vec;
  BufferBase buffer;
  Size bytes;
  static constexpr auto traits =
      Traits("clone", 3, Part::view, Bounds::none, Touches::bases, {Effect::keeps, Effect::grows}, Answers::nothing,
             Positional::always, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::clone;
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
};

}  // namespace lockstep
