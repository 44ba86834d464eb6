// How the second oracle runs a program: what it cuts how, which discards it takes back, and what it compares. A sound
// library cannot tell, as it agrees with itself however it is asked; a witness in its place can.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "lockstep/language/program.h"
#include "lockstep/oracles/resegmentation.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

/// Our table, which tells what it is asked to do. Sides are told apart by their vectors: for each program, those of the
/// uncut one are made first. Bases are told from the first one that a side sees, which the programs below place at 0.
struct Witness {
  struct Side {
    std::vector<std::string> calls;
    const char* memory = nullptr;
  };
  std::map<void*, std::size_t> sides_of;
  std::size_t made = 0;
  Side sides[2];

  std::string told(std::size_t side, std::span<const iovec> elements) {
    std::string text;
    for (const iovec& element : elements) {
      const auto* const base = static_cast<const char*>(element.iov_base);
      const bool wild = base == reinterpret_cast<const char*>(0x10);
      if (base != nullptr && !wild && sides[side].memory == nullptr) sides[side].memory = base;
      text += text.empty() ? "" : ",";
      text += base == nullptr ? "null" : wild ? "wild" : std::to_string(base - sides[side].memory);
      text += "+" + std::to_string(element.iov_len);
    }
    return text;
  }
  void note(void* vector, const std::string& call, std::span<const iovec> elements) {
    const std::size_t side = sides_of.at(vector);
    sides[side].calls.push_back(call + " " + told(side, elements));
  }
};

Witness witness;
std::size_t undone = 0;
std::vector<std::size_t> fills;   // their bytes
std::vector<std::size_t> limits;  // of extended
std::size_t copies = 0;

Implementation witnessed() {
  witness = {};
  undone = 0;
  fills.clear();
  limits.clear();
  copies = 0;
  Implementation table = ours();
  table.create = []() -> void* {
    void* const vector = ours().create();
    witness.sides_of[vector] = witness.made++ / Vec::count % 2;
    return vector;
  };
  table.assign = [](void* vector, std::span<const iovec> elements) {
    witness.note(vector, "assign", elements);
    return ours().assign(vector, elements);
  };
  table.from_buffer = [](void* vector, void* base, std::size_t length) {
    const iovec element = {base, length};
    witness.note(vector, "from_buffer", {&element, 1});
    return ours().from_buffer(vector, base, length);
  };
  table.add = [](void* vector, void* base, std::size_t length) {
    const iovec element = {base, length};
    witness.note(vector, "add", {&element, 1});
    return ours().add(vector, base, length);
  };
  table.add_many = [](void* vector, std::span<const iovec> elements) {
    witness.note(vector, "add_many", elements);
    return ours().add_many(vector, elements);
  };
  table.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) {
    fills.push_back(bytes);
    return ours().fill(view, offset, value, bytes);
  };
  table.copy = [](std::span<iovec> destination, std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    ++copies;
    return ours().copy(destination, view, offset, bytes);
  };
  table.extended = [](void* vector, const iovec& head, std::optional<std::span<const iovec>> mid, std::size_t offset,
                      std::size_t bytes, const iovec& tail, std::size_t limit) {
    limits.push_back(limit);
    return ours().extended(vector, head, mid, offset, bytes, tail, limit);
  };
  table.undo = [](std::span<iovec>& view, UndoStorage& record) {
    ++undone;
    ours().undo(view, record);
  };
  return table;
}

using Calls = std::vector<std::string>;

Calls calls_when_resegmented(const std::string& text, Segmentation way) {
  const auto finding = ResegmentationOracle(witnessed()).judge(program_of(text), way);
  EXPECT_FALSE(finding) << finding->report;
  return witness.sides[1].calls;
}

// ---- What is cut, and how

