// Lengths and counts where no array of bytes can follow: the library agrees with the model of extents everywhere, and
// what does not is reported with all that it takes to see why.
#include "lockstep/claims.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "generators.h"
#include "lockstep/claims_runner.h"
#include "lockstep/implementation.h"
#include "lockstep/scripted_kernel.h"

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
    EXPECT_GT(claims.counts().rejections, claims.counts().steps / 20);
    EXPECT_LT(claims.counts().rejections, claims.counts().steps / 3 * 2);
    std::uint64_t steps = 0;
    std::uint64_t rejected = 0;
    for (const Claims::Tried& tried : claims.counts().operations) {
      steps += tried.steps;
      rejected += tried.rejected;
    }
    EXPECT_EQ(rejected, claims.counts().rejections);
    const Claims::Tried& assign = claims.counts().operations.back();
    EXPECT_EQ(assign.operation, "assign");
    EXPECT_GT(assign.steps, claims.counts().programs / 2);
    EXPECT_LT(assign.steps, claims.counts().programs * 3);
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

#ifdef __LP64__  // numbers are printed otherwise where they have 32 bits

/// An entry that rejects whatever it is asked.
template <typename... Arguments>
auto refusing(Result (*)(Arguments...)) {
  return +[](Arguments...) { return Result{0, Rejection::other}; };
}

/// Ours, or what `sound` is, with one entry that rejects everything.
template <auto entry>
Implementation without(const Implementation& sound = ours()) {
  Implementation broken = sound;
  broken.*entry = refusing(broken.*entry);
  return broken;
}

/// With one entry in place of ours.
template <typename Entry, typename Function>
Implementation with(Entry entry, Function function) {
  Implementation broken = ours();
  broken.*entry = function;
  return broken;
}

/// Draws at random, but which operation: that is the first thing that is drawn of a program of one step.
class OfKind final : public Choices {
 public:
  OfKind(std::uint32_t kind, Choices& rest) : kind_(kind), rest_(rest) {}
  std::uint32_t below(std::uint32_t n) override {
    if (!is_first_) return rest_.below(n);
    is_first_ = false;
    is_there = kind_ < n;
    return std::min(kind_, n - 1);
  }
  bool is_there = false;

 private:
  std::uint32_t kind_;
  Choices& rest_;
  bool is_first_ = true;
};

/// Of the first program that differs: by operations, so that one more at their end changes nothing here.
std::string first_report(const Implementation& broken) {
  Claims claims(broken);
  for (std::uint32_t kind = 0;; ++kind) {
    RandomChoices random(1);
    for (int i = 0; i < 200; ++i) {
      OfKind choices(kind, random);
      const auto finding = claims.run(choices, {.most_elements = 2, .most_steps = 1});
      if (finding) return finding->signature + "\n" + finding->report;
      if (!choices.is_there) return "nothing";
    }
  }
}

/// What every report says first of the program that all of these were drawn as.
const std::string kVector = "# elements are BASE:LENGTH\nb is 16:SIZE_MAX 2^63:2^32+1\n";

