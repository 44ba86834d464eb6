// SPDX-License-Identifier: Apache-2.0
// Runs every program of the scopes: enumerate --scope quick|full.
// If it says that all agree, no program of the scope differs; nothing was left to chance.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>

#include "command_line/command_line.h"
#include "command_line/last_words.h"
#include "command_line/subcommands.h"
#include "lockstep/language/operation.h"
#include "lockstep/oracles/known_findings.h"
#include "lockstep/tags/tags.h"
#include "scopes.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double per_second(std::uint64_t programs, double seconds) {
  return static_cast<double>(programs) / std::max(seconds, 1e-9);
}

/// Findings that are known, and whether to go on after those that are not.
struct Findings {
  KnownFindings known;
  bool all = false;

  bool goes_on(const Finding& finding) {
    if (known.count(finding.signature)) return true;
    if (!all) return false;
    known.add_found(finding.signature, "first in the program above");
    std::printf("\nenumerate: this program diverges; in this scope none before it does so:\n\n%s\n",
                finding.report.c_str());
    return true;
  }

  /// The exit code of a run to its end.
  int tell() {
    std::printf("%s", known.summary("enumerate: ").c_str());
    return known.found() > 0 ? kExitDiverges : kExitAgrees;
  }
};

void write_enumerated() {
  if (enumerated == nullptr) return;
  const std::string text =
      "\nenumerate: the process ended while it ran this program, for reduce --isolate:\n\n" + print(*enumerated);
  static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
}

int run(const std::vector<Scope>& scopes, std::uint64_t most, const Implementation& implementation,
        Findings& findings) {
  constexpr double kBetweenLines = 5;  // seconds
  const std::string known = reservations(implementation, "enumerate: ");
  std::printf("enumerate: against %s\n%s", std::string(implementation.name).c_str(), known.c_str());
  const Clock::time_point start = Clock::now();
  Enumeration total;
  double running = 0;
  for (const Scope& scope : scopes) {
    const std::uint64_t programs = count(scope, most);
    std::printf("enumerate: %s: %s%" PRIu64 " programs: %s\n", scope.name.c_str(), programs == most ? "the first " : "",
                programs, scope.description.c_str());
    std::fflush(stdout);
    const Clock::time_point began = Clock::now();
    double told = 0;
    const auto tell = [&](std::uint64_t done) {
      const double seconds = seconds_since(began);
      if (done < programs && seconds >= told + kBetweenLines) {
        told = seconds;
        std::printf("enumerate:   %" PRIu64 " of %" PRIu64 " programs, about %.0f s left\n", done, programs,
                    static_cast<double>(programs - done) / per_second(done, seconds));
        std::fflush(stdout);
      }
    };
    const Enumeration result = enumerate(scope, implementation,
                                         {.most = most,
                                          .progress = tell,
                                          .goes_on = [&](const Finding& finding) { return findings.goes_on(finding); },
                                          .observer = tag_counter_of_environment("enumeration")});
    const double seconds = seconds_since(began);
    total.programs += result.programs;
    total.skipped += result.skipped;
    running += seconds;
    std::printf("enumerate: %s programs %" PRIu64 " in %.2f s, %.0f a second\n", scope.name.c_str(), result.programs,
                seconds, per_second(result.programs, seconds));
    if (result.finding) {
      std::printf("\nenumerate: this program diverges; in this scope none before it does:\n\n%s",
                  result.finding->report.c_str());
      return kExitDiverges;
    }
  }
  std::printf("enumerate: programs %" PRIu64 " in %.2f s (%.2f s with counting them), %.0f a second, skipped %" PRIu64
              ": %s\n",
              total.programs, running, seconds_since(start), per_second(total.programs, running), total.skipped,
              findings.known.verdict().c_str());
  return total.programs > 0 ? findings.tell() : kExitUnusable;
}

}  // namespace

int lockstep::subcommand::enumerate(int argc, char** argv) {
  std::string scope = "quick";
  std::uint64_t most = UINT64_MAX;
  std::string against;
  CommandLine line(
      "enumerate",
      "Runs every program of finite sets of programs. Exit: 0 all agree, 2 one diverges, 1 could not run.");
  line.choice("--scope", scope, "quick: some seconds; full: some minutes", {"quick", "full"});
  line.number("--most", most, "of each scope only the first so many programs", 1);
  Findings findings;
  line.flag("--all", findings.all, "go on after findings: the first program of each signature, and its count");
  line.known(findings.known);
  line.against(against);
  return line.run(argc, argv, [&] {
    const Implementation& implementation = *implementation_named(against);
    tell_of_crashes(write_enumerated);
    const int code = run(scope == "quick" ? quick_scopes() : full_scopes(), most, implementation, findings);
    if ((code != kExitAgrees && !findings.all) || scope == "quick" || &implementation != &ours()) return code;
    return run({transfers(4, 4)}, most, qemu_iov(), findings);  // where the C interface answers otherwise
  });
}
