// SPDX-License-Identifier: Apache-2.0
// The C interface, where programs of the language cannot follow: the layout of its struct, numbers of bytes that are
// constant, and the line of a rejection and what becomes of it. Compiled for both API levels.
#include "dropin.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <utility>

#include "allocation.h"
#include "examples.h"

namespace {

/// A struct whose memory says nothing. Code that reads it as a vector frees memory that was never allocated.
QEMUIOVector garbage() {
  QEMUIOVector qiov;
  std::memset(static_cast<void*>(&qiov), 0x5a, sizeof qiov);
  return qiov;
}

/// To the last byte, of garbage, too.
bool same(const QEMUIOVector& a, const QEMUIOVector& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;  // NOLINT(bugprone-suspicious-memory-comparison)
}

TEST(DropIn, TheFieldsAreThoseOfItsKind) {
  char memory[8];
  std::array<iovec, 2> elements = {{{memory, 3}, {memory + 4, 3}}};
  QEMUIOVector external = garbage(), made = garbage();
  qemu_iovec_init_external(&external, elements.data(), 2);
  expect_fields(external, elements.data(), 2, -1, 6);
  const char* const only_read = memory;
  qemu_iovec_init_buf(&made, only_read, 5);
  expect_fields(made, &made.local_iov, 1, -1, 5);
  EXPECT_EQ(qemu_iovec_buf(&made), memory);
  made = garbage();  // what the struct held before is not looked at
  qemu_iovec_init_slice(&made, &external, 1, 2);
  expect_fields(made, &made.local_iov, 1, -1, 2);
  made = garbage();
  qemu_iovec_init_slice(&made, &external, 3, 0);
  expect_fields(made, nullptr, 0, 0, 0);
#if IOV_QEMU_API < 10
  EXPECT_EQ(qemu_iovec_init_extended(&made, memory, 1, nullptr, 9, 0, memory, 0), 0);
  expect_fields(made, &made.local_iov, 1, -1, 1);
  made = garbage();
  EXPECT_EQ(qemu_iovec_init_extended(&made, memory, 1, &external, 2, 2, memory, 1), 0);
  EXPECT_GE(made.nalloc, 4);
  expect_fields(made, made.iov, 4, made.nalloc, 4);
#endif
  qemu_iovec_destroy(&made);
  expect_fields(made, nullptr, 0, 0, 0);
  qemu_iovec_init(&made, 0);
  expect_fields(made, nullptr, 0, 0, 0);
}

TEST(DropIn, AnUndoRecordHoldsTheTrimmedElementAndAnEmptyVectorNeedsNoArray) {
  char memory[8];
  iovec element = {memory, 8};
  iovec* front = &element;
  unsigned count = 1;
  IOVDiscardUndo undo = {};
  EXPECT_EQ(iov_discard_front_undoable(&front, &count, 3, &undo), 3u);
  EXPECT_EQ(undo.modified_iov, &element);
  EXPECT_EQ(undo.orig.iov_base, memory);
  EXPECT_EQ(undo.orig.iov_len, 8u);
  EXPECT_EQ(iov_discard_back_undoable(front, &count, 5, &undo), 5u);
  EXPECT_EQ(undo.modified_iov, nullptr) << "nothing was trimmed";
  EXPECT_EQ(count, 0u);
  front = nullptr;
  EXPECT_EQ(iov_discard_front(&front, &count, 1), 0u);
  EXPECT_EQ(iov_discard_back(nullptr, &count, 1), 0u);
}

TEST(DropIn, ThereIsRoomForWhatWasAskedForAResetKeepsItAndAddingDoublesIt) {
  QEMUIOVector qiov = garbage();
  qemu_iovec_init(&qiov, 3);
  const iovec* const array = qiov.iov;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 3; ++i) qemu_iovec_add(&qiov, nullptr, 1);
    expect_fields(qiov, array, 3, 3, 3);
    qemu_iovec_reset(&qiov);
  }
  times_allocated = 0;
  for (int i = 0; i < 10'000; ++i) qemu_iovec_add(&qiov, nullptr, 1);
  EXPECT_LE(times_allocated, 12u);
  EXPECT_EQ(qiov.size, 10'000u);
  qemu_iovec_destroy(&qiov);
}

/// Both short names, called with a constant number of `bytes`, against the same with a number unknown to the compiler.
void expect_same(std::size_t bytes, decltype(&iov_to_buf_full) to_buf, decltype(&iov_from_buf_full) from_buf) {
  std::array<unsigned char, 200> memory{};
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<unsigned char>(i);
  const auto before = memory;
  std::array<iovec, 3> elements = {{{memory.data(), 66}, {nullptr, 0}, {memory.data() + 100, 70}}};
  const iovec* const v = elements.data();
  for (unsigned count = 0; count <= elements.size(); ++count) {
    const std::size_t size = iov_size(v, count);
    std::array<unsigned char, 200> data{};
    data.fill(0xee);
    for (std::size_t offset = 0; offset <= size; ++offset) {
      std::array<unsigned char, 200> fast{}, slow{};
      EXPECT_EQ(to_buf(v, count, offset, fast.data(), bytes), iov_to_buf_full(v, count, offset, slow.data(), bytes));
      EXPECT_EQ(fast, slow);
      const std::size_t copied = from_buf(v, count, offset, data.data(), bytes);
      fast = std::exchange(memory, before);
      EXPECT_EQ(copied, iov_from_buf_full(v, count, offset, data.data(), bytes));
      EXPECT_EQ(fast, memory);
      memory = before;
    }
    EXPECT_EQ(rejection_of([&] { to_buf(v, count, size + 1, data.data(), bytes); }),
              rejection_of([&] { iov_to_buf_full(v, count, size + 1, data.data(), bytes); }));
    EXPECT_EQ(rejection_of([&] { from_buf(v, count, kMax, data.data(), bytes); }).first,
              IOV_QEMU_API < 10 ? IOV_REJECTED_RANGE : iov_rejection{});
  }
}

template <std::size_t... bytes>
void expect_same_with_constants() {
  (expect_same(
       bytes,
       [](auto* v, auto count, auto offset, void* buf, auto) { return iov_to_buf(v, count, offset, buf, bytes); },
       [](auto* v, auto count, auto offset, auto* buf, auto) { return iov_from_buf(v, count, offset, buf, bytes); }),
   ...);
}

// The stored size allows such a range, and the elements no longer have it.
TEST(DropIn, RangesThatTheElementsNoLongerHaveAreRejected) {
  char memory[8] = {};
  iovec elements[] = {{memory, 4}, {memory + 4, 4}};
  QEMUIOVector shrunk;
  qemu_iovec_init_external(&shrunk, elements, 2);
  elements[1].iov_len = 1;
  QEMUIOVector made;
  qemu_iovec_init(&made, 1);
  qemu_iovec_add(&made, memory, 3);
  const std::function<void()> calls[] = {
    [&] { qemu_iovec_init_slice(&made, &shrunk, 2, 6); },
#if IOV_QEMU_API < 10
    [&] { qemu_iovec_init_extended(&made, memory, 1, &shrunk, 2, 6, memory, 1); },
#endif
    [&] { static_cast<void>(qemu_iovec_subvec_niov(&shrunk, 2, 6)); },
    [&] { static_cast<void>(qemu_iovec_is_zero(&shrunk, 2, 6)); },
    [&] { qemu_iovec_discard_back(&shrunk, 6); },
  };
  for (const auto& call : calls) EXPECT_EQ(rejection_of(call).first, IOV_REJECTED_RANGE) << &call - calls;
  expect_fields(made, made.iov, 1, 1, 3);
  qemu_iovec_destroy(&made);
}

TEST(DropIn, ConstantNumbersOfBytesMakeNoDifference) {
  expect_same_with_constants<0, 1, 4, 64, 65, 66>();
  EXPECT_EQ(iov_to_buf(nullptr, 0, 0, nullptr, 0), 0u);
  EXPECT_EQ(iov_from_buf(nullptr, 0, 0, nullptr, 0), 0u);
}

TEST(DropIn, AppendingJudgesTheElementsOfTheRangeNotThoseOfItsSource) {
  char memory[4];
  iovec elements[] = {{memory, 1}, {memory + 1, 1}, {memory + 2, 1}, {memory + 3, 1}};
  QEMUIOVector qiov;
  qemu_iovec_init(&qiov, 0);
  EXPECT_EQ(qemu_iovec_concat_iov(&qiov, elements, UINT_MAX, 1, 3), 3u);
  EXPECT_EQ(qemu_iovec_concat_iov(&qiov, elements, INT_MAX, 0, 1), 1u);
  EXPECT_EQ(qiov.niov, 4);
  qemu_iovec_destroy(&qiov);
}

TEST(DropIn, FunctionsOnVectorsAnswerAsThoseOnElements) {
  char memory[9] = "abcdefgh";
  iovec elements[] = {{memory, 3}, {memory + 3, 5}};
  QEMUIOVector qiov;
  qemu_iovec_init_external(&qiov, elements, 2);
  char got[4] = {};
  EXPECT_EQ(qemu_iovec_to_buf(&qiov, 2, got, 3), 3u);
  EXPECT_STREQ(got, "cde");
  EXPECT_EQ(qemu_iovec_from_buf(&qiov, 6, "XYZ", 3), 2u);
  EXPECT_STREQ(memory, "abcdefXY");
  EXPECT_EQ(qemu_iovec_memset(&qiov, 1, ~0xff | '-', 3), 3u) << "of the value the low 8 bits";
  EXPECT_STREQ(memory, "a---efXY");
}

// ---- Rejections

TEST(DropIn, RejectionsAreOneLineWithTheNumbers) {
  char memory[4];
  iovec v = {memory, sizeof memory};
  std::array<iovec, 2> wraps = {claim(kMax), claim(2)};
  std::array<iovec, 2> pieces = {{{memory, 3}, {memory, 4}}};
  QEMUIOVector four, seven, none, longest, full = garbage(), made = garbage();
  qemu_iovec_init_external(&four, &v, 1);
  qemu_iovec_init_external(&seven, pieces.data(), 2);
  qemu_iovec_init(&none, 0);
  QEMUIOVector three = QEMU_IOVEC_INIT_BUF(three, memory, 3);
  qemu_iovec_init(&longest, 1);
  qemu_iovec_add(&longest, nullptr, kMax);
  full.iov = &v;  // rejected before the array is looked at
  full.niov = full.nalloc = INT_MAX;
  full.size = 7;
  std::pair<iov_rejection, std::string> why;
  const auto expect = [&why](const std::string& name, const std::string& numbers, const std::function<void()>& call) {
    EXPECT_EQ(rejection_of(call), std::pair(why.first, name + ": " + why.second + " (" + numbers + ")"));
  };

  why = {IOV_REJECTED_RANGE, "the offset or range lies outside the vector"};
#if IOV_QEMU_API < 10
  expect("iov_from_buf", "offset 5, bytes 4", [&] { iov_from_buf(&v, 1, 5, memory, 4); });
  expect("iov_to_buf", "offset 18446744073709551615, bytes 0", [&] { iov_to_buf(&v, 1, kMax, memory, 0); });
  expect("iov_memset", "offset 5, bytes 0", [&] { iov_memset(&v, 1, 5, 0, 0); });
  expect("iov_copy", "offset 5, bytes 0", [&] { iov_copy(nullptr, 0, &v, 1, 5, 0); });
  expect("qemu_iovec_concat", "offset 5, bytes 1", [&] { qemu_iovec_concat(&none, &four, 5, 1); });
  expect("qemu_iovec_concat_iov", "offset 1, bytes 1", [&] { qemu_iovec_concat_iov(&none, nullptr, 0, 1, 1); });
  expect("qemu_iovec_init_extended", "head 1, offset 1, bytes 4, tail 2",
         [&] { qemu_iovec_init_extended(&made, memory, 1, &four, 1, 4, memory, 2); });
#endif
  expect("iov_send", "offset 1, bytes 4", [&] { iov_send(-1, &v, 1, 1, 4); });
  expect("iov_recv", "offset 5, bytes 1", [&] { iov_recv(-1, &v, 1, 5, 1); });
  expect("qemu_iovec_init_slice", "size 4, offset 1, bytes 4", [&] { qemu_iovec_init_slice(&made, &four, 1, 4); });
  expect("qemu_iovec_subvec_niov", "size 4, offset 5, bytes 0", [&] { qemu_iovec_subvec_niov(&four, 5, 0); });
  expect("qemu_iovec_is_zero", "size 4, offset 2, bytes 3", [&] { qemu_iovec_is_zero(&four, 2, 3); });
  expect("qemu_iovec_discard_back", "size 4, bytes 5", [&] { qemu_iovec_discard_back(&four, 5); });
  why = {IOV_REJECTED_LENGTH, "more than SSIZE_MAX bytes"};
  expect("iov_send", "offset 0, bytes 18446744073709551615", [&] { iov_send(-1, wraps.data(), 1, 0, kMax); });
  why = {IOV_REJECTED_LENGTH, "the sum of the lengths exceeds SIZE_MAX"};
  expect("iov_size", "elements 2", [&] { iov_size(wraps.data(), 2); });
  expect("iov_hexdump", "elements 2, limit 1", [&] { iov_hexdump(wraps.data(), 2, stdout, "", 1); });
  expect("qemu_iovec_init_external", "elements 2", [&] { qemu_iovec_init_external(&made, wraps.data(), 2); });
  expect("qemu_iovec_add", "size 18446744073709551615, length 2", [&] { qemu_iovec_add(&longest, nullptr, 2); });
  expect("qemu_iovec_concat", "offset 0, bytes 1", [&] { qemu_iovec_concat(&longest, &longest, 0, 1); });
  expect("qemu_iovec_clone", "elements 1", [&] { qemu_iovec_clone(&longest, &longest, nullptr); });
  why = {IOV_REJECTED_LENGTH, "too many elements"};
  expect("qemu_iovec_add", "size 7, length 1", [&] { qemu_iovec_add(&full, nullptr, 1); });
  why = {IOV_REJECTED_MEMORY, "not enough memory"};
  expect("qemu_iovec_init", "elements 5", [&] {
    const NoMemory here;
    qemu_iovec_init(&made, 5);
  });
  expect("qemu_iovec_add", "size 0, length 1", [&] {
    const NoMemory here;
    qemu_iovec_add(&none, nullptr, 1);
  });
  expect("qemu_iovec_init_slice", "size 7, offset 0, bytes 7", [&] {
    const NoMemory here;
    qemu_iovec_init_slice(&made, &seven, 0, 7);
  });
#if IOV_QEMU_API < 10
  expect("qemu_iovec_init_extended", "head 1, offset 0, bytes 7, tail 0", [&] {
    const NoMemory here;
    qemu_iovec_init_extended(&made, memory, 1, &seven, 0, 7, nullptr, 0);
  });
  why = {IOV_REJECTED_ARGUMENT, "an argument that is needed is absent"};
  expect("qemu_iovec_init_extended", "head 1, offset 0, bytes 4, tail 2",
         [&] { qemu_iovec_init_extended(&made, memory, 1, nullptr, 0, 4, memory, 2); });
  EXPECT_EQ(qemu_iovec_init_extended(&made, memory, 1, nullptr, 0, kMax, memory, 2), -EINVAL);
#endif
  why = {IOV_REJECTED_ARGUMENT, "the hint is negative"};
  expect("qemu_iovec_init", "minus 1", [&] { qemu_iovec_init(&made, -1); });
  expect("qemu_iovec_init", "minus 2147483648", [&] { qemu_iovec_init(&made, INT32_MIN); });
  why.second = "the count is negative";
  expect("qemu_iovec_init_external", "minus 1", [&] { qemu_iovec_init_external(&made, nullptr, -1); });
  why.second = "the vector does not own its array";
  expect("qemu_iovec_add", "size 4, length 2", [&] { qemu_iovec_add(&four, memory, 2); });
  expect("qemu_iovec_concat", "offset 9, bytes 1", [&] { qemu_iovec_concat(&four, &four, 9, 1); });
  expect("qemu_iovec_concat_iov", "offset 9, bytes 1", [&] { qemu_iovec_concat_iov(&four, four.iov, 1, 9, 1); });
  expect("qemu_iovec_clone", "elements 1", [&] { qemu_iovec_clone(&four, &four, memory); });
  expect("qemu_iovec_reset", "size 4", [&] { qemu_iovec_reset(&four); });
  why.second = "the vector is not embedded";
  expect("qemu_iovec_buf", "elements 1", [&] { qemu_iovec_buf(&four); });
  expect("qemu_iovec_buf", "elements 0", [&] { qemu_iovec_buf(&none); });
  why.second = "the vectors are segmented differently";
  expect("qemu_iovec_compare", "elements in a 1, elements in b 0", [&] { qemu_iovec_compare(&four, &none); });
  expect("qemu_iovec_compare", "element 0, length in a 4, length in b 3", [&] { qemu_iovec_compare(&four, &three); });

  EXPECT_TRUE(same(made, garbage()));
  expect_fields(four, &v, 1, -1, 4);
  expect_fields(none, nullptr, 0, 0, 0);
  expect_fields(longest, longest.iov, 1, 1, kMax);
  expect_fields(full, &v, INT_MAX, INT_MAX, 7);
  qemu_iovec_destroy(&longest);
}

TEST(DropInDeathTest, ByDefaultARejectionAbortsWithItsLine) {
  const auto reject = [] {
    iov_set_reject_handler(nullptr);
    iov_send(-1, nullptr, 0, 5, 1);
  };
  ASSERT_EXIT(reject(), testing::KilledBySignal(SIGABRT),
              "^iov_send: the offset or range lies outside the vector \\(offset 5, bytes 1\\)\n$");
}

TEST(DropInDeathTest, AHandlerThatReturnsAborts) {
  const auto reject = [] {
    iov_set_reject_handler([](iov_rejection, const char*) { std::fputs("told", stderr); });
    iov_send(-1, nullptr, 0, 0, 1);
  };
  ASSERT_EXIT(reject(), testing::KilledBySignal(SIGABRT), "^told$");
}

}  // namespace
