// The language: one struct per operation, and the list of them.
// The one fact that matters: from `operands` follow drawing, enumeration, encoding, printing, parsing, shrinking and
// the report. A new operation is a struct here, its two `run` functions in operations.cpp, and its name in `Operation`;
// its code is its place in that list, so the list only grows at its end.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "lockstep/table/implementation.h"
#include "lockstep/language/operand.h"

namespace lockstep {

struct Answer;
class Reference;
class Subject;

// Each has: `name`, in the text; `weight`, how often it is drawn; `entry`, the function of the table that runs it;
// `operands`, of which `vec` is the vector the others are resolved against; and `run`, of an operation whose operands
// are resolved, on the model and on an implementation. Some also have `settle`, which fits resolved operands to each
// other, and `is_too_large`, whether the step would make a vector too large for the harness (`size` is then run
// instead).

#define LOCKSTEP_RUNS(Op)                 \
  Answer run(Reference& reference) const; \
  Answer run(Subject& subject) const;     \
  bool operator==(const Op&) const = default;

/// Make the array these elements.
struct Assign {
  Vec vec;
  Pieces elements;
  static constexpr std::string_view name = "assign";
  static constexpr std::uint32_t weight = 12;
  static constexpr auto entry = &Implementation::assign;
  static constexpr auto operands = std::tuple{Operand{"vec", &Assign::vec}, Operand{"elements", &Assign::elements}};
  LOCKSTEP_RUNS(Assign)
};

/// Append one element to the array.
struct Add {
  Vec vec;
  Piece element;
  static constexpr std::string_view name = "add";
  static constexpr std::uint32_t weight = 6;
  static constexpr auto entry = &Implementation::add;
  static constexpr auto operands = std::tuple{Operand{"vec", &Add::vec}, Operand{"element", &Add::element}};
  LOCKSTEP_RUNS(Add)
};

/// Append `count` elements in one call: the first is `element`, each further one lies `stride` on (around the arena).
struct AddMany {
  Vec vec;
  Count count;
  Piece element;
  Stride stride;
  static constexpr std::string_view name = "add_many";
  static constexpr std::uint32_t weight = 2;
  static constexpr auto entry = &Implementation::add_many;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &AddMany::vec}, Operand{"count", &AddMany::count},
                 Operand{"element", &AddMany::element}, Operand{"stride", &AddMany::stride}};
  void settle(const Situation& situation);
  std::vector<Piece> pieces(Arena arena) const;
  LOCKSTEP_RUNS(AddMany)
};

/// The size of the view.
struct ViewSize {
  Vec vec;
  static constexpr std::string_view name = "size";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::size;
  static constexpr auto operands = std::tuple{Operand{"vec", &ViewSize::vec}};
  LOCKSTEP_RUNS(ViewSize)
};

/// The size of the whole array, whatever the view.
struct VectorSize {
  Vec vec;
  static constexpr std::string_view name = "vector_size";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::vector_size;
  static constexpr auto operands = std::tuple{Operand{"vec", &VectorSize::vec}};
  LOCKSTEP_RUNS(VectorSize)
};

/// Copy a linear buffer of `bytes` into the vector.
struct FromBuf {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr std::string_view name = "from_buf";
  static constexpr std::uint32_t weight = 4;
  static constexpr auto entry = &Implementation::from_buf;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &FromBuf::vec}, Operand{"offset", &FromBuf::offset}, Operand{"bytes", &FromBuf::bytes}};
  LOCKSTEP_RUNS(FromBuf)
};

/// Copy the vector into a linear buffer of `bytes`.
struct ToBuf {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr std::string_view name = "to_buf";
  static constexpr std::uint32_t weight = 4;
  static constexpr auto entry = &Implementation::to_buf;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &ToBuf::vec}, Operand{"offset", &ToBuf::offset}, Operand{"bytes", &ToBuf::bytes}};
  LOCKSTEP_RUNS(ToBuf)
};

/// Set bytes of the vector to one value.
struct Fill {
  Vec vec;
  Size offset;
  Value value;
  Size bytes;
  static constexpr std::string_view name = "fill";
  static constexpr std::uint32_t weight = 6;
  static constexpr auto entry = &Implementation::fill;
  static constexpr auto operands = std::tuple{Operand{"vec", &Fill::vec}, Operand{"offset", &Fill::offset},
                                              Operand{"value", &Fill::value}, Operand{"bytes", &Fill::bytes}};
  LOCKSTEP_RUNS(Fill)
};

