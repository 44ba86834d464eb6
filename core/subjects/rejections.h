// SPDX-License-Identifier: Apache-2.0
// Calls of the C interface whose rejections are results.
// A rejection comes back by longjmp: it is the fastest way, and no frame between may have anything to destroy.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <type_traits>

#include "iov/qemu_iov.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

inline thread_local std::jmp_buf* landing = nullptr;  // null outside of a call of ours
inline thread_local Rejection rejected_for = Rejection::none;

inline Rejection rejection_of(iov_rejection reason) {
  if (reason == IOV_REJECTED_RANGE) return Rejection::out_of_range;
  if (reason == IOV_REJECTED_LENGTH) return Rejection::length_error;
  if (reason == IOV_REJECTED_ARGUMENT) return Rejection::invalid_argument;
  return Rejection::other;
}

/// The handler. Rejections of calls from elsewhere end as without one.
inline void on_rejection(iov_rejection reason, const char* message) {
  if (landing != nullptr) {
    rejected_for = rejection_of(reason);
    std::longjmp(*landing, 1);
  }
  std::fprintf(stderr, "%s\n", message);
}

/// Calls function() and makes a Result of what it answers, or of its rejection.
template <typename Function>
Result call(Function function) {
  std::jmp_buf here;
  landing = &here;
  if (_setjmp(here) != 0) {
    landing = nullptr;
    return {0, rejected_for};
  }
  Result result;
  if constexpr (std::is_void_v<decltype(function())>)
    function();
  else
    result.value = static_cast<std::size_t>(function());
  landing = nullptr;
  return result;
}

}  // namespace lockstep
