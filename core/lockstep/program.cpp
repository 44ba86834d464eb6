#include "lockstep/program.h"

#include <algorithm>
#include <optional>

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

/// What takes back a discard that is recorded; nothing for any other operation.
std::optional<Operation> undo_of(const Operation& operation) {
  return std::visit(
      []<typename Op>(const Op& op) -> std::optional<Operation> {
        if constexpr (std::is_same_v<Op, DiscardFront> || std::is_same_v<Op, DiscardBack>)
          if (op.record.name != Record::Name::none) return Undo{op.vec, op.record};
        return std::nullopt;
      },
      operation);
}

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

Program draw_program(Choices& choices, std::size_t most) {
  Program program;
  program.arena = draw_arena(choices);
  const std::uint32_t shapes = 1 + choices.below(Vec::count);
  const std::size_t count = choices.below(static_cast<std::uint32_t>(most) + 1);
  program.operations.reserve(shapes + count);
  for (std::uint8_t i = 0; i < shapes; ++i) program.operations.push_back(Assign{Vec{i}, Pieces::draw(choices)});
  while (program.operations.size() < shapes + count) {
    program.operations.push_back(draw_operation(choices));
    // Undoing means most right after what it undoes, and two draws that fit by chance are rare.
    if (const auto undo = undo_of(program.operations.back()); undo && choices.one_in(3))
      program.operations.push_back(*undo);
  }
  program.operations.resize(shapes + count, Operation());
  return program;
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
