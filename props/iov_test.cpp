// SPDX-License-Identifier: Apache-2.0
// The library itself, where programs of the language cannot follow: error codes and exceptions, arguments that have
// defaults, and what owning an array means.
#include "iov/iov.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "examples.h"
#include "iov/hexdump.h"
#include "iov/io_vector.h"
#include "iov/transport.h"

namespace {

using iov::Error;

TEST(Rejection, HasTheConditionAndTheMessageOfItsReason) {
  const std::vector<std::tuple<Error, std::errc, std::string>> expected = {
      {Error::out_of_range, std::errc::invalid_argument, "the offset or range lies outside the vector"},
      {Error::length_overflow, std::errc::value_too_large, "the sum of the lengths exceeds SIZE_MAX"},
      {Error::too_many_elements, std::errc::argument_list_too_long, "more elements than the limit"},
      {Error::invalid_argument, std::errc::invalid_argument, "an argument that is needed is absent"},
      {Error::too_many_bytes, std::errc::value_too_large, "more than SSIZE_MAX bytes"}};
  for (const auto& [reason, condition, message] : expected) {
    const std::error_code error = reason;
    EXPECT_EQ(error, reason);
    EXPECT_EQ(error.default_error_condition(), condition) << message;
    EXPECT_EQ(error.message(), message);
  }
  const std::error_code unknown(99, iov::error_category());
  EXPECT_STREQ(unknown.category().name(), "iov");
  EXPECT_EQ(unknown.message(), "unknown error");
  EXPECT_EQ(unknown.default_error_condition(), std::error_condition(99, iov::error_category()));
}

/// The message of the exception of this type that `call` throws.
template <typename Exception, typename Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Exception& exception) {
    return exception.what();
  }
  return "no exception";
}

TEST(Rejection, OfARangeIsThrownWithTheOperationAndItsNumbers) {
  std::array<std::byte, 4> memory{};
  std::array<iovec, 1> v = {{{memory.data(), memory.size()}}};
  iov::IoVector vector(v);
  const auto expect = [](const std::string& operation, const std::string& numbers, auto call) {
    EXPECT_EQ(message_of<std::out_of_range>(call),
              operation + ": the offset or range lies outside the vector (" + numbers + ")");
  };
  expect("iov::from_buf", "offset 5, bytes 4", [&] { iov::from_buf(v, 5, memory); });
  expect("iov::to_buf", "offset 18446744073709551615, bytes 4", [&] { iov::to_buf(v, kMax, memory); });
  expect("iov::fill", "offset 5, bytes 0", [&] { iov::fill(v, 5, std::byte{1}, 0); });
  expect("iov::copy", "offset 5, bytes 0", [&] { iov::copy({}, v, 5, 0); });
  expect("iov::slice", "offset 18446744073709551615, bytes 2", [&] { iov::slice(v, kMax, 2); });
  expect("iov::slice_count", "offset 18446744073709551615, bytes 2", [&] { iov::slice_count(v, kMax, 2); });
  expect("iov::is_zero", "offset 5, bytes 0", [&] { iov::is_zero(v, 5, 0); });
  expect("iov::send", "offset 3, bytes 5", [&] { iov::send(-1, v, 3, 5); });
  expect("iov::recv", "offset 3, bytes 5", [&] { iov::recv(-1, v, 3, 5); });
  expect("iov::IoVector::concat", "offset 5, bytes 1", [&] { vector.concat(v, 5, 1); });
  expect("iov::IoVector::discard_back", "size 4, bytes 5", [&] { vector.discard_back(5); });
  expect("iov::IoVector::split", "size 4, offset 5", [&] { vector.split(5); });
  expect("iov::IoVector::clone", "elements 1, buffer 3", [&] { vector.clone(v, std::span(memory).first(3)); });
  EXPECT_EQ(message_of<std::invalid_argument>([&] { iov::extended({}, std::nullopt, 9, 1, {}); }),
            "iov::extended: an argument that is needed is absent (head 0, offset 9, bytes 1, tail 0)");
  EXPECT_EQ(vector.size(), 4u);
}

