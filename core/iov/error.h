// SPDX-License-Identifier: Apache-2.0
// Why a call was rejected, as a std::error_code and, where there are exceptions, as an exception.
// A rejected call has changed nothing.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <system_error>

#if defined(__cpp_exceptions)
#define IOV_HAS_EXCEPTIONS 1
#else
#define IOV_HAS_EXCEPTIONS 0
#endif

namespace iov {

enum class Error {
  /// An offset or a range lies outside the vector. Thrown as std::out_of_range.
  out_of_range = 1,
  /// A sum of lengths exceeds SIZE_MAX. Thrown as std::length_error.
  length_overflow,
  /// More elements than the limit given, IOV_MAX for one. Thrown as std::length_error.
  too_many_elements,
  /// An argument that other arguments need is absent. Thrown as std::invalid_argument.
  invalid_argument,
  /// A transfer of more than SSIZE_MAX bytes: ssize_t cannot count them. Thrown as std::length_error.
  too_many_bytes,
};

/// The category "iov" of the codes made from Error.
const std::error_category& error_category() noexcept;

inline std::error_code make_error_code(Error error) noexcept { return {static_cast<int>(error), error_category()}; }

namespace detail {

/// What the core functions answer with instead of a std::error_code, which takes a call to make, also an empty one: for
/// most vectors that call takes longer than the work. Those of Error have its numbers.
enum class Reason {
  none,
  out_of_range,
  length_overflow,
  too_many_elements,
  invalid_argument,
  too_many_bytes,
  not_enough_memory,
};

std::error_code make_error_code(Reason reason) noexcept;

/// Sets `error` to the reason, or clears it.
inline void tell(Reason reason, std::error_code& error) noexcept {
  error.clear();
  if (reason != Reason::none) error = make_error_code(reason);
}

/// For the message of a rejection.
struct NamedNumber {
  const char* name = nullptr;  ///< Null: it is none.
  std::size_t value = 0;
};

#if IOV_HAS_EXCEPTIONS
/// Throws the exception that belongs to `code` (std::bad_alloc for std::errc::not_enough_memory), with a message made
/// of the operation, the reason and the numbers: "iov::from_buf: ... (offset 5, bytes 2)".
[[noreturn]] void throw_error(const std::error_code& code, std::string_view operation,
                              std::initializer_list<NamedNumber> numbers);

/// The same unless the reason is none. The numbers are no list, because that would be built in any case.
inline void throw_if(Reason reason, std::string_view operation, NamedNumber first, NamedNumber second = {},
                     NamedNumber third = {}, NamedNumber fourth = {}) {
  if (reason != Reason::none) throw_error(make_error_code(reason), operation, {first, second, third, fourth});
}
#endif

/// An answer; or why there is none, and then 0 or false.
template <typename Value>
struct Outcome {
  Value value = {};
  Reason reason = Reason::none;

  Value or_tell(std::error_code& error) const noexcept {
    tell(reason, error);
    return value;
  }
#if IOV_HAS_EXCEPTIONS
  Value or_throw(std::string_view operation, NamedNumber first, NamedNumber second = {}) const {
    throw_if(reason, operation, first, second);
    return value;
  }
#endif
};

}  // namespace detail

}  // namespace iov

template <>
struct std::is_error_code_enum<iov::Error> : std::true_type {};
