// SPDX-License-Identifier: Apache-2.0
// What the adapter declares and relies on, asked of GStreamer itself.
// Where this fails, the version at hand does otherwise; then the adapter has to be looked at again.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace {

TEST(Divergence, GstreamerCopiesWhatIsSharedBeforeItWrites) {
  gst_init(nullptr, nullptr);
  std::printf("%s, seen in 1.22.0\n", gst_version_string());
  GstBuffer* const buffer = gst_buffer_new_memdup("abc", 3);
  GstBuffer* const copy = gst_buffer_copy(buffer);
  EXPECT_EQ(gst_buffer_fill(copy, 2, "xyz", 3), 1u);  // cut
  EXPECT_EQ(gst_buffer_memcmp(buffer, 0, "abc", 3), 0);
  EXPECT_EQ(gst_buffer_memcmp(copy, 0, "abx", 3), 0);
  gst_buffer_unref(copy);
  gst_buffer_unref(buffer);
}

TEST(Divergence, GstreamerMergesMoreThan16Memories) {
  gst_init(nullptr, nullptr);
  GstBuffer* const buffer = gst_buffer_new();
  for (int i = 0; i < 16; ++i) gst_buffer_append(buffer, gst_buffer_new_memdup("a", 1));
  EXPECT_EQ(gst_buffer_n_memory(buffer), 16u);
  gst_buffer_append(buffer, gst_buffer_new_memdup("a", 1));
  EXPECT_LT(gst_buffer_n_memory(buffer), 16u);
  EXPECT_EQ(gst_buffer_get_size(buffer), 17u);
  gst_buffer_unref(buffer);
}

}  // namespace
