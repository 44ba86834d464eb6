// SPDX-License-Identifier: Apache-2.0
// Transfers where programs of the language cannot follow: answers of a transport that mean nothing, errno, memory, and
// more calls than a script has. Real sockets are in socket_test.cpp.
#include "iov/transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <functional>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "allocation.h"
#include "iov/send_recv.h"
#include "lockstep/language/choices.h"

namespace {

using Elements = std::span<const iovec>;

/// Answers each call, of either direction, as `answer` says, and counts.
class Answering final : public iov::Transport {
 public:
  Answering(std::size_t most, std::function<ssize_t(Elements)> answer) : most_(most), answer_(std::move(answer)) {}
  std::size_t max_elements() const noexcept override { return most_; }
  ssize_t send(Elements elements) noexcept override {
    ++calls;
    offered = std::max(offered, elements.size());
    errno = EDOM;  // as calls of the kernel change it
    return answer_(elements);
  }
  ssize_t recv(Elements elements) noexcept override { return send(elements); }

  std::size_t calls = 0;
  std::size_t offered = 0;  ///< The most elements of a call.

 private:
  std::size_t most_;
  std::function<ssize_t(Elements)> answer_;
};

ssize_t all_of(Elements elements) {
  ssize_t bytes = 0;
  for (const iovec& element : elements) bytes += static_cast<ssize_t>(element.iov_len);
  return bytes;
}

iov::Transfer transfer(iov::Transport& transport, bool sends, Elements v, std::size_t offset, std::size_t bytes) {
  return sends ? iov::send(transport, v, offset, bytes) : iov::recv(transport, v, offset, bytes);
}

std::vector<iovec> repeated(std::size_t count) {
  static char byte = 0;
  return std::vector<iovec>(count, iovec{&byte, 1});
}

TEST(Transport, ElementLimitsAreThoseOfTheKernel) {
  EXPECT_EQ(iov::ScatterGather(-1).max_elements(), iov::kMaxElementsPerCall);
  EXPECT_EQ(iov::ScatterGather(-1, SIZE_MAX).max_elements(), iov::kMaxElementsPerCall);
  EXPECT_EQ(iov::ScatterGather(-1, 0).max_elements(), 1u);
  EXPECT_EQ(iov::ScatterGather(-1, 3).max_elements(), 3u);
  EXPECT_EQ(iov::PieceByPiece(-1).max_elements(), 1u);
  Answering none(0, all_of);
  EXPECT_EQ(iov::send(none, repeated(2), 0, 2).bytes, 2u);
  EXPECT_EQ(none.offered, 1u) << "who takes no elements is offered one";
}

/// Moves a byte in the first call, and answers all others with `number`.
Answering after_a_byte(std::size_t most, ssize_t number) {
  return {most, [number, calls = 0](Elements) mutable { return calls++ == 0 ? 1 : number; }};
}

TEST(Transport, InCErrnoIsOfTheErrorAndElseAsItWas) {
  const std::vector<iovec> v = repeated(2);
  for (const auto& [answer, result, number] : std::vector<std::tuple<ssize_t, ssize_t, int>>{
           {1, 2, ENOTTY}, {-EAGAIN, 1, ENOTTY}, {0, 1, ENOTTY}, {-ECONNRESET, -1, ECONNRESET}}) {
    for (const bool sends : {true, false}) {
      Answering transport = after_a_byte(8, answer);
      errno = ENOTTY;
      EXPECT_EQ(iov::detail::send_recv(transport, v, 0, 2, sends), result);
      EXPECT_EQ(errno, number) << answer;
    }
  }
}

TEST(Transport, AnAnswerThatMeansNothingIsAnErrorAndCountsNothing) {
  char bytes[5] = {};
  const std::vector<iovec> v = {{bytes, 2}, {bytes + 2, 3}};
  constexpr ssize_t kBelowErrors = -static_cast<ssize_t>(INT_MAX) - 1;
  const ssize_t error_0 = kBelowErrors * 2;  // its low 32 bits are 0
  for (const std::size_t most : {std::size_t{1}, std::size_t{8}}) {
    // After one byte what is offered has 1 byte, or all 4 that are left.
    const ssize_t all = most == 1 ? 1 : 4;
    for (const ssize_t answer :
         {all + 1, std::numeric_limits<ssize_t>::max(), kBelowErrors, error_0, std::numeric_limits<ssize_t>::min()}) {
      SCOPED_TRACE(answer);
      for (const bool sends : {true, false}) {
        Answering transport = after_a_byte(most, answer);
        const iov::Transfer result = transfer(transport, sends, v, 0, 5);
        EXPECT_EQ(result.bytes, 1u);
        EXPECT_EQ(result.error, std::errc::io_error);
        EXPECT_FALSE(result.end_of_stream);
        EXPECT_EQ(transport.calls, 2u);
      }
      Answering in_c = after_a_byte(most, answer);
      EXPECT_EQ(iov::detail::send_recv(in_c, v, 0, 5, true), -1);
      EXPECT_EQ(errno, EIO);
    }
    Answering moving = after_a_byte(most, all);
    EXPECT_EQ(iov::send(moving, v, 0, static_cast<std::size_t>(1 + all)).bytes, static_cast<std::size_t>(1 + all));
    Answering ending(most, [](Elements) { return 0; });
    EXPECT_EQ(iov::send(ending, v, 0, 5).error, std::error_code()) << "no error, not error 0 of a category";
    for (const int number : {ECHILD, ENOMEM, INT_MAX}) {
      Answering failing(most, [number](Elements) { return -ssize_t{number}; });
      EXPECT_EQ(iov::recv(failing, v, 0, 5).error, std::error_code(number, std::generic_category()));
    }
  }
}

// ---- Memory

TEST(Memory, OfTransfersIsBoundedByWhatACallTakes) {
  const std::vector<iovec> v = repeated(100'000);
  for (const std::size_t limit : {SIZE_MAX, std::size_t{100'000}, std::size_t{1025}, std::size_t{1024},
                                  std::size_t{1000}, std::size_t{33}, std::size_t{32}, std::size_t{1}}) {
    const std::size_t most = std::min(limit, iov::kMaxElementsPerCall);
    for (const bool sends : {true, false}) {
      Answering transport(limit, all_of);
      times_allocated = bytes_allocated = 0;
      blocks_in_use = 0;
      EXPECT_EQ(transfer(transport, sends, v, 0, v.size()).bytes, v.size());
      EXPECT_EQ(times_allocated, most > 32 ? 1u : 0u) << limit;
      EXPECT_EQ(bytes_allocated, most > 32 ? 2 * most * sizeof(iovec) : 0);
      EXPECT_EQ(blocks_in_use, 0);
      EXPECT_EQ(transport.offered, most);
      EXPECT_EQ(transport.calls, (v.size() + most - 1) / most);
    }
  }
}

// However long the vector is, and however many empty elements lie before them and between them.
TEST(Memory, OfTransfersIsBoundedByWhatTheRangeTouches) {
  char bytes[2] = {};
  std::vector<iovec> v;
  for (std::size_t i = 0; i < 100'000; ++i) v.push_back(i % 3 == 0 ? iovec{bytes, 2} : iovec{nullptr, 0});
  for (const std::size_t touched : {std::size_t{1}, std::size_t{64}, std::size_t{65}, std::size_t{100}}) {
    for (const std::size_t offset : {std::size_t{0}, std::size_t{20'000}, std::size_t{20'001}}) {
      const std::size_t inside = 2 * touched - offset % 2;  // from the middle of an element, to the end of one
      Answering transport(1024, all_of);
      times_allocated = bytes_allocated = 0;
      EXPECT_EQ(iov::send(transport, v, offset, inside).bytes, inside);
      EXPECT_EQ(transport.offered, touched);
      EXPECT_EQ(times_allocated, touched > 64 ? 1u : 0u) << touched;
      EXPECT_EQ(bytes_allocated, touched > 64 ? touched * sizeof(iovec) : 0);
    }
  }
}

TEST(Memory, ThatHasRunOutTakesMoreCallsToTransferTheSame) {
  const std::vector<iovec> v = repeated(1000);
  for (const bool all : {true, false}) {
    Answering transport(1024, [all](Elements elements) { return all ? all_of(elements) : 1; });
    const NoMemory here;
    EXPECT_EQ(iov::send(transport, v, 0, v.size()).bytes, v.size());
    EXPECT_EQ(transport.offered, 32u);
  }
}

// ---- Many calls

// Who walks all of the vector for each call is not done within the limit of a test.
TEST(Transport, AsManyCallsAsElementsTakeLinearTime) {
  std::vector<char> memory(2'000'000);
  std::vector<iovec> v;
  v.reserve(memory.size());
  for (char& byte : memory) v.push_back({&byte, 1});
  for (const bool sends : {true, false}) {
    const char* next = memory.data();
    Answering transport(1024, [&next](Elements elements) { return elements.front().iov_base == next++ ? 1 : 0; });
    EXPECT_EQ(transfer(transport, sends, v, 0, v.size()).bytes, v.size());
  }
}

/// Moves little, stops on boundaries and beside them, is interrupted, and would block. The elements that it is offered
/// are to lie one behind the other from `next` on. It counts what is written into them from call to call.
class Hostile {
 public:
  explicit Hostile(const char* next) : next_(next) {}

  ssize_t operator()(Elements elements) {
    const char* expected = next_;
    for (const iovec& slot : elements) {
      const bool was_there = &slot >= last_place_ && &slot < last_place_ + last_.size();
      const iovec was = was_there ? last_[static_cast<std::size_t>(&slot - last_place_)] : iovec{};
      if (was.iov_base != slot.iov_base || was.iov_len != slot.iov_len) ++written;
      if (slot.iov_base != std::exchange(expected, expected + slot.iov_len) || slot.iov_len == 0) ++wrong;
    }
    last_place_ = elements.data();
    last_.assign(elements.begin(), elements.end());
    const std::size_t first = elements.front().iov_len;
    const std::uint32_t choice = choices_.below(1024);
    if (choice == 0) return -EAGAIN;
    if (choice < 64) return -EINTR;
    const std::size_t most = choice < 192   ? first
                             : choice < 256 ? first + 1
                             : choice < 320 ? std::max<std::size_t>(first, 2) - 1
                                            : 1 + choices_.below(16);
    const std::size_t moved = std::min(most, static_cast<std::size_t>(all_of(elements)));
    next_ += moved;
    return static_cast<ssize_t>(moved);
  }

  std::size_t written = 0;  ///< Elements that are not where they were in the call before, as they were.
  std::size_t wrong = 0;    ///< Elements that are not what comes next.

 private:
  const char* next_;
  const iovec* last_place_ = nullptr;
  std::vector<iovec> last_;
  lockstep::RandomChoices choices_{20261124};
};

TEST(Transport, EveryByteIsMovedOnceWhateverTheKernelDoes) {
  constexpr std::size_t kElements = 20'000;
  std::vector<char> memory(7 * kElements);
  lockstep::RandomChoices choices(7);
  std::vector<iovec> v;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < kElements; ++i) {
    v.push_back({memory.data() + bytes, i % 3 == 2 ? 0 : choices.below(8)});
    bytes += v.back().iov_len;
  }
  for (const std::size_t most : {std::size_t{1024}, std::size_t{1}, std::size_t{33}}) {
    for (const bool sends : {true, false}) {
      Hostile kernel(memory.data());
      Answering transport(most, std::ref(kernel));
      std::size_t transfers = 0;
      for (std::size_t done = 0; done < bytes; ++transfers) {
        const iov::Transfer part = transfer(transport, sends, v, done, bytes - done);
        done += part.bytes;
        ASSERT_TRUE(done == bytes || part.error == std::errc::resource_unavailable_try_again);
      }
      EXPECT_EQ(kernel.wrong, 0u);
      // Each element is put where it is offered from once, and moved at most once in between; a call trims one. Where a
      // transfer goes on after EAGAIN it begins anew with what one call takes.
      EXPECT_LE(kernel.written, 2 * kElements + transport.calls + transfers * most);
      EXPECT_GT(transport.calls, kElements / 4);
    }
  }
}

}  // namespace
