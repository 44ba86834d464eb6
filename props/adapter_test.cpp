// The suite against an adapter: everything that ends, run on somebody else's implementation.
// The model is the oracle, with the deviations that the adapter declares. The effects expected in the corpus are the
// contract's, and are not tested.
#include "lockstep/table/adapter.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "generators.h"
#include "lockstep/language/operation.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "scopes.h"

namespace lockstep {
namespace {

constexpr std::uint64_t kSeed = 20260101;
constexpr std::size_t kLongest = 60;

/// With those in the folders of the command line: programs of differences that an adapter works around.
std::vector<std::string> folders = {LOCKSTEP_CORPUS "/examples", LOCKSTEP_CORPUS "/regressions"};

/// In the order of their names, so that the first failure is always the same.
std::set<std::filesystem::path> programs_in(const std::string& folder) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".iov") files.insert(entry.path());
  EXPECT_FALSE(files.empty()) << folder;
  return files;
}

TEST(Adapter, AgreesOnTheCorpus) {
  ModelOracle oracle(adapter());
  for (const std::string& folder : folders) {
    for (const auto& file : programs_in(folder)) {
      std::ostringstream text;
      text << std::ifstream(file).rdbuf();
      const auto parsed = parse(text.str(), file.string());
      ASSERT_TRUE(std::holds_alternative<ParsedProgram>(parsed)) << file;
      if (const auto divergence = oracle.judge(std::get<ParsedProgram>(parsed).program))
        ADD_FAILURE() << file << "\n" << divergence->report;
    }
  }
  EXPECT_GT(oracle.counts().steps, 0u) << "the table leaves out everything";
}

TEST(Adapter, AgreesOnRandomPrograms) {
  constexpr std::uint64_t kPrograms = 20000;
  ModelOracle oracle(adapter());
  for (std::uint64_t number = 0; number < kPrograms; ++number) {
    const auto divergence = oracle.judge(random_program(kSeed, number, kLongest));
    ASSERT_FALSE(divergence) << "program " << number << " of seed " << kSeed << "\n" << divergence->report;
  }
  const Counts& counts = oracle.counts();
  std::printf("steps %llu, skipped %llu\n", static_cast<unsigned long long>(counts.steps),
              static_cast<unsigned long long>(counts.skipped));
}

TEST(Adapter, AgreesOnProgramsThatRapidCheckShrinks) {
  EXPECT_TRUE(rc::check([](const Program& program) {
    if (const auto divergence = judge(program, adapter())) RC_FAIL(divergence->report);
  }));
}

TEST(Adapter, AgreesOnEverySmallProgram) {
  for (const Scope& scope : {single_operations(2, Arena::Kind::shared), two_vectors(1), overlapping_layouts(2)}) {
    const Enumeration result = enumerate(scope, adapter());
    EXPECT_FALSE(result.finding) << scope.name << "\n" << result.finding->report;
    EXPECT_GT(result.programs, 0u) << scope.name;
    std::printf("%s: programs %llu, skipped %llu\n", scope.name.c_str(),
                static_cast<unsigned long long>(result.programs), static_cast<unsigned long long>(result.skipped));
  }
}

TEST(Adapter, SegmentationMakesNoDifference) {
  constexpr std::uint64_t kPrograms = 2000;
  ResegmentationOracle resegmentation(adapter());
  for (std::uint64_t number = 0; number < kPrograms; ++number) {
    const auto finding = resegmentation.judge(random_program(kSeed, number, kLongest));
    ASSERT_FALSE(finding) << "program " << number << " of seed " << kSeed << "\n" << finding->report;
  }
}

}  // namespace
}  // namespace lockstep

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  lockstep::folders.insert(lockstep::folders.end(), argv + 1, argv + argc);
  // Unless the environment says otherwise, the same in every run.
  setenv("RC_PARAMS", "seed=20260101 max_success=1000", 0);
  if (!GTEST_FLAG_GET(list_tests)) {
    std::printf("adapter: %s\n", std::string(lockstep::adapter().name).c_str());
    std::fputs(lockstep::reservations(lockstep::adapter(), "adapter: ").c_str(), stdout);
  }
  return RUN_ALL_TESTS();
}