// Of every operation what it is run on, and its operands.
TEST(Claims, TellWhatWasRun) {
  using I = Implementation;
  struct Refusal {
    Implementation broken;
    std::string operation;
    std::string step;
    std::string expected;
  };
  std::vector<Refusal> refusals = {
      {without<&I::assign>(), "assign", "size b", "rejected length_error"},
      {without<&I::add>(), "add", "add to b 0:SIZE_MAX-1", "0"},
      {without<&I::add_many>(), "add_many", "add 1024 to b 16:1", "0"},
      {without<&I::vector_size>(), "vector_size", "vector_size b", "0"},
      {without<&I::from_buffer>(), "from_buffer", "from_buffer b 0:SIZE_MAX-1", "0"},
      {without<&I::reset>(), "reset", "reset b", "0"},
      {without<&I::copy_vector>(), "copy_vector", "copy_vector b into b", "0"},
      {without<&I::move_vector>(), "move_vector", "move_vector b into b", "0"},
      {without<&I::concat>(), "concat", "concat b offset 2^63-1 bytes 2^32-1 onto b", "rejected out_of_range"},
      {without<&I::slice>(), "slice", "slice b offset 2^63-1 bytes 2^32-1 into b", "rejected out_of_range"},
      {without<&I::extended>(), "extended",
       "extended into b head 16:1 mid b offset 2^63-1 bytes 2^32-1 tail 32:18446744069414584320 limit 1",
       "rejected length_error"},
      {without<&I::clone>(), "clone", "clone b onto b buffer SIZE_MAX-7:0", "0"},
      {without<&I::vector_discard_back>(), "vector_discard_back", "vector_discard_back b bytes SIZE_MAX-1",
       "rejected out_of_range"},
      {without<&I::size>(), "size", "size b", "0"},
      {without<&I::from_buf>(), "from_buf", "from_buf b offset SIZE_MAX-1 bytes 2^63-1", "rejected out_of_range"},
      {without<&I::to_buf>(), "to_buf", "to_buf b offset SIZE_MAX-1 bytes 2^63-1", "rejected out_of_range"},
      {without<&I::fill>(), "fill", "fill b offset SIZE_MAX-1 bytes 2^63-1", "rejected out_of_range"},
      {without<&I::copy>(), "copy", "copy b offset SIZE_MAX-1 bytes 2^63-1 capacity 0", "rejected out_of_range"},
      {without<&I::slice_count>(), "slice_count", "slice_count b offset SIZE_MAX-1 bytes 2^63-1",
       "rejected out_of_range"},
      {without<&I::is_zero>(), "is_zero", "is_zero b offset SIZE_MAX-1 bytes 2^63-1", "rejected out_of_range"},
      {without<&I::clone_size>(), "clone_size", "clone_size b", "0"},
      {without<&I::hexdump>(), "hexdump", "hexdump b limit 0", "0"},
      {without<&I::discard_front>(), "discard_front", "discard_front b bytes SIZE_MAX-1 record 1", "0"},
      {without<&I::discard_back>(), "discard_back", "discard_back b bytes SIZE_MAX-1 record 1", "0"},
      {without<&I::send>(), "send", "send b offset SIZE_MAX-1 bytes 2^63-1 elements a call 1", "rejected out_of_range"},
      {without<&I::recv>(), "recv", "recv b offset SIZE_MAX-1 bytes 2^63-1 elements a call 1", "rejected out_of_range"},
  };
  // In C elements are added one by one.
  refusals.push_back({without<&I::assign>(qemu_iov()), "assign", "size b", "rejected length_error"});
  refusals.push_back(
      {without<&I::borrow>(qemu_iov()), "borrow", "borrow b 16:2^63-1 16:2^63+1", "rejected length_error"});
  for (const auto& [broken, operation, step, expected] : refusals)
    EXPECT_EQ(first_report(broken), operation + ": rejection of claims\n" + kVector + step + "\n# should be  " +
                                        expected + "\n# but is     rejected other\n");
}

