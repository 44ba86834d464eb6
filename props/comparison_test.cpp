// What the comparison with the model notices, one thing at a time: an implementation that is right but for one byte,
// one entry, one number. And what running a program counts and tells.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lockstep/oracles/expectations.h"
#include "lockstep/oracles/model_oracle.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

/// What the broken implementation does wrong, after having done it right.
std::ptrdiff_t place = 0;
std::vector<void*> vectors;  // a, b and c

const std::string kVectors =
    "assign vec=a elements=0+2,4+3\nassign vec=b elements=8+2\nassign vec=c elements=0+1,60+4\n";

std::string found(const std::string& step, const Implementation& implementation) {
  vectors.clear();
  const auto divergence = judge(program_of(kVectors + step), implementation);
  return divergence ? divergence->signature : "";
}

/// Of a fill of vector a: the byte at `place`, counted from the start of the arena, is wrong.
Implementation spoiling_a_byte() {
  Implementation table = ours();
  table.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) {
    static_cast<std::byte*>(view[0].iov_base)[place] ^= std::byte{1};
    return ours().fill(view, offset, value, bytes);
  };
  return table;
}

TEST(Comparison, NoticesEveryByteOfTheArenaAndEveryGuardByte) {
  const std::string fill = "fill vec=a offset=0 value=1 bytes=0\n";
  for (place = 0; place < 64; ++place) EXPECT_EQ(found(fill, spoiling_a_byte()), "fill: memory") << place;
  for (place = -128; place < 0; ++place) EXPECT_EQ(found(fill, spoiling_a_byte()), "fill: guard") << place;
  for (place = 64; place < 64 + 128; ++place) EXPECT_EQ(found(fill, spoiling_a_byte()), "fill: guard") << place;
}

TEST(Comparison, NoticesEveryByteWrittenAndAFewBehind) {
  Implementation table = ours();
  table.to_buf = [](std::span<const iovec> view, std::size_t offset, std::span<std::byte> data) {
    const Result result = ours().to_buf(view, offset, data);
    data.data()[place] ^= std::byte{1};
    return result;
  };
  for (place = 0; place < 6 + 8; ++place)
    EXPECT_EQ(found("to_buf vec=a offset=0 bytes=6\n", table), "to_buf: bytes") << place;
}

TEST(Comparison, NoticesText) {
  Implementation table = ours();
  table.hexdump = [](std::span<const iovec> view, const std::string& prefix, std::size_t limit, std::string& text) {
    const Result result = ours().hexdump(view, prefix, limit, text);
    text.back() = '!';
    return result;
  };
  EXPECT_EQ(found("hexdump vec=a limit=9\n", table), "hexdump: text");
}

TEST(Comparison, NoticesAnswersAndWhyThereIsNone) {
  Implementation table = ours();
  table.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) {
    Result result = ours().fill(view, offset, value, bytes);
    ++result.value;
    return result;
  };
  EXPECT_EQ(found("fill vec=a offset=0 value=1 bytes=1\n", table), "fill: value");
  EXPECT_EQ(found("fill vec=a offset=9 value=1 bytes=1\n", table), "fill: value") << "of a rejection it is 0";
  table.fill = [](std::span<const iovec>, std::size_t, std::byte, std::size_t) -> Result {
    return {0, Rejection::length_error};
  };
  EXPECT_EQ(found("fill vec=a offset=0 value=1 bytes=1\n", table), "fill: rejection");
  EXPECT_EQ(found("fill vec=a offset=9 value=1 bytes=1\n", table), "fill: rejection") << "another reason";
  table.fill = [](std::span<const iovec>, std::size_t, std::byte, std::size_t) -> Result { return {}; };
  EXPECT_EQ(found("fill vec=a offset=9 value=1 bytes=1\n", table), "fill: rejection") << "none";
  // What has no answer may return any number.
  table.assign = [](void* vector, std::span<const iovec> elements) -> Result {
    return {9, ours().assign(vector, elements).rejection};
  };
  EXPECT_EQ(found("size vec=a\n", table), "");
}

