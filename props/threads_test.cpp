// SPDX-License-Identifier: Apache-2.0
// What the headers say of threads: what only reads a vector may run at once, and so may what works on vectors of its
// own. ThreadSanitizer looks on in the preset threads: it sees a write that two threads share, even where the answers
// are right.
#include <gtest/gtest.h>

#include <array>
#include <barrier>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "iov/hexdump.h"
#include "iov/io_vector.h"
#include "iov/iov.h"
#include "iov/qemu_iov.h"

namespace {

constexpr std::size_t kElements = 70;  // enough for every way to seek and to add up
constexpr std::size_t kLength = 100;   // of an element; enough for every way to compare and to look for zeros
constexpr std::size_t kBytes = kElements * kLength;
constexpr std::size_t kOffset = 1234;
constexpr std::size_t kPart = 4321;

using Answers = std::vector<std::size_t>;

/// Bytes of zeros, and elements of them.
struct Memory {
  std::vector<std::byte> bytes = std::vector<std::byte>(kBytes);
  std::vector<iovec> elements;
  Memory() {
    for (std::size_t i = 0; i < kElements; ++i) elements.push_back({bytes.data() + i * kLength, kLength});
  }
};

/// Runs look() in two threads at once, which are to have the same answers as one.
template <typename Look>
void expect_same_from_two_threads(Look look) {
  const Answers expected = look();
  std::array<Answers, 2> found;
  std::barrier start(2);
  std::vector<std::thread> threads;
  threads.reserve(found.size());
  for (Answers& answers : found)
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int again = 0; again < 20; ++again) answers = look();
    });
  for (std::thread& thread : threads) thread.join();
  for (const Answers& answers : found) EXPECT_EQ(answers, expected);
}

/// All that reads elements and bytes.
Answers read_elements(std::span<const iovec> v) {
  std::vector<std::byte> buffer(kBytes);
  std::vector<iovec> described(kElements);
  return {iov::size(v),
          iov::to_buf(v, kOffset, buffer),
          iov::copy(described, v, kOffset, kPart),
          iov::slice_count(v, kOffset, kPart),
          iov::is_zero(v, kOffset, kPart) ? 1u : 0u,
          iov::first_difference(v, v.first(v.size() - 1)).value_or(0),
          iov::clone_size(v),
          iov::hexdump(v, "", kPart).size(),
          iov::slice(v, kOffset, kPart).size(),
          iov::extended({buffer.data(), 1}, v, kOffset, kPart, {buffer.data(), 2}).size()};
}

Answers read_in_c(const std::vector<iovec>& v, QEMUIOVector& qiov, QEMUIOVector& other) {
  const auto count = static_cast<unsigned>(v.size());
  std::vector<std::byte> buffer(kBytes);
  std::vector<iovec> described(kElements);
  QEMUIOVector made;
  Answers answers = {iov_size(v.data(), count),
                     iov_to_buf(v.data(), count, kOffset, buffer.data(), kPart),
                     iov_copy(described.data(), count, v.data(), count, kOffset, kPart),
                     qemu_iovec_to_buf(&qiov, kOffset, buffer.data(), kPart),
                     static_cast<std::size_t>(qemu_iovec_subvec_niov(&qiov, kOffset, kPart)),
                     qemu_iovec_is_zero(&qiov, kOffset, kPart) ? 1u : 0u,
                     static_cast<std::size_t>(qemu_iovec_compare(&qiov, &other))};
  qemu_iovec_init_slice(&made, &qiov, kOffset, kPart);
  qemu_iovec_concat(&made, &other, kOffset, kPart);
  qemu_iovec_clone(&made, &qiov, buffer.data());
  answers.push_back(made.size);
  qemu_iovec_destroy(&made);
  char* text = nullptr;
  std::size_t written = 0;
  std::FILE* const out = open_memstream(&text, &written);
  iov_hexdump(v.data(), count, out, "", kPart);
  static_cast<void>(std::fclose(out));
  std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): open_memstream has allocated it
  answers.push_back(written);
  return answers;
}

/// What changes vectors, elements and bytes, all of its own.
Answers change_own() {
  Memory memory;
  iov::IoVector v(memory.elements);
  Answers answers = {iov::fill(v.elements(), kOffset, std::byte{1}, kPart),
                     iov::from_buf(v.elements(), 0, std::vector<std::byte>(kPart))};
  v.concat(memory.elements, kOffset, kPart);
  v.add(memory.bytes.data(), 1);
  iov::UndoRecord record;
  std::span<iovec> view = v.lend();
  answers.push_back(iov::discard_front(view, kOffset, &record));
  answers.push_back(iov::discard_back(view, kOffset));
  iov::undo(view, record);
  answers.push_back(v.size());
  answers.push_back(v.split(kOffset).size());
  v.discard_back(1);
  std::error_code error;
  answers.push_back(iov::to_buf(v.elements(), SIZE_MAX, memory.bytes, error));
  answers.push_back(error.message().size());
  return answers;
}

TEST(Threads, ReadOneVectorAtOnce) {
  Memory memory;
  iov::IoVector v(memory.elements);
  static_cast<void>(v.lend());  // so that its size is added up by each call
  expect_same_from_two_threads([&v = std::as_const(v)] {
    Answers answers = read_elements(v.elements());
    const iov::IoVector copied = v;
    answers.insert(answers.end(), {v.size(), v.elements().size(), v.capacity(), copied.size()});
    return answers;
  });
}

TEST(Threads, ReadOneVectorAtOnceInC) {
  Memory memory;
  QEMUIOVector qiov;
  QEMUIOVector other;
  qemu_iovec_init_external(&qiov, memory.elements.data(), static_cast<int>(kElements));
  qemu_iovec_init_external(&other, memory.elements.data(), static_cast<int>(kElements));
  expect_same_from_two_threads([&] { return read_in_c(memory.elements, qiov, other); });
}

TEST(Threads, ChangeVectorsOfTheirOwnAtOnce) { expect_same_from_two_threads(change_own); }

}  // namespace
