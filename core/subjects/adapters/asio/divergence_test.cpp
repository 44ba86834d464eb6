// Differences that the adapter works around, asked of Asio itself.
// Where this fails, the version at hand does otherwise; then the adapter and empty_elements.iov have to be looked at
// again.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_prefix.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/version.hpp>
#include <cstdio>
#include <iterator>

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

}  // namespace
