// The C interface, where programs of the language cannot follow: its layout, the line of a rejection and what becomes
// of it, lengths that no memory has, and what happens to arrays on the heap.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "examples.h"
#include "iov/hexdump.h"
#include "iov/qemu_iov.h"

namespace {

struct Rejected {
  iov_rejection reason{};
  std::string message;
};

[[noreturn]] void throw_it(iov_rejection reason, const char* message) { throw Rejected{reason, message}; }

/// The line that `function` is rejected with; a handler may leave by an exception.
template <typename Function>
Rejected rejection_of(Function function) {
  const iov_reject_handler before = iov_set_reject_handler(throw_it);
  Rejected rejected{{}, "not rejected"};
  try {
    function();
  } catch (const Rejected& caught) {
    rejected = caught;
  }
  EXPECT_EQ(iov_set_reject_handler(before), &throw_it);
  return rejected;
}

template <typename Function>
void expect_rejected(iov_rejection reason, const std::string& message, Function function) {
  const Rejected rejected = rejection_of(function);
  EXPECT_EQ(rejected.message, message);
  EXPECT_EQ(rejected.reason, reason) << message;
}

/// A struct whose memory says nothing. Whoever reads it as a vector frees what is nobody's.
QEMUIOVector garbage() {
  QEMUIOVector qiov;
  std::memset(static_cast<void*>(&qiov), 0x5a, sizeof qiov);
  return qiov;
}

bool same(const QEMUIOVector& a, const QEMUIOVector& b) { return std::memcmp(&a, &b, sizeof a) == 0; }

TEST(DropIn, TheSizeIsTheLengthOfTheEmbeddedElement) {
  char memory[8];
  QEMUIOVector qiov = garbage();
  qemu_iovec_init_buf(&qiov, memory, 5);
  EXPECT_EQ(qiov.iov, &qiov.local_iov);
  EXPECT_EQ(static_cast<void*>(&qiov.size), static_cast<void*>(&qiov.local_iov.iov_len));
  EXPECT_EQ(std::pair(qiov.niov, qiov.nalloc), std::pair(1, -1));
  EXPECT_EQ(qiov.size, 5u);
  EXPECT_EQ(qemu_iovec_buf(&qiov), memory);
  QEMUIOVector initialized = QEMU_IOVEC_INIT_BUF(initialized, memory, 5);
  EXPECT_EQ(initialized.iov, &initialized.local_iov);
  EXPECT_EQ(std::pair(initialized.niov, initialized.nalloc), std::pair(1, -1));
  EXPECT_EQ(initialized.size, 5u);
  EXPECT_EQ(initialized.local_iov.iov_base, memory);
}

TEST(DropIn, WhatIsMadeOfOneElementIsEmbeddedAndOfNoneHasNoArray) {
  char memory[8];
  std::array<iovec, 2> elements = {{{memory, 3}, {memory + 4, 3}}};
  QEMUIOVector source;
  qemu_iovec_init_external(&source, elements.data(), 2);
  EXPECT_EQ(std::pair(source.niov, source.nalloc), std::pair(2, -1));
  EXPECT_EQ(source.iov, elements.data());
  EXPECT_EQ(source.size, 6u);
  QEMUIOVector made = garbage();
  qemu_iovec_init_slice(&made, &source, 1, 2);
  EXPECT_EQ(made.iov, &made.local_iov);
  EXPECT_EQ(made.nalloc, -1);
  qemu_iovec_init_slice(&made, &source, 3, 0);
  EXPECT_EQ(made.iov, nullptr);
  EXPECT_EQ(std::pair(made.niov, made.nalloc), std::pair(0, 0));
  EXPECT_EQ(made.size, 0u);
  EXPECT_EQ(qemu_iovec_init_extended(&made, memory, 1, nullptr, 9, 0, memory, 0), 0);
  EXPECT_EQ(made.iov, &made.local_iov);
  EXPECT_EQ(qemu_iovec_init_extended(&made, memory, 1, &source, 2, 2, memory, 1), 0);
  EXPECT_GE(made.nalloc, 4);
  EXPECT_EQ(made.niov, 4);
  EXPECT_EQ(made.size, 4u);
  qemu_iovec_destroy(&made);
  EXPECT_EQ(made.iov, nullptr);
  qemu_iovec_destroy(&made);
  qemu_iovec_add(&made, memory, 1);
  EXPECT_EQ(made.size, 1u);
  qemu_iovec_destroy(&made);
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

// A sanitizer sees what is not freed, or twice.
TEST(DropIn, InPlaceTheOldArrayIsFreed) {
  char memory[8];
  QEMUIOVector qiov;
  for (const std::size_t bytes : {std::size_t{5}, std::size_t{2}, std::size_t{0}}) {
    qemu_iovec_init(&qiov, 1);
    qemu_iovec_add(&qiov, memory, 3);
    qemu_iovec_add(&qiov, memory + 3, 4);
    qemu_iovec_init_slice(&qiov, &qiov, 0, bytes);
    EXPECT_EQ(qiov.size, bytes);
    EXPECT_EQ(qemu_iovec_init_extended(&qiov, memory, 1, &qiov, 0, bytes, memory, 1), 0);
    EXPECT_EQ(qiov.size, bytes + 2);
    qemu_iovec_destroy(&qiov);
  }
}

TEST(DropIn, AResetKeepsTheArrayAndAddingDoublesIt) {
  char memory[4];
  QEMUIOVector qiov;
  qemu_iovec_init(&qiov, 3);
  EXPECT_EQ(qiov.nalloc, 3);
  const iovec* const array = qiov.iov;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 3; ++i) qemu_iovec_add(&qiov, memory, 1);
    EXPECT_EQ(qiov.iov, array);
    qemu_iovec_reset(&qiov);
  }
  int arrays = 0;
  for (int i = 0; i < 10000; ++i) {
    const int before = qiov.nalloc;
    qemu_iovec_add(&qiov, memory, 1);
    if (qiov.nalloc != before) ++arrays;
  }
  EXPECT_LE(arrays, 12);
  EXPECT_EQ(qiov.size, 10000u);
  qemu_iovec_destroy(&qiov);
  qemu_iovec_init(&qiov, 0);
  EXPECT_EQ(qiov.iov, nullptr);
  qemu_iovec_concat_iov(&qiov, qiov.iov, 0, 0, 1);
  EXPECT_EQ(qiov.niov, 0);
  qemu_iovec_destroy(&qiov);
}

