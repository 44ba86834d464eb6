// SPDX-License-Identifier: Apache-2.0
// Adding elements one by one: with room and without, and up to SIZE_MAX bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "iov/io_vector.h"
#include "iov/qemu_iov.h"

namespace {

using iov::Error;

TEST(Adding, ElementsAreAddedWhereThereIsRoomAndWhereThereIsNone) {
  for (const bool lent : {false, true}) {
    iov::IoVector vector;
    std::vector<iovec> expected;
    for (std::size_t i = 1; i < 20; ++i) {
      if (lent) static_cast<void>(vector.lend());
      vector.add(nullptr, i);
      expected.push_back({nullptr, i});
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), vector.elements().begin(), vector.elements().end(),
                             [](const iovec& a, const iovec& b) { return a.iov_len == b.iov_len; }));
      EXPECT_EQ(vector.size(), i * (i + 1) / 2);
      EXPECT_THROW(vector.add(nullptr, SIZE_MAX - vector.size() + 1), std::length_error);
    }
  }
}

// Room for more elements allows no more than SIZE_MAX bytes. Lent elements count with the lengths that they have now.
TEST(Adding, RoomForElementsIsNoRoomForBytes) {
  for (const bool lent : {false, true}) {
    iov::IoVector vector = iov::IoVector::with_capacity(4);
    vector.add(nullptr, lent ? 1 : SIZE_MAX - 2);
    if (lent) vector.lend()[0].iov_len = SIZE_MAX - 2;
    std::error_code error;
    vector.add(nullptr, 3, error);
    EXPECT_EQ(error, Error::length_overflow);
    vector.add(nullptr, 2, error);
    EXPECT_FALSE(error);
    EXPECT_EQ(vector.size(), SIZE_MAX);
    EXPECT_EQ(vector.concat(std::array<iovec, 1>{{{nullptr, 1}}}, 0, 1, error), 0u);
    EXPECT_EQ(error, Error::length_overflow);
    EXPECT_EQ(vector.size(), SIZE_MAX);
    EXPECT_EQ(vector.elements().size(), 2u);
    EXPECT_EQ(vector.capacity(), 4u);
  }
}

TEST(Adding, RoomForElementsIsNoRoomForBytesInC) {
  const iov_reject_handler former = iov_set_reject_handler([](iov_rejection reason, const char*) { throw reason; });
  QEMUIOVector qiov;
  qemu_iovec_init(&qiov, 4);
  qemu_iovec_add(&qiov, nullptr, SIZE_MAX - 2);
  EXPECT_THROW(qemu_iovec_add(&qiov, nullptr, 3), iov_rejection);
  qemu_iovec_add(&qiov, nullptr, 2);
  EXPECT_EQ(qiov.size, SIZE_MAX);
  EXPECT_EQ(qiov.nalloc, 4);
  qemu_iovec_destroy(&qiov);
  iov_set_reject_handler(former);
}

}  // namespace
