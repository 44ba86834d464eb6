// SPDX-License-Identifier: Apache-2.0
// The fault of known_findings, asked of GlusterFS itself.
// Where this fails, the version at hand does otherwise; then known_findings has to be looked at again.
#include <gtest/gtest.h>

#include <array>

#include "inline.h"

namespace {

TEST(Divergence, GlusterfsTakesTheFirstElementForLaterOnes) {  // range_behind_the_first_element.iov
  std::array<char, 32> text{};
  gluster_second_element(text.data(), text.size());
  EXPECT_STREQ(text.data(), "bc bc axy defg") << "in 10.3; sound is: ef ef abc dxyg";
}

TEST(Divergence, GlusterfsDoesNotGetPastAnEmptyFirstElement) {  // empty_first_element.iov
  EXPECT_EQ(gluster_copy_behind_an_empty_element(), 0u) << "in 10.3; sound is: 3";
}

}  // namespace
