// SPDX-License-Identifier: Apache-2.0
// How the C interface rejects. Not for users: only the library's own sources include it.
// A rejection leaves by longjmp or by an exception, so no caller of reject() has an object whose destructor does
// anything.
#pragma once

#include <cstddef>
#include <initializer_list>

#include "iov/error.h"
#include "iov/qemu_iov.h"

namespace iov::detail {

[[noreturn]] void reject(iov_rejection reason, const char* why, const char* function,
                         std::initializer_list<NamedNumber> numbers);

/// With the words that belong to the reason.
[[noreturn]] void reject(Reason reason, const char* function, std::initializer_list<NamedNumber> numbers);

/// The numbers are no list, because that would be built in any case.
inline void reject_if(Reason reason, const char* function, NamedNumber first, NamedNumber second = {},
                      NamedNumber third = {}, NamedNumber fourth = {}) {
  if (reason != Reason::none) reject(reason, function, {first, second, third, fourth});
}

/// The answer, if there is one.
template <typename Value>
Value or_reject(Outcome<Value> outcome, const char* function, NamedNumber first, NamedNumber second = {},
                NamedNumber third = {}) {
  reject_if(outcome.reason, function, first, second, third);
  return outcome.value;
}

/// The same where the range is clipped: at API level 10 an offset past the end is not rejected, and the answer is 0.
inline std::size_t or_past_end(Outcome<std::size_t> outcome, const char* function, NamedNumber offset,
                               NamedNumber bytes) {
  if (IOV_QEMU_API >= 10 && outcome.reason == Reason::out_of_range) return 0;
  return or_reject(outcome, function, offset, bytes);
}

}  // namespace iov::detail
