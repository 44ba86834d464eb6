// Lengths and counts where no array of bytes can follow: the library agrees with the model of extents everywhere.
#include "lockstep/oracles/claims.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "altered.h"
#include "generators.h"
#include "lockstep/oracles/claims_runner.h"
#include "lockstep/sides/scripted_kernel.h"
#include "lockstep/table/implementation.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

TEST(Claims, ArePrintedByWhatTheyAreNear) {
  using claims::print;
  constexpr std::size_t kTop = SIZE_MAX / 2 + 1;
  constexpr std::size_t kHalf = std::size_t{1} << (std::numeric_limits<std::size_t>::digits / 2);
  for (const std::size_t number : {std::size_t{0}, std::size_t{4096}, SIZE_MAX - 4096, kTop - 4096, kTop + 4096})
    EXPECT_EQ(print(number), std::to_string(number));
  EXPECT_EQ(print(SIZE_MAX), "SIZE_MAX");
  EXPECT_EQ(print(SIZE_MAX - 1), "SIZE_MAX-1");
  EXPECT_EQ(print(SIZE_MAX - 4095), "SIZE_MAX-4095");
  const std::string top = "2^" + std::to_string(std::numeric_limits<std::size_t>::digits - 1);
  EXPECT_EQ(print(kTop - 4095), top + "-4095");
  EXPECT_EQ(print(kTop - 1), top + "-1");
  EXPECT_EQ(print(kTop), top);
  EXPECT_EQ(print(kTop + 1), top + "+1");
  EXPECT_EQ(print(kTop + 4095), top + "+4095");
  EXPECT_EQ(print(kHalf + 1), "2^" + std::to_string(std::numeric_limits<std::size_t>::digits / 2) + "+1");

  EXPECT_EQ(print(Claim{16, SIZE_MAX}), "16:SIZE_MAX");
  EXPECT_EQ(print(std::vector<Claim>{}), " none");
  EXPECT_EQ(print(std::vector<Claim>{{1, 2}, {3, 4}}), " 1:2 3:4");
  const std::vector<Claim> many(9, {5, 6});
  const std::string eight = " 5:6 5:6 5:6 5:6 5:6 5:6 5:6 5:6";
  EXPECT_EQ(print(std::span(many).first(8)), eight);
  EXPECT_EQ(print(many), eight + " ... 9 elements");
  EXPECT_EQ(print(Result{3, Rejection::none}), "3");
  EXPECT_EQ(print(Result{3, Rejection::length_error}), "rejected length_error");
}

TEST(Claims, AgreeOnTheSmallest) {
  for (const Implementation* implementation : {&ours(), &qemu_iov()}) {
    Claims claims(*implementation);
    // The first of them, in every build; Enumeration.QuickScopes runs them all.
    constexpr std::uint64_t kPrograms = 120'000;
    const auto finding = enumerate_claims(claims, kPrograms);
    ASSERT_FALSE(finding) << finding->signature << "\n" << finding->report;
    EXPECT_EQ(claims.counts().programs, kPrograms);
    EXPECT_EQ(claims.counts().skipped, 0u);
  }
}

TEST(Claims, AgreeInRandomPrograms) {
  constexpr std::uint64_t kSeed = 1;
  for (const Implementation* implementation : {&ours(), &qemu_iov()}) {
    Claims claims(*implementation);
    for (std::uint64_t number = 0; number < 20'000; ++number) {
      RandomChoices choices(seed_of_program(kSeed, number));
      const auto finding = claims.run(choices, {});
      ASSERT_FALSE(finding) << "seed " << kSeed << ", program " << number << ": " << finding->signature << "\n"
                            << finding->report;
    }
    EXPECT_EQ(claims.counts().skipped, 0u);
    // An operation that rejects everything would agree as well.
    std::uint64_t rejected = 0;
    std::uint64_t steps = 0;
    for (const Claims::Tried& tried : claims.counts().operations) {
      rejected += tried.rejected;
      steps += tried.steps;
      EXPECT_LE(tried.accepted + tried.rejected, tried.steps) << tried.operation;
    }
    EXPECT_GT(rejected, claims.counts().steps / 20);
    EXPECT_LT(rejected, claims.counts().steps / 3 * 2);
    const Claims::Tried& assign = claims.counts().operations.back();
    EXPECT_EQ(assign.operation, "assign");
    EXPECT_GT(assign.accepted + assign.rejected, claims.counts().programs / 2);
    EXPECT_LT(assign.accepted + assign.rejected, claims.counts().programs * 3);
    EXPECT_EQ(steps - assign.steps, claims.counts().steps);
  }
}

RC_GTEST_PROP(Claims, AgreeWhateverIsChosen, ()) {
  static Claims in_cpp(ours());
  static Claims in_c(qemu_iov());
  RapidChoices choices;
  const auto finding = (*rc::gen::arbitrary<bool>() ? in_c : in_cpp).run(choices, {});
  if (finding) RC_FAIL(finding->signature + "\n" + finding->report);
}

