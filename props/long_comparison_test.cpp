// SPDX-License-Identifier: Apache-2.0
// Compares more than SIZE_MAX bytes: elements that repeat each other are as long as that. For 32 bits, where this takes
// a second; it needs no test library.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <vector>

#include "iov/iov.h"

namespace {

constexpr std::size_t kMiB = 1 << 20;
static_assert(SIZE_MAX / kMiB == 4095, "the vectors are made for 32 bits");

int failures = 0;

void expect(const char* what, std::optional<std::size_t> expected, std::optional<std::size_t> actual) {
  if (expected == actual) return;
  ++failures;
  std::printf("FAILED: %s: expected %zu, is %zu (equal: %d, %d)\n", what, expected.value_or(0), actual.value_or(0),
              !expected, !actual);
}

}  // namespace

int main() {
  std::vector<char> zeros(kMiB + 16);
  std::vector<char> last_differs(kMiB + 16);
  last_differs.back() = 1;
  const iovec repeated{zeros.data(), kMiB};
  const auto with = [&](const std::vector<char>& last, std::size_t bytes) {
    std::vector<iovec> v(4095, repeated);
    v.push_back({const_cast<char*>(last.data()), bytes});
    return v;
  };

  const std::vector<iovec> longer(4097, repeated);
  expect("equal", std::nullopt, iov::first_difference(longer, longer));
  const std::vector<iovec> equal = with(zeros, kMiB + 16);
  expect("a difference far behind", SIZE_MAX, iov::first_difference(equal, with(last_differs, kMiB + 16)));
  expect("a prefix that long", SIZE_MAX, iov::first_difference(equal, with(zeros, kMiB + 15)));
  // The last position that can be answered.
  std::vector<char> at_the_end(kMiB);
  at_the_end.back() = 1;
  expect("a difference at the last", SIZE_MAX, iov::first_difference(with(zeros, kMiB), with(at_the_end, kMiB)));
  at_the_end[kMiB - 2] = 1;
  expect("a difference before", SIZE_MAX - 1, iov::first_difference(with(zeros, kMiB), with(at_the_end, kMiB)));
  if (failures == 0) std::puts("long comparisons are right");
  return failures == 0 ? 0 : 1;
}
