// SPDX-License-Identifier: Apache-2.0
// Files of the project's executables: programs, and findings that are kept.
#pragma once

#include <filesystem>
#include <string>

#include "lockstep/language/program.h"
#include "lockstep/report/report.h"

namespace lockstep {

/// The file's bytes. Throws std::runtime_error, whose message names the file.
std::string read_file(const std::filesystem::path& path);

/// Writes the file through a temporary one beside it, so that it is whole or not there. Throws like read_file.
void write_file(const std::filesystem::path& path, const std::string& content);

/// The program in a file. A file named *.iov is text, and so is any other that is all printable; the rest are raw
/// bytes. Throws like read_file, or with the parser's message.
ParsedProgram read_program(const std::filesystem::path& path);

/// The name of the file to keep a finding in: "fill-memory-28.iov" for "fill: memory" in program 28.
std::string file_name_of(const Finding& finding, const std::string& program);

}  // namespace lockstep
