// The language: one struct per operation, and the list of them.
// The one fact that matters: from `operands` follow drawing, enumeration, encoding, printing, parsing, shrinking and
// the report. A new operation is a struct here, its two `run` functions in operation.cpp, and its name in `Operation`;
// its code is its place in that list, so the list only grows at its end.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <variant>

#include "lockstep/implementation.h"
#include "lockstep/operand.h"
#include "lockstep/reference.h"
#include "lockstep/state.h"
#include "lockstep/subject.h"

namespace lockstep {

// Each has: `name`, in the text; `weight`, how often it is drawn; `entry`, the function of the table that runs it;
// `operands`, of which `vec` is the vector the others are resolved against; and `run`, of an operation whose operands
// are resolved, on the model and on an implementation.

/// Make the array these elements.
struct Assign {
  Vec vec;
  Pieces elements;
  static constexpr std::string_view name = "assign";
  static constexpr std::uint32_t weight = 2;
  static constexpr auto entry = &Implementation::assign;
  static constexpr auto operands = std::tuple{Operand{"vec", &Assign::vec}, Operand{"elements", &Assign::elements}};
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const Assign&) const = default;
};

/// Append one element to the array.
struct Add {
  Vec vec;
  Piece element;
  static constexpr std::string_view name = "add";
  static constexpr std::uint32_t weight = 3;
  static constexpr auto entry = &Implementation::add;
  static constexpr auto operands = std::tuple{Operand{"vec", &Add::vec}, Operand{"element", &Add::element}};
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const Add&) const = default;
};

/// Append `count` elements in one call: the first is `element`, each further one lies `stride` on (around the arena).
struct AddMany {
  Vec vec;
  Count count;
  Piece element;
  Stride stride;
  static constexpr std::string_view name = "add_many";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::add_many;
  static constexpr auto operands =
      std::tuple{Operand{"vec", &AddMany::vec}, Operand{"count", &AddMany::count},
                 Operand{"element", &AddMany::element}, Operand{"stride", &AddMany::stride}};
  void settle(const Situation& situation);
  std::vector<Piece> pieces(Arena arena) const;
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const AddMany&) const = default;
};

/// The size of the view.
struct ViewSize {
  Vec vec;
  static constexpr std::string_view name = "size";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::size;
  static constexpr auto operands = std::tuple{Operand{"vec", &ViewSize::vec}};
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const ViewSize&) const = default;
};

/// The size of the whole array, whatever the view.
struct VectorSize {
  Vec vec;
  static constexpr std::string_view name = "vector_size";
  static constexpr std::uint32_t weight = 1;
  static constexpr auto entry = &Implementation::vector_size;
  static constexpr auto operands = std::tuple{Operand{"vec", &VectorSize::vec}};
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const VectorSize&) const = default;
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
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const FromBuf&) const = default;
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
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const ToBuf&) const = default;
};

/// Set bytes of the vector to one value.
struct Fill {
  Vec vec;
  Size offset;
  Value value;
  Size bytes;
  static constexpr std::string_view name = "fill";
  static constexpr std::uint32_t weight = 3;
  static constexpr auto entry = &Implementation::fill;
  static constexpr auto operands = std::tuple{Operand{"vec", &Fill::vec}, Operand{"offset", &Fill::offset},
                                              Operand{"value", &Fill::value}, Operand{"bytes", &Fill::bytes}};
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const Fill&) const = default;
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
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const Copy&) const = default;
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
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const CopyInPlace&) const = default;
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
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const DiscardFront&) const = default;
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
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const DiscardBack&) const = default;
};

/// Take back the discard that the record remembers; with `none`, a record that remembers nothing.
struct Undo {
  Vec vec;
  Record record;
  static constexpr std::string_view name = "undo";
  static constexpr std::uint32_t weight = 4;
  static constexpr auto entry = &Implementation::undo;
  static constexpr auto operands = std::tuple{Operand{"vec", &Undo::vec}, Operand{"record", &Undo::record}};
  Answer run(Reference& reference) const;
  Answer run(Subject& subject) const;
  bool operator==(const Undo&) const = default;
};

/// Stored programs name operations by their place in this list: append only.
using Operation = std::variant<Assign, Add, AddMany, ViewSize, VectorSize, FromBuf, ToBuf, Fill, Copy, CopyInPlace,
                               DiscardFront, DiscardBack, Undo>;

inline constexpr std::size_t kOperations = std::variant_size_v<Operation>;

/// Calls f(operand name, member) for each operand, in order.
template <typename Op, typename Function>
constexpr void for_each_operand(Op& operation, Function f) {
  std::apply([&](const auto&... operand) { (f(operand.name, operation.*operand.member), ...); }, Op::operands);
}

/// The operation with this code, its operands simplest.
Operation operation_of_code(std::size_t code);

std::string_view name_of(const Operation& operation);
Vec vector_of(const Operation& operation);
bool is_supported(const Operation& operation, const Implementation& implementation);

/// With every operand a number: what the step will do in this situation.
Operation resolve(const Operation& operation, const Situation& situation);

Operation draw_operation(Choices& choices);
Operation enumerate_operation(Choices& choices, std::size_t code, const Domain& domain);

/// Each like this one but simpler in one operand.
std::vector<Operation> simpler(const Operation& operation);

/// As text: `from_buf vec=a offset=edge(1)+1 bytes=3`.
std::string print(const Operation& operation);

/// Room for the code and every operand of the largest operation. Fixed: stored programs depend on it.
inline constexpr std::size_t kRecordBytes = 24;
void encode(const Operation& operation, std::uint8_t* record);
Operation decode_operation(const std::uint8_t* record);

}  // namespace lockstep
