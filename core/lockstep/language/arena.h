// SPDX-License-Identifier: Apache-2.0
// The memory a program works on: one arena, mostly small, addressed by number.
// Neighbouring bytes, and bytes written by different steps, differ, so that a shifted, swapped or forgotten copy shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/model.h"

namespace lockstep {

using model::Address;

/// Bases of empty elements only: a null pointer, and one that points nowhere.
inline constexpr Address kNullBase = -1;
inline constexpr Address kWildBase = -2;

/// Of an arena whose size is chosen. Enough for an element on every wide code path beside others; small enough to
/// compare after every step.
inline constexpr std::size_t kMaxArenaBytes = 16384;

/// Guard bytes on either side of the arena: more than the widest vector register.
inline constexpr std::size_t kGuardBytes = 128;
/// And behind a linear buffer.
inline constexpr std::size_t kBehind = 8;

/// What bases and lengths of elements are multiples of in a large arena.
inline constexpr std::size_t kLargeUnit = 4096;

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
    /// As shared, but elements are up to a MiB and vectors a few, and there may be more than 65,536 elements: for
    /// mistakes that only what is long shows. Bases and lengths are in units of kLargeUnit.
    large,
  };
  Kind kind = Kind::shared;
  /// A multiple of 8 in 8..kMaxArenaBytes where the kind has a size; else as in the constants below.
  std::uint32_t bytes = 64;

  bool is_backed() const { return kind != Kind::unbacked; }
  bool has_size() const { return kind == Kind::shared || kind == Kind::exact; }
  /// Bytes of one unit of a resolved piece's base and length.
  std::size_t unit() const { return kind == Kind::large ? kLargeUnit : 1; }
  /// What a resolved base is a multiple of, in these units.
  std::uint16_t alignment() const { return kind == Kind::exact ? 8 : 1; }
  /// Elements of a vector. Twice the usual IOV_MAX (1,024), and some; in a large arena twice what 16 bits count.
  std::size_t most_elements() const { return kind == Kind::large ? 131072 + 64 : 2100; }
  /// Bytes of a vector. This keeps one byte-by-byte operation of the model at about a millisecond, even where every
  /// element repeats the others, and is more than 64 KiB, a limit that offsets in 16 bits have. In a large arena four
  /// elements of any length fit.
  std::size_t most_vector_bytes() const { return kind == Kind::large ? std::size_t{4} * bytes : 65536 + 64; }
  /// Whether an implementation owns the array of the vector with this index.
  bool owns(std::uint8_t vector) const { return is_backed() || vector != kUnownedVector; }
  bool operator==(const Arena&) const = default;
};

inline constexpr Arena kUnbackedArena = {Arena::Kind::unbacked, 0};
/// An element of a MiB and one unit, 256 units, fits.
inline constexpr Arena kLargeArena = {Arena::Kind::large, 257 * kLargeUnit};

/// The address that a wild base is.
inline constexpr std::uintptr_t kWildPointer = 0x10;

/// Content repeats after 251 bytes: not a power of two, so no wide copy shifts by a whole period.
inline constexpr std::size_t kContentPeriod = 251;
/// No content has these values: that of a buffer before it is written, and that of guard bytes.
inline constexpr std::uint8_t kUnwritten = 0xfe;
inline constexpr std::uint8_t kOutside = 0xfd;

/// The first content of this arena's bytes: that at position p is p modulo kContentPeriod.
std::span<const std::uint8_t> first_content(Arena arena);

/// What is in the linear buffer of step s (from 0): it counts up from 80 (hexadecimal) in step 0, from 90 in step 1,
/// and so on. As much as the longest vector in that arena has.
std::span<const std::uint8_t> written_content(Arena arena, std::size_t step);

}  // namespace lockstep
