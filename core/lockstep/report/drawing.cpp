// SPDX-License-Identifier: Apache-2.0
#include "lockstep/report/drawing.h"

#include <algorithm>
#include <optional>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

#include "lockstep/language/number.h"
#include "lockstep/report/axis.h"

namespace lockstep {
namespace {

// All in pixels.
constexpr std::size_t kRight = 310;  // of words behind the bars
constexpr std::size_t kRow = 19;
constexpr std::size_t kCharacter = 7;  // in the words

constexpr std::size_t kMostWords = 42;  // characters behind a row
constexpr std::size_t kMostRows = 12;   // elements drawn of a vector

/// The elements of a vector that are drawn.
struct Shown {
  std::size_t first = 0;
  std::size_t last = 0;
};

Shown shown_of(const VectorState& vector, const VectorState& other) {
  const std::size_t size = vector.array.size();
  if (size <= kMostRows) return {0, size};
  const auto [differs, _] =
      std::mismatch(vector.array.begin(), vector.array.end(), other.array.begin(), other.array.end());
  std::size_t first = static_cast<std::size_t>(differs - vector.array.begin());
  if (differs == vector.array.end()) first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(vector.start, 0));
  first = std::min(first - std::min<std::size_t>(first, 3), size - kMostRows);
  return {first, first + kMostRows};
}

class Drawing {
 public:
  Drawing(SideStates first, SideStates second, Arena arena, const SideNames& names)
      : first_(first), second_(second), arena_(arena), names_(names), axis_(arena) {}

  std::string text() {
    if (!axis_.is_linear()) collect_places();
    axis_.sort();
    if (arena_.is_backed()) memory();
    for (std::uint8_t i = 0; i < Vec::count; ++i) vectors(Vec{i});
    const std::size_t width = std::max(axis_.end(), kLeft + 40 * kCharacter) + kRight;
    std::ostringstream svg;
    svg << "<svg viewBox='0 0 " << width << " " << y_ + kRow << "' width='" << width << "' role='img' aria-label='"
        << "The arena, and the elements of the vectors in it'>\n"
        << ruler() << body_.str() << "</svg>\n";
    return svg.str();
  }

 private:
  void collect_places() {
    for (std::size_t i = 0; i < Vec::count; ++i) {
      const VectorState& first = first_.after.vectors[i];
      const VectorState& second = second_.after.vectors[i];
      for (const auto& [one, other] : {std::pair(&first, &second), std::pair(&second, &first)}) {
        const Shown shown = shown_of(*one, *other);
        for (std::size_t at = shown.first; at < shown.last; ++at) {
          const auto range = range_of(one->array[at], arena_);
          if (range) axis_.add(range->begin), axis_.add(range->end);
        }
      }
    }
    for (const Runs& runs :
         {differing(first_.after.memory, second_.after.memory), differing(first_.before.memory, first_.after.memory),
          differing(second_.before.memory, second_.after.memory)})
      for (std::size_t i = 0; i < std::min(runs.size(), kMostRuns); ++i)
        axis_.add(runs[i].first), axis_.add(runs[i].second);
  }

  std::string ruler() const {
    std::ostringstream out;
    std::size_t free = 0;
    out << "<text x='8' y='13' class='name'>"
        << (axis_.is_linear()    ? "byte of the arena"
            : arena_.is_backed() ? "byte, not to scale"
                                 : "address, not to scale")
        << "</text>\n";
    for (const std::uint64_t place : axis_.ticks()) {
      const std::size_t x = axis_.x(place);
      out << "<path d='M" << x << " 18V" << y_ << "' class='grid'/>";
      if (x < free) continue;  // there is no room for its number
      const std::string number = place == SIZE_MAX ? "end" : print_number(static_cast<std::size_t>(place));
      out << "<text x='" << x << "' y='13'>" << number << "</text>";
      free = x + (number.size() + 1) * kCharacter;
    }
    out << "\n";
    return out.str();
  }

  void words(std::size_t x, const std::string& text, std::string_view kind = "") {
    body_ << "<text x='" << x << "' y='" << y_ + 14 << "'";
    if (!kind.empty()) body_ << " class='" << kind << "'";
    body_ << ">" << escaped(text) << "</text>\n";
  }

