// Operations: describing ranges and laying elements out.
// A struct describes an operation; everything generic follows from its operands and traits.
#pragma once

#include <tuple>
#include <vector>

#include "lockstep/language/operand.h"
#include "lockstep/language/traits.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

/// Describe a range of the vector in an array of `capacity` elements of its own.
struct Copy {
  Vec vec;
  Size offset;
  Size bytes;
  Count capacity;
  static constexpr auto traits =
      Traits("copy", 4, Part::view, Bounds::clipped, Touches::lengths, Effect::keeps, Effect::keeps, Answers::elements,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::copy;
  static constexpr auto operands = std::tuple{Operand{"vec", &Copy::vec}, Operand{"offset", &Copy::offset},
                                              Operand{"bytes", &Copy::bytes}, Operand{"capacity", &Copy::capacity}};
  bool operator==(const Copy&) const = default;
};

/// Describe a range of the vector in the vector's own elements, at most `capacity` of them; the view then is those.
struct CopyInPlace {
  Vec vec;
  Size offset;
  Size bytes;
  Count capacity;
  static constexpr auto traits =
      Traits("copy_in_place", 2, Part::view, Bounds::clipped, Touches::lengths, Effect::elements, Effect::keeps,
             Answers::elements, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::copy;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &CopyInPlace::vec}, Operand{"offset", &CopyInPlace::offset},
                 Operand{"bytes", &CopyInPlace::bytes}, Operand{"capacity", &CopyInPlace::capacity}};
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
  bool operator==(const CopyInPlace&) const = default;
};

/// Append a description of a range of the vector to the array of `into`.
struct Concat {
  Vec into;
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits =
      Traits("concat", 3, Part::view, Bounds::clipped, Touches::lengths, Effect::keeps, Effect::grows, Answers::bytes,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::concat;
  static constexpr auto operands = std::tuple{Operand{"into", &Concat::into}, Operand{"vec", &Concat::vec},
                                              Operand{"offset", &Concat::offset}, Operand{"bytes", &Concat::bytes}};
  bool is_too_large(const Situation& situation) const;
  bool operator==(const Concat&) const = default;
};

/// Make `into` the slice of the vector.
struct Slice {
  Vec into;
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits =
      Traits("slice", 3, Part::view, Bounds::strict, Touches::lengths, Effect::keeps, Effect::replaced,
             Answers::nothing, Positional::always, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::slice;
  static constexpr auto operands = std::tuple{Operand{"into", &Slice::into}, Operand{"vec", &Slice::vec},
                                              Operand{"offset", &Slice::offset}, Operand{"bytes", &Slice::bytes}};
  bool operator==(const Slice&) const = default;
};

/// How many elements the slice touches.
struct SliceCount {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits =
      Traits("slice_count", 3, Part::view, Bounds::strict, Touches::lengths, Effect::keeps, Effect::keeps,
             Answers::elements, Positional::never, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::slice_count;
  static constexpr auto operands = std::tuple{Operand{"vec", &SliceCount::vec}, Operand{"offset", &SliceCount::offset},
                                              Operand{"bytes", &SliceCount::bytes}};
  bool operator==(const SliceCount&) const = default;
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
      Traits("extended", 3, Part::view, Bounds::strict, Touches::lengths, Effect::keeps, Effect::replaced,
             Answers::nothing, Positional::always, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::extended;
  static constexpr auto operands = std::tuple{Operand{"into", &Extended::into},   Operand{"vec", &Extended::vec},
                                              Operand{"head", &Extended::head},   Operand{"offset", &Extended::offset},
                                              Operand{"bytes", &Extended::bytes}, Operand{"tail", &Extended::tail},
                                              Operand{"limit", &Extended::limit}};
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
  bool operator==(const Extended&) const = default;
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
      Traits("extended_without_mid", 1, Part::array, Bounds::strict, Touches::lengths, Effect::replaced, Effect::keeps,
             Answers::nothing, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::extended;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &ExtendedWithoutMid::vec},       Operand{"head", &ExtendedWithoutMid::head},
                 Operand{"offset", &ExtendedWithoutMid::offset}, Operand{"bytes", &ExtendedWithoutMid::bytes},
                 Operand{"tail", &ExtendedWithoutMid::tail},     Operand{"limit", &ExtendedWithoutMid::limit}};
  void settle(const Situation& situation);
  bool operator==(const ExtendedWithoutMid&) const = default;
};

/// How many distinct bytes the vector covers.
struct CloneSize {
  Vec vec;
  static constexpr auto traits =
      Traits("clone_size", 1, Part::view, Bounds::none, Touches::bases, Effect::keeps, Effect::keeps, Answers::bytes,
             Positional::always, InC::elements, Dialects::cpp);
  static constexpr auto entry = &Implementation::clone_size;
  static constexpr auto operands = std::tuple{Operand{"vec", &CloneSize::vec}};
  bool operator==(const CloneSize&) const = default;
};

/// Append to `into` an element per element of the vector, laid out anew in the `bytes` bytes at `buffer`.
struct Clone {
  Vec into;
  Vec vec;
  BufferBase buffer;
  Size bytes;
  static constexpr auto traits =
      Traits("clone", 3, Part::view, Bounds::none, Touches::bases, Effect::keeps, Effect::grows, Answers::nothing,
             Positional::always, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::clone;
  static constexpr auto operands = std::tuple{Operand{"into", &Clone::into}, Operand{"vec", &Clone::vec},
                                              Operand{"buffer", &Clone::buffer}, Operand{"bytes", &Clone::bytes}};
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
  bool operator==(const Clone&) const = default;
};

}  // namespace lockstep
