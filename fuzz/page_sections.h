// SPDX-License-Identifier: Apache-2.0
// Makes the sections of a page while a program is run, also in a child: what a crash leaves is there.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "lockstep/oracles/oracle.h"
#include "lockstep/report/page.h"

namespace lockstep {

class PageSections final : public Recorder {
 public:
  /// Throws std::system_error.
  explicit PageSections(SideNames names);

  void begin_program(const Program& program) override;
  void before_step(const Step& step) override;
  void after_step(const Step& step) override;
  void skipped_step(std::size_t index, const Operation& operation) override;
  void over_budget(std::size_t index) override;

  /// Of the program that was begun last.
  std::string html() const;

 private:
  void write(const std::string& section, bool is_over);
  std::string section(const Step& step, bool is_over) const;

  SideNames names_;
  Program program_;
  /// In memory, and shared with a child that writes to it.
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  long end_ = 0;  // of the sections of steps that are over
};

}  // namespace lockstep
