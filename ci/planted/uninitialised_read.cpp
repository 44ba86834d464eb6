// SPDX-License-Identifier: Apache-2.0
// Planted: a decision over a byte that nothing has written. Valgrind and MemorySanitizer report it.
#include <cstdlib>

int main() {
  volatile char* const byte = static_cast<char*>(std::malloc(1));
  const int result = *byte == 7 ? 0 : 0;
  if (*byte == 7) std::abort();
  std::free(const_cast<char*>(byte));
  return result;
}
