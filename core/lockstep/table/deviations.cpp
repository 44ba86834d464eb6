#include "lockstep/table/deviations.h"

#include <array>
#include <string_view>
#include <utility>

namespace lockstep {

std::string in_words(const Deviations& deviations) {
  const std::array<std::pair<bool, std::string_view>, 4> all = {{
      {deviations.past_end_answers_0, "past the end answers 0"},
      {deviations.slices_drop_empty, "empty elements are dropped from slices"},
      {deviations.undo_restores_element_only, "undo restores the element only"},
      {deviations.aborts_on_violation, "aborts on contract violation"},
  }};
  std::string words;
  for (const auto& [declared, name] : all) {
    if (!declared) continue;
    if (!words.empty()) words += "; ";
    words += name;
  }
  return words;
}

}  // namespace lockstep