// Whatever it is that differs.
TEST(Claims, TellWhatDiffers) {
  using I = Implementation;
  const std::vector<std::pair<Implementation, std::string>> reports = {
      {without<&I::first_difference>(),
       "first_difference: rejection of claims\n"
       "# elements are BASE:LENGTH\n"
       "b is 16:SIZE_MAX 2^63:2^32+1\n"
       "c is 2^63:2^32-1\n"
       "first_difference b c\n"
       "# should be  0\n"
       "# but is     rejected other\n"},
      {with(
           &I::release, +[](void*) {}),
       "destroy: array of claims\n"
       "# elements are BASE:LENGTH\n"
       "b is 2^63:2^32-1\n"
       "destroy b\n"
       "# should be  b none\n"
       "# but is     b 2^63:2^32-1\n"},
      {with(
           &I::add, +[](void* vector, void* base, std::size_t length) { return ours().add(vector, base, length / 2); }),
       "add: array of claims\n"
       "# elements are BASE:LENGTH\n"
       "b is 16:SIZE_MAX 2^63:2^32+1\n"
       "add to b 0:SIZE_MAX-1\n"
       "# should be  b 0:SIZE_MAX-1\n"
       "# but is     b 0:2^63-1\n"},
      {with(
           &I::discard_front,
           +[](std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
             std::span<iovec> moved = view;
             return ours().discard_front(moved, bytes, record);
           }),
       "discard_front: view of claims\n"
       "# elements are BASE:LENGTH\n"
       "a is 0:2^32+1 0:2^32+1\n"
       "discard_front a bytes 8589934593\n"
       "# should be  a from 1 on 1\n"
       "# but is     a from 0 on 2\n"},
      {with(
           &I::copy,
           +[](std::span<iovec> destination, std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
             const Result result = ours().copy(destination, view, offset, bytes);
             if (result.value > 0) destination[0].iov_base = nullptr;
             return result;
           }),
       "copy: elements of claims\n"
       "# elements are BASE:LENGTH\n"
       "b is SIZE_MAX-7:2^63 16:0\n"
       "copy b offset 2^32+1 bytes 1 capacity 1\n"
       "# should be   2^32-7:1 23130:42405\n"
       "# but is      0:1 23130:42405\n"},
      {with(
           &I::send,
           +[](Kernel& kernel, std::span<const iovec> view, std::size_t offset, std::size_t bytes, Ending& ending) {
             const Result result = ours().send(kernel, view, offset, bytes, ending);
             if (result.value > 0) kernel.send(view.first(1));
             return result;
           }),
       "send: calls of claims\n"
       "# elements are BASE:LENGTH\n"
       "b is SIZE_MAX-7:2^63 16:0\n"
       "send b offset 2^32+1 bytes 1 elements a call 1\n"
       "# should be  call 2: is not made\n"
       "# but is     call 2: SIZE_MAX-7:2^63\n"},
      {with(
           &I::recv,
           +[](Kernel& kernel, std::span<const iovec> view, std::size_t offset, std::size_t bytes, Ending& ending) {
             const Result result = ours().recv(kernel, view, offset, bytes, ending);
             ending.end_of_stream = true;
             return result;
           }),
       "recv: ending of claims\n"
       "# elements are BASE:LENGTH\n"
       "b is 16:SIZE_MAX 2^63:2^32+1\n"
       "recv b offset SIZE_MAX-1 bytes 2^63-1 elements a call 1\n"
       "# should be  all is moved\n"
       "# but is     an error or the end\n"},
      {with(
           &I::send,
           +[](Kernel& kernel, std::span<const iovec> view, std::size_t offset, std::size_t bytes, Ending& ending) {
             const Result result = ours().send(kernel, view, offset, bytes, ending);
             ending.error = EIO;
             return result;
           }),
       "send: ending of claims\n"
       "# elements are BASE:LENGTH\n"
       "b is 16:SIZE_MAX 2^63:2^32+1\n"
       "send b offset SIZE_MAX-1 bytes 2^63-1 elements a call 1\n"
       "# should be  all is moved\n"
       "# but is     an error or the end\n"},
      {with(
           &I::size,
           +[](std::span<const iovec> view) {
             Result result = ours().size(view);
             ++result.value;
             return result;
           }),
       "size: value of claims\n"
       "# elements are BASE:LENGTH\n"
       "b is 16:SIZE_MAX 2^63:2^32+1\n"
       "size b\n"
       "# should be  0\n"
       "# but is     1\n"},
  };
  for (const auto& [broken, report] : reports) EXPECT_EQ(first_report(broken), report);
}

/// Takes all it is offered.
class Sink final : public Kernel {
 public:
  using Kernel::Kernel;

 private:
  ssize_t call(std::span<const iovec> elements, bool) override {
    std::size_t bytes = 0;
    for (const iovec& element : elements) bytes += element.iov_len;
    return static_cast<ssize_t>(bytes);
  }
};

