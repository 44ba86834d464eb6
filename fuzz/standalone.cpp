// SPDX-License-Identifier: Apache-2.0
// A main for engines that bring none, and for a look at inputs without any: runs each file that it is given through the
// fuzz target, in order. Exit: 0 all ran, 1 no file, or one cannot be read. A finding aborts, or with --all ends it
// with 77.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  LLVMFuzzerInitialize(&argc, &argv);
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    if (argv[i][0] == '-') continue;  // an option of the target, or of another engine
    std::ostringstream bytes;
    bytes << std::ifstream(argv[i], std::ios::binary).rdbuf();  // a folder, or nothing, puts nothing into it
    std::error_code error;
    if (bytes.view().size() != std::filesystem::file_size(argv[i], error) || error) {
      std::fprintf(stderr, "%s: cannot read %s\n", argv[0], argv[i]);
      return 1;
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.view().data()), bytes.view().size());
    ++files;
  }
  std::fprintf(stderr, "%s: inputs %d: all ran\n", argv[0], files);
  return files > 0 ? 0 : 1;
}