/// Always the first of everything, or the last.
class Extreme final : public Choices {
 public:
  explicit Extreme(bool is_last) : is_last_(is_last) {}
  std::uint32_t below(std::uint32_t n) override { return is_last_ ? n - 1 : 0; }

 private:
  bool is_last_;
};

TEST(Claims, HaveFromOneStepToAsManyAsTheScopeSays) {
  for (const bool is_last : {false, true}) {
    Claims claims(ours());
    Extreme choices(is_last);
    EXPECT_FALSE(claims.run(choices, {.most_steps = 5}));
    EXPECT_EQ(claims.counts().steps, is_last ? 5u : 1u);
    EXPECT_FALSE(claims.run(choices, {.most_steps = 1}));
    EXPECT_EQ(claims.counts().steps, is_last ? 6u : 2u);
  }
}

/// Runs every operation without this entry; expects that what needs it is left out, and nothing else.
template <auto entry>
void expect_left_out(const Implementation& sound, std::uint64_t operations = 1) {
  Implementation partial = sound;
  partial.*entry = nullptr;
  Claims claims(partial);
  RandomChoices random(1);
  const std::size_t kinds = claims.counts().operations.size() - 1;  // the last is `assign`
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    OfKind choices(static_cast<std::uint32_t>(kind), random);
    EXPECT_FALSE(claims.run(choices, {.most_steps = 1}));
  }
  EXPECT_EQ(claims.counts().skipped, operations);
  EXPECT_EQ(claims.counts().steps, kinds - operations);
}

TEST(Claims, LeaveOutWhatATableLeavesOut) {
  using I = Implementation;
  for (const I* sound : {&ours(), &qemu_iov()}) {
    expect_left_out<&I::size>(*sound);
    expect_left_out<&I::vector_size>(*sound);
    expect_left_out<&I::hexdump>(*sound);
    expect_left_out<&I::from_buf>(*sound);
    expect_left_out<&I::to_buf>(*sound);
    expect_left_out<&I::fill>(*sound);
    expect_left_out<&I::is_zero>(*sound);
    expect_left_out<&I::copy>(*sound, 2);
    expect_left_out<&I::slice>(*sound);
    expect_left_out<&I::slice_count>(*sound);
    expect_left_out<&I::concat>(*sound);
    expect_left_out<&I::discard_front>(*sound);
    expect_left_out<&I::discard_back>(*sound);
    expect_left_out<&I::undo>(*sound);
    expect_left_out<&I::vector_discard_back>(*sound);
    expect_left_out<&I::clone>(*sound);
    expect_left_out<&I::add>(*sound);
    expect_left_out<&I::add_many>(*sound);
    expect_left_out<&I::first_difference>(*sound);
    expect_left_out<&I::reset>(*sound);
    expect_left_out<&I::release>(*sound);
    expect_left_out<&I::from_buffer>(*sound);
    expect_left_out<&I::send>(*sound);
    expect_left_out<&I::recv>(*sound);
    expect_left_out<&I::extended>(*sound, 2);
  }
  expect_left_out<&I::clone_size>(ours());
  expect_left_out<&I::copy_vector>(ours());
  expect_left_out<&I::move_vector>(ours());
  expect_left_out<&I::borrow>(qemu_iov());
}

TEST(Claims, NameEveryOperation) {
  const auto names = [](const Implementation& implementation) {
    std::string text;
    const Claims claims(implementation);
    for (const Claims::Tried& tried : claims.counts().operations) text += std::string(tried.operation) + " ";
    return text;
  };
  const std::string first = "size vector_size ";
  const std::string second =
      "hexdump from_buf to_buf fill is_zero copy slice slice_count extended concat discard_front discard_back undo "
      "vector_discard_back clone add add_many first_difference copy_in_place reset destroy from_buffer ";
  const std::string last = "send recv extended_at_the_limit assign ";
  EXPECT_EQ(names(ours()), first + "clone_size " + second + "copy_vector move_vector " + last);
  EXPECT_EQ(names(qemu_iov()), first + second + "borrow " + last);
}

// An implementation that does not stop by itself.
TEST(Claims, EndATransferThatWouldNot) {
  static std::size_t calls;
  calls = 0;
  static ssize_t answer;
  Claims claims(with(
      &Implementation::send, +[](Kernel& kernel, std::span<const iovec> view, std::size_t, std::size_t, Ending&) {
        while ((answer = kernel.send(view.first(0))) >= 0) ++calls;
        return Result{};
      }));
  RandomChoices choices(1);
  for (int i = 0; i < 10'000 && calls == 0; ++i) static_cast<void>(claims.run(choices, {.most_steps = 1}));
  EXPECT_EQ(calls, kMaxElements + 3);
  EXPECT_EQ(answer, -EIO);
}

TEST(Claims, OfAProgramThatDiffersTheNextKnowsNothing) {
  Claims claims(with(
      &Implementation::size, +[](std::span<const iovec>) {
        return Result{12345, Rejection::none};
      }));
  Extreme sizes(false);
  EXPECT_TRUE(claims.run(sizes, {}));
  Extreme others(true);
  EXPECT_FALSE(claims.run(others, {}));
}

}  // namespace
}  // namespace lockstep
