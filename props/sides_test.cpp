// The two sides of a comparison and the kernel that both talk to, each by itself: what they begin with, what they take,
// and what they tell.
#include <gtest/gtest.h>

#include "address_sanitizer.h"
#if HAS_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lockstep/sides/actual.h"
#include "lockstep/sides/expected.h"
#include "lockstep/sides/observation.h"
#include "lockstep/sides/scripted_kernel.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

constexpr Arena kArena = {Arena::Kind::shared, 64};

/// A kernel over an arena of 64 bytes, with a wire of so many bytes before others that stay as they are.
class KernelTest : public testing::Test {
 protected:
  KernelTest() { side_.reset(kArena); }

  iovec at(std::ptrdiff_t base, std::size_t length) const {
    return {const_cast<std::uint8_t*>(side_.memory()) + base, length};
  }
  ScriptedKernel kernel(std::size_t wire = 16, std::size_t max_elements = 3) {
    return {side_, script_, max_elements, std::span(wire_).first(wire)};
  }
  std::vector<int> wire() const {
    std::vector<int> bytes;
    for (const std::byte byte : wire_) bytes.push_back(static_cast<int>(byte));
    return bytes;
  }

  Actual side_{ours()};
  Script script_;
  std::vector<std::byte> wire_ = std::vector<std::byte>(24, std::byte{0xee});
};

TEST_F(KernelTest, TakesWhatLiesInsideTheArena) {
  ScriptedKernel all = kernel();
  const std::vector<iovec> edges = {at(0, 1), at(62, 2), {nullptr, 0}};
  EXPECT_EQ(all.send(edges), 3);
  EXPECT_EQ(all.recv(std::vector{at(0, 64)}), 64);
  EXPECT_EQ(all.text(), "0+1,62+2,null+0=3\n0+64=64\n");
  const std::string refused = "errno-" + std::to_string(EFAULT);
  const iovec wrong[] = {at(62, 3), at(1, 64), at(0, 65), {nullptr, 1}, at(-1, 2), at(65, 1)};
  for (const iovec& element : wrong)
    for (const bool is_first : {true, false}) {
      ScriptedKernel some = kernel();
      const iovec good = at(4, 1);
      EXPECT_EQ(some.send(std::vector{is_first ? element : good, is_first ? good : element}), -EFAULT);
      EXPECT_NE(some.text().find("=" + refused + "\n"), std::string::npos) << some.text();
    }
}

TEST_F(KernelTest, TakesNoMoreElementsThanACallDoes) {
  ScriptedKernel some = kernel(16, 2);
  EXPECT_EQ(some.send(std::vector{at(0, 1), at(1, 1)}), 2);
  EXPECT_EQ(some.send(std::vector{at(0, 1), at(1, 1), at(2, 1)}), -EMSGSIZE);
  EXPECT_EQ(some.text(), "0+1,1+1=2\n0+1,1+1,2+1=errno-" + std::to_string(EMSGSIZE) + "\n");
}

TEST_F(KernelTest, DoesWhatTheScriptSaysAndThenAll) {
  using Call = Script::Call;
  script_ = {6, {Call{Call::interrupted}, Call{Call::again}, Call{Call::reset}, Call{Call::pipe}, Call{2}, Call{0}}};
  ScriptedKernel scripted = kernel();
  const std::vector<iovec> elements = {at(0, 1), at(3, 4)};
  for (const ssize_t expected : {-EINTR, -EAGAIN, -ECONNRESET, -EPIPE, 2, 0, 5, 5}) {
    EXPECT_EQ(scripted.send(elements), expected);
  }
  EXPECT_EQ(scripted.text(),
            "0+1,3+4=EINTR\n0+1,3+4=EAGAIN\n0+1,3+4=ECONNRESET\n0+1,3+4=EPIPE\n0+1,3+4=2\n0+1,3+4=0\n"
            "0+1,3+4=5\n0+1,3+4=5\n");
}

TEST_F(KernelTest, EndsCallsWithoutEnd) {
  ScriptedKernel patient = kernel();
  for (std::size_t call = 0; call < 3 * kMaxElements; ++call) ASSERT_EQ(patient.send(std::vector{at(0, 0)}), 0);
  EXPECT_EQ(patient.send(std::vector{at(0, 0)}), -EIO);
}

