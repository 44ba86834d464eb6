// SPDX-License-Identifier: Apache-2.0
// Both sides of each threshold of the library's quick ways: blocks of bytes and of elements, in sums, positions,
// descriptions and discards; short copies, and copies of constant size.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "iov/io_vector.h"
#include "iov/iov.h"
#include "iov/qemu_iov.h"

namespace {

using iov::Error;

/// `count` bytes, each one more than the one before.
std::vector<std::byte> counted(std::size_t count, std::size_t first = 1) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>((first + i) % 251);
  return bytes;
}

// A piece of zeros between other bytes is zero, and no longer is with any of its bytes changed.
TEST(Wide, IsZeroSeesEveryByteAndNoneBeside) {
  constexpr std::size_t kAlignments = 64;
  std::vector<std::size_t> lengths = {383, 384, 385, 416, 417, 511, 769, 1025};
  for (std::size_t length = 1; length <= 300; ++length) lengths.push_back(length);
  alignas(kAlignments) std::array<std::byte, 2 * kAlignments + 1026> memory;
  memory.fill(std::byte{0xff});
  for (const std::size_t length : lengths)
    for (std::size_t start = 0; start < kAlignments; start += (length > 64 ? 7 : 1)) {
      std::byte* const piece = memory.data() + kAlignments + start;
      std::fill_n(piece, length, std::byte{0});
      const std::array<iovec, 2> v = {{{nullptr, 0}, {piece, length}}};
      ASSERT_TRUE(iov::is_zero(v, 0, length)) << length << " at " << start;
      for (std::size_t i = 0; i < length; ++i) {
        piece[i] = std::byte{0x80};
        ASSERT_FALSE(iov::is_zero(v, 0, length)) << length << " at " << start << ", byte " << i;
        piece[i] = std::byte{0};
      }
      std::fill_n(piece, length, std::byte{0xff});
    }
}

TEST(Wide, FirstDifferencesAreExact) {
  for (std::size_t length = 1; length <= 100; ++length) {
    auto a = counted(length);
    auto b = a;
    const std::array<iovec, 1> in_a = {{{a.data(), length}}};
    const std::array<iovec, 1> in_b = {{{b.data(), length}}};
    QEMUIOVector c_a = QEMU_IOVEC_INIT_BUF(c_a, a.data(), length);
    QEMUIOVector c_b = QEMU_IOVEC_INIT_BUF(c_b, b.data(), length);
    EXPECT_EQ(iov::first_difference(in_a, in_b), std::nullopt);
    EXPECT_EQ(qemu_iovec_compare(&c_a, &c_b), -1);
    const auto expect_at = [&](std::size_t i) {
      ASSERT_EQ(iov::first_difference(in_a, in_b), i) << length;
      ASSERT_EQ(qemu_iovec_compare(&c_a, &c_b), static_cast<ssize_t>(i)) << length;
    };
    for (std::size_t i = 0; i < length; ++i) {  // only that byte differs
      b[i] ^= std::byte{1};
      ASSERT_NO_FATAL_FAILURE(expect_at(i));
      b[i] ^= std::byte{1};
    }
    for (std::size_t i = length; i-- > 0;) {  // what lies behind differs, too
      b[i] ^= std::byte{1};
      ASSERT_NO_FATAL_FAILURE(expect_at(i));
    }
  }
}

TEST(Wide, CopiesOfEachLengthMoveTheirBytesAndNoOthers) {
  constexpr std::size_t kMost = 130;
  const auto data = counted(kMost);
  for (std::size_t offset = 0; offset <= kMost; ++offset)
    for (std::size_t length = 0; length <= kMost - offset; ++length) {
      const auto start = static_cast<std::ptrdiff_t>(offset);
      auto memory = counted(kMost, 100);
      auto expected = memory;
      std::copy_n(data.begin(), length, expected.begin() + start);
      const std::array<iovec, 1> v = {{{memory.data(), kMost}}};
      ASSERT_EQ(iov::from_buf(v, offset, std::span(data).first(length)), length);
      ASSERT_EQ(memory, expected) << length << " at " << offset;
      auto read = counted(kMost, 200);
      expected = read;
      std::copy_n(memory.begin() + start, length, expected.begin() + start);
      ASSERT_EQ(iov::to_buf(v, offset, std::span(read).subspan(offset, length)), length);
      ASSERT_EQ(read, expected) << length << " at " << offset;
    }
}

