// The memory a program works on: one small arena, addressed by number.
// Neighbouring bytes, and bytes written by different steps, differ, so that a shifted, swapped or forgotten copy shows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/model.h"

namespace lockstep {

using model::Address;

/// Bases of empty elements only: a null pointer, and one that points nowhere.
inline constexpr Address kNullBase = -1;
inline constexpr Address kWildBase = -2;

/// Enough for an element on every wide code path beside others; small enough to compare after every step.
inline constexpr std::size_t kMaxArenaBytes = 16384;
/// Twice the usual IOV_MAX (1,024), and some.
inline constexpr std::size_t kMaxElements = 2100;
/// Keeps one byte-by-byte operation of the model at about a millisecond, even where every element repeats the others;
/// and more than 64 KiB, a limit that offsets in 16 bits have.
inline constexpr std::size_t kMaxVectorBytes = 65536 + 64;

/// Guard bytes on either side of the arena: more than the widest vector register.
inline constexpr std::size_t kGuardBytes = 128;
/// And behind a linear buffer.
inline constexpr std::size_t kBehind = 8;

/// How much of a linear buffer of `bytes` really exists when at most `view_bytes` of them can be moved: a buffer may
/// claim up to SIZE_MAX bytes.
constexpr std::size_t buffer_length(std::size_t bytes, std::size_t view_bytes) {
  return bytes < view_bytes + kBehind ? bytes : view_bytes + kBehind;
}

/// In an unbacked arena the array of this vector is the harness's own, so that its lengths may add up to more than
/// SIZE_MAX.
inline constexpr std::uint8_t kUnownedVector = 2;

/// Where the elements of a program may lie.
struct Arena {
  enum class Kind : std::uint8_t {
    shared,  ///< Anywhere: elements may overlap and touch.
    exact,   ///< On multiples of 8, all else poisoned: AddressSanitizer sees one byte too many.
    /// At any address, with any length, and no memory behind them. No byte may be looked at, so operations that would
    /// move or compare bytes get ranges without bytes.
    unbacked,
  };
  Kind kind = Kind::shared;
  std::uint16_t bytes = 64;  ///< A multiple of 8 in 8..kMaxArenaBytes; 0 of an unbacked arena.

  bool is_backed() const { return kind != Kind::unbacked; }
  /// Whether an implementation owns the array of the vector with this index.
  bool owns(std::uint8_t vector) const { return is_backed() || vector != kUnownedVector; }
  bool operator==(const Arena&) const = default;
};

inline constexpr Arena kUnbackedArena = {Arena::Kind::unbacked, 0};

/// The address that a wild base is.
inline constexpr std::uintptr_t kWildPointer = 0x10;

/// Content repeats after 251 bytes: not a power of two, so no wide copy shifts by a whole period.
inline constexpr std::size_t kContentPeriod = 251;
/// No content has these values: that of a buffer before it is written, and that of guard bytes.
inline constexpr std::uint8_t kUnwritten = 0xfe;
inline constexpr std::uint8_t kOutside = 0xfd;

/// Content without end: kContent[i] is i modulo kContentPeriod.
inline constexpr auto kContent = [] {
  std::array<std::uint8_t, kMaxVectorBytes + 2 * kContentPeriod> content{};
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::uint8_t>(i % kContentPeriod);
  return content;
}();

/// The arena's byte at position p is at first kContent[p]; the linear buffer of step s (from 0) starts here: with 80
/// (hexadecimal) in step 0, 90 in step 1, and so on.
inline const std::uint8_t* written_content(std::size_t step) {
  return kContent.data() + (0x80 + 0x10 * step) % kContentPeriod;
}

}  // namespace lockstep
