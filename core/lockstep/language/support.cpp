#include "lockstep/language/support.h"

#include "lockstep/language/operation.h"

namespace lockstep {

std::vector<std::string_view> left_out(const Implementation& implementation) {
  std::vector<std::string_view> names;
  for (std::size_t code = 0; code < kOperations; ++code) {
    const Operation operation = operation_of_code(code);
    if (!is_supported(operation, implementation)) names.push_back(name_of(operation));
  }
  return names;
}

std::string reservations(const Implementation& implementation, std::string_view start) {
  std::string lines;
  const auto line = [&](std::string_view verb, const std::string& what) {
    if (what.empty()) return;
    lines.append(start).append(implementation.name).append(verb).append(what).append("\n");
  };
  std::string names;
  for (const std::string_view name : left_out(implementation)) names.append(names.empty() ? "" : " ").append(name);
  line(" declares: ", in_words(implementation.deviations));
  line(" leaves out: ", names);
  if (!implementation.takes_unbacked) line(" skips: ", "programs in an unbacked arena");
  return lines;
}

}  // namespace lockstep
