// SPDX-License-Identifier: Apache-2.0
// When memory runs out, everything that allocates rejects: it says so, and has changed nothing. What is not freed the
// leak checker of AddressSanitizer reports.
#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include "allocation.h"
#include "iov/io_vector.h"
#include "iov/iov.h"

namespace {

class OutOfMemory : public testing::Test {
 protected:
  OutOfMemory() : vector(one_element, sizeof one_element) {}

  /// The form with an error code says not_enough_memory, the other one throws std::bad_alloc; the vector stays as it
  /// was.
  template <typename Call>
  void expect_rejected(Call call) {
    std::error_code error;
    {
      const NoMemory here;
      call(error);
      EXPECT_THROW(call(), std::bad_alloc);
    }
    EXPECT_EQ(error, std::errc::not_enough_memory);
    expect_unchanged();
  }

  void expect_unchanged() {
    ASSERT_EQ(vector.elements().size(), 1u);
    EXPECT_EQ(vector.elements()[0].iov_base, one_element);
    EXPECT_EQ(vector.elements()[0].iov_len, sizeof one_element);
    EXPECT_EQ(vector.size(), sizeof one_element);
  }

  char one_element[3] = {};
  char bytes[8] = {};
  std::byte buffer[8] = {};
  std::vector<iovec> two = {{bytes, 1}, {bytes + 4, 2}};
  iov::IoVector vector;
};

TEST_F(OutOfMemory, WhatAllocatesRejectsAndChangesNothing) {
  iov::IoVector three(two);
  three.add(one_element, 3);
  expect_rejected([this](auto&... error) { vector.assign(two, error...); });
  expect_rejected([this](auto&... error) { vector.add(bytes, 1, error...); });
  expect_rejected([this](auto&... error) { vector.add(two, error...); });
  expect_rejected([this](auto&... error) { vector.add(vector.elements(), error...); });
  expect_rejected([this](auto&... error) { EXPECT_EQ(vector.concat(two, 0, 3, error...), 0u); });
  expect_rejected([this](auto&... error) { vector.clone(two, buffer, error...); });
  expect_rejected([this](auto&... error) { EXPECT_EQ(iov::clone_size(two, error...), 0u); });
  expect_rejected([this](auto&... error) { EXPECT_TRUE(iov::slice(two, 0, 3, error...).elements().empty()); });
  expect_rejected([&three](auto&... error) { EXPECT_TRUE(three.split(1, error...).elements().empty()); });
  expect_rejected([](auto&... error) { iov::IoVector::with_capacity(2, error...); });
  expect_rejected([this](auto&... error) { iov::extended({bytes, 1}, two, 0, 3, {bytes, 1}, error...); });
  EXPECT_EQ(three.size(), 6u);
  EXPECT_EQ(three.elements().size(), 3u);
}

TEST_F(OutOfMemory, CloningRejectsAlsoWhereTheElementsWouldFitOrOnlyTheyFindNone) {
  std::error_code error;
  no_more_elements = true;
  vector.clone(two, buffer, error);
  no_more_elements = false;
  EXPECT_EQ(error, std::errc::not_enough_memory);
  expect_unchanged();
  vector = iov::IoVector::with_capacity(10);
  vector.add(one_element, sizeof one_element);
  expect_rejected([this](auto&... more) { vector.clone(two, buffer, more...); });
}

// These would take 0 and 16 bytes if the product wrapped.
TEST_F(OutOfMemory, NobodyIsAskedForBytesThatWrap) {
  times_allocated = 0;
  for (const std::size_t elements : {SIZE_MAX / sizeof(iovec) + 1, SIZE_MAX / sizeof(iovec) + 2, SIZE_MAX}) {
    std::error_code error;
    EXPECT_EQ(iov::IoVector::with_capacity(elements, error).capacity(), 1u);
    EXPECT_EQ(error, std::errc::not_enough_memory) << elements;
  }
  EXPECT_EQ(times_allocated, 0u);
}

TEST_F(OutOfMemory, OneElementNeedsNoMemory) {
  static_assert(sizeof(iov::IoVector) <= 64);
  iov::IoVector three(two);
  three.add(one_element, 3);
  const NoMemory here;
  iov::IoVector other;
  other.add(bytes, 8);
  const iov::IoVector copy = other;
  EXPECT_EQ(copy.size(), 8u);
  EXPECT_EQ(copy.elements()[0].iov_base, bytes);
  EXPECT_EQ(iov::slice(other.elements(), 1, 2).size(), 2u);
  EXPECT_EQ(three.split(3).size(), 3u);
}

TEST(Memory, IsAskedForSeldomAndNotInExcess) {
  times_allocated = 0;
  iov::IoVector vector;
  for (std::size_t i = 0; i < 100'000; ++i) {
    vector.add(nullptr, 1);
    ASSERT_LE(vector.capacity(), 2 * vector.elements().size());
  }
  EXPECT_LE(times_allocated, 20u);
}

TEST(Memory, IsNotNeededForOneElementInAVectorMovedFrom) {
  iov::IoVector vector;
  for (int i = 0; i < 2; ++i) vector.add(nullptr, 0);
  const iov::IoVector moved = std::move(vector);
  EXPECT_EQ(moved.elements().size(), 2u);
  times_allocated = 0;
  vector.add(nullptr, 7);  // NOLINT(bugprone-use-after-move): that is what is promised
  EXPECT_EQ(vector.size(), 7u);
  EXPECT_EQ(vector.capacity(), 1u);
  EXPECT_EQ(times_allocated, 0u);
}

}  // namespace