/// Whether an entry is told wrong by its base or by its length.
bool by_length = false;

void spoil(iovec& element) {
  if (by_length) {
    element.iov_len += 1;
  } else {
    element.iov_base = reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(element.iov_base) + 1);
  }
}

TEST(Comparison, NoticesEveryEntryWrittenAndThoseThatWereNotToBe) {
  Implementation table = ours();
  table.copy = [](std::span<iovec> destination, std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    const Result result = ours().copy(destination, view, offset, bytes);
    spoil(destination.data()[place]);
    return result;
  };
  for (const bool length : {false, true}) {
    by_length = length;
    for (place = 0; place < 4 + 1; ++place)
      EXPECT_EQ(found("copy vec=a offset=0 bytes=9 capacity=4\n", table), "copy: elements") << place;
  }
}

Implementation with_vectors() {
  Implementation table = ours();
  table.create = []() -> void* { return vectors.emplace_back(ours().create()); };
  return table;
}

std::size_t vector_spoiled = 0;

/// Of those made last, because earlier runs have destroyed theirs.
void* spoiled_vector() { return vectors[vectors.size() - Vec::count + vector_spoiled]; }

TEST(Comparison, NoticesEveryElementOfEveryVector) {
  Implementation table = with_vectors();
  table.size = [](std::span<const iovec> view) {
    spoil(ours().elements(spoiled_vector())[static_cast<std::size_t>(place)]);
    return ours().size(view);
  };
  for (vector_spoiled = 0; vector_spoiled < 3; ++vector_spoiled) {
    const int elements = vector_spoiled == 1 ? 1 : 2;
    for (place = 0; place < elements; ++place) {
      by_length = false;
      EXPECT_EQ(found("size vec=b\n", table), "size: array");
      by_length = true;
      // The size of b itself shows first in the answer.
      EXPECT_EQ(found("size vec=b\n", table), vector_spoiled == 1 ? "size: value" : "size: array");
    }
  }
}

TEST(Comparison, NoticesElementsTooManyOrTooFew) {
  Implementation table = with_vectors();
  table.size = [](std::span<const iovec> view) {
    const std::span<const iovec> array = ours().look(spoiled_vector());
    std::vector<iovec> elements(array.begin(), array.end());
    place > 0 ? elements.push_back({nullptr, 0}) : elements.pop_back();
    const Result result = ours().size(view);
    ours().assign(spoiled_vector(), elements);
    return result;
  };
  for (vector_spoiled = 0; vector_spoiled < 3; ++vector_spoiled)
    for (const std::ptrdiff_t more : {1, -1}) {
      place = more;
      EXPECT_EQ(found("size vec=b\n", table), "size: array");
    }
}

TEST(Comparison, NoticesWhereAViewBeginsAndEnds) {
  Implementation table = ours();
  table.undo = [](std::span<iovec>& view, UndoStorage&) {
    view = place == 0   ? view.subspan(1)
           : place == 1 ? view.first(view.size() - 1)
                        : std::span(view.data() + 1, view.size());
  };
  for (place = 0; place < 3; ++place)
    for (const char vector : {'a', 'b', 'c'})
      EXPECT_EQ(found(std::string("undo vec=") + vector + " record=p\n", table), "undo: view") << place << vector;
}

// ---- What is counted, and what an observer is told

struct Teller final : Observer {
  explicit Teller(const Program& program) : recorder(program, this) {}
  std::string told;
  Recorder recorder;
  void begin_program(const Program& program) override {
    told += "program of " + std::to_string(program.operations.size()) + "\n";
  }
  void before_step(const Step& step) override {
    told += "before " + std::to_string(step.index) + " " + print(step.operation) + " is " + print(step.resolved) + "\n";
  }
  void after_step(const Step& step) override {
    told += "after " + std::to_string(step.index) + " " + print_effect(recorder.recording.first) + " and " +
            print_effect(recorder.recording.second) + "\n";
  }
  void skipped_step(std::size_t step, const Operation& operation) override {
    told += "skipped " + std::to_string(step) + " " + print(operation) + "\n";
  }
  void over_budget(std::size_t step) override { told += "over budget " + std::to_string(step) + "\n"; }
};

