// SPDX-License-Identifier: Apache-2.0
// How soon does one source of programs find one seeded bug? ci/seeded_bugs asks, for every bug, source and seed.
#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "bug_search.h"
#include "command_line/command_line.h"
#include "command_line/subcommands.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;

/// The goal of the random tester's median; then a line for each bug: its name, where it was seen, and what it needs.
void print_bugs() {
  std::cout << kRandomMedian << '\n';
  for (const SeededBug& bug : seeded_bugs()) {
    std::string needs;
    const auto add = [&needs](bool is_needed, const std::string& what) {
      if (is_needed) needs.append(needs.empty() ? "" : "; ").append(what);
    };
    add(bug.needs.unbacked, "an unbacked arena");
    add(!bug.needs.size.empty(), "size: " + std::string(bug.needs.size));
    add(bug.needs.sanitizer, "a sanitizer");
    add(bug.needs.isolation, "a child");
    std::cout << bug.name << '\t' << bug.seen << '\t' << needs << '\n';
  }
}

/// The bug of this name, or an implementation that is not broken as if it were one.
SeededBug bug_named(const std::string& name) {
  const auto bugs = seeded_bugs();
  const auto bug = std::find_if(bugs.begin(), bugs.end(), [&](const SeededBug& one) { return one.name == name; });
  if (bug != bugs.end()) return *bug;
  const Implementation& sound = *implementation_named(name);
  return {sound.name, {}, {}, sound};
}

}  // namespace

int lockstep::subcommand::bugs(int argc, char** argv) {
  std::vector<std::string> sources = {"examples", "corpus", "enumeration", "random tester"};
  if (has_rapidcheck()) sources.emplace_back("RapidCheck");
  std::string against, source_name = sources.front();
  std::uint64_t seed = 1, most = UINT64_MAX;
  bool reduce = false, list = false;
  CommandLine line("bugs",
                   "Prints how the search of a source for a seeded bug ends (nothing, found, crash or hang), and after "
                   "how many programs. Exit: 0 done, 1 could not run.");
  line.against(against);
  line.choice("--source", source_name, "what makes the programs", sources);
  line.number("--seed", seed, "of RapidCheck or the random tester");
  line.number("--most", most, "how many programs enumeration and the random tester run at most", 1);
  line.flag("--reduce", reduce, "print the program that enumeration or the random tester found, too, reduced");
  line.flag("--list", list,
            "print the goal of the random tester's median, then the bugs, where each was seen and what it needs");
  return line.run(argc, argv, [&] {
    if (list) {
      print_bugs();
      return kExitAgrees;
    }
    const auto source = static_cast<Source>(std::find(sources.begin(), sources.end(), source_name) - sources.begin());
    const SeededBug bug = bug_named(against);
    const Search search = search_for(source, bug, seed, most);
    constexpr std::array<const char*, 4> kEnds = {"nothing", "found", "crash", "hang"};
    std::cout << kEnds[static_cast<std::size_t>(search.end)] << '\t' << search.programs << '\n';
    if (reduce && search.end != Search::End::nothing)
      std::cout << print(smallest_found(source, bug, seed, search.programs));
    return kExitAgrees;
  });
}
