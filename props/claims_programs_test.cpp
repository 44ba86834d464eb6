// Programs on claims that chance hardly ever draws, written down draw by draw.
// The one fact that matters: their reports are expected word by word, so whoever changes what is drawn sees these fail,
// and writes down the answers that draw the same steps again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "altered.h"
#include "lockstep/language/choices.h"
#include "lockstep/oracles/claims.h"
#include "lockstep/table/implementation.h"
#include "subjects/subjects.h"

#ifdef __LP64__  // numbers are printed otherwise where they have 32 bits

namespace lockstep {
namespace {

/// What is drawn, one after the other.
class Answers final : public Choices {
 public:
  explicit Answers(std::vector<std::uint32_t> answers) : answers_(std::move(answers)) {}
  std::uint32_t below(std::uint32_t n) override {
    if (next_ == answers_.size()) {
      ADD_FAILURE() << "more is drawn than is written down";
      return 0;
    }
    EXPECT_LT(answers_[next_], n) << "answer " << next_;
    return std::min(answers_[next_++], n - 1);
  }
  bool are_used_up() const { return next_ == answers_.size(); }

 private:
  std::vector<std::uint32_t> answers_;
  std::size_t next_ = 0;
};

/// What is drawn after the operation, the place in a list each: first of all the vector; where it is drawn for the
/// first time its number of elements, and their lengths; then
///   copy_in_place  offset, bytes, capacity
///   add            the length
///   discard_back   bytes, record (0: none)
///   undo           record
///   slice_count    offset, bytes
struct Step {
  std::string operation;
  std::vector<std::uint32_t> answers;
};

/// What is told of one program of these steps; nothing where all agrees.
std::string told_of(const Implementation& implementation, const std::vector<Step>& steps) {
  Claims claims(implementation);
  std::vector<std::uint32_t> answers = {static_cast<std::uint32_t>(steps.size() - 1)};
  for (const Step& step : steps) {
    answers.push_back(kind_named(claims, step.operation));
    answers.insert(answers.end(), step.answers.begin(), step.answers.end());
  }
  Answers choices(answers);
  const auto finding = claims.run(choices, {.most_elements = 3, .most_steps = steps.size(), .many = false});
  EXPECT_TRUE(choices.are_used_up());
  return finding ? finding->report : "";
}

// Elements made longer in place may add up to more than SIZE_MAX. In C only a part of a vector is asked whether it
// does, because it is borrowed for the call; a whole vector is passed as it is.
TEST(ClaimPrograms, InCOnlyAPartIsAskedWhetherItIsTooMuch) {
  const Step longer = {"copy_in_place", {0, 2, 1, 6, 1, 6, 1}};
  const Step add = {"add", {0, 1}};
  const Step trim = {"discard_back", {0, 1, 0}};
  const Step count = {"slice_count", {0, 0, 1}};
  const Implementation broken = without<&Implementation::slice_count>(qemu_iov());
  const std::string made =
      "# elements are BASE:LENGTH\n"
      "a is 16:1 17:2^63\n"
      "copy a offset 1 bytes 2^63 in place, capacity 1\n"
      "add to a 16:1\n";

  EXPECT_EQ(told_of(qemu_iov(), {longer, add, count}), "");
  EXPECT_EQ(told_of(broken, {longer, add, count}), made +
                                                       "slice_count a offset 0 bytes 1\n"
                                                       "# should be  1\n"
                                                       "# but is     rejected other\n");

  EXPECT_EQ(told_of(qemu_iov(), {longer, add, trim, count}), "");
  EXPECT_EQ(told_of(broken, {longer, add, trim, count}), made +
                                                             "discard_back a bytes 1\n"
                                                             "slice_count a offset 0 bytes 1\n"
                                                             "# should be  rejected length_error\n"
                                                             "# but is     rejected other\n");
}

// A trim that came back beside an element made longer in place would leave the vector no size.
TEST(ClaimPrograms, ACopyInPlaceForgetsWhatWasTrimmed) {
  const std::vector<Step> steps = {
      {"discard_back", {0, 3, 1, 5, 5, 1, 1}}, {"copy_in_place", {0, 1, 8, 2}}, {"undo", {0, 0}}, {"vector_size", {0}}};
  EXPECT_EQ(told_of(ours(), steps), "");
  EXPECT_EQ(told_of(without<&Implementation::vector_size>(), steps),
            "# elements are BASE:LENGTH\n"
            "a is 16:1 17:2^63-1 2^63+16:2^63-1\n"
            "discard_back a bytes 1 record 1\n"
            "copy a offset 1 bytes 2^63+1 in place, capacity 3\n"
            "undo a record 1\n"
            "vector_size a\n"
            "# should be  SIZE_MAX\n"
            "# but is     rejected other\n");
}

}  // namespace
}  // namespace lockstep

#endif
