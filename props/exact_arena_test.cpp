// What an exact arena poisons: with AddressSanitizer only, all but the bytes of an operation's own vectors and buffers.
#include "address_sanitizer.h"

#if HAS_ADDRESS_SANITIZER

#include <gtest/gtest.h>
#include <sanitizer/asan_interface.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lockstep/sides/actual.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

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
  const auto open = [&side] { return addressable(side.memory(), -kSide, 64 + kSide); };
  const std::size_t all = 2 * kGuardBytes + 64;
  side.reset({Arena::Kind::exact, 64});
  EXPECT_EQ(open().size(), all);
  side.begin_step(0, 0);
  EXPECT_TRUE(open().empty());
  EXPECT_FALSE(is_poisoned(side.memory() + 64 + kGuardBytes)) << "what is not the arena's";
  side.allow(model::Vector{{{8, {8, 9}}, {16, {16, 17, 18}}, {0, {}}, {40, {40}}, {48, {48}}}, 1, 3});
  EXPECT_EQ(open(), (std::vector<std::ptrdiff_t>{16, 17, 18, 40}));
  side.end_step();
  EXPECT_EQ(open().size(), all);
  side.reset({Arena::Kind::shared, 64});
  side.begin_step(0, 0);
  EXPECT_EQ(open().size(), all) << "no other one is poisoned";
}

TEST(ExactArena, PoisonsWhatLiesBehindBuffersAndDestinations) {
  Actual side(ours());
  constexpr auto kBuffer = static_cast<std::ptrdiff_t>(kMaxVectorBytes + kMaxArenaBytes + 2 * kBehind);
  constexpr auto kEntries = static_cast<std::ptrdiff_t>((kMaxElements + 1) * sizeof(iovec));
  for (const Arena::Kind kind : {Arena::Kind::exact, Arena::Kind::shared}) {
    side.reset({kind, 64});
    const auto expect_open = [&](const void* begin, std::ptrdiff_t bytes, std::ptrdiff_t whole) {
      const std::vector<std::ptrdiff_t> open = addressable(begin, 0, whole);
      EXPECT_EQ(static_cast<std::ptrdiff_t>(open.size()), kind == Arena::Kind::exact ? bytes : whole);
      EXPECT_EQ(open.at(static_cast<std::size_t>(bytes) - 1), bytes - 1);
      side.end_step();
      EXPECT_EQ(static_cast<std::ptrdiff_t>(addressable(begin, 0, whole).size()), whole);
    };
    side.begin_step(0, 64);
    expect_open(side.space(5).data(), 5, kBuffer);
    side.begin_step(1, 64);
    expect_open(side.data(5).data(), 5, kBuffer);
    side.begin_step(2, 64);
    expect_open(side.destination(3).data(), 3 * sizeof(iovec), kEntries);
  }
}

}  // namespace
}  // namespace lockstep

#endif
