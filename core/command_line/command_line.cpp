// SPDX-License-Identifier: Apache-2.0
#include "command_line/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <utility>

#include "subjects/subjects.h"

namespace lockstep {

CommandLine::CommandLine(std::string name, const std::string& description)
    : name_(std::move(name)), app_(std::make_unique<CLI::App>(description)) {}

CommandLine::~CommandLine() = default;

void CommandLine::number(const std::string& option, std::uint64_t& value, const std::string& help, std::uint64_t least,
                         std::uint64_t most) {
  // Which would else be taken for one near 2^64.
  const CLI::Validator not_negative(
      [](const std::string& text) { return text.starts_with('-') ? "a negative number: " + text : std::string(); }, "");
  app_->add_option(option, value, help)->capture_default_str()->check(not_negative)->check(CLI::Range(least, most));
}

void CommandLine::choice(const std::string& option, std::string& value, const std::string& help,
                         const std::vector<std::string>& values) {
  // Without its description, which would be a list of all values in the help.
  CLI::IsMember known(values);
  app_->add_option(option, value, help)->capture_default_str()->type_name("NAME")->check(known.description(""));
}

void CommandLine::text(const std::string& option, std::string& value, const std::string& help) {
  app_->add_option(option, value, help)->capture_default_str();
}

void CommandLine::folder(const std::string& option, std::string& value, const std::string& help) {
  app_->add_option(option, value, help)->capture_default_str()->check(CLI::ExistingDirectory);
}

void CommandLine::flag(const std::string& option, bool& value, const std::string& help) {
  app_->add_flag(option, value, help);
}

void CommandLine::words(const std::string& name, std::vector<std::string>& values, const std::string& help,
                        bool required) {
  app_->add_option(name, values, help)->required(required);
}

void CommandLine::against(std::string& name) {
  name = default_implementation().name;
  std::vector<std::string> names;
  for (const Implementation* known : known_implementations()) names.emplace_back(known->name);
  choice("--against", name,
         "the implementation to run: iov, qemu_iov, qemu_iov_10, the adapter this was built with, or the name of a "
         "seeded bug",
         names);
}

void CommandLine::known(KnownFindings& known) {
  known_ = &known;
  const auto from_files = [&known](const std::vector<std::string>& files) {
    for (const std::string& file : files) known.read(read_file(file), file);
  };
  app_->add_option_function<std::vector<std::string>>("--known", from_files,
                                                      "a file of findings that end nothing and are counted: "
                                                      "lines of SIGNATURE # REASON")
      ->type_name("FILE")
      ->allow_extra_args(false);
  const auto one_by_one = [&known](const std::vector<std::string>& signatures) {
    for (const std::string& signature : signatures) known.add(signature, "ignored, as asked for");
  };
  app_->add_option_function<std::vector<std::string>>("--ignore", one_by_one,
                                                      "a finding that ends nothing and is counted")
      ->type_name("SIGNATURE")
      ->allow_extra_args(false);
}

int CommandLine::run(int argc, char** argv, const std::function<int()>& program) {
  const std::string called = std::filesystem::path(argv[0]).filename().string() + " " + name_;
  try {
    if (known_ != nullptr) *known_ = known_findings_of_environment();
    app_->name(called);
    app_->parse(argc, argv);
    return program();
  } catch (const CLI::Success& help) {
    return app_->exit(help);
  } catch (const CLI::ParseError& error) {
    std::cerr << called << ": " << error.what() << "\n"
              << CLI::Formatter().make_usage(app_.get(), called) << called << " --help tells more\n";
  } catch (const std::exception& error) {
    std::cerr << called << ": " << error.what() << "\n";
  }
  return kExitUnusable;
}

}  // namespace lockstep
