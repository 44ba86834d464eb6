// SPDX-License-Identifier: Apache-2.0
// The fault of known_findings, asked of GIO itself.
// Where this fails, the version at hand does otherwise; then known_findings has to be looked at again.
#include <gio/gio.h>
#include <gio/gunixoutputstream.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <vector>

namespace {

struct Seen {
  gboolean done;
  gsize written;
  bool has_error;
  int criticals;  ///< Messages that say that a program is wrong.
};

void count_critical(const gchar*, GLogLevelFlags, const gchar*, gpointer criticals) { ++*static_cast<int*>(criticals); }

/// Writes 1 byte to a pipe, behind so many empty vectors.
Seen write_behind(std::size_t empty) {
  int criticals = 0;
  const guint handler = g_log_set_handler("GLib-GIO", G_LOG_LEVEL_CRITICAL, count_critical, &criticals);
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);

  std::vector<GOutputVector> vectors(empty, GOutputVector{"", 0});
  vectors.push_back({"x", 1});
  GOutputStream* stream = g_unix_output_stream_new(ends[1], TRUE);
  gsize written = 0;
  GError* error = nullptr;
  gboolean done = g_output_stream_writev_all(stream, vectors.data(), vectors.size(), &written, nullptr, &error);

  const Seen seen = {done, written, error != nullptr, criticals};
  g_clear_error(&error);
  g_object_unref(stream);
  close(ends[0]);
  g_log_remove_handler("GLib-GIO", handler);
  return seen;
}

TEST(Divergence, GlibEndsWithoutAnErrorWhenTheFirstCallTakesOnlyEmptyVectors) {  // empty_vectors_fill_a_call.iov
  std::printf("GLib %u.%u.%u, seen in 2.74.6\n", glib_major_version, glib_minor_version, glib_micro_version);
  const Seen sound = write_behind(1023);
  EXPECT_EQ(sound.done, TRUE);
  EXPECT_EQ(sound.written, 1u);

  const Seen seen = write_behind(1024);  // as many as writev takes
  EXPECT_EQ(seen.done, FALSE);
  EXPECT_EQ(seen.written, 0u);
  EXPECT_FALSE(seen.has_error);
  EXPECT_EQ(seen.criticals, 1);
}

}  // namespace