/// Reads and writes n bytes, a number that the compiler knows, at every position of elements of n + 1 and of 2 n + 2
/// bytes: the second lies before the first, and behind that one other bytes.
template <std::size_t n>
void expect_constant_copies() {
  constexpr std::size_t kElement = n + 1;
  const auto start = counted(4 * kElement, 50);
  const auto at = [](std::size_t position) {
    return position < kElement ? position + 2 * kElement : position - kElement;
  };
  for (std::size_t offset = 0; offset <= 3 * kElement; ++offset) {
    const std::size_t moved = std::min(n, 3 * kElement - offset);
    auto memory = start;
    const std::array<iovec, 2> v = {{{memory.data() + 2 * kElement, kElement}, {memory.data(), 2 * kElement}}};
    std::array<std::byte, n> read{};
    std::array<std::byte, n> read_too{};
    std::error_code error = Error::out_of_range;
    EXPECT_EQ(iov::to_buf(v, offset, std::span(read)), moved);
    EXPECT_EQ(iov::to_buf(v, offset, std::span(read_too), error), moved);
    EXPECT_EQ(error, std::error_code());
    for (std::size_t i = 0; i < moved; ++i) EXPECT_EQ(read[i], start[at(offset + i)]) << offset << ", " << i;
    EXPECT_EQ(read, read_too);
    read.fill(std::byte{0xff});
    auto expected = start;
    for (std::size_t i = 0; i < moved; ++i) expected[at(offset + i)] = read[i];
    EXPECT_EQ(iov::from_buf(v, offset, std::span<const std::byte>(read)), moved);
    EXPECT_EQ(memory, expected) << offset;
    memory = start;
    error = Error::out_of_range;
    EXPECT_EQ(iov::from_buf(v, offset, std::span<const std::byte>(read), error), moved);
    EXPECT_EQ(error, std::error_code());
    EXPECT_EQ(memory, expected) << offset;
  }
  std::array<std::byte, n> unused{};
  EXPECT_THROW(iov::to_buf({}, 1, std::span(unused)), std::out_of_range);
}

TEST(Wide, CopiesOfConstantSizeAreLikeOthers) {
  expect_constant_copies<0>();
  expect_constant_copies<1>();
  expect_constant_copies<12>();
  expect_constant_copies<64>();
  expect_constant_copies<65>();
}

// One element is so long that the sum is SIZE_MAX, or one more, at every place of vectors of every number of blocks.
TEST(Wide, SizeRejectsExactlyWhatWraps) {
  for (std::size_t count = 2; count <= 50; ++count)
    for (std::size_t place = 0; place < count; ++place) {
      std::vector<iovec> v(count, iovec{nullptr, 1});
      v[place].iov_len = SIZE_MAX - (count - 1);
      EXPECT_EQ(iov::size(v), SIZE_MAX);
      ++v[place].iov_len;
      EXPECT_THROW(iov::size(v), std::length_error) << count << ", " << place;
      for (std::size_t other = 0; other < count; ++other) {  // two that wrap together, though neither does by itself
        std::vector<iovec> halves(count, iovec{nullptr, 0});
        halves[place].iov_len = halves[other].iov_len = SIZE_MAX / 2 + 1;
        std::error_code error;
        EXPECT_EQ(iov::size(halves, error), place == other ? SIZE_MAX / 2 + 1 : 0);
        EXPECT_EQ(static_cast<bool>(error), place != other);
      }
    }
  // Each block has a sum, but not all together; from 32 elements on they are added up in another way.
  for (const std::size_t most : {16u, 32u, 35u, 40u, 41u})
    for (std::size_t count = 1; count <= 2 * most; ++count) {
      const std::vector<iovec> v(count, iovec{nullptr, SIZE_MAX / most});
      std::error_code error;
      EXPECT_EQ(iov::size(v, error), count <= most ? count * (SIZE_MAX / most) : 0);
      EXPECT_EQ(error, count <= most ? std::error_code() : Error::length_overflow);
    }
}