  void box(std::size_t x, std::size_t width, std::string_view kind) {
    body_ << "<rect x='" << x << "' y='" << y_ + 2 << "' width='" << width << "' height='" << kRow - 5 << "' class='"
          << kind << "'/>\n";
  }

  void memory() {
    const bool differs = first_.after.memory != second_.after.memory;
    if (!differs) return memory_of(first_, second_, "both sides");
    memory_of(first_, second_, names_.first);
    memory_of(second_, first_, names_.second);
  }

  void memory_of(SideStates side, SideStates other, const std::string& name) {
    const std::vector<std::uint8_t>& bytes = side.after.memory;
    const Runs changed = differing(side.before.memory, bytes);
    const Runs wrong = differing(bytes, other.after.memory);
    words(8, shortened("memory, " + name, 25), "name");
    const auto draw_runs = [&](const Runs& runs, std::string_view kind) {
      for (std::size_t i = 0; i < (axis_.is_linear() ? runs.size() : std::min(runs.size(), kMostRuns)); ++i)
        box(axis_.x(runs[i].first), axis_.x(runs[i].second) - axis_.x(runs[i].first), kind);
    };
    box(kLeft, axis_.end() - kLeft, "memory");
    draw_runs(changed, "changed");
    draw_runs(wrong, "wrong");
    if (axis_.is_linear() && bytes.size() <= kMostWithBytes)
      for (std::size_t i = 0; i < bytes.size(); ++i) words(axis_.x(i) + 1, print_byte(bytes[i]), "byte");
    std::string said;
    if (!wrong.empty()) {
      said = "\u2260 differs in " + print_runs(wrong);
    } else if (!changed.empty()) {
      said = "changed " + print_runs(changed);
    }
    words(axis_.end() + 8, shortened(said, kMostWords), wrong.empty() ? "" : "differs");
    y_ += kRow;
  }

  void vectors(Vec vec) {
    const VectorState& first = first_.after.vectors[vec.index];
    const VectorState& second = second_.after.vectors[vec.index];
    y_ += 6;
    if (first == second) return vector_of(vec, first_, second_, "both sides", false);
    const std::size_t top = y_;
    vector_of(vec, first_, second_, names_.first, names_.same_elements);
    vector_of(vec, second_, first_, names_.second, names_.same_elements);
    if (names_.same_elements)
      body_ << "<rect x='2' y='" << top << "' width='" << axis_.end() + kRight - 20 << "' height='" << y_ - top + 2
            << "' class='frame'/>\n";
  }

  void vector_of(Vec vec, SideStates side, SideStates other, const std::string& name, bool compared) {
    const VectorState& vector = side.after.vectors[vec.index];
    const VectorState& against = other.after.vectors[vec.index];
    const VectorState& before = side.before.vectors[vec.index];
    words(8, shortened(std::string("vec ") + vec.letter() + ", " + name, 25), "name");
    std::string head = vector.content || !vector.array.empty() ? shortened(print_vector(vector), 70) : "no elements";
    if (vector.array.empty() && vector.count > 0) head = print_vector(vector);
    if (before != vector) head += "   was " + shortened(print_vector(before), 50);
    words(kLeft, (compared ? "\u2260 differs:  " : "") + head, compared ? "differs" : "head");
    y_ += kRow;
    const Shown shown = shown_of(vector, against);
    const std::size_t top = y_;
    for (std::size_t i = shown.first; i < shown.last; ++i) {
      const bool is_same = i < against.array.size() && against.array[i] == vector.array[i];
      element(vector, i, shown, compared && !is_same);
    }
    view(vector, shown, top, compared && (vector.start != against.start || vector.count != against.count));
    const std::size_t drawn = shown.last - shown.first;
    if (drawn == vector.array.size()) return;
    words(kLeft, "elements " + std::to_string(shown.first) + " to " + std::to_string(shown.last - 1) + " of " +
                     std::to_string(vector.array.size()) + " are drawn; the others are left out");
    y_ += kRow;
  }

