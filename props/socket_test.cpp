// Sending and receiving over real sockets: Unix socket pairs and TCP over loopback, in both ways and in C.
// Each test ends by itself (see socket_pair.h), and nothing asserts a time.
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

std::string name_of(const testing::TestParamInfo<std::tuple<Kind, Way>>& info) {
  static constexpr const char* kinds[] = {"local", "tcp"};
  return std::string(kinds[static_cast<int>(std::get<0>(info.param))]) + "_" + name_of(std::get<1>(info.param));
}

/// No test here may raise SIGPIPE: its action is the default, which would end the process.
class Sockets : public testing::TestWithParam<std::tuple<Kind, Way>> {
 protected:
  static void SetUpTestSuite() { std::signal(SIGPIPE, SIG_DFL); }
  Kind kind() const { return std::get<0>(GetParam()); }
  Way way() const { return std::get<1>(GetParam()); }
  Pair pair() const { return kind() == Kind::tcp ? tcp_pair() : local_pair(); }
  iov::Transfer send(const Socket& end, const Pieces& pieces, std::size_t offset, std::size_t bytes) const {
    return transfer(way(), end.fd(), true, pieces.elements, offset, bytes);
  }
  iov::Transfer recv(const Socket& end, const Pieces& pieces, std::size_t offset, std::size_t bytes) const {
    return transfer(way(), end.fd(), false, pieces.elements, offset, bytes);
  }
  /// Sends all of it to a plain peer and receives it from one.
  void expect_moved(std::size_t bytes, std::size_t count) const {
    Pair sockets = pair();
    const std::vector<std::uint8_t> all = pattern(bytes, count);
    Pieces out(all, count, count), in(bytes, count, count + 1);
    std::vector<std::uint8_t> got;
    std::thread reader([&] { got = read_plainly(sockets.theirs.fd(), bytes); });
    const iov::Transfer sent = send(sockets.ours, out, 0, bytes);
    reader.join();
    EXPECT_EQ(sent.bytes, bytes);
    EXPECT_FALSE(sent.error) << sent.error.message();
    EXPECT_TRUE(got == all);
    std::thread writer([&] { write_plainly(sockets.theirs.fd(), all.data(), bytes); });
    const iov::Transfer received = recv(sockets.ours, in, 0, bytes);
    writer.join();
    EXPECT_EQ(received.bytes, bytes);
    EXPECT_FALSE(received.error) << received.error.message();
    EXPECT_FALSE(received.end_of_stream);
    EXPECT_TRUE(in.bytes() == all);
    EXPECT_TRUE(out.frame_holds() && in.frame_holds());
  }
};

INSTANTIATE_TEST_SUITE_P(Every, Sockets,
                         testing::Combine(testing::Values(Kind::local, Kind::tcp),
                                          testing::Values(Way::scatter_gather, Way::piece_by_piece, Way::c)),
                         name_of);

TEST_P(Sockets, MoveVectorsOfEveryLength) {
  for (const std::size_t count : {1u, 1'023u, 1'024u, 1'025u, 100'000u}) {
    SCOPED_TRACE(count);
    expect_moved(3 * count + 5, count);
  }
}

