// The programs of the corpus: each has the effects that it expects, on the model and on the library.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "lockstep/language/program.h"
#include "lockstep/oracles/expectations.h"
#include "lockstep/oracles/model_oracle.h"
#include "stored.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

TEST(Corpus, EveryExampleDoesWhatItExpects) {
  const std::vector<Stored> examples = stored("examples");
  EXPECT_GE(examples.size(), 60u);
  for (const auto& [file, parsed] : examples) {
    EXPECT_FALSE(parsed.title.empty()) << file << ": the first line is to say what it shows";
    EXPECT_GE(std::count_if(parsed.expected.begin(), parsed.expected.end(),
                            [](const auto& effect) { return !effect.empty(); }),
              1)
        << file << " expects nothing";
    for (const Implementation* sound : {&ours(), &qemu_iov()})
      if (const auto finding = ExpectationOracle(parsed, *sound).judge(parsed.program))
        ADD_FAILURE() << file << "\n" << finding->report;
  }
}

TEST(Corpus, ExpectationsHoldInTheDialectThatIsNamed) {
  const auto holds = [&](const char* text, const Implementation& implementation) {
    const auto parsed = std::get<ParsedProgram>(parse(text, "text"));
    return !ExpectationOracle(parsed, implementation).judge(parsed.program);
  };
  const char* const in_c = "dialect c\nfrom_buffer vec=a element=0+1\nreset vec=a -> done\n";
  EXPECT_TRUE(holds(in_c, ours())) << "not judged";
  EXPECT_FALSE(holds(in_c, qemu_iov()));
  const char* const in_cpp = "dialect c++\nfrom_buffer vec=a element=0+1\nreset vec=a -> rejected invalid_argument\n";
  EXPECT_FALSE(holds(in_cpp, ours()));
  EXPECT_TRUE(holds(in_cpp, qemu_iov()));
}

TEST(Corpus, EveryRegressionAgrees) {
  const std::vector<Stored> regressions = stored("regressions");
  EXPECT_FALSE(regressions.empty());
  for (const auto& [file, parsed] : regressions) {
    EXPECT_FALSE(parsed.title.empty()) << file << ": the first line is to say what it guards";
    for (const Implementation* sound : {&ours(), &qemu_iov()})
      if (const auto finding = ExpectationOracle(parsed, *sound).judge(parsed.program))
        ADD_FAILURE() << file << "\n" << finding->report;
  }
}

TEST(Corpus, EveryOperationIsInThreeExamples) {
  std::vector<std::size_t> examples_with(kOperations);
  for (const auto& [file, parsed] : stored("examples")) {
    std::set<std::size_t> codes;
    for (const Operation& operation : parsed.program.operations) codes.insert(operation.index());
    for (const std::size_t code : codes) ++examples_with[code];
  }
  for (std::size_t code = 0; code < kOperations; ++code)
    EXPECT_GE(examples_with[code], 3u) << name_of(operation_of_code(code));
}

TEST(Corpus, EveryOperationIsRunWhereThereIsNoMemory) {
  std::set<std::size_t> codes;
  for (const auto& [file, parsed] : stored("examples"))
    if (file == "unbacked_every_operation.iov")
      for (const Operation& operation : parsed.program.operations) codes.insert(operation.index());
  for (std::size_t code = 0; code < kOperations; ++code)
    EXPECT_EQ(codes.count(code), 1u) << name_of(operation_of_code(code));
}

TEST(Corpus, StoredProgramsSurviveTheByteForm) {
  for (const char* folder : {"examples", "regressions"})
    for (const auto& [file, parsed] : stored(folder)) EXPECT_EQ(decode(encode(parsed.program)), parsed.program) << file;
}

}  // namespace
}  // namespace lockstep
