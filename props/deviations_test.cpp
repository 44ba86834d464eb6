// The four deviations that an adapter may declare: honoured when declared, found when not.
#include <gtest/gtest.h>

#include <cstdlib>

#include "lockstep/language/operation.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "lockstep/table/adapter.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using View = std::span<const iovec>;

Result or_0(Result result) { return result.rejection == Rejection::out_of_range ? Result{} : result; }

Implementation answers_0_past_the_end() {
  Implementation table = ours();
  table.from_buf = [](View view, std::size_t offset, std::span<const std::byte> data) {
    return or_0(ours().from_buf(view, offset, data));
  };
  table.to_buf = [](View view, std::size_t offset, std::span<std::byte> data) {
    return or_0(ours().to_buf(view, offset, data));
  };
  table.fill = [](View view, std::size_t offset, std::byte value, std::size_t bytes) {
    return or_0(ours().fill(view, offset, value, bytes));
  };
  table.copy = [](std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
    return or_0(ours().copy(destination, view, offset, bytes));
  };
  table.concat = [](void* vector, View source, std::size_t offset, std::size_t bytes) {
    return or_0(ours().concat(vector, source, offset, bytes));
  };
  table.slice_count = [](View view, std::size_t offset, std::size_t bytes) {
    return offset > ours().size(view).value ? Result{} : ours().slice_count(view, offset, bytes);
  };
  return table;
}

Result without_empty(void* vector, Result result) {
  if (result.rejection != Rejection::none) return result;
  const View elements = ours().look(vector);
  std::vector<iovec> kept(elements.begin(), elements.end());
  std::erase_if(kept, [](const iovec& element) { return element.iov_len == 0; });
  return ours().assign(vector, kept);
}

Implementation drops_empty_elements() {
  Implementation table = ours();
  table.slice = [](void* vector, View source, std::size_t offset, std::size_t bytes) {
    return without_empty(vector, ours().slice(vector, source, offset, bytes));
  };
  table.extended = [](void* vector, const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                      const iovec& tail, std::size_t limit) {
    return without_empty(vector, ours().extended(vector, head, mid, offset, bytes, tail, limit));
  };
  table.slice_count = [](View view, std::size_t offset, std::size_t bytes) {
    const Result count = ours().slice_count(view, offset, bytes);
    if (count.rejection != Rejection::none || bytes == 0) return count;
    std::vector<iovec> kept(view.size() + 1);
    return ours().copy(kept, view, offset, bytes);
  };
  return table;
}

Implementation undoes_the_element_only() {
  Implementation table = ours();
  table.undo = [](std::span<iovec>& view, UndoStorage& record) {
    std::span<iovec> all = view;
    ours().undo(all, record);
  };
  return table;
}

Implementation aborts() {
  Implementation table = ours();
  table.from_buf = [](View view, std::size_t offset, std::span<const std::byte> data) {
    if (offset > ours().size(view).value) std::abort();
    return ours().from_buf(view, offset, data);
  };
  table.slice = [](void* vector, View source, std::size_t offset, std::size_t bytes) {
    const std::size_t size = ours().size(source).value;
    if (offset > size || bytes > size - offset) std::abort();
    return ours().slice(vector, source, offset, bytes);
  };
  return table;
}

/// The first finding of random programs, and of those resegmented, as a report; empty for none.
std::string search(Implementation implementation) {
  implementation.takes_unbacked = false;  // these look at sizes, and into elements
  ModelOracle oracle(implementation);
  ResegmentationOracle resegmentation(implementation);
  for (std::uint64_t number = 0; number < 4000; ++number) {
    const Program program = random_program(1, number, 60);
    if (const auto finding = oracle.judge(program)) return finding->report;
    if (number % 8 != 0) continue;
    if (const auto finding = resegmentation.judge(program)) return finding->report;
  }
  return "";
}

struct Deviation {
  Implementation implementation;
  bool Deviations::*declared;
  const char* words;
};

std::vector<Deviation> deviations() {
  return {{answers_0_past_the_end(), &Deviations::past_end_answers_0, "past the end answers 0"},
          {drops_empty_elements(), &Deviations::slices_drop_empty, "empty elements are dropped from slices"},
          {undoes_the_element_only(), &Deviations::undo_restores_element_only, "undo restores the element only"},
          {aborts(), &Deviations::aborts_on_violation, "aborts on contract violation"}};
}

