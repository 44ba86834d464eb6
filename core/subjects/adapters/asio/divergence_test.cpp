// SPDX-License-Identifier: Apache-2.0
// Differences that the adapter declares or that are known, asked of Asio itself.
// Where this fails, the version at hand does otherwise; then the adapter and known_findings have to be looked at again.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_prefix.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/version.hpp>
#include <cstdio>
#include <iterator>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

std::array<asio::mutable_buffer, 1> one_empty_buffer() { return {asio::mutable_buffer()}; }

template <typename Buffers>
auto count(const Buffers& buffers) {
  return std::distance(asio::buffer_sequence_begin(buffers), asio::buffer_sequence_end(buffers));
}

TEST(Divergence, AsioKeepsAnEmptyBufferInAPrefixOf0Bytes) {
  std::printf("Boost %s, seen in 1_74\n", BOOST_LIB_VERSION);
  const auto prefix = beast::buffers_prefix(0, one_empty_buffer());
  EXPECT_EQ(asio::buffer_size(prefix), 0u);
  EXPECT_EQ(count(prefix), 1);
}

TEST(Divergence, AsioKeepsAnEmptyBufferAtTheFrontWhenItConsumes) {
  beast::buffers_suffix<std::array<asio::mutable_buffer, 1>> suffix(one_empty_buffer());
  suffix.consume(0);
  EXPECT_EQ(asio::buffer_size(suffix), 0u);
  EXPECT_EQ(count(suffix), 1);
}

/// Takes nothing at first, and all that it is offered later.
struct LateStream {
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, boost::system::error_code&) {
    offered.push_back(asio::buffer_size(buffers));
    return offered.size() <= 3 ? 0 : offered.back();
  }
  std::vector<std::size_t> offered;
};

TEST(Divergence, AsioCallsAgainAfterACallThatWroteNothing) {  // a_call_that_writes_nothing.iov
  LateStream stream;
  boost::system::error_code error;
  EXPECT_EQ(asio::write(stream, asio::buffer("abc", 3), error), 3u);
  EXPECT_EQ(stream.offered, (std::vector<std::size_t>{3, 3, 3, 3}));
}

TEST(Divergence, AsioOffers64KiBAtATime) {
  LateStream stream;
  boost::system::error_code error;
  const std::vector<char> data(65537);
  EXPECT_EQ(asio::write(stream, asio::buffer(data), error), data.size());
  EXPECT_EQ(stream.offered.front(), 65536u);
}

}  // namespace
