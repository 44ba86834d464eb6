// Rejections of the library: the error and the message, and that nothing has changed.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "examples.h"
#include "iov/hexdump.h"
#include "iov/io_vector.h"
#include "iov/iov.h"

namespace {

const std::array<iovec, 2> kWraps = {claim(kMax), claim(1)};

TEST(Rejection, IsThrownWithTheOperationAndItsNumbers) {
  std::array<std::byte, 4> memory{};
  std::array<iovec, 1> v = {{{memory.data(), memory.size()}}};
  iov::IoVector vector(v);
  const auto out_of_range = [](const std::string& operation, const std::string& numbers, auto call) {
    EXPECT_EQ(message_of<std::out_of_range>(call),
              operation + ": the offset or range lies outside the vector (" + numbers + ")");
  };
  out_of_range("iov::from_buf", "offset 5, bytes 4", [&] { iov::from_buf(v, 5, memory); });
  out_of_range("iov::to_buf", "offset 18446744073709551615, bytes 4", [&] { iov::to_buf(v, kMax, memory); });
  out_of_range("iov::fill", "offset 5, bytes 0", [&] { iov::fill(v, 5, std::byte{1}, 0); });
  out_of_range("iov::copy", "offset 5, bytes 0", [&] { iov::copy({}, v, 5, 0); });
  out_of_range("iov::slice", "offset 3, bytes 2", [&] { iov::slice(v, 3, 2); });
  out_of_range("iov::slice", "offset 18446744073709551615, bytes 2", [&] { iov::slice(v, kMax, 2); });
  out_of_range("iov::slice_count", "offset 18446744073709551615, bytes 2", [&] { iov::slice_count(v, kMax, 2); });
  out_of_range("iov::is_zero", "offset 5, bytes 0", [&] { iov::is_zero(v, 5, 0); });
  out_of_range("iov::IoVector::concat", "offset 5, bytes 1", [&] { vector.concat(v, 5, 1); });
  out_of_range("iov::IoVector::discard_back", "size 4, bytes 5", [&] { vector.discard_back(5); });
  out_of_range("iov::IoVector::split", "size 4, offset 5", [&] { vector.split(5); });
  out_of_range("iov::IoVector::clone", "elements 1, buffer 3", [&] { vector.clone(v, std::span(memory).first(3)); });
  EXPECT_EQ(message_of<std::invalid_argument>([&] { iov::extended({}, std::nullopt, 9, 1, {}); }),
            "iov::extended: an argument that is needed is absent (head 0, offset 9, bytes 1, tail 0)");
  EXPECT_EQ(vector.size(), 4u);
}

TEST(Rejection, OfSumsIsThrownWithTheOperationAndItsNumbers) {
  iov::IoVector vector;
  vector.add(nullptr, kMax);
  const auto length_error = [](const std::string& operation, const std::string& numbers, auto call) {
    EXPECT_EQ(message_of<std::length_error>(call),
              operation + ": the sum of the lengths exceeds SIZE_MAX (" + numbers + ")");
  };
  length_error("iov::size", "elements 2", [] { iov::size(kWraps); });
  length_error("iov::clone_size", "elements 2", [] { iov::clone_size(kWraps); });
  length_error("iov::hexdump", "elements 2, limit 0", [] { iov::hexdump(kWraps, "", 0); });
  length_error("iov::IoVector::assign", "elements 2", [] { iov::IoVector made(kWraps); });
  length_error("iov::IoVector::add", "size 18446744073709551615, length 2", [&] { vector.add(nullptr, 2); });
}

TEST(Rejection, OfACallBeforeIsCleared) {
  std::array<std::byte, 4> memory{};
  std::array<iovec, 1> v = {{{memory.data(), memory.size()}}};
  std::span<iovec> view = v;
  iov::IoVector vector;
  std::error_code error;
  std::ostringstream stream;
  int call = 0;
  const auto expect_cleared = [&] {
    ++call;
    EXPECT_FALSE(error) << "call " << call;
    error = std::make_error_code(std::errc::io_error);
  };
  error = std::make_error_code(std::errc::io_error);
  iov::size(view, error), expect_cleared();
  iov::from_buf(view, 0, memory, error), expect_cleared();
  iov::to_buf(view, 0, memory, error), expect_cleared();
  iov::fill(view, 0, std::byte{}, 0, error), expect_cleared();
  iov::copy({}, view, 0, 0, error), expect_cleared();
  iov::slice_count(view, 0, 0, error), expect_cleared();
  iov::slice_count(view, 0, 1, error), expect_cleared();
  iov::is_zero(view, 0, 1, error), expect_cleared();
  iov::clone_size(view, error), expect_cleared();
  iov::slice(view, 0, 1, error), expect_cleared();
  iov::slice(view, 0, 0, error), expect_cleared();
  iov::extended(v[0], std::nullopt, 0, 0, v[0], error), expect_cleared();
  iov::extended(v[0], view, 0, 1, v[0], error), expect_cleared();
  vector.assign(view, error), expect_cleared();
  vector.add(memory.data(), 1, error), expect_cleared();
  vector.add(view, error), expect_cleared();
  vector.concat(view, 0, 0, error), expect_cleared();
  vector.concat(view, 0, 1, error), expect_cleared();
  vector.clone(view, memory, error), expect_cleared();
  vector.discard_back(1, error), expect_cleared();
  vector.split(1, error), expect_cleared();
  iov::IoVector::with_capacity(3, error), expect_cleared();
  iov::hexdump(view, "", 1, error), expect_cleared();
  iov::hexdump(view, stream, "", 1, error), expect_cleared();
  iov::hexdump({}, stream, "", 1, error), expect_cleared();
}

TEST(Rejection, AnswersNothing) {
  std::error_code error;
  EXPECT_EQ(iov::clone_size(kWraps, error), 0u);
  EXPECT_EQ(error, iov::Error::length_overflow);
  iov::IoVector vector;
  vector.add(kWraps, error);
  EXPECT_EQ(error, iov::Error::length_overflow);
  EXPECT_TRUE(vector.elements().empty());
  EXPECT_EQ(iov::hexdump(kWraps, "", 0, error), "");
  EXPECT_EQ(error, iov::Error::length_overflow);
}

TEST(Rejection, HasTheConditionAndTheMessageOfItsReason) {
  const auto condition = [](iov::Error error) { return make_error_code(error).default_error_condition(); };
  EXPECT_EQ(condition(iov::Error::out_of_range), std::errc::invalid_argument);
  EXPECT_EQ(condition(iov::Error::invalid_argument), std::errc::invalid_argument);
  EXPECT_EQ(condition(iov::Error::length_overflow), std::errc::value_too_large);
  EXPECT_EQ(condition(iov::Error::too_many_elements), std::errc::argument_list_too_long);
  const std::error_condition unknown = iov::error_category().default_error_condition(99);
  EXPECT_EQ(unknown.value(), 99);
  EXPECT_EQ(unknown.category(), iov::error_category());
  EXPECT_EQ(make_error_code(iov::Error::too_many_elements).message(), "more elements than the limit");
}

TEST(Rejection, ThrowsWithTheOperationAndItsNumbers) {
  iov::IoVector vector(nullptr, 7);
  EXPECT_EQ(message_of<std::length_error>([&] { vector.add(kWraps); }),
            "iov::IoVector::add: the sum of the lengths exceeds SIZE_MAX (size 7, elements 2)");
  EXPECT_EQ(message_of<std::length_error>([&] { vector.assign(kWraps); }),
            "iov::IoVector::assign: the sum of the lengths exceeds SIZE_MAX (elements 2)");
  EXPECT_EQ(message_of<std::length_error>([&] { iov::extended(claim(1), std::nullopt, 0, 0, claim(2), 1); }),
            "iov::extended: more elements than the limit (head 1, offset 0, bytes 0, tail 2)");
  EXPECT_EQ(message_of<std::length_error>([&] { iov::hexdump(kWraps, stdout, "", 3); }),
            "iov::hexdump: the sum of the lengths exceeds SIZE_MAX (elements 2, limit 3)");
  std::ostringstream stream;
  EXPECT_EQ(message_of<std::length_error>([&] { iov::hexdump(kWraps, stream, "", 3); }),
            "iov::hexdump: the sum of the lengths exceeds SIZE_MAX (elements 2, limit 3)");
}

/// A file whose second write fails, without a word in errno if `silently`; counts the writes.
struct Failing {
  explicit Failing(bool silently_) : silently(silently_) {
    file = fopencookie(this, "w", {nullptr, &Failing::write, nullptr, nullptr});
    std::setvbuf(file, nullptr, _IONBF, 0);
  }
  ~Failing() { std::fclose(file); }
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;

  static ssize_t write(void* cookie, const char*, std::size_t bytes) {
    auto& self = *static_cast<Failing*>(cookie);
    if (++self.writes != 2) return static_cast<ssize_t>(bytes);
    if (!self.silently) errno = ENOSPC;
    return 0;
  }

  bool silently;
  int writes = 0;
  std::FILE* file;
};

TEST(Rejection, OfAFileEndsADumpThereAndLeavesErrnoAlone) {
  std::array<char, 40> text{};
  const std::vector<iovec> v = {{text.data(), 16}, {text.data() + 16, 16}, {text.data() + 32, 8}};
  for (const bool silently : {false, true}) {
    Failing failing(silently);
    std::error_code error;
    errno = EDOM;
    iov::hexdump(v, failing.file, "x", kMax, error);
    EXPECT_EQ(errno, EDOM);
    EXPECT_EQ(error, silently ? std::errc::io_error : std::errc::no_space_on_device);
    EXPECT_EQ(failing.writes, 2);
    iov::hexdump(v, failing.file, "x", kMax, error);
    EXPECT_FALSE(error) << "it was only once";
    EXPECT_EQ(errno, EDOM);
  }
}

}  // namespace
