// SPDX-License-Identifier: Apache-2.0
// What judging a program counts, tells those who watch, and leaves behind; and what expectations add.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "altered.h"
#include "lockstep/oracles/expectations.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

struct Teller final : Recorder {
  std::string events;
  void begin_program(const Program& program) override {
    Recorder::begin_program(program);
    events += "program of " + std::to_string(program.operations.size()) + "\n";
  }
  void before_step(const Step& step) override {
    Recorder::before_step(step);
    events +=
        "before " + std::to_string(step.index) + " " + print(step.operation) + " is " + print(step.resolved) + "\n";
  }
  void after_step(const Step& step) override {
    Recorder::after_step(step);
    events += "after " + std::to_string(step.index) + " " + print_effect(recording.first) + " and " +
              print_effect(recording.second) + "\n";
  }
  void skipped_step(std::size_t step, const Operation& operation) override {
    events += "skipped " + std::to_string(step) + " " + print(operation) + "\n";
  }
  void over_budget(std::size_t step) override { events += "over budget " + std::to_string(step) + "\n"; }
};

/// The events of a program that an observer sees.
std::string events_of(const Program& program, ModelOracle& oracle, bool differs = false) {
  Teller teller;
  oracle.observe(&teller);
  EXPECT_EQ(oracle.judge(program).has_value(), differs);
  oracle.observe(nullptr);
  return teller.events;
}

TEST(Running, IsToldAndCounted) {
  Implementation table = ours();
  table.hexdump = nullptr;
  ModelOracle oracle(table);
  const Program program = program_of(
      "assign vec=a elements=0+2,4+3\nhexdump vec=a limit=1\nfill vec=a offset=edge(1) value=1 bytes=1\n"
      "fill vec=a offset=9 value=1 bytes=1\n");
  EXPECT_EQ(events_of(program, oracle),
            "program of 4\n"
            "before 0 assign vec=a elements=0+2,4+3 is assign vec=a elements=0+2,4+3\n"
            "after 0 done; a [0+2 4+3] and done; a [0+2 4+3]\n"
            "skipped 1 hexdump vec=a limit=1\n"
            "before 2 fill vec=a offset=edge(1) value=1 bytes=1 is fill vec=a offset=2 value=1 bytes=1\n"
            "after 2 1; memory 4: 01 and 1; memory 4: 01\n"
            "before 3 fill vec=a offset=9 value=1 bytes=1 is fill vec=a offset=9 value=1 bytes=1\n"
            "after 3 rejected out_of_range and rejected out_of_range\n");
  EXPECT_FALSE(oracle.judge(program));
  EXPECT_EQ(oracle.counts().programs, 2u);
  EXPECT_EQ(oracle.counts().steps, 6u);
  EXPECT_EQ(oracle.counts().rejections, 2u);
  EXPECT_EQ(oracle.counts().skipped, 2u);
  EXPECT_EQ(oracle.counts().over_budget, 0u);
}

// The step that differs is shown to the observer before the two sides are compared; its second run, for the report, is
// not shown.
TEST(Running, TellsAndCountsTheStepThatDiffersOnce) {
  const Implementation table = altered<&Implementation::fill>(ours(), [](Result& result, auto&...) { result = {7}; });
  ModelOracle oracle(table);
  const Program program = program_of("assign vec=a elements=0+2\nfill vec=a offset=0 value=1 bytes=1\nsize vec=a\n");
  EXPECT_EQ(events_of(program, oracle, true),
            "program of 3\n"
            "before 0 assign vec=a elements=0+2 is assign vec=a elements=0+2\nafter 0 done; a [0+2] and done; a [0+2]\n"
            "before 1 fill vec=a offset=0 value=1 bytes=1 is fill vec=a offset=0 value=1 bytes=1\n"
            "after 1 1; memory 0: 01 and 7; memory 0: 01\n");
  EXPECT_EQ(oracle.counts().programs, 1u);
  EXPECT_EQ(oracle.counts().steps, 2u);
}