TEST_P(Sockets, Move64MiBThrough5000Elements) { expect_moved(64 * kMiB, 5'000); }

TEST_P(Sockets, MoveAPartOfAVector) {
  Pair sockets = pair();
  const std::vector<std::uint8_t> all = pattern(100'000, 1), before = pattern(100'000, 2);
  Pieces out(all, 300, 1), in(before, 200, 2);
  std::thread sender([&] { EXPECT_EQ(send(sockets.ours, out, 1'001, 98'000).bytes, 98'000u); });
  EXPECT_EQ(recv(sockets.theirs, in, 777, 98'000).bytes, 98'000u);
  sender.join();
  std::vector<std::uint8_t> expected = before;
  std::copy(all.begin() + 1'001, all.begin() + 99'001, expected.begin() + 777);
  EXPECT_TRUE(in.bytes() == expected);
  EXPECT_TRUE(out.bytes() == all);
  EXPECT_TRUE(out.frame_holds() && in.frame_holds());
}

TEST_P(Sockets, NonBlockingWithSmallBuffersAndASlowPeer) {
  Pair sockets = pair();
  make_small(sockets.ours);
  make_small(sockets.theirs);
  make_non_blocking(sockets.ours);
  const std::vector<std::uint8_t> all = pattern(kMiB, 2);
  Pieces out(all, 700, 3), in(kMiB, 500, 4);
  std::vector<std::uint8_t> got;
  std::thread reader([&] {
    while (got.size() < kMiB) {
      const std::vector<std::uint8_t> part =
          read_plainly(sockets.theirs.fd(), std::min<std::size_t>(40'000, kMiB - got.size()), 997);
      if (part.empty()) break;
      got.insert(got.end(), part.begin(), part.end());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  EXPECT_EQ(transfer_when_ready(way(), sockets.ours.fd(), true, out.elements, kMiB), kMiB);
  reader.join();
  EXPECT_TRUE(got == all);
  std::thread writer([&] {
    for (std::size_t at = 0; at < kMiB; at += 65'536) {
      write_plainly(sockets.theirs.fd(), all.data() + at, 65'536, 1'003);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  EXPECT_EQ(transfer_when_ready(way(), sockets.ours.fd(), false, in.elements, kMiB), kMiB);
  writer.join();
  EXPECT_TRUE(in.bytes() == all);
  EXPECT_TRUE(out.frame_holds() && in.frame_holds());
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

TEST_P(Sockets, InCErrnoStaysAsItWasWhereACallThatWouldBlockEndsATransfer) {
  if (way() != Way::c) return;
  Pair sockets = pair();
  make_small(sockets.ours);
  make_small(sockets.theirs);
  make_non_blocking(sockets.ours);
  Pieces pieces(8 * kMiB, 50, 5);
  const auto count = static_cast<unsigned>(pieces.elements.size());
  write_plainly(sockets.theirs.fd(), reinterpret_cast<const std::uint8_t*>("0123456789"), 10);
  pollfd here = {sockets.ours.fd(), POLLIN, 0};
  ASSERT_EQ(poll(&here, 1, kPatience * 1000), 1);
  errno = ENOTTY;
  EXPECT_EQ(iov_recv(sockets.ours.fd(), pieces.elements.data(), count, 0, 11), 10);
  EXPECT_EQ(errno, ENOTTY);
  EXPECT_GT(iov_send(sockets.ours.fd(), pieces.elements.data(), count, 0, 8 * kMiB), 0);
  EXPECT_EQ(errno, ENOTTY);
  EXPECT_EQ(iov_recv(sockets.ours.fd(), pieces.elements.data(), count, 0, 1), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_P(Sockets, APeerThatClosesIsTheEndOfTheStream) {
  Pair sockets = pair();
  Pieces pieces(100, 9, 6);
  write_plainly(sockets.theirs.fd(), reinterpret_cast<const std::uint8_t*>("0123456789"), 10);
  sockets.theirs.close();
  const iov::Transfer some = recv(sockets.ours, pieces, 5, 95);
  EXPECT_EQ(some.bytes, 10u);
  EXPECT_TRUE(some.end_of_stream);
  EXPECT_FALSE(some.error);
  const std::vector<std::uint8_t> got = pieces.bytes();
  EXPECT_EQ(std::string(got.begin() + 5, got.begin() + 15), "0123456789");
  const iov::Transfer none = recv(sockets.ours, pieces, 0, 1);
  EXPECT_EQ(none.bytes, 0u);
  EXPECT_TRUE(none.end_of_stream);
}

std::atomic<int> pipes = 0;

TEST_P(Sockets, APeerThatHasGoneIsAnErrorAndNoSignal) {
  const auto before = std::signal(SIGPIPE, [](int) { ++pipes; });
  pipes = 0;
  for (const bool counted : {true, false}) {
    if (!counted) std::signal(SIGPIPE, SIG_DFL);
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
  EXPECT_EQ(pipes, 0);
  std::signal(SIGPIPE, before);
}

// What we send is never read, so the connection is reset when the peer closes.
TEST_P(Sockets, APeerThatResetsIsAnErrorAndTellsWhatWasReceivedBefore) {
  for (const std::size_t before : {std::size_t{0}, std::size_t{10}}) {
    Pair sockets = pair();
    Pieces pieces(100, 9, 8);
    ASSERT_EQ(::send(sockets.ours.fd(), "never read", 10, MSG_NOSIGNAL), 10);
    pollfd there = {sockets.theirs.fd(), POLLIN, 0};
    ASSERT_EQ(poll(&there, 1, kPatience * 1000), 1);
    write_plainly(sockets.theirs.fd(), reinterpret_cast<const std::uint8_t*>("0123456789"), before);
    sockets.theirs.close();
    const iov::Transfer received = recv(sockets.ours, pieces, 0, 100);
    EXPECT_EQ(received.error, std::errc::connection_reset);
    EXPECT_FALSE(received.end_of_stream);
    EXPECT_EQ(received.bytes, way() == Way::c ? 0u : before) << "C has no room for both";
    const std::vector<std::uint8_t> got = pieces.bytes();
    EXPECT_EQ(std::string(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(before)),
              std::string("0123456789").substr(0, before));
  }
}

TEST_P(Sockets, AnErrorAfterSomeBytesWereSentTellsBoth) {
  Pair sockets = pair();
  make_small(sockets.ours);
  make_small(sockets.theirs);
  const std::vector<std::uint8_t> all = pattern(8 * kMiB, 20);
  Pieces pieces(all, 90, 20);
  std::vector<std::uint8_t> got;
  std::thread reader([&] {
    got = read_plainly(sockets.theirs.fd(), 100'000);
    sockets.theirs.close();
  });
  const iov::Transfer sent = send(sockets.ours, pieces, 0, 8 * kMiB);
  reader.join();
  EXPECT_TRUE(std::equal(got.begin(), got.end(), all.begin()));
  EXPECT_EQ(got.size(), 100'000u);
  EXPECT_TRUE(sent.error == std::errc::broken_pipe || sent.error == std::errc::connection_reset)
      << sent.error.message();
  if (way() == Way::c) {
    EXPECT_EQ(sent.bytes, 0u) << "C has no room for both";
  } else {
    EXPECT_GE(sent.bytes, 100'000u);
    EXPECT_LT(sent.bytes, 8 * kMiB);
  }
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
  constexpr std::size_t bytes = 600'000;
  const std::vector<std::uint8_t> all = pattern(bytes, 3);
  Pieces out(all, 400, 9), in(bytes, 300, 10);
  std::vector<std::uint8_t> got;
  // While `part` says that it did all of its own.
  const auto slowly = [&](auto part) {
    for (std::size_t at = 0; at < bytes && part(at); at += 20'000)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
  };
  // Each transfer waits for a slow peer some 60 ms, with an alarm every millisecond.
  std::thread peer = undisturbed([&] {
    slowly([&](std::size_t) {
      const std::vector<std::uint8_t> part = read_plainly(sockets.theirs.fd(), 20'000, 20'000);
      got.insert(got.end(), part.begin(), part.end());
      return part.size() == 20'000;
    });
    slowly([&](std::size_t at) { return write_plainly(sockets.theirs.fd(), all.data() + at, 20'000); });
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
  EXPECT_TRUE(in.bytes() == all);
  EXPECT_TRUE(out.frame_holds() && in.frame_holds());
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
    const std::vector<std::uint8_t> all_there = pattern(bytes, 4), all_back = pattern(bytes, 5);
    Pieces there(all_there, 900, 11), back(all_back, 800, 12), got_there(bytes, 700, 13), got_back(bytes, 600, 14);
    const auto both_ways = [&](const Socket& end, Pieces& out, Pieces& in) {
      return std::pair(std::thread([&, fd = end.fd()] {
                         EXPECT_EQ(transfer_when_ready(way(), fd, true, out.elements, bytes), bytes);
                       }),
                       std::thread([&, fd = end.fd()] {
                         EXPECT_EQ(transfer_when_ready(way(), fd, false, in.elements, bytes), bytes);
                       }));
    };
    auto ours = both_ways(sockets.ours, there, got_back);
    auto theirs = both_ways(sockets.theirs, back, got_there);
    for (std::thread* const thread : {&ours.first, &ours.second, &theirs.first, &theirs.second}) thread->join();
    EXPECT_TRUE(got_there.bytes() == all_there);
    EXPECT_TRUE(got_back.bytes() == all_back);
    EXPECT_TRUE(there.frame_holds() && back.frame_holds() && got_there.frame_holds() && got_back.frame_holds());
  }
}

}  // namespace
