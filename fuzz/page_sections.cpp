// SPDX-License-Identifier: Apache-2.0
#include "page_sections.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace lockstep {

PageSections::PageSections(SideNames names)
    : names_(std::move(names)), file_(fdopen(memfd_create("page", 0), "w+"), std::fclose) {
  if (!file_) throw std::system_error(errno, std::generic_category(), "memfd_create");
}

/// In the place of what a step that is not over has.
void PageSections::write(const std::string& section, bool is_over) {
  if (std::fseek(file_.get(), end_, SEEK_SET) != 0 || ftruncate(fileno(file_.get()), end_) != 0 ||
      std::fputs(section.c_str(), file_.get()) < 0 || std::fflush(file_.get()) != 0)
    throw std::system_error(errno, std::generic_category(), "the page");
  if (is_over) end_ = std::ftell(file_.get());
}

std::string PageSections::section(const Step& step, bool is_over) const {
  const bool guard_is_intact = step.second.guard_bytes_are_intact();
  return page_section({step.index, step.operation, step.resolved, guard_is_intact}, recording, is_over, program_.arena,
                      names_);
}

void PageSections::begin_program(const Program& program) {
  Recorder::begin_program(program);
  program_ = program;
  end_ = 0;
  write("", true);
}

void PageSections::before_step(const Step& step) {
  Recorder::before_step(step);
  write(section(step, false), false);
}

void PageSections::after_step(const Step& step) {
  Recorder::after_step(step);
  write(section(step, true), true);
}

void PageSections::skipped_step(std::size_t index, const Operation& operation) {
  write(page_section(index, operation, "Skipped: the implementation leaves it out."), true);
}

void PageSections::over_budget(std::size_t index) {
  write(page_section(index, program_.operations[index],
                     "Not run, nor is what follows: the program is more work than one may be."),
        true);
}

std::string PageSections::html() const {
  std::string text;
  std::rewind(file_.get());
  for (int c = std::fgetc(file_.get()); c != EOF; c = std::fgetc(file_.get())) text += static_cast<char>(c);
  return text;
}

}  // namespace lockstep
