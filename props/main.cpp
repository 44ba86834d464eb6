// Runs the suite with RapidCheck's seed fixed, unless RC_PARAMS says otherwise.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  setenv("RC_PARAMS", "seed=20260101 max_success=3000", 0);
  if (!GTEST_FLAG_GET(list_tests))
    std::printf("props: RC_PARAMS='%s'; set it to search with another seed or longer\n", std::getenv("RC_PARAMS"));
  return RUN_ALL_TESTS();
}
