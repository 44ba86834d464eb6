// SPDX-License-Identifier: Apache-2.0
// Where the corpus lies: LOCKSTEP_CORPUS, which every executable that reads it is compiled with.
// Installed as a source, because only who links the harness knows where it lies by then; so it takes C++17.
namespace lockstep {

const char* corpus_folder();

const char* corpus_folder() { return LOCKSTEP_CORPUS; }

}  // namespace lockstep
