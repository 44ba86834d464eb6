// Reports, pinned: what an engineer reads when something differs.
#include <gtest/gtest.h>

#include "lockstep/language/reduce.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/model_oracle.h"
#include "parsed.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

std::string report_of(const std::string& text, const Implementation& implementation) {
  const auto divergence = judge(program_of(text), implementation);
  return divergence ? divergence->report : "agrees";
}

Implementation broken_undo(void (*undo)(std::span<iovec>&, UndoStorage&)) {
  Implementation table = ours();
  table.name = "broken";
  table.undo = undo;
  return table;
}

TEST(Report, ShowsElementsAndView) {
  EXPECT_EQ(
      report_of("assign vec=a elements=0+2,4+3\nsize vec=a\ndiscard_front vec=a bytes=edge(1)+1 record=p\nsize vec=a\n",
                *implementation_named("discard_front_base_stays")),
      "arena shared 64\n"
      "assign vec=a elements=0+2,4+3\n"
      "size vec=a\n"
      "discard_front vec=a bytes=edge(1)+1 record=p\n"
      "#\n"
      "# signature: discard_front: array\n"
      "# implementation: discard_front_base_stays\n"
      "# in step 3, which is: discard_front vec=a bytes=3 record=p\n"
      "#\n"
      "# vec a  should be  00...11.........................................................  0+2 [5+2]\n"
      "# vec a  but is     00..11..........................................................  0+2 [4+2]\n");
}

TEST(Report, ShowsWhichStepWroteTheBytes) {
  EXPECT_EQ(report_of("assign vec=a elements=0+2,4+1\n"
                      "fill vec=a offset=0 value=7 bytes=1\n"
                      "from_buf vec=a offset=1 bytes=2\n",
                      *implementation_named("from_buf_offset_applied_again")),
            "arena shared 64\n"
            "assign vec=a elements=0+2,4+1\n"
            "fill vec=a offset=0 value=7 bytes=1\n"
            "from_buf vec=a offset=1 bytes=2\n"
            "#\n"
            "# signature: from_buf: value\n"
            "# implementation: from_buf_offset_applied_again\n"
            "# in step 3, which is: from_buf vec=a offset=1 bytes=2\n"
            "#\n"
            "# answer  should be  2\n"
            "# answer  but is     1\n"
            "#\n"
            "# byte 4  should be  a1  by step 3: from_buf vec=a offset=1 bytes=2\n"
            "# byte 4  but is     04  as it was at first\n");
}

TEST(Report, ShowsRejectionsAndWhatWasProduced) {
  EXPECT_EQ(report_of("to_buf vec=a offset=1 bytes=0\n", *implementation_named("to_buf_past_end_answers_0")),
            "arena shared 64\n"
            "to_buf vec=a offset=1 bytes=0\n"
            "#\n"
            "# signature: to_buf: rejection\n"
            "# implementation: to_buf_past_end_answers_0\n"
            "# in step 1, which is: to_buf vec=a offset=1 bytes=0\n"
            "#\n"
            "# answer  should be  rejected out_of_range\n"
            "# answer  but is     0\n");
  EXPECT_EQ(report_of("assign vec=a elements=0+1\ncopy vec=a offset=0 bytes=1 capacity=2\n",
                      *implementation_named("copy_writes_behind")),
            "arena shared 64\n"
            "assign vec=a elements=0+1\n"
            "copy vec=a offset=0 bytes=1 capacity=2\n"
            "#\n"
            "# signature: copy: elements\n"
            "# implementation: copy_writes_behind\n"
            "# in step 2, which is: copy vec=a offset=0 bytes=1 capacity=2\n"
            "#\n"
            "# answer  should be  1; elements 0+1\n"
            "# answer  but is     1; elements 0+1 null+0\n");
}

TEST(Report, DrawsOverlapsAndFollowsTheDifferenceThroughALargeArena) {
  EXPECT_EQ(
      report_of(
          "arena shared 1024\nassign vec=b elements=512+3,514+3,1020+4\ndiscard_front vec=b bytes=1 record=none\n",
          *implementation_named("discard_front_base_stays")),
      "arena shared 1024\n"
      "assign vec=b elements=512+3,514+3,1020+4\n"
      "discard_front vec=b bytes=1 record=none\n"
      "#\n"
      "# signature: discard_front: array\n"
      "# implementation: discard_front_base_stays\n"
      "# in step 2, which is: discard_front vec=b bytes=1 record=none\n"
      "#\n"
      "# vec b from 512  should be  .0*11...........................................................  "
      "[513+2 514+3 1020+4]\n"
      "# vec b from 512  but is     00111...........................................................  "
      "[512+2 514+3 1020+4]\n");
}

