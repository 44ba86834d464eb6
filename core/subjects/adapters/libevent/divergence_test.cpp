// SPDX-License-Identifier: Apache-2.0
// Differences that the adapter works around, asked of libevent itself.
// Where this fails, the version at hand does otherwise; then the adapter and the program of that name have to be looked
// at again.
#include <event2/buffer.h>
#include <event2/event.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <string_view>

namespace {

class Divergence : public testing::Test {
 protected:
  ~Divergence() override { evbuffer_free(buffer); }

  void refer_to(std::string_view literal) {
    evbuffer_add_reference(buffer, literal.data(), literal.size(), nullptr, nullptr);
  }
  evbuffer_ptr at(std::size_t offset) {
    evbuffer_ptr start;
    EXPECT_EQ(evbuffer_ptr_set(buffer, &start, offset, EVBUFFER_PTR_SET), 0);
    return start;
  }
  int extents_of(ev_ssize_t bytes) {
    evbuffer_ptr start = at(0);
    return evbuffer_peek(buffer, bytes, &start, nullptr, 0);
  }

  evbuffer* buffer = evbuffer_new();
};

TEST_F(Divergence, LibeventTellsOfExtentsOf0Bytes) {  // empty_extents.iov
  std::printf("libevent %s, seen in 2.1.12-stable\n", event_get_version());
  refer_to("x");
  EXPECT_EQ(extents_of(0), 1);
  refer_to("");
  EXPECT_EQ(extents_of(1), 1);
  EXPECT_EQ(extents_of(2), 2);
}

TEST_F(Divergence, LibeventFailsWhereItShouldCut) {  // more_than_ssize_max.iov
  refer_to("abc");
  evbuffer_ptr start = at(1);
  std::array<char, 3> data{};
  EXPECT_EQ(evbuffer_copyout_from(buffer, &start, data.data(), data.size()), 2);
  EXPECT_EQ(evbuffer_copyout_from(buffer, &start, data.data(), EV_SIZE_MAX - 1), -1);
  EXPECT_EQ(evbuffer_copyout_from(buffer, &start, data.data(), EV_SSIZE_MAX - 1), 2);
}

}  // namespace
