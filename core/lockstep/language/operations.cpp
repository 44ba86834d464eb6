// How resolved operands are fitted to each other and to the harness.
#include "lockstep/language/operations.h"

#include <algorithm>

namespace lockstep {

void AddMany::settle(const Situation& situation) {
  std::size_t fit = std::min<std::size_t>(count.value, situation.room_elements(vec));
  if (element.length > 0) fit = std::min(fit, situation.room_bytes(vec) / element.length);
  count.value = static_cast<std::uint16_t>(fit);
}

std::vector<Piece> AddMany::pieces(Arena arena) const {
  std::vector<Piece> pieces(count.value, element);
  if (element.address() < 0) return pieces;
  const int unit = arena.kind == Arena::Kind::exact ? 8 : 1;
  // Every multiple of `unit` at which the element fits.
  const int places = (arena.bytes - element.length) / unit + 1;
  for (int i = 0; i < count.value; ++i) {
    const int place = (element.base / unit + i * stride.value) % places;
    pieces[static_cast<std::size_t>(i)].base = static_cast<std::uint16_t>((place < 0 ? place + places : place) * unit);
  }
  return pieces;
}

void CopyInPlace::settle(const Situation& situation) {
  capacity.value = static_cast<std::uint16_t>(std::min<std::size_t>(capacity.value, situation.vector().count));
}

bool CopyInPlace::is_too_large(const Situation& situation) const {
  // What it leaves behind the description may repeat what the description has.
  return model::size(situation.vector()).value > situation.room_bytes(vec);
}

namespace {

/// Whether as much as the operation's own vector holds would not fit behind what `into` holds.
bool is_too_large_for(const Situation& situation, Vec into) {
  const model::Vector& source = situation.vector();
  return model::size(source).value > situation.room_bytes(into) || source.count > situation.room_elements(into);
}

}  // namespace

bool Concat::is_too_large(const Situation& situation) const { return is_too_large_for(situation, into); }

namespace {

/// In C the limit is not an operand.
void settle_limit(const Situation& situation, Count& limit) {
  if (situation.dialect == model::Dialect::c) limit.value = kMaxElementsInC;
}

}  // namespace

void Extended::settle(const Situation& situation) { settle_limit(situation, limit); }
void ExtendedWithoutMid::settle(const Situation& situation) { settle_limit(situation, limit); }

bool Extended::is_too_large(const Situation& situation) const {
  return model::size(situation.vector()).value + head.length + tail.length > kMaxVectorBytes;
}

void Clone::settle(const Situation& situation) {
  // The clones are to lie in the arena, whatever the buffer claims.
  const std::size_t arena = situation.arena.bytes;
  // In C it claims nothing, and is to be large enough.
  if (situation.dialect == model::Dialect::c) bytes.value = model::clone_size(situation.vector()).value;
  bytes.value = std::min(bytes.value, arena);
  const bool exact = situation.arena.kind == Arena::Kind::exact;
  const std::size_t last = (arena - bytes.value) / (exact ? 8 : 1) * (exact ? 8 : 1);
  buffer.base = static_cast<std::uint16_t>(std::min<std::size_t>(buffer.base, last));
}

bool Clone::is_too_large(const Situation& situation) const { return is_too_large_for(situation, into); }

namespace {

/// No more than IOV_MAX, as in every kernel.
void settle_elements(Count& limit) {
  if (limit.value == 0 || limit.value > kMaxElementsInC) limit.value = kMaxElementsInC;
}

}  // namespace

void Send::settle(const Situation&) { settle_elements(limit); }
void Recv::settle(const Situation&) { settle_elements(limit); }

}  // namespace lockstep
