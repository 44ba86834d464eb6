#include "command_line.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "seeded/seeded_bugs.h"

namespace lockstep {

void add_against_option(CLI::App& app, std::string& name) {
  name = ours().name;
  app.add_option("--against", name, "the implementation to run: iov, or the name of a seeded bug")
      ->check([](const std::string& candidate) {
        if (implementation_named(candidate) != nullptr) return std::string();
        std::string names(ours().name);
        for (const SeededBug& bug : seeded_bugs()) names.append(", ").append(bug.name);
        return "no implementation '" + candidate + "'; there are " + names;
      });
}

std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    const std::string name = std::filesystem::path(argv[0]).filename().string();
    std::cerr << name << ": " << error.what() << "\nusage: " << name << " [options]";
    for (const CLI::Option* option : app.get_options())
      if (option->get_positional()) std::cerr << " [" << option->get_name(true) << "...]";
    std::cerr << "; " << name << " --help tells them\n";
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
  const bool is_text = std::all_of(content.begin(), content.end(), [](char c) {
    return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
  });
  if (!is_text) {
    ParsedProgram parsed;
    parsed.program = decode({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
    parsed.pinned.resize(parsed.program.operations.size());
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
