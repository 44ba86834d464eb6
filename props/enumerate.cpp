// Runs every program of the scopes: enumerate --scope quick|full.
// The one fact that matters: where it says that all agree, no program of the scope differs; nothing was left to chance.
#include <chrono>
#include <cstdio>
#include <iostream>

#include "command_line/command_line.h"
#include "scopes.h"
#include "seeded/seeded_bugs.h"

namespace {

using namespace lockstep;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

int run(const std::vector<Scope>& scopes, const Implementation& implementation) {
  const Clock::time_point start = Clock::now();
  std::uint64_t total = 0;
  for (const Scope& scope : scopes) {
    std::printf("enumerate: %s: %s\n", scope.name.c_str(), scope.description.c_str());
    std::fflush(stdout);
    const Clock::time_point scope_start = Clock::now();
    double told = 0;
    const Enumeration result = enumerate(scope, implementation, [&](std::uint64_t programs) {
      constexpr double kBetweenLines = 5;
      const double seconds = seconds_since(scope_start);
      if (seconds < told + kBetweenLines) return true;
      told = seconds;
      std::printf("enumerate:   %llu programs so far, %.1f s\n", static_cast<unsigned long long>(programs), seconds);
      std::fflush(stdout);
      return true;
    });
    const double seconds = seconds_since(scope_start);
    total += result.programs;
    std::printf("enumerate: %s programs %llu in %.2f s, %.0f a second\n", scope.name.c_str(),
                static_cast<unsigned long long>(result.programs), seconds,
                static_cast<double>(result.programs) / std::max(seconds, 1e-9));
    if (result.divergence) {
      std::printf("\nenumerate: this program diverges; in this scope none is shorter:\n\n%s",
                  explain(*result.divergence).c_str());
      return kExitDiverges;
    }
  }
  const double seconds = seconds_since(start);
  std::printf("enumerate: programs %llu in %.2f s, %.0f a second: all agree\n", static_cast<unsigned long long>(total),
              seconds, static_cast<double>(total) / std::max(seconds, 1e-9));
  return total > 0 ? kExitAgrees : kExitUnusable;
}

}  // namespace

int main(int argc, char** argv) {
  std::string scope = "quick";
  std::string against;
  CommandLine line(
      "enumerate",
      "Runs every program of finite sets of programs. Exit: 0 all agree, 2 one diverges, 1 could not run.");
  line.choice("--scope", scope, "quick: some seconds; full: some minutes", {"quick", "full"});
  line.against(against);
  if (const auto code = line.parse(argc, argv)) return *code;
  return run(scope == "quick" ? quick_scopes() : full_scopes(), *implementation_named(against));
}
