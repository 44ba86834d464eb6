// SPDX-License-Identifier: Apache-2.0
// Places in the arena as pixels of a drawing, and which of them are of interest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/sides/observation.h"

namespace lockstep {

// In pixels.
inline constexpr std::size_t kLeft = 170;  // of the bars: the names of rows
inline constexpr std::size_t kWidest = 896;
// Limits of what is drawn.
inline constexpr std::size_t kMostRuns = 8;      // of bytes that are next to each other, where not every byte is drawn
inline constexpr std::size_t kMostLinear = 128;  // bytes of an arena that is drawn to scale
inline constexpr std::size_t kMostWithBytes = 64;  // and with what each byte is

/// Of places: begin, and end.
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool is_cut = false;  // it goes on behind the arena, or behind the last address
};

/// Where the element lies; nothing if that is nowhere in the arena.
inline std::optional<Range> range_of(const ElementState& element, Arena arena) {
  if (element.base != ElementState::Base::at) return std::nullopt;
  const std::uint64_t end = arena.is_backed() ? arena.bytes : SIZE_MAX;
  if (element.offset > end) return std::nullopt;
  if (element.length > end - element.offset) return Range{element.offset, end, true};
  return Range{element.offset, element.offset + element.length};
}

/// Of bytes: begin and end.
using Runs = std::vector<std::pair<std::size_t, std::size_t>>;

inline Runs differing(const std::vector<std::uint8_t>& one, const std::vector<std::uint8_t>& other) {
  Runs runs;
  for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
    if (one[i] == other[i]) continue;
    if (runs.empty() || runs.back().second != i) runs.emplace_back(i, i);
    runs.back().second = i + 1;
  }
  return runs;
}

/// `2 bytes: 3, 9`; the first ones by number.
inline std::string print_runs(const Runs& runs) {
  std::size_t bytes = 0;
  std::string places;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto [begin, end] = runs[i];
    bytes += end - begin;
    if (i >= kMostRuns) continue;
    places += (i == 0 ? "" : ", ") + std::to_string(begin);
    if (end - begin > 1) places += ".." + std::to_string(end - 1);
  }
  if (runs.size() > kMostRuns) places += " and more";
  return std::to_string(bytes) + (bytes == 1 ? " byte: " : " bytes: ") + places;
}

/// Places in the arena as pixels: to scale, or every place where something begins or ends as far from the next.
class Axis {
 public:
  explicit Axis(Arena arena) : arena_(arena) {
    is_linear_ = arena.is_backed() && arena.bytes <= kMostLinear;
    if (is_linear_) cell_ = arena.bytes <= kMostWithBytes / 2 ? 22 : kWidest / std::max(arena.bytes, 64u);
    add(0);
    if (arena.is_backed()) add(arena.bytes);
  }
  void add(std::uint64_t place) { places_.push_back(place); }
  void sort() {
    std::sort(places_.begin(), places_.end());
    places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
    // Half a cell at the least, so that a vector of one element does not look as if it were all there is.
    if (!is_linear_) cell_ = std::clamp<std::size_t>(kWidest / places_.size(), 4, 112);
  }
  bool is_linear() const { return is_linear_; }
  std::size_t cell() const { return cell_; }
  std::size_t x(std::uint64_t place) const {
    if (is_linear_) return kLeft + static_cast<std::size_t>(place) * cell_;
    const auto at = std::lower_bound(places_.begin(), places_.end(), place);
    return kLeft + static_cast<std::size_t>(at - places_.begin()) * cell_;
  }
  std::size_t end() const { return is_linear_ ? x(arena_.bytes) : kLeft + (places_.size() - 1) * cell_; }
  /// What the ruler names.
  std::vector<std::uint64_t> ticks() const {
    if (!is_linear_) return places_;
    std::vector<std::uint64_t> eighths;
    for (std::uint64_t at = 0; at <= arena_.bytes; at += 8) eighths.push_back(at);
    return eighths;
  }

 private:
  Arena arena_;
  bool is_linear_ = false;
  std::size_t cell_ = 0;
  std::vector<std::uint64_t> places_;
};

}  // namespace lockstep
