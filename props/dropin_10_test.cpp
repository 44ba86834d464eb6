// SPDX-License-Identifier: Apache-2.0
// What the C interface has at API level 10 only, and what is no rejection there. Compiled for that level, whether the
// library is configured for it or not.
#include "dropin.h"

#if IOV_QEMU_API >= 10
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "examples.h"

namespace {

/// What qemu_iovec_slice finds.
struct Found {
  std::ptrdiff_t first;  ///< Its index.
  std::size_t head;
  std::size_t tail;
  int niov;
  bool operator==(const Found&) const = default;
};

Found slice_of(QEMUIOVector& qiov, std::size_t offset, std::size_t len) {
  Found found = {-1, kMax, kMax, -1};
  found.first = qemu_iovec_slice(&qiov, offset, len, &found.head, &found.tail, &found.niov) - qiov.iov;
  return found;
}

TEST(DropIn10, ASliceIsARunOfTheVectorsOwnElements) {
  char memory[8];
  iovec elements[] = {{memory, 3}, {nullptr, 0}, {memory + 3, 5}, {nullptr, 0}};
  QEMUIOVector qiov;
  qemu_iovec_init_external(&qiov, elements, 4);
  EXPECT_EQ(slice_of(qiov, 0, 8), (Found{0, 0, 0, 3})) << "what is empty behind the last byte is no part of it";
  EXPECT_EQ(slice_of(qiov, 1, 1), (Found{0, 1, 1, 1}));
  EXPECT_EQ(slice_of(qiov, 2, 3), (Found{0, 2, 3, 3}));
  EXPECT_EQ(slice_of(qiov, 3, 5), (Found{1, 0, 0, 2})) << "what is empty exactly at the start is a part";
  EXPECT_EQ(slice_of(qiov, 7, 1), (Found{2, 4, 0, 1}));
  EXPECT_EQ(slice_of(qiov, 4, 0), (Found{2, 1, 4, 1})) << "0 bytes inside an element";
  EXPECT_EQ(slice_of(qiov, 0, 0).niov, 0);
  EXPECT_EQ(slice_of(qiov, 3, 0), (Found{1, 0, 0, 0})) << "and on a boundary";
  EXPECT_EQ(slice_of(qiov, 8, 0), (Found{3, 0, 0, 0}));
  qiov.size = 7;
  EXPECT_EQ(slice_of(qiov, 5, 2), (Found{2, 2, 1, 1}));
  const std::pair rejected(IOV_REJECTED_RANGE,
                           std::string("qemu_iovec_slice: the offset or range lies outside the vector "
                                       "(size 7, offset 5, length 3)"));
  EXPECT_EQ(rejection_of([&] { slice_of(qiov, 5, 3); }), rejected) << "the size is the stored one";
  EXPECT_EQ(rejection_of([&] { slice_of(qiov, 8, 0); }).first, IOV_REJECTED_RANGE);
  EXPECT_EQ(rejection_of([&] { slice_of(qiov, kMax, 2); }).first, IOV_REJECTED_RANGE);
  elements[2].iov_len = 1;
  EXPECT_EQ(rejection_of([&] { slice_of(qiov, 3, 4); }).first, IOV_REJECTED_RANGE) << "and the elements are to have it";
  QEMUIOVector none;
  qemu_iovec_init(&none, 0);
  EXPECT_EQ(slice_of(none, 0, 0), (Found{0, 0, 0, 0}));
}

TEST(DropIn10, PastTheEndTheAnswerIs0AndNothingIsChanged) {
  char memory[5] = "abcd";
  iovec v = {memory, 4}, into = {nullptr, 9};
  QEMUIOVector four, made;
  qemu_iovec_init_external(&four, &v, 1);
  qemu_iovec_init(&made, 0);
  char data[4] = "xyz";
  for (const std::size_t offset : {std::size_t{5}, kMax}) {
    EXPECT_EQ(iov_from_buf(&v, 1, offset, data, 1), 0u);
    EXPECT_EQ(iov_to_buf(&v, 1, offset, data, 1), 0u);
    EXPECT_EQ(iov_memset(&v, 1, offset, 0, kMax), 0u);
    EXPECT_EQ(iov_copy(&into, 1, &v, 1, offset, 1), 0u);
    EXPECT_EQ(iov_copy(nullptr, 0, &v, 1, offset, 0), 0u);
    EXPECT_EQ(qemu_iovec_from_buf(&four, offset, data, 1), 0u);
    EXPECT_EQ(qemu_iovec_to_buf(&four, offset, data, 1), 0u);
    EXPECT_EQ(qemu_iovec_memset(&four, offset, 0, 1), 0u);
    EXPECT_EQ(qemu_iovec_concat_iov(&made, &v, 1, offset, 1), 0u);
    qemu_iovec_concat(&made, &four, offset, kMax);
    EXPECT_EQ(rejection_of([&] { qemu_iovec_concat_iov(&four, &v, 1, offset, 1); }).first, IOV_REJECTED_ARGUMENT);
  }
  EXPECT_STREQ(memory, "abcd");
  EXPECT_STREQ(data, "xyz");
  EXPECT_EQ(into.iov_len, 9u);
  expect_fields(made, nullptr, 0, 0, 0);
}

TEST(DropIn10, FlagsAreThoseOfEveryCallAndNoneTakesSigpipeBack) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  char sent[] = "abcd", got[5] = {};
  iovec out[] = {{sent, 1}, {nullptr, 0}, {sent + 1, 3}}, in[] = {{got, 2}, {got + 2, 2}};
  const auto receive = [&](int flags) { return iov_send_recv_with_flags(ends[1], flags, in, 2, 1, 2, false); };
  const timeval patience = {1, 0};  // all is there already; only where a flag is lost it would wait, for ever
  setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(iov_send_recv_with_flags(ends[0], 0, out, 3, 0, 4, true), 4);
  EXPECT_EQ(receive(MSG_PEEK), 2);
  EXPECT_EQ(receive(0), 2) << "which were shown, and not taken";
  EXPECT_STREQ(got + 1, "ab");
  EXPECT_EQ(receive(MSG_PEEK), 2);
  EXPECT_STREQ(got + 1, "cd");
  EXPECT_EQ(iov_send_recv_with_flags(-1, 0, nullptr, 0, 9, 0, true), 0);
  EXPECT_EQ(rejection_of([&] { iov_send_recv_with_flags(-1, 0, out, 3, 1, 4, true); }).second,
            "iov_send: the offset or range lies outside the vector (offset 1, bytes 4)");

