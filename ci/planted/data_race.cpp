// SPDX-License-Identifier: Apache-2.0
// Planted: two threads write one number. ThreadSanitizer reports it.
#include <thread>

int main() {
  int number = 0;
  const auto write = [&number] { ++number; };
  std::thread one(write);
  std::thread other(write);
  one.join();
  other.join();
  return 0;
}