/// Describe a range of the vector in an array of `capacity` elements of its own.
struct Copy {
  Vec vec;
  Size offset;
  Size bytes;
  Count capacity;
  static constexpr std::string_view name = "copy";
  static constexpr std::uint32_t weight = 4;
  static constexpr auto entry = &Implementation::copy;
  static constexpr auto operands = std::tuple{Operand{"vec", &Copy::vec}, Operand{"offset", &Copy::offset},
                                              Operand{"bytes", &Copy::bytes}, Operand{"capacity", &Copy::capacity}};
  LOCKSTEP_RUNS(Copy)
};

/// Describe a range of the vector in the vector's own elements, at most `capacity` of them; the view then is those.
struct CopyInPlace {
  Vec vec;
  Size offset;
  Size bytes;
  Count capacity;
  static constexpr std::string_view name = "copy_in_place";
  static constexpr std::uint32_t weight = 2;
  static constexpr auto entry = &Implementation::copy;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &CopyInPlace::vec}, Operand{"offset", &CopyInPlace::offset},
                 Operand{"bytes", &CopyInPlace::bytes}, Operand{"capacity", &CopyInPlace::capacity}};
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
  LOCKSTEP_RUNS(CopyInPlace)
};

/// Drop bytes from the front; with a record, so that `undo` can bring them back.
struct DiscardFront {
  Vec vec;
  Size bytes;
  Record record;
  static constexpr std::string_view name = "discard_front";
  static constexpr std::uint32_t weight = 4;
  static constexpr auto entry = &Implementation::discard_front;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &DiscardFront::vec}, Operand{"bytes", &DiscardFront::bytes},
                 Operand{"record", &DiscardFront::record}};
  LOCKSTEP_RUNS(DiscardFront)
};

/// Drop bytes from the back; with a record, so that `undo` can bring them back.
struct DiscardBack {
  Vec vec;
  Size bytes;
  Record record;
  static constexpr std::string_view name = "discard_back";
  static constexpr std::uint32_t weight = 4;
  static constexpr auto entry = &Implementation::discard_back;
  static constexpr auto operands = std::tuple{Operand{"vec", &DiscardBack::vec}, Operand{"bytes", &DiscardBack::bytes},
                                              Operand{"record", &DiscardBack::record}};
  LOCKSTEP_RUNS(DiscardBack)
};

/// Take back the discard that the record remembers; with `none`, a record that remembers nothing.
struct Undo {
  Vec vec;
  Record record;
  static constexpr std::string_view name = "undo";
  static constexpr std::uint32_t weight = 4;
  static constexpr auto entry = &Implementation::undo;
  static constexpr auto operands = std::tuple{Operand{"vec", &Undo::vec}, Operand{"record", &Undo::record}};
  LOCKSTEP_RUNS(Undo)
};

/// Make it a new vector without elements, with room for `capacity` of them.
struct WithCapacity {
  Vec vec;
  Count capacity;
  static constexpr std::string_view name = "with_capacity";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::with_capacity;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &WithCapacity::vec}, Operand{"capacity", &WithCapacity::capacity}};
  LOCKSTEP_RUNS(WithCapacity)
};

/// Make it a new vector of one element, whatever its length.
struct FromBuffer {
  Vec vec;
  Piece element;
  static constexpr std::string_view name = "from_buffer";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::from_buffer;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &FromBuffer::vec}, Operand{"element", &FromBuffer::element}};
  LOCKSTEP_RUNS(FromBuffer)
};

/// Take all elements away, and keep the room for them.
struct Reset {
  Vec vec;
  static constexpr std::string_view name = "reset";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::reset;
  static constexpr auto operands = std::tuple{Operand{"vec", &Reset::vec}};
  LOCKSTEP_RUNS(Reset)
};

/// Take all elements away, and the room for them.
struct Destroy {
  Vec vec;
  static constexpr std::string_view name = "destroy";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::release;
  static constexpr auto operands = std::tuple{Operand{"vec", &Destroy::vec}};
  LOCKSTEP_RUNS(Destroy)
};

/// Make `into` a copy of the whole array.
struct CopyVector {
  Vec into;
  Vec vec;
  static constexpr std::string_view name = "copy_vector";
  static constexpr auto dialect = model::Dialect::cpp;  // the only one that has it
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::copy_vector;
  static constexpr auto operands = std::tuple{Operand{"into", &CopyVector::into}, Operand{"vec", &CopyVector::vec}};
  LOCKSTEP_RUNS(CopyVector)
};