TEST(Report, IsBoundedWhateverTheSubjectClaims) {
  const std::string text = "assign vec=a elements=0+2,4+1\nundo vec=a record=none\n";
  // Elements and views that no arena holds.
  for (const Implementation& broken :
       {broken_undo([](std::span<iovec>&view, UndoStorage&) { view[0].iov_len = SIZE_MAX; }),
        broken_undo([](std::span<iovec>&view, UndoStorage&) { view[0].iov_base = reinterpret_cast<void*>(SIZE_MAX); }),
        broken_undo([](std::span<iovec>&view, UndoStorage&) {
          view = {view.data(), SIZE_MAX / sizeof(iovec)};
        }),
        broken_undo([](std::span<iovec>&view, UndoStorage&) {
          view = {reinterpret_cast<iovec*>(16), 3};
        })}) {
    const std::string report = report_of(text, broken);
    EXPECT_NE(report.find("should be"), std::string::npos) << report;
    EXPECT_LT(report.size(), 2000u) << report;
    EXPECT_EQ(program_of(report), program_of(text));
  }
}

TEST(Report, SeesBytesOutsideTheArena) {
  Implementation broken = ours();
  broken.name = "broken";
  broken.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) {
    if (!view.empty() && view[0].iov_len > 0) *(static_cast<char*>(view[0].iov_base) - 1) = 0;
    return ours().fill(view, offset, value, bytes);
  };
  EXPECT_EQ(report_of("assign vec=a elements=0+1\nfill vec=a offset=0 value=0 bytes=0\n", broken),
            "arena shared 64\n"
            "assign vec=a elements=0+1\n"
            "fill vec=a offset=0 value=0 bytes=0\n"
            "#\n"
            "# signature: fill: guard\n"
            "# implementation: broken\n"
            "# in step 2, which is: fill vec=a offset=0 value=0 bytes=0\n"
            "# bytes outside the arena have changed\n");
}

TEST(Report, AnEntryLeftNullIsSkippedAndCounted) {
  Implementation partial = ours();
  partial.copy = nullptr;
  ModelOracle oracle(partial);
  EXPECT_FALSE(oracle.judge(program_of("copy vec=a offset=9 bytes=1 capacity=1\nsize vec=a\n")));
  EXPECT_EQ(oracle.counts().skipped, 1u);
  EXPECT_EQ(oracle.counts().steps, 1u);
}

// ---- Reducing

TEST(Reduce, KeepsTheSignatureAndDropsTheRest) {
  const Implementation& broken = *implementation_named("fill_ignores_offset_within");
  const Program program = program_of(
      "arena exact 8192\n"
      "assign vec=b elements=5+3,9+0,6+257,1+1\n"
      "add vec=c element=4+4\n"
      "discard_back vec=b bytes=edge(1)-1 record=p\n"
      "undo vec=b record=p\n"
      "size vec=b\n"
      "fill vec=b offset=edge(1)+9 value=199 bytes=SIZE_MAX-3\n");
  const auto divergence = judge(program, broken);
  ASSERT_TRUE(divergence);
  const Program reduced = reduce(program, [&](const Program& candidate) {
    const auto again = judge(candidate, broken);
    return again && again->signature == divergence->signature;
  });
  EXPECT_EQ(print(reduced),
            "arena shared 64\n"
            "assign vec=a elements=0+2\n"
            "fill vec=a offset=1 value=1 bytes=1\n");
}

TEST(Reduce, LeavesAProgramThatCannotBeSmaller) {
  const Program program = program_of("size vec=a\n");
  EXPECT_EQ(reduce(program, [&](const Program& candidate) { return candidate == program; }), program);
}

// ---- Isolating

TEST(Isolate, AnAgreementIsNoFinding) { EXPECT_FALSE(judge_isolated(program_of("size vec=a\n"), ours())); }

TEST(Isolate, ADivergenceComesBackAsItIs) {
  const Program program = program_of("to_buf vec=a offset=1 bytes=0\n");
  const Implementation& broken = *implementation_named("to_buf_past_end_answers_0");
  const auto finding = judge_isolated(program, broken);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->report, judge(program, broken)->report);
  EXPECT_EQ(finding->signature, "to_buf: rejection");
}

TEST(Isolate, ACrashIsAFindingWithItsStep) {
  Implementation crashing = ours();
  crashing.name = "crashing";
  crashing.size = [](std::span<const iovec>) -> Result { std::abort(); };
  const auto finding = judge_isolated(program_of("assign vec=a elements=0+1\nsize vec=a\nsize vec=b\n"), crashing,
                                      ChildOutput::discarded);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "size: crash");
  EXPECT_EQ(finding->report,
            "arena shared 64\n"
            "assign vec=a elements=0+1\n"
            "size vec=a\n"
            "#\n"
            "# signature: size: crash\n"
            "# implementation: crashing\n"
            "# in step 2, which is: size vec=a\n"
            "# should end, and be compared\n"
            "# but ended its process\n");
}

TEST(Isolate, AHangIsAFindingToo) {
  Implementation hanging = ours();
  hanging.name = "hanging";
  hanging.vector_size = [](void*) -> Result {
    for (volatile bool forever = true; forever;) {
    }
    return {};
  };
  const auto finding = judge_isolated(program_of("vector_size vec=c\n"), hanging, ChildOutput::discarded, 1);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "vector_size: hang");
}

}  // namespace
}  // namespace lockstep
