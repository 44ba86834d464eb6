// SPDX-License-Identifier: Apache-2.0
// What an engineer reads when something differs: reports word by word, of each kind one, and smaller programs.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "altered.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "lockstep/report/page.h"
#include "lockstep/sides/observation.h"
#include "parsed.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using I = Implementation;
using View = Span<const iovec>;

/// What stands in a report below its program, from the signature on.
std::string comments(const Finding& finding) {
  EXPECT_EQ(program_of(finding.report), finding.program);
  const std::string before = print(finding.program) + "#\n";
  EXPECT_EQ(finding.report.substr(0, before.size()), before);
  return finding.report.substr(before.size());
}

std::string comments_of(const std::string& text, const Implementation& implementation) {
  const auto finding = judge(program_of(text), implementation);
  return finding ? comments(*finding) : "agrees";
}

const Implementation& broken(const char* bug) { return *implementation_named(bug); }

/// One whose vectors get elements so far behind those that are added.
template <std::ptrdiff_t by>
Implementation adding_at() {
  Implementation table = ours();
  table.add = [](void* vector, void* base, std::size_t length) {
    return ours().add(vector, static_cast<char*>(base) + by, length);
  };
  return table;
}

TEST(Report, ShowsElementsAndView) {
  EXPECT_EQ(comments_of(
                "assign vec=a elements=0+2,4+3\nsize vec=a\ndiscard_front vec=a bytes=edge(1)+1 record=p\nsize vec=a\n",
                broken("discard_front_base_stays")),
            "# signature: discard_front: array\n"
            "# implementation: discard_front_base_stays\n"
            "# in step 3, which is: discard_front vec=a bytes=3 record=p\n"
            "#\n"
            "# vec a  should be  00...11.........................................................  0+2 [5+2]\n"
            "# vec a  but is     00..11..........................................................  0+2 [4+2]\n");
}

// By the signature, and by what is shown below the lines of the step.
TEST(Report, ShowsWhateverDiffers) {
  // Whatever it prints is one word, so that it reads back as what a step is expected to do.
  const Implementation printing = altered<&I::hexdump>(
      ours(), [](Result&, auto&, auto&, auto&, std::string& text) { text = "a b\n_|#>\\\t\x01\x7f!~\x80`^$"; });
  const Implementation writing_before =
      altered<&I::fill>(ours(), [](Result&, View view, auto&...) { *(static_cast<char*>(view[0].iov_base) - 1) = 0; });
  const std::tuple<std::string, Implementation, std::string, std::string> reports[] = {
      {"assign vec=a elements=0+2,4+1\nfill vec=a offset=0 value=7 bytes=1\nfrom_buf vec=a offset=1 bytes=2\n",
       broken("from_buf_offset_applied_again"), "from_buf: value",
       "#\n"
       "# answer  should be  2\n"
       "# answer  but is     1\n"
       "#\n"
       "# byte 4  should be  a1  by step 3: from_buf vec=a offset=1 bytes=2\n"
       "# byte 4  but is     04  as it was at first\n"},
      {"to_buf vec=a offset=1 bytes=0\n", broken("to_buf_past_end_answers_0"), "to_buf: rejection",
       "#\n"
       "# answer  should be  rejected out_of_range\n"
       "# answer  but is     0\n"},
      {"assign vec=a elements=0+1\ncopy vec=a offset=0 bytes=1 capacity=2\n", broken("copy_writes_behind"),
       "copy: elements",
       "#\n"
       "# answer  should be  1; elements 0+1\n"
       "# answer  but is     1; elements 0+1 null+0\n"},
      {"hexdump vec=a limit=1\n", printing, "hexdump: text",
       "#\n"
       "# answer  should be  done\n"
       "# answer  but is     done; text a_b|\\x5f\\x7c\\x23\\x3e\\x5c\\x09\\x01\\x7f!~\\x80`^$\n"},
      // Overlaps are drawn, and a large arena from where the difference is.
      {"arena shared 1024\nassign vec=b elements=512+3,514+3,1020+4\ndiscard_front vec=b bytes=1 record=none\n",
       broken("discard_front_base_stays"), "discard_front: array",
       "#\n"
       "# vec b from 512  should be  .0*11...........................................................  "
       "[513+2 514+3 1020+4]\n"
       "# vec b from 512  but is     00111...........................................................  "
       "[512+2 514+3 1020+4]\n"},
      // Lengths that no memory has are shown by the mark that they are near to; there is no arena to draw.
      {"arena unbacked\nassign vec=a elements=16+(2^32+3)\ncopy vec=a offset=1 bytes=2^32 capacity=2\n",
       broken("copy_lengths_in_32_bits"), "copy: elements",
       "#\n"
       "# answer  should be  1; elements 17+2^32\n"
       "# answer  but is     1; elements 17+0\n"},
      // At the end of the arena, and beyond.
      {"add vec=a element=0+2\n", adding_at<64>(), "add: array",
       "#\n"
       "# vec a  should be  00..............................................................  [0+2]\n"
       "# vec a  but is     ................................................................  [64+2]\n"},
      {"add vec=a element=0+2\n", adding_at<65>(), "add: array",
       "#\n"
       "# vec a  should be  00..............................................................  [0+2]\n"
       "# vec a  but is     ................................................................  [unknown+2]\n"},
      {"assign vec=a elements=0+1\nfill vec=a offset=0 value=0 bytes=0\n", writing_before, "fill: guard",
       "# bytes outside the arena have changed\n"},
  };
  for (const auto& [text, implementation, signature, shown] : reports) {
    const std::string all = comments_of(text, implementation);
    EXPECT_TRUE(all.starts_with("# signature: " + signature + "\n")) << all;
    std::size_t below = 0;
    for (int lines = 0; lines < 3; ++lines) below = all.find('\n', below) + 1;
    EXPECT_EQ(all.substr(below), shown);
  }
}

