// SPDX-License-Identifier: Apache-2.0
// Compiled with -fno-exceptions together with the library's sources: only the error_code forms are left, and they work.
#include <array>
#include <cstddef>
#include <cstdio>
#include <system_error>

#include "iov/io_vector.h"
#include "iov/iov.h"

#if IOV_HAS_EXCEPTIONS
#error "this is to be compiled without exceptions"
#endif

int main() {
  std::array<std::byte, 4> memory{};
  std::error_code error;
  iov::IoVector vector;
  vector.add(memory.data(), 3, error);
  vector.add(memory.data() + 3, 1, error);
  const bool filled = iov::fill(vector.elements(), 1, std::byte{7}, 9, error) == 3 && !error;
  const bool rejected =
      iov::fill(vector.elements(), 5, std::byte{7}, 0, error) == 0 && error == iov::Error::out_of_range;
  const bool right = memory[0] == std::byte{0} && memory[1] == std::byte{7} && memory[3] == std::byte{7};
  std::puts(filled && rejected && right ? "works without exceptions" : "FAILED");
  return filled && rejected && right ? 0 : 1;
}