// Of an implementation that takes no lengths that no memory has.
TEST(Running, SkipsAndCountsProgramsWithoutMemory) {
  Implementation table = altered<&Implementation::create>(ours(), [](auto&...) { ADD_FAILURE() << "run after all"; });
  table.takes_unbacked = false;
  const Program program = program_of("arena unbacked\nassign vec=a elements=16+2^63\nsize vec=a\n");
  ModelOracle oracle(table);
  EXPECT_EQ(events_of(program, oracle),
            "program of 2\nskipped 0 assign vec=a elements=16+2^63\nskipped 1 size vec=a\n");
  EXPECT_EQ(oracle.counts().skipped, 2u);
  EXPECT_EQ(oracle.counts().programs, 0u);
  EXPECT_EQ(oracle.counts().steps, 0u);
  EXPECT_FALSE(ResegmentationOracle(table).judge(program));
  ModelOracle takes_it(ours());
  EXPECT_FALSE(takes_it.judge(program));
  EXPECT_EQ(takes_it.counts().steps, 2u);
}

// The work of a step is the bytes of its vector, the elements of all that it uses, and a byte of the arena in 16; there
// is room for 131,072.
TEST(Running, EndsWhenAProgramIsTooMuchWork) {
  const auto steps_run = [](const std::string& begin, std::size_t times) {
    Program program = program_of("arena shared 16384\n" + begin);
    program.operations.resize(program.operations.size() + times, ViewSize{});
    ModelOracle oracle(ours());
    const std::string events = events_of(program, oracle);
    const std::uint64_t run = oracle.counts().steps;
    EXPECT_EQ(run + oracle.counts().over_budget, program.operations.size());
    EXPECT_EQ(events.ends_with("over budget " + std::to_string(run) + "\n"), run < program.operations.size());
    return run;
  };
  EXPECT_EQ(steps_run("", 128), 128u);
  EXPECT_EQ(steps_run("", 130), 128u);
  EXPECT_EQ(steps_run("add_many vec=a count=1000 element=0+3 stride=0\n", 60), 26u);
}

// The model of lengths goes through all elements again for each call.
TEST(Running, EndsWhenCallsToTheKernelAreTooMuchWork) {
  const auto over_budget = [](const std::string& limit) {
    ModelOracle oracle(ours());
    EXPECT_FALSE(
        oracle.judge(program_of("arena unbacked\nadd_many vec=a count=2000 element=0+1 stride=0\n"
                                "send vec=a offset=0 bytes=edge(last) limit=" +
                                limit + " script=none\n")));
    return oracle.counts().over_budget;
  };
  EXPECT_EQ(over_budget("1"), 1u);
  EXPECT_EQ(over_budget("1000"), 0u);
  EXPECT_EQ(over_budget("0"), 0u);
}

// Borrowing an array lends its elements, after which a vector that keeps its size would have to add it up again.
TEST(Running, LooksAtVectorsWithoutBorrowingThem) {
  const Implementation table =
      altered<&Implementation::elements>(ours(), [](auto&, void*) { ADD_FAILURE() << "borrowed"; });
  EXPECT_FALSE(judge(program_of("assign vec=a elements=0+2\nadd vec=a element=4+1\nvector_size vec=a\n"), table));
}

TEST(Running, HasRoomForTheLargestVectorsAndDestinations) {
  for (const char* shape :
       {"assign vec=a elements=0+16384,0+16384,0+16384,0+16384\n", "add_many vec=a count=2100 element=0+0 stride=0\n"})
    for (const char* step : {"to_buf vec=a offset=0 bytes=SIZE_MAX\n", "from_buf vec=a offset=0 bytes=SIZE_MAX\n",
                             "copy vec=a offset=0 bytes=SIZE_MAX capacity=2100\n"}) {
      ModelOracle oracle(ours());
      EXPECT_FALSE(oracle.judge(program_of(std::string("arena shared 16384\n") + shape + step)));
      EXPECT_EQ(oracle.counts().steps, 2u);
    }
}

// Of offsets past 65,535 no digit is left out: as text this is too long for an example.
TEST(Running, DumpsOffsetsOfFiveDigits) {
  EXPECT_FALSE(judge(program_of("arena large\nassign vec=a elements=0+17\nhexdump vec=a limit=SIZE_MAX\n"), ours()));
}

TEST(Running, BoundsTheWorkOfAProgramInALargeArena) {
  std::string text = "arena large\n";
  for (int i = 0; i < 70; ++i) text += "size vec=a\n";
  ModelOracle oracle(ours());
  EXPECT_FALSE(oracle.judge(program_of(text)));
  EXPECT_EQ(oracle.counts().steps, 63u);  // each looks at 1,052,672 bytes, in units of 16; the budget is 2^22
  EXPECT_EQ(oracle.counts().over_budget, 7u);
}