TEST(Deviations, AreHonouredWhenDeclaredAndFoundWhenNotDeclaredOrNotThere) {
  for (Deviation one : deviations()) {
    SCOPED_TRACE(one.words);
    const bool is_abort = one.declared == &Deviations::aborts_on_violation;
    if (!is_abort) {  // would end this process: see below
      EXPECT_NE(search(one.implementation), "");
    }
    one.implementation.deviations.*one.declared = true;
    EXPECT_EQ(search(one.implementation), "");
    if (is_abort) continue;  // it permits, and demands nothing
    Implementation sound = ours();
    sound.deviations.*one.declared = true;
    EXPECT_NE(search(sound), "");
  }
}

TEST(Deviations, AnAbortThatIsNotDeclaredIsFoundIsolated) {
  const Program program = program_of("assign vec=a elements=0+3\nfrom_buf vec=a offset=4 bytes=1\n");
  Implementation implementation = aborts();
  const auto finding = judge_isolated(program, implementation, ChildOutput::discarded);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "from_buf: crash");
  implementation.deviations.aborts_on_violation = true;
  EXPECT_FALSE(judge_isolated(program, implementation, ChildOutput::discarded));
}

// Whoever aborts on what is allowed is not excused by having declared that it aborts. Which rejection it is does not
// matter then; that there is one does.
TEST(Deviations, WhatAbortsMustRejectAndNothingElse) {
  Implementation implementation = ours();
  implementation.deviations.aborts_on_violation = true;
  const auto found = [&](const char* step) {
    const auto finding = judge(program_of(std::string("assign vec=a elements=0+3\n") + step), implementation);
    return finding ? finding->signature : "";
  };
  const char* const inside = "fill vec=a offset=0 value=1 bytes=1\n";
  const char* const outside = "fill vec=a offset=9 value=1 bytes=1\n";
  implementation.fill = [](View, std::size_t, std::byte, std::size_t) -> Result { std::abort(); };
  EXPECT_EQ(found(inside), "fill: rejection");
  EXPECT_EQ(found(outside), "");
  implementation.fill = [](View, std::size_t, std::byte, std::size_t) { return Result{0, Rejection::none}; };
  EXPECT_EQ(found(outside), "fill: rejection");
  implementation.fill = [](View, std::size_t, std::byte, std::size_t) { return Result{0, Rejection::other}; };
  EXPECT_EQ(found(outside), "");
}

TEST(Deviations, AreInEveryReport) {
  for (Deviation one : deviations()) {
    Implementation& another = one.implementation;
    another.name = "another";
    another.deviations.*one.declared = true;
    EXPECT_TRUE(reservations(another, "- ").starts_with(std::string("- another declares: ") + one.words + "\n"));
    another.size = [](View view) { return Result{view.size() + 1}; };
    another.fill = [](View, std::size_t, std::byte, std::size_t) -> Result { std::_Exit(1); };
    const std::string line = std::string("\n# which declares: ") + one.words + "\n";
    for (const char* text : {"assign vec=a elements=0+3,3+1\nsize vec=a\n", "fill vec=a offset=0 value=1 bytes=1\n"}) {
      const auto finding = judge_isolated(program_of(text), another, ChildOutput::discarded);
      ASSERT_TRUE(finding);
      EXPECT_NE(finding->report.find(line), std::string::npos) << finding->report;
    }
  }
}

TEST(Deviations, WhatIsLeftOutIsToldAndSkipped) {
  Implementation partial = plain_vectors();
  partial.name = "partial";
  partial.size = ours().size;
  const std::string lines = reservations(partial, "");
  EXPECT_TRUE(lines.starts_with("partial leaves out: ")) << lines;
  EXPECT_NE(lines.find(" fill"), std::string::npos) << lines;
  EXPECT_EQ(lines.find(" size"), std::string::npos) << lines;
  EXPECT_EQ(reservations(ours(), "").find("declares"), std::string::npos);
  EXPECT_EQ(search(partial), "");
}

}  // namespace
}  // namespace lockstep
