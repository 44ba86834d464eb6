// Runs one program on the model and on an implementation, step by step, and compares everything after every step.
// The one fact that matters: a divergence is a value; whoever calls decides whether to fail, abort or print.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/report/divergence.h"
#include "lockstep/table/implementation.h"
#include "lockstep/language/operation.h"
#include "lockstep/language/program.h"
#include "lockstep/sides/reference.h"
#include "lockstep/sides/state.h"
#include "lockstep/sides/subject.h"

namespace lockstep {

/// Is told of each step. Taking the moments is slow.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void before_step(std::size_t step, const Operation& operation, const Operation& resolved) = 0;
  virtual void after_step(std::size_t step, const Moment& expected, const Moment& actual) = 0;
  virtual void skipped_step(std::size_t step, const Operation& operation) = 0;
  /// From this step on nothing is run: the program is more work than one program may be.
  virtual void cut_short(std::size_t step) = 0;
};

/// Sees the steps of any number of programs as they happen. No moments are taken for it, so it can watch millions.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void begin_program(const Program& program) = 0;
  /// The model as it is before the step.
  virtual void before_step(const Operation& resolved, const Reference& reference) = 0;
  /// Both sides after it, before they are compared.
  virtual void after_step(const Answer& expected, const Answer& actual, const Reference& reference,
                          const Subject& subject) = 0;
};

/// What has been run so far.
struct Counts {
  std::uint64_t programs = 0;
  std::uint64_t steps = 0;
  std::uint64_t rejections = 0;  ///< Steps that the model rejects.
  std::uint64_t skipped = 0;     ///< Operations that the implementation's table leaves out.
  std::uint64_t cut = 0;         ///< Operations behind the end of a program's budget.
};

/// Can run any number of programs; nothing but the counts and unused memory remains of them.
class Lockstep {
 public:
  /// `watcher` may be null. It sees every step once.
  explicit Lockstep(const Implementation& implementation, Watcher* watcher = nullptr)
      : implementation_(implementation),
        reference_(implementation.dialect, implementation.deviations),
        subject_(implementation),
        watcher_(watcher) {}

  /// The first difference, if there is one. Programs whose work, byte by byte, exceeds a budget are cut.
  std::optional<Divergence> run(const Program& program);

  /// The same, slowly, telling each step; the program ends with the first difference.
  std::optional<Divergence> run(const Program& program, Observer& observer);

  const Counts& counts() const { return counts_; }

 private:
  struct Found {
    std::size_t step;
    Operation resolved;
    Difference difference;
    std::optional<Vec> vec;
  };
  class Recorder;

  std::optional<Found> find(const Program& program, Observer* observer, Watcher* watcher);
  std::optional<Found> compare(const Answer& expected, const Answer& actual) const;
  bool is_same_element(const model::Element& expected, const iovec& actual) const;
  State subject_state() const;
  Divergence describe(const Program& program, const Found& finding, const Recorder& recorder) const;

  const Implementation& implementation_;
  Reference reference_;
  Subject subject_;
  Watcher* watcher_;
  Counts counts_;
};

/// Runs one program from scratch.
std::optional<Divergence> run(const Program& program, const Implementation& implementation);

}  // namespace lockstep
