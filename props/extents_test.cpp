// SPDX-License-Identifier: Apache-2.0
// The model of lengths agrees with the model of bytes wherever both have an answer.
#include "model/extents.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lockstep/language/program.h"
#include "lockstep/sides/address_sanitizer.h"
#include "lockstep/sides/expected.h"
#include "lockstep/table/implementation.h"
#include "model/model.h"
#include "model/transport.h"
#include "scopes.h"
#include "stored.h"

namespace lockstep {
namespace {

namespace extents = model::extents;
using Kind = model::Vector::Kind;

bool is_wild(const model::Element& element) { return element.base == kWildBase; }

extents::Extent extent_of(const model::Element& element) {
  if (element.base == kNullBase) return {0, element.bytes.size()};
  return {is_wild(element) ? kWildPointer : static_cast<std::uintptr_t>(element.base), element.bytes.size()};
}

bool same(const model::List<model::Element>& elements, const model::List<extents::Extent>& lengths) {
  return std::equal(elements.begin(), elements.end(), lengths.begin(), lengths.end(),
                    [](const model::Element& x, const extents::Extent& y) { return extent_of(x) == y; });
}

bool same(const model::Transfer& bytes, const extents::Transfer& lengths) {
  return bytes.error == lengths.error && bytes.end_of_stream == lengths.end_of_stream &&
         std::equal(bytes.calls.begin(), bytes.calls.end(), lengths.calls.begin(), lengths.calls.end(),
                    [](const model::Call& x, const extents::Call& y) {
                      return x.moved == y.moved && x.reply == y.reply && same(x.offered, y.offered);
                    });
}

std::size_t cut_short = 0;  // programs that were not compared to their end

/// The expected side of each model, for programs whose arena has memory.
class BothModels {
 public:
  explicit BothModels(model::Dialect dialect) : bytes_(dialect), lengths_(dialect) {}

  /// Fails at the first step after which they differ.
  void compare(const Program& program) {
    bytes_.reset(program.arena);
    lengths_.reset(program.arena);
    for (std::size_t index = 0; index < program.operations.size(); ++index) {
      const Operation resolved = resolve(program.operations[index], bytes_.situation());
      if (!traits_of(resolved).is_in(bytes_.dialect())) continue;
      // Clones lie in the order of addresses, and a wild base is among those in the model of lengths only.
      const model::List<model::Element>& elements = bytes_.slot(vector_of(resolved)).vector.array;
      if (std::holds_alternative<Clone>(resolved) && std::any_of(elements.begin(), elements.end(), is_wild)) {
        ++cut_short;
        return;
      }
      ASSERT_TRUE(agree(index, resolved)) << (model::is_c(bytes_.dialect()) ? "in C, " : "") << "step " << index + 1
                                          << ", which is " << print(resolved) << ", of\n"
                                          << print(program);
    }
  }

 private:
  bool agree(std::size_t index, const Operation& resolved) {
    const std::size_t view_bytes = bytes_.situation().size(vector_of(resolved));
    bytes_.begin_step(index, view_bytes);
    lengths_.begin_step(index, view_bytes);
    const Result by_bytes = run(resolved, bytes_);
    if (const auto* const op = std::get_if<FirstDifference>(&resolved)) {
      const auto by_lengths = first_difference(lengths_.slot(op->vec).vector, lengths_.slot(op->other).vector);
      if (!by_lengths)
        return size(bytes_.slot(op->vec).vector).value > 0 && size(bytes_.slot(op->other).vector).value > 0;
      return by_lengths->rejection == by_bytes.rejection && by_lengths->value == by_bytes.value;
    }
    const Result by_lengths = run_lengths(resolved);
    const bool is_transfer = std::holds_alternative<Send>(resolved) || std::holds_alternative<Recv>(resolved);
    const bool is_answered = is_transfer || traits_of(resolved).touches < Touches::reads;
    if (by_bytes.rejection != by_lengths.rejection || (is_answered && by_bytes.value != by_lengths.value)) return false;
    if (!same(bytes_.transfer(), lengths_.transfer())) return false;
    if (!same(bytes_.produced_elements(), lengths_.produced_elements())) return false;
    for (std::uint8_t i = 0; i < Vec::count; ++i) {
      const model::Vector& in_bytes = bytes_.slot(Vec{i}).vector;
      const extents::Vector& in_lengths = lengths_.slot(Vec{i}).vector;
      if (!same(in_bytes.array, in_lengths.array) || in_bytes.start != in_lengths.start ||
          in_bytes.count != in_lengths.count || in_bytes.kind != in_lengths.kind ||
          vector_size(in_bytes).value != vector_size(in_lengths).value)
        return false;
    }
    return true;
  }