// Slices of one byte and of none, at every position, against positions that are counted up.
TEST(Wide, PositionsAreFoundInVectorsOfManyBlocks) {
  std::vector<std::byte> memory(200);
  for (std::size_t count = 0; count <= 45; ++count) {
    std::vector<iovec> v;
    std::vector<std::pair<std::size_t, std::size_t>> places;  // of each byte: its element, and the offset into it
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < i % 4; ++j) places.emplace_back(i, j);
      v.push_back({memory.data() + 4 * i, i % 4});
    }
    std::error_code error;
    for (std::size_t at = 0; at < places.size(); ++at) {
      iovec piece = {};
      ASSERT_EQ(iov::copy({&piece, 1}, v, at, 1), 1u);
      EXPECT_EQ(piece.iov_base, memory.data() + 4 * places[at].first + places[at].second) << count << ", " << at;
      EXPECT_EQ(iov::slice_count(v, at, 0), places[at].second > 0 ? 1u : 0u) << count << ", " << at;
      // Empty elements at the start belong to it.
      const std::size_t first = at == 0 ? 0 : places[at].second > 0 ? places[at].first : places[at - 1].first + 1;
      EXPECT_EQ(iov::slice_count(v, at, places.size() - at), places.back().first + 1 - first) << count << ", " << at;
    }
    EXPECT_EQ(iov::slice_count(v, places.size() + 1, 0, error), 0u);
    EXPECT_EQ(error, Error::out_of_range) << count;
    for (std::size_t place = 0; place < count; ++place) {  // an element that no sum can hold
      auto huge = v;
      huge[place] = {nullptr, SIZE_MAX};
      const bool is_inside = iov::size(std::span(v).first(place)) > 0;
      EXPECT_EQ(iov::slice_count(huge, SIZE_MAX, 0, error), is_inside ? 1u : 0u);
      EXPECT_FALSE(error) << count << ", " << place;
    }
  }
}

/// What is left of `v` after a discard, one byte at a time, and how many bytes were discarded.
std::pair<std::vector<iovec>, std::size_t> left_of(std::vector<iovec> v, std::size_t bytes, bool is_front) {
  const auto end = [&] { return is_front ? v.begin() : v.end() - 1; };
  std::size_t done = 0;
  for (;;) {
    while (!v.empty() && end()->iov_len == 0) v.erase(end());
    if (v.empty() || done == bytes) return {v, done};
    if (is_front) end()->iov_base = static_cast<std::byte*>(end()->iov_base) + 1;
    --end()->iov_len;
    ++done;
  }
}

void expect_same(std::span<const iovec> actual, std::span<const iovec> expected, std::size_t bytes) {
  ASSERT_EQ(actual.size(), expected.size()) << bytes;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    ASSERT_EQ(actual[i].iov_base, expected[i].iov_base) << bytes << ": " << i;
    ASSERT_EQ(actual[i].iov_len, expected[i].iov_len) << bytes << ": " << i;
  }
}

// Every number of bytes, from either end of vectors of many blocks, in both interfaces.
TEST(Wide, DiscardsEndInEveryElementOfManyBlocks) {
  std::vector<std::byte> memory(400);
  for (std::size_t count = 28; count <= 50; ++count) {
    std::vector<iovec> v;
    for (std::size_t i = 0; i < count; ++i) v.push_back({memory.data() + 8 * i, (i * 5 + count) % 4});
    const std::size_t all = iov::size(v);
    for (const bool is_front : {true, false})
      for (std::size_t bytes = 0; bytes <= all + 1; ++bytes) {
        const auto [expected, done] = left_of(v, bytes, is_front);
        auto array = v;
        std::span<iovec> view = array;
        iov::UndoRecord record;
        ASSERT_EQ((is_front ? iov::discard_front : iov::discard_back)(view, bytes, &record), done);
        ASSERT_NO_FATAL_FAILURE(expect_same(view, expected, bytes));
        iov::undo(view, record);
        ASSERT_NO_FATAL_FAILURE(expect_same(view, v, bytes));
        iovec* start = array.data();
        auto left = static_cast<unsigned>(array.size());
        ASSERT_EQ(is_front ? iov_discard_front(&start, &left, bytes) : iov_discard_back(start, &left, bytes), done);
        ASSERT_NO_FATAL_FAILURE(expect_same({start, left}, expected, bytes));
      }
  }
}

