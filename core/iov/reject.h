// How the C interface rejects. Not for users: only the library's own sources include it.
// A rejection leaves by longjmp or by an exception, so no caller of reject() has an object with a destructor.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <system_error>

#include "iov/qemu_iov.h"

namespace iov::detail {

struct Number {
  const char* name;
  std::size_t value;
};

[[noreturn]] void reject(iov_rejection reason, const char* why, const char* function,
                         std::initializer_list<Number> numbers);

/// With the reason and the words that belong to the error.
[[noreturn]] void reject(const std::error_code& error, const char* function, std::initializer_list<Number> numbers);

}  // namespace iov::detail
