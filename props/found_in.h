// SPDX-License-Identifier: Apache-2.0
// Whether a program, as text, shows that an implementation differs.
#pragma once

#include <string>

#include "lockstep/oracles/model_oracle.h"
#include "parsed.h"

namespace lockstep {

/// The signature of what differs; empty if nothing does.
inline std::string found_in(const std::string& text, const Implementation& implementation) {
  const auto finding = judge(program_of(text), implementation);
  return finding ? finding->signature : "";
}

}  // namespace lockstep
