// The library itself, where programs of the language cannot follow: error codes, lengths that no memory has, and what
// owning an array means. Messages are in rejection_test.cpp.
#include "iov/iov.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "examples.h"
#include "iov/hexdump.h"
#include "iov/io_vector.h"

namespace {

TEST(Iov, ErrorCodesAreOfACategoryOfItsOwn) {
  std::error_code error = std::make_error_code(std::errc::io_error);
  EXPECT_EQ(iov::size({}, error), 0u);
  EXPECT_FALSE(error) << "cleared on success";
  EXPECT_EQ(iov::fill({}, 1, std::byte{}, 0, error), 0u);
  EXPECT_EQ(error, iov::Error::out_of_range);
  EXPECT_STREQ(error.category().name(), "iov");
  EXPECT_EQ(error.message(), "the offset or range lies outside the vector");
  EXPECT_EQ(error, std::errc::invalid_argument);
  const std::array<iovec, 2> huge = {claim(kMax), claim(1)};
  EXPECT_EQ(iov::size(huge, error), 0u);
  EXPECT_EQ(error, iov::Error::length_overflow);
  EXPECT_EQ(error, std::errc::value_too_large);
  EXPECT_EQ(iov::error_category().message(99), "unknown error");
  EXPECT_EQ(iov::error_category().default_error_condition(99), std::error_condition(99, iov::error_category()));

  error = iov::Error::too_many_elements;
  EXPECT_EQ(error, std::errc::argument_list_too_long);
  EXPECT_EQ(iov::make_error_code(iov::Error::too_many_bytes).message(), "more than SSIZE_MAX bytes");
  EXPECT_EQ(error.message(), "more elements than the limit");
  error = iov::Error::invalid_argument;
  EXPECT_EQ(error, std::errc::invalid_argument);
  EXPECT_EQ(error.message(), "an argument that is needed is absent");
}

TEST(Iov, ErrorCodeFormsAreNoexcept) {
  std::error_code error;
  std::span<iovec> view;
  iov::IoVector vector;
  static_assert(noexcept(iov::size(view, error)));
  static_assert(noexcept(iov::from_buf(view, 0, {}, error)));
  static_assert(noexcept(iov::to_buf(view, 0, {}, error)));
  static_assert(noexcept(iov::fill(view, 0, std::byte{}, 0, error)));
  static_assert(noexcept(iov::copy(view, view, 0, 0, error)));
  static_assert(noexcept(iov::discard_front(view, 0)));
  static_assert(noexcept(iov::discard_back(view, 0)));
  static_assert(noexcept(vector.add(nullptr, 0, error)));
  static_assert(noexcept(vector.add(view, error)));
  static_assert(noexcept(vector.assign(view, error)));
  static_assert(noexcept(vector.concat(view, 0, 0, error)));
  static_assert(noexcept(vector.clone(view, {}, error)));
  static_assert(noexcept(vector.discard_back(0, error)));
  static_assert(noexcept(iov::IoVector::with_capacity(0, error)));
  static_assert(noexcept(iov::slice_count(view, 0, 0, error)));
  static_assert(noexcept(iov::is_zero(view, 0, 0, error)));
  static_assert(noexcept(iov::first_difference(view, view)));
  static_assert(noexcept(iov::slice(view, 0, 0, error)));
  static_assert(noexcept(iov::extended({}, view, 0, 0, {}, error)));
  static_assert(noexcept(iov::clone_size(view, error)));
  static_assert(noexcept(iov::hexdump(view, stdout, "", 0, error)));
  static_assert(std::is_nothrow_move_constructible_v<iov::IoVector>);
  static_assert(std::is_nothrow_move_assignable_v<iov::IoVector>);
}

TEST(Iov, SizeIsExactUpToSizeMax) {
  const std::array<iovec, 3> v = {claim(kMax - 3), claim(0), claim(3)};
  EXPECT_EQ(iov::size(v), kMax);
  const std::array<iovec, 2> above_32_bits = {claim(std::size_t{1} << 32), claim(5)};
  EXPECT_EQ(iov::size(above_32_bits), (std::size_t{1} << 32) + 5);
}

TEST(Iov, OnlySizeNeedsTheSum) {
  std::array<iovec, 3> v = {claim(kMax), claim(kMax), claim(7)};
  std::array<iovec, 3> described{};
  EXPECT_EQ(iov::copy(described, v, kMax, kMax), 1u);
  EXPECT_EQ(described[0].iov_len, kMax);
  EXPECT_EQ(iov::copy(described, v, kMax, 0), 0u);
  EXPECT_EQ(iov::to_buf(v, kMax, {}), 0u);
  std::span<iovec> view = v;
  EXPECT_EQ(iov::discard_front(view, kMax), kMax);
  EXPECT_EQ(view.size(), 2u);
  EXPECT_EQ(iov::discard_back(view, 8), 8u);
  EXPECT_EQ(view.size(), 1u);
  EXPECT_EQ(view[0].iov_len, kMax - 1);
}

TEST(Iov, DiscardingNearSizeMaxMovesBasesModuloTheAddressSpace) {
  std::array<iovec, 1> v = {claim(kMax)};
  std::span<iovec> view = v;
  EXPECT_EQ(iov::discard_front(view, kMax - 1), kMax - 1);
  EXPECT_EQ(view[0].iov_len, 1u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view[0].iov_base), 14u);
}