TEST(Resegmenting, IsAsTheNameOfTheCutSays) {
  const std::string text = "assign vec=a elements=0+3,3+2,9+0,8+1\n";
  EXPECT_EQ(calls_when_resegmented(text, Segmentation::joined), (Calls{"assign 0+5,8+1"}));
  EXPECT_EQ(witness.sides[0].calls, (Calls{"assign 0+3,3+2,9+0,8+1"}));
  EXPECT_EQ(calls_when_resegmented(text, Segmentation::bytes), (Calls{"assign 0+1,1+1,2+1,3+1,4+1,9+0,8+1"}));
  EXPECT_EQ(calls_when_resegmented(text, Segmentation::empties),
            (Calls{"assign null+0,0+3,wild+0,null+0,3+2,wild+0,9+0,null+0,8+1,wild+0"}));
  EXPECT_EQ(calls_when_resegmented("assign vec=a elements=0+1,2+1,1+1,2+2\n", Segmentation::joined),
            (Calls{"assign 0+1,2+1,1+3"}));
}

TEST(Resegmenting, IsOfEveryElementThatComesIn) {
  const std::string text =
      "assign vec=a elements=0+1\nfrom_buffer vec=a element=0+2\nadd vec=a element=4+2\n"
      "add_many vec=a count=2 element=6+2 stride=2\nadd vec=a element=null+0\n";
  EXPECT_EQ(calls_when_resegmented(text, Segmentation::bytes),
            (Calls{"assign 0+1", "assign 0+1,1+1", "add 4+1", "add 5+1", "add 6+1", "add 7+1", "add 8+1", "add 9+1",
                   "add null+0"}));
  EXPECT_EQ(witness.sides[0].calls,
            (Calls{"assign 0+1", "from_buffer 0+2", "add 4+2", "add_many 6+2,8+2", "add null+0"}));
}

TEST(Resegmenting, AtRandomIsAnywhereWithEmptyElementsHereAndThere) {
  int pieces = 0;
  int empties = 0;
  for (int length = 3; length <= 400; ++length) {
    const std::string text = "arena shared 512\nassign vec=a elements=0+1,1+" + std::to_string(length - 1) + "\n";
    const Calls calls = calls_when_resegmented(text, Segmentation::random);
    EXPECT_EQ(calls_when_resegmented(text, Segmentation::random), calls) << "always alike";
    ASSERT_EQ(calls.size(), 1u);
    // Every element begins where those before it end, and the last ends at the end.
    std::istringstream elements(calls[0].substr(std::string("assign ").size()));
    int at = 0;
    int base = 0;
    int bytes = 0;
    char plus = 0;
    char comma = 0;
    while (elements >> base >> plus >> bytes) {
      EXPECT_EQ(base, at) << calls[0];
      at += bytes;
      ++(bytes == 0 ? empties : pieces);
      elements >> comma;
    }
    EXPECT_EQ(at, length) << calls[0];
  }
  // An empty one before one piece in four, and pieces that are halved again and again: fixed, as the seeds are.
  EXPECT_NEAR(static_cast<double>(empties) / pieces, 0.25, 0.02);
  EXPECT_GT(pieces, 4 * 398);
  EXPECT_LT(pieces, 12 * 398);
}

// ---- Which discards are taken back

std::size_t undone_in(const std::string& steps) {
  const auto finding =
      ResegmentationOracle(witnessed())
          .judge(program_of("assign vec=a elements=0+9,9+9\nassign vec=b elements=0+9\n" + steps), Segmentation::bytes);
  EXPECT_FALSE(finding) << finding->report;
  EXPECT_EQ(undone % 2, 0u) << "on both sides";
  return undone / 2;
}

TEST(Resegmenting, TakesBackInReverseOrderOnly) {
  const std::string p = "discard_front vec=a bytes=1 record=p\n";
  const std::string q = "discard_back vec=a bytes=2 record=q\n";
  const std::string none = "discard_front vec=a bytes=1 record=none\n";
  const std::string undo_p = "undo vec=a record=p\n";
  const std::string undo_q = "undo vec=a record=q\n";
  EXPECT_EQ(undone_in(undo_p), 0u);
  EXPECT_EQ(undone_in(p + undo_p), 1u);
  EXPECT_EQ(undone_in(p + undo_q), 0u);
  EXPECT_EQ(undone_in(p + undo_p + undo_p), 1u);
  EXPECT_EQ(undone_in(p + q + undo_q + undo_p), 2u);
  EXPECT_EQ(undone_in(p + q + undo_p), 0u);
  EXPECT_EQ(undone_in(p + q + undo_p + undo_q + undo_p), 2u);
  EXPECT_EQ(undone_in(p + none + undo_p), 0u);
  EXPECT_EQ(undone_in(p + none + q + undo_q + undo_p), 1u);
  EXPECT_EQ(undone_in(p + p + undo_p + undo_p), 1u);
  EXPECT_EQ(undone_in(p + q + p + undo_p + undo_q + undo_p), 2u) << "the first p is overwritten";
  EXPECT_EQ(undone_in(p + q + q + undo_q + undo_p), 1u) << "what lies below an overwritten record is lost";
}

