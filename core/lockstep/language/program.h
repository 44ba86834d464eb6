// SPDX-License-Identifier: Apache-2.0
// Programs: an arena and the operations to run on it; drawn from choices, stored as bytes, read and written as text.
// Both stored forms are total and exact. Any bytes decode; decode(encode(p)) == p and
// parse(print(p)) == p.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/language/choices.h"
#include "lockstep/language/operation.h"

namespace lockstep {

/// Longer programs are truncated: mistakes show well before, and a fuzzer would only grow them.
inline constexpr std::size_t kMaxOperations = 128;

struct Program {
  Arena arena;
  std::vector<Operation> operations;
  bool operator==(const Program&) const = default;
};

// ---- Drawing

Arena draw_arena(Choices& choices);

/// Appends an operation and, now and then, a few that mean something only beside it, such as the undo of a discard.
void draw_operations(Choices& choices, Arena arena, std::vector<Operation>& operations);

/// A program that starts by giving shapes to one to three of its vectors and has up to `most` operations beyond that.
Program draw_program(Choices& choices, std::size_t most);

/// Program `number` of the random tester's run with this seed, drawn as above.
Program random_program(std::uint64_t seed, std::uint64_t number, std::size_t most);

// ---- Bytes: a header and records of fixed width. A format's version is the name of the folder of its files.

inline constexpr std::size_t kHeaderBytes = 4;
inline constexpr std::size_t kMaxProgramBytes = kHeaderBytes + kMaxOperations * kRecordBytes;

std::vector<std::uint8_t> encode(const Program& program);

/// Total: bytes past kMaxProgramBytes, and an incomplete last record, are ignored. Bytes that no encoder wrote also
/// stand for initial shapes, so that the shortest input has something to work on.
Program decode(std::span<const std::uint8_t> bytes);

// ---- Text: one operation a line, after a line `arena shared 64`, `arena exact 64`, `arena unbacked` or `arena large`.
// `#` starts a comment; after `->` comes the effect that the line is to have, as print_effect prints it. A line
// `dialect c++`, `dialect c` or `dialect c10` says that these effects hold in that dialect only, and `c` means c10,
// too.

std::string print(const Program& program);

struct ParsedProgram {
  Program program;
  std::vector<std::string> expected;      ///< For each operation, the effect it is to have; empty where none is said.
  std::string title;                      ///< The comment on the first line, if there is one.
  std::optional<model::Dialect> dialect;  ///< That is named.

  /// Whether the expectations hold in this dialect.
  bool holds_in(model::Dialect other) const {
    return !dialect || *dialect == other || (*dialect == model::Dialect::c && model::is_c(other));
  }
};

/// `file:line: expected ..., found ...`
struct ParseError {
  std::string message;
};

/// `file` is for messages only.
std::variant<ParsedProgram, ParseError> parse(std::string_view text, std::string_view file);

// ---- Changing, for a fuzzer: record by record. Byte-level mutation of records finds things ten times later, and
// coverage alone leads nowhere soon, so one program in five is drawn afresh, and the endings of many more.

/// The program changed in one to four places, or with another ending, or another one altogether. Never longer than
/// kMaxOperations.
Program mutate(const Program& program, Choices& choices);

/// The start of the first and the end of the second, or their operations in turn; half of them with another ending.
Program cross_over(const Program& first, const Program& second, Choices& choices);

// ---- Making a failing program small. No repair is needed on the way, because any subsequence of a program is a
// program.

/// The smallest program found for which `still_fails` holds, as it must for `program`. First drops operations, in
/// chunks and one by one, then makes operands simpler one at a time, until neither helps. Calls `still_fails`
/// some hundreds of times.
Program reduce(const Program& program, const std::function<bool(const Program&)>& still_fails);

}  // namespace lockstep
