// Runs every program of the scopes: enumerate --scope quick|full.
// If it says that all agree, no program of the scope differs; nothing was left to chance.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>

#include "command_line/command_line.h"
#include "lockstep/language/operation.h"
#include "lockstep/tags/tags.h"
#include "scopes.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

unsigned long long printable(std::uint64_t number) { return number; }

/// Prints every few seconds how far a scope is, and ends it after so many programs.
class Progress {
 public:
  explicit Progress(std::uint64_t programs) : programs_(programs) {}

  double seconds() const { return seconds_since(start_); }

  bool tell(std::uint64_t done) {
    constexpr double kBetweenLines = 5;
    if (done >= programs_) return false;
    if (seconds() < told_ + kBetweenLines) return true;
    told_ = seconds();
    const double left = told_ * static_cast<double>(programs_ - done) / static_cast<double>(done);
    std::printf("enumerate:   %llu of %llu programs, about %.0f s left\n", printable(done), printable(programs_), left);
    std::fflush(stdout);
    return true;
  }

 private:
  std::uint64_t programs_;
  Clock::time_point start_ = Clock::now();
  double told_ = 0;
};

int run(const std::vector<Scope>& scopes, std::uint64_t most, const Implementation& implementation) {
  const std::string known = reservations(implementation, "enumerate: ");
  std::printf("enumerate: against %s\n%s", std::string(implementation.name).c_str(), known.c_str());
  const Clock::time_point start = Clock::now();
  std::uint64_t total = 0;
  std::uint64_t skipped = 0;
  double running = 0;
  for (const Scope& scope : scopes) {
    const std::uint64_t all = count(scope);
    const std::uint64_t programs = std::min(all, most);
    std::printf("enumerate: %s: %llu programs: %s\n", scope.name.c_str(), printable(all), scope.description.c_str());
    if (programs < all) std::printf("enumerate:   only the first %llu or so of them\n", printable(programs));
    std::fflush(stdout);
    Progress progress(programs);
    const Enumeration result = enumerate(
        scope, implementation, [&](std::uint64_t done) { return progress.tell(done); },
        tag_counter_of_environment("enumeration"));
    const double seconds = progress.seconds();
    total += result.programs;
    skipped += result.skipped;
    running += seconds;
    std::printf("enumerate: %s programs %llu in %.2f s, %.0f a second\n", scope.name.c_str(),
                printable(result.programs), seconds, static_cast<double>(result.programs) / std::max(seconds, 1e-9));
    if (result.finding) {
      std::printf("\nenumerate: this program diverges; in this scope none before it does:\n\n%s",
                  result.finding->report.c_str());
      return kExitDiverges;
    }
  }
  std::printf(
      "enumerate: programs %llu in %.2f s (%.2f s with counting them), %.0f a second, skipped %llu: all agree\n",
      printable(total), running, seconds_since(start), static_cast<double>(total) / std::max(running, 1e-9),
      printable(skipped));
  return total > 0 ? kExitAgrees : kExitUnusable;
}

}  // namespace

int main(int argc, char** argv) {
  add_seeded_bugs();
  std::string scope = "quick";
  std::uint64_t most = UINT64_MAX;
  std::string against;
  CommandLine line(
      "enumerate",
      "Runs every program of finite sets of programs. Exit: 0 all agree, 2 one diverges, 1 could not run.");
  line.choice("--scope", scope, "quick: some seconds; full: some minutes", {"quick", "full"});
  line.number("--most", most, "of each scope only the first so many programs, the shortest, rounded up to 65,536", 1);
  line.against(against);
  if (const auto code = line.parse(argc, argv)) return *code;
  const Implementation& implementation = *implementation_named(against);
  const int code = run(scope == "quick" ? quick_scopes() : full_scopes(), most, implementation);
  if (code != kExitAgrees || scope == "quick" || &implementation != &ours()) return code;
  return run(full_scopes_in_c(), most, qemu_iov());
}
