// SPDX-License-Identifier: Apache-2.0
// Ways to describe the same bytes by other elements, and which discards can be taken back whatever the way.
// A way depends on nothing but the elements and the choices.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lockstep/language/choices.h"
#include "lockstep/language/operand.h"

namespace lockstep {

enum class Segmentation : std::uint8_t {
  joined,   ///< Elements that touch are one.
  bytes,    ///< Every byte is an element.
  empties,  ///< Empty elements stand between all others and at both ends.
  random,   ///< Each element is split anywhere, with empty elements here and there; the same way in every run.
};
inline constexpr std::array kSegmentations = {Segmentation::joined, Segmentation::bytes, Segmentation::empties,
                                              Segmentation::random};

std::string_view name_of(Segmentation segmentation);

/// Elements of the same bytes.
model::List<Piece> split_up(std::span<const Piece> pieces, Segmentation way, Choices& choices);

/// Which discards of a vector can still be taken back in any segmentation: in reverse order, and while nothing else
/// happens.
class UndoStack {
 public:
  void push(UndoSlot record) {
    // A record used again no longer takes back what it did before, nor does what lies below it.
    const auto used = std::find(records_.begin(), records_.end(), record);
    if (used != records_.end()) records_.erase(records_.begin(), used + 1);
    if (record.name == UndoSlot::Name::none) {
      records_.clear();
    } else {
      records_.push_back(record);
    }
  }
  bool pop(UndoSlot record) {
    if (record.name == UndoSlot::Name::none) return true;
    if (records_.empty() || records_.back() != record) return false;
    records_.pop_back();
    return true;
  }
  void clear() { records_.clear(); }

 private:
  std::vector<UndoSlot> records_;
};

}  // namespace lockstep
