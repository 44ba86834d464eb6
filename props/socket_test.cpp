// SPDX-License-Identifier: Apache-2.0
// Sending and receiving over real sockets: Unix socket pairs and TCP over loopback, in both ways and in C.
// Each test ends by itself (see socket_pair.h), and nothing asserts a time. What a transfer makes of the kernel's
// answers is compared with the model over scripted kernels; here, the kernel itself answers.
#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "iov/iov.h"
#include "iov/transport.h"
#include "socket_pair.h"

namespace {

using namespace sockets;

using Bytes = std::vector<std::uint8_t>;

const Bytes kTen = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'};

/// No test here may raise SIGPIPE: its action is the default, which would end the process.
class Sockets : public testing::TestWithParam<std::tuple<Kind, Way>> {
 protected:
  static void SetUpTestSuite() { std::signal(SIGPIPE, SIG_DFL); }
  Way way() const { return std::get<1>(GetParam()); }
  Pair pair() const { return std::get<0>(GetParam()) == Kind::tcp ? tcp_pair() : local_pair(); }
  iov::Transfer send(const Socket& end, const Pieces& pieces, std::size_t offset, std::size_t bytes) const {
    return transfer(way(), end.fd(), true, pieces.elements, offset, bytes);
  }
  iov::Transfer recv(const Socket& end, const Pieces& pieces, std::size_t offset, std::size_t bytes) const {
    return transfer(way(), end.fd(), false, pieces.elements, offset, bytes);
  }
};

std::string name_of(const testing::TestParamInfo<std::tuple<Kind, Way>>& info) {
  return (std::get<0>(info.param) == Kind::tcp ? "tcp_" : "local_") + name_of(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Every, Sockets,
                         testing::Combine(testing::Values(Kind::local, Kind::tcp),
                                          testing::Values(Way::scatter_gather, Way::piece_by_piece, Way::c)),
                         name_of);

// All but the first and the last byte of a vector, to a plain peer and from one.
TEST_P(Sockets, MoveVectorsOfEveryLength) {
  for (const auto& [bytes, count] : std::vector<std::pair<std::size_t, std::size_t>>{
           {8, 1}, {3'077, 1'023}, {3'077, 1'024}, {3'077, 1'025}, {300'000, 100'000}, {64 * kMiB, 5'000}}) {
    SCOPED_TRACE(count);
    Pair sockets = pair();
    const Bytes all = pattern(bytes, count);
    const Bytes part(all.begin() + 1, all.end() - 1);
    Pieces out(all, count, count), in(Bytes(bytes), count, count + 1);
    Bytes got;
    std::thread reader([&] { got = read_plainly(sockets.theirs.fd(), part.size()); });
    const iov::Transfer sent = send(sockets.ours, out, 1, part.size());
    reader.join();
    EXPECT_EQ(sent.bytes, part.size());
    EXPECT_FALSE(sent.error) << sent.error.message();
    EXPECT_TRUE(got == part);
    std::thread writer([&] { EXPECT_TRUE(write_plainly(sockets.theirs.fd(), part)); });
    const iov::Transfer received = recv(sockets.ours, in, 1, part.size());
    writer.join();
    EXPECT_EQ(received.bytes, part.size());
    EXPECT_FALSE(received.error) << received.error.message();
    EXPECT_FALSE(received.end_of_stream);
    out.expect(all);
    Bytes expected = all;
    expected.front() = expected.back() = 0;
    in.expect(expected);
  }
}

TEST_P(Sockets, NothingToReadIsEagainAndSoIsAFullBuffer) {
  Pair sockets = pair();
  make_small(sockets.ours);
  make_small(sockets.theirs);
  make_non_blocking(sockets.ours);
  Pieces pieces(8 * kMiB, 50, 5);
  const iov::Transfer nothing = recv(sockets.ours, pieces, 0, 10);
  EXPECT_EQ(nothing.bytes, 0u);
  EXPECT_EQ(nothing.error, std::errc::resource_unavailable_try_again);
  EXPECT_FALSE(nothing.end_of_stream);
  const iov::Transfer full = send(sockets.ours, pieces, 0, 8 * kMiB);
  EXPECT_GT(full.bytes, 0u);
  EXPECT_LT(full.bytes, 8 * kMiB);
  if (way() != Way::c) {
    EXPECT_EQ(full.error, std::errc::resource_unavailable_try_again);
  }
  iov::Transfer more = send(sockets.ours, pieces, 0, 8 * kMiB);
  for (int i = 0; i < 1'000 && !more.error; ++i) more = send(sockets.ours, pieces, 0, 8 * kMiB);  // buffers may grow
  EXPECT_EQ(more.error, std::errc::resource_unavailable_try_again);
}

TEST_P(Sockets, APeerThatClosesIsTheEndOfTheStream) {
  Pair sockets = pair();
  Pieces pieces(100, 9, 6);
  ASSERT_TRUE(write_plainly(sockets.theirs.fd(), kTen));
  sockets.theirs.close();
  const iov::Transfer some = recv(sockets.ours, pieces, 5, 95);
  EXPECT_EQ(some.bytes, 10u);
  EXPECT_EQ(some.end_of_stream, way() != Way::c) << "in C the number alone tells";
  EXPECT_FALSE(some.error);
  const Bytes got = pieces.bytes();
  EXPECT_EQ(Bytes(got.begin() + 5, got.begin() + 15), kTen);
  const iov::Transfer none = recv(sockets.ours, pieces, 0, 1);
  EXPECT_EQ(none.bytes, 0u);
  EXPECT_TRUE(none.end_of_stream);
}

TEST_P(Sockets, APeerThatHasGoneIsAnErrorAndNoSignal) {
  Pair sockets = pair();
  sockets.theirs.close();
  Pieces pieces(5'000, 9, 7);
  // The first bytes may still find room, until the other side's answer is here.
  iov::Transfer sent;
  for (int i = 0; i < 10'000 && !sent.error; ++i) sent = send(sockets.ours, pieces, 0, 5'000);
  EXPECT_TRUE(sent.error == std::errc::broken_pipe || sent.error == std::errc::connection_reset)
      << sent.error.message();
  // From now on it is known.
  EXPECT_EQ(send(sockets.ours, pieces, 0, 5'000).error, std::errc::broken_pipe);
}

// What we send is never read, so the connection is reset when the peer closes.
TEST_P(Sockets, APeerThatResetsIsAnErrorAndTellsWhatWasReceivedBefore) {
  Pair sockets = pair();
  Pieces pieces(100, 9, 8);
  ASSERT_TRUE(write_plainly(sockets.ours.fd(), kTen));
  pollfd there = {sockets.theirs.fd(), POLLIN, 0};
  ASSERT_EQ(poll(&there, 1, kPatience * 1000), 1);
  ASSERT_TRUE(write_plainly(sockets.theirs.fd(), kTen));
  sockets.theirs.close();
  const iov::Transfer received = recv(sockets.ours, pieces, 0, 100);
  EXPECT_EQ(received.error, std::errc::connection_reset);
  EXPECT_FALSE(received.end_of_stream);
  EXPECT_EQ(received.bytes, way() == Way::c ? 0u : 10u) << "C has no room for both";
  const Bytes got = pieces.bytes();
  EXPECT_EQ(Bytes(got.begin(), got.begin() + 10), kTen);
}

/// A thread that interval timers leave alone.
template <typename F>
std::thread undisturbed(F work) {
  sigset_t alarms, before;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarms, &before);
  std::thread made(std::move(work));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return made;
}

std::atomic<int> alarms = 0;

TEST_P(Sockets, AnIntervalTimerInterruptsAndNothingIsLost) {
  struct sigaction action = {}, before = {};
  action.sa_handler = [](int) { ++alarms; };  // no SA_RESTART
  sigaction(SIGALRM, &action, &before);
  alarms = 0;
  Pair sockets = pair();
  make_small(sockets.ours);
  make_small(sockets.theirs);
  constexpr std::size_t bytes = 600'000, at_once = 20'000;
  const Bytes all = pattern(bytes, 3);
  Pieces out(all, 400, 9), in(bytes, 300, 10);
  Bytes got;
  // While `part` says that it did all of its own.
  const auto slowly = [&](auto part) {
    for (std::size_t at = 0; at < bytes && part(at); at += at_once)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
  };
  // Each transfer waits for a slow peer some 60 ms, with an alarm every millisecond.
  std::thread peer = undisturbed([&] {
    slowly([&](std::size_t) {
      const Bytes part = read_plainly(sockets.theirs.fd(), at_once);
      got.insert(got.end(), part.begin(), part.end());
      return part.size() == at_once;
    });
    slowly([&](std::size_t at) { return write_plainly(sockets.theirs.fd(), std::span(all).subspan(at, at_once)); });
    // Each interruption of the other side begins its patience anew: it ends with the stream.
    shutdown(sockets.theirs.fd(), SHUT_RDWR);
  });
  std::size_t interrupted = 0;
  const itimerval every_millisecond = {{0, 1000}, {0, 1000}}, never = {};
  setitimer(ITIMER_REAL, &every_millisecond, nullptr);
  errno = ENOTTY;
  const iov::Transfer sent = transfer(way(), sockets.ours.fd(), true, out.elements, 0, bytes, &interrupted);
  const iov::Transfer received = transfer(way(), sockets.ours.fd(), false, in.elements, 0, bytes, &interrupted);
  const int error_number = errno;
  setitimer(ITIMER_REAL, &never, nullptr);
  shutdown(sockets.ours.fd(), SHUT_RDWR);  // the peer ends, whatever went wrong
  peer.join();
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_EQ(sent.bytes, bytes) << sent.error.message();
  EXPECT_EQ(received.bytes, bytes) << received.error.message();
  EXPECT_TRUE(got == all);
  out.expect(all);
  in.expect(all);
  EXPECT_GT(interrupted, 0u) << alarms << " alarms";
  if (way() == Way::c) {
    EXPECT_EQ(error_number, ENOTTY) << "in C it stays as it was";
  }
}

TEST_P(Sockets, BothDirectionsAtOnceFromTwoThreads) {
  for (const bool blocks : {true, false}) {
    SCOPED_TRACE(blocks ? "blocking" : "non-blocking with small buffers");
    Pair sockets = pair();
    if (!blocks) {
      for (const Socket* end : {&sockets.ours, &sockets.theirs}) {
        make_small(*end);
        make_non_blocking(*end);
      }
    }
    const std::size_t bytes = blocks ? 4 * kMiB : kMiB;
    const Bytes all_there = pattern(bytes, 4), all_back = pattern(bytes, 5);
    Pieces there(all_there, 900, 11), back(all_back, 800, 12), got_there(bytes, 700, 13), got_back(bytes, 600, 14);
    std::vector<std::thread> threads;
    const auto start = [&](const Socket& end, bool sends, const Pieces& pieces) {
      threads.emplace_back([&, sends, fd = end.fd()] {
        EXPECT_EQ(transfer_when_ready(way(), fd, sends, pieces.elements, bytes), bytes);
      });
    };
    start(sockets.ours, true, there);
    start(sockets.ours, false, got_back);
    start(sockets.theirs, true, back);
    start(sockets.theirs, false, got_there);
    for (std::thread& thread : threads) thread.join();
    there.expect(all_there);
    back.expect(all_back);
    got_there.expect(all_there);
    got_back.expect(all_back);
  }
}

// ---- Datagrams: each kernel call is one message, and that is all there is to it.
class Datagrams : public testing::TestWithParam<Way> {
 protected:
  Pair sockets = local_pair(SOCK_DGRAM);
  /// The messages that wait, as they were cut.
  std::vector<std::string> messages() const {
    make_non_blocking(sockets.theirs);
    std::vector<std::string> all;
    char bytes[4096];
    for (ssize_t n; (n = ::recv(sockets.theirs.fd(), bytes, sizeof bytes, 0)) >= 0;)
      all.emplace_back(bytes, static_cast<std::size_t>(n));
    return all;
  }
  iov::Transfer send(const std::vector<iovec>& v, std::size_t bytes) const {
    return transfer(GetParam(), sockets.ours.fd(), true, v, 0, bytes);
  }
};

INSTANTIATE_TEST_SUITE_P(Every, Datagrams, testing::Values(Way::scatter_gather, Way::piece_by_piece, Way::c),
                         [](const auto& test) { return name_of(test.param); });

TEST_P(Datagrams, OfOneCallAreOneMessage) {
  std::string text = "abcdefghij";
  const std::vector<iovec> v = {{text.data(), 4}, {nullptr, 0}, {text.data() + 4, 6}};
  EXPECT_EQ(send(v, 10).bytes, 10u);
  const std::vector<std::string> expected =
      GetParam() == Way::piece_by_piece ? std::vector<std::string>{"abcd", "efghij"} : std::vector<std::string>{text};
  EXPECT_EQ(messages(), expected);
}

TEST_P(Datagrams, AreReceivedLikePiecesOfAStreamThatEndsWithAnEmptyOne) {
  for (const char* const message : {"abcd", "efghij", "ab", ""})
    ASSERT_EQ(::send(sockets.theirs.fd(), message, std::strlen(message), 0),
              static_cast<ssize_t>(std::strlen(message)));
  Pieces in(8, 1, 18);
  const auto recv = [&] { return transfer(GetParam(), sockets.ours.fd(), false, in.elements, 0, 8); };
  EXPECT_EQ(recv().bytes, 8u);
  EXPECT_EQ(in.bytes(), (Bytes{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})) << "what does not fit is lost";
  EXPECT_EQ(recv().bytes, 2u) << "up to the empty one";
}

}  // namespace