TEST(DropIn, ElementsOfItsOwnAreAppendedAsTheyWere) {
  std::array<char, 16> memory{};
  QEMUIOVector qiov;
  qemu_iovec_init(&qiov, 2);
  qemu_iovec_add(&qiov, memory.data(), 2);
  qemu_iovec_add(&qiov, memory.data() + 4, 2);
  for (std::size_t size = 4; size < 4096; size *= 2)
    EXPECT_EQ(qemu_iovec_concat_iov(&qiov, qiov.iov, static_cast<unsigned>(qiov.niov), 0, kMax), size);
  for (int i = 0; i < qiov.niov; ++i) EXPECT_EQ(qiov.iov[i].iov_base, memory.data() + (i % 2) * 4);
  qemu_iovec_destroy(&qiov);
}

/// Both short names with a constant number of bytes against the same with a number that nobody knows.
template <std::size_t bytes>
void expect_same_with_constant() {
  std::array<unsigned char, 200> memory{};
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<unsigned char>(i);
  const auto before = memory;
  std::array<iovec, 3> elements = {{{memory.data(), 66}, {nullptr, 0}, {memory.data() + 100, 70}}};
  for (unsigned count = 0; count <= elements.size(); ++count) {
    for (std::size_t offset = 0; offset <= iov_size(elements.data(), count); ++offset) {
      std::array<unsigned char, 200> fast{}, slow{};
      EXPECT_EQ(iov_to_buf(elements.data(), count, offset, fast.data(), bytes),
                iov_to_buf_full(elements.data(), count, offset, slow.data(), bytes));
      EXPECT_EQ(fast, slow);
      std::array<unsigned char, 200> data{};
      data.fill(0xee);
      const std::size_t copied = iov_from_buf(elements.data(), count, offset, data.data(), bytes);
      fast = memory;
      memory = before;
      EXPECT_EQ(copied, iov_from_buf_full(elements.data(), count, offset, data.data(), bytes));
      EXPECT_EQ(fast, memory);
      memory = before;
    }
    const std::size_t past = iov_size(elements.data(), count) + 1;
    std::array<char, 200> buffer{};
    EXPECT_EQ(rejection_of([&] { iov_to_buf(elements.data(), count, past, buffer.data(), bytes); }).message,
              rejection_of([&] { iov_to_buf_full(elements.data(), count, past, buffer.data(), bytes); }).message);
    EXPECT_EQ(rejection_of([&] { iov_from_buf(elements.data(), count, kMax, buffer.data(), bytes); }).reason,
              IOV_REJECTED_RANGE);
  }
}

