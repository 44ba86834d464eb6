// Shared by the project's executables: options, exit codes, and files.
// Only this folder's source includes the options library, which takes longer to compile than
// everything else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/language/program.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

// Every executable and script of the project ends with one of these.
inline constexpr int kExitAgrees = 0;
inline constexpr int kExitUnusable = 1;  ///< Options, a file or an input that cannot be used; nothing was tested.
inline constexpr int kExitDiverges = 2;

/// The options of an executable. A variable keeps its value, the default, unless the option is given.
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
  /// Words that are not options: `word` is required; `words` are any number, at least one if required.
  void word(const std::string& name, std::string& value, const std::string& help);
  void words(const std::string& name, std::vector<std::string>& values, const std::string& help, bool required = true);
  /// `--against NAME`: the adapter this was built with, or else "iov", is the default; "qemu_iov"; or the name of a
  /// seeded bug.
  void against(std::string& name);

  /// The code to exit with at once, if there is one. The error and a usage line, or the help, have then been printed.
  std::optional<int> parse(int argc, char** argv);

 private:
  struct App;
  std::unique_ptr<App> app_;
};

/// The file's bytes. Throws std::runtime_error, whose message names the file.
std::string read_file(const std::filesystem::path& path);

/// Writes the file through a temporary one beside it, so that it is whole or not there. Throws like read_file.
void write_file(const std::filesystem::path& path, const std::string& content);

/// The program in the content of a file. A file named *.iov is text, and so is any other that is all printable; the
/// rest are raw bytes. Throws std::runtime_error with the parser's message.
ParsedProgram program_in(const std::string& content, const std::filesystem::path& path);

/// A signature as part of a file's name: "fill: memory" becomes "fill-memory".
std::string file_name_of(const std::string& signature);

}  // namespace lockstep
