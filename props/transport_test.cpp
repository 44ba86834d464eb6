// Transfers that no program of the language holds: lengths beyond SSIZE_MAX, answers that mean nothing, what is called
// how often; and the forms that throw. Megabytes are in large_transfer_test.cpp.
#include "iov/transport.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "iov/qemu_iov.h"
#include "iov/send_recv.h"
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

}  // namespace