/// Move the whole array into `into`; the vector is then empty, unless it is `into`.
struct MoveVector {
  Vec into;
  Vec vec;
  static constexpr std::string_view name = "move_vector";
  static constexpr auto dialect = model::Dialect::cpp;  // the only one that has it
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::move_vector;
  static constexpr auto operands = std::tuple{Operand{"into", &MoveVector::into}, Operand{"vec", &MoveVector::vec}};
  LOCKSTEP_RUNS(MoveVector)
};

/// Append a description of a range of the vector to the array of `into`.
struct Concat {
  Vec into;
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr std::string_view name = "concat";
  static constexpr std::uint32_t weight = 3;
  static constexpr auto entry = &Implementation::concat;
  static constexpr auto operands = std::tuple{Operand{"into", &Concat::into}, Operand{"vec", &Concat::vec},
                                              Operand{"offset", &Concat::offset}, Operand{"bytes", &Concat::bytes}};
  bool is_too_large(const Situation& situation) const;
  LOCKSTEP_RUNS(Concat)
};

/// Make `into` the slice of the vector.
struct Slice {
  Vec into;
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr std::string_view name = "slice";
  static constexpr std::uint32_t weight = 3;
  static constexpr auto entry = &Implementation::slice;
  static constexpr auto operands = std::tuple{Operand{"into", &Slice::into}, Operand{"vec", &Slice::vec},
                                              Operand{"offset", &Slice::offset}, Operand{"bytes", &Slice::bytes}};
  LOCKSTEP_RUNS(Slice)
};

/// How many elements the slice touches.
struct SliceCount {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr std::string_view name = "slice_count";
  static constexpr std::uint32_t weight = 3;
  static constexpr auto entry = &Implementation::slice_count;
  static constexpr auto operands = std::tuple{Operand{"vec", &SliceCount::vec}, Operand{"offset", &SliceCount::offset},
                                              Operand{"bytes", &SliceCount::bytes}};
  LOCKSTEP_RUNS(SliceCount)
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
  static constexpr std::string_view name = "extended";
  static constexpr std::uint32_t weight = 3;
  static constexpr auto entry = &Implementation::extended;
  static constexpr auto operands = std::tuple{Operand{"into", &Extended::into},   Operand{"vec", &Extended::vec},
                                              Operand{"head", &Extended::head},   Operand{"offset", &Extended::offset},
                                              Operand{"bytes", &Extended::bytes}, Operand{"tail", &Extended::tail},
                                              Operand{"limit", &Extended::limit}};
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
  LOCKSTEP_RUNS(Extended)
};

/// The same with no vector in the middle: its range is rejected unless it has no bytes.
struct ExtendedWithoutMid {
  Vec vec;
  Piece head;
  Size offset;
  Size bytes;
  Piece tail;
  Count limit;
  static constexpr std::string_view name = "extended_without_mid";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::extended;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &ExtendedWithoutMid::vec},       Operand{"head", &ExtendedWithoutMid::head},
                 Operand{"offset", &ExtendedWithoutMid::offset}, Operand{"bytes", &ExtendedWithoutMid::bytes},
                 Operand{"tail", &ExtendedWithoutMid::tail},     Operand{"limit", &ExtendedWithoutMid::limit}};
  void settle(const Situation& situation);
  LOCKSTEP_RUNS(ExtendedWithoutMid)
};

/// Whether all bytes of a range are 0.
struct IsZero {
  Vec vec;
  Size offset;
  Size bytes;
  static constexpr std::string_view name = "is_zero";
  static constexpr std::uint32_t weight = 3;
  static constexpr auto entry = &Implementation::is_zero;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &IsZero::vec}, Operand{"offset", &IsZero::offset}, Operand{"bytes", &IsZero::bytes}};
  LOCKSTEP_RUNS(IsZero)
};

/// Where the bytes of the two views first differ.
struct FirstDifference {
  Vec vec;
  Vec other;
  static constexpr std::string_view name = "first_difference";
  static constexpr std::uint32_t weight = 3;
  static constexpr auto entry = &Implementation::first_difference;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &FirstDifference::vec}, Operand{"other", &FirstDifference::other}};
  LOCKSTEP_RUNS(FirstDifference)
};