TEST(Claims, TellOfCallsThatAreNotMade) {
  const auto send = [](Kernel& kernel, std::span<const iovec> view, std::size_t offset, std::size_t bytes,
                       Ending& ending) {
    Sink sink(kernel.max_elements());
    return ours().send(sink, view, offset, bytes, ending);
  };
  EXPECT_EQ(first_report(with(&Implementation::send, +send)),
            "send: calls of claims\n# elements are BASE:LENGTH\nb is SIZE_MAX-7:2^63 16:0\n"
            "send b offset 2^32+1 bytes 1 elements a call 1\n# should be  call 1: 2^32-7:1\n# but is     call 1: is "
            "not made\n");
}

// Where a view begins, and how long it is, are two things that can differ, each alone.
TEST(Claims, TellWhereAViewBeginsAndHowLongItIs) {
  using View = std::span<iovec>;
  const auto too_early = [](View& view, std::size_t bytes, UndoStorage* record) {
    View after = view;
    const Result result = ours().discard_front(after, bytes, record);
    view = view.first(after.size());
    return result;
  };
  EXPECT_EQ(first_report(with(&Implementation::discard_front, +too_early)),
            "discard_front: view of claims\n# elements are BASE:LENGTH\na is 0:2^32+1 0:2^32+1\n"
            "discard_front a bytes 8589934593\n# should be  a from 1 on 1\n# but is     a from 0 on 1\n");
  const auto too_long = [](View& view, std::size_t bytes, UndoStorage* record) {
    View after = view;
    const Result result = ours().discard_front(after, bytes, record);
    view = {after.data(), view.size()};
    return result;
  };
  EXPECT_EQ(first_report(with(&Implementation::discard_front, +too_long)),
            "discard_front: view of claims\n# elements are BASE:LENGTH\na is 0:2^32+1 0:2^32+1\n"
            "discard_front a bytes 8589934593\n# should be  a from 1 on 1\n# but is     a from 1 on 2\n");
}

// Of an array that is too long, one element more than there should be.
TEST(Claims, TellOfTooLongAnArrayNoMoreThanThatItIs) {
  const auto add = [](void* vector, void* base, std::size_t length) {
    ours().add(vector, base, length);
    ours().add(vector, base, 0);
    return ours().add(vector, base, 0);
  };
  EXPECT_EQ(first_report(with(&Implementation::add, +add)),
            "add: array of claims\n" + kVector +
                "add to b 0:SIZE_MAX-1\n# should be  b 0:SIZE_MAX-1\n# but is     b 0:SIZE_MAX-1 0:0\n");
}

