#include "lockstep/language/operand.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace lockstep {
namespace {

constexpr std::size_t kMaxLiteral = 65535;  // what the two bytes of an encoded number hold

void encode_u16(std::size_t value, std::uint8_t* bytes) {
  bytes[0] = static_cast<std::uint8_t>(value & 0xff);
  bytes[1] = static_cast<std::uint8_t>(value >> 8 & 0xff);
}

std::uint16_t decode_u16(const std::uint8_t* bytes) { return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8); }

/// The whole word as a number between `least` and `most`.
template <typename Number>
std::optional<Number> parse_number(std::string_view word, Number least, Number most) {
  Number number{};
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  if (error != std::errc{} || stop != end || number < least || number > most) return std::nullopt;
  return number;
}

bool drop_prefix(std::string_view& word, std::string_view prefix) {
  if (!word.starts_with(prefix)) return false;
  word.remove_prefix(prefix.size());
  return true;
}

/// Smaller numbers worth trying in place of `value`, the boldest first.
template <typename Number>
std::vector<Number> lower_numbers(Number value) {
  std::vector<Number> lower;
  for (const int candidate : {0, value / 2, value - 1})
    if (candidate < value && candidate >= 0 && (lower.empty() || lower.back() < candidate))
      lower.push_back(static_cast<Number>(candidate));
  return lower;
}

}  // namespace

std::size_t Situation::room_bytes(Vec into) const {
  const std::size_t bytes = model::array_size(vector(into)).value;
  return bytes < kMaxVectorBytes ? kMaxVectorBytes - bytes : 0;
}

std::size_t Situation::room_elements(Vec into) const {
  const std::size_t elements = vector(into).array.size();
  return elements < kMaxElements ? kMaxElements - elements : 0;
}

// ---- Vec

Vec Vec::draw(Choices& choices) { return {choices.among<std::uint8_t>({0, 0, 1, 2})}; }
Vec Vec::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.vecs); }
Vec Vec::decode(const std::uint8_t* bytes) { return {static_cast<std::uint8_t>(bytes[0] % count)}; }
void Vec::encode(std::uint8_t* bytes) const { bytes[0] = index; }
void Vec::print(std::string& text) const { text += letter(); }

std::optional<Vec> Vec::parse(std::string_view word) {
  if (word.size() != 1 || word[0] < 'a' || word[0] >= static_cast<char>('a' + count)) return std::nullopt;
  return Vec{static_cast<std::uint8_t>(word[0] - 'a')};
}

Vec Vec::resolve(const Situation&) const { return *this; }

std::vector<Vec> Vec::simpler() const {
  if (index == 0) return {};
  return {Vec{0}};
}

// ---- Size

// Boundaries and their neighbours are where mistakes live. Numbers are rare, because they lie outside short vectors too
// often, and what is rejected finds little.
Size Size::draw(Choices& choices) {
  constexpr std::array<std::size_t, 12> lengths = {8, 15, 16, 17, 63, 64, 65, 255, 256, 257, 4095, 4096};
  constexpr std::array<std::int8_t, 8> deltas = {0, 0, 0, 0, -1, -1, -1, 1};
  const std::uint32_t kind = choices.below(32);
  if (kind < 5) return {Kind::literal, 0, choices.below(5)};
  if (kind < 6) return {Kind::literal, 0, choices.below(2) == 0 ? choices.below(70) : choices.among(lengths)};
  if (kind < 7) return {Kind::from_max, 0, choices.below(4)};
  if (kind < 9)
    return {Kind::edge, static_cast<std::int8_t>(static_cast<int>(choices.below(17)) - 12), choices.below(6)};
  if (kind < 13) return {Kind::edge, choices.among(deltas), last_edge};
  return {Kind::edge, choices.among(deltas), choices.below(4)};
}

Size Size::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.sizes); }

Size Size::decode(const std::uint8_t* bytes) {
  switch (bytes[0]) {
    case static_cast<std::uint8_t>(Kind::literal):
      return {Kind::literal, 0, decode_u16(bytes + 1)};
    case static_cast<std::uint8_t>(Kind::edge):
      return {Kind::edge, std::max(static_cast<std::int8_t>(bytes[2]), std::int8_t{-127}), bytes[1]};
    case static_cast<std::uint8_t>(Kind::from_max):
      return {Kind::from_max, 0, decode_u16(bytes + 1)};
    default:  // bytes that no encoder wrote: something near a boundary
      return {Kind::edge, static_cast<std::int8_t>(bytes[2] % 3 - 1), bytes[1] % 8u};
  }
}

