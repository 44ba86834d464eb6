// A finding in the form in which it is kept and compared: texts.
#pragma once

#include <string>

namespace lockstep {

struct Finding {
  std::string signature;  ///< `operation: what differs`: findings with the same one are taken for the same.
  std::string report;     ///< Text that is itself a program.
};

}  // namespace lockstep
