// The four deviations that an adapter may declare: honoured when declared, found when not.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "altered.h"
#include "lockstep/language/operation.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "lockstep/table/adapter.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using I = Implementation;
using View = Span<const iovec>;

Implementation answers_0_past_the_end() {
  const auto or_0 = [](Result& result, auto&...) {
    if (result.rejection == Rejection::out_of_range) result = {};
  };
  Implementation table = altered<&I::from_buf>(ours(), or_0);
  table = altered<&I::to_buf>(table, or_0);
  table = altered<&I::fill>(table, or_0);
  table = altered<&I::copy>(table, or_0);
  table = altered<&I::concat>(table, or_0);
  return altered<&I::slice_count>(table, [](Result& result, View view, std::size_t offset, std::size_t) {
    if (offset > ours().size(view).value) result = {};
  });
}

Implementation drops_empty_elements() {
  const auto without_empty = [](Result& result, void* vector, auto&...) {
    if (result.rejection != Rejection::none) return;
    const View elements = ours().look(vector);
    std::vector<iovec> kept(elements.begin(), elements.end());
    std::erase_if(kept, [](const iovec& element) { return element.iov_len == 0; });
    result = ours().assign(vector, kept);
  };
  const Implementation table = altered<&I::extended>(altered<&I::slice>(ours(), without_empty), without_empty);
  return altered<&I::slice_count>(table, [](Result& count, View view, std::size_t offset, std::size_t bytes) {
    if (count.rejection != Rejection::none || bytes == 0) return;
    std::vector<iovec> kept(view.size() + 1);
    count = ours().copy(kept, view, offset, bytes);
  });
}

Implementation undoes_the_element_only() {
  Implementation table = ours();
  table.undo = [](Span<iovec>& view, UndoStorage& record) {
    Span<iovec> all = view;
    ours().undo(all, record);
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

Implementation aborts_past_the_end() {
  return altered<&I::fill>(ours(), [](Result& result, auto&...) {
    if (result.rejection != Rejection::none) std::abort();
  });
}

struct Deviation {
  Implementation implementation;
  bool Deviations::*declared;
  const char* words;
};

std::vector<Deviation> deviations() {
  return {{answers_0_past_the_end(), &Deviations::past_end_answers_0, "past the end answers 0"},
          {drops_empty_elements(), &Deviations::slices_drop_empty, "empty elements are dropped from slices"},
          {undoes_the_element_only(), &Deviations::undo_restores_element_only, "undo restores the element only"}};
}

TEST(Deviations, AreHonouredWhenDeclaredAndFoundWhenNotDeclaredOrNotThere) {
  for (Deviation one : deviations()) {
    SCOPED_TRACE(one.words);
    EXPECT_NE(search(one.implementation), "");
    one.implementation.deviations.*one.declared = true;
    EXPECT_EQ(search(one.implementation), "");
    Implementation sound = ours();
    sound.deviations.*one.declared = true;
    EXPECT_NE(search(sound), "");
  }
}

TEST(Deviations, DeclaredAbortsAreNotFoundByRandomPrograms) {
  Implementation aborting = aborts_past_the_end();
  aborting.deviations.aborts_on_violation = true;
  EXPECT_EQ(search(aborting), "");
}

template <typename... Ops>
Implementation aborts_on_every_rejection(const Implementation& sound, std::variant<Ops...>*) {
  Implementation table = sound;
  const auto alter_entry = [&]<typename Op>(Op*) {
    // Some are shared by two operations.
    if (table.*Op::entry == nullptr || table.*Op::entry != sound.*Op::entry) return;
    table = altered<Op::entry>(table, [](auto& result, auto&...) {
      if constexpr (std::is_same_v<decltype(result), Result&>)
        if (result.rejection != Rejection::none) std::abort();
    });
  };
  (alter_entry(static_cast<Ops*>(nullptr)), ...);
  table.deviations.aborts_on_violation = true;
  return table;
}

// An abort leaves by siglongjmp, which destroys nothing: LeakSanitizer sees what of ours lay under the call.
TEST(Deviations, AnAbortLosesNothingOfOurs) {
  for (const Implementation* sound : {&ours(), &qemu_iov()})
    EXPECT_EQ(search(aborts_on_every_rejection(*sound, static_cast<Operation*>(nullptr))), "");
}

// The fourth permits, and demands nothing. Which rejection it is does not matter then; that there is one does. Whoever
// aborts on what is allowed is not excused.
TEST(Deviations, WhatAbortsMustRejectAndNothingElse) {
  Implementation implementation = ours();
  const auto found = [&](const char* step) {
    const std::string text = std::string("assign vec=a elements=0+3\n") + step;
    const auto finding = judge_isolated(program_of(text), implementation, ChildOutput::discarded);
    return finding ? finding->signature : "";
  };
  const char* const inside = "fill vec=a offset=0 value=1 bytes=1\n";
  const char* const outside = "fill vec=a offset=9 value=1 bytes=1\n";
  implementation.fill = [](View, std::size_t, std::byte, std::size_t) -> Result { std::abort(); };
  EXPECT_EQ(found(outside), "fill: crash") << "not declared";
  implementation.deviations.aborts_on_violation = true;
  EXPECT_EQ(found(outside), "");
  EXPECT_EQ(found(inside), "fill: rejection");
  implementation.fill = [](View, std::size_t, std::byte, std::size_t) { return Result{0, Rejection::none}; };
  EXPECT_EQ(found(outside), "fill: rejection");
  implementation.fill = [](View, std::size_t, std::byte, std::size_t) { return Result{0, Rejection::other}; };
  EXPECT_EQ(found(outside), "");
}

// A disk cannot be full for a finding in memory; a limit of sizes is as good.
TEST(Deviations, AFindingThatAChildCannotTellIsNoVerdict) {
  const Implementation mute = altered<&I::size>(ours(), [](Result& result, View) {
    result.value += 1;
    const rlimit none = {0, 0};
    std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
  });
  EXPECT_THROW(judge_isolated(program_of("size vec=a\n"), mute, ChildOutput::discarded), std::system_error);
}

TEST(DeviationsDeathTest, AfterACallThatThrowsAbortsAreAsBefore) {
  Implementation implementation = ours();
  implementation.deviations.aborts_on_violation = true;
  implementation.size = [](View) -> Result { throw 1; };
  EXPECT_THROW(judge(program_of("size vec=a\n"), implementation), int);
  EXPECT_EXIT(std::abort(), testing::KilledBySignal(SIGABRT), "");
}

TEST(Deviations, AreInEveryReport) {
  std::vector<Deviation> all = deviations();
  all.push_back({ours(), &Deviations::aborts_on_violation, "aborts on contract violation"});
  for (const Deviation& one : all) {
    Implementation another = altered<&I::size>(one.implementation, [](Result& result, View) { result.value += 1; });
    another.name = "another";
    another.deviations.*one.declared = true;
    EXPECT_TRUE(reservations(another, "- ").starts_with(std::string("- another declares: ") + one.words + "\n"));
    another.fill = [](View, std::size_t, std::byte, std::size_t) -> Result { std::_Exit(1); };
    const std::string line = std::string("\n# which declares: ") + one.words + "\n";
    for (const char* text : {"size vec=a\n", "fill vec=a offset=0 value=1 bytes=1\n"}) {
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
