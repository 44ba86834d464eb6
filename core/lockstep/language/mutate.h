// Changes programs for a fuzzer, record by record.
// Byte-level mutation of records finds things ten times later, and coverage alone leads nowhere soon, so one program in
// five is drawn afresh, and the endings of many more.
#pragma once

#include "lockstep/language/choices.h"
#include "lockstep/language/program.h"

namespace lockstep {

/// The program changed in one to four places, or with another ending, or another one altogether. Never longer than
/// kMaxOperations.
Program mutate(const Program& program, Choices& choices);

/// The start of the first and the end of the second, or their operations in turn; half of them with another ending.
Program cross_over(const Program& first, const Program& second, Choices& choices);

}  // namespace lockstep
