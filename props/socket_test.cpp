// Sending and receiving over real sockets: Unix socket pairs and TCP over loopback, in both ways and in C.
// The one fact that matters: every wait has a limit (kPatience), so each test ends by itself, and nothing asserts a
// time.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
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
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "iov/iov.h"
#include "iov/qemu_iov.h"
#include "iov/transport.h"

namespace {

constexpr int kPatience = 60;  // seconds that nothing may move; machines are slow at times
constexpr std::size_t kMiB = 1024 * 1024;

enum class Kind { local, tcp };
enum class Way { scatter_gather, piece_by_piece, c };

/// A descriptor that is closed in the end, and gives up waiting.
class Socket {
 public:
  explicit Socket(int fd = -1) : fd_(fd) {
    if (fd < 0) return;
    const timeval patience = {kPatience, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

struct Pair {
  Socket ours, theirs;
};

Pair tcp_pair() {
  Socket listener(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(bind(listener.fd(), any, length), 0);
  EXPECT_EQ(listen(listener.fd(), 1), 0);
  EXPECT_EQ(getsockname(listener.fd(), any, &length), 0);
  Socket ours(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(connect(ours.fd(), any, length), 0);
  Socket theirs(accept(listener.fd(), nullptr, nullptr));
  EXPECT_GE(theirs.fd(), 0);
  const int on = 1;
  for (const Socket* end : {&ours, &theirs}) setsockopt(end->fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {std::move(ours), std::move(theirs)};
}

Pair local_pair(int type = SOCK_STREAM) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(socketpair(AF_UNIX, type, 0, ends), 0);
  return {Socket(ends[0]), Socket(ends[1])};
}

/// Buffers of a few pages. With smaller ones TCP waits for its timers, and the tests with it.
void make_small(const Socket& end) {
  const int bytes = 32 * 1024;
  setsockopt(end.fd(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  setsockopt(end.fd(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void make_non_blocking(const Socket& end) { fcntl(end.fd(), F_SETFL, fcntl(end.fd(), F_GETFL) | O_NONBLOCK); }

/// Memory cut into elements of mixed lengths, some of them empty.
struct Pieces {
  std::vector<std::uint8_t> memory;
  std::vector<iovec> elements;

  Pieces(std::size_t bytes, std::size_t count, std::uint64_t seed) : memory(bytes) {
    std::mt19937_64 random(seed);
    std::vector<std::size_t> cuts(count == 0 ? 0 : count - 1);
    for (std::size_t i = 0; i < cuts.size(); ++i) cuts[i] = i % 7 == 3 && i > 0 ? cuts[i - 1] : random() % (bytes + 1);
    std::sort(cuts.begin(), cuts.end());
    std::size_t begin = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t end = i < cuts.size() ? cuts[i] : bytes;
      elements.push_back({memory.data() + begin, end - begin});
      begin = end;
    }
  }
  /// Bytes that tell where they belong.
  void write_pattern(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < memory.size(); i += 8) {
      const std::uint64_t bytes = random();
      std::memcpy(memory.data() + i, &bytes, std::min<std::size_t>(8, memory.size() - i));
    }
  }
};

iov::Transfer in_cpp(iov::Transport&& transport, bool sends, const std::vector<iovec>& v, std::size_t offset,
                     std::size_t bytes) {
  return sends ? iov::send(transport, v, offset, bytes) : iov::recv(transport, v, offset, bytes);
}

/// C tells less; its result is put into the same form.
iov::Transfer in_c(int fd, bool sends, const std::vector<iovec>& v, std::size_t offset, std::size_t bytes) {
  const auto count = static_cast<unsigned>(v.size());
  const ssize_t moved =
      sends ? iov_send(fd, v.data(), count, offset, bytes) : iov_recv(fd, v.data(), count, offset, bytes);
  iov::Transfer result;
  if (moved < 0) {
    result.error = std::error_code(errno, std::generic_category());
  } else {
    result.bytes = static_cast<std::size_t>(moved);
    result.end_of_stream = !sends && result.bytes < bytes;  // as blocking sockets have it
  }
  return result;
}

iov::Transfer transfer(Way way, int fd, bool sends, const std::vector<iovec>& v, std::size_t offset,
                       std::size_t bytes) {
  switch (way) {
    case Way::scatter_gather:
      return in_cpp(iov::ScatterGather(fd), sends, v, offset, bytes);
    case Way::piece_by_piece:
      return in_cpp(iov::PieceByPiece(fd), sends, v, offset, bytes);
    case Way::c:
      break;
  }
  return in_c(fd, sends, v, offset, bytes);
}

/// A plain peer: reads until it has all the bytes, or there are no more.
std::vector<std::uint8_t> read_plainly(int fd, std::size_t bytes, std::size_t most_at_once = 65536) {
  std::vector<std::uint8_t> got(bytes);
  std::size_t have = 0;
  while (have < bytes) {
    const ssize_t n = ::recv(fd, got.data() + have, std::min(most_at_once, bytes - have), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  got.resize(have);
  return got;
}

void write_plainly(int fd, const std::uint8_t* bytes, std::size_t count, std::size_t most_at_once = 65536) {
  for (std::size_t done = 0; done < count;) {
    const ssize_t n = ::send(fd, bytes + done, std::min(most_at_once, count - done), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    done += static_cast<std::size_t>(n);
  }
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

/// Goes on whenever the socket is ready, as an event loop does.
std::size_t transfer_when_ready(Way way, int fd, bool sends, const std::vector<iovec>& v, std::size_t bytes) {
  std::size_t moved = 0;
  while (moved < bytes) {
    const iov::Transfer part = transfer(way, fd, sends, v, moved, bytes - moved);
    moved += part.bytes;
    if (moved == bytes) break;
    if (way != Way::c && (part.error != std::errc::resource_unavailable_try_again || part.end_of_stream)) break;
    if (way == Way::c && part.error && part.error != std::errc::resource_unavailable_try_again) break;
    pollfd ready = {fd, static_cast<short>(sends ? POLLOUT : POLLIN), 0};
    if (poll(&ready, 1, kPatience * 1000) != 1) break;
  }
  return moved;
}

bool same_elements(const std::vector<iovec>& a, const std::vector<iovec>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const iovec& x, const iovec& y) { return x.iov_base == y.iov_base && x.iov_len == y.iov_len; });
}

std::string name_of(const testing::TestParamInfo<std::tuple<Kind, Way>>& info) {
  static constexpr const char* kinds[] = {"local", "tcp"};
  static constexpr const char* ways[] = {"scatter_gather", "piece_by_piece", "c"};
  return std::string(kinds[static_cast<int>(std::get<0>(info.param))]) + "_" +
         ways[static_cast<int>(std::get<1>(info.param))];
}

/// No test here may raise SIGPIPE: its action is the default, which would end the process.
class Sockets : public testing::TestWithParam<std::tuple<Kind, Way>> {
 protected:
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
    Pieces out(bytes, count, count), in(bytes, count, count + 1);
    out.write_pattern(count);
    const std::vector<iovec> before = out.elements, before_in = in.elements;
    std::vector<std::uint8_t> got;
    std::thread reader([&] { got = read_plainly(sockets.theirs.fd(), bytes); });
    const iov::Transfer sent = send(sockets.ours, out, 0, bytes);
    reader.join();
    EXPECT_EQ(sent.bytes, bytes);
    EXPECT_FALSE(sent.error) << sent.error.message();
    EXPECT_TRUE(got == out.memory);
    std::thread writer([&] { write_plainly(sockets.theirs.fd(), out.memory.data(), bytes); });
    const iov::Transfer received = recv(sockets.ours, in, 0, bytes);
    writer.join();
    EXPECT_EQ(received.bytes, bytes);
    EXPECT_FALSE(received.error) << received.error.message();
    EXPECT_FALSE(received.end_of_stream);
    EXPECT_TRUE(in.memory == out.memory);
    EXPECT_TRUE(same_elements(out.elements, before));
    EXPECT_TRUE(same_elements(in.elements, before_in));
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
  Pieces out(100'000, 300, 1), in(100'000, 200, 2);
  out.write_pattern(1);
  std::thread sender([&] { EXPECT_EQ(send(sockets.ours, out, 1'001, 98'000).bytes, 98'000u); });
  EXPECT_EQ(recv(sockets.theirs, in, 777, 98'000).bytes, 98'000u);
  sender.join();
  EXPECT_TRUE(std::equal(in.memory.begin() + 777, in.memory.begin() + 98'777, out.memory.begin() + 1'001));
  EXPECT_EQ(std::count(in.memory.begin(), in.memory.begin() + 777, 0), 777);
  EXPECT_EQ(std::count(in.memory.begin() + 98'777, in.memory.end(), 0), 1'223);
}

TEST_P(Sockets, NonBlockingWithSmallBuffersAndASlowPeer) {
  Pair sockets = pair();
  make_small(sockets.ours);
  make_small(sockets.theirs);
  make_non_blocking(sockets.ours);
  Pieces out(kMiB, 700, 3), in(kMiB, 500, 4);
  out.write_pattern(2);
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
  EXPECT_TRUE(got == out.memory);
  std::thread writer([&] {
    for (std::size_t at = 0; at < kMiB; at += 65'536) {
      write_plainly(sockets.theirs.fd(), out.memory.data() + at, 65'536, 1'003);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  EXPECT_EQ(transfer_when_ready(way(), sockets.ours.fd(), false, in.elements, kMiB), kMiB);
  writer.join();
  EXPECT_TRUE(in.memory == out.memory);
}

TEST_P(Sockets, NothingToReadIsEagainAndSoIsAFullBuffer) {
  Pair sockets = pair();
  make_small(sockets.ours);
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
  write_plainly(sockets.theirs.fd(), reinterpret_cast<const std::uint8_t*>("0123456789"), 10);
  sockets.theirs.close();
  const iov::Transfer some = recv(sockets.ours, pieces, 5, 95);
  EXPECT_EQ(some.bytes, 10u);
  EXPECT_TRUE(some.end_of_stream);
  EXPECT_FALSE(some.error);
  EXPECT_EQ(std::string(pieces.memory.begin() + 5, pieces.memory.begin() + 15), "0123456789");
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

TEST_P(Sockets, APeerThatResetsIsAnError) {
  Pair sockets = pair();
  Pieces pieces(100, 9, 8);
  EXPECT_EQ(send(sockets.ours, pieces, 0, 5).bytes, 5u);  // never read: closing then resets, in both kinds
  pollfd there = {sockets.theirs.fd(), POLLIN, 0};
  ASSERT_EQ(poll(&there, 1, kPatience * 1000), 1);
  const linger at_once = {1, 0};
  setsockopt(sockets.theirs.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  sockets.theirs.close();
  const iov::Transfer reset = recv(sockets.ours, pieces, 0, 100);
  EXPECT_EQ(reset.bytes, 0u);
  EXPECT_EQ(reset.error, std::errc::connection_reset);
  EXPECT_FALSE(reset.end_of_stream);
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
  Pieces out(bytes, 400, 9), in(bytes, 300, 10);
  out.write_pattern(3);
  std::vector<std::uint8_t> got;
  const auto slowly = [&](auto part) {
    for (std::size_t at = 0; at < bytes; at += 20'000) {
      part(at);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  };
  // Each transfer waits for a slow peer some 60 ms, with an alarm every millisecond.
  std::thread peer = undisturbed([&] {
    slowly([&](std::size_t) {
      const std::vector<std::uint8_t> part = read_plainly(sockets.theirs.fd(), 20'000, 20'000);
      got.insert(got.end(), part.begin(), part.end());
    });
    slowly([&](std::size_t at) { write_plainly(sockets.theirs.fd(), out.memory.data() + at, 20'000); });
  });
  const itimerval every_millisecond = {{0, 1000}, {0, 1000}}, never = {};
  setitimer(ITIMER_REAL, &every_millisecond, nullptr);
  const iov::Transfer sent = send(sockets.ours, out, 0, bytes);
  const iov::Transfer received = recv(sockets.ours, in, 0, bytes);
  setitimer(ITIMER_REAL, &never, nullptr);
  peer.join();
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_EQ(sent.bytes, bytes) << sent.error.message();
  EXPECT_EQ(received.bytes, bytes) << received.error.message();
  EXPECT_TRUE(got == out.memory);
  EXPECT_TRUE(in.memory == out.memory);
  EXPECT_GT(alarms, 0);
}

TEST_P(Sockets, BothDirectionsAtOnceFromTwoThreads) {
  Pair sockets = pair();
  constexpr std::size_t bytes = 4 * kMiB;
  Pieces there(bytes, 900, 11), back(bytes, 800, 12), got_there(bytes, 700, 13), got_back(bytes, 600, 14);
  there.write_pattern(4);
  back.write_pattern(5);
  std::thread threads[] = {
      std::thread([&] { EXPECT_EQ(send(sockets.ours, there, 0, bytes).bytes, bytes); }),
      std::thread([&] { EXPECT_EQ(recv(sockets.ours, got_back, 0, bytes).bytes, bytes); }),
      std::thread([&] { EXPECT_EQ(send(sockets.theirs, back, 0, bytes).bytes, bytes); }),
      std::thread([&] { EXPECT_EQ(recv(sockets.theirs, got_there, 0, bytes).bytes, bytes); }),
  };
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(got_there.memory == there.memory);
  EXPECT_TRUE(got_back.memory == back.memory);
}

/// A transport of a user's own: every byte is changed on its way through a pipe, one element a call.
class Masked : public iov::Transport {
 public:
  explicit Masked(int fd) : fd_(fd) {}
  std::size_t max_elements() const noexcept override { return 1; }
  ssize_t send(std::span<const iovec> elements) noexcept override {
    char buffer[100];
    const std::size_t bytes = std::min(sizeof buffer, elements[0].iov_len);
    for (std::size_t i = 0; i < bytes; ++i)
      buffer[i] = static_cast<char>(static_cast<const char*>(elements[0].iov_base)[i] ^ 0x5a);
    const ssize_t n = write(fd_, buffer, bytes);
    return n < 0 ? -errno : n;
  }
  ssize_t recv(std::span<const iovec> elements) noexcept override {
    auto* const into = static_cast<char*>(elements[0].iov_base);
    const ssize_t n = read(fd_, into, elements[0].iov_len);
    for (ssize_t i = 0; i < n; ++i) into[i] = static_cast<char>(into[i] ^ 0x5a);
    return n < 0 ? -errno : n;
  }

 private:
  int fd_;
};

TEST(OwnTransport, MasksBytesThroughAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Pieces out(3'000, 20, 15), in(3'000, 30, 16);
  out.write_pattern(6);
  Masked writer(ends[1]), reader(ends[0]);
  EXPECT_EQ(iov::send(writer, out.elements, 0, 3'000).bytes, 3'000u);
  close(ends[1]);
  EXPECT_EQ(iov::recv(reader, in.elements, 0, 3'000).bytes, 3'000u);
  EXPECT_TRUE(in.memory == out.memory);
  EXPECT_TRUE(iov::recv(reader, in.elements, 0, 1).end_of_stream);
  close(ends[0]);
}

// ---- Datagrams: each kernel call is one message, and that is all there is to it.
TEST(Datagrams, OfOneCallAreOneMessage) {
  Pair sockets = local_pair(SOCK_DGRAM);
  Pieces out(50, 7, 17);
  out.write_pattern(7);
  EXPECT_EQ(iov::send(sockets.ours.fd(), out.elements, 0, 50).bytes, 50u);
  std::uint8_t got[100];
  EXPECT_EQ(::recv(sockets.theirs.fd(), got, sizeof got, 0), 50);
  EXPECT_TRUE(std::equal(got, got + 50, out.memory.begin()));
}

TEST(Datagrams, AreReceivedLikePiecesOfAStream) {
  Pair sockets = local_pair(SOCK_DGRAM);
  const std::string sent = "abcdefghij";
  ASSERT_EQ(::send(sockets.theirs.fd(), sent.data(), 4, 0), 4);
  ASSERT_EQ(::send(sockets.theirs.fd(), sent.data() + 4, 6, 0), 6);
  ASSERT_EQ(::send(sockets.theirs.fd(), sent.data(), 3, 0), 3);
  Pieces in(8, 3, 18);
  EXPECT_EQ(iov::recv(sockets.ours.fd(), in.elements, 0, 8).bytes, 8u);
  EXPECT_EQ(std::string(in.memory.begin(), in.memory.end()), "abcdefgh") << "what does not fit is lost";
  EXPECT_EQ(iov::recv(sockets.ours.fd(), in.elements, 0, 3).bytes, 3u);
  EXPECT_EQ(std::string(in.memory.begin(), in.memory.begin() + 3), "abc");
}

TEST(Datagrams, ThatAreEmptyReadAsTheEndOfTheStream) {
  Pair sockets = local_pair(SOCK_DGRAM);
  ASSERT_EQ(::send(sockets.theirs.fd(), "ab", 2, 0), 2);
  ASSERT_EQ(::send(sockets.theirs.fd(), "", 0, 0), 0);
  Pieces in(8, 3, 19);
  const iov::Transfer received = iov::recv(sockets.ours.fd(), in.elements, 0, 8);
  EXPECT_EQ(received.bytes, 2u);
  EXPECT_TRUE(received.end_of_stream);
}

}  // namespace
