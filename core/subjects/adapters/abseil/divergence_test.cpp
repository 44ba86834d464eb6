// SPDX-License-Identifier: Apache-2.0
// What the adapter declares and relies on, asked of Abseil itself.
// Where this fails, the version at hand does otherwise; then the adapter has to be looked at again.
#include <absl/base/config.h>
#include <absl/strings/cord.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <string>

namespace {

TEST(Divergence, AbseilCutsRangesAtTheEnd) {
  std::printf("Abseil %d, seen in 20220623\n", ABSL_LTS_RELEASE_VERSION);
  const absl::Cord cord("abc");
  EXPECT_EQ(cord.Subcord(1, SIZE_MAX), "bc");
  EXPECT_EQ(cord.Subcord(4, 1), "");
}

TEST(Divergence, AbseilRefersToWhatItIsGivenSo) {
  std::string text = "abc";
  const absl::Cord cord = absl::MakeCordFromExternal(text, [](absl::string_view) {});
  EXPECT_EQ((*cord.chunk_begin()).data(), text.data());
}

}  // namespace