TEST(DropIn, ConstantNumbersOfBytesMakeNoDifference) {
  expect_same_with_constant<0>();
  expect_same_with_constant<1>();
  expect_same_with_constant<4>();
  expect_same_with_constant<64>();
  expect_same_with_constant<65>();
  expect_same_with_constant<66>();
  EXPECT_EQ(iov_to_buf(nullptr, 0, 0, nullptr, 0), 0u);
  EXPECT_EQ(iov_from_buf(nullptr, 0, 0, nullptr, 0), 0u);
}

TEST(DropIn, RejectionsAreOneLineWithTheNumbers) {
  char memory[4];
  std::array<iovec, 1> v = {{{memory, sizeof memory}}};
  const char* const range = ": the offset or range lies outside the vector (";
  expect_rejected(IOV_REJECTED_RANGE, std::string("iov_from_buf") + range + "offset 5, bytes 4)",
                  [&] { iov_from_buf(v.data(), 1, 5, memory, 4); });
  expect_rejected(IOV_REJECTED_RANGE, std::string("iov_to_buf") + range + "offset 18446744073709551615, bytes 0)",
                  [&] { iov_to_buf_full(v.data(), 1, kMax, memory, 0); });
  expect_rejected(IOV_REJECTED_RANGE, std::string("iov_memset") + range + "offset 5, bytes 0)",
                  [&] { iov_memset(v.data(), 1, 5, 0, 0); });
  expect_rejected(IOV_REJECTED_RANGE, std::string("iov_send") + range + "offset 1, bytes 4)",
                  [&] { iov_send(-1, v.data(), 1, 1, 4); });
  expect_rejected(IOV_REJECTED_RANGE, std::string("iov_recv") + range + "offset 5, bytes 1)",
                  [&] { iov_recv(-1, v.data(), 1, 5, 1); });
  const iovec huge = {memory, kMax};
  expect_rejected(IOV_REJECTED_LENGTH, "iov_send: more than SSIZE_MAX bytes (offset 0, bytes 18446744073709551615)",
                  [&] { iov_send(-1, &huge, 1, 0, kMax); });
  expect_rejected(IOV_REJECTED_RANGE, std::string("iov_copy") + range + "offset 5, bytes 0)",
                  [&] { iov_copy(nullptr, 0, v.data(), 1, 5, 0); });
  QEMUIOVector qiov;
  qemu_iovec_init_external(&qiov, v.data(), 1);
  QEMUIOVector made = garbage();
  expect_rejected(IOV_REJECTED_RANGE, std::string("qemu_iovec_init_slice") + range + "size 4, offset 1, bytes 4)",
                  [&] { qemu_iovec_init_slice(&made, &qiov, 1, 4); });
  expect_rejected(IOV_REJECTED_RANGE,
                  std::string("qemu_iovec_init_extended") + range + "head 1, offset 1, bytes 4, tail 2)",
                  [&] { qemu_iovec_init_extended(&made, memory, 1, &qiov, 1, 4, memory, 2); });
  expect_rejected(IOV_REJECTED_ARGUMENT,
                  "qemu_iovec_init_extended: an argument that is needed is absent (head 1, offset 0, bytes 4, tail 2)",
                  [&] { qemu_iovec_init_extended(&made, memory, 1, nullptr, 0, 4, memory, 2); });
  EXPECT_EQ(qemu_iovec_init_extended(&made, memory, 1, nullptr, 0, kMax, memory, 2), -EINVAL);
  EXPECT_TRUE(same(made, garbage()));
  expect_rejected(IOV_REJECTED_RANGE, std::string("qemu_iovec_subvec_niov") + range + "size 4, offset 5, bytes 0)",
                  [&] { qemu_iovec_subvec_niov(&qiov, 5, 0); });
  expect_rejected(IOV_REJECTED_RANGE, std::string("qemu_iovec_is_zero") + range + "size 4, offset 2, bytes 3)",
                  [&] { qemu_iovec_is_zero(&qiov, 2, 3); });
  expect_rejected(IOV_REJECTED_RANGE, std::string("qemu_iovec_discard_back") + range + "size 4, bytes 5)",
                  [&] { qemu_iovec_discard_back(&qiov, 5); });
  const char* const owned = ": the vector does not own its array (";
  expect_rejected(IOV_REJECTED_ARGUMENT, std::string("qemu_iovec_add") + owned + "size 4, length 2)",
                  [&] { qemu_iovec_add(&qiov, memory, 2); });
  expect_rejected(IOV_REJECTED_ARGUMENT, std::string("qemu_iovec_concat") + owned + "offset 9, bytes 1)",
                  [&] { qemu_iovec_concat(&qiov, &qiov, 9, 1); });
  expect_rejected(IOV_REJECTED_ARGUMENT, std::string("qemu_iovec_concat_iov") + owned + "offset 9, bytes 1)",
                  [&] { qemu_iovec_concat_iov(&qiov, qiov.iov, 1, 9, 1); });
  expect_rejected(IOV_REJECTED_ARGUMENT, std::string("qemu_iovec_clone") + owned + "elements 1)",
                  [&] { qemu_iovec_clone(&qiov, &qiov, memory); });
  expect_rejected(IOV_REJECTED_ARGUMENT, std::string("qemu_iovec_reset") + owned + "size 4)",
                  [&] { qemu_iovec_reset(&qiov); });
  expect_rejected(IOV_REJECTED_ARGUMENT, "qemu_iovec_buf: the vector is not embedded (elements 1)",
                  [&] { qemu_iovec_buf(&qiov); });
  QEMUIOVector none;
  qemu_iovec_init(&none, 0);
  expect_rejected(IOV_REJECTED_ARGUMENT, "qemu_iovec_buf: the vector is not embedded (elements 0)",
                  [&] { qemu_iovec_buf(&none); });
  expect_rejected(IOV_REJECTED_RANGE, std::string("qemu_iovec_concat") + range + "offset 5, bytes 1)",
                  [&] { qemu_iovec_concat(&none, &qiov, 5, 1); });
  const char* const cut = ": the vectors are cut into different elements (";
  expect_rejected(IOV_REJECTED_ARGUMENT, std::string("qemu_iovec_compare") + cut + "elements in a 1, elements in b 0)",
                  [&] { qemu_iovec_compare(&qiov, &none); });
  QEMUIOVector shorter = QEMU_IOVEC_INIT_BUF(shorter, memory, 3);
  expect_rejected(IOV_REJECTED_ARGUMENT,
                  std::string("qemu_iovec_compare") + cut + "element 0, length in a 4, length in b 3)",
                  [&] { qemu_iovec_compare(&qiov, &shorter); });
}