/// How many distinct bytes the vector covers.
struct CloneSize {
  Vec vec;
  static constexpr std::string_view name = "clone_size";
  static constexpr auto dialect = model::Dialect::cpp;  // the only one that has it
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::clone_size;
  static constexpr auto operands = std::tuple{Operand{"vec", &CloneSize::vec}};
  LOCKSTEP_RUNS(CloneSize)
};

/// Append to `into` an element per element of the vector, laid out anew in the `bytes` bytes at `buffer`.
struct Clone {
  Vec into;
  Vec vec;
  Place buffer;
  Size bytes;
  static constexpr std::string_view name = "clone";
  static constexpr std::uint32_t weight = 3;
  static constexpr auto entry = &Implementation::clone;
  static constexpr auto operands = std::tuple{Operand{"into", &Clone::into}, Operand{"vec", &Clone::vec},
                                              Operand{"buffer", &Clone::buffer}, Operand{"bytes", &Clone::bytes}};
  void settle(const Situation& situation);
  bool is_too_large(const Situation& situation) const;
  LOCKSTEP_RUNS(Clone)
};

/// Remove bytes from the back of the whole array, for good.
struct VectorDiscardBack {
  Vec vec;
  Size bytes;
  static constexpr std::string_view name = "vector_discard_back";
  static constexpr std::uint32_t weight = 2;
  static constexpr auto entry = &Implementation::vector_discard_back;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &VectorDiscardBack::vec}, Operand{"bytes", &VectorDiscardBack::bytes}};
  LOCKSTEP_RUNS(VectorDiscardBack)
};

/// The first `limit` bytes as text.
struct Hexdump {
  Vec vec;
  Size limit;
  static constexpr std::string_view name = "hexdump";
  static constexpr std::uint32_t weight = 2;
  static constexpr auto entry = &Implementation::hexdump;
  static constexpr auto operands = std::tuple{Operand{"vec", &Hexdump::vec}, Operand{"limit", &Hexdump::limit}};
  LOCKSTEP_RUNS(Hexdump)
};

/// Make it borrow an array of these elements, in C.
struct Borrow {
  Vec vec;
  Pieces elements;
  static constexpr std::string_view name = "borrow";
  static constexpr auto dialect = model::Dialect::c;  // the only one that has it
  static constexpr std::uint32_t weight = 2;
  static constexpr auto entry = &Implementation::borrow;
  static constexpr auto operands = std::tuple{Operand{"vec", &Borrow::vec}, Operand{"elements", &Borrow::elements}};
  LOCKSTEP_RUNS(Borrow)
};

/// Send a range over a kernel that does what the script says, and takes `limit` elements a call: 1 is piece by piece, 0
/// stands for IOV_MAX.
struct Send {
  Vec vec;
  Size offset;
  Size bytes;
  Count limit;
  Script script;
  static constexpr std::string_view name = "send";
  static constexpr std::uint32_t weight = 4;
  static constexpr auto entry = &Implementation::send;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &Send::vec}, Operand{"offset", &Send::offset}, Operand{"bytes", &Send::bytes},
                 Operand{"limit", &Send::limit}, Operand{"script", &Send::script}};
  void settle(const Situation& situation);
  LOCKSTEP_RUNS(Send)
};

/// Receive into a range over such a kernel.
struct Recv {
  Vec vec;
  Size offset;
  Size bytes;
  Count limit;
  Script script;
  static constexpr std::string_view name = "recv";
  static constexpr std::uint32_t weight = 4;
  static constexpr auto entry = &Implementation::recv;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &Recv::vec}, Operand{"offset", &Recv::offset}, Operand{"bytes", &Recv::bytes},
                 Operand{"limit", &Recv::limit}, Operand{"script", &Recv::script}};
  void settle(const Situation& situation);
  LOCKSTEP_RUNS(Recv)
};

#undef LOCKSTEP_RUNS

/// Stored programs name operations by their place in this list: append only.
using Operation = std::variant<Assign, Add, AddMany, ViewSize, VectorSize, FromBuf, ToBuf, Fill, Copy, CopyInPlace,
                               DiscardFront, DiscardBack, Undo, WithCapacity, FromBuffer, Reset, Destroy, CopyVector,
                               MoveVector, Concat, Slice, SliceCount, Extended, ExtendedWithoutMid, IsZero,
                               FirstDifference, CloneSize, Clone, VectorDiscardBack, Hexdump, Borrow, Send, Recv>;

}  // namespace lockstep
