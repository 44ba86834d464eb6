// Properties of programs drawn by RapidCheck: the library agrees with the model, and the language keeps its promises.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "generators.h"
#include "lockstep/cuts.h"
#include "lockstep/lockstep.h"
#include "lockstep/mutate.h"
#include "lockstep/reduce.h"
#include "seeded/seeded_bugs.h"

namespace lockstep {
namespace {

Program parsed(const std::string& text) {
  auto result = parse(text, "property");
  if (const auto* error = std::get_if<ParseError>(&result)) RC_FAIL(error->message);
  return std::get<ParsedProgram>(result).program;
}

RC_GTEST_PROP(Property, TheLibraryAgreesWithTheModel, (const Program& program)) {
  const auto divergence = run(program, ours());
  RC_CLASSIFY(program.operations.size() > 32u, "long");
  RC_CLASSIFY(program.arena.kind == Arena::Kind::exact, "exact");
  if (divergence) RC_FAIL(explain(*divergence));
}

RC_GTEST_PROP(Property, TheCInterfaceAgreesWithTheModel, (const Program& program)) {
  if (const auto divergence = run(program, qemu_iov())) RC_FAIL(explain(*divergence));
}

/// Lines of the text of a transfer, one for each call to the kernel.
class CallCounter final : public Observer {
 public:
  void before_step(std::size_t, const Operation&, const Operation&) override {}
  void after_step(std::size_t, const Moment& expected, const Moment& actual) override {
    needed += count(expected);
    made += count(actual);
  }
  void skipped_step(std::size_t, const Operation&) override {}
  void cut_short(std::size_t) override {}
  std::ptrdiff_t needed = 0;
  std::ptrdiff_t made = 0;

 private:
  static std::ptrdiff_t count(const Moment& moment) {
    return std::count(moment.outcome.text.begin(), moment.outcome.text.end(), '\n');
  }
};

RC_GTEST_PROP(Property, TransfersCallTheKernelNoMoreThanTheModel, ()) {
  const Program program = *drawn([](Choices& choices) {
    Program some{draw_arena(choices), {Assign{Vec{0}, Pieces::draw(choices)}, AddMany{}}};
    some.operations[1] = AddMany{Vec{0}, Count::draw(choices), Piece::draw(choices), Stride::draw(choices)};
    const Size whole = {Size::Kind::edge, 0, Size::last_edge};
    some.operations.push_back(Send{Vec{0}, {}, whole, Count::draw(choices), Script::draw(choices)});
    some.operations.push_back(Recv{Vec{0}, {}, whole, Count::draw(choices), Script::draw(choices)});
    return some;
  });
  for (const Implementation* sound : {&ours(), &qemu_iov()}) {
    CallCounter calls;
    if (const auto divergence = Lockstep(*sound).run(program, calls)) RC_FAIL(explain(*divergence));
    RC_ASSERT(calls.made == calls.needed);
  }
}

RC_GTEST_PROP(Property, CutsMakeNoDifference, (const Program& program)) {
  if (const auto finding = Cuts(ours()).run(program)) RC_FAIL(finding->report);
}

RC_GTEST_PROP(Property, TextIsParsedBackAsTheSameProgram, (const Program& program)) {
  RC_ASSERT(parsed(print(program)) == program);
}

RC_GTEST_PROP(Property, BytesAreDecodedBackAsTheSameProgram, (const Program& program)) {
  Program cut = program;
  if (cut.operations.size() > kMaxOperations) cut.operations.resize(kMaxOperations, Operation());
  RC_ASSERT(decode(encode(program)) == cut);
}

RC_GTEST_PROP(Property, AnyBytesAreAProgram, (const std::vector<std::uint8_t>& bytes)) {
  // Repeated, to reach whole records and more than a program holds.
  std::vector<std::uint8_t> many;
  while (!bytes.empty() && many.size() < 2 * kMaxProgramBytes) many.insert(many.end(), bytes.begin(), bytes.end());
  const Program program = decode(many);
  RC_ASSERT(program.operations.size() <= kMaxOperations);
  RC_ASSERT(decode(encode(program)) == program);
  RC_ASSERT(parsed(print(program)) == program);
  if (const auto divergence = run(program, ours())) RC_FAIL(explain(*divergence));
}

RC_GTEST_PROP(Property, MutationKeepsProgramsStorable, (const Program& first, const Program& second)) {
  RandomChoices choices(*rc::gen::arbitrary<std::uint64_t>());
  for (const Program& program : {mutate(first, choices), cross_over(first, second, choices)}) {
    RC_ASSERT(program.operations.size() <= kMaxOperations);
    RC_ASSERT(decode(encode(program)) == program);
  }
}

RC_GTEST_PROP(Property, EverySubsequenceOfAProgramIsAProgram, (Program program)) {
  std::erase_if(program.operations, [](const Operation&) { return *rc::gen::arbitrary<bool>(); });
  if (const auto divergence = run(program, ours())) RC_FAIL(explain(*divergence));
}

RC_GTEST_PROP(Property, SimplerOperandsAreStillOperands, (const Operation& operation)) {
  for (const Operation& lower : simpler(operation)) {
    RC_ASSERT(lower != operation);
    const Program program{Arena{}, {lower}};
    RC_ASSERT(parsed(print(program)) == program);
    RC_ASSERT(decode(encode(program)) == program);
  }
}

RC_GTEST_PROP(Property, AProgramRunsTheSameInAUsedHarness, (const Program& first, const Program& second)) {
  Lockstep used(*implementation_named("undo_record_not_cleared"));
  static_cast<void>(used.run(first));
  const auto again = used.run(second);
  const auto fresh = run(second, *implementation_named("undo_record_not_cleared"));
  RC_ASSERT(again.has_value() == fresh.has_value());
  if (fresh) RC_ASSERT(explain(*again) == explain(*fresh));
}

// The report of any divergence parses, and the program in it diverges the same way.
RC_GTEST_PROP(Property, AReportIsAProgramThatDivergesAlike, (const Program& drawn)) {
  const Program program = in_shared_arena(drawn);
  const auto bugs = seeded_bugs();
  const SeededBug& bug = bugs[*rc::gen::inRange<std::size_t>(0, bugs.size())];
  RC_PRE(!bug.needs.isolation);
  const auto divergence = run(program, bug.implementation);
  RC_CLASSIFY(divergence.has_value(), "diverges");
  if (!divergence) return;
  const std::string report = explain(*divergence);
  const auto again = run(parsed(report), bug.implementation);
  RC_ASSERT(again.has_value());
  RC_ASSERT(explain(*again) == report);
}

// RapidCheck's own shrinking, not ours: what it would print for this mistake is as short as it gets.
TEST(Property, ShrinksAFindingToAShortProgram) {
  const Implementation& broken = *implementation_named("discard_front_base_stays");
  const auto result = rc::detail::checkTestable(
      [&](const Program& program) {
        if (run(in_shared_arena(program), broken)) RC_FAIL("diverges");
      },
      rc::detail::TestMetadata{}, rc::detail::configuration().testParams);
  rc::detail::FailureResult failure;
  ASSERT_TRUE(result.match(failure));
  ASSERT_FALSE(failure.counterExample.empty());
  const std::string text = failure.counterExample.front().second;
  EXPECT_NE(text.find("arena shared 64"), std::string::npos) << text;
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 1 + 1 + 3 + 2)
      << text;  // three initial shapes, and what it takes
}

}  // namespace
}  // namespace lockstep
