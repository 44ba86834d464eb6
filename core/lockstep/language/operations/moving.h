// Operations: moving, reading and counting bytes.
// A struct describes an operation; everything generic follows from its operands and traits.
#pragma once

#include <tuple>
#include <vector>

#include "lockstep/language/operand.h"
#include "lockstep/language/traits.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

/// The size of the view.
struct ViewSize {
  Vec vec;
  static constexpr auto traits =
      Traits("size", 1, Part::view, Bounds::none, Touches::lengths, Effect::keeps, Effect::keeps, Answers::bytes,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::size;
  static constexpr auto operands = std::tuple{Operand{"vec", &ViewSize::vec}};
  bool operator==(const ViewSize&) const = default;
};

/// The size of the whole array, whatever the view.
struct VectorSize {
  Vec vec;
  static constexpr auto traits =
      Traits("vector_size", 1, Part::array, Bounds::none, Touches::lengths, Effect::keeps, Effect::keeps,
             Answers::bytes, Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::vector_size;
  static constexpr auto operands = std::tuple{Operand{"vec", &VectorSize::vec}};
  bool operator==(const VectorSize&) const = default;
};

/// Copy a linear buffer of `bytes` into the vector.
struct FromBuf {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits =
      Traits("from_buf", 4, Part::view, Bounds::clipped, Touches::writes, Effect::keeps, Effect::keeps, Answers::bytes,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::from_buf;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &FromBuf::vec}, Operand{"offset", &FromBuf::offset}, Operand{"bytes", &FromBuf::bytes}};
  void settle(const Situation& situation);
  bool operator==(const FromBuf&) const = default;
};

/// Copy the vector into a linear buffer of `bytes`.
struct ToBuf {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits =
      Traits("to_buf", 4, Part::view, Bounds::clipped, Touches::reads, Effect::keeps, Effect::keeps, Answers::bytes,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::to_buf;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &ToBuf::vec}, Operand{"offset", &ToBuf::offset}, Operand{"bytes", &ToBuf::bytes}};
  void settle(const Situation& situation);
  bool operator==(const ToBuf&) const = default;
};

/// Set bytes of the vector to one value.
struct Fill {
  Vec vec;
  Size offset;
  Value value;
  Size bytes;
  static constexpr auto traits =
      Traits("fill", 6, Part::view, Bounds::clipped, Touches::writes, Effect::keeps, Effect::keeps, Answers::bytes,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::fill;
  static constexpr auto operands = std::tuple{Operand{"vec", &Fill::vec}, Operand{"offset", &Fill::offset},
                                              Operand{"value", &Fill::value}, Operand{"bytes", &Fill::bytes}};
  void settle(const Situation& situation);
  bool operator==(const Fill&) const = default;
};

/// Whether all bytes of a range are 0.
struct IsZero {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr auto traits = Traits("is_zero", 3, Part::view, Bounds::strict, Touches::reads, Effect::keeps,
                                        Effect::keeps, Answers::truth, Positional::always, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::is_zero;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &IsZero::vec}, Operand{"offset", &IsZero::offset}, Operand{"bytes", &IsZero::bytes}};
  void settle(const Situation& situation);
  bool operator==(const IsZero&) const = default;
};

/// Where the bytes of the two views first differ.
struct FirstDifference {
  Vec vec;
  Vec other;
  static constexpr auto traits = Traits("first_difference", 3, Part::view, Bounds::none, Touches::reads, Effect::keeps,
                                        Effect::keeps, Answers::bytes, Positional::in_cpp, InC::vector, Dialects::both);
  static constexpr auto entry = &Implementation::first_difference;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &FirstDifference::vec}, Operand{"other", &FirstDifference::other}};
  bool is_too_large(const Situation& situation) const;
  bool operator==(const FirstDifference&) const = default;
};

/// The first `limit` bytes as text.
struct Hexdump {
  Vec vec;
  Size limit;
  static constexpr auto traits =
      Traits("hexdump", 2, Part::view, Bounds::none, Touches::reads, Effect::keeps, Effect::keeps, Answers::nothing,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::hexdump;
  static constexpr auto operands = std::tuple{Operand{"vec", &Hexdump::vec}, Operand{"limit", &Hexdump::limit}};
  void settle(const Situation& situation);
  bool operator==(const Hexdump&) const = default;
};

/// Send a range over a kernel that does what the script says, and takes `limit` elements a call: 1 is piece by piece, 0
/// stands for IOV_MAX.
struct Send {
  Vec vec;
  Size offset;
  Size bytes;
  Count limit;
  Script script;
  static constexpr auto traits =
      Traits("send", 4, Part::view, Bounds::strict, Touches::reads, Effect::keeps, Effect::keeps, Answers::bytes,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::send;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &Send::vec}, Operand{"offset", &Send::offset}, Operand{"bytes", &Send::bytes},
                 Operand{"limit", &Send::limit}, Operand{"script", &Send::script}};
  void settle(const Situation& situation);
  bool operator==(const Send&) const = default;
};

/// Receive into a range over such a kernel.
struct Recv {
  Vec vec;
  Size offset;
  Size bytes;
  Count limit;
  Script script;
  static constexpr auto traits =
      Traits("recv", 4, Part::view, Bounds::strict, Touches::writes, Effect::keeps, Effect::keeps, Answers::bytes,
             Positional::always, InC::elements, Dialects::both);
  static constexpr auto entry = &Implementation::recv;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &Recv::vec}, Operand{"offset", &Recv::offset}, Operand{"bytes", &Recv::bytes},
                 Operand{"limit", &Recv::limit}, Operand{"script", &Recv::script}};
  void settle(const Situation& situation);
  bool operator==(const Recv&) const = default;
};

}  // namespace lockstep
