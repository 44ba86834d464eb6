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
  ssize_t arrived;
  int criticals;  ///< Messages that say that the program is wrong.
};

void count_critical(const gchar*, GLogLevelFlags, const gchar*, gpointer criticals) { ++*static_cast<int*>(criticals); }

/// Writes so many vectors to a pipe, all empty but for the first and the last.
Seen write_vectors(std::size_t count) {
  int criticals = 0;
  const guint handler = g_log_set_handler("GLib-GIO", G_LOG_LEVEL_CRITICAL, count_critical, &criticals);
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);

  std::vector<GOutputVector> vectors(count, GOutputVector{"", 0});
  vectors.front() = vectors.back() = {"x", 1};
  GOutputStream* stream = g_unix_output_stream_new(ends[1], TRUE);
  gsize written = 99;
  GError* error = nullptr;
  gboolean done = g_output_stream_writev_all(stream, vectors.data(), vectors.size(), &written, nullptr, &error);

  std::array<char, 9> data{};
  const Seen seen = {done, written, error != nullptr, read(ends[0], data.data(), data.size()), criticals};
  g_clear_error(&error);
  g_object_unref(stream);
  close(ends[0]);
  g_log_remove_handler("GLib-GIO", handler);
  return seen;
}

TEST(Divergence, GlibEndsWithoutAnErrorAtACallOfEmptyVectors) {  // empty_vectors_fill_a_call.iov
  std::printf("GLib %u.%u.%u, seen in 2.74.6\n", glib_major_version, glib_minor_version, glib_micro_version);
  const Seen sound = write_vectors(2048);  // in two calls of 1,024, with a byte in each
  EXPECT_EQ(sound.done, TRUE);
  EXPECT_EQ(sound.written, 2u);

  const Seen seen = write_vectors(2049);  // now the second call is of empty vectors
  EXPECT_EQ(seen.done, FALSE);
  EXPECT_EQ(seen.written, 0u);
  EXPECT_FALSE(seen.has_error);
  EXPECT_EQ(seen.arrived, 1);
  EXPECT_EQ(seen.criticals, 1);
}

}  // namespace
