// SPDX-License-Identifier: Apache-2.0
// What tests of the C interface share.
// They are compiled for both API levels, with functions of different names: so everything here is static.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "iov/qemu_iov.h"

[[maybe_unused]] static void expect_fields(const QEMUIOVector& qiov, const iovec* iov, int niov, int nalloc,
                                           std::size_t size) {
  EXPECT_EQ(qiov.iov, iov);
  EXPECT_EQ(qiov.niov, niov);
  EXPECT_EQ(qiov.nalloc, nalloc);
  EXPECT_EQ(qiov.size, size);
}

/// The line that `function` is rejected with, behind its reason; a handler may leave by an exception.
[[maybe_unused]] static std::pair<iov_rejection, std::string> rejection_of(const std::function<void()>& function) {
  using Rejected = std::pair<iov_rejection, std::string>;
  const iov_reject_handler throw_it = [](iov_rejection reason, const char* message) {
    throw Rejected(reason, message);
  };
  const iov_reject_handler before = iov_set_reject_handler(throw_it);
  Rejected rejected{{}, "not rejected"};
  try {
    function();
  } catch (const Rejected& caught) {
    rejected = caught;
  }
  EXPECT_EQ(iov_set_reject_handler(before), throw_it);
  return rejected;
}
