#include "lockstep/oracles/trace.h"

#include <array>
#include <cstdio>
#include <cstring>

#include "lockstep/oracles/lockstep.h"

namespace lockstep {

class Tracer::Hasher final : public Watcher {
 public:
  explicit Hasher(const Implementation& implementation) : lockstep_(implementation, this) {}

  Trace run(const Program& program) {
    if (const auto divergence = lockstep_.run(program)) {
      add(explain(*divergence));
      trace_.push_back(hash_);
    }
    return trace_;
  }

  void begin_program(const Program&) override {
    trace_.clear();
    hash_ = kStart;
  }

  void before_step(const Operation& resolved, const Reference&) override {
    add(resolved.index());
    // As the step will be run: what is resolved may depend on nothing but the program, either.
    add(print(resolved));
  }

  void after_step(const Answer&, const Answer& actual, const Reference&, const Subject& subject) override {
    add(static_cast<std::uint64_t>(actual.result.rejection));
    if (actual.has_value) add(actual.result.value);
    add(subject.produced_bytes().data(), subject.produced_bytes().size());
    add(subject.produced_text());
    add(subject, subject.produced_elements());
    for (std::size_t i = 0; i < Vec::count; ++i) {
      const std::span<const iovec> array = subject.array(i);
      add(subject, array);
      add(subject.view(i).size());
      add(static_cast<std::uint64_t>(subject.view_is_inside(i) ? subject.view(i).data() - array.data() : -1));
    }
    add(subject.memory(), subject.arena().bytes);
    add(subject.around_is_intact() ? 1u : 0u);
    trace_.push_back(hash_);
  }

 private:
  static constexpr std::uint64_t kStart = 0xcbf29ce484222325;

  void add(std::uint64_t number) {
    hash_ ^= number;
    // An odd factor, and the upper half folded into the lower: every bit reaches every other in a few steps.
    static_cast<void>(__builtin_mul_overflow(hash_, std::uint64_t{0x9e3779b97f4a7c15}, &hash_));
    hash_ ^= hash_ >> 32;
  }

  void add(const std::uint8_t* bytes, std::size_t count) {
    add(count);
    for (; count > 0;) {
      std::uint64_t word = 0;
      const std::size_t some = std::min(count, sizeof word);
      std::memcpy(&word, bytes, some);
      add(word);
      bytes += some;
      count -= some;
    }
  }

  void add(const std::string& text) { add(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()); }

  void add(const Subject& subject, std::span<const iovec> elements) {
    add(elements.size());
    for (const iovec& element : elements) {
      const Extent extent = subject.extent_of(element);
      add(static_cast<std::uint64_t>(static_cast<std::int64_t>(extent.base)));
      add(extent.length);
    }
  }

  Lockstep lockstep_;
  Trace trace_;
  std::uint64_t hash_ = kStart;
};

Tracer::Tracer(const Implementation& implementation) : hasher_(std::make_unique<Hasher>(implementation)) {}
Tracer::~Tracer() = default;

Trace Tracer::run(const Program& program) { return hasher_->run(program); }

std::string print_hash(std::uint64_t hash) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
  return digits.data();
}

}  // namespace lockstep
