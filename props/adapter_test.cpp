// SPDX-License-Identifier: Apache-2.0
// The suite against an adapter: everything that ends, run on somebody else's implementation.
// The model is the oracle, with the deviations that the adapter declares. The effects expected in the corpus are the
// contract's, and are not tested.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "generators.h"
#include "lockstep/language/operation.h"
#include "lockstep/oracles/known_findings.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "scopes.h"
#include "stored.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

constexpr std::uint64_t kSeed = 20260101;
constexpr std::size_t kLongest = 60;

/// With those in the folders of the command line: programs of differences that an adapter works around.
std::vector<std::string> folders = {"examples", "regressions"};

/// The file that LOCKSTEP_KNOWN names says what is known of this adapter.
KnownFindings& known() {
  static KnownFindings known = known_findings_of_environment();
  return known;
}

bool goes_on = false;  // --all: after findings

/// Nothing if the finding is known. With --all, one that is not fails the test here, reduced, and is known from then
/// on.
std::optional<Finding> unknown(std::optional<Finding> finding, Oracle& oracle) {
  if (!finding || known().count(finding->signature)) return std::nullopt;
  if (!goes_on) return finding;
  ADD_FAILURE() << reduced(*finding, oracle).report;
  known().add_found(finding->signature, "the first is reduced above");
  return std::nullopt;
}

TEST(Adapter, AgreesOnTheCorpus) {
  ModelOracle oracle(default_implementation());
  for (const Stored& one : stored(folders)) {
    SCOPED_TRACE(one.file);
    if (const auto divergence = unknown(oracle.judge(one.parsed.program), oracle)) ADD_FAILURE() << divergence->report;
  }
  EXPECT_GT(oracle.counts().steps, 0u) << "the table leaves out everything";
}

TEST(Adapter, AgreesOnRandomPrograms) {
  constexpr std::uint64_t kPrograms = 20000;
  ModelOracle oracle(default_implementation());
  for (std::uint64_t number = 0; number < kPrograms; ++number) {
    const auto divergence = unknown(oracle.judge(random_program(kSeed, number, kLongest)), oracle);
    ASSERT_FALSE(divergence) << "program " << number << " of seed " << kSeed << "\n" << divergence->report;
  }
  const Counts& counts = oracle.counts();
  std::printf("steps %llu, skipped %llu\n", static_cast<unsigned long long>(counts.steps),
              static_cast<unsigned long long>(counts.skipped));
}

TEST(Adapter, AgreesOnProgramsThatRapidCheckShrinks) {
  ModelOracle oracle(default_implementation());
  EXPECT_TRUE(rc::check([&](const Program& program) {
    if (const auto divergence = unknown(oracle.judge(program), oracle)) RC_FAIL(divergence->report);
  }));
}

TEST(Adapter, AgreesOnEverySmallProgram) {
  ModelOracle oracle(default_implementation());
  for (const Scope& scope : {single_operations(2, Arena::Kind::shared), two_vectors(1), overlapping_layouts(2)}) {
    const Enumeration result =
        enumerate(scope, default_implementation(),
                  {.goes_on = [&](const Finding& finding) { return !unknown(finding, oracle); }});
    EXPECT_FALSE(result.finding) << scope.name << "\n" << result.finding->report;
    EXPECT_GT(result.programs, 0u) << scope.name;
    std::printf("%s: programs %llu, skipped %llu\n", scope.name.c_str(),
                static_cast<unsigned long long>(result.programs), static_cast<unsigned long long>(result.skipped));
  }
}

TEST(Adapter, SegmentationMakesNoDifference) {
  constexpr std::uint64_t kPrograms = 2000;
  ResegmentationOracle resegmentation(default_implementation());
  for (std::uint64_t number = 0; number < kPrograms; ++number) {
    const auto finding = unknown(resegmentation.judge(random_program(kSeed, number, kLongest)), resegmentation);
    ASSERT_FALSE(finding) << "program " << number << " of seed " << kSeed << "\n" << finding->report;
  }
}

}  // namespace
}  // namespace lockstep

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--all")
      lockstep::goes_on = true;
    else
      lockstep::folders.push_back(std::filesystem::absolute(argv[i]).string());
  }
  // Unless the environment says otherwise, the same in every run.
  setenv("RC_PARAMS", "seed=20260101 max_success=1000", 0);
  if (!GTEST_FLAG_GET(list_tests)) {
    std::printf("adapter: %s\n", std::string(lockstep::default_implementation().name).c_str());
    std::fputs(lockstep::reservations(lockstep::default_implementation(), "adapter: ").c_str(), stdout);
  }
  const int code = RUN_ALL_TESTS();
  if (!GTEST_FLAG_GET(list_tests)) std::fputs(lockstep::known().summary("adapter: ").c_str(), stdout);
  return code;
}
