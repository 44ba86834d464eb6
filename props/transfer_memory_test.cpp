// What memory a transfer takes: none for few elements, never more than a call takes, and none that it cannot do
// without.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "allocation.h"
#include "iov/transport.h"

namespace {

/// Moves a byte a call, or all of it, and remembers the most elements it was offered.
class Counting final : public iov::Transport {
 public:
  Counting(std::size_t most, bool all) : most_(most), all_(all) {}
  std::size_t max_elements() const noexcept override { return most_; }
  ssize_t send(std::span<const iovec> elements) noexcept override {
    ++calls;
    offered = std::max(offered, elements.size());
    std::size_t bytes = 0;
    for (const iovec& element : elements) bytes += element.iov_len;
    return all_ ? static_cast<ssize_t>(bytes) : 1;
  }
  ssize_t recv(std::span<const iovec> elements) noexcept override { return send(elements); }

  std::size_t calls = 0;
  std::size_t offered = 0;

 private:
  std::size_t most_;
  bool all_;
};

TEST(Memory, IsNotNeededToSendOrReceiveUpTo64Elements) {
  char byte = 0;
  for (const std::size_t count : {std::size_t{1}, std::size_t{63}, std::size_t{64}}) {
    const std::vector<iovec> v(count, iovec{&byte, 1});
    Counting transport(1024, true);
    times_allocated = 0;
    const NoMemory here;
    EXPECT_EQ(iov::send(transport, v, 0, count).bytes, count);
    EXPECT_EQ(iov::recv(transport, v, 0, count).bytes, count);
    EXPECT_EQ(times_allocated, 0u);
    EXPECT_EQ(transport.calls, 2u);
    EXPECT_EQ(transport.offered, count);
  }
}

TEST(Memory, OfTransfersIsBoundedByWhatACallTakes) {
  char byte = 0;
  const std::vector<iovec> v(100'000, iovec{&byte, 1});
  for (const std::size_t limit : {SIZE_MAX, std::size_t{100'000}, std::size_t{1024}, std::size_t{1000}, std::size_t{33},
                                  std::size_t{32}, std::size_t{1}}) {
    const std::size_t most = std::min(limit, iov::kMaxElementsPerCall);
    for (const bool sends : {true, false}) {
      Counting transport(limit, true);
      times_allocated = 0;
      blocks_in_use = 0;
      EXPECT_EQ((sends ? iov::send(transport, v, 0, v.size()) : iov::recv(transport, v, 0, v.size())).bytes, v.size());
      EXPECT_EQ(times_allocated, most > 32 ? 1u : 0u) << limit;
      if (most > 32) {
        EXPECT_EQ(bytes_allocated, 2 * most * sizeof(iovec));
      }
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
      for (const bool sends : {true, false}) {
        Counting transport(1024, true);
        times_allocated = 0;
        const iov::Transfer transfer =
            sends ? iov::send(transport, v, offset, inside) : iov::recv(transport, v, offset, inside);
        EXPECT_EQ(transfer.bytes, inside);
        EXPECT_EQ(transport.offered, touched);
        EXPECT_EQ(times_allocated, touched > 64 ? 1u : 0u) << touched;
        if (touched > 64) {
          EXPECT_EQ(bytes_allocated, touched * sizeof(iovec));
        }
      }
    }
  }
}

TEST(Memory, ThatHasRunOutTakesMoreCallsToTransferTheSame) {
  char byte = 0;
  const std::vector<iovec> v(1000, iovec{&byte, 1});
  for (const bool all : {true, false}) {
    Counting transport(1024, all);
    const NoMemory here;
    EXPECT_EQ(iov::send(transport, v, 0, v.size()).bytes, v.size());
    EXPECT_EQ(transport.offered, 32u);
  }
}

}  // namespace