void Size::encode(std::uint8_t* bytes) const {
  bytes[0] = static_cast<std::uint8_t>(kind);
  if (kind == Kind::edge) {
    bytes[1] = static_cast<std::uint8_t>(value);
    bytes[2] = static_cast<std::uint8_t>(delta);
  } else {
    encode_u16(value, bytes + 1);
  }
}

void Size::print(std::string& text) const {
  if (kind == Kind::edge) {
    text += "edge(";
    text += value == last_edge ? "last" : std::to_string(value);
    text += ')';
    if (delta > 0) text += '+';
    if (delta != 0) text += std::to_string(delta);
    return;
  }
  const std::size_t below_max = kind == Kind::from_max ? value : std::numeric_limits<std::size_t>::max() - value;
  if (kind == Kind::literal && below_max > kMaxLiteral) {
    text += std::to_string(value);
    return;
  }
  text += "SIZE_MAX";
  if (below_max > 0) text.append("-").append(std::to_string(below_max));
}

std::optional<Size> Size::parse(std::string_view word) {
  if (drop_prefix(word, "SIZE_MAX")) {
    if (word.empty()) return Size{Kind::from_max, 0, 0};
    if (!drop_prefix(word, "-")) return std::nullopt;
    const auto below_max = parse_number<std::size_t>(word, 0, kMaxLiteral);
    if (!below_max) return std::nullopt;
    return Size{Kind::from_max, 0, *below_max};
  }
  if (drop_prefix(word, "edge(")) {
    const std::size_t close = word.find(')');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view name = word.substr(0, close);
    const auto edge = name == "last" ? last_edge : parse_number<std::size_t>(name, 0, last_edge - 1);
    word.remove_prefix(close + 1);
    if (!edge) return std::nullopt;
    if (word.empty()) return Size{Kind::edge, 0, *edge};
    const bool plus = drop_prefix(word, "+");
    if (!plus && !drop_prefix(word, "-")) return std::nullopt;
    const auto delta = parse_number<int>(word, 1, 127);
    if (!delta) return std::nullopt;
    return Size{Kind::edge, static_cast<std::int8_t>(plus ? *delta : -*delta), *edge};
  }
  const auto value = parse_number<std::size_t>(word, 0, kMaxLiteral);
  if (!value) return std::nullopt;
  return Size{Kind::literal, 0, *value};
}

std::vector<Size> Size::simpler() const {
  std::vector<Size> simpler;
  if (kind != Kind::literal)
    for (const std::size_t literal : {0u, 1u, 2u, 3u}) simpler.push_back({Kind::literal, 0, literal});
  if (delta != 0) simpler.push_back({kind, 0, value});
  for (const int lower : lower_numbers(static_cast<int>(value)))
    simpler.push_back({kind, delta, static_cast<std::size_t>(lower)});
  return simpler;
}

Size Size::resolve(const Situation& situation) const {
  switch (kind) {
    case Kind::literal:
      break;
    case Kind::from_max:
      return {Kind::literal, 0, std::numeric_limits<std::size_t>::max() - value};
    case Kind::edge: {
      const model::Vector& v = situation.vector();
      std::size_t position = 0;
      for (std::size_t i = 0; i < std::min(value, v.count) || (value == last_edge && i < v.count); ++i)
        position += v.array[v.start + i].bytes.size();
      if (delta < 0) position -= std::min(position, static_cast<std::size_t>(-delta));
      if (delta > 0) position += static_cast<std::size_t>(delta);
      return {Kind::literal, 0, position};
    }
  }
  return *this;
}

// ---- Piece

Piece Piece::draw(Choices& choices) {
  constexpr std::array<std::uint16_t, 10> lengths = {8, 15, 16, 17, 63, 64, 65, 255, 256, 257};
  Piece piece;
  switch (choices.below(32)) {
    default:  // 0..25
      piece.length = static_cast<std::uint16_t>(choices.below(4));
      break;
    case 26:
    case 27:
    case 28:
      piece.length = static_cast<std::uint16_t>(choices.below(12));
      break;
    case 29:
    case 30:
      piece.length = choices.among(lengths);
      break;
    case 31:
      piece.length = choices.among<std::uint16_t>({64, 65, 1000, 4095, 4096, 4097});
      break;
  }
  switch (choices.below(16)) {
    default:  // 0..9
      piece.base = static_cast<std::uint16_t>(choices.below(16));
      break;
    case 10:
    case 11:
    case 12:
      piece.base = static_cast<std::uint16_t>(choices.below(64));
      break;
    case 13:
      piece.base = static_cast<std::uint16_t>(choices.below(8192));
      break;
    case 14:
      piece = {null_base, 0};
      break;
    case 15:
      piece = {wild_base, 0};
      break;
  }
  return piece;
}

Piece Piece::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.pieces); }

