// SPDX-License-Identifier: Apache-2.0
// The second oracle: the same bytes in vectors segmented differently. It needs no model, and so judges the model too,
// when both agree and are wrong.
#include "lockstep/oracles/resegmentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "altered.h"
#include "lockstep/language/program.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/table/kernel.h"
#include "parsed.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using I = Implementation;
using View = Span<const iovec>;

// Each of these is found without a word from the model.
TEST(ResegmentationOracle, TellsBrokenImplementationsFromThemselves) {
  for (const std::string& name :
       words("from_buf_data_not_advanced from_buf_offset_applied_again from_buf_last_byte_of_wide_piece "
             "to_buf_length_ignores_offset to_buf_stops_at_empty_element fill_stops_after_first "
             "fill_ignores_offset_within copy_bytes_not_counted_down copy_in_place_from_the_back "
             "concat_last_piece_untrimmed slice_base_stays split_tail_base_stays clone_keeps_gaps compare_by_elements "
             "compare_skips_last_piece vector_discard_back_subtracts_twice discard_stops_at_empty "
             "discard_front_base_stays discard_front_start_stays discard_back_trims_front undo_saved_late "
             "send_third_element_with_the_old_length recv_skips_an_element_after_a_boundary")) {
    ResegmentationOracle resegmentation(*implementation_named(name));
    bool found = false;
    for (std::uint64_t number = 0; number < 3000 && !found; ++number)
      found = resegmentation.judge(random_program(3, number, 100)).has_value();
    EXPECT_TRUE(found) << name;
  }
}

TEST(ResegmentationOracle, IsReportedAsAProgram) {
  const std::string text = "arena shared 64\nassign vec=a elements=0+2\nfill vec=a offset=0 value=7 bytes=2\n";
  const auto finding = ResegmentationOracle(*implementation_named("fill_stops_after_first"))
                           .judge(program_of(text), Segmentation::bytes);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->report,
            text +
                "#\n"
                "# signature: fill: value when resegmented\n"
                "# implementation: fill_stops_after_first\n"
                "# in step 2, which is: fill vec=a offset=0 value=7 bytes=2\n"
                "# run with its vectors as they are, and resegmented (bytes): it should not matter\n"
                "#\n"
                "# answer  as is        2\n"
                "# answer  resegmented  1\n"
                "#\n"
                "# vec a  as is        00..............................................................  "
                "[0+2]\n"
                "# vec a  resegmented  01..............................................................  "
                "[0+1 1+1]\n"
                "#\n"
                "# byte 1  as is        07  by step 2: fill vec=a offset=0 value=7 bytes=2\n"
                "# byte 1  resegmented  01  as it was at first\n");
}

int calls = 0;

/// How often a program calls an entry when its vectors are resegmented: twice for each step that is run.
template <auto entry>
int calls_of(const Implementation& implementation, const std::string& text, Segmentation way = Segmentation::bytes) {
  calls = 0;
  const Implementation table = altered<entry>(implementation, [](auto&...) { ++calls; });
  const auto finding = ResegmentationOracle(table).judge(program_of(text), way);
  EXPECT_FALSE(finding) << finding->report;
  return calls;
}

// What is appended is added byte by byte, and what replaces all is assigned in one call.
TEST(ResegmentationOracle, IsOfEveryElementThatComesIn) {
  EXPECT_EQ(calls_of<&I::assign>(ours(), "assign vec=a elements=0+4\n"), 2);
  EXPECT_EQ(calls_of<&I::assign>(ours(), "from_buffer vec=a element=0+4\n"), 1);
  EXPECT_EQ(calls_of<&I::add>(ours(), "add vec=a element=0+4\n"), 1 + 4);
  EXPECT_EQ(calls_of<&I::add>(ours(), "add_many vec=a count=2 element=0+2 stride=2\n"), 4);
  EXPECT_EQ(calls_of<&I::add>(ours(), "add vec=a element=null+0\n"), 2);
}

TEST(ResegmentationOracle, IsInEachWayInTurnAndTheSameWayEachTime) {
  static std::vector<std::size_t> counts;
  counts.clear();
  const Implementation table =
      altered<&I::assign>(ours(), [](Result&, void*, View elements) { counts.push_back(elements.size()); });
  const Program program = program_of("assign vec=a elements=0+9,9+2\n");
  EXPECT_FALSE(ResegmentationOracle(table).judge(program));
  const std::size_t at_random = counts.back();
  counts.pop_back();
  EXPECT_EQ(counts, (std::vector<std::size_t>{2, 1, 2, 11, 2, 6, 2})) << "each way as it is, and resegmented";
  EXPECT_FALSE(ResegmentationOracle(table).judge(program, Segmentation::random));
  EXPECT_EQ(counts.back(), at_random);
}

