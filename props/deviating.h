// SPDX-License-Identifier: Apache-2.0
// Implementations that differ from the contract as each deviation says, and in nothing else.
// They are right where the deviation is declared; where it is not, they have to be found.
#pragma once

#include <vector>

#include "lockstep/table/implementation.h"

namespace lockstep {

struct Deviating {
  Implementation implementation;  ///< Declares nothing.
  bool Deviations::*declared;
  const char* words;          ///< Of every report.
  bool only_permits = false;  ///< It demands nothing, so that the contract itself satisfies it, too.
};

std::vector<Deviating> deviating();

}  // namespace lockstep
