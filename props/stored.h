// SPDX-License-Identifier: Apache-2.0
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

/// Defined by corpus_folder.cpp.
const char* corpus_folder();

struct Stored {
  std::string file;  ///< Its name.
  ParsedProgram parsed;
};

/// Those of these folders of the corpus, or elsewhere if a path is absolute; of each in the order of their names, so
/// that the first failure is always the same. Throws std::runtime_error where one cannot be read.
inline std::vector<Stored> stored(const std::vector<std::string>& folders) {
  std::vector<Stored> programs;
  for (const std::string& folder : folders) {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(corpus_folder()) / folder))
      if (entry.path().extension() == ".iov") files.insert(entry.path());
    if (files.empty()) throw std::runtime_error(folder + ": no programs");
    for (const auto& file : files) {
      std::ostringstream text;
      text << std::ifstream(file).rdbuf();
      auto parsed = parse(text.str(), file.string());
      if (const auto* error = std::get_if<ParseError>(&parsed)) throw std::runtime_error(error->message);
      programs.push_back({file.filename().string(), std::get<ParsedProgram>(std::move(parsed))});
    }
  }
  return programs;
}

}  // namespace lockstep
