// What is told of a program on claims that differs: all that it takes to see why.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "altered.h"
#include "lockstep/oracles/claims.h"
#include "lockstep/sides/scripted_kernel.h"
#include "lockstep/table/implementation.h"
#include "subjects/subjects.h"

#ifdef __LP64__  // numbers are printed otherwise where they have 32 bits

namespace lockstep {
namespace {

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
TEST(ClaimReports, TellWhatWasRun) {
  using I = Implementation;
  struct Refusal {
    Implementation broken;
    std::string operation;
    std::string step;
    std::string expected;
  };
  std::vector<Refusal> refusals = {
      {without<&I::assign>(), "assign", "", "rejected length_error"},
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
  refusals.push_back({without<&I::assign>(qemu_iov()), "assign", "", "rejected length_error"});
  refusals.push_back(
      {without<&I::borrow>(qemu_iov()), "borrow", "borrow b 16:2^63-1 16:2^63+1", "rejected length_error"});
  for (const auto& [broken, operation, step, expected] : refusals)
    EXPECT_EQ(first_report(broken), operation + ": rejection of claims\n" + kVector + step +
                                        (step.empty() ? "" : "\n") + "# should be  " + expected +
                                        "\n# but is     rejected other\n");
}

// Whatever it is that differs.
TEST(ClaimReports, TellWhatDiffers) {
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

TEST(ClaimReports, TellOfCallsThatAreNotMade) {
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
TEST(ClaimReports, TellWhereAViewBeginsAndHowLongItIs) {
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
TEST(ClaimReports, TellOfTooLongAnArrayNoMoreThanThatItIs) {
  const auto add = [](void* vector, void* base, std::size_t length) {
    ours().add(vector, base, length);
    ours().add(vector, base, 0);
    return ours().add(vector, base, 0);
  };
  EXPECT_EQ(first_report(with(&Implementation::add, +add)),
            "add: array of claims\n" + kVector +
                "add to b 0:SIZE_MAX-1\n# should be  b 0:SIZE_MAX-1\n# but is     b 0:SIZE_MAX-1 0:0\n");
}

TEST(ClaimReports, LookAtArraysWithoutBorrowingThem) {
  Implementation hiding = ours();
  hiding.look = [](void*) { return std::span<const iovec>(); };
  EXPECT_EQ(first_report(hiding).rfind("size: view of claims\n", 0), 0u);
  Implementation lending = ours();
  lending.look = nullptr;
  EXPECT_EQ(first_report(lending), "nothing") << "there are tables that cannot look";
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
TEST(ClaimReports, EndWithTheStepThatDiffers) {
  const std::vector<std::string> reports = reports_of("hexdump", without<&Implementation::hexdump>());
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(matched(reports, "\nhexdump [abc] limit 0\n# should be"), reports.size());
}

// An array of the harness that was made anew would leave records that are about another one.
TEST(ClaimReports, GiveAVectorItsFirstElementsOnce) {
  const std::vector<std::string> reports = reports_of("hexdump", without<&Implementation::hexdump>());
  EXPECT_GT(matched(reports, "\nc is "), 0u);
  EXPECT_EQ(matched(reports, "\n([abc]) is [^#]*\n\\1 is "), 0u);
}

TEST(ClaimReports, TakeBackByEitherRecord) {
  const std::vector<std::string> reports =
      reports_of("undo", with(
                             &Implementation::undo, +[](std::span<iovec>&, UndoStorage&) {}));
  for (const std::string record : {"1", "2"})
    EXPECT_GT(matched(reports, "\ndiscard_(front|back) ([abc]) bytes [^#]* record " + record +
                                   "\n[^#]*undo \\2 record " + record + "\n#"),
              0u);
  EXPECT_EQ(matched(reports, "\nundo [abc] record [12]\n# should be"), reports.size());
}

/// Those of programs of one step, of that operation, on a few elements.
std::vector<std::string> reports_of_step(const std::string& operation, const Implementation& broken, int programs) {
  std::vector<std::string> reports;
  Claims claims(broken);
  const std::uint32_t kind = kind_named(claims, operation);
  RandomChoices random(1);
  for (int number = 0; number < programs; ++number) {
    OfKind choices(kind, random);
    const auto finding = claims.run(choices, {.most_elements = 2, .most_steps = 1, .few_lengths = true});
    if (finding && finding->signature.rfind(operation + ": ", 0) == 0) reports.push_back(finding->report);
  }
  return reports;
}

TEST(ClaimReports, CopyInPlaceWhereverElementsLie) {
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
    const std::vector<std::string> reports = reports_of_step("copy_in_place", broken, 40'000);
    const std::string told =
        " offset [^ ]* bytes [^ ]* in place, capacity [12]\n# should be  [^#]*\n# but is     rejected other";
    EXPECT_EQ(matched(reports, "\ncopy [abc]" + told), reports.size());
    const std::string first = " in place, capacity 1\n# should be  1\n";
    EXPECT_GT(matched(reports, "\n[ab] is [^ ]*:SIZE_MAX\ncopy [ab] offset 0 bytes SIZE_MAX" + first), 0u);
    // So that the elements are too long together.
    const std::string c = "\nc is [^ ]*:2\\^63 [^ ]*:SIZE_MAX\ncopy c offset [^ ]* bytes [^ ]*";
    EXPECT_GT(matched(reports, c + first), 0u);
    const std::string vector = "\n[ab] is [^ ]*:1 [^ ]*:2\\^63\ncopy [ab] offset 1 bytes (2\\^63|SIZE_MAX)";
    EXPECT_EQ(matched(reports, vector + first) > 0, implementation == &qemu_iov())
        << "an IoVector is not lent for that";
  }
}

// The vectors that are compared, in their order.
TEST(ClaimReports, TellOfBothThatAreCompared) {
  const auto first_difference = [](std::span<const iovec> a, std::span<const iovec> b) {
    if (a.size() == 2 && b.size() == 1) return Result{0, Rejection::other};
    return ours().first_difference(a, b);
  };
  const std::vector<std::string> reports =
      reports_of_step("first_difference", with(&Implementation::first_difference, +first_difference), 5'000);
  ASSERT_FALSE(reports.empty());
  const std::string two = "\n([abc]) is [^ \n]+ [^ \n]+";
  const std::string one = "\n([abc]) is [^ \n]+";
  EXPECT_EQ(matched(reports, two + one + "\nfirst_difference \\1 \\2\n") +
                matched(reports, one + two + "\nfirst_difference \\2 \\1\n"),
            reports.size());
}

TEST(ClaimReports, TellThatThereIsNoMiddle) {
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
TEST(ClaimReports, ExtendAtTheLimit) {
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

}  // namespace
}  // namespace lockstep

#endif
