// The model of bytes where no program leads, or where a program would show a mistake only by chance.
#include "model/model.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/transport.h"
#include "model_elements.h"

namespace lockstep {
namespace {

using Kind = model::Vector::Kind;

// No program makes a vector whose stored size is less than its elements hold.
TEST(Model, InCTheSizeThatIsKeptIsASecondLimit) {
  const model::Memory memory(64);
  const model::Element element = element_of({16, 8});
  const auto is_zero = [&memory](const model::Vector& v, std::size_t bytes) {
    return model::is_zero(v, 0, bytes, memory).rejection;
  };
  const model::Vector v{{element}, 0, 1, model::Dialect::c, Kind::external, 5};
  EXPECT_EQ(is_zero(v, 5), model::Rejection::none);
  EXPECT_EQ(is_zero(v, 6), model::Rejection::out_of_range);
  const model::Vector trimmed{{element, element}, 1, 1, model::Dialect::c, Kind::external, 5};
  EXPECT_EQ(is_zero(trimmed, 8), model::Rejection::none) << "not of a part of it";
  const model::Vector in_cpp{{element}, 0, 1, model::Dialect::cpp, Kind::external, 5};
  EXPECT_EQ(is_zero(in_cpp, 8), model::Rejection::none) << "not there";
}

TEST(Model, AnswersInCWhatATransferHasMoved) {
  const auto answer = [](std::size_t bytes, model::Reply error) {
    const model::AnswerInC in_c = model::answer_in_c(bytes, error);
    return std::pair(in_c.failed, in_c.bytes);
  };
  using Answer = std::pair<bool, std::size_t>;
  EXPECT_EQ(answer(3, model::Reply::moves), Answer(false, 3));
  EXPECT_EQ(answer(1, model::Reply::again), Answer(false, 1));
  EXPECT_EQ(answer(0, model::Reply::again), Answer(true, 0));
  EXPECT_EQ(answer(3, model::Reply::reset), Answer(true, 0));
}

// Views that begin late in their arrays, with other elements at the beginning.
TEST(Model, LooksAtViews) {
  const model::Memory memory = {9, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<model::Element> array = elements_of({{0, 1}, {2, 1}, {7, 1}, {4, 1}});
  const model::Vector late{array, 2, 1, model::Dialect::c, Kind::owned, 4};
  const model::Vector same{elements_of({{7, 1}}), 0, 1, model::Dialect::c, Kind::owned, 1};
  EXPECT_EQ(model::first_difference(same, late, memory).value, model::kNoDifference);
  EXPECT_EQ(model::first_difference(late, same, memory).value, model::kNoDifference);
  std::vector<model::Element> sliced;
  EXPECT_EQ(model::slice(late, 0, 1, sliced).rejection, model::Rejection::none);
  EXPECT_EQ(sliced, elements_of({{7, 1}}));
  EXPECT_EQ(model::send(late, 0, 1, 4, {}, memory).wire, (std::vector<std::uint8_t>{8}));
}

TEST(Model, MovesNothingInACallThatFails) {
  const model::Memory memory(8);
  const model::Vector v{elements_of({{0, 4}}), 0, 1, model::Dialect::cpp, Kind::owned, 0};
  const std::vector<model::ScriptedCall> script = {{model::Reply::again, 3}};
  const model::Transfer transfer = model::send(v, 0, 4, 1, script, memory);
  EXPECT_EQ(transfer.bytes, 0u);
  EXPECT_EQ(transfer.error, model::Reply::again);
}

TEST(Model, CountsWhatIsCoveredBelowAGap) {
  model::Vector clones;
  const model::Vector source{elements_of({{1, 2}, {6, 1}}), 0, 2, model::Dialect::cpp, Kind::owned, 0};
  EXPECT_EQ(model::clone(clones, source, 20, 3).rejection, model::Rejection::none);
  EXPECT_EQ(clones.array, elements_of({{20, 2}, {22, 1}}));
}

}  // namespace
}  // namespace lockstep
