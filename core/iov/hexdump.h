// SPDX-License-Identifier: Apache-2.0
// Showing the bytes of a vector, 16 a line, in hexadecimal and ASCII.
// It needs memory for one line of 16 bytes only, whatever the size and the prefix.
//
//   prefix: 0000:  50 4f 53 54  20 2f 20 48  54 54 50 2f  31 2e 31 0d POST / HTTP/1.1.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdio>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "iov/error.h"

namespace iov {

/// Writes the first min(T, limit) bytes of `v` to `out`; nothing for 0 bytes. A line is the prefix, the offset in at
/// least 4 hexadecimal digits, up to 16 bytes in groups of 4, and the same bytes as ASCII ('.' for those that are not
/// printable). Rejected with Error::length_overflow, before anything is written, when the lengths add up to more than
/// SIZE_MAX. A failed write is reported as the error of `out` (errno, or std::errc::io_error), and ends the dump there.
void hexdump(std::span<const iovec> v, std::FILE* out, std::string_view prefix, std::size_t limit,
             std::error_code& error) noexcept;

/// The same to a stream, whose exceptions, if it is set to throw, pass through.
void hexdump(std::span<const iovec> v, std::ostream& out, std::string_view prefix, std::size_t limit,
             std::error_code& error);

/// The same as a string.
std::string hexdump(std::span<const iovec> v, std::string_view prefix, std::size_t limit, std::error_code& error);

#if IOV_HAS_EXCEPTIONS

/// Throws std::length_error, std::system_error.
inline void hexdump(std::span<const iovec> v, std::FILE* out, std::string_view prefix, std::size_t limit) {
  std::error_code error;
  hexdump(v, out, prefix, limit, error);
  if (error) detail::throw_error(error, "hexdump", {{"elements", v.size()}, {"limit", limit}});
}

/// Throws std::length_error, std::system_error.
inline void hexdump(std::span<const iovec> v, std::ostream& out, std::string_view prefix, std::size_t limit) {
  std::error_code error;
  hexdump(v, out, prefix, limit, error);
  if (error) detail::throw_error(error, "hexdump", {{"elements", v.size()}, {"limit", limit}});
}

/// Throws std::length_error.
inline std::string hexdump(std::span<const iovec> v, std::string_view prefix, std::size_t limit) {
  std::error_code error;
  std::string text = hexdump(v, prefix, limit, error);
  if (error) detail::throw_error(error, "hexdump", {{"elements", v.size()}, {"limit", limit}});
  return text;
}

#endif  // IOV_HAS_EXCEPTIONS

}  // namespace iov
