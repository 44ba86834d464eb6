// SPDX-License-Identifier: Apache-2.0
// The interface of oracles, which judge programs, and of observers of their steps; and an observer that others build
// on. A finding is a value: the caller of an oracle decides whether to fail, abort or print.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "lockstep/language/program.h"
#include "lockstep/report/report.h"
#include "lockstep/sides/actual.h"
#include "lockstep/sides/expected.h"

namespace lockstep {

/// A step while it is run on two sides.
struct Step {
  std::size_t index;
  const Operation& operation;
  const Operation& resolved;  ///< Its operands as numbers.
  const Side& first;          ///< The model; or the implementation on vectors as they are.
  const Actual& second;       ///< The implementation.
  std::variant<const ExpectedBytes*, const ExpectedLengths*> model;
  std::size_t most_elements;  ///< The limit of each array in a state of the second side.
  // Once it has been run:
  Result first_result = {};
  Result second_result = {};

  bool has_value() const { return traits_of(resolved).answers != Answers::nothing; }
};

/// Watches the steps of any number of programs as they happen.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void begin_program(const Program&) {}
  virtual void before_step(const Step&) {}
  virtual void after_step(const Step&) {}  ///< Before the two sides are compared.
  virtual void skipped_step(std::size_t, const Operation&) {}
  /// From this step on nothing is run: the program is more work than one program may be.
  virtual void over_budget(std::size_t) {}
};

/// Holds the last step's observations, and which steps changed memory. What overrides one of its functions calls it.
class Recorder : public Observer {
 public:
  void begin_program(const Program& program) override;
  void before_step(const Step& step) override;
  void after_step(const Step& step) override;

  Recording recording;
};

class Oracle {
 public:
  /// `observer` may be null. It sees every step of every program once.
  explicit Oracle(const Implementation& implementation, Observer* observer = nullptr)
      : implementation_(implementation), observer_(observer) {}
  virtual ~Oracle() = default;
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  /// The first difference, if there is one. Any number of programs may be judged: nothing remains of them.
  virtual std::optional<Finding> judge(const Program& program) = 0;
  /// What its signatures end with, to tell its findings from those of the model.
  virtual std::string_view suffix() const { return ""; }

  const Implementation& implementation() const { return implementation_; }
  void observe(Observer* observer) { observer_ = observer; }

 protected:
  const Implementation& implementation_;
  Observer* observer_;
};

/// A smaller program with a finding of the same signature, judged by the same oracle: no single step of reduction makes
/// it smaller still.
Finding reduced(const Finding& finding, Oracle& oracle);

}  // namespace lockstep
