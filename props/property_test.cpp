// Properties of programs drawn by RapidCheck: the library agrees with the model, and the language keeps its promises.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "generators.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

Program parsed(const std::string& text) {
  auto result = parse(text, "property");
  if (const auto* error = std::get_if<ParseError>(&result)) RC_FAIL(error->message);
  return std::get<ParsedProgram>(result).program;
}

RC_GTEST_PROP(Property, TheLibraryAgreesWithTheModel, (const Program& program)) {
  const auto divergence = judge(program, ours());
  RC_CLASSIFY(program.operations.size() > 32u, "long");
  RC_CLASSIFY(program.arena.kind == Arena::Kind::exact, "exact");
  if (divergence) RC_FAIL(divergence->report);
}

RC_GTEST_PROP(Property, TheCInterfaceAgreesWithTheModel, (const Program& program)) {
  if (const auto divergence = judge(program, qemu_iov())) RC_FAIL(divergence->report);
}

/// The last step as the implementation took it.
Observation last_step(const Program& program, const Implementation& implementation) {
  Recorder recorder(program, nullptr);
  ModelOracle oracle(implementation, &recorder);
  if (const auto finding = oracle.judge(program)) RC_FAIL(finding->report);
  return recorder.recording.second;
}

/// What each call to the kernel answered, as the text of a transfer has it: a number, or the name of an error.
std::vector<std::string> replies_of(const std::string& text) {
  std::vector<std::string> replies;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string line = text.substr(begin, end - begin);
    replies.push_back(line.substr(line.rfind('=') + 1));
  }
  return replies;
}

/// How many calls it takes to move [first, last) when each moves `limit` elements: the elements that are not empty
/// there, counted here independently of all other code.
std::size_t calls_needed(const std::vector<ElementState>& elements, std::size_t first, std::size_t last,
                         std::size_t limit) {
  std::size_t pieces = 0;
  std::size_t begin = 0;
  for (const ElementState& element : elements) {
    const std::size_t end = begin + element.length;
    if (std::max(begin, first) < std::min(end, last)) ++pieces;
    begin = end;
  }
  return (pieces + limit - 1) / limit;
}

// Bytes left after the script are moved in as few calls as their elements take; without a script, all bytes.
RC_GTEST_PROP(Property, TransfersCallTheKernelNoMoreThanNeeded, ()) {
  RapidChoices choices;
  const Arena drawn = draw_arena(choices);
  const Arena arena = drawn.kind == Arena::Kind::unbacked ? Arena{} : drawn;
  Program program{arena, {Assign{Vec{0}, Pieces::draw(choices, arena)}, AddMany{}}};
  program.operations[1] =
      AddMany{Vec{0}, Count::draw(choices, arena), Piece::draw(choices, arena), Stride::draw(choices, arena)};
  const Count limit{choices.among<std::uint16_t>({0, 1, 2, 3, 32, 33, Count::draw(choices, arena).value})};
  const Script script = choices.below(3) == 0 ? Script{} : Script::draw(choices, arena);
  const bool sends = choices.below(2) == 0;
  const std::vector<ElementState> elements = last_step(program, ours()).after.vectors[0].array;
  std::size_t size = 0;
  for (const ElementState& element : elements) size += element.length;
  const std::size_t offset = std::min<std::size_t>(choices.among({0u, 1u, 7u, choices.below(1u << 12)}), size);
  const std::size_t end =
      size - std::min<std::size_t>(choices.among({0u, 0u, 1u, choices.below(1u << 12)}), size - offset);
  const auto literal = [](std::size_t value) { return Size{Size::Kind::literal, 0, value}; };
  program.operations.push_back(Send{Vec{0}, literal(offset), literal(end - offset), limit, script});
  if (!sends) program.operations.back() = Recv{Vec{0}, literal(offset), literal(end - offset), limit, script};
  const std::size_t most = limit.value == 0 || limit.value > 1'024 ? 1'024 : limit.value;
  RC_CLASSIFY(elements.size() > most, "more elements than a call takes");
  RC_LOG() << print(program) << "\n";
  RC_CLASSIFY(offset > 0, "from within");
  for (const Implementation* sound : {&ours(), &qemu_iov()}) {
    const std::vector<std::string> replies = replies_of(last_step(program, *sound).text);
    const std::size_t scripted = std::min<std::size_t>(script.count, replies.size());
    std::size_t left = offset;  // where the first byte is that is not moved
    bool is_over = false;
    for (std::size_t i = 0; i < scripted; ++i) {
      const bool is_number = replies[i].find_first_not_of("0123456789") == std::string::npos;
      const std::size_t moved = is_number ? std::stoul(replies[i]) : 0;
      left += moved;
      is_over = is_over || (moved == 0 && replies[i] != "EINTR");
    }
    RC_ASSERT(replies.size() - scripted == (is_over ? 0 : calls_needed(elements, left, end, most)));
  }
}

