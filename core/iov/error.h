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

#if IOV_HAS_EXCEPTIONS
namespace detail {

struct NamedNumber {
  std::string_view name;
  std::size_t value;
};

/// Throws the exception that belongs to `code` (std::bad_alloc for std::errc::not_enough_memory), with a message made
/// of the operation, the reason and the numbers: "iov::from_buf: ... (offset 5, bytes 2)".
[[noreturn]] void throw_error(const std::error_code& code, std::string_view operation,
                              std::initializer_list<NamedNumber> numbers);

}  // namespace detail
#endif

}  // namespace iov

template <>
struct std::is_error_code_enum<iov::Error> : std::true_type {};
