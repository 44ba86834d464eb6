// What the executables of this folder share: their exit codes, the choice of implementation, and files.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/implementation.h"
#include "lockstep/program.h"

namespace lockstep {

// Every executable and script of the project ends with one of these.
inline constexpr int kExitAgrees = 0;
inline constexpr int kExitUnusable = 1;  ///< Options, a file or an input that cannot be used; nothing was judged.
inline constexpr int kExitDiverges = 2;

/// Adds `--against NAME` (ours by default, or a seeded bug).
void add_against_option(CLI::App& app, std::string& name);

/// Parses; the code to exit with at once, if there is one: what is wrong and a usage line have then been printed.
std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv);

/// The file's bytes. Throws std::runtime_error, whose message names the file.
std::string read_file(const std::filesystem::path& path);

/// Writes the file through a temporary one beside it, so that it is whole or not there. Throws like read_file.
void write_file(const std::filesystem::path& path, const std::string& content);

/// The program in the content of a file: text if it is all printable, raw bytes otherwise. Throws std::runtime_error
/// with the parser's message.
ParsedProgram program_in(const std::string& content, const std::filesystem::path& path);

/// A signature as part of a file's name: "fill: memory" becomes "fill-memory".
std::string file_name_of(const std::string& signature);

}  // namespace lockstep
