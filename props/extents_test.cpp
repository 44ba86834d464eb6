// The model of lengths agrees with the model of bytes wherever both have an answer.
#include "model/extents.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "lockstep/table/implementation.h"
#include "model/model.h"
#include "model_elements.h"

namespace lockstep {
namespace {

namespace extents = model::extents;

// ---- The two models.

using Kind = model::Vector::Kind;

/// Runs everything with every small operand on one vector, on both models.
class BothModels {
 public:
  BothModels(const std::vector<extents::Extent>& shape, model::Dialect dialect, Kind kind) {
    bytes_.dialect = wide_.dialect = dialect;
    switch (kind) {
      case Kind::owned:
        model::assign(bytes_, elements_of(shape));
        extents::assign(wide_, shape);
        break;
      case Kind::external:
        model::borrow(bytes_, elements_of(shape));
        extents::borrow(wide_, shape);
        break;
      case Kind::embedded:
        model::make(bytes_, elements_of(shape));
        extents::make(wide_, shape);
        break;
      case Kind::none:
        break;
    }
  }

  /// Through the view, so that in C the stored size does not change.
  void trim_a_byte() {
    same(model::discard_back(bytes_, 1, nullptr), extents::discard_back(wide_, 1, nullptr));
    same(bytes_, wide_);
  }

  void compare_all() {
    const std::size_t most = model::size(bytes_).value + 2;
    same(model::size(bytes_), extents::size(wide_));
    same(model::vector_size(bytes_), extents::vector_size(wide_));
    compare_ends();
    same(model::clone_size(bytes_), extents::clone_size(wide_));
    for (std::size_t bytes = 0; bytes <= most; ++bytes) compare_changes(bytes);
    for (std::size_t offset = 0; offset <= most; ++offset) {
      for (std::size_t bytes = 0; bytes <= most; ++bytes) compare_range(offset, bytes);
      compare_range(offset, SIZE_MAX);
    }
  }

 private:
  void same(const model::Result& expected, const model::Result& actual) const {
    ASSERT_EQ(expected.rejection, actual.rejection);
    ASSERT_EQ(expected.value, actual.value);
  }
  void same(const std::vector<model::Element>& expected, const std::vector<extents::Extent>& actual) const {
    ASSERT_EQ(expected, elements_of(actual));
  }
  void same(const model::Vector& expected, const extents::Vector& actual) const {
    same(expected.array, actual.array);
    ASSERT_EQ(expected.start, actual.start);
    ASSERT_EQ(expected.count, actual.count);
    ASSERT_EQ(expected.kind, actual.kind);
    same(model::vector_size(expected), extents::vector_size(actual));
  }

  void compare_ends() {
    model::Vector vector = bytes_;
    extents::Vector wide = wide_;
    same(model::reset(vector), extents::reset(wide));
    same(vector, wide);
    vector = bytes_;
    wide = wide_;
    const std::vector<extents::Extent> more = {{8, 0}, {9, 2}};
    same(model::append(vector, elements_of(more)), extents::append(wide, more));
    same(vector, wide);
    model::Memory memory(64);
    if (const auto difference = extents::first_difference(wide_, wide))
      same(model::first_difference(bytes_, vector, memory), *difference);
    model::embed(vector, element_of(more[1]));
    extents::embed(wide, more[1]);
    same(vector, wide);
    if (const auto difference = extents::first_difference(wide_, wide))
      same(model::first_difference(bytes_, vector, memory), *difference);
  }

  void compare_range(std::size_t offset, std::size_t bytes) {
    model::Memory memory(64);
    if (bytes == 0) same(model::fill(bytes_, offset, 1, 0, memory), extents::moving_nothing(wide_, offset));
    compare_transfers(offset, bytes);
    same(model::slice_count(bytes_, offset, bytes), extents::slice_count(wide_, offset, bytes));
    ASSERT_EQ(model::is_zero(bytes_, offset, bytes, memory).rejection, extents::inside(wide_, offset, bytes).rejection);
    std::vector<model::Element> expected;
    std::vector<extents::Extent> actual;
    same(model::slice(bytes_, offset, bytes, expected), extents::slice(wide_, offset, bytes, actual));
    same(expected, actual);
    for (std::size_t capacity = 0; capacity <= wide_.count; ++capacity) {
      expected.clear();
      actual.clear();
      same(model::copy(bytes_, offset, bytes, capacity, expected),
           extents::copy(wide_, offset, bytes, capacity, actual));
      same(expected, actual);
    }
    for (const std::size_t end : {0u, 1u}) {
      expected.clear();
      actual.clear();
      const extents::Extent head = {20, end};
      const extents::Extent tail = {30, 2 * end};
      same(model::extended(element_of(head), &bytes_, offset, bytes, element_of(tail), 3, expected, bytes_.dialect),
           extents::extended(head, &wide_, offset, bytes, tail, 3, actual, wide_.dialect));
      same(expected, actual);
    }
    model::Vector onto = bytes_;
    extents::Vector wide_onto = wide_;
    same(model::concat(onto, bytes_, offset, bytes), extents::concat(wide_onto, wide_, offset, bytes));
    same(onto, wide_onto);
  }

