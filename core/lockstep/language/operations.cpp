// SPDX-License-Identifier: Apache-2.0
// The situation before a step, and how resolved operands are fitted to each other and to the harness.
#include "lockstep/language/operations.h"

#include <algorithm>
#include <limits>

namespace lockstep {
namespace {

/// How long an element is, in either model.
std::size_t length_of(const model::Element& element) { return element.bytes.size(); }
std::size_t length_of(const model::extents::Extent& element) { return element.length; }

std::size_t saturated(model::extents::Wide number) {
  return static_cast<std::size_t>(std::min(number, model::extents::Wide{SIZE_MAX}));
}

template <typename Vector>
std::size_t position_in(const Vector& v, std::size_t elements) {
  std::size_t position = 0;
  for (std::size_t i = 0; i < std::min(elements, v.count); ++i)
    if (__builtin_add_overflow(position, length_of(v.array[v.start + i]), &position)) return SIZE_MAX;
  return position;
}

/// Whether bytes are limited: memory has an end, and without memory the implementation may have one. Sums beyond that
/// are for the implementation to reject.
bool has_most_bytes(const Situation& situation) { return situation.is_backed() || situation.limits.bytes < SIZE_MAX; }

/// Whether the content of the operation's own vector would not fit behind that of `into`.
bool is_too_large_for(const Situation& situation, Vec into) {
  if (situation.count(situation.vec) > situation.room_elements(into)) return true;
  return has_most_bytes(situation) && situation.size(situation.vec) > situation.room_bytes(into);
}

std::size_t length_of(const Situation& situation, const Piece& piece) {
  return situation.is_backed() ? piece.bytes(situation.arena) : piece.extent().length;
}

/// Whether so many bytes between two elements are too many for a vector.
bool are_too_long(const Situation& situation, const Piece& head, std::size_t bytes, const Piece& tail) {
  const model::extents::Wide sum =
      model::extents::Wide{length_of(situation, head)} + bytes + length_of(situation, tail);
  return has_most_bytes(situation) && sum > (situation.is_backed() ? situation.most_bytes() : situation.limits.bytes);
}

/// In C the limit is not an operand, and where elements do not count it is out of reach.
void settle_limit(const Situation& situation, Count& limit) {
  if (situation.deviations.empty_elements_do_not_count || situation.deviations.has_own_memory)
    limit.value = std::numeric_limits<std::uint16_t>::max();
  if (model::is_c(situation.dialect)) limit.value = kMaxElementsInC;
}

/// No more than IOV_MAX, as in every kernel.
void settle_elements(const Situation& situation, Count& limit) {
  const bool is_free = situation.deviations.empty_elements_do_not_count;  // where a call ends depends on these
  if (limit.value == 0 || limit.value > kMaxElementsInC || is_free) limit.value = kMaxElementsInC;
}

/// Whether empty elements that do not count may make more calls of a transfer.
bool may_take_more_calls(const Situation& situation, Vec vec, const Count& limit) {
  return situation.deviations.empty_elements_do_not_count &&
         situation.count(vec) > std::min<std::size_t>(limit.value, situation.limits.elements_per_call);
}

/// The element as long as it may be where a vector of the implementation holds so many more bytes.
Piece shortened(const Situation& situation, Piece piece, std::size_t room) {
  if (situation.limits.bytes == SIZE_MAX) return piece;  // sums beyond that are for the implementation to reject
  const std::size_t unit = situation.arena.unit();
  if (situation.is_backed() && piece.bytes(situation.arena) > room)
    piece.length = static_cast<std::uint16_t>(room / unit);
  if (!situation.is_backed() && piece.extent().length > room) piece.length = 0;
  return piece;
}

/// What the implementation's own limits leave of a vector that has so many bytes.
std::size_t room_within_limits(const Situation& situation, std::size_t bytes) {
  return situation.limits.bytes - std::min(bytes, situation.limits.bytes);
}

void settle_pieces(const Situation& situation, Pieces& elements) {
  elements.count = static_cast<std::uint8_t>(std::min<std::size_t>(elements.count, situation.limits.elements));
  std::fill(elements.pieces.begin() + elements.count, elements.pieces.end(), Piece{});
  std::size_t room = situation.limits.bytes;
  for (Piece& piece : elements.pieces) {
    piece = shortened(situation, piece, room);
    room -= situation.is_backed() ? piece.bytes(situation.arena) : std::min(room, piece.extent().length);
  }
}

/// Without memory, only ranges without bytes are moved or looked at.
template <typename Op>
void settle_moved(const Situation& situation, Op& op) {
  if (!situation.is_backed() && situation.has_bytes(op.offset.value, op.bytes.value)) op.bytes.value = 0;
}

}  // namespace

std::size_t Situation::count(Vec which) const {
  return is_backed() ? backed[which.index]->count : unbacked[which.index]->count;
}

std::size_t Situation::position(std::size_t elements) const {
  return is_backed() ? position_in(*backed[vec.index], elements) : position_in(*unbacked[vec.index], elements);
}

std::size_t Situation::size(Vec which) const {
  return is_backed() ? position_in(*backed[which.index], SIZE_MAX) : position_in(*unbacked[which.index], SIZE_MAX);
}

bool Situation::has_bytes(std::size_t offset, std::size_t bytes) const {
  return bytes > 0 && offset < model::extents::total(unbacked[vec.index]->view());
}

bool Situation::contains(std::size_t offset, std::size_t bytes) const {
  return model::extents::inside(*unbacked[vec.index], offset, bytes).rejection == model::Rejection::none;
}

std::size_t Situation::clone_size() const {
  return is_backed() ? model::clone_size(*backed[vec.index]).value
                     : model::extents::clone_size(*unbacked[vec.index]).value;
}

std::size_t Situation::array_bytes(Vec which) const {
  return is_backed() ? model::array_size(*backed[which.index]).value
                     : saturated(model::extents::counted(*unbacked[which.index]));
}

std::size_t Situation::room_bytes(Vec into) const {
  const std::size_t most = is_backed() ? most_bytes() : limits.bytes;
  return most - std::min(array_bytes(into), most);
}

std::size_t Situation::room_elements(Vec into) const {
  const std::size_t elements = is_backed() ? backed[into.index]->array.size() : unbacked[into.index]->array.size();
  return most_elements() - std::min(elements, most_elements());
}

void Assign::settle(const Situation& situation) {
  settle_pieces(situation, elements);
  if (situation.is_backed() || !model::is_c(situation.dialect) || !situation.is_owned(vec)) return;
  // C adds them one by one: those before the first that is rejected.
  std::size_t sum = 0;
  for (std::uint8_t i = 0; i < elements.count; ++i)
    if (__builtin_add_overflow(sum, elements.pieces[i].extent().length, &sum)) elements.count = i;
  std::fill(elements.pieces.begin() + elements.count, elements.pieces.end(), Piece{});
}

void Borrow::settle(const Situation& situation) { settle_pieces(situation, elements); }

void Add::settle(const Situation& situation) {
  element = shortened(situation, element, room_within_limits(situation, situation.array_bytes(vec)));
}

bool Add::is_too_large(const Situation& situation) const {
  return situation.limits.elements < SIZE_MAX && situation.room_elements(vec) == 0;
}

void FromBuffer::settle(const Situation& situation) { element = shortened(situation, element, situation.limits.bytes); }

void AddMany::settle(const Situation& situation) {
  std::size_t fit = std::min<std::size_t>(count.value, situation.room_elements(vec));
  const std::size_t length = situation.is_backed() ? element.bytes(situation.arena) : element.extent().length;
  // In C++ lengths without memory may add up to too much: all of them are rejected then. C adds them one by one.
  const bool fits_bytes = situation.is_backed() || model::is_c(situation.dialect) || situation.limits.bytes < SIZE_MAX;
  if (length > 0 && fits_bytes) fit = std::min(fit, situation.room_bytes(vec) / length);
  count.value = static_cast<std::uint16_t>(fit);
}

model::List<Piece> AddMany::pieces(Arena arena) const {
  model::List<Piece> pieces(count.value, element);
  if (arena.kind == Arena::Kind::unbacked || element.address(arena) < 0) return pieces;
  const int step = arena.alignment();
  // Every multiple of `step` at which the element fits.
  const int places = (static_cast<int>(arena.bytes / arena.unit()) - element.length) / step + 1;
  for (int i = 0; i < count.value; ++i) {
    const int place = (element.base / step + i * stride.value % places) % places;
    pieces[static_cast<std::size_t>(i)].base = static_cast<std::uint16_t>((place < 0 ? place + places : place) * step);
  }
  return pieces;
}

void FromBuf::settle(const Situation& situation) { settle_moved(situation, *this); }
void ToBuf::settle(const Situation& situation) { settle_moved(situation, *this); }
void Fill::settle(const Situation& situation) { settle_moved(situation, *this); }

void IsZero::settle(const Situation& situation) {
  if (situation.is_backed()) return;
  const bool is_cut = situation.deviations.ranges_are_cut && situation.has_bytes(offset.value, bytes.value);
  if (is_cut || situation.contains(offset.value, bytes.value)) bytes.value = 0;
}

void Hexdump::settle(const Situation& situation) {
  if (!situation.is_backed()) limit.value = 0;
}

bool FirstDifference::is_too_large(const Situation& situation) const {
  return !situation.is_backed() &&
         !model::extents::first_difference(*situation.unbacked[vec.index], *situation.unbacked[other.index]);
}

void CopyInPlace::settle(const Situation& situation) {
  capacity.value = static_cast<std::uint16_t>(std::min<std::size_t>(capacity.value, situation.count(vec)));
}

bool CopyInPlace::is_too_large(const Situation& situation) const {
  // Elements left behind the description may repeat those of the description.
  if (situation.is_backed()) return situation.size(vec) > situation.room_bytes(vec);
  // An IoVector lends its elements only for changes that leave it a size.
  if (model::is_c(situation.dialect) || !situation.is_owned(vec)) return false;
  const model::extents::Vector& v = *situation.unbacked[vec.index];
  model::List<model::extents::Extent> described;
  model::extents::copy(v, offset.value, bytes.value, capacity.value, described);
  model::List<model::extents::Extent> after = v.array;
  std::copy(described.begin(), described.end(), after.begin() + static_cast<std::ptrdiff_t>(v.start));
  return model::extents::total(after) > SIZE_MAX;
}

bool Concat::is_too_large(const Situation& situation) const { return is_too_large_for(situation, into); }

void Extended::settle(const Situation& situation) { settle_limit(situation, limit); }
void ExtendedWithoutMid::settle(const Situation& situation) { settle_limit(situation, limit); }

bool Extended::is_too_large(const Situation& situation) const {
  if (situation.limits.elements < SIZE_MAX && situation.count(vec) + 2 > situation.limits.elements) return true;
  return are_too_long(situation, head, situation.size(vec), tail);
}

bool ExtendedWithoutMid::is_too_large(const Situation& situation) const {
  if (situation.limits == Limits{}) return false;
  return situation.limits.elements < 2 || are_too_long(situation, head, 0, tail);
}

void Clone::settle(const Situation& situation) {
  // In C the buffer claims no size, and is to be large enough.
  if (model::is_c(situation.dialect)) bytes.value = situation.clone_size();
  if (!situation.is_backed()) return;
  // The clones are to lie in the arena, whatever the buffer claims.
  const std::size_t arena = situation.arena.bytes;
  bytes.value = std::min(bytes.value, arena);
  const std::size_t step = situation.arena.alignment();
  const std::size_t last = (arena - bytes.value) / situation.arena.unit() / step * step;
  buffer.base = static_cast<std::uint16_t>(std::min<std::size_t>(buffer.base, last));
}

bool Clone::is_too_large(const Situation& situation) const { return is_too_large_for(situation, into); }

void Send::settle(const Situation& situation) { settle_elements(situation, limit); }
void Recv::settle(const Situation& situation) { settle_elements(situation, limit); }

bool Send::is_too_large(const Situation& situation) const { return may_take_more_calls(situation, vec, limit); }
bool Recv::is_too_large(const Situation& situation) const { return may_take_more_calls(situation, vec, limit); }

}  // namespace lockstep
