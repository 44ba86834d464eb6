// Tests of the C interface: vectors of garbage, and what a call is rejected with.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "iov/qemu_iov.h"

struct Rejected {
  iov_rejection reason{};
  std::string message;
};

[[noreturn]] inline void throw_it(iov_rejection reason, const char* message) { throw Rejected{reason, message}; }

/// The line that `function` is rejected with; a handler may leave by an exception.
template <typename Function>
Rejected rejection_of(Function function) {
  const iov_reject_handler before = iov_set_reject_handler(throw_it);
  Rejected rejected{{}, "not rejected"};
  try {
    function();
  } catch (const Rejected& caught) {
    rejected = caught;
  }
  EXPECT_EQ(iov_set_reject_handler(before), &throw_it);
  return rejected;
}

/// A reason, and the words of a line between the function's name and the numbers.
struct Words {
  iov_rejection reason;
  const char* words;
};
inline constexpr Words kRange = {IOV_REJECTED_RANGE, "the offset or range lies outside the vector"};
inline constexpr Words kSum = {IOV_REJECTED_LENGTH, "the sum of the lengths exceeds SIZE_MAX"};
inline constexpr Words kNotOwned = {IOV_REJECTED_ARGUMENT, "the vector does not own its array"};
inline constexpr Words kUnlike = {IOV_REJECTED_ARGUMENT, "the vectors are segmented differently"};
inline constexpr Words kNotEmbedded = {IOV_REJECTED_ARGUMENT, "the vector is not embedded"};

template <typename Function>
void expect_rejected(const Words& words, const std::string& name, const std::string& numbers, Function function) {
  const Rejected rejected = rejection_of(function);
  EXPECT_EQ(rejected.message, name + ": " + words.words + " (" + numbers + ")");
  EXPECT_EQ(rejected.reason, words.reason) << name;
}

/// A struct whose memory says nothing. Code that reads it as a vector frees memory that was never allocated.
inline QEMUIOVector garbage() {
  QEMUIOVector qiov;
  std::memset(static_cast<void*>(&qiov), 0x5a, sizeof qiov);
  return qiov;
}

/// To the last byte, of garbage, too.
inline bool same(const QEMUIOVector& a, const QEMUIOVector& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;  // NOLINT(bugprone-suspicious-memory-comparison)
}