  void compare_transfers(std::size_t offset, std::size_t bytes) {
    using model::Reply;
    const std::vector<std::vector<model::ScriptedCall>> scripts = {{},
                                                                   {{Reply::moves, 1}, {Reply::interrupted, 0}},
                                                                   {{Reply::moves, 0, true}, {Reply::again, 0}},
                                                                   {{Reply::moves, 0}}};
    const model::Memory memory(64);
    for (const auto& script : scripts)
      for (const std::size_t limit : {1u, 3u}) {
        const model::Transfer expected = model::send(bytes_, offset, bytes, limit, script, memory);
        const extents::Transfer actual = extents::transfer(wide_, offset, bytes, limit, script, false);
        ASSERT_EQ(expected.rejection, actual.rejection);
        ASSERT_EQ(expected.bytes, actual.bytes);
        ASSERT_EQ(expected.error, actual.error);
        ASSERT_EQ(expected.end_of_stream, actual.end_of_stream);
        ASSERT_EQ(expected.calls.size(), actual.calls.size());
        for (std::size_t i = 0; i < actual.calls.size(); ++i) {
          ASSERT_EQ(expected.calls[i].moved, actual.calls[i].moved);
          ASSERT_EQ(expected.calls[i].reply, actual.calls[i].reply);
          same(expected.calls[i].offered, actual.calls[i].offered);
        }
      }
  }

  void compare_changes(std::size_t bytes) {
    for (const bool front : {true, false}) {
      model::Vector vector = bytes_;
      extents::Vector wide = wide_;
      model::UndoRecord record;
      extents::UndoRecord wide_record;
      same(
          front ? model::discard_front(vector, bytes, &record) : model::discard_back(vector, bytes, &record),
          front ? extents::discard_front(wide, bytes, &wide_record) : extents::discard_back(wide, bytes, &wide_record));
      same(vector, wide);
      // More of them, in a view that may begin later.
      model::UndoRecord second;
      extents::UndoRecord wide_second;
      same(model::discard_back(vector, 1, &second), extents::discard_back(wide, 1, &wide_second));
      same(vector, wide);
      model::undo(vector, second);
      extents::undo(wide, wide_second);
      same(vector, wide);
      same(model::discard_front(vector, 1, &second), extents::discard_front(wide, 1, &wide_second));
      same(vector, wide);
      model::undo(vector, second);
      extents::undo(wide, wide_second);
      same(vector, wide);
      model::undo(vector, record);
      extents::undo(wide, wide_record);
      same(vector, wide);
    }
    model::Vector vector = bytes_;
    extents::Vector wide = wide_;
    same(model::truncate(vector, bytes), extents::truncate(wide, bytes));
    same(vector, wide);
    vector = bytes_;
    wide = wide_;
    std::vector<model::Element> tail;
    std::vector<extents::Extent> wide_tail;
    same(model::split(vector, bytes, tail), extents::split(wide, bytes, wide_tail));
    same(tail, wide_tail);
    same(vector, wide);
    vector = bytes_;
    wide = wide_;
    // In C a buffer has no size, and is large enough.
    const std::size_t room =
        bytes_.dialect == model::Dialect::c ? std::max(bytes, model::clone_size(bytes_).value) : bytes;
    ASSERT_EQ(model::clone(vector, bytes_, 40, room).rejection, extents::clone(wide, wide_, 40, room).rejection);
    same(vector, wide);
  }

