// SPDX-License-Identifier: Apache-2.0
// Planted: a sum that int does not hold. UndefinedBehaviorSanitizer reports it.
#include <climits>

int main(int count, char**) {
  const int sum = INT_MAX - 1 + count + count;
  return sum == 0 ? 1 : 0;
}
