// How the second oracle runs a program: how it segments what, and which discards it takes back. A sound library cannot
// tell, as it agrees with itself however it is asked; a witness in its place can.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "lockstep/language/program.h"
#include "lockstep/oracles/resegmentation.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using Calls = std::vector<std::string>;
using View = std::span<const iovec>;

/// What an implementation was asked to do. Sides are told apart by their vectors: for each program, those of the side
/// that is as it is are made first. Bases are told from the first one that a side sees, which the programs below place
/// at 0.
struct Witness {
  std::map<void*, std::size_t> sides_of;
  std::size_t made = 0;
  Calls calls[2];  // that bring elements in: as is, and resegmented
  const char* memory[2] = {};
  std::vector<std::size_t> fills;  // their bytes, on both sides
  std::size_t undone = 0;

  void note(void* vector, const char* call, View elements) {
    const std::size_t side = sides_of.at(vector);
    std::string text = call;
    for (const iovec& element : elements) {
      const auto* const base = static_cast<const char*>(element.iov_base);
      const bool wild = base == reinterpret_cast<const char*>(0x10);
      if (base != nullptr && !wild && memory[side] == nullptr) memory[side] = base;
      text += &element == elements.data() ? " " : ",";
      text += base == nullptr ? "null" : wild ? "wild" : std::to_string(base - memory[side]);
      text += "+" + std::to_string(element.iov_len);
    }
    calls[side].push_back(text);
  }
};

Witness witness;

