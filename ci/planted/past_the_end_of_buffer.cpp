// SPDX-License-Identifier: Apache-2.0
// Planted: one byte more is written than was allocated, which is known at run time only. _FORTIFY_SOURCE=3 reports it.
#include <cstdlib>
#include <cstring>

int main(int count, char**) {
  const auto bytes = static_cast<std::size_t>(count);
  char* const buffer = static_cast<char*>(std::malloc(bytes));
  std::memset(buffer, 0, bytes + 1);
  const int first = buffer[0];
  std::free(buffer);
  return first;
}
