// SPDX-License-Identifier: Apache-2.0
// A finding as a page for people: one HTML file, whose steps are walked through with buttons, keys or a script's
// #step=3; without script they stand one below another. Nothing in it comes from elsewhere.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "lockstep/language/program.h"
#include "lockstep/report/drawing.h"
#include "lockstep/report/report.h"

namespace lockstep {

/// One step, as a <section> of a page.
struct PageStep {
  std::size_t index;
  const Operation& operation;
  const Operation& resolved;
  bool guard_is_intact = true;  ///< No bytes outside the arena have changed.
};

/// A step that has been run, or that has been begun only: then the states before it are shown.
std::string page_section(const PageStep& step, const Recording& recording, bool is_over, Arena arena,
                         const SideNames& names);
/// One that has not.
std::string page_section(std::size_t index, const Operation& operation, const std::string& why_not);

/// What stands around the steps.
struct PageFrame {
  std::string title;                 ///< The signature, or a verdict.
  std::string subject;               ///< What was run, against what.
  std::vector<std::string> remarks;  ///< Lines.
  std::string command;               ///< That repeats it.
  std::string text;                  ///< The report, which is a program.
  bool differs = false;              ///< Whether the last step of the program is one that differs.
};

/// The whole page, of sections of these steps. What has no section is listed as not run.
std::string page(const PageFrame& frame, const Program& program, const std::string& sections);

}  // namespace lockstep