TEST(Report, IsBoundedWhateverTheImplementationClaims) {
  const std::string text = "assign vec=a elements=0+2,4+1\nundo vec=a record=none\n";
  const auto undoing = [](auto change) {
    return altered<&I::undo>(ours(), [](Span<iovec>& view, UndoStorage&) { decltype(change){}(view); });
  };
  // Elements and views that no arena holds.
  for (const Implementation& table :
       {undoing([](Span<iovec>& view) { view[0].iov_len = SIZE_MAX; }),
        undoing([](Span<iovec>& view) { view[0].iov_base = reinterpret_cast<void*>(SIZE_MAX); }),
        undoing([](Span<iovec>& view) {
          view = {view.data(), SIZE_MAX / sizeof(iovec)};
        }),
        undoing([](Span<iovec>& view) {
          view = {reinterpret_cast<iovec*>(16), 3};
        })}) {
    const std::string report = comments_of(text, table);
    EXPECT_NE(report.find("should be"), std::string::npos) << report;
    EXPECT_LT(report.size(), 2000u) << report;
  }
}

TEST(Report, NamesBasesAndViewsThatAreNowhere) {
  std::string text;
  using Base = ElementState::Base;
  const std::vector<ElementState> elements = {
      {Base::null, 0, 0}, {Base::wild, 0, 1}, {Base::untouched, 0, 2}, {Base::unknown, 0, 3}, {Base::at, 4, 5}};
  print_elements(text, elements, 0, 5);
  EXPECT_EQ(text, "null+0 wild+1 untouched unknown+3 4+5");
  const std::vector<ElementState> two = {{Base::at, 8, 2}, {Base::at, 3, 1}};
  const std::tuple<std::ptrdiff_t, std::size_t, const char*> views[] = {
      {0, 2, "[8+2 3+1]"},
      {1, 1, "8+2 [3+1]"},
      {0, 1, "[8+2] 3+1"},
      {2, 0, "8+2 3+1 []"},
      {1, 2, "[8+2 3+1] with a view of 2 from 1"},
      {3, 0, "[8+2 3+1] with a view of 0 from 3"},
      {-8, 1, "[8+2 3+1] with a view of 1 from -8"},
      {VectorState::kElsewhere, 5, "[8+2 3+1] with a view of 5 elsewhere"}};
  for (const auto& [start, count, printed] : views) EXPECT_EQ(print_vector({two, start, count}), printed);
}

// That may be very many.
TEST(Report, OfAnArrayThatIsTooLongOneElementTooManyIsShown) {
  Implementation adds_four = ours();
  adds_four.add = [](void* vector, void* base, std::size_t length) {
    for (int i = 0; i < 3; ++i) ours().add(vector, base, length);
    return ours().add(vector, base, length);
  };
  const auto finding = judge(program_of("assign vec=a elements=0+1\nadd vec=a element=1+1\n"), adds_four);
  ASSERT_TRUE(finding);
  EXPECT_TRUE(
      finding->report.ends_with("  [0+1 1+1]\n"
                                "# vec a  but is     0*.............................................................."
                                "  [0+1 1+1 1+1] with a view of 5 from 0\n"))
      << finding->report;
}