TEST(Claims, LookAtArraysWithoutBorrowingThem) {
  Implementation hiding = ours();
  hiding.look = [](void*) { return std::span<const iovec>(); };
  EXPECT_EQ(first_report(hiding).rfind("size: view of claims\n", 0), 0u);
  Implementation lending = ours();
  lending.look = nullptr;
  EXPECT_EQ(first_report(lending), "nothing") << "there are tables that cannot look";
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

/// The reports of that operation among those of the first random programs.
std::vector<std::string> reports_of(const std::string& operation, const Implementation& broken, int programs = 20'000) {
  std::vector<std::string> reports;
  Claims claims(broken);
  for (int number = 0; number < programs; ++number) {
    RandomChoices choices(seed_of_program(1, static_cast<std::uint64_t>(number)));
    const auto finding = claims.run(choices, {});
    if (finding && finding->signature.rfind(operation + ": ", 0) == 0) reports.push_back(finding->report);
  }
  return reports;
}

/// How many of them a pattern matches somewhere.
std::size_t matched(const std::vector<std::string>& reports, const std::string& pattern) {
  const std::regex regex(pattern);
  return static_cast<std::size_t>(std::count_if(
      reports.begin(), reports.end(), [&](const std::string& report) { return std::regex_search(report, regex); }));
}

// The steps after a difference would be about something else.
TEST(Claims, EndWithTheStepThatDiffers) {
  const std::vector<std::string> reports = reports_of("hexdump", without<&Implementation::hexdump>());
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(matched(reports, "\nhexdump [abc] limit 0\n# should be"), reports.size());
}

// An array of the harness that was made anew would leave records that are about another one.
TEST(Claims, GiveAVectorItsFirstElementsOnce) {
  const std::vector<std::string> reports = reports_of("hexdump", without<&Implementation::hexdump>());
  EXPECT_GT(matched(reports, "\nc is "), 0u);
  EXPECT_EQ(matched(reports, "\n([abc]) is [^#]*\n\\1 is "), 0u);
}

TEST(Claims, TakeBackByEitherRecord) {
  const std::vector<std::string> reports =
      reports_of("undo", with(
                             &Implementation::undo, +[](std::span<iovec>&, UndoStorage&) {}));
  for (const std::string record : {"1", "2"})
    EXPECT_GT(matched(reports, "\ndiscard_(front|back) ([abc]) bytes [^#]* record " + record +
                                   "\n[^#]*undo \\2 record " + record + "\n#"),
              0u);
  EXPECT_EQ(matched(reports, "\nundo [abc] record [12]\n# should be"), reports.size());
}

TEST(Claims, CopyInPlaceWhereverElementsLie) {
  // Of a copy into another place nothing is wrong here.
  static const Implementation* sound;
  const auto copy = [](std::span<iovec> destination, std::span<const iovec> view, std::size_t offset,
                       std::size_t bytes) {
    if (destination.data() == view.data() && !destination.empty()) return Result{0, Rejection::other};
    return sound->copy(destination, view, offset, bytes);
  };
  for (const Implementation* implementation : {&ours(), &qemu_iov()}) {
    sound = implementation;
    Implementation broken = *implementation;
    broken.copy = copy;
    const std::vector<std::string> reports = reports_of("copy_in_place", broken);
    const std::string told =
        " offset [^ ]* bytes [^ ]* in place, capacity [1-9][0-9]*\n# should be  [^#]*\n# but is     rejected other";
    EXPECT_GT(matched(reports, "\ncopy [ab]" + told), 0u);
    EXPECT_GT(matched(reports, "\ncopy c" + told), 0u);
    EXPECT_EQ(matched(reports, "\ncopy [abc]" + told), reports.size());
  }
}

TEST(Claims, TellThatThereIsNoMiddle) {
  const auto extended = [](void* vector, const iovec& head, std::optional<std::span<const iovec>> mid,
                           std::size_t offset, std::size_t bytes, const iovec& tail, std::size_t limit) {
    if (!mid) return Result{0, Rejection::other};
    return ours().extended(vector, head, mid, offset, bytes, tail, limit);
  };
  const std::vector<std::string> reports = reports_of("extended", with(&Implementation::extended, +extended));
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(matched(reports, "\\nextended into [ab] head 16:[^ ]* no mid offset [^#]*\\n# should"), reports.size());
}

// Where the elements and the ends are just as many as there may be, or not.
TEST(Claims, ExtendAtTheLimit) {
  static const Implementation* sound;
  const auto extended = [](void* vector, const iovec& head, std::optional<std::span<const iovec>> mid,
                           std::size_t offset, std::size_t bytes, const iovec& tail, std::size_t limit) {
    if (mid && mid->size() > 1000) return Result{0, Rejection::other};
    return sound->extended(vector, head, mid, offset, bytes, tail, limit);
  };
  for (const Implementation* implementation : {&ours(), &qemu_iov()}) {
    sound = implementation;
    Implementation broken = *implementation;
    broken.extended = extended;
    const std::vector<std::string> reports = reports_of("extended_at_the_limit", broken);
    const auto told = [](const std::string& head, const std::string& bytes, const std::string& tail) {
      return "\nc is( 16:[01]){8} ... 102[2-5] elements\n([ab] is[^\n]*\n)?extended into [ab] head 16:" + head +
             " mid c offset 0 bytes " + bytes + " tail 32:" + tail + " limit 1024\n#";
    };
    EXPECT_EQ(matched(reports, told("[01]", "[0-9]+", "[01]")), reports.size());
    for (const std::string head : {"0", "1"})
      for (const std::string tail : {"0", "1"})
        for (const std::string bytes : {"0", "102[2-5]"}) EXPECT_GT(matched(reports, told(head, bytes, tail)), 0u);
  }
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
  while (calls == 0) static_cast<void>(claims.run(choices, {.most_steps = 1}));
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

#endif

}  // namespace
}  // namespace lockstep