  // Some systems know no urgent byte here. Without the flag it would be a byte like others, and none to ask for.
  const ssize_t urgent = iov_send_recv_with_flags(ends[0], MSG_OOB, out, 1, 0, 1, true);
  if (urgent == -1) {
    EXPECT_EQ(errno, EOPNOTSUPP);
  } else {
    EXPECT_EQ(recv(ends[1], got, 1, MSG_OOB | MSG_DONTWAIT), 1);
  }

  const auto before = std::signal(SIGPIPE, SIG_DFL);
  close(ends[1]);
  EXPECT_EQ(iov_send_recv_with_flags(ends[0], MSG_DONTWAIT, out, 3, 0, 4, true), -1);
  EXPECT_TRUE(errno == EPIPE || errno == ECONNRESET) << errno;
  EXPECT_EQ(iov_send_recv_with_flags(ends[0], MSG_DONTWAIT, out, 3, 0, 4, true), -1);
  EXPECT_EQ(errno, EPIPE);
  std::signal(SIGPIPE, before);
  close(ends[0]);
}

TEST(DropIn10, ACallTakesAsManyElementsAsTheKernelDoes) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
  std::vector<char> sent(IOV_MAX, 'x'), got(2 * sent.size());
  std::vector<iovec> out(sent.size());
  std::transform(sent.begin(), sent.end(), out.begin(), [](char& byte) { return iovec{&byte, 1}; });
  const auto count = static_cast<unsigned>(out.size());
  EXPECT_EQ(iov_send_recv_with_flags(ends[0], 0, out.data(), count, 0, out.size(), true), IOV_MAX);
  EXPECT_EQ(recv(ends[1], got.data(), got.size(), MSG_DONTWAIT), IOV_MAX) << "each call is a message of its own";
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
#endif
