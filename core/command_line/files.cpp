// SPDX-License-Identifier: Apache-2.0
#include "command_line/files.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <variant>

namespace lockstep {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  const bool is_read = std::filesystem::is_regular_file(path) &&
                       (content << file.rdbuf() || file.peek() == std::ifstream::traits_type::eof());
  if (!is_read) throw std::runtime_error(path.string() + ": cannot be read");
  return content.str();
}

void write_file(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::path temporary = path;
  temporary += ".part";
  {
    std::ofstream file(temporary, std::ios::binary);
    file << content;
    if (!file.flush()) throw std::runtime_error(temporary.string() + ": cannot be written");
  }
  std::filesystem::rename(temporary, path);
}

ParsedProgram read_program(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  const bool is_text = path.extension() == ".iov" || std::all_of(content.begin(), content.end(), [](char c) {
                         return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
                       });
  if (!is_text) {
    ParsedProgram parsed;
    parsed.program = decode({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
    parsed.expected.resize(parsed.program.operations.size());
    return parsed;
  }
  auto parsed = parse(content, path.string());
  if (const auto* error = std::get_if<ParseError>(&parsed)) throw std::runtime_error(error->message);
  return std::get<ParsedProgram>(std::move(parsed));
}

std::string file_name_of(const Finding& finding, const std::string& program) {
  std::string name;
  for (const char c : finding.signature)
    if (c != ':') name += c == ' ' ? '-' : c;
  return name + "-" + program + ".iov";
}

}  // namespace lockstep
