// SPDX-License-Identifier: Apache-2.0
// What enumeration goes through: finite sets of programs, every one of them.
// A scope is drawn like anything else, from choices; an odometer makes it every combination.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/language/choices.h"
#include "lockstep/language/operation.h"
#include "lockstep/language/program.h"
#include "lockstep/oracles/model_oracle.h"

namespace lockstep {

struct Scope {
  std::string name;
  std::string description;
  /// Makes its second argument, which has no operations, the program that the choices stand for.
  std::function<void(Choices&, Program&)> draw;
  bool is_unbacked = false;  ///< Whether its programs are in unbacked arenas.
};

/// Every operation on every vector of up to `most` (at most 4) elements of length 0..3, with every offset and number of
/// bytes in 0..T+2, SIZE_MAX - 1 and SIZE_MAX, every capacity and limit in 0..n+1, and ends of length 0, 1 and 3; in an
/// arena of this kind.
Scope single_operations(std::uint32_t most, Arena::Kind kind);

/// Every operation that takes two vectors, on every two of up to two elements of length 0..`longest` (at most 2) that
/// may touch or overlap.
Scope two_vectors(std::uint32_t longest);

/// Every operation on either of two vectors after one was copied, moved, sliced, split or concatenated to the other, or
/// to itself.
Scope after_two_vectors();
/// Every operation on vectors that nothing was assigned to.
Scope fresh_vectors();

/// Everything that moves, compares or lays out bytes, on every layout, overlapping or not, of up to this many elements
/// in six bytes.
Scope overlapping_layouts(std::uint32_t most);

/// The operations that `short_programs` combines: at most 200.
std::vector<Operation> short_program_operations();

/// All programs of up to `most` of those operations after each of these initial shapes of vector a.
Scope short_programs(std::uint32_t most, std::vector<Pieces> shapes, Arena::Kind kind);

/// Initial shapes worth it: plain, with empty elements in every place, overlapping, repeated, touching.
std::vector<Pieces> short_program_shapes();

/// Send and recv over every script of up to this many calls (moving any number of bytes short of all, EINTR, and as the
/// last one none, EAGAIN or an error), of vectors of up to `most` (at most 4) elements of length 0..2, whole and less a
/// byte at either end, in both ways.
Scope transfers(std::uint32_t most_calls, std::uint32_t most);

/// Without memory: every operation on every vector of up to `most` (at most 2) elements of lengths around
/// 2^16, 2^31, 2^32, 2^63 and SIZE_MAX, or of a few of them for two elements; with every operand around these and
/// around the boundaries. The vector is one that the implementation owns, or the one it does not; what it goes into has
/// one element.
Scope unbacked_operations(std::uint32_t most);

/// For ci/enumerate by default (seconds), and with --scope full (minutes: more than ten times as many programs).
std::vector<Scope> quick_scopes();
std::vector<Scope> full_scopes();

/// Calls visit(program) for each program of a scope until it answers false. Whether it never did.
template <typename Visit>
bool visit_programs(const Scope& scope, Visit visit) {
  Odometer odometer;
  Program program;
  do {
    program.operations.clear();
    scope.draw(odometer, program);
    if (!visit(program)) return false;
  } while (odometer.next());
  return true;
}

/// How many programs a scope has, up to `most` (at least 1). Counted by drawing them, which takes a tenth of the time
/// of running them.
std::uint64_t count(const Scope& scope, std::uint64_t most = UINT64_MAX);

struct Enumeration {
  std::uint64_t programs = 0;
  std::uint64_t skipped = 0;  ///< Operations that the table leaves out, or of unbacked programs that it does not take.
  std::optional<Finding> finding;  ///< The first; the enumeration ended there.
};

/// The one that enumerate() runs, or null.
extern const Program* enumerated;

struct EnumerationOptions {
  std::uint64_t most = UINT64_MAX;                        ///< At least 1: no more than so many programs are run.
  std::function<void(std::uint64_t)> progress = nullptr;  ///< Gets the number of programs run, now and then.
  std::function<bool(const Finding&)> goes_on = nullptr;  ///< Whether to, after this finding.
  Observer* observer = nullptr;
};

/// Runs the programs of a scope until one diverges, or to its end.
Enumeration enumerate(const Scope& scope, const Implementation& implementation, const EnumerationOptions& options = {});

}  // namespace lockstep
