// SPDX-License-Identifier: Apache-2.0
// The kinds of operand: how each is drawn, encoded, printed, parsed, made simpler and resolved.
// Every operand is total. Whatever it says, there is a step it stands for, so any subsequence of a program is a program
// and any bytes are operands.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/language/choices.h"
#include "lockstep/language/operand_forms.h"
#include "lockstep/table/implementation.h"
#include "model/extents.h"
#include "model/model.h"
#include "model/transport.h"

namespace lockstep {

struct Situation;

/// One of the three vectors of a program.
struct Vec {
  std::uint8_t index = 0;

  static constexpr std::size_t count = 3;
  static constexpr std::size_t width = 1;
  static constexpr std::string_view expected = "a vector: a, b or c";
  static Vec draw(Choices& choices, Arena) { return {choices.among<std::uint8_t>({0, 0, 1, 2})}; }
  static Vec decode(const std::uint8_t* bytes) { return {static_cast<std::uint8_t>(bytes[0] % count)}; }
  static std::optional<Vec> parse(std::string_view word);
  void encode(std::uint8_t* bytes) const { bytes[0] = index; }
  void print(std::string& text) const { text += letter(); }
  std::vector<Vec> simpler() const;
  char letter() const { return static_cast<char>('a' + index); }
  bool operator==(const Vec&) const = default;
};

/// The vectors just before the step, in the model of bytes or in that of lengths: operands are resolved against them.
struct Situation {
  Arena arena;
  model::Dialect dialect;
  Limits limits;  ///< Of the implementation, as are these.
  Deviations deviations;
  Vec vec;                                                ///< The operation's vector, whose boundaries count.
  std::array<const model::Vector*, Vec::count> backed{};  ///< Null in an unbacked arena.
  std::array<const model::extents::Vector*, Vec::count> unbacked{};  ///< Null in all others.

  bool is_backed() const { return arena.is_backed(); }
  bool is_owned(Vec which) const { return arena.owns(which.index); }

  std::size_t count(Vec which) const;                ///< Elements of its view.
  std::size_t position(std::size_t elements) const;  ///< Where so many elements of the view end, or SIZE_MAX.
  std::size_t size(Vec which) const;                 ///< Bytes of its view, or SIZE_MAX.
  /// In an unbacked arena: whether any byte lies in the range, clipped at the end; and whether the whole range lies
  /// inside, as strict operations demand.
  bool has_bytes(std::size_t offset, std::size_t bytes) const;
  bool contains(std::size_t offset, std::size_t bytes) const;
  std::size_t clone_size() const;             ///< Of the view.
  std::size_t array_bytes(Vec which) const;   ///< Of its whole array, or SIZE_MAX.
  std::size_t room_bytes(Vec into) const;     ///< How many bytes its array may still grow by.
  std::size_t room_elements(Vec into) const;  ///< How many elements it may still grow by.
  std::size_t most_bytes() const { return std::min(arena.most_vector_bytes(), limits.bytes); }  ///< Of an array.
  std::size_t most_elements() const { return std::min(arena.most_elements(), limits.elements); }
};

/// A position or a number of bytes. Relative to the vector's boundaries, so that it keeps its meaning while a program
/// shrinks.
struct Size {
  enum class Kind : std::uint8_t {
    literal,   ///< value
    edge,      ///< The boundary after `value` elements (the last one if there are fewer), plus `delta`, at least 0.
    from_max,  ///< SIZE_MAX - value
    mark,      ///< The mark with the index `value` (number.h), plus `delta`.
  };
  Kind kind = Kind::literal;
  std::int8_t delta = 0;
  std::size_t value = 0;  ///< Up to 65535 in a program, anything once resolved.

  static constexpr std::size_t last_edge = 255;
  static constexpr std::size_t width = 3;
  static constexpr std::string_view expected =
      "a size: 0..65535, edge(K), edge(K)+D or edge(K)-D with K in 0..254 or last and D in 1..127, SIZE_MAX or "
      "SIZE_MAX-K with K up to 65535, or 2^16, 2^31, 2^32 or 2^63, +D or -D";
  static Size draw(Choices& choices, Arena arena);
  static Size decode(const std::uint8_t* bytes);
  static std::optional<Size> parse(std::string_view word);
  void encode(std::uint8_t* bytes) const;
  void print(std::string& text) const;
  std::vector<Size> simpler() const;
  Size resolve(const Situation& situation) const;  ///< A literal.
  bool operator==(const Size&) const = default;
};

/// One element: a base and a length.
struct Piece {
  static constexpr std::uint16_t null_base = 0xffff;
  static constexpr std::uint16_t wild_base = 0xfffe;
  /// In the arena; in an exact one in units of 8 bytes, in a large one of kLargeUnit; in an unbacked one an address, as
  /// a Code (number.h). Or null_base or wild_base.
  std::uint16_t base = 0;
  std::uint16_t length = 0;  ///< In a large arena in units of kLargeUnit; in an unbacked one a Code.

