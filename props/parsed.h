// SPDX-License-Identifier: Apache-2.0
// What tests write as text.
#pragma once

#include <gtest/gtest.h>

#include <iterator>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "lockstep/language/program.h"

namespace lockstep {

/// What a text means; one that means nothing fails the test.
inline ParsedProgram parsed_of(const std::string& text) {
  const auto parsed = parse(text, "test");
  const auto* error = std::get_if<ParseError>(&parsed);
  if (error != nullptr) ADD_FAILURE() << error->message;
  return error != nullptr ? ParsedProgram{} : std::get<ParsedProgram>(parsed);
}

/// Those that are separated by blanks.
inline std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

inline Program program_of(const std::string& text) { return parsed_of(text).program; }

}  // namespace lockstep
