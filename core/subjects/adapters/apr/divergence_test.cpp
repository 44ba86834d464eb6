// SPDX-License-Identifier: Apache-2.0
// What the adapter declares and relies on, asked of APR itself.
// Where this fails, the version at hand does otherwise; then the adapter has to be looked at again.
#include <apr_buckets.h>
#include <apr_general.h>
#include <apu_version.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace {

struct Divergence : testing::Test {
  Divergence() {
    apr_initialize();
    apr_pool_create(&pool, nullptr);
    allocator = apr_bucket_alloc_create(pool);
    brigade = apr_brigade_create(pool, allocator);
  }
  ~Divergence() override { apr_pool_destroy(pool); }

  apr_pool_t* pool = nullptr;
  apr_bucket_alloc_t* allocator = nullptr;
  apr_bucket_brigade* brigade = nullptr;
};

TEST_F(Divergence, AprKeepsBucketsOf0Bytes) {
  std::printf("APR-util %s, seen in 1.6.3\n", apu_version_string());
  APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_immortal_create("", 0, allocator));
  iovec element = {};
  int count = 1;
  apr_brigade_to_iovec(brigade, &element, &count);
  EXPECT_EQ(count, 1);
  EXPECT_EQ(element.iov_len, 0u);
}

TEST_F(Divergence, AprPartitionsAtTheEndWhatIsShorter) {
  APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_immortal_create("abc", 3, allocator));
  apr_bucket* after = nullptr;
  EXPECT_EQ(apr_brigade_partition(brigade, 4, &after), APR_INCOMPLETE);
  EXPECT_EQ(after, APR_BRIGADE_SENTINEL(brigade));
}

}  // namespace