TEST(ResegmentationOracle, SplitsEachOperationInAWayOfItsOwn) {
  static std::set<std::vector<std::size_t>> ways;
  const Implementation table = altered<&I::assign>(ours(), [](Result&, void*, View elements) {
    std::vector<std::size_t> lengths;
    for (const iovec& element : elements) lengths.push_back(element.iov_len);
    ways.insert(lengths);
  });
  for (int base = 0; base < 200; ++base)
    EXPECT_FALSE(ResegmentationOracle(table, {Segmentation::random})
                     .judge(program_of("arena shared 400\nassign vec=a elements=" + std::to_string(base) + "+100\n")));
  EXPECT_GT(ways.size(), 150u);
}

TEST(ResegmentationOracle, LeavesOutWhatPositionsDoNotDefine) {
  const std::string begin = "assign vec=a elements=0+2,2+2\nassign vec=c elements=4+2,6+2\n";
  EXPECT_EQ(calls_of<&I::slice_count>(ours(), begin + "slice_count vec=a offset=1 bytes=2\n"), 0);
  EXPECT_EQ(calls_of<&I::borrow>(qemu_iov(), "borrow vec=a elements=0+4\n"), 0);
  EXPECT_EQ(calls_of<&I::from_buffer>(qemu_iov(), "from_buffer vec=a element=0+4\n"), 0);
  EXPECT_EQ(calls_of<&I::first_difference>(qemu_iov(), begin + "first_difference vec=a other=c\n"), 0);
}

TEST(ResegmentationOracle, NeedsAWayToResegmentAndMemory) {
  const std::string size = "add_many vec=a count=2 element=0+2 stride=2\nsize vec=a\n";
  EXPECT_EQ(calls_of<&I::size>(ours(), size), 2);
  EXPECT_EQ(calls_of<&I::size>(ours(), "arena unbacked\n" + size), 0);
  const std::string exact = "arena exact 64\nassign vec=a elements=0+8\nfill vec=a offset=0 value=1 bytes=8\n";
  EXPECT_EQ(calls_of<&I::fill>(ours(), exact), 2) << "in a shared arena: AddressSanitizer is not asked";
  for (const auto forget : {+[](I& table) { table.assign = nullptr; }, +[](I& table) { table.add = nullptr; }}) {
    I partial = ours();
    forget(partial);
    EXPECT_EQ(calls_of<&I::size>(partial, size), 0);
  }
}

TEST(ResegmentationOracle, RunsWhatTheLimitsOfElementsLeaveRoomFor) {
  // Of a vector of so many empty elements.
  const auto many = [](int elements) {
    return "add_many vec=a count=" + std::to_string(elements) + " element=null+0 stride=0\n";
  };
  const std::string extended = "extended into=b vec=a head=0+1 offset=0 bytes=0 tail=8+1 limit=1\n";
  EXPECT_EQ(calls_of<&I::extended>(qemu_iov(), many(1022) + extended), 2) << "and two ends";
  EXPECT_EQ(calls_of<&I::extended>(qemu_iov(), many(1023) + extended), 0);
  EXPECT_EQ(calls_of<&I::extended>(ours(), many(1023) + extended), 2) << "where there is no such limit";
  const std::string no_mid = "extended_without_mid vec=a head=0+1 offset=0 bytes=0 tail=8+1 limit=1\n";
  EXPECT_EQ(calls_of<&I::extended>(qemu_iov(), many(1023) + no_mid), 2) << "what it replaces does not count";
  const std::string send = "send vec=a offset=0 bytes=0 limit=1 script=none\n";
  EXPECT_EQ(calls_of<&I::send>(ours(), many(1024) + send), 2);
  EXPECT_EQ(calls_of<&I::send>(ours(), many(1025) + send), 0) << "a call takes 1,024";
  I limited = ours();
  limited.limits.elements = 8;
  const std::string slice = "slice into=b vec=a offset=0 bytes=0\n";
  EXPECT_EQ(calls_of<&I::slice>(limited, many(6) + slice), 2) << "as if it had two ends, as extended";
  EXPECT_EQ(calls_of<&I::slice>(limited, many(7) + slice), 0);
  EXPECT_EQ(calls_of<&I::slice>(limited, many(6) + "add vec=b element=null+0\n" + slice), 0) << "and what is there";
}