  void element(const VectorState& vector, std::size_t index, Shown shown, bool differs) {
    const ElementState& state = vector.array[index];
    const auto start = static_cast<std::size_t>(std::max<std::ptrdiff_t>(vector.start, 0));
    const bool in_view = vector.start >= 0 && index >= start && index - start < vector.count;
    const auto range = range_of(state, arena_);
    std::string said;
    print_element(said, state);
    words(kLeft - 6, std::to_string(index), "left");
    if (range) {
      const std::size_t x = axis_.x(range->begin);
      const std::size_t width = axis_.x(range->end) - x;
      if (width == 0) {
        body_ << "<path d='M" << x << " " << y_ + 1 << "v16m-4 -16h8m-8 16h8' class='empty'/>\n";
      } else {
        box(x, width, in_view ? "bar" : "bar outside");
      }
      std::string overlapped;
      for (std::size_t i = shown.first; i < shown.last; ++i) {
        const auto there = range_of(vector.array[i], arena_);
        if (i == index || !there) continue;
        const std::uint64_t begin = std::max(range->begin, there->begin);
        const std::uint64_t end = std::min(range->end, there->end);
        if (begin >= end) continue;
        box(axis_.x(begin), axis_.x(end) - axis_.x(begin), "overlap");
        overlapped += (overlapped.empty() ? "" : ", ") + std::to_string(i);
      }
      if (differs) box(x, std::max<std::size_t>(width, 3), "wrong");
      if (!overlapped.empty()) said += ", overlaps " + overlapped;
      if (range->is_cut) said += arena_.is_backed() ? ", ends outside" : ", wraps";
    } else {
      said += ", nowhere";
    }
    if (state.length == 0) said += ", empty";
    if (!in_view) said += ", outside the view";
    words(axis_.end() + 8, shortened((differs ? "\u2260 " : "") + said, kMostWords), differs ? "differs" : "");
    y_ += kRow;
  }

  /// A bracket beside the rows of the view; one without elements is a mark between rows.
  void view(const VectorState& vector, Shown shown, std::size_t top, bool differs) {
    if (vector.content || (vector.array.empty() && vector.count == 0 && !differs)) return;
    if (vector.start < 0) return;  // it is elsewhere, which the words say
    const auto start = static_cast<std::size_t>(vector.start);
    const auto y_of = [&](std::size_t index) {
      return top + (std::clamp(index, shown.first, shown.last) - shown.first) * kRow;
    };
    const std::size_t begin = y_of(start);
    const std::size_t end = y_of(vector.count < shown.last ? start + vector.count : shown.last);
    const std::size_t x = kLeft - 26;
    const bool is_empty = begin == end;
    const std::size_t middle = !is_empty ? (begin + end) / 2 + 4 : begin > top ? begin - 4 : begin + 12;
    body_ << "<path d='M" << x + 8 << " " << begin << "h-8V" << end << "h8' class='view" << (differs ? " moved" : "")
          << "'/>\n<text x='" << x - 5 << "' y='" << middle << "' class='left'>" << (differs ? "\u2260 " : "")
          << (is_empty ? "empty view" : "view") << "</text>\n";
  }

  SideStates first_;
  SideStates second_;
  Arena arena_;
  const SideNames& names_;
  Axis axis_;
  std::ostringstream body_;
  std::size_t y_ = 20;
};

}  // namespace

const std::string_view kPatterns = R"(<svg width="0" height="0" aria-hidden="true"><defs>
<pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" class="line"/></pattern>
<pattern id="crossed" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0M0 0L6 6" class="line"/></pattern>
</defs></svg>
)";

std::string draw(SideStates first, SideStates second, Arena arena, const SideNames& names) {
  return Drawing(first, second, arena, names).text();
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "&lt;";
    } else if (c == '>') {
      safe += "&gt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else if (c == '"') {
      safe += "&quot;";
    } else if (c == '\'') {
      safe += "&#39;";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string shortened(const std::string& text, std::size_t most) {
  return text.size() <= most ? text : text.substr(0, most) + "\u2026";
}

}  // namespace lockstep
