// SPDX-License-Identifier: Apache-2.0
// What adapters do wrong is a finding of that adapter, with the step, and no crash of the harness.
#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>

#include "altered.h"
#include "found_in.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using I = Implementation;
using View = Span<const iovec>;

const char* const kOneElement = "assign vec=a elements=0+3\n";

TEST(WrongAdapters, MayClaimElementsThatAreNotThere) {
  Implementation claims = ours();
  claims.look = [](void* vector) { return View(ours().look(vector).data(), ours().look(vector).size() + 1); };
  EXPECT_EQ(found_in(kOneElement, claims), "assign: array");
  claims.look = [](void* vector) { return View(ours().look(vector).data(), SIZE_MAX / sizeof(iovec)); };
  EXPECT_EQ(found_in(kOneElement, claims), "assign: array");
  claims.look = [](void*) { return View(reinterpret_cast<const iovec*>(8), 5); };
  EXPECT_EQ(found_in(kOneElement, claims), "assign: array");
}

TEST(WrongAdapters, MayAnswerMoreElementsThanTheyWereGivenRoomFor) {
  const Implementation answers = altered<&I::copy>(ours(), [](Result& result, auto&...) { result.value += 1000; });
  EXPECT_EQ(found_in("copy vec=a offset=0 bytes=1 capacity=1\n", answers), "copy: value");
  EXPECT_EQ(found_in("copy_in_place vec=a offset=0 bytes=1 capacity=1\n", answers), "copy_in_place: value");
}

TEST(WrongAdapters, MayLeaveAViewOutsideTheArray) {
  Implementation leaves = ours();
  leaves.discard_front = [](Span<iovec>& view, std::size_t, UndoStorage*) -> Result {
    view = {reinterpret_cast<iovec*>(8), 3};
    return {1};
  };
  EXPECT_EQ(found_in("assign vec=a elements=0+1\ndiscard_front vec=a bytes=1 record=none\n", leaves),
            "discard_front: view");
}

TEST(WrongAdapters, MayDestroyAVectorTwice) {
  Implementation destroys = ours();
  destroys.destroy = [](void* vector) {
    ours().destroy(vector);
    ours().destroy(vector);
  };
  const auto finding = judge_isolated(program_of("size vec=a\n"), destroys, ChildOutput::discarded);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "size: crash");
}

TEST(WrongAdapters, MayFindOutThatTheyHaveNoSuchFunction) {
  Implementation skips = ours();
  skips.takes_unbacked = false;
  skips.fill = [](View, std::size_t, std::byte, std::size_t) -> Result { throw Skipped(); };
  ModelOracle oracle(skips);
  EXPECT_FALSE(
      oracle.judge(program_of("assign vec=a elements=0+3\nfill vec=a offset=0 value=1 bytes=1\nsize vec=a\n")));
  EXPECT_EQ(oracle.counts().steps, 2u);
  EXPECT_EQ(oracle.counts().skipped, 1u);
  // Nothing of an exact arena stays out of bounds, and the second oracle goes no further.
  const Program exact = program_of(
      "arena exact 16\nassign vec=a elements=0+8\nfill vec=a offset=0 value=1 bytes=1\n"
      "to_buf vec=a offset=0 bytes=8\n");
  EXPECT_FALSE(oracle.judge(exact));
  EXPECT_FALSE(ResegmentationOracle(skips).judge(exact));
}

TEST(WrongAdapters, MayThrow) {
  Implementation throws = ours();
  throws.fill = [](View, std::size_t, std::byte, std::size_t) -> Result { throw std::runtime_error("no luck"); };
  const auto finding = judge(program_of("size vec=a\nfill vec=a offset=0 value=1 bytes=1\nsize vec=b\n"), throws);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "fill: exception");
  EXPECT_EQ(finding->program.operations.size(), 2u);
  EXPECT_NE(finding->report.find("# but was left by an exception: no luck\n"), std::string::npos) << finding->report;
  Implementation never_made = ours();
  never_made.create = []() -> void* { throw 1; };
  EXPECT_EQ(found_in("size vec=a\n", never_made), "size: exception");
  Implementation not_destroyed = ours();
  not_destroyed.destroy = [](void* vector) {
    ours().destroy(vector);
    throw std::runtime_error("too late");
  };
  EXPECT_EQ(found_in("size vec=a\n", not_destroyed), "size: exception");
}

}  // namespace
}  // namespace lockstep