TEST(Iov, ARecordThatNoDiscardHasFilledTakesBackNothing) {
  std::array<iovec, 2> v = {claim(1), claim(2)};
  std::span<iovec> view = std::span(v).first(1);
  iov::undo(view, iov::UndoRecord{});
  EXPECT_EQ(view.data(), v.data());
  EXPECT_EQ(view.size(), 1u);
}

TEST(IoVector, OneElementLivesInsideTheObject) {
  int byte = 0;
  iov::IoVector vector;
  vector.add(&byte, 1);
  const auto* element = reinterpret_cast<const char*>(vector.elements().data());
  const auto* object = reinterpret_cast<const char*>(&vector);
  EXPECT_TRUE(element >= object && element + sizeof(iovec) <= object + sizeof vector);
  const iov::IoVector copied = vector;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_NE(copied.elements().data(), vector.elements().data());
  EXPECT_EQ(copied.elements()[0].iov_base, &byte);
  EXPECT_LE(sizeof(iov::IoVector), 64u);
}

TEST(IoVector, OneBufferIsOneElementEvenWithoutBytes) {
  const iov::IoVector empty(nullptr, 0);
  EXPECT_EQ(empty.elements().size(), 1u);
  EXPECT_EQ(empty.size(), 0u);
}

TEST(IoVector, CopiesElementsAndNotBytes) {
  std::array<char, 3> memory = {'a', 'b', 'c'};
  iov::IoVector vector;
  for (char& byte : memory) vector.add(&byte, 1);
  iov::IoVector copied = vector;
  copied.lend()[0].iov_len = 0;
  EXPECT_EQ(vector.elements()[0].iov_len, 1u);
  EXPECT_EQ(copied.elements()[2].iov_base, &memory[2]);
  vector = copied;
  EXPECT_EQ(vector.size(), 2u);
  const iov::IoVector& same = vector;
  vector = same;
  EXPECT_EQ(vector.elements().size(), 3u);
}

TEST(IoVector, IsEmptyOnceMovedFrom) {
  for (const std::size_t count : {0u, 1u, 5u}) {
    iov::IoVector vector;
    for (std::size_t i = 0; i < count; ++i) vector.add(nullptr, 0);
    vector.add(&vector, 3);
    iov::IoVector moved = std::move(vector);
    EXPECT_EQ(moved.elements().size(), count + 1);
    EXPECT_EQ(moved.size(), 3u);
    EXPECT_EQ(vector.elements().size(), 0u);  // NOLINT(bugprone-use-after-move): that is what is promised
    EXPECT_EQ(vector.size(), 0u);
    vector.add(nullptr, 0);
    moved = std::move(vector);
    EXPECT_EQ(moved.elements().size(), 1u);
    EXPECT_EQ(moved.size(), 0u);
    EXPECT_TRUE(vector.elements().empty());  // NOLINT(bugprone-use-after-move)
    iov::IoVector& same = moved;
    moved = std::move(same);
    EXPECT_EQ(moved.elements().size(), 1u);
  }
}

