// SPDX-License-Identifier: Apache-2.0
// What recv rests on here, asked of GIO itself.
// Where this fails, the version at hand does otherwise; then README.md has to be looked at again.
#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

namespace {

/// Reads three bytes from a pipe that has two, and does not block.
struct Reading {
  explicit Reading(bool ends) {
    std::array<int, 2> pipe_ends{};
    EXPECT_EQ(pipe2(pipe_ends.data(), O_NONBLOCK), 0);
    EXPECT_EQ(write(pipe_ends[1], "ab", 2), 2);
    if (ends) close(pipe_ends[1]);
    GInputStream* stream = g_unix_input_stream_new(pipe_ends[0], TRUE);
    is_done = g_input_stream_read_all(stream, bytes.data(), 3, &read, nullptr, &error) != FALSE;
    g_object_unref(stream);
    if (!ends) close(pipe_ends[1]);
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() { g_clear_error(&error); }

  std::string bytes = "...";
  gsize read = 9;
  GError* error = nullptr;
  bool is_done = false;
};

TEST(Divergence, GlibReadsFewerBytesAtTheEndAndCallsThatDone) {
  std::printf("GLib %u.%u.%u, seen in 2.74.6\n", glib_major_version, glib_minor_version, glib_micro_version);
  const Reading at_end(true);
  EXPECT_TRUE(at_end.is_done);
  EXPECT_EQ(at_end.read, 2u);
  EXPECT_EQ(at_end.bytes, "ab.");
  EXPECT_EQ(at_end.error, nullptr);
}

TEST(Divergence, GlibTellsHowManyBytesItReadBeforeAnError) {
  const Reading blocked(false);
  EXPECT_FALSE(blocked.is_done);
  EXPECT_EQ(blocked.read, 2u);
  EXPECT_EQ(blocked.bytes, "ab.");
  EXPECT_TRUE(g_error_matches(blocked.error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
}

}  // namespace