TEST(Resegmenting, TakesBackOnlyWhatNothingElseHasChanged) {
  const std::string p = "discard_front vec=a bytes=1 record=p\n";
  const std::string undo_p = "undo vec=a record=p\n";
  EXPECT_EQ(undone_in(p + "fill vec=a offset=0 value=1 bytes=2\n" + undo_p), 1u);
  EXPECT_EQ(undone_in(p + "copy_in_place vec=a offset=0 bytes=SIZE_MAX capacity=9\n" + undo_p), 0u);
  EXPECT_EQ(undone_in(p + "copy_in_place vec=b offset=0 bytes=SIZE_MAX capacity=9\n" + undo_p), 1u);
  EXPECT_EQ(undone_in(p + "discard_front vec=b bytes=1 record=q\n" + undo_p), 1u) << "each vector has its own";
}

TEST(Resegmenting, ForgetsTheDiscardsOfTheProgramBefore) {
  const Implementation table = witnessed();
  ResegmentationOracle resegmentation(table);
  EXPECT_FALSE(resegmentation.judge(program_of("assign vec=a elements=0+9\ndiscard_front vec=a bytes=1 record=p\n"),
                                    Segmentation::bytes));
  EXPECT_FALSE(
      resegmentation.judge(program_of("assign vec=a elements=0+9\nundo vec=a record=p\n"), Segmentation::bytes));
  EXPECT_EQ(undone, 0u);
}

// ---- What is left of a vector

TEST(Resegmenting, TreatsEveryArenaAsShared) {
  EXPECT_EQ(calls_when_resegmented("arena exact 64\nassign vec=a elements=0+3,1+2\n", Segmentation::joined),
            (Calls{"assign 0+3,1+2"}));
}

TEST(Resegmenting, DropsWhatWasDiscardedBeforeTheWholeArrayIsUsed) {
  EXPECT_EQ(calls_when_resegmented(
                "assign vec=a elements=0+2,2+2\ndiscard_front vec=a bytes=1 record=none\n"
                "fill vec=a offset=0 value=1 bytes=1\nadd vec=a element=9+1\n"
                "fill vec=a offset=0 value=1 bytes=edge(1)\nfill vec=a offset=0 value=1 bytes=edge(last)\n",
                Segmentation::bytes),
            (Calls{"assign 0+1,1+1,2+1,3+1", "assign 1+1,2+1,3+1", "add 9+1"}));
  EXPECT_EQ(witness.sides[0].calls, (Calls{"assign 0+2,2+2", "assign 1+1,2+2", "add 9+1"}));
  EXPECT_EQ(fills, (std::vector<std::size_t>{1, 1, 1, 1, 4, 4})) << "twice each; so much the model had left";
  EXPECT_EQ(calls_when_resegmented("assign vec=a elements=0+2\ndiscard_front vec=a bytes=1 record=none\n"
                                   "fill vec=a offset=0 value=1 bytes=1\n",
                                   Segmentation::bytes),
            (Calls{"assign 0+1,1+1"}))
      << "nothing used the whole array";
  EXPECT_EQ(calls_when_resegmented("assign vec=a elements=0+2\nadd vec=a element=9+1\nvector_size vec=a\n",
                                   Segmentation::bytes),
            (Calls{"assign 0+1,1+1", "add 9+1"}))
      << "nothing was discarded";
}

TEST(Resegmenting, DropsElementsThatWereDiscardedWhole) {
  EXPECT_EQ(calls_when_resegmented("assign vec=a elements=0+2,2+2\ndiscard_front vec=a bytes=3 record=none\nadd vec=a "
                                   "element=9+1\nfill vec=a offset=0 value=1 bytes=edge(last)\n",
                                   Segmentation::bytes),
            (Calls{"assign 0+1,1+1,2+1,3+1", "assign 3+1", "add 9+1"}));
  EXPECT_EQ(fills, (std::vector<std::size_t>{2, 2})) << "the model has lost it, too";
}