// A transfer of one call takes 1,024 elements, as many as the longest vector that is run, whichever of them have bytes.
TEST(ResegmentationOracle, TransfersTakeOneCall) {
  I offers = ours();  // all elements, empty ones too
  offers.send = [](Kernel& kernel, View view, std::size_t, std::size_t, TransferStatus&) -> Result {
    std::size_t done = 0;
    for (const iovec* at = view.begin(); at != view.end();) {
      const std::size_t count = std::min(kernel.max_elements(), static_cast<std::size_t>(view.end() - at));
      const ssize_t sent = kernel.send({at, count});
      if (sent < 0) break;
      done += static_cast<std::size_t>(sent);
      at += count;
    }
    return {done};
  };
  const Program program = program_of(
      "add vec=a element=0+1\nadd_many vec=a count=1022 element=null+0 stride=0\nadd vec=a element=1+1\n"
      "send vec=a offset=0 bytes=2 limit=1 script=2,again\n");
  EXPECT_FALSE(ResegmentationOracle(offers).judge(program, Segmentation::joined));
}

// Empty elements, where they are described as well, may take all of the room of one side.
TEST(ResegmentationOracle, DescribesEmptyElementsOnlyIfThereIsRoomForAll) {
  static int runs;
  I describes = ours();
  describes.deviations.empty_elements_do_not_count = true;
  describes.copy = [](Span<iovec> destination, View view, std::size_t, std::size_t) -> Result {
    const std::size_t count = std::min(destination.size(), view.size());
    std::copy_n(view.begin(), count, destination.begin());
    return ++runs, Result{count};
  };
  const auto copy_with = [](int empty) {
    return "add_many vec=a count=" + std::to_string(empty) +
           " element=null+0 stride=0\nadd vec=a element=0+1\ncopy vec=a offset=0 bytes=1 capacity=1\n";
  };
  const auto runs_of = [&](int empty) {
    runs = 0;
    EXPECT_FALSE(ResegmentationOracle(describes).judge(program_of(copy_with(empty)), Segmentation::joined));
    return runs;
  };
  EXPECT_EQ(runs_of(511), 2);
  EXPECT_EQ(runs_of(512), 0);
  EXPECT_EQ(calls_of<&I::copy>(ours(), copy_with(512), Segmentation::joined), 2) << "these describe none";
}

TEST(ResegmentationOracle, SplitsWhatTheLimitsOfElementsLeaveRoomFor) {
  I limited = ours();
  limited.limits.elements = 8;
  const auto add_behind = [](int bytes, int more) {
    return "assign vec=a elements=0+" + std::to_string(bytes) + "\nadd vec=a element=9+" + std::to_string(more) + "\n";
  };
  EXPECT_EQ(calls_of<&I::add>(limited, add_behind(6, 2)), 1 + 2);
  EXPECT_EQ(calls_of<&I::add>(limited, add_behind(7, 2)), 1 + 1) << "added as it is";
  EXPECT_EQ(calls_of<&I::add>(limited, add_behind(8, 1)), 0);

  static std::vector<std::size_t> counts;
  counts.clear();
  const Implementation table =
      altered<&I::assign>(limited, [](Result&, void*, View elements) { counts.push_back(elements.size()); });
  const Program program = program_of(
      "assign vec=a elements=0+6\nassign vec=a elements=0+3\nassign vec=a elements=0+8\nassign vec=a elements=0+9\n");
  EXPECT_FALSE(ResegmentationOracle(table).judge(program, Segmentation::bytes));
  EXPECT_EQ(counts, (std::vector<std::size_t>{1, 6, 1, 3, 1, 8, 1, 1}));
}

TEST(ResegmentationOracle, BoundsTheWorkOfAProgram) {
  std::string text = "arena shared 256\nassign vec=a elements=0+255\nassign vec=b elements=null+0\n";
  for (int i = 0; i < 64; ++i) text += "size vec=a\n";  // 255 bytes and an element each: 2^14 together
  EXPECT_EQ(calls_of<&I::size>(ours(), text + "size vec=b\n", Segmentation::joined), 2 * 64);
}

TEST(ResegmentationOracle, RunsNothingBesideAVectorThatIsTooLong) {
  for (const std::string vec : {"a", "b", "c"}) {
    const auto steps = [&](const char* elements) { return "add_many vec=" + vec + " " + elements + "\nsize vec=a\n"; };
    EXPECT_EQ(calls_of<&I::size>(ours(), steps("count=8 element=0+64 stride=0")), 2) << vec;  // 512 bytes
    EXPECT_EQ(calls_of<&I::size>(ours(), steps("count=27 element=0+19 stride=0")), 0) << vec;
  }
}

TEST(ResegmentationOracle, ShowsUpTo64ElementsOfAVector) {
  struct Looker final : Observer {
    void after_step(const Step& step) override { most = step.most_elements; }
    std::size_t most = 0;
  } looker;
  ResegmentationOracle oracle(ours());
  oracle.observe(&looker);
  EXPECT_FALSE(oracle.judge(program_of("add_many vec=a count=100 element=0+1 stride=0\n")));
  EXPECT_EQ(looker.most, 64u);
}

