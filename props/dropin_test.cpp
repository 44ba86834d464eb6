// The C interface, where programs of the language cannot follow: its layout, numbers of bytes that are constant, and
// what happens to arrays on the heap.
#include "dropin.h"

#include <gtest/gtest.h>

#include <array>
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

TEST(DropIn, ThereIsRoomForWhatWasAskedForAResetKeepsItAndAddingDoublesIt) {
  char memory[4];
  QEMUIOVector qiov = garbage();
  qemu_iovec_init(&qiov, 1);
  EXPECT_NE(qiov.iov, nullptr);
  EXPECT_EQ(qiov.nalloc, 1);
  qemu_iovec_destroy(&qiov);
  EXPECT_EQ(qiov.iov, nullptr);
  EXPECT_EQ(std::pair(qiov.niov, qiov.nalloc), std::pair(0, 0));
  EXPECT_EQ(qiov.size, 0u);
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
  for (int i = 0; i < qiov.niov; ++i) EXPECT_EQ(qiov.iov[i].iov_base, memory.data() + std::ptrdiff_t{i % 2} * 4);
  qemu_iovec_destroy(&qiov);
}

/// Both short names with a constant number of bytes against the same with a number unknown to the compiler.
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
  expect_rejected(kSum, "iov_hexdump", "elements 2, limit 1", [&] { iov_hexdump(huge.data(), 2, out, "", 1); });
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

TEST(DropIn, OnlyTheLow8BitsAreSet) {
  unsigned char memory[2] = {1, 1};
  QEMUIOVector qiov = QEMU_IOVEC_INIT_BUF(qiov, memory, 2);
  EXPECT_EQ(qemu_iovec_memset(&qiov, 1, -1 & ~0x0f, kMax), 1u);
  EXPECT_EQ(memory[0], 1);
  EXPECT_EQ(memory[1], 0xf0);
}

}  // namespace
