// SPDX-License-Identifier: Apache-2.0
// The tester: one executable for all that is run from a command line, with a subcommand for each.
// The implementation that it runs is ours, or the adapter that it is linked with.
#include <array>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>

#include "command_line/command_line.h"
#include "command_line/subcommands.h"
#include "subjects/seeded/seeded_bugs.h"

namespace {

using namespace lockstep;

struct Subcommand {
  std::string_view name;
  std::string_view what;
  int (*run)(int argc, char** argv);
};

constexpr std::array kSubcommands = {
    Subcommand{"random", "runs random programs until one diverges", subcommand::random},
    Subcommand{"replay", "runs stored programs and shows every step", subcommand::replay},
    Subcommand{"reduce", "makes stored programs that diverge small", subcommand::reduce},
    Subcommand{"enumerate", "runs every small program", subcommand::enumerate},
    Subcommand{"tags", "counts which kinds of steps random programs try", subcommand::tags},
    Subcommand{"bugs", "tells how soon a source of programs finds a seeded bug", subcommand::bugs},
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view asked = argc > 1 ? argv[1] : "";
  for (const Subcommand& one : kSubcommands) {
    if (asked != one.name) continue;
    add_seeded_bugs();
    argv[1] = argv[0];
    return one.run(argc - 1, argv + 1);
  }
  const std::string name = std::filesystem::path(argv[0]).filename();
  const bool asks_for_help = asked == "--help" || asked == "-h";
  std::ostream& out = asks_for_help ? std::cout : std::cerr;
  if (!asks_for_help) out << name << ": " << (asked.empty() ? "no subcommand" : "no subcommand " + std::string(asked));
  out << "\nUsage: " << name << " SUBCOMMAND [OPTIONS]\n\n";
  for (const Subcommand& one : kSubcommands)
    out << "  " << one.name << std::string(11 - one.name.size(), ' ') << one.what << "\n";
  out << "\n" << name << " SUBCOMMAND --help tells more. Exit: 0 nothing found, 2 found, 1 could not run.\n";
  return asks_for_help ? kExitAgrees : kExitUnusable;
}
