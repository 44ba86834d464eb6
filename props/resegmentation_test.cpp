// The second oracle: the same bytes in vectors segmented differently. It needs no model, and so judges the model too,
// when both agree and are wrong.
#include "lockstep/oracles/resegmentation.h"

#include <gtest/gtest.h>

#include "lockstep/language/choices.h"
#include "lockstep/language/program.h"
#include "parsed.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

Program short_program(std::uint64_t number) {
  RandomChoices choices(seed_of_program(3, number));
  return draw_program(choices, 100);
}

TEST(Resegmentation, MakeNoDifferenceToTheLibrary) {
  for (const Implementation* sound : {&ours(), &qemu_iov()}) {
    ResegmentationOracle resegmentation(*sound);
    for (std::uint64_t number = 0; number < 3000; ++number) {
      const auto finding = resegmentation.judge(short_program(number));
      ASSERT_FALSE(finding) << finding->report;
    }
  }
}

// Each of these is found without a word from the model.
TEST(Resegmentation, TellBrokenImplementationsFromThemselves) {
  for (const char* name :
       {"from_buf_data_not_advanced", "from_buf_offset_applied_again", "from_buf_last_byte_of_wide_piece",
        "to_buf_length_ignores_offset", "to_buf_stops_at_empty_element", "fill_stops_after_first",
        "fill_ignores_offset_within", "copy_bytes_not_counted_down", "discard_stops_at_empty",
        "discard_front_base_stays", "discard_front_start_stays", "discard_back_trims_front"}) {
    const Implementation* const broken = implementation_named(name);
    ASSERT_NE(broken, nullptr) << name;
    ResegmentationOracle resegmentation(*broken);
    bool found = false;
    for (std::uint64_t number = 0; number < 3000 && !found; ++number)
      found = resegmentation.judge(short_program(number)).has_value();
    EXPECT_TRUE(found) << name;
  }
}

TEST(Resegmentation, AreReportedAsAProgram) {
  const std::string text = "arena shared 64\nassign vec=a elements=0+2\nfill vec=a offset=0 value=7 bytes=2\n";
  const Program program = program_of(text);
  const auto finding =
      ResegmentationOracle(*implementation_named("fill_stops_after_first")).judge(program, Segmentation::bytes);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->signature, "fill: value when resegmented");
  EXPECT_EQ(finding->report,
            text +
                "#\n"
                "# signature: fill: value when resegmented\n"
                "# implementation: fill_stops_after_first\n"
                "# in step 2, which is: fill vec=a offset=0 value=7 bytes=2\n"
                "# run with its vectors as they are, and resegmented (bytes): it should not matter\n"
                "#\n"
                "# answer  as is        2\n"
                "# answer  resegmented  1\n"
                "#\n"
                "# vec a  as is        00..............................................................  "
                "[0+2]\n"
                "# vec a  resegmented  01..............................................................  "
                "[0+1 1+1]\n"
                "#\n"
                "# byte 1  as is        07  by step 2: fill vec=a offset=0 value=7 bytes=2\n"
                "# byte 1  resegmented  01  as it was at first\n");
  EXPECT_EQ(program_of(finding->report), program);
}

}  // namespace
}  // namespace lockstep
