// Transfers that no program of the language holds: megabytes, lengths beyond SSIZE_MAX, what is called and copied how
// often; and the forms that throw.
#include "iov/transport.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "iov/qemu_iov.h"
#include "iov/send_recv.h"
#include "lockstep/language/choices.h"
#include "socket_pair.h"

namespace {

/// Does nothing but answer, and counts; and changes errno, as calls of the kernel do.
class Answering final : public iov::Transport {
 public:
  explicit Answering(ssize_t answer, std::size_t most = 8) : answer_(answer), most_(most) {}
  std::size_t max_elements() const noexcept override { return most_; }
  ssize_t send(std::span<const iovec> elements) noexcept override { return call(elements); }
  ssize_t recv(std::span<const iovec> elements) noexcept override { return call(elements); }

  std::size_t calls = 0;
  std::size_t offered = 0;  // elements of the last call
  std::size_t before = 0;   // so many calls move a byte before it answers

 private:
  ssize_t call(std::span<const iovec> elements) {
    ++calls;
    offered = elements.size();
    errno = EDOM;
    return calls > before ? answer_ : 1;
  }
  ssize_t answer_;
  std::size_t most_;
};

const std::vector<iovec> kHuge = {{nullptr, SIZE_MAX}};
constexpr std::size_t kMost = SSIZE_MAX;

TEST(Transport, MoreBytesThanACountCanTellAreRejected) {
  for (const auto function : {static_cast<iov::Transfer (*)(iov::Transport&, std::span<const iovec>, std::size_t,
                                                            std::size_t, std::error_code&) noexcept>(iov::send),
                              static_cast<iov::Transfer (*)(iov::Transport&, std::span<const iovec>, std::size_t,
                                                            std::size_t, std::error_code&) noexcept>(iov::recv)}) {
    Answering transport(-EAGAIN);
    std::error_code rejected;
    EXPECT_EQ(function(transport, kHuge, 1, kMost + 1, rejected).bytes, 0u);
    EXPECT_EQ(rejected, iov::Error::too_many_bytes);
    EXPECT_EQ(transport.calls, 0u);
    EXPECT_EQ(function(transport, kHuge, 1, kMost, rejected).error, std::errc::resource_unavailable_try_again);
    EXPECT_FALSE(rejected);
    EXPECT_EQ(transport.calls, 1u);
    function(transport, kHuge, 1, SIZE_MAX, rejected);
    EXPECT_EQ(rejected, iov::Error::out_of_range) << "outside comes first";
    EXPECT_EQ(transport.calls, 1u);
  }
}

TEST(Transport, ThrowingFormsThrowForRejectionsOnly) {
  Answering transport(-EPIPE);
  EXPECT_THROW(iov::send(transport, kHuge, 0, kMost + 1), std::length_error);
  EXPECT_THROW(iov::recv(transport, kHuge, 0, kMost + 1), std::length_error);
  EXPECT_THROW(iov::send(transport, {}, 0, 1), std::out_of_range);
  EXPECT_THROW(iov::recv(transport, {}, 0, 1), std::out_of_range);
  EXPECT_THROW(iov::send(-1, {}, 0, 1), std::out_of_range);
  EXPECT_THROW(iov::recv(-1, {}, 0, 1), std::out_of_range);
  EXPECT_EQ(iov::send(transport, kHuge, 0, 1).error, std::errc::broken_pipe);
  EXPECT_EQ(iov::recv(transport, kHuge, 0, 1).error, std::errc::broken_pipe);
  EXPECT_EQ(iov::make_error_code(iov::Error::too_many_bytes), std::errc::value_too_large);
}

TEST(Transport, ForZeroBytesNothingIsLookedAt) {
  Answering transport(0);
  EXPECT_EQ(iov::send(transport, kHuge, SIZE_MAX, 0).bytes, 0u);
  EXPECT_FALSE(iov::recv(transport, {}, 1, 0).end_of_stream);
  EXPECT_EQ(transport.calls, 0u);
  EXPECT_FALSE(iov::send(-1, kHuge, 0, 0).error);
  EXPECT_FALSE(iov::recv(-1, kHuge, 0, 0).error);
  errno = 0;
  EXPECT_EQ(iov_send(-1, nullptr, 0, 5, 0), 0);
  EXPECT_EQ(iov_recv(-1, nullptr, 0, 5, 0), 0);
  EXPECT_EQ(errno, 0);
}

TEST(Transport, ADescriptorThatIsNoneIsAnErrorOfTheKernel) {
  char bytes[2] = {};
  const std::vector<iovec> v = {{bytes, 2}};
  EXPECT_EQ(iov::send(-1, v, 0, 2).error, std::errc::bad_file_descriptor);
  EXPECT_EQ(iov::recv(-1, v, 0, 2).error, std::errc::bad_file_descriptor);
  iov::PieceByPiece pieces(-1);
  EXPECT_EQ(iov::send(pieces, v, 0, 2).error, std::errc::bad_file_descriptor);
  EXPECT_EQ(iov::recv(pieces, v, 0, 2).error, std::errc::bad_file_descriptor);
  errno = 0;
  EXPECT_EQ(iov_send(-1, v.data(), 1, 0, 2), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST(Transport, ElementLimitsAreThoseOfTheKernel) {
  EXPECT_EQ(iov::ScatterGather(-1).max_elements(), iov::kMaxElementsPerCall);
  EXPECT_EQ(iov::ScatterGather(-1, SIZE_MAX).max_elements(), iov::kMaxElementsPerCall);
  EXPECT_EQ(iov::ScatterGather(-1, 0).max_elements(), 1u);
  EXPECT_EQ(iov::ScatterGather(-1, 3).max_elements(), 3u);
  EXPECT_EQ(iov::PieceByPiece(-1).max_elements(), 1u);
}

TEST(Transport, OneThatTakesNoElementsIsOfferedOne) {
  char bytes[2] = {};
  const std::vector<iovec> v = {{bytes, 1}, {bytes + 1, 1}};
  Answering transport(1, 0);
  EXPECT_EQ(iov::send(transport, v, 0, 2).bytes, 2u);
  EXPECT_EQ(transport.calls, 2u);
  EXPECT_EQ(transport.offered, 1u);
}

TEST(Transport, InCErrnoIsOfTheErrorAndElseAsItWas) {
  char bytes[2] = {};
  const std::vector<iovec> v = {{bytes, 2}};
  for (const bool sends : {true, false}) {
    errno = ENOTTY;
    Answering moves(1);
    EXPECT_EQ(iov::detail::send_recv(moves, v, 0, 2, sends), 2);
    EXPECT_EQ(errno, ENOTTY);
    Answering stops(-EAGAIN);
    stops.before = 1;
    EXPECT_EQ(iov::detail::send_recv(stops, v, 0, 2, sends), 1);
    EXPECT_EQ(errno, ENOTTY);
    Answering ends(0);
    EXPECT_EQ(iov::detail::send_recv(ends, v, 0, 2, sends), 0);
    EXPECT_EQ(errno, ENOTTY);
    Answering fails(-ECONNRESET);
    fails.before = 1;
    EXPECT_EQ(iov::detail::send_recv(fails, v, 0, 2, sends), -1);
    EXPECT_EQ(errno, ECONNRESET);
  }
}

TEST(Transport, AnAnswerThatMeansNothingIsAnErrorAndCountsNothing) {
  char bytes[5] = {};
  const std::vector<iovec> v = {{bytes, 2}, {bytes + 2, 3}};
  constexpr ssize_t kBelowErrors = -static_cast<ssize_t>(INT_MAX) - 1;
  const ssize_t error_0 = kBelowErrors * 2;  // its low 32 bits are 0
  for (const std::size_t most : {std::size_t{1}, std::size_t{8}}) {
    // After one byte what is offered has 1 byte, or all 4 that are left.
    const ssize_t too_many = most == 1 ? 2 : 5;
    for (const ssize_t answer :
         {too_many, std::numeric_limits<ssize_t>::max(), kBelowErrors, error_0, std::numeric_limits<ssize_t>::min()}) {
      SCOPED_TRACE(answer);
      Answering sending(answer, most), receiving(answer, most), in_c(answer, most);
      sending.before = receiving.before = in_c.before = 1;
      for (const iov::Transfer& transfer : {iov::send(sending, v, 0, 5), iov::recv(receiving, v, 0, 5)}) {
        EXPECT_EQ(transfer.bytes, 1u);
        EXPECT_EQ(transfer.error, std::errc::io_error);
        EXPECT_FALSE(transfer.end_of_stream);
      }
      EXPECT_EQ(sending.calls + receiving.calls, 4u);
      EXPECT_EQ(iov::detail::send_recv(in_c, v, 0, 5, true), -1);
      EXPECT_EQ(errno, EIO);
    }
    Answering all(too_many - 1, most), highest(kBelowErrors + 1, most);
    all.before = 1;
    EXPECT_EQ(iov::send(all, v, 0, most == 1 ? 2 : 5).bytes, most == 1 ? 2u : 5u);
    EXPECT_EQ(iov::recv(highest, v, 0, 5).error, std::error_code(INT_MAX, std::generic_category()));
  }
}

TEST(Transport, MessagesNameTheOperationAndItsNumbers) {
  Answering transport(0);
  const auto message_of = [](auto call) -> std::string {
    try {
      call();
    } catch (const std::exception& error) {
      return error.what();
    }
    return "nothing thrown";
  };
  EXPECT_EQ(message_of([&] { iov::send(transport, {}, 3, 5); }),
            "iov::send: the offset or range lies outside the vector (offset 3, bytes 5)");
  EXPECT_EQ(message_of([&] { iov::recv(transport, {}, 3, 5); }),
            "iov::recv: the offset or range lies outside the vector (offset 3, bytes 5)");
}

TEST(Transport, WhatIsReportedBeforeDoesNotStay) {
  char byte = 0;
  const std::vector<iovec> v = {{&byte, 1}};
  Answering transport(1);
  std::error_code rejected = iov::Error::out_of_range;
  EXPECT_EQ(iov::send(transport, v, 0, 1, rejected).bytes, 1u);
  EXPECT_FALSE(rejected);
  rejected = iov::Error::out_of_range;
  iov::recv(transport, v, 0, 0, rejected);
  EXPECT_FALSE(rejected);
}

TEST(Transport, EveryErrorIsToldAsItIsAndNoErrorAsNone) {
  char byte = 0;
  const std::vector<iovec> v = {{&byte, 1}};
  for (const int number : {ECHILD, ENOMEM, EPIPE, EAGAIN}) {
    Answering fails(-number);
    EXPECT_EQ(iov::send(fails, v, 0, 1).error, std::error_code(number, std::generic_category()));
  }
  Answering ends(0);
  EXPECT_EQ(iov::send(ends, v, 0, 1).error, std::error_code());
  EXPECT_EQ(iov::recv(ends, v, 0, 1).error, std::error_code());
}

/// Moves all it is offered, and notes how many elements those were.
class Noting final : public iov::Transport {
 public:
  explicit Noting(std::size_t most) : most_(most) {}
  std::size_t max_elements() const noexcept override { return most_; }
  ssize_t send(std::span<const iovec> elements) noexcept override {
    offered.push_back(elements.size());
    ssize_t bytes = 0;
    for (const iovec& element : elements) bytes += static_cast<ssize_t>(element.iov_len);
    return bytes;
  }
  ssize_t recv(std::span<const iovec> elements) noexcept override { return send(elements); }

  std::vector<std::size_t> offered;

 private:
  std::size_t most_;
};

TEST(Transport, OneThatTakesAnyNumberIsOfferedWhatTheKernelTakes) {
  char byte = 0;
  const std::vector<iovec> v(1'025, {&byte, 1});
  const std::vector<std::size_t> expected = {1'024, 1};
  for (const std::size_t most : {std::size_t{1'024}, std::size_t{1'025}, SIZE_MAX}) {
    Noting sending(most), receiving(most), sending_in_c(most), receiving_in_c(most);
    EXPECT_EQ(iov::send(sending, v, 0, 1'025).bytes, 1'025u);
    EXPECT_EQ(iov::recv(receiving, v, 0, 1'025).bytes, 1'025u);
    EXPECT_EQ(iov::detail::send_recv(sending_in_c, v, 0, 1'025, true), 1'025);
    EXPECT_EQ(iov::detail::send_recv(receiving_in_c, v, 0, 1'025, false), 1'025);
    for (const Noting* transport : {&sending, &receiving, &sending_in_c, &receiving_in_c})
      EXPECT_EQ(transport->offered, expected) << most;
  }
}

/// Gives SIGPIPE its default action, which would end the process.
class DeadlyPipe {
 public:
  DeadlyPipe() : before_(std::signal(SIGPIPE, SIG_DFL)) {}
  ~DeadlyPipe() { std::signal(SIGPIPE, before_); }
  DeadlyPipe(const DeadlyPipe&) = delete;
  DeadlyPipe& operator=(const DeadlyPipe&) = delete;

 private:
  void (*before_)(int);
};

TEST(Transport, APeerThatHasGoneIsAnErrorAndNoSignal) {
  const DeadlyPipe here;
  std::string text = "abc";
  const std::vector<iovec> v = {{text.data(), 3}};
  sockets::Pair pair = sockets::local_pair();
  pair.theirs.close();
  iov::PieceByPiece pieces(pair.ours.fd());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(iov::send(pair.ours.fd(), v, 0, 3).error, std::errc::broken_pipe);
    EXPECT_EQ(iov::send(pieces, v, 0, 3).error, std::errc::broken_pipe);
    EXPECT_EQ(iov_send(pair.ours.fd(), v.data(), 1, 0, 3), -1);
    EXPECT_EQ(errno, EPIPE);
  }
}

// More of real sockets is in socket_test.cpp.
TEST(Transport, BuiltInWaysMoveBytesOverASocket) {
  for (const bool in_pieces : {false, true}) {
    sockets::Pair pair = sockets::local_pair();
    std::string out = "abcdefgh", in = "........";
    const std::vector<iovec> from = {{out.data(), 3}, {nullptr, 0}, {out.data() + 3, 5}};
    const std::vector<iovec> into = {{in.data(), 1}, {in.data() + 1, 6}, {in.data() + 7, 1}};
    const int out_fd = pair.ours.fd(), in_fd = pair.theirs.fd();
    iov::PieceByPiece sending(out_fd), receiving(in_fd);
    std::error_code rejected;
    const iov::Transfer sent =
        in_pieces ? iov::send(sending, from, 1, 7, rejected) : iov::send(out_fd, from, 1, 7, rejected);
    ASSERT_EQ(sent.bytes, 7u);  // without which the other end waits
    EXPECT_EQ(sent.error, std::error_code());
    const iov::Transfer got =
        in_pieces ? iov::recv(receiving, into, 0, 5, rejected) : iov::recv(in_fd, into, 0, 5, rejected);
    ASSERT_EQ(got.bytes, 5u);
    EXPECT_EQ(in, "bcdef...");
    pair.ours.close();
    errno = ENOTTY;  // says nothing about what comes
    const iov::Transfer rest =
        in_pieces ? iov::recv(receiving, into, 5, 3, rejected) : iov::recv(in_fd, into, 5, 3, rejected);
    EXPECT_EQ(rest.bytes, 2u);
    EXPECT_EQ(in, "bcdefgh.");
    EXPECT_TRUE(rest.end_of_stream);
    EXPECT_EQ(rest.error, std::error_code());
    EXPECT_FALSE(rejected);
  }
}

// ---- Linear time. Who walks all of the vector for each call is not done within the limit of a test.

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
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const iovec* const slot = &elements[i];
      const bool was_there = slot >= last_place_ && slot < last_place_ + last_.size();
      const iovec* const was = was_there ? &last_[static_cast<std::size_t>(slot - last_place_)] : nullptr;
      if (was == nullptr || was->iov_base != slot->iov_base || was->iov_len != slot->iov_len) ++written;
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