TEST(ResegmentationOracle, RunsAFunctionOnTheVectorAloneWhereTheViewIsWhole) {
  static int runs;
  runs = 0;
  I table = ours();
  table.size = nullptr;
  table.on_vector.size = [](void* vector) { return ++runs, ours().vector_size(vector); };
  const std::string discard = "discard_front vec=a bytes=1 record=none\n";
  const Program program = program_of("assign vec=a elements=0+1,1+2\nsize vec=a\n" + discard + "size vec=a\n");
  EXPECT_FALSE(ResegmentationOracle(table).judge(program, Segmentation::bytes));
  EXPECT_EQ(runs, 2);
  EXPECT_FALSE(judge(program, table));
  EXPECT_EQ(runs, 2 + 1);
  const Program whole_on_one_side = program_of("assign vec=a elements=0+2\n" + discard + "size vec=a\n");
  EXPECT_FALSE(ResegmentationOracle(table).judge(whole_on_one_side, Segmentation::bytes));
  EXPECT_EQ(runs, 2 + 1);
}

TEST(ResegmentationOracle, EndsAtAStepThatTurnsOutNotToBeThere) {
  I table = ours();
  table.fill = [](View, std::size_t, std::byte, std::size_t) -> Result { throw Skipped(); };
  const std::string text = "size vec=a\nfill vec=a offset=0 value=1 bytes=0\nsize vec=a\n";
  EXPECT_EQ(calls_of<&I::size>(table, text), 2);
}

TEST(ResegmentationOracle, TakesBackInReverseOrderWhatNothingElseHasChanged) {
  const std::string p = "discard_front vec=a bytes=1 record=p\n";
  const std::string q = "discard_back vec=a bytes=2 record=q\n";
  const std::string none = "discard_front vec=a bytes=1 record=none\n";
  const std::string undo_p = "undo vec=a record=p\n";
  const std::string undo_q = "undo vec=a record=q\n";
  const std::pair<std::string, int> cases[] = {
      {undo_p, 0},
      {p + undo_p, 1},
      {p + undo_q, 0},
      {p + undo_p + undo_p, 1},
      {p + q + undo_q + undo_p, 2},
      {p + q + undo_p, 0},
      {p + q + undo_p + undo_q + undo_p, 2},
      {p + none + undo_p, 0},
      {p + none + q + undo_q + undo_p, 1},
      {p + p + undo_p + undo_p, 1},
      {p + q + p + undo_p + undo_q + undo_p, 2},  // the first p is overwritten
      {p + q + q + undo_q + undo_p, 1},           // what lies below an overwritten record is lost
      {p + "fill vec=a offset=0 value=1 bytes=2\n" + undo_p, 1},
      {p + "copy_in_place vec=a offset=0 bytes=SIZE_MAX capacity=9\n" + undo_p, 0},
      {p + "copy_in_place vec=b offset=0 bytes=SIZE_MAX capacity=9\n" + undo_p, 1},
      {p + "discard_front vec=b bytes=1 record=q\n" + undo_p, 1},  // each vector has its own
  };
  const std::string begin = "assign vec=a elements=0+9,9+9\nassign vec=b elements=0+9\n";
  for (const auto& [steps, undone] : cases) EXPECT_EQ(calls_of<&I::undo>(ours(), begin + steps), 2 * undone) << steps;
}

TEST(ResegmentationOracle, DropsWhatWasDiscardedBeforeTheWholeArrayIsUsed) {
  const std::string begin = "assign vec=a elements=0+2,2+2\ndiscard_front vec=a bytes=1 record=none\n";
  const std::string add = "add vec=a element=9+1\n";
  EXPECT_EQ(calls_of<&I::assign>(ours(), begin + add), 2 + 2);
  EXPECT_EQ(calls_of<&I::assign>(ours(), begin + "fill vec=a offset=0 value=1 bytes=1\n"), 2) << "the view is used";
  EXPECT_EQ(calls_of<&I::assign>(ours(), "assign vec=a elements=0+2\n" + add), 2) << "nothing was discarded";
  EXPECT_EQ(calls_of<&I::assign>(ours(), "assign vec=a elements=0+2\ndiscard_front vec=a bytes=0 record=none\n" + add,
                                 Segmentation::empties),
            2 + 2)
      << "of the resegmented vector an element was";
  // The model, by which operands are resolved, has dropped the first byte too: edge(1) is 1.
  static std::size_t filled;
  const Implementation table =
      altered<&I::fill>(ours(), [](Result&, View, auto&, auto&, std::size_t bytes) { filled = bytes; });
  EXPECT_FALSE(ResegmentationOracle(table).judge(
      program_of(begin + add + "fill vec=a offset=0 value=1 bytes=edge(1)\n"), Segmentation::bytes));
  EXPECT_EQ(filled, 1u);
}

}  // namespace
}  // namespace lockstep
