// SPDX-License-Identifier: Apache-2.0
// Where programs of the language do not print: long vectors, prefixes, streams, and files that cannot be written.
#include "iov/hexdump.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

namespace {

TEST(Hexdump, PrintsOffsetsOf64KiBAndMore) {
  std::vector<std::byte> memory(65'537);
  const std::array<iovec, 1> v = {{{memory.data(), memory.size()}}};
  const std::string text = iov::hexdump(v, std::string(1000, 'p'), SIZE_MAX);
  EXPECT_NE(text.find("p: fff0:  00"), std::string::npos);
  EXPECT_NE(text.find("p: 10000:  00   "), std::string::npos);
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
TEST(Hexdump, WritesNothingAfterWhatAStreamDoesNotTake) {
  std::string bytes(40, 'b');
  const std::array<iovec, 2> v = {{{bytes.data(), 20}, {bytes.data() + 20, 20}}};
  const std::string whole = iov::hexdump(v, "prefix", SIZE_MAX);
  for (std::size_t room = 0; room <= whole.size(); ++room) {
    Limited limited(room);
    std::ostream out(&limited);
    std::error_code error = std::make_error_code(std::errc::invalid_seek);
    iov::hexdump(v, out, "prefix", SIZE_MAX, error);
    EXPECT_EQ(limited.taken, whole.substr(0, room));
    EXPECT_EQ(error, room < whole.size() ? std::make_error_code(std::errc::io_error) : std::error_code());
  }
  std::ostringstream all;
  iov::hexdump(v, all, "prefix", SIZE_MAX);
  EXPECT_EQ(all.str(), whole);
  Limited full(0);
  std::ostream out(&full);
  EXPECT_THROW(iov::hexdump(v, out, "x", SIZE_MAX), std::system_error);
  std::ostream throwing(&full);
  throwing.exceptions(std::ios::badbit);
  std::error_code error;
  EXPECT_THROW(iov::hexdump(v, throwing, "x", SIZE_MAX, error), std::ios::failure) << "the stream's own exception";
}

/// A file whose second write fails, without a word in errno if `silently`; counts the writes.
struct Failing {
  explicit Failing(bool silently_) : silently(silently_) {
    file = fopencookie(this, "w", {nullptr, &Failing::write, nullptr, nullptr});
    std::setvbuf(file, nullptr, _IONBF, 0);
  }
  ~Failing() { std::fclose(file); }
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;

  static ssize_t write(void* cookie, const char*, std::size_t bytes) {
    auto& self = *static_cast<Failing*>(cookie);
    if (++self.writes != 2) return static_cast<ssize_t>(bytes);
    if (!self.silently) errno = ENOSPC;
    return 0;
  }

  bool silently;
  int writes = 0;
  std::FILE* file;
};

TEST(Hexdump, EndsWhereAFileFailsAndLeavesErrnoAlone) {
  std::array<char, 40> text{};
  const std::vector<iovec> v = {{text.data(), 16}, {text.data() + 16, 16}, {text.data() + 32, 8}};
  for (const bool silently : {false, true}) {
    Failing failing(silently);
    std::error_code error;
    errno = EDOM;
    iov::hexdump(v, failing.file, "x", SIZE_MAX, error);
    EXPECT_EQ(errno, EDOM);
    EXPECT_EQ(error, silently ? std::errc::io_error : std::errc::no_space_on_device);
    EXPECT_EQ(failing.writes, 2);
    iov::hexdump(v, failing.file, "x", SIZE_MAX, error);
    EXPECT_FALSE(error) << "it was only once";
    EXPECT_EQ(errno, EDOM);
    EXPECT_NO_THROW(iov::hexdump(v, failing.file, "x", SIZE_MAX));
    failing.writes = 0;
    EXPECT_THROW(iov::hexdump(v, failing.file, "x", SIZE_MAX), std::system_error);
  }
}

}  // namespace
