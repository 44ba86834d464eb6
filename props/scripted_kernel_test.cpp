// SPDX-License-Identifier: Apache-2.0
// The kernel that send and recv are run on ends what a broken implementation asks of it. That it moves what a sound one
// asks for shows wherever one agrees with the model.
#include "lockstep/sides/scripted_kernel.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <string>
#include <vector>

#include "lockstep/sides/actual.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

struct OverAnArena {
  explicit OverAnArena(std::size_t max_elements) : kernel(side, script, max_elements, wire) {
    side.reset({Arena::Kind::shared, 64});
  }
  iovec at(std::ptrdiff_t base, std::size_t length) const {
    return {const_cast<std::uint8_t*>(side.memory()) + base, length};
  }

  Actual side{ours()};
  Script script;
  std::vector<std::byte> wire = std::vector<std::byte>(64);
  ScriptedKernel kernel;
};

TEST(ScriptedKernel, RefusesElementsOutsideTheArena) {
  OverAnArena over(3);
  EXPECT_EQ(over.kernel.send(std::vector<iovec>{over.at(0, 1), over.at(62, 2), {nullptr, 0}}), 3);
  EXPECT_EQ(over.kernel.recv(std::vector{over.at(0, 64)}), 64);
  EXPECT_EQ(over.kernel.text(), "0+1,62+2,null+0=3\n0+64=64\n");
  for (const iovec& wrong :
       {over.at(62, 3), over.at(1, 64), over.at(0, 65), iovec{nullptr, 1}, over.at(-1, 2), over.at(65, 1)}) {
    EXPECT_EQ(over.kernel.send(std::vector{wrong, over.at(4, 1)}), -EFAULT);
    EXPECT_EQ(over.kernel.recv(std::vector{over.at(4, 1), wrong}), -EFAULT);
    EXPECT_TRUE(over.kernel.text().ends_with("=errno-" + std::to_string(EFAULT) + "\n")) << over.kernel.text();
  }
}

TEST(ScriptedKernel, RefusesMoreBytesThanACallTakes) {
  OverAnArena over(4);
  over.side.reset(kUnbackedArena);
  const auto of = [](std::size_t length) { return iovec{nullptr, length}; };
  EXPECT_EQ(over.kernel.send(std::vector{of(SSIZE_MAX)}), SSIZE_MAX);
  EXPECT_EQ(over.kernel.send(std::vector{of(SSIZE_MAX), of(1)}), -EINVAL);
  EXPECT_EQ(over.kernel.recv(std::vector{of(SIZE_MAX), of(SIZE_MAX), of(2)}), -EINVAL);
}

TEST(ScriptedKernel, RefusesMoreElementsThanACallTakesAndCallsWithoutEnd) {
  OverAnArena over(2);
  EXPECT_EQ(over.kernel.send(std::vector{over.at(0, 1), over.at(1, 1)}), 2);
  EXPECT_EQ(over.kernel.send(std::vector{over.at(0, 1), over.at(1, 1), over.at(2, 1)}), -EMSGSIZE);
  const std::vector<iovec> nothing = {over.at(0, 0)};
  for (std::size_t call = 2; call < 3 * Arena{}.most_elements(); ++call) ASSERT_EQ(over.kernel.send(nothing), 0);
  EXPECT_EQ(over.kernel.send(nothing), -EIO);
}

}  // namespace
}  // namespace lockstep
