#include "lockstep/language/program.h"

#include <algorithm>

namespace lockstep {
namespace {

/// Initial shapes for bytes that no encoder wrote, by their header's last byte.
constexpr std::array<std::array<Pieces, Vec::count>, 4> kShapes = [] {
  using P = Piece;
  return std::array<std::array<Pieces, Vec::count>, 4>{{
      {{{1, {P{0, 3}}}, {2, {P{8, 2}, P{16, 1}}}, {3, {P{24, 1}, P{0, 0}, P{32, 2}}}}},
      {{{2, {P{0, 1}, P{4, 2}}}, {1, {P{0, 8}}}, {0, {}}}},
      {{{4, {P{0, 0}, P{3, 2}, P{3, 2}, P{9, 0}}}, {3, {P{20, 3}, P{10, 1}, P{0, 2}}}, {1, {P{Piece::null_base, 0}}}}},
      {{{4, {P{1, 1}, P{2, 1}, P{3, 1}, P{4, 1}}}, {2, {P{0, 65}, P{6, 64}}}, {1, {P{40, 16}}}}},
  }};
}();

/// A short discard of the same vector with the other record, and then both taken back, the first one first: what is
/// left depends on what each record has stored, which no undo in reverse order shows.
void push_crossed(Choices& choices, const Undo& first, std::vector<Operation>& operations) {
  const Record other = {first.record.name == Record::Name::p ? Record::Name::q : Record::Name::p};
  const Size bytes = {Size::Kind::literal, 0, choices.below(3)};
  if (choices.below(2) == 0) {
    operations.push_back(DiscardBack{first.vec, bytes, other});
  } else {
    operations.push_back(DiscardFront{first.vec, bytes, other});
  }
  operations.push_back(first);
  operations.push_back(Undo{first.vec, other});
}

/// Draws what means most right beside the operation drawn last: two draws that fit by chance are rare.
class Company {
 public:
  Company(Choices& choices, std::vector<Operation>& operations) : choices_(choices), operations_(operations) {}

  void operator()(const DiscardFront& discard) { undo(discard.vec, discard.record); }
  void operator()(const DiscardBack& discard) { undo(discard.vec, discard.record); }
  void operator()(const WithCapacity& op) { add(op.vec); }
  void operator()(const Reset& op) { add(op.vec); }
  void operator()(const Destroy& op) { add(op.vec); }
  void operator()(const MoveVector& op) { add(op.vec); }

  /// Whether what was filled with zeros, or the whole vector, is zero: by chance a range of zeros is seldom looked at.
  void operator()(const Fill& fill) {
    if (fill.value.value != 0 || !choices_.one_in(4)) return;
    operations_.push_back(choices_.below(2) == 0 ? IsZero{fill.vec, fill.offset, fill.bytes}
                                                 : IsZero{fill.vec, {}, {Size::Kind::edge, 0, Size::last_edge}});
  }

  /// More than 64 KiB, of which an offset in 16 bits knows nothing. Rarely: they are most of a program's budget.
  void operator()(const AddMany& many) {
    if (choices_.one_in(64)) operations_.push_back(AddMany{many.vec, {65}, {many.element.base, 4096}, many.stride});
  }

  /// Vectors are compared that differ late, or not at all.
  void operator()(const FirstDifference& comparison) {
    if (!choices_.one_in(4)) return;
    operations_.back() = CopyVector{comparison.other, comparison.vec};
    for (const Vec vec : {comparison.vec, comparison.other})
      if (choices_.below(2) == 1) operations_.push_back(Add{vec, Piece::draw(choices_)});
    operations_.push_back(comparison);
  }

  template <typename Op>
  void operator()(const Op&) {}

