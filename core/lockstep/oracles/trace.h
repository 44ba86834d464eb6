// A hash of everything that can be seen of an implementation while it runs a program.
// It holds no address, so the same program has the same trace in every run, in every process and after any other
// program. Otherwise the run depends on something that is not in the program. In an unbacked arena, where a base is any
// number, an address that a broken implementation leaves in an element does show.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lockstep/oracles/model_oracle.h"

namespace lockstep {

/// A hash per step that was run, each of the whole program so far: the result, its products, every array and view, and
/// the memory. A finding adds one more, of its report.
using Trace = std::vector<std::uint64_t>;

/// Runs any number of programs on one harness.
class Tracer {
 public:
  explicit Tracer(const Implementation& implementation);
  ~Tracer();

  Trace run(const Program& program);

 private:
  class Hasher;
  std::unique_ptr<Hasher> hasher_;
};

/// In 16 hexadecimal digits.
std::string print_hash(std::uint64_t hash);

}  // namespace lockstep