  static constexpr std::size_t width = 4;
  static constexpr std::string_view expected =
      "an element: BASE+LENGTH, each in 0..65279, or 2^16, 2^31, 2^32, 2^63 or SIZE_MAX, (2^16+D) or (2^16-D) with D "
      "up to 15; BASE may be null or wild";
  static Piece draw(Choices& choices, Arena arena);
  static Piece decode(const std::uint8_t* bytes);
  static std::optional<Piece> parse(std::string_view word);
  void encode(std::uint8_t* bytes) const;
  void print(std::string& text) const;
  std::vector<Piece> simpler() const;
  Piece resolve(const Situation& situation) const;  ///< Inside the arena; null and wild stay only without bytes.
  Address address(Arena arena) const;               ///< Of a resolved piece in memory.
  std::size_t bytes(Arena arena) const { return length * arena.unit(); }  ///< The same.
  model::extents::Extent extent() const;                                  ///< Of a resolved piece without memory.
  bool operator==(const Piece&) const = default;
};

/// The start of the buffer in which an operation lays elements out.
struct BufferBase {
  std::uint16_t base = 0;  ///< As that of a piece.

  static constexpr std::size_t width = 2;
  static constexpr std::string_view expected =
      "a base: 0..65279, or 2^16, 2^31, 2^32, 2^63 or SIZE_MAX, (2^16+D) or (2^16-D) with D up to 15";
  static BufferBase draw(Choices& choices, Arena arena);
  static BufferBase decode(const std::uint8_t* bytes);
  static std::optional<BufferBase> parse(std::string_view word);
  void encode(std::uint8_t* bytes) const { encode_u16(base, bytes); }
  void print(std::string& text) const { Code::print(text, base); }
  std::vector<BufferBase> simpler() const;
  BufferBase resolve(const Situation& situation) const;  ///< In the arena, or at its end.
  Address place(Arena arena) const { return static_cast<Address>(base * arena.unit()); }  ///< Of a resolved one.
  std::uintptr_t address() const { return Code::value(base); }                            ///< In an unbacked arena.
  bool operator==(const BufferBase&) const = default;
};

/// Up to four elements.
struct Pieces : ListOperand<Pieces, Piece, 4> {
  std::uint8_t count = 0;
  std::array<Piece, max> pieces{};

  static auto& items(auto& list) { return list.pieces; }
  const Piece* begin() const { return pieces.data(); }
  const Piece* end() const { return pieces.data() + count; }

  static constexpr std::string_view expected =
      "up to four elements with commas between, or none; each BASE+LENGTH, both in 0..65279 or a mark such as 2^32; "
      "BASE may be null or wild";
  static Pieces draw(Choices& choices, Arena arena);
  Pieces resolve(const Situation& situation) const;
  bool operator==(const Pieces&) const = default;
};

/// A number of elements.
struct Count : NumberOperand<Count, std::uint16_t> {
  static constexpr std::string_view expected = "a number of elements: 0..65535";
  static Count draw(Choices& choices, Arena arena);
  Count resolve(const Situation& situation) const;  ///< At most as many as a vector may have.
};

/// From the base of one element to that of the next, in the arena's units.
struct Stride : NumberOperand<Stride, std::int16_t> {
  static constexpr std::string_view expected = "a stride: -32768..32767";
  static Stride draw(Choices& choices, Arena) { return {choices.among<std::int16_t>({0, 1, 2, 3, 4, 8, -1, -2})}; }
  std::vector<Stride> simpler() const;
};

/// The value of a byte.
struct Value : NumberOperand<Value, std::uint8_t> {
  static constexpr std::string_view expected = "a byte: 0..255";
  static Value draw(Choices& choices, Arena arena);
};

/// What one call to the kernel does.
struct KernelCall {
  static constexpr std::uint16_t interrupted = 0xffff;
  static constexpr std::uint16_t again = 0xfffe;
  static constexpr std::uint16_t reset = 0xfffd;
  static constexpr std::uint16_t pipe = 0xfffc;
  static constexpr std::uint16_t half = 0xfffb;  ///< Moves half of what it is offered, rounded up.
  std::uint16_t code = 0;                        ///< One of these, or how many bytes it moves at most.

