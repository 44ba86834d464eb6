// A finding: a program on which two sides differ, and the report of it.
#pragma once

#include <string>

#include "lockstep/language/program.h"

namespace lockstep {

struct Finding {
  std::string signature;  ///< `operation: what differs`: findings with the same signature count as the same.
  std::string report;     ///< Text that is itself a program: it parses, and saved it is a regression test.
  Program program;        ///< Up to and including the step that differs.
};

}  // namespace lockstep