TEST_F(KernelTest, MovesInItsOwnDirectionNoMoreThanTheWireHolds) {
  const std::vector<std::uint8_t> before(side_.memory(), side_.memory() + 64);
  ScriptedKernel sending = kernel(5);
  EXPECT_EQ(sending.send(std::vector{at(0, 2), at(8, 2)}), 4);
  EXPECT_EQ(sending.send(std::vector{at(16, 4)}), 4) << "moved, as far as the caller can tell";
  EXPECT_EQ(sending.send(std::vector{at(20, 1), {nullptr, 0}}), 1);
  std::vector<int> sent(24, 0xee);
  for (std::size_t i = 0; const std::size_t from : {0u, 1u, 8u, 9u, 16u}) sent[i++] = before[from];
  EXPECT_EQ(wire(), sent);
  EXPECT_EQ(std::vector<std::uint8_t>(side_.memory(), side_.memory() + 64), before);

  wire_.assign(24, std::byte{0xaa});
  ScriptedKernel receiving = kernel(3);
  EXPECT_EQ(receiving.recv(std::vector{at(0, 2), at(8, 2), {nullptr, 0}}), 4);
  EXPECT_EQ(receiving.recv(std::vector{at(16, 1)}), 1);
  std::vector<std::uint8_t> received = before;
  received[0] = received[1] = received[8] = 0xaa;
  EXPECT_EQ(std::vector<std::uint8_t>(side_.memory(), side_.memory() + 64), received);
  EXPECT_EQ(wire(), std::vector<int>(24, 0xaa));
}

TEST(Observations, PrintsElementsByName) {
  std::string text;
  using Base = ElementState::Base;
  const std::vector<ElementState> elements = {
      {Base::null, 0, 0}, {Base::wild, 0, 1}, {Base::untouched, 0, 2}, {Base::unknown, 0, 3}, {Base::at, 4, 5}};
  print_elements(text, elements, 0, 5);
  EXPECT_EQ(text, "null+0 wild+1 untouched unknown+3 4+5");
}

TEST(Observations, PrintsAnyView) {
  const std::vector<ElementState> two = {state_of(model::extents::Extent{8, 2}), {ElementState::Base::at, 3, 1}};
  EXPECT_EQ(print_vector({two, 0, 2}), "[8+2 3+1]");
  EXPECT_EQ(print_vector({two, 1, 1}), "8+2 [3+1]");
  EXPECT_EQ(print_vector({two, 0, 1}), "[8+2] 3+1");
  EXPECT_EQ(print_vector({two, 2, 0}), "8+2 3+1 []");
  EXPECT_EQ(print_vector({two, 1, 2}), "[8+2 3+1] with a view of 2 from 1");
  EXPECT_EQ(print_vector({two, 3, 0}), "[8+2 3+1] with a view of 0 from 3");
  EXPECT_EQ(print_vector({two, -8, 1}), "[8+2 3+1] with a view of 1 from -8");
  EXPECT_EQ(print_vector({two, VectorState::kElsewhere, 5}), "[8+2 3+1] with a view of 5 elsewhere");
}

TEST(Observations, PrintTextAsOneWordThatReadsBack) {
  Observation observation;
  observation.text = "a b\n_|#>\\\t\x01\x7f!~\x80`^$";
  EXPECT_EQ(print_effect(observation), "done; text a_b|\\x5f\\x7c\\x23\\x3e\\x5c\\x09\\x01\\x7f!~\\x80`^$");
}

TEST(Observations, PrintMemoryThatChanged) {
  Observation observation;
  observation.before.memory = {1, 2, 3, 4, 5};
  observation.after.memory = {1, 9, 0x1f, 4, 6};
  EXPECT_EQ(print_effect(observation), "done; memory 1: 09 1f, 4: 06");
  observation.after.memory = {1, 9};
  EXPECT_EQ(print_effect(observation), "done; memory 1: 09");
}

TEST(Observations, NamesRejections) {
  using model::Rejection;
  const std::pair<Rejection, std::string> names[] = {{Rejection::none, "none"},
                                                     {Rejection::out_of_range, "out_of_range"},
                                                     {Rejection::length_error, "length_error"},
                                                     {Rejection::invalid_argument, "invalid_argument"},
                                                     {Rejection::einval, "einval"},
                                                     {Rejection::other, "other"}};
  for (const auto& [rejection, name] : names) EXPECT_EQ(rejection_name(rejection), name);
}

TEST(ExpectedSide, BeginsAProgramWithOwnedVectorsAndUnusedRecords) {
  ExpectedBytes expected(model::Dialect::c);
  expected.slot(Vec{1}).vector.kind = model::Vector::Kind::external;
  expected.slot(Vec{1}).vector.stored_size = 3;
  for (model::UndoRecord& record : expected.slot(Vec{1}).records) record.used = true;
  expected.reset(kArena);
  EXPECT_EQ(expected.slot(Vec{1}).vector.kind, model::Vector::Kind::owned);
  EXPECT_EQ(expected.slot(Vec{1}).vector.stored_size, 0u);
  for (const model::UndoRecord& record : expected.slot(Vec{1}).records) EXPECT_FALSE(record.used);
}

