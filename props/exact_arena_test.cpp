// SPDX-License-Identifier: Apache-2.0
// In an exact arena AddressSanitizer sees every byte that an operation touches besides those of its own vector and
// buffers.
#include "lockstep/sides/address_sanitizer.h"

#if HAS_ADDRESS_SANITIZER

#include <gtest/gtest.h>
#include <sanitizer/allocator_interface.h>

#include <cstddef>
#include <string>
#include <vector>

#include "altered.h"
#include "lockstep/oracles/isolation.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using I = Implementation;
using View = Span<const iovec>;

std::ptrdiff_t place = 0;  // from the start of what an entry is given

void read(const void* start) { static_cast<void>(*(static_cast<const volatile std::byte*>(start) + place)); }

/// Expects that reading there is seen in an exact arena, or is not, and that it never is in a shared one.
void expect_seen(const std::string& step, const Implementation& reading, std::ptrdiff_t where, bool is_seen) {
  place = where;
  const std::string steps = "assign vec=a elements=0+2,1+3,5+1,6+1\nassign vec=b elements=3+8\n" + step;
  const auto finding = judge_isolated(program_of("arena exact 64\n" + steps), reading, ChildOutput::discarded);
  EXPECT_EQ(finding.has_value(), is_seen) << step << place;
  EXPECT_FALSE(judge_isolated(program_of("arena shared 64\n" + steps), reading)) << step << place;
}

TEST(AddressSanitizer, KeepsFreedMemoryForSomeProgramsOnly) {  // the options of actual.cpp are in force
  constexpr std::size_t kMegabyte = 1 << 20;
  const std::size_t before = __sanitizer_get_heap_size();
  for (int i = 0; i < 64 * 64; ++i) read(std::vector<std::byte>(kMegabyte / 64).data());
  EXPECT_LT(__sanitizer_get_heap_size(), before + 32 * kMegabyte);
}

TEST(ExactArena, LeavesTheViewAddressableAndNothingElse) {
  const Implementation reading = altered<&I::is_zero>(
      ours(), [](Result&, View view, auto&...) { read(static_cast<const char*>(view[0].iov_base) - 8); });
  // Without its first element and the last one: bytes 8 to 10, and 40.
  const std::string step =
      "discard_front vec=a bytes=2 record=none\ndiscard_back vec=a bytes=1 record=none\nis_zero vec=a offset=0 "
      "bytes=0\n";
  const auto guard = static_cast<std::ptrdiff_t>(kGuardBytes);
  for (const std::ptrdiff_t seen :
       std::vector<std::ptrdiff_t>{8 - guard, -1, 0, 7, 11, 24, 39, 41, 48, 63, 64, 63 + guard})
    expect_seen(step, reading, seen, true);
  for (const std::ptrdiff_t allowed : {8, 10, 40}) expect_seen(step, reading, allowed, false);
}

TEST(ExactArena, ShowsWhatLiesBehindBuffersAndDestinations) {
  const Implementation reading_data =
      altered<&I::from_buf>(ours(), [](Result&, View, auto&, auto& data) { read(data.data()); });
  const Implementation reading_space =
      altered<&I::to_buf>(ours(), [](Result&, View, auto&, auto& data) { read(data.data()); });
  const Implementation reading_destination =
      altered<&I::copy>(ours(), [](Result&, auto& destination, auto&...) { read(destination.data()); });
  const auto buffer = static_cast<std::ptrdiff_t>(Arena{}.most_vector_bytes() + kMaxArenaBytes + 2 * kBehind);
  const auto entries = static_cast<std::ptrdiff_t>((Arena{}.most_elements() + 1) * sizeof(iovec));
  // The last byte that is the operation's, some behind it (the first, the 8th, the 100th), and the last of the memory.
  for (const std::ptrdiff_t at : std::vector<std::ptrdiff_t>{4, 5, 12, 104, 8192, buffer - 1}) {
    expect_seen("from_buf vec=a offset=0 bytes=5\n", reading_data, at, at > 4);
    expect_seen("to_buf vec=a offset=0 bytes=5\n", reading_space, at, at > 4);
  }
  for (const std::ptrdiff_t at : std::vector<std::ptrdiff_t>{47, 48, 55, 147, 8192, entries - 1})
    expect_seen("copy vec=a offset=0 bytes=1 capacity=3\n", reading_destination, at, at > 47);
}

}  // namespace
}  // namespace lockstep

#endif