  Result run_lengths(const Operation& resolved) {
    // Its step asks the situation for sizes; in this model a situation has none.
    if (const auto* const op = std::get_if<SliceCount>(&resolved))
      return slice_count(lengths_.slot(op->vec).vector, op->offset.value, op->bytes.value);
    return run(resolved, lengths_);
  }

  ExpectedBytes bytes_;
  ExpectedLengths lengths_;
};

void compare(const Program& program) {
  static BothModels cpp(model::Dialect::cpp), c(model::Dialect::c);
  cpp.compare(program);
  if (!testing::Test::HasFatalFailure()) c.compare(program);
}

TEST(Extents, MeanWhatBytesMeanInEverySmallProgram) {
  for (const Scope& scope : {single_operations(2, Arena::Kind::shared), overlapping_layouts(1), transfers(3, 2)}) {
    const bool all_ran = visit_programs(scope, [](const Program& program) {
      static BothModels c10(model::Dialect::c10);
      compare(program);
      if (!HasFatalFailure()) c10.compare(program);
      return !HasFatalFailure();
    });
    if (!all_ran) return;
  }
}

TEST(Extents, MeanWhatBytesMeanInRandomPrograms) {
  cut_short = 0;
  constexpr std::uint64_t kPrograms = HAS_ADDRESS_SANITIZER ? 30'000 : 100'000;
  for (std::uint64_t number = 0; number < kPrograms; ++number) {
    Program program = random_program(20261128, number, 12);
    program.arena = {};
    compare(program);
    if (HasFatalFailure()) return;
  }
  EXPECT_LT(cut_short, 2 * kPrograms / 20) << "of each program in two dialects";
}

TEST(Extents, MeanWhatBytesMeanInStoredPrograms) {
  for (const auto& [file, parsed] : stored({"examples", "regressions"}))
    if (parsed.program.arena.has_size()) compare(parsed.program);
}

// ---- What no program reaches.

TEST(Extents, InCABufferForCopiesHasNoSize) {
  const extents::Vector source{{{16, 8}}, 0, 1, model::Dialect::c, Kind::owned, 8};
  extents::Vector destination{{}, 0, 0, model::Dialect::c, Kind::owned, 0};
  EXPECT_EQ(extents::clone(destination, source, 64, 0).rejection, model::Rejection::none);
  EXPECT_EQ(destination.array, (model::List<extents::Extent>{{64, 8}}));
}

TEST(Extents, NothingIsMadeOfMoreThanALengthCanTell) {
  extents::Vector v{{{16, 8}}, 0, 1, model::Dialect::c, Kind::owned, 8};
  EXPECT_EQ(extents::make(v, model::List<extents::Extent>{{16, SIZE_MAX}, {16, 1}}).rejection,
            model::Rejection::length_error);
  EXPECT_EQ(v.array, (model::List<extents::Extent>{{16, 8}}));
  EXPECT_EQ(v.kind, Kind::owned);
}

TEST(Extents, AndBytesMoveNothingInACallThatFails) {
  const model::List<model::ScriptedCall> script = {{model::Reply::again, 3}};
  const model::Vector v{{{0, {0, 1, 2, 3}}}, 0, 1, model::Dialect::cpp, Kind::owned, 0};
  const model::Transfer transfer = model::send(v, 0, 4, 1, script, model::Memory(8));
  EXPECT_EQ(transfer.bytes, 0u);
  EXPECT_EQ(transfer.error, model::Reply::again);
  EXPECT_EQ(model::answer_in_c(3, model::Reply::reset).bytes, 0u);
  const extents::Vector lengths{{{0, 4}}, 0, 1, model::Dialect::cpp, Kind::owned, 0};
  EXPECT_TRUE(same(transfer, extents::transfer(lengths, 0, 4, 1, script, false)));
}

}  // namespace
}  // namespace lockstep
