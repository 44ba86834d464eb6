// SPDX-License-Identifier: Apache-2.0
// The difference of known_findings, and those that are declared, asked of lwIP itself.
// Where this fails, the version at hand does otherwise; then the adapter and known_findings have to be looked at again.
#include <gtest/gtest.h>
#include <lwip/init.h>
#include <lwip/pbuf.h>

#include <cstdio>
#include <cstring>
#include <string>

namespace {

struct Divergence : testing::Test {
  ~Divergence() override { pbuf_free(chain); }

  std::string text = "abc";
  pbuf* chain = pbuf_alloc_reference(text.data(), 3, PBUF_REF);
};

TEST_F(Divergence, LwipRefusesToWriteNothingAtTheEnd) {  // no_bytes_at_the_end.iov
  std::printf("lwIP %s, seen in 2.1.3\n", LWIP_VERSION_STRING);
  EXPECT_EQ(pbuf_take_at(chain, "", 0, 2), ERR_OK);
  EXPECT_EQ(pbuf_take_at(chain, "", 0, 3), ERR_MEM);
}

TEST_F(Divergence, LwipWritesAllOrNothingAndReadsWhatThereIs) {
  EXPECT_EQ(pbuf_take_at(chain, "xy", 2, 2), ERR_MEM);
  EXPECT_EQ(text, "abc");
  std::string copied = "..";
  EXPECT_EQ(pbuf_copy_partial(chain, copied.data(), 2, 2), 1);
  EXPECT_EQ(copied, "c.");
}

}  // namespace
