// SPDX-License-Identifier: Apache-2.0
// What an executable says of the program that it was running when the implementation ended its process.
// Not under a sanitizer, which says more by itself.
#pragma once

namespace lockstep {

/// Should a signal of a crash end the process from here on, `write_words` is called first, in its handler. What it
/// calls may hang there, as printing may where the heap is broken; the process then ends some seconds later.
void tell_of_crashes(void (*write_words)());

}  // namespace lockstep
