// Encodes text programs as raw inputs for fuzzers: encode_seeds FOLDER FILE...
#include <filesystem>

#include "command_line/command_line.h"

int main(int argc, char** argv) {
  std::string folder;
  std::vector<std::string> files;
  lockstep::CommandLine line("encode_seeds",
                             "Encodes text programs as raw inputs for fuzzers, each under its own name. "
                             "Exit: 0 done, 1 could not.");
  line.text("folder", folder, "where to put them; made if need be");
  line.words("file", files, "text programs");
  return line.run(argc, argv, [&] {
    std::filesystem::create_directories(folder);
    for (const std::filesystem::path file : files) {
      const std::vector<std::uint8_t> bytes = encode(lockstep::program_in(lockstep::read_file(file), file).program);
      lockstep::write_file(std::filesystem::path(folder) / file.stem(),
                           std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    }
    return lockstep::kExitAgrees;
  });
}
