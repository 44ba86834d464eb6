// Transfers of megabytes: in linear time, and each byte once whatever the kernel does.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <vector>

#include "iov/transport.h"
#include "lockstep/language/choices.h"

namespace {

// Who walks all of the vector for each call is not done within the limit of a test.

/// Moves a byte a call, and counts those that are not of the element whose turn it is.
class ByteByByte final : public iov::Transport {
 public:
  explicit ByteByByte(std::span<const iovec> v) : v_(v) {}
  std::size_t max_elements() const noexcept override { return 1'024; }
  ssize_t send(std::span<const iovec> elements) noexcept override {
    if (elements.front().iov_base != v_[calls++].iov_base) ++wrong;
    return 1;
  }
  ssize_t recv(std::span<const iovec> elements) noexcept override { return send(elements); }

  std::size_t calls = 0;
  std::size_t wrong = 0;

 private:
  std::span<const iovec> v_;
};

TEST(Transport, AsManyCallsAsElementsTakeLinearTime) {
  constexpr std::size_t count = 2'000'000;
  std::vector<char> memory(count);
  std::vector<iovec> v;
  v.reserve(count);
  for (char& byte : memory) v.push_back({&byte, 1});
  ByteByByte sending(v), receiving(v);
  EXPECT_EQ(iov::send(sending, v, 0, count).bytes, count);
  EXPECT_EQ(iov::recv(receiving, v, 0, count).bytes, count);
  EXPECT_EQ(sending.calls, count);
  EXPECT_EQ(receiving.calls, count);
  EXPECT_EQ(sending.wrong + receiving.wrong, 0u);
}

// ---- 64 MiB under a kernel that moves as little as it likes.

constexpr std::size_t kElements = 5000;
constexpr std::size_t kBytes = std::size_t{64} << 20;

/// A stream that is checked or given out position by position. It moves little, stops on boundaries and beside them, is
/// interrupted, and would block; and it counts what is written into the elements it is offered from call to call.
class Hostile final : public iov::Transport {
 public:
  Hostile(std::span<const unsigned char> stream, std::size_t most) : stream_(stream), most_(most) {}
  std::size_t max_elements() const noexcept override { return most_; }
  ssize_t send(std::span<const iovec> elements) noexcept override { return call(elements, false); }
  ssize_t recv(std::span<const iovec> elements) noexcept override { return call(elements, true); }

  std::size_t calls = 0;
  std::size_t written = 0;  // elements that are not where they were in the call before, as they were
  std::size_t wrong = 0;    // pieces sent that are not what comes next

 private:
  ssize_t call(std::span<const iovec> elements, bool receives) noexcept {
    ++calls;
    for (const iovec& slot : elements) {
      const bool was_there = &slot >= last_place_ && &slot < last_place_ + last_.size();
      const iovec* const was = was_there ? &last_[static_cast<std::size_t>(&slot - last_place_)] : nullptr;
      if (was == nullptr || was->iov_base != slot.iov_base || was->iov_len != slot.iov_len) ++written;
    }
    last_place_ = elements.data();
    last_.assign(elements.begin(), elements.end());
    std::size_t most = 0;
    switch (choices_.below(16)) {
      case 0:
        return -EINTR;
      case 1:
        if (choices_.below(256) == 0) return -EAGAIN;
        break;
      case 2:
      case 3:
        most = elements.front().iov_len;  // up to the boundary
        break;
      case 4:
        most = elements.front().iov_len + 1;
        break;
      case 5:
        most = elements.front().iov_len > 1 ? elements.front().iov_len - 1 : 1;
        break;
      default:
        most = 1 + choices_.below(4096);
    }
    if (most == 0) most = 1;
    std::size_t done = 0;
    for (const iovec& element : elements) {
      const std::size_t length = std::min(element.iov_len, most - done);
      const unsigned char* const here = stream_.data() + position_;
      if (length > 0 && receives) std::memcpy(element.iov_base, here, length);
      if (length > 0 && !receives && std::memcmp(element.iov_base, here, length) != 0) ++wrong;
      position_ += length;
      done += length;
    }
    return static_cast<ssize_t>(done);
  }