TEST(Running, BoundsTheWorkOfAProgramWithoutMemoryByElements) {
  std::string text = "arena unbacked\nadd_many vec=a count=2048 element=0+0 stride=0\n";
  for (int i = 0; i < 65; ++i) text += "size vec=a\n";
  ModelOracle oracle(ours());
  EXPECT_FALSE(oracle.judge(program_of(text)));
  EXPECT_EQ(oracle.counts().steps, 65u);  // the budget is 2^17
  EXPECT_EQ(oracle.counts().over_budget, 1u);
}

TEST(Running, ShowsAnElementMoreThanTheLongestVectorHas) {
  struct Looker final : Observer {
    void after_step(const Step& step) override { most.push_back(step.most_elements); }
    std::vector<std::size_t> most;
  } looker;
  ModelOracle oracle(ours());
  oracle.observe(&looker);
  EXPECT_FALSE(oracle.judge(program_of("size vec=a\nassign vec=b elements=0+1,1+1\nsize vec=c\n")));
  EXPECT_EQ(looker.most, (std::vector<std::size_t>{1, 3, 3}));
}

TEST(Running, TellsOfAStepThatTurnsOutNotToBeThere) {
  Implementation table = ours();
  table.hexdump = [](auto...) -> Result { throw Skipped(); };
  ModelOracle oracle(table);
  EXPECT_EQ(events_of(program_of("hexdump vec=a limit=1\n"), oracle),
            "program of 1\nbefore 0 hexdump vec=a limit=1 is hexdump vec=a limit=1\nskipped 0 hexdump vec=a limit=1\n");
}

// An operation stands for another one where no byte may be looked at: both have to be there.
TEST(Running, SkipsWhatIsNotThereBeforeAndAfterItsOperandsAreKnown) {
  const Program program = program_of(
      "arena unbacked\nassign vec=a elements=2^16+1\nassign vec=b elements=8+1\nfirst_difference vec=a other=b\n");
  const auto skipped = [&](auto Implementation::*entry) {
    Implementation table = ours();
    table.*entry = nullptr;
    ModelOracle oracle(table);
    EXPECT_FALSE(oracle.judge(program));
    return oracle.counts().skipped;
  };
  EXPECT_EQ(skipped(&Implementation::first_difference), 1u);
  EXPECT_EQ(skipped(&Implementation::size), 1u);
  EXPECT_EQ(skipped(&Implementation::fill), 0u);
}

int destroyed = 0;
int thrown_at = 0;  // the call of destroy that throws; 0 for none

TEST(Running, WhatDestroyingThrowsIsToldOfTheLastStepIfThereIsNothingElse) {
  Implementation table = ours();
  table.destroy = [](void* vector) {
    ours().destroy(vector);
    if (++destroyed == thrown_at) throw std::runtime_error("destroyed");
  };
  const Program program = program_of("assign vec=a elements=0+2\nsize vec=a\n");
  const auto found = [&](const Implementation& implementation, auto oracle_of, int at) {
    auto oracle = oracle_of(implementation);
    destroyed = 0;
    thrown_at = at;
    const auto finding = oracle.judge(program);
    thrown_at = 0;
    return finding ? finding->signature + finding->report.substr(finding->report.find("# in step"), 11) : "";
  };
  const auto by_model = [](const Implementation& implementation) { return ModelOracle(implementation); };
  const auto resegmented = [](const Implementation& implementation) {
    return ResegmentationOracle(implementation, {Segmentation::bytes});
  };
  EXPECT_EQ(found(table, by_model, 1), "size: exception# in step 2");
  EXPECT_EQ(found(table, resegmented, 1), "size: exception when resegmented# in step 2");
  EXPECT_EQ(found(table, resegmented, 2), "size: exception when resegmented# in step 2");
  table.size = [](Span<const iovec>) -> Result { return {7}; };
  EXPECT_EQ(found(table, by_model, 1), "size: value# in step 2");
}

TEST(Running, OfTwoSidesThatThrowWhenDestroyedTheFirstIsToldOf) {
  Implementation table = ours();
  table.destroy = [](void* vector) {
    const std::size_t elements = ours().look(vector).size();
    ours().destroy(vector);
    throw std::runtime_error("elements: " + std::to_string(elements));
  };
  const auto finding =
      ResegmentationOracle(table, {Segmentation::bytes}).judge(program_of("assign vec=c elements=0+2\n"));
  ASSERT_TRUE(finding);
  EXPECT_NE(finding->report.find("exception: elements: 1\n"), std::string::npos) << finding->report;
}