// ---- Reducing

TEST(Reduce, KeepsTheSignatureAndDropsTheRest) {
  ModelOracle oracle(*implementation_named("fill_ignores_offset_within"));
  const auto finding =
      oracle.judge(program_of("arena exact 8192\n"
                              "assign vec=b elements=5+3,9+0,6+257,1+1\n"
                              "add vec=c element=4+4\n"
                              "discard_back vec=b bytes=edge(1)-1 record=p\n"
                              "undo vec=b record=p\n"
                              "size vec=b\n"
                              "fill vec=b offset=edge(1)+9 value=199 bytes=SIZE_MAX-3\n"));
  ASSERT_TRUE(finding);
  const Finding smaller = reduced(*finding, oracle);
  EXPECT_EQ(smaller.signature, finding->signature);
  EXPECT_EQ(print(smaller.program),
            "arena shared 64\n"
            "assign vec=a elements=0+2\n"
            "fill vec=a offset=1 value=1 bytes=1\n");
}

TEST(Reduce, LeavesAProgramThatCannotBeSmaller) {
  const Program program = program_of("size vec=a\n");
  EXPECT_EQ(reduce(program, [&](const Program& candidate) { return candidate == program; }), program);
}

// What only lengths that no memory has show, out of whatever random program shows it first.
TEST(Reduce, WorksWithoutMemory) {
  for (const char* bug : {"size_wraps", "copy_lengths_in_32_bits", "extended_cuts_the_tail"}) {
    ModelOracle oracle(broken(bug));
    std::optional<Finding> finding;
    for (std::uint64_t number = 0; number < 10'000 && !finding; ++number) {
      const Program program = random_program(1, number, 100);
      if (program.arena == kUnbackedArena) finding = oracle.judge(program);
    }
    ASSERT_TRUE(finding) << bug;
    const Finding smaller = reduced(*finding, oracle);
    EXPECT_EQ(smaller.signature, finding->signature);
    EXPECT_LE(smaller.program.operations.size(), 3u) << smaller.report;
    EXPECT_EQ(program_of(smaller.report), smaller.program);
    EXPECT_EQ(smaller.program.arena, kUnbackedArena);
  }
}

// ---- Isolating

TEST(Isolate, ADivergenceComesBackAsItIs) {
  EXPECT_FALSE(judge_isolated(program_of("size vec=a\n"), ours()));
  const Program program = program_of("to_buf vec=a offset=1 bytes=0\n");
  const auto finding = judge_isolated(program, broken("to_buf_past_end_answers_0"));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->report, judge(program, broken("to_buf_past_end_answers_0"))->report);
  EXPECT_EQ(finding->signature, "to_buf: rejection");
}

TEST(Isolate, ACrashIsAFindingWithItsStep) {
  Implementation crashing = altered<&I::size>(ours(), [](Result&, View) { std::abort(); });
  crashing.name = "crashing";
  const auto finding = judge_isolated(program_of("assign vec=a elements=0+1\nsize vec=a\nsize vec=b\n"), crashing,
                                      ChildOutput::discarded);
  ASSERT_TRUE(finding);
  EXPECT_EQ(comments(*finding),
            "# signature: size: crash\n"
            "# implementation: crashing\n"
            "# in step 2, which is: size vec=a\n"
            "# should end, and be compared\n"
            "# but ended its process\n");
  ResegmentationOracle resegmentation(crashing);
  EXPECT_EQ(IsolatedOracle(resegmentation, ChildOutput::discarded).judge(finding->program)->signature,
            "size: crash when resegmented");
}

TEST(Page, TellsOfBytesOutsideTheArena) {
  const Operation operation = program_of("size vec=a\n").operations.front();
  for (const bool intact : {true, false}) {
    const std::string section = page_section({0, operation, operation, intact}, {}, true, Arena(), {});
    EXPECT_EQ(section.find("Bytes outside the arena have changed") == std::string::npos, intact) << section;
  }
}

TEST(Isolate, AHangIsAFindingToo) {
  const Implementation hanging = altered<&I::vector_size>(ours(), [](Result&, void*) {
    for (volatile bool forever = true; forever;) continue;
  });
  const auto finding = judge_isolated(program_of("vector_size vec=c\n"), hanging, ChildOutput::discarded, 1);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "vector_size: hang");
}

}  // namespace
}  // namespace lockstep
