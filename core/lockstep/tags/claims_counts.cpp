// Whether a source of programs on claims tries everything.
#include <array>
#include <cstdio>

#include "lockstep/oracles/claims.h"
#include "lockstep/tags/situations.h"

namespace lockstep {
namespace {

template <typename... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), format, numbers...);
  return text.data();
}

}  // namespace

std::vector<std::string> shortfalls(const Claims::Counts& counts, const std::string& source) {
  std::vector<std::string> lines;
  for (const Claims::Tried& tried : counts.operations) {
    const double accepted = per_ten_thousand(tried.accepted, counts.steps);
    const double rejected = per_ten_thousand(tried.rejected, counts.steps);
    const auto expect = [&](const char* what, double rate, double least) {
      if (rate < least)
        lines.push_back(source + ": '" + std::string(tried.operation) + "': " + what +
                        formatted(" in %.2f of 10,000 steps, at least %g wanted", rate, least));
    };
    expect("run", per_ten_thousand(tried.steps, counts.steps), kLeastOfClaims);
    expect("answered", accepted + rejected, kLeastAnswered);
    expect("accepted", accepted, kLeastAccepted);
    if (tried.is_ever_rejected) expect("rejected", rejected, kLeastRejected);
  }
  return lines;
}

std::string print(const Claims::Counts& counts, const std::string& source) {
  std::string text = "| " + source + ", of 10,000 steps on claims | accepted | rejected |\n|---|---:|---:|\n";
  for (const Claims::Tried& tried : counts.operations)
    text += "| " + std::string(tried.operation) +
            formatted(" | %.2f | %.2f |\n", per_ten_thousand(tried.accepted, counts.steps),
                      per_ten_thousand(tried.rejected, counts.steps));
  return text;
}

}  // namespace lockstep