// An element that no sum can hold, at every place.
TEST(Wide, DiscardsEndInWhatNoSumCanHold) {
  for (const bool is_front : {true, false})
    for (std::size_t place = 0; place < 40; ++place) {
      std::vector<iovec> array(40, iovec{nullptr, 1});
      array[is_front ? place : 39 - place].iov_len = SIZE_MAX;
      std::span<iovec> view = array;
      ASSERT_EQ((is_front ? iov::discard_front : iov::discard_back)(view, SIZE_MAX, nullptr), SIZE_MAX);
      ASSERT_EQ(view.size(), place == 0 ? 39u : 40u - place);
      EXPECT_EQ((is_front ? view.front() : view.back()).iov_len, place == 0 ? 1 : place);
    }
}

// The lengths of a block wrap to 0, so positions have to be found element by element.
TEST(Wide, PositionsAreFoundInWhatNoSumCanHold) {
  constexpr std::size_t kLength = SIZE_MAX / 8 + 1;  // eight of them wrap to 0
  std::vector<iovec> v;
  for (std::size_t i = 0; i < 64; ++i) v.push_back({reinterpret_cast<void*>(i * 4096), kLength});
  std::vector<iovec> room(v.size());
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(iov::copy(room, v, i * kLength + 5, 3), 1u);
    EXPECT_EQ(room[0].iov_base, reinterpret_cast<void*>(i * 4096 + 5));
    EXPECT_EQ(room[0].iov_len, 3u);
  }
  EXPECT_EQ(iov::copy(room, v, 0, SIZE_MAX), 8u);
  EXPECT_EQ(room[7].iov_len, kLength - 1);
}

// Of vectors of many blocks, with empty elements and without, into every number of entries.
TEST(Wide, DescriptionsEndWithTheRoom) {
  std::array<std::byte, 4> memory{};
  const iovec untouched = {memory.data() + 3, 77};
  for (const std::size_t period : {1u, 5u, 9u})  // every so many elements one is empty, but for 1
    for (std::size_t count = 1; count <= 40; ++count) {
      std::vector<iovec> v(count, iovec{memory.data(), 2});
      for (std::size_t i = period - 1; period > 1 && i < count; i += period) v[i].iov_len = 0;
      std::vector<iovec> pieces;
      for (const iovec& element : v)
        if (element.iov_len > 0) pieces.push_back(element);
      pieces.front() = {memory.data() + 1, 1};
      for (std::size_t room = 0; room <= count; ++room) {
        std::vector<iovec> described(count + 8, untouched);
        const std::size_t made = iov::copy(std::span(described).first(room), v, 1, SIZE_MAX);
        ASSERT_EQ(made, std::min(room, pieces.size())) << count << ", " << room;
        for (std::size_t i = 0; i < described.size(); ++i) {
          const iovec& expected = i < made ? pieces[i] : untouched;
          ASSERT_EQ(described[i].iov_base, expected.iov_base) << count << ", " << room << ": " << i;
          ASSERT_EQ(described[i].iov_len, expected.iov_len) << count << ", " << room << ": " << i;
        }
      }
    }
}

// More elements than are sorted by insertion, which begin alike: an order that is none reads past them.
TEST(Wide, ManyElementsThatBeginAlikeAreClonedAlike) {
  std::array<std::byte, 4> memory{};
  for (std::size_t count = 1; count <= 80; ++count) {
    std::vector<iovec> v(count, iovec{memory.data(), 2});
    v.back().iov_len = 3;
    iov::IoVector cloned;
    std::array<std::byte, 3> buffer{};
    cloned.clone(v, buffer);
    ASSERT_EQ(cloned.size(), 2 * count + 1);
    for (const iovec& element : cloned.elements()) ASSERT_EQ(element.iov_base, buffer.data());
  }
}

}  // namespace
