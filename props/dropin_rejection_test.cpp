// What the C interface rejects: the line of a rejection and what becomes of it, and lengths that no memory has.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstdio>

#include "dropin.h"
#include "examples.h"
#include "iov/qemu_iov.h"

namespace {

TEST(DropIn, RejectionsAreOneLineWithTheNumbers) {
  char memory[4];
  const iovec v = {memory, sizeof memory};
  const iovec huge = {memory, kMax};
  expect_rejected(kRange, "iov_from_buf", "offset 5, bytes 4", [&] { iov_from_buf(&v, 1, 5, memory, 4); });
  expect_rejected(kRange, "iov_to_buf", "offset 18446744073709551615, bytes 0",
                  [&] { iov_to_buf_full(&v, 1, kMax, memory, 0); });
  expect_rejected(kRange, "iov_memset", "offset 5, bytes 0", [&] { iov_memset(&v, 1, 5, 0, 0); });
  expect_rejected(kRange, "iov_send", "offset 1, bytes 4", [&] { iov_send(-1, &v, 1, 1, 4); });
  expect_rejected(kRange, "iov_recv", "offset 5, bytes 1", [&] { iov_recv(-1, &v, 1, 5, 1); });
  expect_rejected({IOV_REJECTED_LENGTH, "more than SSIZE_MAX bytes"}, "iov_send",
                  "offset 0, bytes 18446744073709551615", [&] { iov_send(-1, &huge, 1, 0, kMax); });
  expect_rejected(kRange, "iov_copy", "offset 5, bytes 0", [&] { iov_copy(nullptr, 0, &v, 1, 5, 0); });
}

TEST(DropIn, RejectionsOfVectorsTellTheirSizes) {
  char memory[4];
  iovec v = {memory, sizeof memory};
  QEMUIOVector four, none;
  qemu_iovec_init_external(&four, &v, 1);
  qemu_iovec_init(&none, 0);
  QEMUIOVector three = QEMU_IOVEC_INIT_BUF(three, memory, 3);
  QEMUIOVector made = garbage();
  expect_rejected(kRange, "qemu_iovec_init_slice", "size 4, offset 1, bytes 4",
                  [&] { qemu_iovec_init_slice(&made, &four, 1, 4); });
  expect_rejected(kRange, "qemu_iovec_init_extended", "head 1, offset 1, bytes 4, tail 2",
                  [&] { qemu_iovec_init_extended(&made, memory, 1, &four, 1, 4, memory, 2); });
  expect_rejected({IOV_REJECTED_ARGUMENT, "an argument that is needed is absent"}, "qemu_iovec_init_extended",
                  "head 1, offset 0, bytes 4, tail 2",
                  [&] { qemu_iovec_init_extended(&made, memory, 1, nullptr, 0, 4, memory, 2); });
  EXPECT_EQ(qemu_iovec_init_extended(&made, memory, 1, nullptr, 0, kMax, memory, 2), -EINVAL);
  EXPECT_TRUE(same(made, garbage()));
  expect_rejected(kRange, "qemu_iovec_subvec_niov", "size 4, offset 5, bytes 0",
                  [&] { qemu_iovec_subvec_niov(&four, 5, 0); });
  expect_rejected(kRange, "qemu_iovec_is_zero", "size 4, offset 2, bytes 3", [&] { qemu_iovec_is_zero(&four, 2, 3); });
  expect_rejected(kRange, "qemu_iovec_discard_back", "size 4, bytes 5", [&] { qemu_iovec_discard_back(&four, 5); });
  expect_rejected(kRange, "qemu_iovec_concat", "offset 5, bytes 1", [&] { qemu_iovec_concat(&none, &four, 5, 1); });
  expect_rejected(kNotOwned, "qemu_iovec_add", "size 4, length 2", [&] { qemu_iovec_add(&four, memory, 2); });
  expect_rejected(kNotOwned, "qemu_iovec_concat", "offset 9, bytes 1", [&] { qemu_iovec_concat(&four, &four, 9, 1); });
  expect_rejected(kNotOwned, "qemu_iovec_concat_iov", "offset 9, bytes 1",
                  [&] { qemu_iovec_concat_iov(&four, four.iov, 1, 9, 1); });
  expect_rejected(kNotOwned, "qemu_iovec_clone", "elements 1", [&] { qemu_iovec_clone(&four, &four, memory); });
  expect_rejected(kNotOwned, "qemu_iovec_reset", "size 4", [&] { qemu_iovec_reset(&four); });
  expect_rejected(kNotEmbedded, "qemu_iovec_buf", "elements 1", [&] { qemu_iovec_buf(&four); });
  expect_rejected(kNotEmbedded, "qemu_iovec_buf", "elements 0", [&] { qemu_iovec_buf(&none); });
  expect_rejected(kUnlike, "qemu_iovec_compare", "elements in a 1, elements in b 0",
                  [&] { qemu_iovec_compare(&four, &none); });
  expect_rejected(kUnlike, "qemu_iovec_compare", "element 0, length in a 4, length in b 3",
                  [&] { qemu_iovec_compare(&four, &three); });
}

TEST(DropIn, NegativeHintsAndCountsAreRejected) {
  const Words hint = {IOV_REJECTED_ARGUMENT, "the hint is negative"};
  const Words count = {IOV_REJECTED_ARGUMENT, "the count is negative"};
  QEMUIOVector qiov = garbage();
  expect_rejected(hint, "qemu_iovec_init", "minus 1", [&] { qemu_iovec_init(&qiov, -1); });
  expect_rejected(hint, "qemu_iovec_init", "minus 2147483648", [&] { qemu_iovec_init(&qiov, INT32_MIN); });
  expect_rejected(count, "qemu_iovec_init_external", "minus 1", [&] { qemu_iovec_init_external(&qiov, nullptr, -1); });
  EXPECT_TRUE(same(qiov, garbage()));
}

TEST(DropIn, SumsBeyondSizeMaxAreRejectedAndChangeNothing) {
  std::array<iovec, 2> huge = {claim(kMax), claim(2)};
  expect_rejected(kSum, "iov_size", "elements 2", [&] { iov_size(huge.data(), 2); });
  QEMUIOVector qiov = garbage();
  expect_rejected(kSum, "qemu_iovec_init_external", "elements 2",
                  [&] { qemu_iovec_init_external(&qiov, huge.data(), 2); });
  EXPECT_TRUE(same(qiov, garbage()));
  qemu_iovec_init(&qiov, 1);
  qemu_iovec_add(&qiov, huge[0].iov_base, kMax);
  const QEMUIOVector before = qiov;
  expect_rejected(kSum, "qemu_iovec_add", "size 18446744073709551615, length 2",
                  [&] { qemu_iovec_add(&qiov, nullptr, 2); });
  expect_rejected(kSum, "qemu_iovec_concat", "offset 0, bytes 1", [&] { qemu_iovec_concat(&qiov, &qiov, 0, 1); });
  expect_rejected(kSum, "qemu_iovec_clone", "elements 1", [&] { qemu_iovec_clone(&qiov, &qiov, nullptr); });
  EXPECT_TRUE(same(qiov, before));
  QEMUIOVector empty;
  qemu_iovec_init(&empty, 0);
  const QEMUIOVector as_it_was = empty;
  expect_rejected(kRange, "qemu_iovec_concat_iov", "offset 1, bytes 1",
                  [&] { qemu_iovec_concat_iov(&empty, nullptr, 0, 1, 1); });
  EXPECT_TRUE(same(empty, as_it_was));
  qemu_iovec_add(&qiov, nullptr, 0);
  EXPECT_EQ(qiov.niov, 2);
  qemu_iovec_destroy(&qiov);
}

// The size that is kept is what a range is judged by, also where the elements have more.
TEST(DropIn, ARangeBeyondTheKeptSizeIsRejected) {
  char memory[8];
  std::array<iovec, 2> elements = {{{memory, 3}, {memory + 4, 3}}};
  QEMUIOVector mid;
  qemu_iovec_init_external(&mid, elements.data(), 2);
  mid.size = 4;
  QEMUIOVector made = garbage();
  EXPECT_EQ(rejection_of([&] { qemu_iovec_init_extended(&made, nullptr, 0, &mid, 4, 1, nullptr, 0); }).reason,
            IOV_REJECTED_RANGE);
  EXPECT_EQ(rejection_of([&] { qemu_iovec_init_slice(&made, &mid, 4, 1); }).reason, IOV_REJECTED_RANGE);
  EXPECT_TRUE(same(made, garbage()));
  EXPECT_EQ(qemu_iovec_init_extended(&made, nullptr, 0, &mid, 3, 1, nullptr, 0), 0);
  EXPECT_EQ(made.size, 1u);
}

TEST(DropIn, AVectorHasAtMostIntMaxElements) {
  iovec element = claim(1);
  QEMUIOVector full = garbage();
  full.iov = &element;  // rejected before the array is looked at
  full.niov = full.nalloc = INT_MAX;
  full.size = 7;
  expect_rejected({IOV_REJECTED_LENGTH, "too many elements"}, "qemu_iovec_add", "size 7, length 1",
                  [&] { qemu_iovec_add(&full, nullptr, 1); });
  EXPECT_EQ(full.niov, INT_MAX);
}

TEST(DropInDeathTest, ByDefaultARejectionAbortsWithItsLine) {
  char memory[4];
  const iovec element = {memory, 4};
  ASSERT_EXIT((static_cast<void>(iov_set_reject_handler(nullptr)), iov_from_buf(&element, 1, 5, memory, 1)),
              testing::KilledBySignal(SIGABRT),
              "^iov_from_buf: the offset or range lies outside the vector \\(offset 5, bytes 1\\)\n$");
  QEMUIOVector qiov = QEMU_IOVEC_INIT_BUF(qiov, memory, 4);
  ASSERT_EXIT((static_cast<void>(iov_set_reject_handler(nullptr)), qemu_iovec_add(&qiov, memory, 1)),
              testing::KilledBySignal(SIGABRT),
              "^qemu_iovec_add: the vector does not own its array \\(size 4, length 1\\)\n$");
}

TEST(DropInDeathTest, AHandlerThatReturnsAborts) {
  ASSERT_EXIT(
      (static_cast<void>(iov_set_reject_handler([](iov_rejection, const char*) { std::fputs("told", stderr); })),
       iov_memset(nullptr, 0, 1, 0, 0)),
      testing::KilledBySignal(SIGABRT), "^told$");
}

}  // namespace
