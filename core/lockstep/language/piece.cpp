// SPDX-License-Identifier: Apache-2.0
// The operands that are elements, and the buffer for laying them out.
#include <algorithm>

#include "lockstep/language/number.h"
#include "lockstep/language/operand.h"

namespace lockstep {

// ---- Piece

namespace {

/// The length of an element without memory: small, or near a mark. The longest are rare, for vectors of several are
/// rejected.
std::uint16_t draw_unbacked_length(Choices& choices) {
  const std::uint32_t kind = choices.below(16);
  if (kind < 5) return static_cast<std::uint16_t>(choices.below(4));
  const auto index = choices.among<std::size_t>({0, 1, 1, 2, 2, 3, Mark::size_max});
  const int delta = choices.among({0, -1, 1});
  if (index != Mark::size_max) return Code::of({index, delta});
  return Code::of({index, -1 - static_cast<int>(choices.below(3))});
}

/// Bases at which base plus length wraps, or at which elements of such lengths touch.
std::uint16_t draw_unbacked_base(Choices& choices) {
  const std::uint32_t kind = choices.below(8);
  if (kind < 3) return static_cast<std::uint16_t>(choices.below(32));
  if (kind == 3) return Piece::null_base;
  if (kind == 4) return Code::of({Mark::size_max, -8});
  return Code::of({choices.among<std::size_t>({3, 2, 1, 0}), static_cast<int>(choices.below(4)) - 1});
}

}  // namespace

Piece Piece::draw(Choices& choices, Arena arena) {
  if (arena.kind == Arena::Kind::unbacked) {
    const std::uint16_t drawn = draw_unbacked_length(choices);
    return {draw_unbacked_base(choices), drawn};
  }
  constexpr std::array<std::uint16_t, 10> lengths = {8, 15, 16, 17, 63, 64, 65, 255, 256, 257};
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint16_t>(choices.below(n)); };
  Piece piece;
  const std::uint32_t kind = choices.below(32);
  if (arena.kind == Arena::Kind::large) {
    piece.length = kind < 16   ? below(4)
                   : kind < 30 ? choices.among<std::uint16_t>({15, 16, 17})
                               : choices.among<std::uint16_t>({255, 256, 257});
  } else if (kind < 26) {
    piece.length = below(4);
  } else if (kind < 29) {
    piece.length = below(12);
  } else if (kind < 31) {
    piece.length = choices.among(lengths);
  } else {
    piece.length = choices.among<std::uint16_t>({64, 65, 1000, 4095, 4096, 4097});
  }
  const std::uint32_t place = choices.below(16);
  if (place == 14) return {null_base, 0};
  if (place == 15) return {wild_base, 0};
  piece.base = below(place < 10 ? 16 : place < 13 ? 64 : 8192);
  return piece;
}

Piece Piece::decode(const std::uint8_t* bytes) {
  return {Code::canonical(decode_u16(bytes)), Code::canonical(decode_u16(bytes + 2))};
}

void Piece::encode(std::uint8_t* bytes) const {
  encode_u16(base, bytes);
  encode_u16(length, bytes + 2);
}

void Piece::print(std::string& text) const {
  if (base == null_base) {
    text += "null";
  } else if (base == wild_base) {
    text += "wild";
  } else {
    Code::print(text, base);
  }
  text += '+';
  Code::print(text, length);
}

std::optional<Piece> Piece::parse(std::string_view word) {
  // The sign of a delta stands in parentheses.
  const std::size_t plus = word.find('+', word.starts_with('(') ? word.find(')') : 0);
  if (plus == std::string_view::npos) return std::nullopt;
  const std::string_view name = word.substr(0, plus);
  const auto base = name == "null" ? null_base : name == "wild" ? wild_base : Code::parse(name);
  const auto length = Code::parse(word.substr(plus + 1));
  if (!base || !length || (*base >= wild_base && name != "null" && name != "wild")) return std::nullopt;
  return Piece{*base, *length};
}

std::vector<Piece> Piece::simpler() const {
  std::vector<Piece> simpler;
  for (const std::uint16_t lower : Code::lower(length)) simpler.push_back({base, lower});
  for (const std::uint16_t lower : Code::lower(base)) simpler.push_back({lower, length});
  return simpler;
}

Piece Piece::resolve(const Situation& situation) const {
  if (!situation.is_backed()) return *this;
  const std::size_t arena = situation.arena.bytes / situation.arena.unit();
  std::size_t fit =
      std::min<std::size_t>({length, arena, situation.room_bytes(situation.vec) / situation.arena.unit()});
  const bool nowhere = base == null_base || base == wild_base;
  if (nowhere && fit == 0) return {base, 0};
  std::size_t place = nowhere ? 0 : base;
  if (situation.arena.kind == Arena::Kind::exact) {
    place = place * 8 % arena;
    fit = std::min(fit, arena - place);
  } else {
    place = std::min(place, arena - fit);
  }
  return {static_cast<std::uint16_t>(place), static_cast<std::uint16_t>(fit)};
}

model::extents::Extent Piece::extent() const {
  return {base == null_base ? 0 : base == wild_base ? kWildPointer : Code::value(base), Code::value(length)};
}

Address Piece::address(Arena arena) const {
  if (base == null_base) return kNullBase;
  if (base == wild_base) return kWildBase;
  return static_cast<Address>(base * arena.unit());
}

// ---- BufferBase

BufferBase BufferBase::draw(Choices& choices, Arena arena) {
  if (arena.kind == Arena::Kind::unbacked) return {choices.among<std::uint16_t>({16, Code::of({Mark::size_max, -8})})};
  if (choices.below(4) < 3) return {static_cast<std::uint16_t>(choices.below(32))};
  return {static_cast<std::uint16_t>(choices.below(8192))};
}

BufferBase BufferBase::decode(const std::uint8_t* bytes) {
  return {Code::canonical(std::min<std::uint16_t>(decode_u16(bytes), Piece::wild_base - 1))};
}

std::optional<BufferBase> BufferBase::parse(std::string_view word) {
  const auto base = Code::parse(word);
  if (!base || *base >= Piece::wild_base) return std::nullopt;
  return BufferBase{*base};
}

std::vector<BufferBase> BufferBase::simpler() const {
  std::vector<BufferBase> simpler;
  for (const std::uint16_t lower : Code::lower(base)) simpler.push_back({lower});
  return simpler;
}

BufferBase BufferBase::resolve(const Situation& situation) const {
  if (!situation.is_backed()) return *this;
  const Arena arena = situation.arena;
  return {static_cast<std::uint16_t>(
      std::min<std::size_t>(std::size_t{base} * arena.alignment(), arena.bytes / arena.unit()))};
}

// ---- Pieces

Pieces Pieces::draw(Choices& choices, Arena arena) {
  Pieces list;
  // No elements now and then only: there is little to do with them.
  list.count = choices.among<std::uint8_t>({0, 1, 2, 3, 4, 1, 2, 3, 4, 4});
  for (std::size_t i = 0; i < list.count; ++i) list.pieces[i] = Piece::draw(choices, arena);
  return list;
}

Pieces Pieces::resolve(const Situation& situation) const {
  // Not clipped to the room that is left: four elements, each inside the arena, always fit.
  static_assert(max * kMaxArenaBytes <= 65536);
  static const model::Vector empty;
  Situation anew = situation;
  anew.backed = {&empty, &empty, &empty};
  Pieces list = *this;
  for (std::size_t i = 0; i < count; ++i) list.pieces[i] = pieces[i].resolve(anew);
  return list;
}

}  // namespace lockstep