TEST(ExpectedSide, HasARecordForEachName) {
  ExpectedBytes expected(model::Dialect::cpp);
  EXPECT_EQ(expected.record(Vec{2}, {UndoSlot::Name::none}), nullptr);
  EXPECT_EQ(expected.record(Vec{2}, {UndoSlot::Name::p}), &expected.slot(Vec{2}).records[0]);
  EXPECT_EQ(expected.record(Vec{2}, {UndoSlot::Name::q}), &expected.slot(Vec{2}).records[1]);
}

TEST(ExpectedSide, TellsOfADestinationWhereAStepHasOne) {
  ExpectedBytes expected(model::Dialect::cpp);
  expected.reset(kArena);
  expected.begin_step(0, 0);
  EXPECT_FALSE(expected.has_destination());
  EXPECT_TRUE(expected.observe({}, true).elements.empty());
  expected.destination(3).push_back({7, {7, 8}});
  EXPECT_TRUE(expected.has_destination());
  const ElementState untouched = {ElementState::Base::untouched, 0, 0};
  EXPECT_EQ(expected.observe({}, true).elements,
            (std::vector<ElementState>{{ElementState::Base::at, 7, 2}, untouched, untouched, untouched}));
  expected.begin_step(1, 0);
  EXPECT_FALSE(expected.has_destination());
  EXPECT_TRUE(expected.observe({}, true).elements.empty());
}

TEST(ActualSide, HasRoomForTheLargestArena) {
  Actual side(ours());
  side.reset({Arena::Kind::shared, kMaxArenaBytes});
  EXPECT_TRUE(side.guard_bytes_are_intact());
  side.reset(kArena);
  EXPECT_TRUE(side.guard_bytes_are_intact());
}

TEST(ActualSide, TellsWhetherAViewIsInItsArray) {
  Actual side(ours());
  side.reset(kArena);
  const Vec vec{0};
  const std::vector<iovec> three(3);
  ours().assign(side.slot(vec).handle, three);
  side.array_changed(vec);
  const std::span<iovec> all = side.slot(vec).view;
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(side.view_is_inside(0));
  const auto is_inside = [&](std::ptrdiff_t bytes, std::size_t count) {
    const auto begin = reinterpret_cast<std::uintptr_t>(all.data()) + static_cast<std::uintptr_t>(bytes);
    side.slot(vec).view = {reinterpret_cast<iovec*>(begin), count};
    const bool answer = side.view_is_inside(0);
    side.slot(vec).view = all;
    return answer;
  };
  const auto element = static_cast<std::ptrdiff_t>(sizeof(iovec));
  EXPECT_TRUE(is_inside(3 * element, 0));
  EXPECT_TRUE(is_inside(element, 2));
  EXPECT_FALSE(is_inside(element, 3));
  EXPECT_FALSE(is_inside(4 * element, 0));
  EXPECT_FALSE(is_inside(-element, 1));
  EXPECT_FALSE(is_inside(element / 2, 1));
}

TEST(ActualSide, LooksAtArraysWithoutBorrowingThem) {
  Implementation hiding = ours();
  hiding.look = [](void*) { return std::span<const iovec>(); };
  Actual side(hiding);
  side.reset(kArena);
  ours().assign(side.slot(Vec{0}).handle, std::vector<iovec>(3));
  EXPECT_TRUE(side.array(0).empty());
}

TEST(ActualSide, HasOfABufferWhatCanBeMovedAndSome) {
  Actual side(ours());
  side.reset(kArena);
  side.begin_step(0, 10);
  EXPECT_EQ(side.incoming(5).size(), 5u);
  EXPECT_EQ(side.incoming(SIZE_MAX).size(), 10 + kBehind);
  EXPECT_EQ(side.wire(5).size(), 5u);
  EXPECT_EQ(side.wire(SIZE_MAX).size(), 10 + kBehind);
}

TEST(ActualSide, TellsElementsAsTheModelDoes) {
  Actual side(ours());
  side.reset(kArena);
  EXPECT_EQ(side.state_of(side.destination(0).data()[0]), (ElementState{ElementState::Base::untouched, 0, 0}));
  EXPECT_EQ(side.state_of({nullptr, 5}), (ElementState{ElementState::Base::null, 0, 5}));
}