  model::Reply reply() const;
  std::size_t most() const { return reply() == model::Reply::moves ? code : 0; }
  bool is_half() const { return code == half; }

  static constexpr std::size_t width = 2;
  static KernelCall decode(const std::uint8_t* bytes) { return {decode_u16(bytes)}; }
  static std::optional<KernelCall> parse(std::string_view word);
  void encode(std::uint8_t* bytes) const { encode_u16(code, bytes); }
  void print(std::string& text) const;
  std::vector<KernelCall> simpler() const;
  bool operator==(const KernelCall&) const = default;
};

/// What the first calls to the kernel do: up to six. Every later call moves all bytes that it is offered, so each
/// transfer ends.
struct Script : ListOperand<Script, KernelCall, 6> {
  using Call = KernelCall;
  std::uint8_t count = 0;
  std::array<Call, max> calls{};

  static auto& items(auto& list) { return list.calls; }
  model::List<model::ScriptedCall> scripted() const;

  static constexpr std::string_view expected =
      "up to six calls: 0..65530 (bytes moved), half (of what is offered), intr, again, reset or pipe, joined by "
      "commas, or none";
  static Script draw(Choices& choices, Arena arena);
  bool operator==(const Script&) const = default;
};

/// One of a vector's two undo records, or none.
struct UndoSlot {
  enum class Name : std::uint8_t { none, p, q };
  Name name = Name::none;

  bool is_none() const { return name == Name::none; }
  std::size_t index() const { return name == Name::p ? 0 : 1; }  ///< Among a vector's two; none has no index.

  static constexpr std::size_t width = 1;
  static constexpr std::string_view expected = "an undo record: none, p or q";
  static UndoSlot draw(Choices& choices, Arena) { return {choices.among({Name::p, Name::p, Name::q, Name::none})}; }
  static UndoSlot decode(const std::uint8_t* bytes) { return {static_cast<Name>(bytes[0] % 3)}; }
  static std::optional<UndoSlot> parse(std::string_view word);
  void encode(std::uint8_t* bytes) const { bytes[0] = static_cast<std::uint8_t>(name); }
  void print(std::string& text) const { text += name == Name::none ? "none" : name == Name::p ? "p" : "q"; }
  std::vector<UndoSlot> simpler() const;
  bool operator==(const UndoSlot&) const = default;
};

/// The values of operands in enumeration: every value listed, in this order, and no other.
struct Domain {
  std::vector<Vec> vecs;
  std::vector<Size> sizes;
  std::vector<Piece> pieces;
  std::vector<BufferBase> buffers;
  std::vector<Pieces> shapes;
  std::vector<Count> counts;
  std::vector<Stride> strides;
  std::vector<Value> values;
  std::vector<UndoSlot> records;
  std::vector<Script> scripts;

  template <typename Kind>
  const std::vector<Kind>& of() const {
    return std::get<const std::vector<Kind>&>(
        std::tie(vecs, sizes, pieces, buffers, shapes, counts, strides, values, records, scripts));
  }
};

/// The requirements of a kind of operand; the compiler names those that are not met. One that depends on the situation
/// also has `resolve(situation)`, and every one a list in Domain.
template <typename T>
concept OperandKind = std::equality_comparable<T> &&
    requires(const T operand, Choices& choices, Arena arena, const Domain& domain, std::uint8_t* out,
             const std::uint8_t* in, std::string_view word, std::string& text) {
  { T::width } -> std::convertible_to<std::size_t>;
  { T::expected } -> std::convertible_to<std::string_view>;
  { T::draw(choices, arena) } -> std::same_as<T>;
  { domain.of<T>() } -> std::same_as<const std::vector<T>&>;
  { T::decode(in) } -> std::same_as<T>;
  { T::parse(word) } -> std::same_as<std::optional<T>>;
  { operand.encode(out) } -> std::same_as<void>;
  { operand.print(text) } -> std::same_as<void>;
  { operand.simpler() } -> std::same_as<std::vector<T>>;
};

}  // namespace lockstep
