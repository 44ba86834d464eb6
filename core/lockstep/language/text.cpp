// SPDX-License-Identifier: Apache-2.0
// Programs as text: see program.h for the form.
#include <algorithm>
#include <array>
#include <optional>

#include "lockstep/language/number.h"
#include "lockstep/language/program.h"

namespace lockstep {
namespace {

constexpr std::string_view kBlanks = " \t\r";

/// Takes the next word off the front of `rest`; empty when there is none.
std::string_view next_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
  rest.remove_prefix(word.size());
  return word;
}

/// Words separated by single blanks.
std::string normalized(std::string_view text) {
  std::string result;
  for (std::string_view word = next_word(text); !word.empty(); word = next_word(text)) {
    if (!result.empty()) result += ' ';
    result += word;
  }
  return result;
}

/// For messages: quoted, without control characters, not too long.
std::string quoted(std::string_view word) {
  if (word.empty()) return "the end of the line";
  constexpr std::size_t most = 40;
  std::string text = "'";
  for (const char c : word.substr(0, most)) text += c >= ' ' && c <= '~' ? c : '?';
  text += word.size() > most ? "...'" : "'";
  return text;
}

constexpr std::array<std::string_view, 4> kArenas = {"shared", "exact", "unbacked", "large"};  // by kind
constexpr std::array<std::string_view, 3> kDialects = {"c++", "c", "c10"};

class Parser {
 public:
  Parser(std::string_view text, std::string_view file) : rest_(text), file_(file) {}

  ParsedProgram parse() {
    while (!rest_.empty()) {
      ++line_number_;
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      line(rest_.substr(0, end));
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
    }
    return std::move(parsed_);
  }

 private:
  void line(std::string_view text) {
    const std::size_t hash = text.find('#');
    if (hash != std::string_view::npos) {
      if (line_number_ == 1 && hash == 0) parsed_.title = normalized(text.substr(1));
      text = text.substr(0, hash);
    }
    std::string effect;
    const std::size_t arrow = text.find("->");
    if (arrow != std::string_view::npos) {
      effect = normalized(text.substr(arrow + 2));
      text = text.substr(0, arrow);
    }
    const std::string_view name = next_word(text);
    if (name.empty()) {
      if (arrow != std::string_view::npos) fail("an operation before '->'", "none");
      return;
    }
    if (name == "arena") return arena(text, arrow != std::string_view::npos);
    if (name == "dialect") return dialect(text, arrow != std::string_view::npos);
    std::size_t code = 0;
    while (code < kOperations && name_of(operation_of_code(code)) != name) ++code;
    if (code == kOperations) fail("'arena', 'dialect' or an operation (" + all_names() + ")", quoted(name));
    if (parsed_.program.operations.size() == kMaxOperations)
      fail("at most " + std::to_string(kMaxOperations) + " operations", "another one");
    Operation operation = operation_of_code(code);
    for_each_operand(operation, [&]<typename Kind>(std::string_view operand_name, Kind& operand) {
      const std::string_view word = next_word(text);
      const std::size_t equals = word.find('=');
      if (equals == std::string_view::npos || word.substr(0, equals) != operand_name)
        fail("'" + std::string(operand_name) + "=' and " + std::string(Kind::expected), quoted(word));
      const std::optional<Kind> parsed = Kind::parse(word.substr(equals + 1));
      if (!parsed) fail(std::string(Kind::expected), quoted(word.substr(equals + 1)));
      operand = *parsed;
    });
    end_of_line(text);
    parsed_.program.operations.push_back(operation);
    parsed_.expected.push_back(std::move(effect));
  }

  void arena(std::string_view text, bool has_effect) {
    if (has_effect) fail("no '->' after an arena", "one");
    if (has_arena_ || !parsed_.program.operations.empty()) fail("one arena, before all operations", "another");
    has_arena_ = true;
    Arena& arena = parsed_.program.arena;
    const std::string_view kind = next_word(text);
    const auto known = std::find(kArenas.begin(), kArenas.end(), kind);
    if (known == kArenas.end()) fail("'shared', 'exact', 'unbacked' or 'large'", quoted(kind));
    arena.kind = static_cast<Arena::Kind>(known - kArenas.begin());
    if (arena.has_size()) {
      const std::string_view word = next_word(text);
      const auto bytes = parse_number<std::uint16_t>(word, 8, kMaxArenaBytes);
      if (!bytes || *bytes % 8 != 0)
        fail("a number of bytes: a multiple of 8 in 8.." + std::to_string(kMaxArenaBytes), quoted(word));
      arena.bytes = *bytes;
    } else {
      arena = arena.kind == Arena::Kind::large ? kLargeArena : kUnbackedArena;
    }
    end_of_line(text);
  }

  void dialect(std::string_view text, bool has_effect) {
    if (has_effect) fail("no '->' after a dialect", "one");
    if (parsed_.dialect || !parsed_.program.operations.empty()) fail("one dialect, before all operations", "another");
    const std::string_view name = next_word(text);
    const auto known = std::find(kDialects.begin(), kDialects.end(), name);
    if (known == kDialects.end()) fail("'c++', 'c' or 'c10'", quoted(name));
    parsed_.dialect = static_cast<model::Dialect>(known - kDialects.begin());
    end_of_line(text);
  }

  void end_of_line(std::string_view text) const {
    if (const std::string_view more = next_word(text); !more.empty()) fail("the end of the line", quoted(more));
  }

  [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
    throw ParseError{std::string(file_) + ":" + std::to_string(line_number_) + ": expected " + expected + ", found " +
                     found};
  }

  static std::string all_names() {
    std::string names;
    for (std::size_t code = 0; code < kOperations; ++code) {
      if (code > 0) names += ", ";
      names += name_of(operation_of_code(code));
    }
    return names;
  }

  std::string_view rest_;
  std::string_view file_;
  std::size_t line_number_ = 0;
  bool has_arena_ = false;
  ParsedProgram parsed_;
};

}  // namespace

std::string print(const Program& program) {
  std::string text = "arena " + std::string(kArenas[static_cast<std::size_t>(program.arena.kind)]);
  if (program.arena.has_size()) text += " " + std::to_string(program.arena.bytes);
  text += '\n';
  for (const Operation& operation : program.operations) text += print(operation) + "\n";
  return text;
}

std::variant<ParsedProgram, ParseError> parse(std::string_view text, std::string_view file) {
  try {
    return Parser(text, file).parse();
  } catch (const ParseError& error) {
    return error;
  }
}

}  // namespace lockstep
