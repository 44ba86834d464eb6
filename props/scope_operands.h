// Operands as the scopes of enumeration are written down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "lockstep/language/operand.h"

namespace lockstep {

inline Size literal(std::size_t value) { return {Size::Kind::literal, 0, value}; }
inline Size from_max(std::size_t value) { return {Size::Kind::from_max, 0, value}; }

inline Piece piece(int base, int length) {
  return {static_cast<std::uint16_t>(base), static_cast<std::uint16_t>(length)};
}

inline Pieces shape(std::initializer_list<Piece> pieces) {
  Pieces list;
  for (const Piece& one : pieces) list.pieces[list.count++] = one;
  return list;
}

inline Script script(std::initializer_list<std::uint16_t> codes) {
  Script list;
  for (const std::uint16_t code : codes) list.calls[list.count++].code = code;
  return list;
}

}  // namespace lockstep