#if HAS_ADDRESS_SANITIZER

bool is_poisoned(const void* place) { return __asan_address_is_poisoned(place) == 1; }

/// Of the bytes from `begin` to `end`, those that are addressable, as their numbers from `place` on.
std::vector<std::ptrdiff_t> addressable(const void* place, std::ptrdiff_t begin, std::ptrdiff_t end) {
  std::vector<std::ptrdiff_t> bytes;
  for (std::ptrdiff_t i = begin; i < end; ++i)
    if (!is_poisoned(static_cast<const char*>(place) + i)) bytes.push_back(i);
  return bytes;
}

constexpr auto kSide = static_cast<std::ptrdiff_t>(kGuardBytes);

TEST(ExactArena, LeavesTheOperandAddressableAndNothingElse) {
  Actual side(ours());
  side.reset({Arena::Kind::exact, 64});
  EXPECT_EQ(addressable(side.memory(), -kSide, 64 + kSide).size(), 2 * kGuardBytes + 64);
  side.begin_step(0, 0);
  EXPECT_TRUE(addressable(side.memory(), -kSide, 64 + kSide).empty());
  EXPECT_FALSE(is_poisoned(side.memory() + 64 + kGuardBytes)) << "what is not the arena's";
  const model::Vector operand = {{{8, {8, 9}}, {16, {16, 17, 18}}, {0, {}}, {40, {40}}, {48, {48}}}, 1, 3};
  side.allow(operand);
  EXPECT_EQ(addressable(side.memory(), -kSide, 64 + kSide), (std::vector<std::ptrdiff_t>{16, 17, 18, 40}));
  side.end_step();
  EXPECT_EQ(addressable(side.memory(), -kSide, 64 + kSide).size(), 2 * kGuardBytes + 64);
}

TEST(ExactArena, EndsWhereItsMemoryEnds) {
  Actual side(ours());
  side.reset({Arena::Kind::exact, kMaxArenaBytes});
  const std::uint8_t* const behind = side.memory() + kMaxArenaBytes + kGuardBytes;
  EXPECT_TRUE(is_poisoned(behind)) << "it is nobody's";
  side.begin_step(0, 0);
  side.end_step();
  EXPECT_TRUE(is_poisoned(behind));
  EXPECT_FALSE(is_poisoned(behind - 1));
}

TEST(ExactArena, PoisonsWhatLiesBehindABuffer) {
  Actual side(ours());
  const auto whole = static_cast<std::ptrdiff_t>(kMaxVectorBytes + kMaxArenaBytes + 2 * kBehind);
  for (const Arena::Kind kind : {Arena::Kind::exact, Arena::Kind::shared}) {
    side.reset({kind, 64});
    const std::size_t open = kind == Arena::Kind::exact ? 5 : static_cast<std::size_t>(whole);
    for (const bool writes : {true, false}) {
      side.begin_step(0, 64);
      const std::byte* const buffer = writes ? side.space(5).data() : side.data(5).data();
      EXPECT_EQ(addressable(buffer, 0, whole).size(), open);
      EXPECT_FALSE(is_poisoned(buffer + 4));
      side.end_step();
      EXPECT_EQ(addressable(buffer, 0, whole).size(), static_cast<std::size_t>(whole));
    }
  }
}

TEST(ExactArena, PoisonsWhatLiesBehindADestination) {
  Actual side(ours());
  const auto whole = static_cast<std::ptrdiff_t>((kMaxElements + 1) * sizeof(iovec));
  for (const Arena::Kind kind : {Arena::Kind::exact, Arena::Kind::shared}) {
    side.reset({kind, 64});
    side.begin_step(0, 0);
    const iovec* const destination = side.destination(3).data();
    const std::size_t open = kind == Arena::Kind::exact ? 3 * sizeof(iovec) : static_cast<std::size_t>(whole);
    EXPECT_EQ(addressable(destination, 0, whole).size(), open);
    EXPECT_FALSE(is_poisoned(destination + 2));
    side.end_step();
    EXPECT_EQ(addressable(destination, 0, whole).size(), static_cast<std::size_t>(whole));
  }
}

TEST(ExactArena, IsTheOnlyOneThatIsPoisoned) {
  Actual side(ours());
  side.reset(kArena);
  side.begin_step(0, 0);
  EXPECT_EQ(addressable(side.memory(), -kSide, 64 + kSide).size(), 2 * kGuardBytes + 64);
}

#endif

}  // namespace
}  // namespace lockstep