TEST(Running, WhatIsThrownWithoutAStepIsThrownOn) {
  struct Thrower final : Observer {
    void begin_program(const Program&) override { throw std::runtime_error("no step"); }
  } thrower;
  ModelOracle oracle(ours());
  oracle.observe(&thrower);
  EXPECT_THROW(oracle.judge(Program()), std::runtime_error);
}

// ---- What is expected

/// The lines of the report that tell what is not as expected.
std::string unexpected(const std::string& text, const Implementation& implementation) {
  const auto parsed = parsed_of(text);
  const auto finding = judge(parsed, implementation);
  if (!finding) return "";
  const std::string before = "# implementation: " + std::string(implementation.name) + "\n";
  return finding->report.substr(finding->report.find(before) + before.size());
}

TEST(Expectations, AreWhatBothSidesDo) {
  EXPECT_EQ(unexpected("assign vec=a elements=0+2 -> done; a [0+2]\nsize vec=b\nsize vec=a -> 3\n", ours()),
            "# step 3, size vec=a: expected '3', but the model does '2'\n"
            "# step 3, size vec=a: expected '3', but iov does '2'\n");
  EXPECT_EQ(unexpected("assign vec=a elements=0+2 -> done; a [0+2]\n", ours()), "");
  Implementation table = altered<&Implementation::size>(ours(), [](Result& result, auto&) { result = {7}; });
  table.name = "broken";
  EXPECT_EQ(unexpected("size vec=a -> 0\nsize vec=b -> 0\n", table),
            "# step 1, size vec=a: expected '0', but broken does '7'\n# diverges: size: value\n");
}

TEST(Expectations, AreReportedLikeADifference) {
  const auto finding = judge(parsed_of("size vec=a\nsize vec=a -> 3\n"), ours());
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "size: expectation");
  EXPECT_EQ(finding->report,
            "arena shared 64\nsize vec=a\nsize vec=a\n#\n# signature: size: expectation\n# implementation: iov\n"
            "# step 2, size vec=a: expected '3', but the model does '0'\n"
            "# step 2, size vec=a: expected '3', but iov does '0'\n");
}

TEST(Expectations, HideNoDifference) {
  const auto table = altered<&Implementation::size>(ours(), [](Result& result, auto&) { result = {7}; });
  const auto difference = judge(parsed_of("size vec=a\n"), table);  // nothing is expected
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->signature, "size: value");
}

TEST(Expectations, HoldForEveryNumberThatThisMachineHas) {
  EXPECT_EQ(unexpected("arena unbacked\nassign vec=a elements=16+2^32\nsize vec=a -> 1\n", ours()),
            "# step 2, size vec=a: expected '1', but the model does '2^32'\n"
            "# step 2, size vec=a: expected '1', but iov does '2^32'\n");
}

TEST(Expectations, HoldBehindAStepThatIsSkipped) {
  Implementation table = ours();
  table.fill = nullptr;
  EXPECT_NE(unexpected("fill vec=a offset=0 value=1 bytes=0\nsize vec=a -> 1\n", table), "");
}

TEST(Expectations, OfApiLevel6HoldAtLevel10UpToWhereTheyDiffer) {
  const ParsedProgram parsed = parsed_of(
      "dialect c\nassign vec=a elements=0+4 -> done; a [0+4]\ncopy_in_place vec=a offset=5 bytes=1 capacity=1\n"
      "size vec=a -> 4\n");
  EXPECT_FALSE(judge(parsed, qemu_iov()));
  EXPECT_FALSE(judge(parsed, qemu_iov_10()));
  const ParsedProgram wrong =
      parsed_of("dialect c\ncopy_in_place vec=a offset=5 bytes=1 capacity=1\nsize vec=a -> 4\n");
  EXPECT_TRUE(judge(wrong, qemu_iov()));  // there is no difference at its own level
  EXPECT_FALSE(judge(wrong, qemu_iov_10()));
}

TEST(Expectations, AreToBeReached) {
  std::string text = "arena shared 16384\nadd_many vec=a count=1000 element=0+60 stride=0\n";
  for (int i = 0; i < 3; ++i) text += "size vec=a -> 60000\n";
  text += "size vec=a\nsize vec=a -> 60000\n";
  const std::string line =
      ", size vec=a: expected '60000': it is not run, for the program is more work than one may be\n";
  EXPECT_EQ(unexpected(text, ours()), "# step 4" + line + "# step 6" + line);
}

}  // namespace
}  // namespace lockstep