/// What an observer is told of a program.
std::string told_of(const Program& program, ModelOracle& oracle, bool differs = false) {
  Teller teller(program);
  oracle.observe(&teller.recorder);
  EXPECT_EQ(oracle.judge(program).has_value(), differs);
  oracle.observe(nullptr);
  return teller.told;
}

TEST(Running, IsToldAndCounted) {
  Implementation table = ours();
  table.hexdump = nullptr;
  ModelOracle oracle(table);
  const Program program = program_of(
      "assign vec=a elements=0+2,4+3\nhexdump vec=a limit=1\nfill vec=a offset=edge(1) value=1 bytes=1\n"
      "fill vec=a offset=9 value=1 bytes=1\n");
  EXPECT_EQ(told_of(program, oracle),
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

// The step that differs is told before the two sides are compared, and each step once.
TEST(Running, TellsTheStepThatDiffers) {
  Implementation table = ours();
  table.fill = [](std::span<const iovec>, std::size_t, std::byte, std::size_t) { return Result{7, Rejection::none}; };
  ModelOracle oracle(table);
  const Program program = program_of("assign vec=a elements=0+2\nfill vec=a offset=0 value=1 bytes=1\nsize vec=a\n");
  EXPECT_EQ(told_of(program, oracle, true),
            "program of 3\n"
            "before 0 assign vec=a elements=0+2 is assign vec=a elements=0+2\nafter 0 done; a [0+2] and done; a [0+2]\n"
            "before 1 fill vec=a offset=0 value=1 bytes=1 is fill vec=a offset=0 value=1 bytes=1\n"
            "after 1 1; memory 0: 01 and 7\n");
}

TEST(Running, CountsAProgramThatDivergesOnce) {
  place = 0;
  const Implementation table = spoiling_a_byte();
  ModelOracle oracle(table);
  EXPECT_TRUE(oracle.judge(program_of("assign vec=a elements=0+2\nfill vec=a offset=0 value=1 bytes=0\n")));
  EXPECT_EQ(oracle.counts().programs, 1u);
  EXPECT_EQ(oracle.counts().steps, 2u);
}

/// How many of so many steps, after some that begin, are run.
std::uint64_t steps_run(const std::string& begin, const std::string& step, std::size_t times,
                        const std::string& end = "") {
  Program program = program_of(begin);
  const Program repeated = program_of(step);
  for (std::size_t i = 0; i < times; ++i) program.operations.push_back(repeated.operations.front());
  if (!end.empty()) program.operations.push_back(program_of(end).operations.front());
  ModelOracle oracle(ours());
  EXPECT_FALSE(oracle.judge(program));
  EXPECT_EQ(oracle.counts().steps + oracle.counts().over_budget, program.operations.size());
  const std::string told = told_of(program, oracle);
  const std::uint64_t run = oracle.counts().steps / 2;
  EXPECT_EQ(told.ends_with("over budget " + std::to_string(run) + "\n"), run < program.operations.size());
  return run;
}

// The work of a step is the bytes of its vector, the elements of all that it uses, and a byte of the arena in 16; there
// is room for 131,072.
TEST(Running, EndsWhenAProgramIsTooMuchWork) {
  EXPECT_EQ(steps_run("arena shared 16384\n", "size vec=a\n", 128), 128u);
  EXPECT_EQ(steps_run("arena shared 16384\n", "size vec=a\n", 130), 128u);
  const std::string one_element = "arena shared 16384\nassign vec=c elements=null+0\n";
  EXPECT_EQ(steps_run(one_element, "size vec=a\n", 126, "size vec=c\n"), 127u) << "one more is too much";
  EXPECT_EQ(steps_run(one_element, "size vec=a\n", 125, "size vec=c\n"), 127u);
  EXPECT_EQ(steps_run("arena shared 16384\nadd_many vec=a count=1000 element=0+3 stride=0\n", "size vec=a\n", 60), 26u);
}

// What one program leaves behind around the arena is not the next one's.
TEST(Running, BeginsEachProgramAfresh) {
  const std::string text = "assign vec=a elements=0+2\nfill vec=a offset=0 value=1 bytes=0\n";
  for (const std::ptrdiff_t spoiled : {-128, -1, 0, 63, 64, 64 + 127}) {
    static bool broken = false;
    broken = true;
    place = spoiled;
    Implementation table = ours();
    table.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) {
      return (broken ? spoiling_a_byte() : ours()).fill(view, offset, value, bytes);
    };
    ModelOracle oracle(table);
    EXPECT_TRUE(oracle.judge(program_of(text)));
    broken = false;
    EXPECT_FALSE(oracle.judge(program_of(text))) << spoiled;
    EXPECT_FALSE(oracle.judge(program_of("arena shared 256\n" + text))) << spoiled;
    EXPECT_FALSE(oracle.judge(program_of("arena shared 8\n" + text))) << spoiled;
    EXPECT_FALSE(oracle.judge(program_of(text))) << spoiled;
  }
}

TEST(Running, DestroysEveryVectorThatWasCreatedAndNoOther) {
  static int created = 0;
  static int destroyed = 0;
  Implementation table = ours();
  table.create = []() -> void* {
    ++created;
    return ours().create();
  };
  table.destroy = [](void* vector) {
    EXPECT_NE(vector, nullptr);
    ++destroyed;
    ours().destroy(vector);
  };
  { const ModelOracle unused(table); }
  EXPECT_EQ(destroyed, 0);
  {
    ModelOracle oracle(table);
    for (int i = 0; i < 2; ++i) EXPECT_FALSE(oracle.judge(program_of("assign vec=a elements=0+2\n")));
  }
  EXPECT_EQ(created, 2 * 3);
  EXPECT_EQ(destroyed, created);
}

TEST(Running, ShowsNoTextOfAStepBefore) {
  EXPECT_FALSE(judge(program_of("assign vec=a elements=0+2\nhexdump vec=a limit=2\nsize vec=a\n"), ours()));
}

TEST(Running, HasRoomForTheLargestVectorsAndDestinations) {
  const std::string largest = "arena shared 16384\nassign vec=a elements=0+16384,0+16384,0+16384,0+16384\n";
  for (const char* const step :
       {"to_buf vec=a offset=0 bytes=SIZE_MAX\n", "from_buf vec=a offset=0 bytes=SIZE_MAX\n",
        "fill vec=a offset=0 value=1 bytes=SIZE_MAX\n", "copy vec=a offset=0 bytes=SIZE_MAX capacity=2100\n"}) {
    ModelOracle oracle(ours());
    EXPECT_FALSE(oracle.judge(program_of(largest + step)));
    EXPECT_EQ(oracle.counts().steps, 2u);
  }
  // Offsets of more than four digits.
  EXPECT_FALSE(judge(program_of("arena shared 16384\nadd_many vec=a count=5 element=0+13112 stride=0\n"
                                "hexdump vec=a limit=SIZE_MAX\n"),
                     ours()));
  EXPECT_FALSE(
      judge(program_of("arena shared 16384\nadd_many vec=a count=2100 element=0+0 stride=0\nsize vec=a\n"), ours()));
}

/// What the implementation is told to have done, in the last step.
std::string effect_of(const std::string& text, const Implementation& implementation) {
  ModelOracle oracle(implementation);
  const std::string told = told_of(program_of(text), oracle, true);
  return told.substr(told.rfind(" and ") + 5);
}

TEST(Running, TellsPlacesThatAreNowhere) {
  Implementation table = ours();
  table.assign = [](void* vector, std::span<const iovec> elements) {
    std::vector<iovec> made(elements.begin(), elements.end());
    made[0].iov_base = static_cast<char*>(made[0].iov_base) + place;
    return ours().assign(vector, made);
  };
  const auto told = [&](std::ptrdiff_t by) {
    place = by;
    return effect_of("assign vec=a elements=0+2,null+0,wild+0\n", table);
  };
  EXPECT_EQ(told(1), "done; a [1+2 null+0 wild+0]\n");
  EXPECT_EQ(told(64), "done; a [64+2 null+0 wild+0]\n") << "just behind the arena";
  EXPECT_EQ(told(65), "done; a [unknown+2 null+0 wild+0]\n");
  EXPECT_EQ(told(-1), "done; a [unknown+2 null+0 wild+0]\n");
  table = ours();
  table.undo = [](std::span<iovec>& view, UndoStorage&) {
    view =
        place == 0 ? std::span<iovec>(reinterpret_cast<iovec*>(16), 3) : std::span<iovec>(view.data() + 1, view.size());
  };
  place = 0;
  EXPECT_EQ(effect_of("assign vec=a elements=0+2\nundo vec=a record=p\n", table),
            "done; a [0+2] with a view of 3 elsewhere\n");
  place = 1;
  EXPECT_EQ(effect_of("assign vec=a elements=0+2\nundo vec=a record=p\n", table),
            "done; a [0+2] with a view of 1 elsewhere\n");
}

// ---- What is expected

/// The lines of the report that tell what is not as expected.
std::string unexpected(const std::string& text, const Implementation& implementation) {
  auto parsed = parse(text, "test");
  if (const auto* error = std::get_if<ParseError>(&parsed)) ADD_FAILURE() << error->message;
  const auto& program = std::get<ParsedProgram>(parsed);
  const auto finding = ExpectationOracle(program, implementation).judge(program.program);
  if (!finding) return "";
  const std::string before = "# implementation: " + std::string(implementation.name) + "\n";
  return finding->report.substr(finding->report.find(before) + before.size());
}

TEST(Expectations, AreWhatBothSidesDo) {
  EXPECT_EQ(unexpected("assign vec=a elements=0+2 -> done; a [0+2]\nsize vec=b\nsize vec=a -> 3\n", ours()),
            "# step 3, size vec=a: expected '3', but the model does '2'\n"
            "# step 3, size vec=a: expected '3', but iov does '2'\n");
  EXPECT_EQ(unexpected("assign vec=a elements=0+2 -> done; a [0+2]\n", ours()), "");
  Implementation table = ours();
  table.name = "broken";
  table.size = [](std::span<const iovec>) -> Result { return {7, Rejection::none}; };
  EXPECT_EQ(unexpected("size vec=a -> 0\nsize vec=b -> 0\n", table),
            "# step 1, size vec=a: expected '0', but broken does '7'\n# diverges: size: value\n");
}

TEST(Expectations, AreToBeReached) {
  std::string text = "arena shared 16384\nadd_many vec=a count=1000 element=0+60 stride=0\n";
  for (int i = 0; i < 3; ++i) text += "size vec=a -> 60000\n";
  text += "size vec=a\nsize vec=a -> 60000\n";
  const std::string line =
      ", size vec=a: expected '60000': it is not run, for the program is more work than one may be\n";
  EXPECT_EQ(unexpected(text, ours()), "# step 4" + line + "# step 6" + line);
}

TEST(Expectations, OfTheOtherInterfaceAreNotJudgedHere) {
  EXPECT_NE(unexpected("dialect c++\nsize vec=a -> 7\n", ours()), "");
  EXPECT_EQ(unexpected("dialect c\nsize vec=a -> 7\n", ours()), "");
}

}  // namespace
}  // namespace lockstep