RC_GTEST_PROP(Property, SegmentationMakesNoDifference, (const Program& program)) {
  if (const auto finding = ResegmentationOracle(ours()).judge(program)) RC_FAIL(finding->report);
}

RC_GTEST_PROP(Property, TextIsParsedBackAsTheSameProgram, (const Program& program)) {
  RC_ASSERT(parsed(print(program)) == program);
}

RC_GTEST_PROP(Property, BytesAreDecodedBackAsTheSameProgram, (const Program& program)) {
  Program cut = program;
  if (cut.operations.size() > kMaxOperations) cut.operations.resize(kMaxOperations, Operation());
  RC_ASSERT(decode(encode(program)) == cut);
}

RC_GTEST_PROP(Property, AnyBytesAreAProgram, ()) {
  const auto bytes = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  // Repeated, to reach whole records and more than a program holds.
  std::vector<std::uint8_t> many;
  while (!bytes.empty() && many.size() < 2 * kMaxProgramBytes) many.insert(many.end(), bytes.begin(), bytes.end());
  const Program program = decode(many);
  RC_ASSERT(program.operations.size() <= kMaxOperations);
  RC_ASSERT(decode(encode(program)) == program);
  RC_ASSERT(parsed(print(program)) == program);
  if (const auto divergence = judge(program, ours())) RC_FAIL(divergence->report);
}

RC_GTEST_PROP(Property, MutationKeepsProgramsStorable, (const Program& first)) {
  const auto second = *rc::gen::arbitrary<Program>();
  RandomChoices choices(*rc::gen::arbitrary<std::uint64_t>());
  for (const Program& program : {mutate(first, choices), cross_over(first, second, choices)}) {
    RC_ASSERT(program.operations.size() <= kMaxOperations);
    RC_ASSERT(decode(encode(program)) == program);
  }
}

RC_GTEST_PROP(Property, EverySubsequenceOfAProgramIsAProgram, (const Program& whole)) {
  Program program = whole;
  std::erase_if(program.operations, [](const Operation&) { return *rc::gen::arbitrary<bool>(); });
  if (const auto divergence = judge(program, ours())) RC_FAIL(divergence->report);
}

RC_GTEST_PROP(Property, SimplerOperandsAreStillOperands, ()) {
  const auto operation = *rc::gen::arbitrary<Operation>();
  for (const Operation& lower : simpler(operation)) {
    RC_ASSERT(lower != operation);
    const Program program{Arena{}, {lower}};
    RC_ASSERT(parsed(print(program)) == program);
    RC_ASSERT(decode(encode(program)) == program);
  }
}

RC_GTEST_PROP(Property, AProgramRunsTheSameInAUsedHarness, (const Program& first)) {
  const auto second = *rc::gen::arbitrary<Program>();
  ModelOracle used(*implementation_named("undo_record_not_cleared"));
  static_cast<void>(used.judge(first));
  const auto again = used.judge(second);
  const auto fresh = judge(second, *implementation_named("undo_record_not_cleared"));
  RC_ASSERT(again.has_value() == fresh.has_value());
  if (fresh) RC_ASSERT(again->report == fresh->report);
}

// The report of any finding parses, and the program in it has the same finding.
RC_GTEST_PROP(Property, AReportIsAProgramThatDivergesAlike, (const Program& any)) {
  const Program program = in_shared_arena(any);
  const auto bugs = seeded_bugs();
  const SeededBug& bug = bugs[*rc::gen::inRange<std::size_t>(0, bugs.size())];
  RC_PRE(!bug.needs.isolation);
  const auto divergence = judge(program, bug.implementation);
  RC_CLASSIFY(divergence.has_value(), "diverges");
  if (!divergence) return;
  const std::string report = divergence->report;
  const auto again = judge(parsed(report), bug.implementation);
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->report == report);
}

// RapidCheck's own shrinking, not ours: what it would print for this mistake is as short as it gets.
TEST(Property, ShrinksAFindingToAShortProgram) {
  const Implementation& broken = *implementation_named("discard_front_base_stays");
  const auto result = check_programs(
      [&](const Program& program) {
        if (judge(in_shared_arena(program), broken)) RC_FAIL("diverges");
      },
      rc::detail::configuration().testParams);
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
