// SPDX-License-Identifier: Apache-2.0
// The mutator for AFL++, called as afl-fuzz calls it.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "lockstep/language/program.h"
#include "parsed.h"

extern "C" {
void* afl_custom_init(void* afl, unsigned seed);
void afl_custom_deinit(void* data);
std::size_t afl_custom_fuzz(void* data, std::uint8_t* bytes, std::size_t size, std::uint8_t** out, std::uint8_t* other,
                            std::size_t other_size, std::size_t max_size);
const char* afl_custom_describe(void* data, std::size_t max_bytes);
int afl_custom_init_trim(void* data, std::uint8_t* bytes, std::size_t size);
std::size_t afl_custom_trim(void* data, std::uint8_t** out);
int afl_custom_post_trim(void* data, std::uint8_t still_covers_the_same);
}

namespace lockstep {
namespace {

class AflMutator : public testing::Test {
 protected:
  ~AflMutator() override { afl_custom_deinit(own); }

  void* own = afl_custom_init(nullptr, 1);
};

TEST_F(AflMutator, MakesOtherProgramsOfOneOrOfTwo) {
  std::vector<std::uint8_t> one = encode(program_of("add vec=a element=0+4\nsize vec=a\n"));
  std::vector<std::uint8_t> other =
      encode(program_of("assign vec=b elements=8+2\nfill vec=b offset=0 value=1 bytes=2\n"));
  std::set<std::string> made, names;
  for (int i = 0; i < 300; ++i) {
    std::uint8_t* out = nullptr;
    const bool crosses = i % 2 == 0;
    const std::size_t size = afl_custom_fuzz(own, one.data(), one.size(), &out, crosses ? other.data() : nullptr,
                                             crosses ? other.size() : 0, kMaxProgramBytes);
    ASSERT_GT(size, 0u);
    ASSERT_LE(size, kMaxProgramBytes);
    made.insert(print(decode({out, size})));
    names.insert(afl_custom_describe(own, 64));
  }
  EXPECT_GT(made.size(), 250u);
  EXPECT_EQ(names, (std::set<std::string>{"cross_over", "mutate"}));
}

TEST_F(AflMutator, GivesNoMoreBytesThanAreAskedFor) {
  std::vector<std::uint8_t> none;
  for (int i = 0; i < 100; ++i) {
    std::uint8_t* out = nullptr;
    const std::size_t size = afl_custom_fuzz(own, none.data(), 0, &out, nullptr, 0, 40);
    ASSERT_GT(size, 0u);
    ASSERT_LE(size, 40u);
  }
}

/// What trimming leaves if an input covers the same as long as it has an operation of this name.
std::string trimmed(void* own, const Program& program, const std::string& name) {
  std::vector<std::uint8_t> bytes = encode(program);
  std::string last = print(program);
  const int steps = afl_custom_init_trim(own, bytes.data(), bytes.size());
  for (int step = 0; step < steps;) {
    std::uint8_t* out = nullptr;
    const std::size_t size = afl_custom_trim(own, &out);
    const std::string text = print(decode({out, size}));
    const bool still_has_it = text.find("\n" + name + " ") != std::string::npos;
    if (still_has_it) last = text;
    const int next = afl_custom_post_trim(own, still_has_it);
    EXPECT_GT(next, step);  // so it ends
    step = next;
  }
  return last;
}

TEST_F(AflMutator, TrimsAsThePrintedProgramIsReduced) {
  const Program program = program_of(
      "assign vec=a elements=0+4\nassign vec=b elements=9+9\nfill vec=b offset=3 value=9 bytes=2\nsize vec=b\n"
      "fill vec=a offset=1 value=7 bytes=2\nsize vec=a\n");
  const std::string whole = print(
      reduce(program, [](const Program& candidate) { return print(candidate).find("\nsize ") != std::string::npos; }));
  EXPECT_EQ(trimmed(own, program, "size"), whole);
  EXPECT_EQ(trimmed(own, program, "hexdump"), print(program)) << "nothing that was refused is kept";
}

TEST_F(AflMutator, TrimmingMakesNothingLonger) {
  // Decoding reads more from these bytes than they have records.
  std::vector<std::uint8_t> bytes = {0, 8, 0, 1};
  const int steps = afl_custom_init_trim(own, bytes.data(), bytes.size());
  for (int step = 0; step < steps; step = afl_custom_post_trim(own, 1)) {
    std::uint8_t* out = nullptr;
    EXPECT_LE(afl_custom_trim(own, &out), bytes.size());
  }
}

}  // namespace
}  // namespace lockstep
