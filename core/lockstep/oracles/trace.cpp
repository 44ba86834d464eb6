// SPDX-License-Identifier: Apache-2.0
#include "lockstep/oracles/trace.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace lockstep {
namespace {

class Hash {
 public:
  explicit Hash(std::uint64_t& hash) : hash_(hash) {}

  /// A number of fewer bits keeps its distance from 0 or from its greatest: so SIZE_MAX is the same on all machines.
  void add_size(std::size_t size) { add(static_cast<std::uint64_t>(static_cast<std::ptrdiff_t>(size))); }

  void add(std::uint64_t number) {
    hash_ ^= number;
    // An odd factor, and the upper half folded into the lower: every bit reaches every other in a few steps.
    static_cast<void>(__builtin_mul_overflow(hash_, std::uint64_t{0x9e3779b97f4a7c15}, &hash_));
    hash_ ^= hash_ >> 32;
  }

  void add(const std::uint8_t* bytes, std::size_t count) {
    add(count);
    for (; count > 0;) {
      // The lowest byte first on every machine: traces of all machines are compared.
      std::uint64_t word = 0;
      const std::size_t some = std::min(count, sizeof word);
      for (std::size_t i = 0; i < some; ++i) word |= std::uint64_t{bytes[i]} << (8 * i);
      add(word);
      bytes += some;
      count -= some;
    }
  }

  void add(const std::string& text) { add(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()); }

  void add(const Actual& actual, std::span<const iovec> elements) {
    add(elements.size());
    for (const iovec& element : elements) {
      const ElementState state = actual.state_of(element);
      add(static_cast<std::uint64_t>(state.base));
      add_size(static_cast<std::size_t>(state.offset));
      add_size(state.length);
    }
  }

 private:
  std::uint64_t& hash_;
};

}  // namespace

Trace Tracer::run(const Program& program) {
  if (const auto finding = oracle_.judge(program)) {
    Hash(hash_).add(finding->report);
    trace_.push_back(hash_);
  }
  return trace_;
}

void Tracer::begin_program(const Program&) {
  trace_.clear();
  hash_ = 0xcbf29ce484222325;
}

void Tracer::before_step(const Step& step) {
  Hash hash(hash_);
  hash.add(step.resolved.index());
  // As the step will be run: resolved operands must depend on nothing but the program, too.
  hash.add(print(step.resolved));
}

void Tracer::after_step(const Step& step) {
  Hash hash(hash_);
  const Actual& actual = step.second;
  hash.add(static_cast<std::uint64_t>(step.second_result.rejection));
  if (step.has_value()) hash.add_size(step.second_result.value);
  hash.add(actual.produced_bytes().data(), actual.produced_bytes().size());
  hash.add(actual.produced_text());
  hash.add(actual, actual.produced_elements());
  for (std::size_t i = 0; i < Vec::count; ++i) {
    const std::span<const iovec> array = actual.array(i);
    hash.add(actual, array);
    hash.add(actual.view(i).size());
    hash.add(static_cast<std::uint64_t>(actual.view_is_inside(i) ? actual.view(i).data() - array.data() : -1));
  }
  hash.add(actual.memory(), actual.arena().bytes);
  hash.add(actual.guard_bytes_are_intact() ? 1u : 0u);
  trace_.push_back(hash_);
}

std::string print_hash(std::uint64_t hash) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
  return digits.data();
}

}  // namespace lockstep