  std::span<const unsigned char> stream_;
  std::size_t most_;
  std::size_t position_ = 0;
  const iovec* last_place_ = nullptr;
  std::vector<iovec> last_;
  lockstep::RandomChoices choices_{20261124};
};

class Megabytes : public testing::Test {
 protected:
  Megabytes() : stream(kBytes), memory(kBytes, 0) {
    lockstep::RandomChoices choices(7);
    for (std::size_t i = 0; i < kBytes; i += 8) {
      const std::uint64_t word = choices.next();
      std::memcpy(stream.data() + i, &word, 8);
    }
    // In no order of address, with every third element empty.
    std::size_t left = kBytes;  // the last one has what is left
    std::size_t used = kBytes;
    for (std::size_t i = 0; i < kElements; ++i) {
      if (i % 3 == 2) {
        v.push_back({nullptr, 0});
        continue;
      }
      const std::size_t lengths[] = {1, 7, 64, 4096, 30'000, 60'000};
      const std::size_t length = i + 1 == kElements ? left : std::min(left, lengths[choices.below(6)]);
      used -= length;
      left -= length;
      v.push_back({memory.data() + used, length});
    }
  }

  /// What the elements describe, laid end to end.
  bool holds_the_stream() const {
    std::size_t position = 0;
    for (const iovec& element : v) {
      if (element.iov_len > 0 && std::memcmp(element.iov_base, stream.data() + position, element.iov_len) != 0)
        return false;
      position += element.iov_len;
    }
    return position == kBytes;
  }

  void fill() {
    std::size_t position = 0;
    for (const iovec& element : v) {
      if (element.iov_len > 0) std::memcpy(element.iov_base, stream.data() + position, element.iov_len);
      position += element.iov_len;
    }
  }

  template <typename Function>
  void transfer_all(Hostile& transport, Function function) {
    std::size_t done = 0;
    std::size_t transfers = 0;
    while (done < kBytes) {
      const iov::Transfer transfer = function(transport, v, done, kBytes - done);
      done += transfer.bytes;
      ++transfers;
      ASSERT_TRUE(done == kBytes || transfer.error == std::errc::resource_unavailable_try_again);
    }
    EXPECT_EQ(done, kBytes);
    // Each element is put where it is offered from once, and moved at most once in between; a call trims one. Where a
    // transfer goes on after EAGAIN it begins anew with what one call takes.
    EXPECT_LE(transport.written, 2 * kElements + transport.calls + transfers * transport.max_elements());
    EXPECT_GT(transport.calls, kBytes / 65'536);
  }

  std::vector<unsigned char> stream;
  std::vector<unsigned char> memory;
  std::vector<iovec> v;
};

TEST_F(Megabytes, AreSentOnceWhateverTheKernelDoes) {
  fill();
  const std::vector<iovec> before = v;
  for (const std::size_t most : {std::size_t{1024}, std::size_t{1}, std::size_t{33}}) {
    Hostile transport(stream, most);
    transfer_all(transport, [](iov::Transport& over, const std::vector<iovec>& elements, std::size_t offset,
                               std::size_t bytes) { return iov::send(over, elements, offset, bytes); });
    EXPECT_EQ(transport.wrong, 0u);
  }
  EXPECT_EQ(std::memcmp(before.data(), v.data(), v.size() * sizeof(iovec)), 0);
}

TEST_F(Megabytes, AreReceivedOnceWhateverTheKernelDoes) {
  for (const std::size_t most : {std::size_t{1024}, std::size_t{1}, std::size_t{33}}) {
    std::fill(memory.begin(), memory.end(), static_cast<unsigned char>(0));
    Hostile transport(stream, most);
    transfer_all(transport, [](iov::Transport& over, const std::vector<iovec>& elements, std::size_t offset,
                               std::size_t bytes) { return iov::recv(over, elements, offset, bytes); });
    EXPECT_TRUE(holds_the_stream());
  }
}

}  // namespace