TEST(DropIn, NegativeHintsAndCountsAreRejected) {
  QEMUIOVector qiov = garbage();
  expect_rejected(IOV_REJECTED_ARGUMENT, "qemu_iovec_init: the hint is negative (minus 1)",
                  [&] { qemu_iovec_init(&qiov, -1); });
  expect_rejected(IOV_REJECTED_ARGUMENT, "qemu_iovec_init: the hint is negative (minus 2147483648)",
                  [&] { qemu_iovec_init(&qiov, INT32_MIN); });
  expect_rejected(IOV_REJECTED_ARGUMENT, "qemu_iovec_init_external: the count is negative (minus 1)",
                  [&] { qemu_iovec_init_external(&qiov, nullptr, -1); });
  EXPECT_TRUE(same(qiov, garbage()));
}

TEST(DropIn, SumsBeyondSizeMaxAreRejectedAndChangeNothing) {
  std::array<iovec, 2> huge = {claim(kMax), claim(2)};
  const char* const sum = ": the sum of the lengths exceeds SIZE_MAX (";
  expect_rejected(IOV_REJECTED_LENGTH, std::string("iov_size") + sum + "elements 2)",
                  [&] { iov_size(huge.data(), 2); });
  QEMUIOVector qiov = garbage();
  expect_rejected(IOV_REJECTED_LENGTH, std::string("qemu_iovec_init_external") + sum + "elements 2)",
                  [&] { qemu_iovec_init_external(&qiov, huge.data(), 2); });
  EXPECT_TRUE(same(qiov, garbage()));
  qemu_iovec_init(&qiov, 1);
  qemu_iovec_add(&qiov, huge[0].iov_base, kMax);
  const QEMUIOVector before = qiov;
  expect_rejected(IOV_REJECTED_LENGTH, std::string("qemu_iovec_add") + sum + "size 18446744073709551615, length 2)",
                  [&] { qemu_iovec_add(&qiov, nullptr, 2); });
  expect_rejected(IOV_REJECTED_LENGTH, std::string("qemu_iovec_concat") + sum + "offset 0, bytes 1)",
                  [&] { qemu_iovec_concat(&qiov, &qiov, 0, 1); });
  expect_rejected(IOV_REJECTED_LENGTH, std::string("qemu_iovec_clone") + sum + "elements 1)",
                  [&] { qemu_iovec_clone(&qiov, &qiov, nullptr); });
  EXPECT_TRUE(same(qiov, before));
  QEMUIOVector empty;
  qemu_iovec_init(&empty, 0);
  const QEMUIOVector as_it_was = empty;
  expect_rejected(IOV_REJECTED_RANGE,
                  "qemu_iovec_concat_iov: the offset or range lies outside the vector (offset 1, bytes 1)",
                  [&] { qemu_iovec_concat_iov(&empty, nullptr, 0, 1, 1); });
  EXPECT_TRUE(same(empty, as_it_was));
  qemu_iovec_add(&qiov, nullptr, 0);
  EXPECT_EQ(qiov.niov, 2);
  qemu_iovec_destroy(&qiov);
}