TEST(Rejection, OfLengthsIsThrownWithTheOperationAndItsNumbers) {
  const std::array<iovec, 2> wraps = {claim(kMax), claim(1)};
  const std::vector<iovec> many(1025, claim(1));
  iov::IoVector seven(nullptr, 7);
  std::ostringstream stream;
  const auto expect = [](const std::string& message, auto call) {
    EXPECT_EQ(message_of<std::length_error>(call), message);
  };
  const std::string sum = ": the sum of the lengths exceeds SIZE_MAX ";
  expect("iov::size" + sum + "(elements 2)", [&] { iov::size(wraps); });
  expect("iov::clone_size" + sum + "(elements 2)", [&] { iov::clone_size(wraps); });
  expect("iov::hexdump" + sum + "(elements 2, limit 0)", [&] { iov::hexdump(wraps, "", 0); });
  expect("iov::hexdump" + sum + "(elements 2, limit 3)", [&] { iov::hexdump(wraps, stdout, "", 3); });
  expect("iov::hexdump" + sum + "(elements 2, limit 3)", [&] { iov::hexdump(wraps, stream, "", 3); });
  expect("iov::IoVector::assign" + sum + "(elements 2)", [&] { const iov::IoVector made(wraps); });
  expect("iov::IoVector::add" + sum + "(size 7, length 18446744073709551615)", [&] { seven.add(nullptr, kMax); });
  expect("iov::IoVector::add" + sum + "(size 7, elements 2)", [&] { seven.add(wraps); });
  expect("iov::send: more than SSIZE_MAX bytes (offset 1, bytes 18446744073709551615)",
         [&] { iov::send(-1, wraps, 1, kMax); });
  expect("iov::extended: more elements than the limit (head 0, offset 0, bytes 1025, tail 0)",
         [&] { iov::extended({}, many, 0, 1025, {}); });
  EXPECT_EQ(iov::extended({}, many, 0, 1024, {}).elements().size(), 1024u);
  EXPECT_EQ(seven.size(), 7u);
}

// Where nothing is rejected: programs run the forms with an error code only.
TEST(Iov, TheFormsThatThrowAnswerAsTheOthersDo) {
  std::array<std::byte, 5> memory{};
  std::array<iovec, 2> v = {{{memory.data(), 2}, {memory.data() + 2, 3}}};
  std::array<std::byte, 2> data{};
  EXPECT_EQ(iov::from_buf(v, 4, data), 1u);
  EXPECT_EQ(iov::to_buf(v, 4, data), 1u);
  EXPECT_EQ(iov::fill(v, 4, std::byte{}, 9), 1u);
  std::array<iovec, 2> described{};
  EXPECT_EQ(iov::copy(described, v, 1, 9), 2u);
  EXPECT_EQ(iov::slice_count(v, 2, 1), 1u);
  iov::IoVector vector;
  EXPECT_EQ(vector.concat(v, 1, 9), 4u);
  vector.discard_back(1);
  EXPECT_EQ(vector.size(), 3u);
}

TEST(Iov, ARecordThatNoDiscardHasFilledTakesBackNothing) {
  std::array<iovec, 1> v = {claim(1)};
  std::span<iovec> view = v;
  iov::undo(view, iov::UndoRecord{});
  EXPECT_EQ(view.data(), v.data());
  EXPECT_EQ(view.size(), 1u);
}

TEST(IoVector, KnowsItsSizeAfterItsElementsWereLentAndItWasMoved) {
  iov::IoVector vector(nullptr, 5);
  std::span<iovec> view = vector.lend();
  view[0].iov_len = 3;
  const iov::IoVector moved = std::move(vector);
  EXPECT_EQ(moved.size(), 3u);
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

TEST(IoVector, CloneCoversMoreElementsThanAStackHolds) {
  std::vector<std::byte> memory(400'000);
  std::vector<iovec> elements(memory.size());
  for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = {memory.data() + (i * 7919) % memory.size(), 1};
  iov::IoVector clone;
  clone.clone(elements, memory);
  EXPECT_EQ(clone.size(), memory.size());
  EXPECT_EQ(iov::clone_size(elements), memory.size());
}

TEST(IoVector, CapacityIsKeptByResetAndFreedByDestroy) {
  iov::IoVector vector = iov::IoVector::with_capacity(100);
  EXPECT_GE(vector.capacity(), 100u);
  const iovec* const before = vector.elements().data();
  for (int i = 0; i < 100; ++i) vector.add(nullptr, 1);
  EXPECT_EQ(vector.elements().data(), before);
  vector.reset();
  EXPECT_GE(vector.capacity(), 100u);
  vector.destroy();
  vector.destroy();
  EXPECT_EQ(vector.capacity(), 1u);
  EXPECT_THROW(iov::IoVector::with_capacity(kMax), std::bad_alloc);
}

}  // namespace