Piece Piece::decode(const std::uint8_t* bytes) { return {decode_u16(bytes), decode_u16(bytes + 2)}; }

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
    text += std::to_string(base);
  }
  text += '+';
  text += std::to_string(length);
}

std::optional<Piece> Piece::parse(std::string_view word) {
  const std::size_t plus = word.find('+');
  if (plus == std::string_view::npos) return std::nullopt;
  const std::string_view name = word.substr(0, plus);
  const auto base = name == "null"   ? null_base
                    : name == "wild" ? wild_base
                                     : parse_number<std::uint16_t>(name, 0, wild_base - 1);
  const auto length = parse_number<std::uint16_t>(word.substr(plus + 1), 0, kMaxLiteral);
  if (!base || !length) return std::nullopt;
  return Piece{*base, *length};
}

std::vector<Piece> Piece::simpler() const {
  std::vector<Piece> simpler;
  for (const std::uint16_t lower : lower_numbers(length)) simpler.push_back({base, lower});
  for (const std::uint16_t lower : lower_numbers(base)) simpler.push_back({lower, length});
  return simpler;
}

Piece Piece::resolve(const Situation& situation) const {
  const std::size_t arena = situation.arena.bytes;
  std::size_t fit = std::min<std::size_t>({length, arena, situation.room_bytes(situation.vec)});
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

Address Piece::address() const {
  if (base == null_base) return kNullBase;
  if (base == wild_base) return kWildBase;
  return base;
}

// ---- Place

Place Place::draw(Choices& choices) {
  if (choices.below(4) < 3) return {static_cast<std::uint16_t>(choices.below(32))};
  return {static_cast<std::uint16_t>(choices.below(8192))};
}

Place Place::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.places); }
Place Place::decode(const std::uint8_t* bytes) {
  return {std::min<std::uint16_t>(decode_u16(bytes), Piece::wild_base - 1)};
}
void Place::encode(std::uint8_t* bytes) const { encode_u16(base, bytes); }
void Place::print(std::string& text) const { text += std::to_string(base); }

std::optional<Place> Place::parse(std::string_view word) {
  const auto base = parse_number<std::uint16_t>(word, 0, Piece::wild_base - 1);
  if (!base) return std::nullopt;
  return Place{*base};
}

std::vector<Place> Place::simpler() const {
  std::vector<Place> simpler;
  for (const std::uint16_t lower : lower_numbers(base)) simpler.push_back({lower});
  return simpler;
}

Place Place::resolve(const Situation& situation) const {
  const std::size_t unit = situation.arena.kind == Arena::Kind::exact ? 8 : 1;
  return {static_cast<std::uint16_t>(std::min<std::size_t>(base * unit, situation.arena.bytes))};
}

// ---- Pieces

Pieces Pieces::draw(Choices& choices) {
  Pieces list;
  // No elements now and then only: there is little to do with them.
  list.count = choices.among<std::uint8_t>({0, 1, 2, 3, 4, 1, 2, 3, 4, 4});
  for (std::size_t i = 0; i < list.count; ++i) list.pieces[i] = Piece::draw(choices);
  return list;
}

Pieces Pieces::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.shapes); }

Pieces Pieces::decode(const std::uint8_t* bytes) {
  Pieces list;
  list.count = static_cast<std::uint8_t>(bytes[0] % (max + 1));
  for (std::size_t i = 0; i < list.count; ++i) list.pieces[i] = Piece::decode(bytes + 1 + i * Piece::width);
  return list;
}

void Pieces::encode(std::uint8_t* bytes) const {
  bytes[0] = count;
  for (std::size_t i = 0; i < max; ++i) pieces[i].encode(bytes + 1 + i * Piece::width);
}

void Pieces::print(std::string& text) const {
  if (count == 0) text += "none";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    pieces[i].print(text);
  }
}

std::optional<Pieces> Pieces::parse(std::string_view word) {
  Pieces list;
  if (word == "none") return list;
  for (;;) {
    const std::size_t comma = word.find(',');
    const auto piece = Piece::parse(word.substr(0, comma));
    if (!piece || list.count == max) return std::nullopt;
    list.pieces[list.count++] = *piece;
    if (comma == std::string_view::npos) return list;
    word.remove_prefix(comma + 1);
  }
}

std::vector<Pieces> Pieces::simpler() const {
  std::vector<Pieces> simpler;
  for (std::size_t gone = 0; gone < count; ++gone) {
    Pieces fewer;
    for (std::size_t i = 0; i < count; ++i)
      if (i != gone) fewer.pieces[fewer.count++] = pieces[i];
    simpler.push_back(fewer);
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (const Piece& lower : pieces[i].simpler()) {
      simpler.push_back(*this);
      simpler.back().pieces[i] = lower;
    }
  }
  return simpler;
}

