// SPDX-License-Identifier: Apache-2.0
// How Rust's standard library ends a transfer, asked of itself.
// Where this fails, the version at hand does otherwise; then the adapter has to be looked at again.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "io_slice.h"

namespace {

/// Answers what is given, one after the other, and counts the elements of each call.
struct Stream {
  static ssize_t call(void* context, const iovec*, std::size_t count) {
    auto* const self = static_cast<Stream*>(context);
    self->counts.push_back(count);
    return self->answers.at(self->counts.size() - 1);
  }
  std::vector<ssize_t> answers;
  std::vector<std::size_t> counts;
};

int write_all(Stream& stream) {
  std::string text = "abc";
  std::array<iovec, 3> vector = {{{text.data(), 0}, {text.data(), 2}, {text.data() + 2, 1}}};
  return rust_write_all(vector.data(), vector.size(), Stream::call, &stream);
}

TEST(Divergence, RustLeavesOutEmptyElementsAtTheFrontAndGoesOnAfterAnInterruption) {
  Stream stream = {{2, -EINTR, 1}, {}};
  EXPECT_EQ(write_all(stream), 0);
  EXPECT_EQ(stream.counts, (std::vector<std::size_t>{2, 1, 1}));
}

TEST(Divergence, RustEndsWhereACallWritesNothing) {
  Stream stream = {{1, 0}, {}};
  EXPECT_EQ(write_all(stream), -1);
}

}  // namespace