TEST(IoVector, AppendsItsOwnElements) {
  iov::IoVector vector;
  vector.add(&vector, 1);
  for (int doubled = 0; doubled < 5; ++doubled) vector.add(vector.elements());
  EXPECT_EQ(vector.elements().size(), 32u);
  EXPECT_EQ(vector.size(), 32u);
  for (const iovec& element : vector.elements()) EXPECT_EQ(element.iov_base, &vector);
  vector.assign(vector.elements().subspan(30));
  EXPECT_EQ(vector.elements().size(), 2u);
}

TEST(IoVector, KnowsItsSizeAlthoughItsElementsWereLent) {
  iov::IoVector vector;
  vector.add(nullptr, 5);
  vector.add(nullptr, 6);
  std::span<iovec> view = vector.lend();
  EXPECT_EQ(vector.size(), 11u);
  iov::discard_front(view, 7);
  EXPECT_EQ(vector.size(), 9u);
  iov::discard_back(view, 1);
  EXPECT_EQ(vector.size(), 8u);
  iov::IoVector moved = std::move(vector);
  EXPECT_EQ(moved.size(), 8u);
  moved.add(nullptr, 2);
  EXPECT_EQ(moved.size(), 10u);
}

TEST(IoVector, ARejectedCallChangesNothing) {
  iov::IoVector vector;
  vector.add(nullptr, 1);
  const iovec* const before = vector.elements().data();
  const std::array<iovec, 2> huge = {claim(kMax - 1), claim(1)};
  std::error_code error;
  vector.add(huge, error);
  EXPECT_EQ(error, iov::Error::length_overflow);
  vector.add(nullptr, kMax, error);
  EXPECT_EQ(error, iov::Error::length_overflow);
  EXPECT_EQ(vector.elements().data(), before);
  EXPECT_EQ(vector.size(), 1u);
  const std::array<iovec, 2> wraps = {claim(kMax), claim(1)};
  vector.assign(wraps, error);
  EXPECT_EQ(error, iov::Error::length_overflow);
  EXPECT_EQ(vector.elements().size(), 1u);
  vector.add(nullptr, kMax - 1, error);
  EXPECT_FALSE(error);
  EXPECT_EQ(vector.size(), kMax);
}

