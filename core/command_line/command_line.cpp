#include "command_line/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "subjects/subjects.h"

namespace lockstep {

struct CommandLine::App {
  App(std::string name_, const std::string& description) : name(std::move(name_)), app(description) {}
  std::string name;
  std::string positionals;
  CLI::App app;
};

CommandLine::CommandLine(std::string name, const std::string& description)
    : app_(std::make_unique<App>(std::move(name), description)) {}

CommandLine::~CommandLine() = default;

void CommandLine::number(const std::string& option, std::uint64_t& value, const std::string& help, std::uint64_t least,
                         std::uint64_t most) {
  app_->app.add_option(option, value, help)->capture_default_str()->check(CLI::Range(least, most));
}

void CommandLine::choice(const std::string& option, std::string& value, const std::string& help,
                         const std::vector<std::string>& values) {
  app_->app.add_option(option, value, help)
      ->capture_default_str()
      ->type_name("NAME")
      ->check([values](const std::string& given) {
        if (std::find(values.begin(), values.end(), given) != values.end()) return std::string();
        std::string known;
        for (const std::string& one : values) known += (known.empty() ? "" : ", ") + one;
        return "there is no '" + given + "'; there are " + known;
      });
}

void CommandLine::text(const std::string& option, std::string& value, const std::string& help) {
  app_->app.add_option(option, value, help)->capture_default_str();
}

void CommandLine::folder(const std::string& option, std::string& value, const std::string& help) {
  app_->app.add_option(option, value, help)->capture_default_str()->check(CLI::ExistingDirectory);
}

void CommandLine::flag(const std::string& option, bool& value, const std::string& help) {
  app_->app.add_flag(option, value, help);
}

void CommandLine::word(const std::string& name, std::string& value, const std::string& help) {
  app_->app.add_option(name, value, help)->required();
  app_->positionals += " " + name;
}

void CommandLine::words(const std::string& name, std::vector<std::string>& values, const std::string& help,
                        bool required) {
  app_->app.add_option(name, values, help)->required(required);
  app_->positionals += " " + (required ? name + "..." : "[" + name + "...]");
}

void CommandLine::against(std::string& name) {
  name = default_implementation().name;
  std::vector<std::string> names;
  for (const Implementation* known : known_implementations()) names.emplace_back(known->name);
  choice("--against", name,
         "the implementation to run: iov, qemu_iov, the adapter this was built with, or the name of a seeded bug",
         names);
}

std::optional<int> CommandLine::parse(int argc, char** argv) {
  try {
    app_->app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app_->app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::cerr << app_->name << ": " << error.what() << "\nusage: " << app_->name << " [options]" << app_->positionals
              << "; " << app_->name << " --help tells them\n";
    return kExitUnusable;
  }
  return std::nullopt;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!std::filesystem::is_regular_file(path) ||
      !(content << file.rdbuf() || file.peek() == std::ifstream::traits_type::eof()))
    throw std::runtime_error(path.string() + ": cannot be read");
  return content.str();
}

void write_file(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::path temporary = path;
  temporary += ".part";
  {
    std::ofstream file(temporary, std::ios::binary);
    file << content;
    if (!file.flush()) throw std::runtime_error(temporary.string() + ": cannot be written");
  }
  std::filesystem::rename(temporary, path);
}

ParsedProgram program_in(const std::string& content, const std::filesystem::path& path) {
  const bool is_text = path.extension() == ".iov" || std::all_of(content.begin(), content.end(), [](char c) {
                         return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
                       });
  if (!is_text) {
    ParsedProgram parsed;
    parsed.program = decode({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
    parsed.expected.resize(parsed.program.operations.size());
    return parsed;
  }
  auto parsed = parse(content, path.string());
  if (const auto* error = std::get_if<ParseError>(&parsed)) throw std::runtime_error(error->message);
  return std::get<ParsedProgram>(std::move(parsed));
}

std::string file_name_of(const std::string& signature) {
  std::string name;
  for (const char c : signature)
    if (c != ':') name += c == ' ' ? '-' : c;
  return name;
}

}  // namespace lockstep