TEST(DropIn, HexdumpsToAFileAsTheLibraryDoes) {
  char memory[40];
  std::memset(memory, 'x', sizeof memory);
  std::array<iovec, 2> v = {{{memory, 21}, {memory + 21, 19}}};
  char* text = nullptr;
  std::size_t size = 0;
  FILE* const out = open_memstream(&text, &size);
  iov_hexdump(v.data(), 2, out, "some", 33);
  std::fflush(out);
  EXPECT_EQ(std::string(text, size), iov::hexdump(v, "some", 33));
  const std::size_t before = size;
  std::array<iovec, 2> huge = {claim(kMax), claim(2)};
  expect_rejected(IOV_REJECTED_LENGTH, "iov_hexdump: the sum of the lengths exceeds SIZE_MAX (elements 2, limit 1)",
                  [&] { iov_hexdump(huge.data(), 2, out, "", 1); });
  std::fclose(out);
  EXPECT_EQ(size, before) << "nothing was written";
  std::free(text);
}

TEST(DropIn, ADiscardForgetsWhatItsRecordHeld) {
  char memory[4];
  std::array<iovec, 1> v = {{{memory, 4}}};
  iovec* array = v.data();
  unsigned count = 1;
  IOVDiscardUndo undo;
  EXPECT_EQ(iov_discard_front_undoable(&array, &count, 1, &undo), 1u);
  EXPECT_EQ(undo.modified_iov, v.data());
  EXPECT_EQ(undo.orig.iov_len, 4u);
  EXPECT_EQ(iov_discard_front_undoable(&array, &count, kMax, &undo), 3u);
  EXPECT_EQ(undo.modified_iov, nullptr);
  EXPECT_EQ(array, v.data() + 1);
  EXPECT_EQ(count, 0u);
  iov_discard_undo(&undo);
  EXPECT_EQ(v[0].iov_len, 3u);
  array = nullptr;
  EXPECT_EQ(iov_discard_front(&array, &count, 1), 0u);
  EXPECT_EQ(iov_discard_back(nullptr, &count, 1), 0u);
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
  EXPECT_EQ(qemu_iovec_memset(&qiov, 1, '-', 3), 3u);
  EXPECT_STREQ(memory, "a---efXY");
}

TEST(DropIn, AnInitializedVectorHasRoomForWhatWasAskedForAndADestroyedOneForNothing) {
  QEMUIOVector qiov = garbage();
  qemu_iovec_init(&qiov, 1);
  EXPECT_NE(qiov.iov, nullptr);
  EXPECT_EQ(qiov.nalloc, 1);
  qemu_iovec_destroy(&qiov);
  EXPECT_EQ(qiov.iov, nullptr);
  EXPECT_EQ(qiov.niov, 0);
  EXPECT_EQ(qiov.nalloc, 0);
  EXPECT_EQ(qiov.size, 0u);
}

TEST(DropIn, AVectorHasAtMostIntMaxElements) {
  iovec element = claim(1);
  QEMUIOVector full = garbage();
  full.iov = &element;  // rejected before the array is looked at
  full.niov = full.nalloc = INT_MAX;
  full.size = 7;
  expect_rejected(IOV_REJECTED_LENGTH, "qemu_iovec_add: too many elements (size 7, length 1)",
                  [&] { qemu_iovec_add(&full, nullptr, 1); });
  EXPECT_EQ(full.niov, INT_MAX);
}

TEST(DropIn, OnlyTheLow8BitsAreSet) {
  unsigned char memory[2] = {1, 1};
  QEMUIOVector qiov = QEMU_IOVEC_INIT_BUF(qiov, memory, 2);
  EXPECT_EQ(qemu_iovec_memset(&qiov, 1, -1 & ~0x0f, kMax), 1u);
  EXPECT_EQ(memory[0], 1);
  EXPECT_EQ(memory[1], 0xf0);
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
