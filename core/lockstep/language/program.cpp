// SPDX-License-Identifier: Apache-2.0
#include "lockstep/language/program.h"

#include <algorithm>

namespace lockstep {
namespace {

/// Initial shapes for bytes that no encoder wrote, by their header's last byte.
constexpr std::array<std::array<Pieces, Vec::count>, 4> kShapes = [] {
  using P = Piece;
  return std::array<std::array<Pieces, Vec::count>, 4>{{
      {{{{}, 1, {P{0, 3}}}, {{}, 2, {P{8, 2}, P{16, 1}}}, {{}, 3, {P{24, 1}, P{0, 0}, P{32, 2}}}}},
      {{{{}, 2, {P{0, 1}, P{4, 2}}}, {{}, 1, {P{0, 8}}}, {}}},
      {{{{}, 4, {P{0, 0}, P{3, 2}, P{3, 2}, P{9, 0}}},
        {{}, 3, {P{20, 3}, P{10, 1}, P{0, 2}}},
        {{}, 1, {P{Piece::null_base, 0}}}}},
      {{{{}, 4, {P{1, 1}, P{2, 1}, P{3, 1}, P{4, 1}}}, {{}, 2, {P{0, 65}, P{6, 64}}}, {{}, 1, {P{40, 16}}}}},
  }};
}();

}  // namespace

std::vector<std::uint8_t> encode(const Program& program) {
  const std::size_t count = std::min(program.operations.size(), kMaxOperations);
  std::vector<std::uint8_t> bytes(kHeaderBytes + count * kRecordBytes);
  bytes[0] = static_cast<std::uint8_t>(program.arena.kind);
  encode_u16(program.arena.has_size() ? program.arena.bytes / 8u : 0, bytes.data() + 1);
  for (std::size_t i = 0; i < count; ++i) encode(program.operations[i], bytes.data() + kHeaderBytes + i * kRecordBytes);
  return bytes;
}

Program decode(std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, kHeaderBytes> header = {0, 64 / 8, 0, kShapes.size()};
  std::copy_n(bytes.begin(), std::min(bytes.size(), header.size()), header.begin());
  Program program;
  const std::size_t units = decode_u16(header.data() + 1);
  if (header[0] == static_cast<std::uint8_t>(Arena::Kind::unbacked)) {
    program.arena = kUnbackedArena;
  } else if (header[0] == static_cast<std::uint8_t>(Arena::Kind::large)) {
    program.arena = kLargeArena;
  } else {
    program.arena.kind = header[0] % 2 == 0 ? Arena::Kind::shared : Arena::Kind::exact;
    program.arena.bytes = static_cast<std::uint32_t>(units >= 1 && units <= kMaxArenaBytes / 8 ? units * 8 : 64);
  }
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
