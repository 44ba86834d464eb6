// SPDX-License-Identifier: Apache-2.0
#include "lockstep/report/report.h"

#include <algorithm>
#include <array>

namespace lockstep {
namespace {

/// One line of the picture shows this many bytes of the arena.
constexpr std::size_t kColumns = 64;
/// Pieces are drawn as their index: 0..9, a..z, then this.
constexpr char kFurtherPiece = '+';

char piece_name(std::size_t index) {
  constexpr std::string_view names = "0123456789abcdefghijklmnopqrstuvwxyz";
  return index < names.size() ? names[index] : kFurtherPiece;
}

/// One column per byte of [first, first + count) of the arena; `*` where pieces overlap.
std::string picture(const VectorState& vector, std::size_t first, std::size_t count) {
  std::string columns(count, '.');
  for (std::size_t i = 0; i < vector.array.size(); ++i) {
    const ElementState& element = vector.array[i];
    if (element.base != ElementState::Base::at) continue;
    // The implementation may claim any length: look no further than the window.
    const auto base = static_cast<std::size_t>(element.offset);
    const std::size_t begin = std::max(base, first);
    const std::size_t end =
        element.length < first + count - std::min(base, first + count) ? base + element.length : first + count;
    for (std::size_t at = begin; at < end; ++at) columns[at - first] = columns[at - first] == '.' ? piece_name(i) : '*';
  }
  return columns;
}

/// The lowest place in the arena where any of the elements differ, so that the picture shows it.
std::size_t first_difference(const VectorState& expected, const VectorState& actual, std::size_t arena_bytes) {
  std::size_t first = arena_bytes;
  const auto lower = [&](const ElementState& element) {
    if (element.base == ElementState::Base::at) first = std::min(first, static_cast<std::size_t>(element.offset));
  };
  const std::size_t count = std::max(expected.array.size(), actual.array.size());
  for (std::size_t i = 0; i < count; ++i) {
    const bool in_both = i < expected.array.size() && i < actual.array.size();
    if (in_both && expected.array[i] == actual.array[i]) continue;
    if (i < expected.array.size()) lower(expected.array[i]);
    if (i < actual.array.size()) lower(actual.array[i]);
  }
  return first == arena_bytes ? 0 : first;
}

/// Whole steps of a program, counted from 1 as lines are.
std::string writer_name(std::size_t writer, const Program& program) {
  if (writer >= program.operations.size()) return "as it was at first";
  return "by step " + std::to_string(writer + 1) + ": " + print(program.operations[writer]);
}

class Report {
 public:
  Report(const Program& program, const Wording& wording, const Recording& recording)
      : program_(program), wording_(wording), recording_(recording) {}

  std::string text(const Difference& difference, const std::string& signature, const Implementation& implementation) {
    text_ = print(program_);
    line("");
    line("signature: " + signature);
    line("implementation: " + std::string(implementation.name));
    if (const std::string words = declarations(implementation); !words.empty()) line("which declares: " + words);
    line("in step " + std::to_string(program_.operations.size()) + ", which is: " + print(difference.resolved));
    if (!wording_.note.empty()) line(wording_.note);
    if (difference.aspect >= Aspect::crash) {
      line("should end, and be compared");
      if (difference.aspect == Aspect::crash) line("but ended its process");
      if (difference.aspect == Aspect::hang) line("but did not come back in time");
      if (difference.aspect == Aspect::exception) line("but was left by an exception: " + difference.thrown);
      return text_;
    }
    both("answer", print_result(recording_.first), print_result(recording_.second));
    for (std::uint8_t i = 0; i < Vec::count; ++i) vector(Vec{i});
    memory();
    if (difference.aspect == Aspect::guard) line("bytes outside the arena have changed");
    return text_;
  }

 private:
  void line(const std::string& text) {
    text_ += '#';
    if (!text.empty()) text_.append(" ").append(text);
    text_ += '\n';
  }

  /// What each side has, if the two differ.
  void both(const std::string& what, const std::string& first, const std::string& second) {
    if (first == second) return;
    line("");
    line(what + "  " + std::string(wording_.first) + "  " + excerpt(first, second));
    line(what + "  " + std::string(wording_.second) + "  " + excerpt(second, first));
  }

  void vector(Vec vec) {
    const VectorState& first = recording_.first.after.vectors[vec.index];
    const VectorState& second = recording_.second.after.vectors[vec.index];
    const std::size_t arena = program_.arena.bytes;
    const std::size_t from = first_difference(first, second, arena) / kColumns * kColumns;
    const std::size_t count = std::min(kColumns, arena - std::min(from, arena));
    std::string what = std::string("vec ") + vec.letter();
    if (from > 0 && count > 0) what += " from " + std::to_string(from);
    const auto shown = [&](const VectorState& state) {
      return (count > 0 && !state.content ? picture(state, from, count) + "  " : "") + print_vector(state);
    };
    if (first != second) both(what, shown(first), shown(second));
  }

  void memory() {
    constexpr std::size_t most = 16;  // bytes shown one by one
    const std::vector<std::uint8_t>& first = recording_.first.after.memory;
    const std::vector<std::uint8_t>& second = recording_.second.after.memory;
    std::size_t differing = 0;
    for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
      if (first[i] == second[i] || ++differing > most) continue;
      both("byte " + std::to_string(i),
           print_byte(first[i]) + "  " + writer_name(recording_.first_writers[i], program_),
           print_byte(second[i]) + "  " + writer_name(recording_.second_writers[i], program_));
    }
    if (differing > most) line("and " + std::to_string(differing - most) + " more bytes");
  }

  const Program& program_;
  const Wording& wording_;
  const Recording& recording_;
  std::string text_;
};

}  // namespace

Finding report(const Program& program, const Difference& difference, const Implementation& implementation,
               const Wording& wording, const Recording& recording) {
  constexpr std::array<std::string_view, 12> aspects = {"rejection", "value", "bytes", "text",
                                                        "elements",  "array", "view",  "memory",
                                                        "guard",     "crash", "hang",  "exception"};
  const std::string_view aspect = aspects[static_cast<std::size_t>(difference.aspect)];
  Finding finding;
  finding.program = program;
  finding.program.operations.resize(std::min(program.operations.size(), difference.step + 1), Operation());
  finding.signature = std::string(name_of(difference.resolved)) + ": " + std::string(aspect) + wording.suffix;
  finding.report = Report(finding.program, wording, recording).text(difference, finding.signature, implementation);
  return finding;
}

}  // namespace lockstep
