// SPDX-License-Identifier: Apache-2.0
// Real sockets for tests: pairs of them, plain peers, vectors of mixed elements, and the three ways to move bytes.
// Every wait has a limit (kPatience), so each test ends by itself.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "iov/iov.h"
#include "iov/qemu_iov.h"
#include "iov/send_recv.h"
#include "iov/transport.h"

namespace sockets {

inline constexpr int kPatience = 60;  // seconds that nothing may move; machines are slow at times
inline constexpr std::size_t kMiB = std::size_t{1} << 20;

enum class Kind { local, tcp };
enum class Way { scatter_gather, piece_by_piece, c };

inline std::string name_of(Way way) {
  constexpr const char* names[] = {"scatter_gather", "piece_by_piece", "c"};
  return names[static_cast<int>(way)];
}

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

inline Pair tcp_pair() {
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

inline Pair local_pair(int type = SOCK_STREAM) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(socketpair(AF_UNIX, type, 0, ends), 0);
  return {Socket(ends[0]), Socket(ends[1])};
}

/// Buffers of a few pages. With smaller ones TCP waits for its timers, and the tests with it.
inline void make_small(const Socket& end) {
  const int bytes = 32 * 1024;
  setsockopt(end.fd(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  setsockopt(end.fd(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

inline void make_non_blocking(const Socket& end) { fcntl(end.fd(), F_SETFL, fcntl(end.fd(), F_GETFL) | O_NONBLOCK); }

/// Bytes that tell where they belong.
inline std::vector<std::uint8_t> pattern(std::size_t bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint8_t> made((bytes + 7) / 8 * 8);
  for (std::size_t i = 0; i < made.size(); i += 8) {
    const std::uint64_t word = random();
    std::memcpy(made.data() + i, &word, 8);
  }
  made.resize(bytes);
  return made;
}

/// Elements of mixed lengths, some of them empty, each between bytes that belong to none.
class Pieces {
 public:
  Pieces(std::size_t bytes, std::size_t count, std::uint64_t seed) : memory_(bytes + count + 1, kGuard) {
    std::mt19937_64 random(seed);
    std::vector<std::size_t> cuts(count - 1);
    for (std::size_t i = 0; i < cuts.size(); ++i) cuts[i] = i % 7 == 3 ? cuts[i - 1] : random() % (bytes + 1);
    std::sort(cuts.begin(), cuts.end());
    cuts.push_back(bytes);
    std::size_t begin = 0;
    for (std::size_t i = 0; i < count; ++i) {
      elements.push_back({memory_.data() + begin + i + 1, cuts[i] - begin});
      begin = cuts[i];
    }
  }
  Pieces(const std::vector<std::uint8_t>& bytes, std::size_t count, std::uint64_t seed)
      : Pieces(bytes.size(), count, seed) {
    iov::from_buf(elements, 0, std::as_bytes(std::span(bytes)));
  }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> all(iov::size(elements));
    iov::to_buf(elements, 0, std::as_writable_bytes(std::span(all)));
    return all;
  }
  /// They hold these bytes, and no byte between them has changed. They hold nothing afterwards.
  void expect(const std::vector<std::uint8_t>& expected) {
    EXPECT_TRUE(bytes() == expected);
    iov::fill(elements, 0, std::byte{kGuard}, SIZE_MAX);
    // Each byte is its neighbour: compared as a block, which ThreadSanitizer looks at as one.
    EXPECT_EQ(memory_.front(), kGuard);
    EXPECT_EQ(std::memcmp(memory_.data(), memory_.data() + 1, memory_.size() - 1), 0);
  }

  std::vector<iovec> elements;

 private:
  static constexpr std::uint8_t kGuard = 0xa5;
  std::vector<std::uint8_t> memory_;
};

inline iov::Transfer in_cpp(iov::Transport& transport, bool sends, std::span<const iovec> v, std::size_t offset,
                            std::size_t bytes) {
  return sends ? iov::send(transport, v, offset, bytes) : iov::recv(transport, v, offset, bytes);
}

/// C tells less; what it tells is put into the same form.
inline iov::Transfer transfer_of_c(ssize_t moved, bool sends) {
  iov::Transfer result;
  if (moved < 0) {
    result.error = std::error_code(errno, std::generic_category());
  } else {
    result.bytes = static_cast<std::size_t>(moved);
    result.end_of_stream = moved == 0 && !sends;
  }
  return result;
}

/// How often the kernel was interrupted in the calls below it.
class Interrupted final : public iov::Transport {
 public:
  explicit Interrupted(iov::Transport& below) : below_(below) {}
  std::size_t max_elements() const noexcept override { return below_.max_elements(); }
  ssize_t send(std::span<const iovec> elements) noexcept override { return count(below_.send(elements)); }
  ssize_t recv(std::span<const iovec> elements) noexcept override { return count(below_.recv(elements)); }

  std::size_t times = 0;

 private:
  ssize_t count(ssize_t moved) {
    if (moved == -EINTR) ++times;
    return moved;
  }
  iov::Transport& below_;
};

inline iov::Transfer transfer(Way way, int fd, bool sends, const std::vector<iovec>& v, std::size_t offset,
                              std::size_t bytes, std::size_t* interrupted = nullptr) {
  if (way == Way::c && interrupted == nullptr) {
    const auto count = static_cast<unsigned>(v.size());
    return transfer_of_c(
        sends ? iov_send(fd, v.data(), count, offset, bytes) : iov_recv(fd, v.data(), count, offset, bytes), sends);
  }
  std::error_code rejected;
  if (way == Way::scatter_gather && interrupted == nullptr)
    return sends ? iov::send(fd, v, offset, bytes, rejected) : iov::recv(fd, v, offset, bytes, rejected);
  iov::ScatterGather gather(fd);
  iov::PieceByPiece pieces(fd);
  iov::Transport& built_in = way == Way::piece_by_piece ? static_cast<iov::Transport&>(pieces) : gather;
  if (interrupted == nullptr) return in_cpp(built_in, sends, v, offset, bytes);
  Interrupted counting(built_in);
  const iov::Transfer result = way == Way::c
                                   ? transfer_of_c(iov::detail::send_recv(counting, v, offset, bytes, sends), sends)
                                   : in_cpp(counting, sends, v, offset, bytes);
  *interrupted += counting.times;
  return result;
}

/// A plain peer: reads until it has all the bytes, or there are no more.
inline std::vector<std::uint8_t> read_plainly(int fd, std::size_t bytes) {
  std::vector<std::uint8_t> got(bytes);
  const ssize_t have = ::recv(fd, got.data(), bytes, MSG_WAITALL);
  got.resize(have < 0 ? 0 : static_cast<std::size_t>(have));
  return got;
}

/// Whether all of them were written.
inline bool write_plainly(int fd, std::span<const std::uint8_t> bytes) {
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

/// Goes on whenever the socket is ready, as an event loop does.
inline std::size_t transfer_when_ready(Way way, int fd, bool sends, const std::vector<iovec>& v, std::size_t bytes) {
  for (std::size_t moved = 0;;) {
    const iov::Transfer part = transfer(way, fd, sends, v, moved, bytes - moved);
    moved += part.bytes;
    // In C a part that was moved hides why no more was.
    const bool goes_on = part.error == std::errc::resource_unavailable_try_again || (way == Way::c && part.bytes > 0);
    pollfd ready = {fd, static_cast<short>(sends ? POLLOUT : POLLIN), 0};
    if (moved == bytes || !goes_on || poll(&ready, 1, kPatience * 1000) != 1) return moved;
  }
}

}  // namespace sockets
