// Sending and receiving where there is no stream of a socket: datagrams, and a transport of a user's own.
// Each test ends by itself (see socket_pair.h).
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include "iov/iov.h"
#include "iov/transport.h"
#include "socket_pair.h"

namespace {

using namespace sockets;

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
  const std::vector<std::uint8_t> all = pattern(3'000, 6);
  Pieces out(all, 20, 15), in(3'000, 30, 16);
  Masked writer(ends[1]), reader(ends[0]);
  EXPECT_EQ(iov::send(writer, out.elements, 0, 3'000).bytes, 3'000u);
  close(ends[1]);
  EXPECT_EQ(iov::recv(reader, in.elements, 0, 3'000).bytes, 3'000u);
  EXPECT_TRUE(in.bytes() == all);
  EXPECT_TRUE(iov::recv(reader, in.elements, 0, 1).end_of_stream);
  close(ends[0]);
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
  iov::Transfer recv(const std::vector<iovec>& v, std::size_t bytes) const {
    return transfer(GetParam(), sockets.ours.fd(), false, v, 0, bytes);
  }
};

INSTANTIATE_TEST_SUITE_P(Every, Datagrams, testing::Values(Way::scatter_gather, Way::piece_by_piece, Way::c),
                         [](const auto& way) { return name_of(way.param); });

TEST_P(Datagrams, OfOneCallAreOneMessage) {
  std::string text = "abcdefghij";
  const std::vector<iovec> v = {{text.data(), 4}, {nullptr, 0}, {text.data() + 4, 6}};
  EXPECT_EQ(send(v, 10).bytes, 10u);
  const std::vector<std::string> expected =
      GetParam() == Way::piece_by_piece ? std::vector<std::string>{"abcd", "efghij"} : std::vector<std::string>{text};
  EXPECT_EQ(messages(), expected);
}

TEST_P(Datagrams, OfMoreElementsThanACallTakesAreMoreMessages) {
  if (GetParam() == Way::piece_by_piece) return;  // more messages than fit into the buffers
  std::string text(1'025, 'x');
  std::vector<iovec> v;
  for (char& c : text) v.push_back({&c, 1});
  EXPECT_EQ(send(v, 1'025).bytes, 1'025u);
  EXPECT_EQ(messages(), (std::vector<std::string>{std::string(1'024, 'x'), "x"}));
}

TEST_P(Datagrams, LongerThanAMessageMayBeAreAnError) {
  const int bytes = 16 * 1024;
  setsockopt(sockets.ours.fd(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  Pieces out(kMiB, 1, 21);
  const iov::Transfer sent = send(out.elements, kMiB);
  EXPECT_EQ(sent.bytes, 0u);
  EXPECT_EQ(sent.error, std::errc::message_size);
  EXPECT_TRUE(messages().empty());
}

TEST_P(Datagrams, AreReceivedLikePiecesOfAStream) {
  const std::string sent = "abcdefghij";
  for (const std::string& message : {sent.substr(0, 4), sent.substr(4), sent.substr(0, 3)})
    ASSERT_EQ(::send(sockets.theirs.fd(), message.data(), message.size(), 0), static_cast<ssize_t>(message.size()));
  Pieces in(8, 1, 18);
  EXPECT_EQ(recv(in.elements, 8).bytes, 8u);
  const std::vector<std::uint8_t> got = in.bytes();
  EXPECT_EQ(std::string(got.begin(), got.end()), "abcdefgh") << "what does not fit is lost";
  EXPECT_EQ(recv(in.elements, 3).bytes, 3u);
  const std::vector<std::uint8_t> last = in.bytes();
  EXPECT_EQ(std::string(last.begin(), last.begin() + 3), "abc");
}

TEST_P(Datagrams, ThatAreEmptyReadAsTheEndOfTheStream) {
  ASSERT_EQ(::send(sockets.theirs.fd(), "ab", 2, 0), 2);
  ASSERT_EQ(::send(sockets.theirs.fd(), "", 0, 0), 0);
  Pieces in(8, 1, 19);
  const iov::Transfer received = recv(in.elements, 8);
  EXPECT_EQ(received.bytes, 2u);
  EXPECT_TRUE(received.end_of_stream);
}

}  // namespace