Implementation witnessed() {
  Implementation table = ours();
  table.create = []() -> void* {
    void* const vector = ours().create();
    witness.sides_of[vector] = witness.made++ / Vec::count % 2;
    return vector;
  };
  table.assign = [](void* vector, View elements) {
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
  table.add_many = [](void* vector, View elements) {
    witness.note(vector, "add_many", elements);
    return ours().add_many(vector, elements);
  };
  table.fill = [](View view, std::size_t offset, std::byte value, std::size_t bytes) {
    witness.fills.push_back(bytes);
    return ours().fill(view, offset, value, bytes);
  };
  table.undo = [](std::span<iovec>& view, UndoStorage& record) {
    ++witness.undone;
    ours().undo(view, record);
  };
  return table;
}

/// Runs a program, and returns what the resegmented side was asked for.
Calls calls_when(Segmentation way, const std::string& text) {
  witness = {};
  const auto finding = ResegmentationOracle(witnessed()).judge(program_of(text), way);
  EXPECT_FALSE(finding) << finding->report;
  return witness.calls[1];
}

// ---- What is resegmented, and how

TEST(Resegmenting, IsAsItsNameSays) {
  const std::string text = "assign vec=a elements=0+3,3+2,9+0,8+1\n";
  EXPECT_EQ(calls_when(Segmentation::joined, text), (Calls{"assign 0+5,8+1"}));
  EXPECT_EQ(witness.calls[0], (Calls{"assign 0+3,3+2,9+0,8+1"}));
  EXPECT_EQ(calls_when(Segmentation::bytes, text), (Calls{"assign 0+1,1+1,2+1,3+1,4+1,9+0,8+1"}));
  EXPECT_EQ(calls_when(Segmentation::empties, text),
            (Calls{"assign null+0,0+3,wild+0,null+0,3+2,wild+0,9+0,null+0,8+1,wild+0"}));
  EXPECT_EQ(calls_when(Segmentation::joined, "assign vec=a elements=0+1,2+1,1+1,2+2\n"), (Calls{"assign 0+1,2+1,1+3"}));
}

TEST(Resegmenting, IsOfEveryElementThatComesIn) {
  const std::string text =
      "assign vec=a elements=0+1\nfrom_buffer vec=a element=0+2\nadd vec=a element=4+2\n"
      "add_many vec=a count=2 element=6+2 stride=2\nadd vec=a element=null+0\n";
  EXPECT_EQ(calls_when(Segmentation::bytes, text), (Calls{"assign 0+1", "assign 0+1,1+1", "add 4+1", "add 5+1",
                                                          "add 6+1", "add 7+1", "add 8+1", "add 9+1", "add null+0"}));
  EXPECT_EQ(witness.calls[0], (Calls{"assign 0+1", "from_buffer 0+2", "add 4+2", "add_many 6+2,8+2", "add null+0"}));
}

TEST(Resegmenting, IsInEachWayInTurn) {
  witness = {};
  EXPECT_FALSE(ResegmentationOracle(witnessed()).judge(program_of("assign vec=a elements=0+2,2+9\n")));
  ASSERT_EQ(witness.calls[1].size(), 4u);
  EXPECT_EQ(witness.calls[1][0], "assign 0+11");
  EXPECT_TRUE(witness.calls[1][1].starts_with("assign 0+1,1+1,2+1")) << witness.calls[1][1];
  EXPECT_TRUE(witness.calls[1][2].starts_with("assign null+0,0+2,wild+0")) << witness.calls[1][2];
  EXPECT_EQ(witness.calls[0], Calls(4, "assign 0+2,2+9"));
}

TEST(Resegmenting, AtRandomIsAnywhereAndAlwaysAlike) {
  int pieces = 0;
  int empties = 0;
  std::set<std::string> shapes;
  for (int length = 3; length <= 200; ++length) {
    const std::string text = "arena shared 512\nassign vec=a elements=0+1,1+" + std::to_string(length - 1) + "\n";
    const Calls calls = calls_when(Segmentation::random, text);
    EXPECT_EQ(calls_when(Segmentation::random, text), calls);
    ASSERT_EQ(calls.size(), 1u);
    shapes.insert(calls[0].substr(0, 40));
    // Every element begins where those before it end.
    std::istringstream elements(calls[0].substr(std::string("assign ").size()));
    int at = 0;
    char between = 0;
    for (int base = 0, bytes = 0; elements >> base >> between >> bytes; elements >> between) {
      EXPECT_EQ(base, at) << calls[0];
      at += bytes;
      ++(bytes == 0 ? empties : pieces);
    }
    EXPECT_EQ(at, length) << calls[0];
  }
  EXPECT_NEAR(static_cast<double>(empties) / pieces, 0.25, 0.03) << "before one piece in four";
  EXPECT_GT(pieces, 4 * 198);
  EXPECT_GT(shapes.size(), 150u) << "each operation has its own";
}

// ---- Which discards are taken back

std::size_t undone_in(const std::string& steps) {
  calls_when(Segmentation::bytes, "assign vec=a elements=0+9,9+9\nassign vec=b elements=0+9\n" + steps);
  EXPECT_EQ(witness.undone % 2, 0u) << "on both sides";
  return witness.undone / 2;
}

TEST(Resegmenting, TakesBackInReverseOrderWhatNothingElseHasChanged) {
  const std::string p = "discard_front vec=a bytes=1 record=p\n";
  const std::string q = "discard_back vec=a bytes=2 record=q\n";
  const std::string none = "discard_front vec=a bytes=1 record=none\n";
  const std::string undo_p = "undo vec=a record=p\n";
  const std::string undo_q = "undo vec=a record=q\n";
  const std::pair<std::string, std::size_t> cases[] = {
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
  for (const auto& [steps, undone] : cases) EXPECT_EQ(undone_in(steps), undone) << steps;
}

// ---- What is left of a vector before the whole array is used

TEST(Resegmenting, DropsWhatWasDiscardedBeforeTheWholeArrayIsUsed) {
  const std::string begin = "assign vec=a elements=0+2,2+2\ndiscard_front vec=a bytes=1 record=none\n";
  EXPECT_EQ(calls_when(Segmentation::bytes, begin + "add vec=a element=9+1\nfill vec=a offset=0 value=1 bytes=edge(1)\n"
                                                    "fill vec=a offset=0 value=1 bytes=edge(last)\n"),
            (Calls{"assign 0+1,1+1,2+1,3+1", "assign 1+1,2+1,3+1", "add 9+1"}));
  EXPECT_EQ(witness.calls[0], (Calls{"assign 0+2,2+2", "assign 1+1,2+2", "add 9+1"}));
  EXPECT_EQ(witness.fills, (std::vector<std::size_t>{1, 1, 4, 4})) << "twice each; so much the model had left";
  EXPECT_EQ(calls_when(Segmentation::bytes, begin + "fill vec=a offset=0 value=1 bytes=1\n").size(), 1u)
      << "nothing used the whole array";
  EXPECT_EQ(calls_when(Segmentation::bytes, "assign vec=a elements=0+2\nadd vec=a element=9+1\n").size(), 2u)
      << "nothing was discarded";
  // Only the resegmented vector loses an element here.
  EXPECT_EQ(calls_when(Segmentation::empties,
                       "assign vec=a elements=0+2\ndiscard_front vec=a bytes=0 record=none\nadd vec=a element=9+1\n"),
            (Calls{"assign null+0,0+2,wild+0", "assign 0+2,wild+0", "add null+0", "add 9+1", "add wild+0"}));
}

}  // namespace
}  // namespace lockstep
