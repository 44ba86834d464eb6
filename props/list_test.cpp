// SPDX-License-Identifier: Apache-2.0
// The memory of the model's lists.
#include "model/list.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

#include "lockstep/sides/address_sanitizer.h"

namespace model {
namespace {

/// At both ends of the sizes that blocks have, and beyond.
std::vector<std::size_t> sizes() {
  std::vector<std::size_t> sizes = {1, 15};
  for (std::size_t size = 16; size <= std::size_t{16} << 20; size *= 2) {
    sizes.push_back(size);
    sizes.push_back(size + 1);
  }
  return sizes;
}

TEST(List, BlocksAreAsLongAsAskedFor) {
  for (int round = 0; round < 2; ++round) {  // in the second one blocks come back
    std::vector<std::uint8_t*> blocks;
    for (const std::size_t size : sizes()) {
      blocks.push_back(static_cast<std::uint8_t*>(take_block(size)));
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(blocks.back()) % __STDCPP_DEFAULT_NEW_ALIGNMENT__, 0u);
      std::memset(blocks.back(), static_cast<int>(blocks.size()), size);
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const std::size_t size = sizes()[i];
      EXPECT_EQ(blocks[i][0], i + 1) << size;
      EXPECT_EQ(std::memcmp(blocks[i], blocks[i] + size / 2, size - size / 2), 0) << size;
      EXPECT_EQ(blocks[i][size - 1], i + 1) << size;
      keep_block(blocks[i], size);
    }
  }
}

TEST(List, KeepsWhatIsFreedForTheNextOfItsSize) {
  EXPECT_EQ(keeps_blocks(), !HAS_ADDRESS_SANITIZER);
  if (!keeps_blocks()) return;
  void* const first = take_block(17);
  void* const second = take_block(32);
  void* const other = take_block(33);
  keep_block(first, 17);
  keep_block(second, 32);
  keep_block(other, 33);
  void* const fresh = ::operator new(32);  // which would be one of these, had they been freed
  EXPECT_TRUE(fresh != first && fresh != second);
  ::operator delete(fresh);
  EXPECT_EQ(take_block(24), second);
  EXPECT_EQ(take_block(24), first);
  EXPECT_EQ(take_block(64), other);
  keep_block(first, 24);
  keep_block(second, 24);
  keep_block(other, 64);

  constexpr std::size_t kMost = std::size_t{4} << 20;
  void* const long_block = take_block(kMost);
  keep_block(long_block, kMost);
  void* const as_long = ::operator new(kMost);
  EXPECT_NE(as_long, long_block);
  ::operator delete(as_long);
  EXPECT_EQ(take_block(kMost), long_block);
  keep_block(long_block, kMost);
}

#if HAS_ADDRESS_SANITIZER
TEST(ListDeathTest, AddressSanitizerSeesWhereOneEnds) {
  const List<std::uint8_t> list(3);
  EXPECT_DEATH(static_cast<void>(*const_cast<const volatile std::uint8_t*>(list.data() + 3)), "heap-buffer-overflow");
}
#endif

}  // namespace
}  // namespace model
