// SPDX-License-Identifier: Apache-2.0
// A hash of everything that can be seen of an implementation while it runs a program.
// It holds no address, so the same program has the same trace in every run, in every process and after any other
// program. Otherwise the run depends on something that is not in the program. In an unbacked arena, where a base is any
// number, an address that a broken implementation leaves in an element does show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lockstep/oracles/model_oracle.h"

namespace lockstep {

/// A hash per step that was run, each of the whole program so far: the result, its products, every array and view, and
/// the memory. A finding adds one more, of its report.
using Trace = std::vector<std::uint64_t>;

/// Runs any number of programs on one harness.
class Tracer final : private Observer {
 public:
  explicit Tracer(const Implementation& implementation) : oracle_(implementation, this) {}

  Trace run(const Program& program);

 private:
  void begin_program(const Program& program) override;
  void before_step(const Step& step) override;
  void after_step(const Step& step) override;

  ModelOracle oracle_;
  Trace trace_;
  std::uint64_t hash_ = 0;
};

/// In 16 hexadecimal digits.
std::string print_hash(std::uint64_t hash);

}  // namespace lockstep
