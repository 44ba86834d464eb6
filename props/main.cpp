// SPDX-License-Identifier: Apache-2.0
// Runs the suite with RapidCheck's seed fixed, unless RC_PARAMS says otherwise.
// A program costs some six times as much under AddressSanitizer, so a third of them is run
// there.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "lockstep/sides/address_sanitizer.h"
#include "subjects/seeded/seeded_bugs.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  lockstep::add_seeded_bugs();
  // RapidCheck's own hundred cases would let most mistakes live, so a seed alone keeps our number.
  std::string params = std::getenv("RC_PARAMS") != nullptr ? std::getenv("RC_PARAMS") : "seed=20260101";
  if (params.find("max_success") == std::string::npos)
    params += HAS_ADDRESS_SANITIZER ? " max_success=1000" : " max_success=3000";
  setenv("RC_PARAMS", params.c_str(), 1);
  if (!GTEST_FLAG_GET(list_tests))
    std::printf("props: RC_PARAMS='%s'; set it to search with another seed or longer\n", params.c_str());
  return RUN_ALL_TESTS();
}
