// SPDX-License-Identifier: Apache-2.0
// Included before everything in a mutated copy of the sources: which mutant is chosen, asked wherever there is one.
// A binary carries the id of every mutant it was really built with, in a section of its own.
#pragma once

namespace mutants {

extern int chosen;              // from LOCKSTEP_MUTANT; 0 for none
extern unsigned char* reached;  // by id; shared with whoever runs the process

template <int id>
inline __attribute__((always_inline)) bool is_chosen() {
  asm volatile(".pushsection built_mutants,\"a\",@progbits\n .int %c0\n .popsection" ::"i"(id));
  reached[id] = 1;
  return chosen == id;
}

}  // namespace mutants

#define MUTANT(id) ::mutants::is_chosen<id>()
