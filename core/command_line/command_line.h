// SPDX-License-Identifier: Apache-2.0
// Shared by the project's executables: options and exit codes.
// Only this folder's source includes the options library, which takes longer to compile than
// everything else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "command_line/files.h"
#include "lockstep/oracles/known_findings.h"
#include "lockstep/table/implementation.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the options library has named it
class App;
}  // namespace CLI

namespace lockstep {

// Every executable and script of the project ends with one of these.
inline constexpr int kExitAgrees = 0;
inline constexpr int kExitUnusable = 1;  ///< Options, a file or an input that cannot be used; nothing was tested.
inline constexpr int kExitDiverges = 2;

/// The options of a subcommand of the tester, whose name it gets. A variable keeps its value, the default, unless the
/// option is given.
class CommandLine {
 public:
  CommandLine(std::string name, const std::string& description);
  ~CommandLine();

  void number(const std::string& option, std::uint64_t& value, const std::string& help, std::uint64_t least = 0,
              std::uint64_t most = UINT64_MAX);
  void choice(const std::string& option, std::string& value, const std::string& help,
              const std::vector<std::string>& values);
  void text(const std::string& option, std::string& value, const std::string& help);
  void folder(const std::string& option, std::string& value, const std::string& help);  ///< One that exists.
  void flag(const std::string& option, bool& value, const std::string& help);
  /// Any number of words that are not options; at least one if required.
  void words(const std::string& name, std::vector<std::string>& values, const std::string& help, bool required = true);
  /// `--against NAME`: the adapter this was built with, or else "iov", is the default; "qemu_iov"; or the name of a
  /// seeded bug.
  void against(std::string& name);

  /// `--known FILE` and `--ignore SIGNATURE`, both may be repeated; and those of LOCKSTEP_KNOWN in the environment.
  void known(KnownFindings& known);

  /// Reads the options and runs the program; the code to exit with. kExitUnusable if options make no sense, or the
  /// program throws a std::exception: the error has then been printed.
  int run(int argc, char** argv, const std::function<int()>& program);

 private:
  std::string name_;
  std::unique_ptr<CLI::App> app_;
  KnownFindings* known_ = nullptr;
};

}  // namespace lockstep
