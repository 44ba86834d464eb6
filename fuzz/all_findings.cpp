// SPDX-License-Identifier: Apache-2.0
#include "all_findings.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/shared_memory.h"

namespace lockstep {
namespace {

constexpr std::size_t kMostKnown = 1024;

/// What a child has done.
struct Tally {
  Counts counts;
  std::array<std::uint64_t, kMostKnown> known;  // programs, by entry
};

void add(Counts& sum, const Counts& more) {
  sum.programs += more.programs;
  sum.steps += more.steps;
  sum.rejections += more.rejections;
  sum.skipped += more.skipped;
  sum.over_budget += more.over_budget;
}

}  // namespace

std::optional<Finding> RunOracle::judge(const Program& program, std::uint64_t number) {
  finder_ = &model;
  std::optional<Finding> finding = model.judge(program);
  const auto way = segmentation_of_program(number);
  if (finding || !way) return finding;
  finder_ = &resegmentation;
  return resegmentation.judge(program, *way);
}

AllFindings find_all(const Run& run, const Implementation& implementation, KnownFindings& known,
                     const std::function<void(std::uint64_t, const Finding&, Oracle&)>& keep,
                     const std::function<void(const Counts&)>& tell) {
  RunOracle oracle(implementation);
  AllFindings all;
  const Shared<Tally> tally = share<Tally>();
  std::uint64_t done = 0;
  while (done < run.programs && !run.is_interrupted()) {
    *tally = {};
    const std::uint64_t most = std::min(run.programs - done, run.status - done % run.status);
    const Search search = search_isolated([&](std::atomic<std::uint64_t>& programs) {
      while (programs < most && !run.is_interrupted()) {
        const std::uint64_t number = run.first + done + programs++;
        const std::optional<Finding> finding = oracle.judge(run.program_of(number), number);
        tally->counts = oracle.model.counts();
        if (!finding) continue;
        const std::size_t index = known.find(finding->signature);
        if (index >= kMostKnown) return true;
        ++tally->known[index];
      }
      return false;
    });
    add(all.counts, tally->counts);
    for (std::size_t i = 0; i < std::min(known.entries().size(), kMostKnown); ++i)
      known.entries()[i].programs += tally->known[i];
    done += search.programs;
    if (search.end == Search::End::nothing) {
      tell(all.counts);
      continue;
    }
    // The program that was begun last is judged again, alone: it may end its process.
    const std::uint64_t number = run.first + done - 1;
    const Program program = run.program_of(number);
    IsolatedOracle by_model(oracle.model, ChildOutput::discarded);
    std::unique_ptr<Oracle> resegmentation;
    std::unique_ptr<Oracle> by_resegmentation;
    Oracle* isolated = &by_model;
    std::optional<Finding> finding = by_model.judge(program);
    if (const auto way = segmentation_of_program(number); way && !finding) {
      resegmentation = std::make_unique<ResegmentationOracle>(implementation, std::vector{*way});
      by_resegmentation = std::make_unique<IsolatedOracle>(*resegmentation, ChildOutput::discarded);
      isolated = by_resegmentation.get();
      finding = isolated->judge(program);
    }
    // What ended the process is to end it again; another finding does not explain that.
    const bool ended = search.end != Search::End::found;
    const bool ends_again = finding && (finding->signature.find(": crash") != std::string::npos ||
                                        finding->signature.find(": hang") != std::string::npos);
    if (!finding || (ended && !ends_again)) all.unrepeated.push_back(number);
    if (finding && !known.count(finding->signature)) {
      known.add_found(finding->signature, "first in program " + std::to_string(number));
      keep(number, *finding, *isolated);
    }
  }
  all.programs = done;
  return all;
}

}  // namespace lockstep
