// The report: a divergence as a program with comments.
#include <algorithm>

#include "lockstep/report/divergence.h"

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
    const Extent& extent = vector.array[i];
    if (extent.base < 0) continue;
    // The subject may claim any length: look no further than the window.
    const auto base = static_cast<std::size_t>(extent.base);
    const std::size_t begin = std::max(base, first);
    const std::size_t end =
        extent.length < first + count - std::min(base, first + count) ? base + extent.length : first + count;
    for (std::size_t at = begin; at < end; ++at) columns[at - first] = columns[at - first] == '.' ? piece_name(i) : '*';
  }
  return columns;
}

/// The lowest place in the arena where any of the elements differ, so that the picture shows it.
std::size_t first_difference(const VectorState& expected, const VectorState& actual, std::size_t arena_bytes) {
  std::size_t first = arena_bytes;
  const auto lower = [&](const Extent& extent) {
    if (extent.base >= 0) first = std::min(first, static_cast<std::size_t>(extent.base));
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

std::string hex(std::uint8_t byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[byte >> 4], digits[byte & 0xf]};
}

/// Whole steps of a program, counted from 1 as lines are.
std::string writer_name(std::size_t writer, const Program& program) {
  if (writer >= program.operations.size()) return "as it was at first";
  return "by step " + std::to_string(writer + 1) + ": " + print(program.operations[writer]);
}

class Report {
 public:
  explicit Report(const Divergence& divergence) : divergence_(divergence) {}

  std::string text() {
    text_ = print(divergence_.program);
    const std::size_t steps = divergence_.program.operations.size();
    line("");
    line("signature: " + divergence_.signature());
    line("implementation: " + divergence_.implementation);
    if (!divergence_.deviations.empty()) line("which declares: " + divergence_.deviations);
    line("in step " + std::to_string(steps) + ", which is: " + print(divergence_.resolved));
    switch (divergence_.difference) {
      case Difference::crash:
      case Difference::hang:
        line("should end, and be compared");
        line(divergence_.difference == Difference::crash ? "but ended its process" : "but did not come back in time");
        return text_;
      default:
        break;
    }
    outcome();
    for (std::uint8_t i = 0; i < Vec::count; ++i) vector(Vec{i});
    memory();
    if (divergence_.difference == Difference::around) line("bytes outside the arena have changed");
    return text_;
  }

 private:
  void line(const std::string& text) {
    text_ += '#';
    if (!text.empty()) text_.append(" ").append(text);
    text_ += '\n';
  }

  void should_be(const std::string& what, const std::string& expected, const std::string& actual) {
    line("");
    line(what + "  should be  " + expected);
    line(what + "  but is     " + actual);
  }

  /// What the step answered and produced, without what it changed.
  static std::string outcome_text(const Moment& moment) {
    return print_effect(moment.outcome, moment.after, moment.after);
  }

  void outcome() {
    const std::string expected = outcome_text(divergence_.expected);
    const std::string actual = outcome_text(divergence_.actual);
    if (expected != actual) should_be("answer", expected, actual);
  }

  void vector(Vec vec) {
    const VectorState& expected = divergence_.expected.after.vectors[vec.index];
    const VectorState& actual = divergence_.actual.after.vectors[vec.index];
    if (expected == actual) return;
    const std::size_t arena = divergence_.program.arena.bytes;
    const std::size_t first = first_difference(expected, actual, arena) / kColumns * kColumns;
    const std::size_t count = std::min(kColumns, arena - std::min(first, arena));
    std::string what = std::string("vec ") + vec.letter();
    if (first > 0) what += " from " + std::to_string(first);
    should_be(what, picture(expected, first, count) + "  " + print_vector(expected),
              picture(actual, first, count) + "  " + print_vector(actual));
  }

  void memory() {
    constexpr std::size_t most = 16;  // bytes shown one by one
    const std::vector<std::uint8_t>& expected = divergence_.expected.after.memory;
    const std::vector<std::uint8_t>& actual = divergence_.actual.after.memory;
    std::size_t differing = 0;
    for (std::size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
      if (expected[i] == actual[i]) continue;
      if (++differing > most) continue;
      should_be("byte " + std::to_string(i),
                hex(expected[i]) + "  " + writer_name(divergence_.expected_writers[i], divergence_.program),
                hex(actual[i]) + "  " + writer_name(divergence_.actual_writers[i], divergence_.program));
    }
    if (differing > most) line("and " + std::to_string(differing - most) + " more bytes");
  }

  const Divergence& divergence_;
  std::string text_;
};

}  // namespace

std::string_view difference_name(Difference difference) {
  switch (difference) {
    case Difference::rejection:
      return "rejection";
    case Difference::value:
      return "value";
    case Difference::bytes:
      return "bytes";
    case Difference::text:
      return "text";
    case Difference::elements:
      return "elements";
    case Difference::array:
      return "array";
    case Difference::view:
      return "view";
    case Difference::memory:
      return "memory";
    case Difference::around:
      return "around";
    case Difference::crash:
      return "crash";
    case Difference::hang:
      return "hang";
  }
  return "unknown";
}

std::string Divergence::signature() const {
  return std::string(name_of(resolved)) + ": " + std::string(difference_name(difference));
}

std::string explain(const Divergence& divergence) { return Report(divergence).text(); }

Finding finding_of(const Divergence& divergence) { return {divergence.signature(), explain(divergence)}; }

}  // namespace lockstep
