// SPDX-License-Identifier: Apache-2.0
// The deviations that an adapter may declare: honoured when declared, found when not.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "altered.h"
#include "deviating.h"
#include "found_in.h"
#include "lockstep/language/operation.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "lockstep/sides/address_sanitizer.h"
#include "lockstep/table/adapter.h"
#include "lockstep/table/kernel.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using I = Implementation;
using View = Span<const iovec>;

/// The first finding of random programs, and of those resegmented, as a report; empty for none. What is not as declared
/// is run in shared arenas only: in an exact one a sanitizer would end the process.
std::string search(Implementation implementation, bool in_shared_arenas = false) {
  implementation.takes_unbacked = false;  // these look at sizes, and into elements
  ModelOracle oracle(implementation);
  ResegmentationOracle resegmentation(implementation);
  constexpr std::uint64_t kPrograms = HAS_ADDRESS_SANITIZER ? 1333 : 4000;  // as RapidCheck's cases in main.cpp
  for (std::uint64_t number = 0; number < kPrograms; ++number) {
    Program program = random_program(1, number, 60);
    if (in_shared_arenas && program.arena.kind == Arena::Kind::exact) program.arena.kind = Arena::Kind::shared;
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

TEST(Deviations, AreHonouredWhenDeclaredAndFoundWhenNotDeclaredOrNotThere) {
  for (Deviating one : deviating()) {
    SCOPED_TRACE(one.words);
    EXPECT_NE(search(one.implementation, true), "");
    one.implementation.deviations.*one.declared = true;
    EXPECT_EQ(search(one.implementation), "");
    Implementation sound = ours();
    sound.deviations.*one.declared = true;
    EXPECT_EQ(search(sound, true).empty(), one.only_permits);
  }
}

// Elements that do not count are no excuse for what does.
TEST(Deviations, WhereElementsDoNotCountTheOthersDo) {
  const char* const describes = "assign vec=a elements=0+2,2+2\ncopy vec=a offset=0 bytes=4 capacity=2\n";
  for (const auto declared : {&Deviations::empty_elements_do_not_count, &Deviations::has_own_memory}) {
    Implementation nothing = altered<&I::copy>(ours(), [](Result& result, Span<iovec> destination, auto&...) {
      std::fill(destination.begin(), destination.end(), iovec{nullptr, 0});
      result.value = destination.size();
    });
    nothing.deviations.*declared = true;
    EXPECT_EQ(found_in(describes, nothing), "copy: elements");
  }
  Implementation counts_all = altered<&I::slice_count>(
      ours(), [](Result& result, View view, std::size_t, std::size_t) { result.value = view.size(); });
  counts_all.deviations.empty_elements_do_not_count = true;
  EXPECT_EQ(found_in("assign vec=a elements=0+2,2+2,4+2\nslice_count vec=a offset=0 bytes=1\n", counts_all),
            "slice_count: value");
}

TEST(Deviations, AFunctionOnTheVectorAloneIsNotRunOnAPartOfIt) {
  Implementation table = ours();
  table.size = nullptr;
  table.on_vector.size = ours().vector_size;
  EXPECT_EQ(search(table), "");
}

// Whatever changes a vector of bytes of its own shows in the step that does it.
TEST(Deviations, MemoryOfItsOwnIsLookedAtAfterEveryStep) {
  static Implementation own;
  for (const Deviating& one : deviating())
    if (one.declared == &Deviations::has_own_memory) own = one.implementation;
  Implementation grows = own;
  grows.deviations.has_own_memory = true;
  grows.on_vector.discard_front = grows.on_vector.discard_back = nullptr;
  grows.on_vector.fill = [](void* vector, std::size_t offset, std::byte value, std::size_t bytes) {
    const Result result = own.on_vector.fill(vector, offset, value, bytes);
    std::byte one_more{1};
    own.add(vector, &one_more, 1);
    return result;
  };
  EXPECT_EQ(found_in("assign vec=a elements=0+2\nfill vec=a offset=0 value=1 bytes=1\nadd vec=a element=0+1\n", grows),
            "fill: view");
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
  EXPECT_TRUE(judge(program_of("size vec=a\n"), implementation));
  EXPECT_EXIT(std::abort(), testing::KilledBySignal(SIGABRT), "");
}

TEST(Deviations, AreInEveryReport) {
  std::vector<Deviating> all = deviating();
  all.push_back({ours(), &Deviations::aborts_on_violation, "aborts on contract violation"});
  for (const Deviating& one : all) {
    Implementation another = altered<&I::size>(one.implementation, [](Result& result, View) { result.value += 1; });
    another.name = "another";
    another.on_vector.size = nullptr;
    another.on_vector.fill = nullptr;
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

// ---- Limits

constexpr Limits kFew = {.elements = 5, .bytes = 40, .elements_per_call = 2};

/// A kernel that is offered no more elements at once than that.
class FewAtOnce final : public Kernel {
 public:
  explicit FewAtOnce(Kernel& kernel)
      : Kernel(std::min(kernel.max_elements(), kFew.elements_per_call)), kernel_(kernel) {}

 private:
  ssize_t call(View elements, bool receives) override {
    return receives ? kernel_.recv(elements) : kernel_.send(elements);
  }

  Kernel& kernel_;
};

template <auto entry>
Result transfer_few_at_once(Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) {
  FewAtOnce few(kernel);
  return (ours().*entry)(few, view, offset, bytes, status);
}

/// Sees the longest vectors, and how many steps were made harmless because they would have made one too long.
struct Longest final : Observer {
  void after_step(const Step& step) override {
    ++steps;
    if (name_of(step.operation) != name_of(step.resolved)) ++harmless;
    for (std::size_t i = 0; i < Vec::count; ++i) {
      const View array = step.second.array(i);
      elements = std::max(elements, array.size());
      bytes = std::max(bytes, ours().size(array).value);
    }
  }

  std::size_t elements = 0;
  std::size_t bytes = 0;
  std::size_t steps = 0;
  std::size_t harmless = 0;
};

TEST(Limits, AreReachedAndNotExceededAndWasteFewSteps) {
  Implementation limited = ours();
  limited.limits = kFew;
  limited.send = transfer_few_at_once<&I::send>;
  limited.recv = transfer_few_at_once<&I::recv>;
  limited.takes_unbacked = false;
  Longest longest;
  ModelOracle oracle(limited, &longest);
  for (std::uint64_t number = 0; number < 2000; ++number) {
    const auto finding = oracle.judge(random_program(1, number, 60));
    ASSERT_FALSE(finding) << finding->report;
  }
  EXPECT_EQ(longest.elements, kFew.elements);
  EXPECT_EQ(longest.bytes, kFew.bytes);
  EXPECT_LT(longest.harmless * 10, longest.steps);
  EXPECT_EQ(declarations(limited),
            "at most 5 elements in a vector; at most 40 bytes in a vector; at most 2 elements in a call to the kernel");
}

TEST(Limits, AreKeptWithoutMemory) {
  Implementation limited = ours();
  limited.limits.bytes = SSIZE_MAX;
  Longest longest;
  ModelOracle oracle(limited, &longest);
  for (std::uint64_t number = 0; number < 2000; ++number) {
    const Program program = random_program(1, number, 60);
    if (program.arena.kind != Arena::Kind::unbacked) continue;
    EXPECT_FALSE(oracle.judge(program));
  }
  EXPECT_EQ(longest.bytes, SSIZE_MAX);
}

TEST(Limits, OfACallToTheKernelAreDemanded) {
  Implementation few = ours();
  few.limits.elements_per_call = kFew.elements_per_call;
  EXPECT_NE(search(few), "");
  few.send = transfer_few_at_once<&I::send>;
  few.recv = transfer_few_at_once<&I::recv>;
  EXPECT_EQ(search(few), "");
}

// A vector of an unbacked arena need not be the implementation's.
TEST(Deviations, FunctionsOnTheVectorAreRunOnNoOthers) {
  Implementation implementation = ours();
  implementation.size = nullptr;
  implementation.on_vector.size = implementation.vector_size;
  ASSERT_FALSE(Arena{Arena::Kind::unbacked}.owns(2));
  EXPECT_FALSE(judge(program_of("arena unbacked\nassign vec=c elements=0+1\nsize vec=c\n"), implementation));
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
