// SPDX-License-Identifier: Apache-2.0
// Planted: a vector is asked for an element behind its last one. Assertions of the standard library report it.
#include <vector>

int main(int count, char**) {
  const std::vector<int> numbers(static_cast<std::size_t>(count), 0);
  return numbers[numbers.size()] * 0;
}