  model::Vector bytes_;
  extents::Vector wide_;
};

TEST(Extents, MeanWhatBytesMean) {
  // Touching, overlapping, repeated, in descending order, with gaps; up to three elements.
  std::vector<std::vector<extents::Extent>> shapes = {{}};
  for (std::size_t first = 0; first < shapes.size(); ++first) {
    if (shapes[first].size() == 3) break;
    for (const std::uintptr_t base : {3u, 4u, 6u})
      for (const std::size_t length : {0u, 1u, 3u}) {
        shapes.push_back(shapes[first]);
        shapes.back().push_back({base, length});
      }
  }
  ASSERT_EQ(shapes.size(), 1u + 9 + 81 + 729);
  const auto compare = [](const std::vector<extents::Extent>& shape, model::Dialect dialect, Kind kind, bool trimmed) {
    BothModels both(shape, dialect, kind);
    if (trimmed) both.trim_a_byte();
    both.compare_all();
    if (!HasFatalFailure()) return;
    ADD_FAILURE() << (dialect == model::Dialect::c ? "C, kind " : "C++, kind ") << static_cast<int>(kind)
                  << (trimmed ? ", trimmed" : "");
    for (const auto& extent : shape) ADD_FAILURE() << extent.base << "+" << extent.length;
  };
  for (const auto& shape : shapes) {
    compare(shape, model::Dialect::cpp, Kind::owned, false);
    // The stored size matters only in C; small shapes do.
    if (shape.size() < 3) {
      for (const Kind kind : {Kind::owned, Kind::external, Kind::embedded})
        for (const bool trimmed : {false, true}) compare(shape, model::Dialect::c, kind, trimmed);
    }
    if (HasFatalFailure()) return;
  }
}

// The comparison above never makes a vector whose stored size is less than its elements hold.
TEST(Extents, InCTheSizeThatIsKeptIsASecondLimit) {
  extents::Vector v{{{16, 8}}, 0, 1, model::Dialect::c, Kind::external, 5};
  EXPECT_EQ(extents::inside(v, 0, 5).rejection, model::Rejection::none);
  EXPECT_EQ(extents::inside(v, 0, 6).rejection, model::Rejection::out_of_range);
  const extents::Vector trimmed{{{16, 8}, {32, 8}}, 1, 1, model::Dialect::c, Kind::external, 5};
  EXPECT_EQ(extents::inside(trimmed, 0, 8).rejection, model::Rejection::none) << "not of a part of it";
  EXPECT_EQ(extents::truncate(v, 6).rejection, model::Rejection::out_of_range);
  EXPECT_EQ(extents::truncate(v, 5).rejection, model::Rejection::none);
  EXPECT_EQ(extents::vector_size(v).value, 0u);
  EXPECT_EQ(v.array, (std::vector<extents::Extent>{{16, 3}}));
}

// The comparison above asks only where there is an answer.
TEST(Extents, TellADifferenceThatNeedsNoBytes) {
  using extents::first_difference;
  const auto made_of = [](std::vector<extents::Extent> elements, model::Dialect dialect) {
    const std::size_t count = elements.size();
    return extents::Vector{std::move(elements), 0, count, dialect, Kind::external, SIZE_MAX};
  };
  const auto none = made_of({{16, 0}}, model::Dialect::cpp);
  const auto some = made_of({{16, 0}, {16, 2}}, model::Dialect::cpp);
  EXPECT_FALSE(first_difference(some, some)) << "it depends on the bytes";
  ASSERT_TRUE(first_difference(some, none));
  EXPECT_EQ(first_difference(some, none)->value, 0u);
  ASSERT_TRUE(first_difference(none, some));
  EXPECT_EQ(first_difference(none, some)->value, 0u);
  ASSERT_TRUE(first_difference(none, none));
  EXPECT_EQ(first_difference(none, none)->value, model::kNoDifference);

  const auto rejection = [&](std::vector<extents::Extent> a, std::vector<extents::Extent> b) {
    const auto difference =
        first_difference(made_of(std::move(a), model::Dialect::c), made_of(std::move(b), model::Dialect::c));
    return difference ? difference->rejection : Rejection::other;
  };
  EXPECT_EQ(rejection({{16, 2}}, {{16, 2}, {18, 0}}), Rejection::invalid_argument);
  EXPECT_EQ(rejection({{16, 0}, {16, 2}}, {{16, 0}, {16, 1}}), Rejection::invalid_argument);
  EXPECT_EQ(rejection({{16, 0}, {16, 2}}, {{16, 0}, {24, 2}}), Rejection::other) << "it depends on the bytes";
  EXPECT_EQ(rejection({{16, 0}}, {{24, 0}}), Rejection::none);
}

TEST(Extents, InCABufferForCopiesHasNoSize) {
  const extents::Vector source{{{16, 8}}, 0, 1, model::Dialect::c, Kind::owned, 8};
  extents::Vector destination{{}, 0, 0, model::Dialect::c, Kind::owned, 0};
  EXPECT_EQ(extents::clone(destination, source, 64, 0).rejection, model::Rejection::none);
  EXPECT_EQ(destination.array, (std::vector<extents::Extent>{{64, 8}}));
}

TEST(Extents, NothingIsMadeOfMoreThanALengthCanTell) {
  extents::Vector v{{{16, 8}}, 0, 1, model::Dialect::c, Kind::owned, 8};
  EXPECT_EQ(extents::make(v, std::vector<extents::Extent>{{16, SIZE_MAX}, {16, 1}}).rejection,
            model::Rejection::length_error);
  EXPECT_EQ(v.array, (std::vector<extents::Extent>{{16, 8}}));
  EXPECT_EQ(v.kind, Kind::owned);
}

}  // namespace
}  // namespace lockstep
