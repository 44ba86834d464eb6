// The output of hexdump to a string, a stream and a file, and its errors.
#include "iov/hexdump.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <vector>

namespace {

TEST(Hexdump, ShowsSixteenBytesALine) {
  std::string text = "POST / HTTP/1.1\r\n~\x7f";
  const std::array<iovec, 2> v = {iovec{text.data(), 5}, iovec{text.data() + 5, text.size() - 5}};
  EXPECT_EQ(iov::hexdump(v, "tx", SIZE_MAX),
            "tx: 0000:  50 4f 53 54  20 2f 20 48  54 54 50 2f  31 2e 31 0d POST / HTTP/1.1.\n"
            "tx: 0010:  0a 7e 7f                                           .~.\n");
  EXPECT_EQ(iov::hexdump(v, "", 1), ": 0000:  50                                                 P\n");
  EXPECT_EQ(iov::hexdump(v, "", 0), "");
  EXPECT_EQ(iov::hexdump({}, "x", SIZE_MAX), "");
}

TEST(Hexdump, PrintsOffsetsOf64KiBAndMore) {
  std::vector<std::byte> memory(65'537);
  const std::array<iovec, 1> v = {{{memory.data(), memory.size()}}};
  const std::string text = iov::hexdump(v, std::string(1000, 'p'), SIZE_MAX);
  EXPECT_NE(text.find("p: fff0:  00"), std::string::npos);
  EXPECT_NE(text.find("p: 10000:  00   "), std::string::npos);
}

TEST(Hexdump, WritesTheSameToAFileAndAStream) {
  std::string text = "some bytes, more than a line";
  const std::array<iovec, 1> v = {{{text.data(), text.size()}}};
  const std::string expected = iov::hexdump(v, "x", 20);
  std::ostringstream stream;
  iov::hexdump(v, stream, "x", 20);
  EXPECT_EQ(stream.str(), expected);
  char* buffer = nullptr;
  std::size_t size = 0;
  FILE* const file = open_memstream(&buffer, &size);
  iov::hexdump(v, file, "x", 20);
  std::fclose(file);
  EXPECT_EQ(std::string(buffer, size), expected);
  std::free(buffer);
}

TEST(Hexdump, ReportsWhatCannotBeWritten) {
  std::string text = "some bytes";
  const std::array<iovec, 1> v = {{{text.data(), text.size()}}};
  FILE* const full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  std::setvbuf(full, nullptr, _IONBF, 0);
  std::error_code error;
  iov::hexdump(v, full, "x", SIZE_MAX, error);
  EXPECT_EQ(error, std::errc::no_space_on_device);
  EXPECT_THROW(iov::hexdump(v, full, "x", SIZE_MAX), std::system_error);
  iov::hexdump({}, full, "x", SIZE_MAX, error);
  EXPECT_FALSE(error) << "nothing to write";
  std::fclose(full);
  std::ostringstream stream;
  stream.setstate(std::ios::badbit);
  iov::hexdump(v, stream, "x", SIZE_MAX, error);
  EXPECT_EQ(error, std::errc::io_error);
  EXPECT_THROW(iov::hexdump(v, stream, "x", SIZE_MAX), std::system_error);
  struct Full : std::streambuf {
    int overflow(int) override { return traits_type::eof(); }
  } full_buffer;
  std::ostream throwing(&full_buffer);
  throwing.exceptions(std::ios::badbit);
  EXPECT_THROW(iov::hexdump(v, throwing, "x", SIZE_MAX, error), std::ios::failure) << "the stream's own exception";
}

/// Takes so many characters and no more.
struct Limited : std::streambuf {
  explicit Limited(std::size_t characters) : left(characters) {}
  int overflow(int character) override {
    if (left == 0) return traits_type::eof();
    --left;
    taken += static_cast<char>(character);
    return character;
  }
  std::size_t left;
  std::string taken;
};

// Wherever the stream ends: in the prefix, the offset or the bytes of a line, whether it is the last one or not.
TEST(Hexdump, WritesNothingAfterWhatCannotBeWritten) {
  std::string bytes(40, 'b');
  const std::array<iovec, 2> v = {{{bytes.data(), 20}, {bytes.data() + 20, 20}}};
  const std::string whole = iov::hexdump(v, "prefix", SIZE_MAX);
  for (std::size_t room = 0; room <= whole.size(); ++room) {
    Limited limited(room);
    std::ostream out(&limited);
    std::error_code error;
    iov::hexdump(v, out, "prefix", SIZE_MAX, error);
    EXPECT_EQ(limited.taken, whole.substr(0, room));
    EXPECT_EQ(error, room < whole.size() ? std::make_error_code(std::errc::io_error) : std::error_code());
  }
}

TEST(Hexdump, NamesAnErrorThatAFileDoesNot) {
  const auto takes_nothing = [](void*, const char*, std::size_t) -> ssize_t { return 0; };
  FILE* const file =
      fopencookie(nullptr, "w", {.read = nullptr, .write = takes_nothing, .seek = nullptr, .close = nullptr});
  ASSERT_NE(file, nullptr);
  std::setvbuf(file, nullptr, _IONBF, 0);
  char byte = 'b';
  const std::array<iovec, 1> v = {{{&byte, 1}}};
  std::error_code error;
  errno = EINTR;
  iov::hexdump(v, file, "x", SIZE_MAX, error);
  EXPECT_EQ(error, std::errc::io_error);
  EXPECT_EQ(errno, EINTR) << "as the caller left it";
  std::fclose(file);
}

}  // namespace