 private:
  void undo(Vec vec, Record record) {
    if (record.name == Record::Name::none) return;
    if (!choices_.one_in(3)) {
      if (choices_.one_in(8)) push_crossed(choices_, {vec, record}, operations_);
      return;
    }
    if (choices_.one_in(4)) {  // out of order
      const Size bytes = Size::draw(choices_);
      const Record other = Record::draw(choices_);
      operations_.push_back(choices_.below(2) == 0 ? Operation(DiscardFront{vec, bytes, other})
                                                   : Operation(DiscardBack{vec, bytes, other}));
    }
    operations_.push_back(Undo{vec, record});
    if (choices_.one_in(4)) operations_.push_back(Undo{vec, record});
  }

  void add(Vec vec) {
    if (choices_.below(2) == 1) operations_.push_back(Add{vec, Piece::draw(choices_)});
  }

  Choices& choices_;
  std::vector<Operation>& operations_;
};

}  // namespace

Arena draw_arena(Choices& choices) {
  constexpr std::array<Arena, 16> arenas = [] {
    std::array<Arena, 16> some{};
    for (std::size_t i = 9; i < 14; ++i) some[i] = {Arena::Kind::exact, 512};
    some[14] = {Arena::Kind::shared, 8192};
    some[15] = {Arena::Kind::exact, 8192};
    return some;
  }();
  return choices.among(arenas);
}

void draw_operations(Choices& choices, std::vector<Operation>& operations) {
  const Operation operation = draw_operation(choices);
  operations.push_back(operation);
  std::visit(Company(choices, operations), operation);
}

Program draw_program(Choices& choices, std::size_t most) {
  Program program;
  program.arena = draw_arena(choices);
  const std::uint32_t shapes = choices.among({1u, 2u, 3u, 3u});
  const std::size_t count = choices.below(static_cast<std::uint32_t>(most) + 1);
  program.operations.reserve(shapes + count);
  for (std::uint8_t i = 0; i < shapes; ++i) program.operations.push_back(Assign{Vec{i}, Pieces::draw(choices)});
  while (program.operations.size() < shapes + count) draw_operations(choices, program.operations);
  program.operations.resize(shapes + count, Operation());
  return program;
}

Program random_program(std::uint64_t seed, std::uint64_t number, std::size_t most) {
  RandomChoices choices(seed_of_program(seed, number));
  return draw_program(choices, most);
}

std::vector<std::uint8_t> encode(const Program& program) {
  const std::size_t count = std::min(program.operations.size(), kMaxOperations);
  std::vector<std::uint8_t> bytes(kHeaderBytes + count * kRecordBytes);
  bytes[0] = static_cast<std::uint8_t>(program.arena.kind);
  bytes[1] = static_cast<std::uint8_t>(program.arena.bytes / 8 & 0xff);
  bytes[2] = static_cast<std::uint8_t>(program.arena.bytes / 8 >> 8);
  bytes[3] = 0;
  for (std::size_t i = 0; i < count; ++i) encode(program.operations[i], bytes.data() + kHeaderBytes + i * kRecordBytes);
  return bytes;
}

Program decode(std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, kHeaderBytes> header = {0, 64 / 8, 0, kShapes.size()};
  std::copy_n(bytes.begin(), std::min(bytes.size(), header.size()), header.begin());
  Program program;
  program.arena.kind = header[0] % 2 == 0 ? Arena::Kind::shared : Arena::Kind::exact;
  const std::size_t units = header[1] | static_cast<std::size_t>(header[2]) << 8;
  program.arena.bytes = static_cast<std::uint16_t>(units >= 1 && units <= kMaxArenaBytes / 8 ? units * 8 : 64);
  if (header[3] != 0) {
    const auto& shapes = kShapes[header[3] % kShapes.size()];
    for (std::uint8_t i = 0; i < Vec::count; ++i) program.operations.push_back(Assign{Vec{i}, shapes[i]});
  }
  for (std::size_t at = kHeaderBytes; at + kRecordBytes <= bytes.size() && program.operations.size() < kMaxOperations;
       at += kRecordBytes)
    program.operations.push_back(decode_operation(bytes.data() + at));
  return program;
}

}  // namespace lockstep
