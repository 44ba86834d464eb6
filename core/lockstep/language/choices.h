// SPDX-License-Identifier: Apache-2.0
// The source of decisions: programs, operations and operands are drawn by calls of `below(n)`.
// Answers of 0 for ever draw the simplest thing, so shrinking is lowering answers.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <vector>

namespace lockstep {

class Choices {
 public:
  virtual ~Choices() = default;

  /// A number in [0, n). n > 0.
  virtual std::uint32_t below(std::uint32_t n) = 0;

  /// True about once in `n` times; false is the simpler answer.
  bool one_in(std::uint32_t n) { return below(n) == n - 1; }

  /// One of `values`; the first is the simplest.
  template <typename Values>
  const auto& among(const Values& values) {
    return std::data(values)[below(static_cast<std::uint32_t>(std::size(values)))];
  }
  template <typename T>
  T among(std::initializer_list<T> values) {
    return std::data(values)[below(static_cast<std::uint32_t>(values.size()))];
  }
};

/// Pseudo-random and repeatable: the same seed gives the same answers everywhere. SplitMix64 (Steele, Lea, Flood: Fast
/// Splittable Pseudorandom Number Generators, OOPSLA 2014), because programs are short and each has a seed of its own:
/// the standard engines spend longer on their seed than on a program.
class RandomChoices final : public Choices {
 public:
  explicit RandomChoices(std::uint64_t seed) : state_(seed) {}

  std::uint32_t below(std::uint32_t n) override {
    assert(n > 0);
    // Multiply and shift: the bias of at most n / 2^32 does not matter here.
    return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32);
  }

  std::uint64_t next() {
    // Through the built-ins, so that UndefinedBehaviorSanitizer can watch for wrapping everywhere else.
    static_cast<void>(__builtin_add_overflow(state_, std::uint64_t{0x9e3779b97f4a7c15}, &state_));
    std::uint64_t z = state_;
    static_cast<void>(__builtin_mul_overflow(z ^ (z >> 30), std::uint64_t{0xbf58476d1ce4e5b9}, &z));
    static_cast<void>(__builtin_mul_overflow(z ^ (z >> 27), std::uint64_t{0x94d049bb133111eb}, &z));
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

/// The seed of the program with this number in the run with that seed.
inline std::uint64_t seed_of_program(std::uint64_t run_seed, std::uint64_t number) {
  return RandomChoices(RandomChoices(run_seed).next() ^ number).next();
}

/// Every combination of answers, once each: like the wheels of a mileage counter, except that how many wheels there
/// are, and how many digits each has, may depend on the answers before.
///
///   Odometer odometer;
///   do { use(draw(odometer)); } while (odometer.next());
class Odometer final : public Choices {
 public:
  std::uint32_t below(std::uint32_t n) override {
    assert(n > 0);
    if (position_ == wheels_.size()) return add_wheel(n);
    const Wheel& wheel = wheels_[position_++];
    assert(wheel.digits == n && "what is drawn may depend on nothing but the answers");
    return wheel.digit;
  }

  /// Turns to the next combination; false when all have been seen (the odometer then starts afresh).
  bool next() {
    position_ = 0;
    while (!wheels_.empty() && ++wheels_.back().digit == wheels_.back().digits) wheels_.pop_back();
    return !wheels_.empty();
  }

 private:
  struct Wheel {
    std::uint32_t digit;
    std::uint32_t digits;
  };

  [[gnu::noinline]] std::uint32_t add_wheel(std::uint32_t n) {
    wheels_.push_back({0, n});
    return wheels_[position_++].digit;
  }

  std::vector<Wheel> wheels_;
  std::size_t position_ = 0;
};

}  // namespace lockstep
