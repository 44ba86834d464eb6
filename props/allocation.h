// SPDX-License-Identifier: Apache-2.0
// What the library allocates, counted; and memory that runs out, while a test says so.
#pragma once

#include <cstddef>

inline bool memory_has_run_out = false;
inline bool no_more_elements = false;     // only arrays of elements find none
inline std::size_t times_allocated = 0;   // also for a block that grows
inline std::size_t bytes_allocated = 0;   // of the last one
inline std::ptrdiff_t blocks_in_use = 0;  // since a test set it

/// While this lives, nothing can be allocated by the library.
struct NoMemory {
  NoMemory() { memory_has_run_out = true; }
  ~NoMemory() { memory_has_run_out = false; }
};
