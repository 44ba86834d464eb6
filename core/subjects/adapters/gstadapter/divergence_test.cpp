// SPDX-License-Identifier: Apache-2.0
// What the adapter relies on, asked of GStreamer itself.
// Where this fails, the version at hand does otherwise; then the adapter has to be looked at again.
#include <gst/base/gstadapter.h>
#include <gst/gst.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::string mapped(GstAdapter* queue, gsize bytes) {
  std::string text(static_cast<const char*>(gst_adapter_map(queue, bytes)), bytes);
  gst_adapter_unmap(queue);
  return text;
}

TEST(Divergence, GstadapterRemembersWhatItHasJoined) {
  gst_init(nullptr, nullptr);
  std::printf("%s, seen in 1.22.0\n", gst_version_string());
  GstAdapter* const queue = gst_adapter_new();
  for (const char* const text : {"ab", "cd"}) gst_adapter_push(queue, gst_buffer_new_memdup(text, 2));
  EXPECT_EQ(mapped(queue, 3), "abc");
  gst_adapter_push(queue, gst_buffer_new_memdup("e", 1));
  gst_adapter_flush(queue, 1);
  EXPECT_EQ(mapped(queue, 4), "bcde");
  EXPECT_EQ(gst_adapter_available(queue), 4u);
  g_object_unref(queue);
}

/// Ends the process when it has been said often that a program is wrong.
void end_after_1000(const gchar*, GLogLevelFlags, const gchar*, gpointer) {
  static int messages = 0;
  if (++messages == 1000) std::_Exit(3);
}

void take_behind_an_empty_buffer() {
  const rlimit cpu = {60, 60};  // seconds, for a version that says nothing
  const rlimit memory = {rlim_t{4} << 30, rlim_t{4} << 30};
  setrlimit(RLIMIT_CPU, &cpu);
  setrlimit(RLIMIT_AS, &memory);
  g_log_set_handler("GStreamer-Base", G_LOG_LEVEL_CRITICAL, end_after_1000, nullptr);
  GstAdapter* queue = gst_adapter_new();
  gst_adapter_push(queue, gst_buffer_new());
  gst_adapter_push(queue, gst_buffer_new_memdup("ab", 2));
  GList* taken = gst_adapter_take_list(queue, 2);
  g_list_free_full(taken, reinterpret_cast<GDestroyNotify>(gst_buffer_unref));
  g_object_unref(queue);
  std::_Exit(0);
}

TEST(Divergence, GstadapterTakesForEverBehindAnEmptyBuffer) {  // an_empty_buffer_first.iov
  gst_init(nullptr, nullptr);
  EXPECT_EXIT(take_behind_an_empty_buffer(), testing::ExitedWithCode(3), "");
}

}  // namespace
