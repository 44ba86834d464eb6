// Programs of tests, which write them as text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "lockstep/language/program.h"

namespace lockstep {

/// The program that a text means; a text that means none fails the test.
inline Program program_of(const std::string& text) {
  const auto parsed = parse(text, "test");
  const auto* error = std::get_if<ParseError>(&parsed);
  if (error != nullptr) ADD_FAILURE() << error->message;
  return error != nullptr ? Program{} : std::get<ParsedProgram>(parsed).program;
}

}  // namespace lockstep