Pieces Pieces::resolve(const Situation& situation) const {
  // Not clipped to the room that is left: four elements, each inside the arena, always fit.
  static_assert(max * kMaxArenaBytes <= kMaxVectorBytes);
  static const model::Vector empty;
  const Situation anew = {situation.arena, situation.dialect, {&empty, &empty, &empty}, situation.vec};
  Pieces list = *this;
  for (std::size_t i = 0; i < count; ++i) list.pieces[i] = pieces[i].resolve(anew);
  return list;
}

// ---- Count

Count Count::draw(Choices& choices) {
  switch (choices.below(64)) {
    default:  // 0..58
      return {static_cast<std::uint16_t>(choices.below(6))};
    case 59:
    case 60:
      return {static_cast<std::uint16_t>(choices.below(20))};
    case 61:
    case 62:
      return {choices.among<std::uint16_t>({63, 64, 65})};
    case 63:
      return {choices.among<std::uint16_t>({1023, 1024, 1025, 2048})};
  }
}

Count Count::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.counts); }
Count Count::decode(const std::uint8_t* bytes) { return {decode_u16(bytes)}; }
void Count::encode(std::uint8_t* bytes) const { encode_u16(value, bytes); }
void Count::print(std::string& text) const { text += std::to_string(value); }

std::optional<Count> Count::parse(std::string_view word) {
  const auto value = parse_number<std::uint16_t>(word, 0, kMaxLiteral);
  if (!value) return std::nullopt;
  return Count{*value};
}

std::vector<Count> Count::simpler() const {
  std::vector<Count> simpler;
  for (const std::uint16_t lower : lower_numbers(value)) simpler.push_back({lower});
  return simpler;
}

Count Count::resolve(const Situation&) const { return {std::min<std::uint16_t>(value, kMaxElements)}; }

// ---- Stride

Stride Stride::draw(Choices& choices) { return {choices.among<std::int16_t>({0, 1, 2, 3, 4, 8, -1, -2})}; }
Stride Stride::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.strides); }
Stride Stride::decode(const std::uint8_t* bytes) { return {static_cast<std::int16_t>(decode_u16(bytes))}; }
void Stride::encode(std::uint8_t* bytes) const { encode_u16(static_cast<std::uint16_t>(value), bytes); }
void Stride::print(std::string& text) const { text += std::to_string(value); }

std::optional<Stride> Stride::parse(std::string_view word) {
  const auto value = parse_number<std::int16_t>(word, -32768, 32767);
  if (!value) return std::nullopt;
  return Stride{*value};
}

std::vector<Stride> Stride::simpler() const {
  if (value == 0) return {};
  return {{0}, {static_cast<std::int16_t>(value / 2)}};
}

// ---- Value

Value Value::draw(Choices& choices) {
  if (choices.below(2) == 0) return {0};  // runs of zeros mean something to is_zero
  return {static_cast<std::uint8_t>(choices.below(256))};
}

Value Value::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.values); }
Value Value::decode(const std::uint8_t* bytes) { return {bytes[0]}; }
void Value::encode(std::uint8_t* bytes) const { bytes[0] = value; }
void Value::print(std::string& text) const { text += std::to_string(value); }

std::optional<Value> Value::parse(std::string_view word) {
  const auto value = parse_number<std::uint8_t>(word, 0, 255);
  if (!value) return std::nullopt;
  return Value{*value};
}

std::vector<Value> Value::simpler() const {
  std::vector<Value> simpler;
  for (const std::uint8_t lower : lower_numbers(value)) simpler.push_back({lower});
  return simpler;
}

// ---- Record

Record Record::draw(Choices& choices) { return {choices.among({Name::p, Name::p, Name::q, Name::none})}; }
Record Record::enumerate(Choices& choices, const Domain& domain) { return choices.among(domain.records); }
Record Record::decode(const std::uint8_t* bytes) { return {static_cast<Name>(bytes[0] % 3)}; }
void Record::encode(std::uint8_t* bytes) const { bytes[0] = static_cast<std::uint8_t>(name); }

void Record::print(std::string& text) const { text += name == Name::none ? "none" : name == Name::p ? "p" : "q"; }

std::optional<Record> Record::parse(std::string_view word) {
  for (const Name name : {Name::none, Name::p, Name::q}) {
    std::string text;
    Record{name}.print(text);
    if (word == text) return Record{name};
  }
  return std::nullopt;
}

std::vector<Record> Record::simpler() const {
  if (name == Name::q) return {{Name::p}, {Name::none}};
  if (name == Name::p) return {{Name::none}};
  return {};
}

}  // namespace lockstep