// Only the cut vector loses an element here: all of one that is not cut stays, with nothing trimmed from it.
TEST(Resegmenting, DropsEmptyElementsThatOnlyTheCutVectorHas) {
  EXPECT_EQ(calls_when_resegmented(
                "assign vec=a elements=0+2\ndiscard_front vec=a bytes=0 record=none\nadd vec=a element=9+1\n",
                Segmentation::empties),
            (Calls{"assign null+0,0+2,wild+0", "assign 0+2,wild+0", "add null+0", "add 9+1", "add wild+0"}));
}

// ---- What is run at all, and how far

TEST(Resegmenting, LiftsWhatLimitsNumbersOfElements) {
  EXPECT_EQ(undone_in("extended into=b vec=a head=0+1 offset=0 bytes=9 tail=1+1 limit=1\n"
                      "extended_without_mid vec=a head=0+1 offset=0 bytes=0 tail=1+1 limit=1\n"
                      "copy_in_place vec=b offset=1 bytes=2 capacity=0\n"),
            0u);
  EXPECT_EQ(limits, (std::vector<std::size_t>(4, 65535)));
  EXPECT_EQ(copies, 2u);
}

TEST(Resegmenting, SkipsWhatAnImplementationLacks) {
  Implementation table = witnessed();
  table.hexdump = nullptr;
  EXPECT_FALSE(ResegmentationOracle(table).judge(program_of("assign vec=a elements=0+1\nhexdump vec=a limit=9\n"),
                                                 Segmentation::bytes));
}

TEST(Resegmenting, EndsWhereByteByByteThereWouldBeTooManyElements) {
  const std::string text = "arena shared 1024\nassign vec=a elements=0+256,256+";
  const std::string copy = "\ncopy vec=a offset=0 bytes=SIZE_MAX capacity=0\n";
  calls_when_resegmented(text + "256" + copy, Segmentation::bytes);
  EXPECT_EQ(copies, 2u);
  calls_when_resegmented(text + "257" + copy, Segmentation::bytes);
  EXPECT_EQ(copies, 0u);
  calls_when_resegmented("arena shared 1024\nassign vec=c elements=0+513\nfill vec=c offset=0 value=1 bytes=1\n",
                         Segmentation::joined);
  EXPECT_TRUE(fills.empty()) << "in any of the vectors";
}

std::size_t filled(const std::string& begin, std::size_t steps, const std::string& end) {
  std::string text = begin;
  for (std::size_t i = 0; i < steps; ++i) text += "fill vec=a offset=0 value=1 bytes=1\n";
  calls_when_resegmented(text + end, Segmentation::joined);
  return fills.size() / 2;
}

// The work of a step is the bytes of its vector and the elements of all it uses; there is room for 16,384.
TEST(Resegmenting, EndsWhenAProgramIsTooMuchWork) {
  const std::string one_element = "arena shared 512\nassign vec=a elements=0+255\nassign vec=b elements=0+0\n";
  EXPECT_EQ(filled(one_element, 64, "fill vec=a offset=0 value=1 bytes=1\n"), 64u);
  EXPECT_EQ(filled(one_element, 64, "fill vec=b offset=0 value=1 bytes=0\n"), 64u) << "one more is too much";
  EXPECT_EQ(filled(one_element, 63, "fill vec=b offset=0 value=1 bytes=0\n"), 64u);
  EXPECT_EQ(filled("arena shared 512\nadd_many vec=a count=255 element=0+1 stride=0\n", 40, ""), 32u);
}

TEST(Resegmenting, AtRandomDependsOnTheOperation) {
  std::set<std::string> shapes;
  for (int value = 0; value < 20; ++value) {
    const Calls calls =
        calls_when_resegmented("assign vec=a elements=0+30," + std::to_string(value) + "+0\n", Segmentation::random);
    shapes.insert(calls.at(0).substr(0, 40));
  }
  EXPECT_GT(shapes.size(), 15u);
}

}  // namespace
}  // namespace lockstep
