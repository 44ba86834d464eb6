// SPDX-License-Identifier: Apache-2.0
// What recv rests on here, asked of GIO itself.
// Where this fails, the version at hand does otherwise; then README.md has to be looked at again.
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

namespace {

/// Reads three bytes from a socket whose other end wrote two and was closed: that is the end, or, where the other end
/// had not read all, an error.
struct Reading {
  explicit Reading(bool is_error) {
    std::array<int, 2> sockets{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()), 0);
    EXPECT_EQ(write(sockets[1], "ab", 2), 2);
    if (is_error) EXPECT_EQ(write(sockets[0], "?", 1), 1);
    close(sockets[1]);
    GInputStream* stream = g_unix_input_stream_new(sockets[0], TRUE);
    is_done = g_input_stream_read_all(stream, bytes.data(), 3, &read, nullptr, &error) != FALSE;
    g_object_unref(stream);
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
  const Reading at_end(false);
  EXPECT_TRUE(at_end.is_done);
  EXPECT_EQ(at_end.read, 2u);
  EXPECT_EQ(at_end.bytes, "ab.");
  EXPECT_EQ(at_end.error, nullptr);
}

TEST(Divergence, GlibTellsHowManyBytesItReadBeforeAnError) {
  const Reading reset(true);
  EXPECT_FALSE(reset.is_done);
  EXPECT_EQ(reset.read, 2u);
  EXPECT_EQ(reset.bytes, "ab.");
  EXPECT_TRUE(g_error_matches(reset.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED));
}

}  // namespace
