// Runs one program on the model and on an implementation, step by step, and compares everything after every step.
// The one fact that matters: a divergence is a value; whoever calls decides whether to fail, abort or print.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/finding.h"
#include "lockstep/implementation.h"
#include "lockstep/operation.h"
#include "lockstep/program.h"
#include "lockstep/reference.h"
#include "lockstep/state.h"
#include "lockstep/subject.h"

namespace lockstep {

/// What differed first, in the order in which it is compared.
enum class Difference : std::uint8_t {
  rejection,  ///< Rejected by one only, or for another reason.
  value,      ///< The number answered.
  bytes,      ///< The bytes written to a linear buffer, or behind it.
  text,       ///< The text printed.
  elements,   ///< The entries written to a destination array, or behind it.
  array,      ///< The elements of a vector.
  view,       ///< The start or the count of a vector.
  memory,     ///< The bytes of the arena.
  around,     ///< Bytes just outside the arena.
  crash,      ///< The implementation ended its process. Only seen when isolated.
  hang,       ///< It did not come back in time. Only seen when isolated.
};

std::string_view difference_name(Difference difference);

/// One side of a step.
struct Moment {
  Outcome outcome;
  State before;
  State after;
  std::string effect() const { return print_effect(outcome, before, after); }
};

struct Divergence {
  std::string implementation;
  std::string deviations;  ///< Those that it declares, in words.
  Program program;         ///< Up to and including the step that diverged.
  Operation resolved;      ///< That step, its operands as numbers.
  Difference difference{};
  std::optional<Vec> vec;  ///< The vector that differs, for `array` and `view`.
  Moment expected;
  Moment actual;
  /// For each byte of the arena the step (from 0) that last changed it; as many as there are steps when none did.
  std::vector<std::size_t> expected_writers;
  std::vector<std::size_t> actual_writers;

  /// `operation: what differs`, such as "discard_front: array": the same for the same finding in another program.
  std::string signature() const;
};

/// The divergence in the form in which it is kept and compared.
Finding finding_of(const Divergence& divergence);

/// The divergence as text. It is itself a program: it parses, and saved it is a regression test.
std::string explain(const Divergence& divergence);

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
