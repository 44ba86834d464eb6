// The stored programs, as tests read them.
#pragma once

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lockstep/language/program.h"

namespace lockstep {

struct Stored {
  std::string file;  ///< Its name.
  ParsedProgram parsed;
};

/// Those of a folder of the corpus in the order of their names, so that the first failure is always the same. Throws
/// std::runtime_error where one cannot be read.
inline std::vector<Stored> stored(const std::string& folder) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(LOCKSTEP_CORPUS) / folder))
    if (entry.path().extension() == ".iov") files.insert(entry.path());
  std::vector<Stored> programs;
  programs.reserve(files.size());
  for (const auto& file : files) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    auto parsed = parse(text.str(), file.string());
    if (const auto* error = std::get_if<ParseError>(&parsed)) throw std::runtime_error(error->message);
    programs.push_back({file.filename().string(), std::get<ParsedProgram>(std::move(parsed))});
  }
  return programs;
}

}  // namespace lockstep