TEST(IoVector, GrowsGeometrically) {
  iov::IoVector vector;
  const iovec* before = vector.elements().data();
  std::size_t moves = 0;
  for (std::size_t i = 0; i < 100'000; ++i) {
    vector.add(nullptr, 1);
    if (vector.elements().data() != before) ++moves;
    before = vector.elements().data();
  }
  EXPECT_LE(moves, 20u);
  EXPECT_EQ(vector.size(), 100'000u);
}

TEST(IoVector, ExtendedRejectsInTheOrderOfItsSentences) {
  std::array<iovec, 3> v = {claim(1), claim(0), claim(1)};
  std::error_code error;
  iov::extended(claim(kMax - 5), std::nullopt, 0, 3, claim(3), error);
  EXPECT_EQ(error, iov::Error::length_overflow) << "before the absent mid";
  iov::extended({}, std::nullopt, 0, 3, {}, error);
  EXPECT_EQ(error, iov::Error::invalid_argument);
  iov::extended(claim(1), v, 1, 2, {}, error, 0);
  EXPECT_EQ(error, iov::Error::out_of_range) << "before the limit";
  iov::extended(claim(1), v, 0, 2, claim(1), error, 4);
  EXPECT_EQ(error, iov::Error::too_many_elements) << "empty elements count";
  EXPECT_EQ(iov::extended(claim(1), v, 0, 2, claim(1), error, 5).elements().size(), 5u);
  EXPECT_FALSE(error);
  iov::extended(claim(kMax - 5), v, 0, 1, claim(4), error);
  EXPECT_FALSE(error) << "exactly SIZE_MAX";
  EXPECT_TRUE(iov::extended({}, std::nullopt, kMax, 0, {}, error).elements().empty());
  EXPECT_FALSE(error) << "the offset is not looked at";
}

TEST(IoVector, ExtendedHoldsAtMostIovMaxElementsUnlessToldOtherwise) {
  const std::vector<iovec> v(1025, claim(1));
  std::error_code error;
  EXPECT_EQ(iov::extended({}, v, 0, 1024, {}, error).elements().size(), 1024u);
  EXPECT_FALSE(error);
  iov::extended({}, v, 0, 1025, {}, error);
  EXPECT_EQ(error, iov::Error::too_many_elements);
  iov::extended(claim(1), v, 0, 1024, {}, error);
  EXPECT_EQ(error, iov::Error::too_many_elements);
  EXPECT_THROW(iov::extended(claim(1), v, 0, 1024, {}), std::length_error);
  EXPECT_EQ(iov::slice(v, 0, 1025).elements().size(), 1025u) << "a slice has no limit";
}

TEST(IoVector, SumsBeyondSizeMaxAreRejectedWherePlainlyNeeded) {
  iov::IoVector vector(claim(1).iov_base, kMax - 1);
  const std::array<iovec, 1> two = {claim(2)};
  std::error_code error;
  EXPECT_EQ(vector.concat(two, 0, kMax, error), 0u);
  EXPECT_EQ(error, iov::Error::length_overflow);
  std::array<std::byte, 8> buffer{};
  vector.clone(two, buffer, error);
  EXPECT_EQ(error, iov::Error::length_overflow);
  const std::array<iovec, 2> huge = {claim(kMax), claim(1)};
  vector.clone(huge, buffer, error);
  EXPECT_EQ(error, iov::Error::length_overflow);
  vector.add(huge, error);
  EXPECT_EQ(error, iov::Error::length_overflow);
  EXPECT_THROW(vector.add(huge), std::length_error);
  EXPECT_EQ(vector.elements().size(), 1u);
  EXPECT_EQ(vector.concat(two, 1, kMax, error), 1u) << "exactly SIZE_MAX";
  EXPECT_FALSE(error);
  EXPECT_EQ(vector.size(), kMax);
  EXPECT_EQ(iov::slice(huge, kMax, 1, error).elements().size(), 1u) << "no sum is needed to walk";
  EXPECT_FALSE(error);
}

TEST(IoVector, CloneCoversMoreElementsThanAStackHolds) {
  std::vector<std::byte> memory(400'000);
  std::vector<iovec> elements(memory.size());
  for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = {memory.data() + (i * 7919) % memory.size(), 1};
  iov::IoVector clone;
  clone.clone(elements, memory);
  EXPECT_EQ(clone.size(), memory.size());
  EXPECT_EQ(iov::clone_size(elements), memory.size());
}

TEST(IoVector, CloneLaysOutClaimsBeyondTheAddressSpaceByTheirAddresses) {
  // No memory is there: only addresses count. The second begins inside the first.
  const std::array<iovec, 2> v = {iovec{reinterpret_cast<void*>(kMax - 1), 8}, iovec{reinterpret_cast<void*>(kMax), 1}};
  EXPECT_EQ(iov::clone_size(v), 8u);
  std::array<std::byte, 8> buffer{};
  iov::IoVector clone;
  clone.clone(v, buffer);
  EXPECT_EQ(clone.elements()[0].iov_base, buffer.data());
  EXPECT_EQ(clone.elements()[1].iov_base, buffer.data() + 1);
}

TEST(IoVector, CapacityIsKeptByResetAndFreedByDestroy) {
  iov::IoVector vector = iov::IoVector::with_capacity(100);
  EXPECT_TRUE(vector.elements().empty());
  EXPECT_GE(vector.capacity(), 100u);
  const iovec* const before = vector.elements().data();
  for (int i = 0; i < 100; ++i) vector.add(nullptr, 1);
  EXPECT_EQ(vector.elements().data(), before);
  vector.reset();
  EXPECT_EQ(vector.size(), 0u);
  EXPECT_GE(vector.capacity(), 100u);
  vector.destroy();
  vector.destroy();
  EXPECT_EQ(vector.capacity(), 1u);
  vector.add(nullptr, 2);
  EXPECT_EQ(vector.size(), 2u);
  std::error_code error;
  EXPECT_TRUE(iov::IoVector::with_capacity(0, error).elements().empty());
  EXPECT_FALSE(error);
  iov::IoVector::with_capacity(kMax, error);
  EXPECT_EQ(error, std::errc::not_enough_memory);
  EXPECT_THROW(iov::IoVector::with_capacity(kMax), std::bad_alloc);
}

TEST(IoVector, DiscardBackOfOneElementSubtractsOnce) {
  iov::IoVector vector(claim(1).iov_base, 100);
  vector.discard_back(30);
  EXPECT_EQ(vector.size(), 70u);
  EXPECT_EQ(vector.elements()[0].iov_len, 70u);
}

}  // namespace
