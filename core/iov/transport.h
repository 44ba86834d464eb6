// SPDX-License-Identifier: Apache-2.0
// Sending and receiving the bytes of a vector over a stream socket, or over whatever a Transport of yours stands for.
// A transfer goes on until all bytes are moved. Where it ends early its result has both the number of bytes moved and
// the reason, so nothing is lost.
//
// Words are those of iov.h. The array of elements is read while the call lasts and never written to; it takes part in
// no kernel call itself. Meant for stream sockets. On a datagram socket every kernel call sends or receives one
// message: bytes of a message that do not fit into the rest of the range are lost, a range that takes more than one
// call becomes more than one message, and an empty message reads as the end of the stream.
//
// Cost: a transfer walks the vector from its first element on, also one that goes on where another ended. To go on
// often in a long vector, discard the moved bytes from a copy of its elements (discard_front), and start at 0.
// Memory: none from the heap where the range has up to 64 elements that are not empty, or where a call takes no more
// than 32; else one block of at most twice the elements of one call, however long the vector is. If that cannot be
// allocated, calls take fewer elements. Thread safety: as the descriptor's; one call may send while another receives.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <climits>
#include <cstddef>
#include <span>
#include <system_error>

#include "iov/error.h"

namespace iov {

/// How a transfer ended.
struct Transfer {
  std::size_t bytes = 0;  ///< Moved, in order from the offset on.
  std::error_code error;  ///< The error that ended it early, if one did; std::errc::resource_unavailable_try_again too.
  bool end_of_stream = false;  ///< recv met the end of the stream.
};

/// How the bytes of some elements are moved, in order. Each call gets at least one element, at most max_elements() and
/// kMaxElementsPerCall, none of them empty, and may move any number of their bytes. An answer without a meaning (more
/// bytes than were offered, or less than -INT_MAX) ends the transfer with std::errc::io_error, and the call counts as
/// having moved nothing.
class Transport {
 public:
  virtual ~Transport() = default;

  /// How many elements one call takes, at least 1. Asked once per transfer.
  virtual std::size_t max_elements() const noexcept = 0;

  /// As sendmsg and recvmsg: the number of bytes moved (0: recv is at the end of the stream, send ends), or minus an
  /// errno.
  virtual ssize_t send(std::span<const iovec> elements) noexcept = 0;
  virtual ssize_t recv(std::span<const iovec> elements) noexcept = 0;
};

/// How many elements the kernel takes in one call.
#if defined(IOV_MAX)
inline constexpr std::size_t kMaxElementsPerCall = IOV_MAX;
#else
inline constexpr std::size_t kMaxElementsPerCall = 16;  // what POSIX promises at least
#endif

/// The built-in way: many elements a call, with sendmsg and recvmsg. No SIGPIPE: where there is no MSG_NOSIGNAL, the
/// first send sets SO_NOSIGPIPE on the socket, which stays set; where there is neither, this does not compile.
class ScatterGather final : public Transport {
 public:
  /// `fd` stays the caller's. An element limit above the kernel's is the kernel's, and 0 is 1. The flags, MSG_MORE say,
  /// are those of every sendmsg and recvmsg, beside MSG_NOSIGNAL.
  explicit ScatterGather(int fd, std::size_t element_limit = kMaxElementsPerCall, int flags = 0) noexcept;

  std::size_t max_elements() const noexcept override { return element_limit_; }
  ssize_t send(std::span<const iovec> elements) noexcept override;
  ssize_t recv(std::span<const iovec> elements) noexcept override;

 private:
  int fd_;
  bool is_silent_ = false;  ///< SO_NOSIGPIPE was set.
  std::size_t element_limit_;
  int flags_;
};

/// The other one: one element a call, with send and recv, as where the system takes no more. The library itself is
/// built with sendmsg and recvmsg all the same. Otherwise as ScatterGather.
class PieceByPiece final : public Transport {
 public:
  explicit PieceByPiece(int fd) noexcept : fd_(fd) {}

  std::size_t max_elements() const noexcept override { return 1; }
  ssize_t send(std::span<const iovec> elements) noexcept override;
  ssize_t recv(std::span<const iovec> elements) noexcept override;

 private:
  int fd_;
  bool is_silent_ = false;
};

/// Sends the bytes at positions [offset, offset + bytes) of `v`, in order, until all are sent or something ends it: an
/// error other than EINTR, which is tried again, or a call that sends nothing, which is no error: only Transfer::bytes
/// tells whether all were sent. EAGAIN is an error like others; go on later at offset + Transfer::bytes. Each call is
/// offered all bytes that are left, in at most as many elements as it takes. 0 bytes: nothing moved, and nothing is
/// looked at. Rejected before a byte moves: with Error::out_of_range unless the whole range lies inside `v`; with
/// Error::too_many_bytes when it is longer than SSIZE_MAX. An error of the kernel is no rejection.
Transfer send(Transport& transport, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
              std::error_code& rejected) noexcept;

/// Receives into the bytes at positions [offset, offset + bytes) of `v`, until all are received or something ends it:
/// an error as for send, or the end of the stream. Rejected as send.
Transfer recv(Transport& transport, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
              std::error_code& rejected) noexcept;

/// The same two by ScatterGather(fd).
Transfer send(int fd, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
              std::error_code& rejected) noexcept;
Transfer recv(int fd, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
              std::error_code& rejected) noexcept;

#if IOV_HAS_EXCEPTIONS

/// Throws std::out_of_range or std::length_error for a rejection; never for an error of the kernel.
inline Transfer send(Transport& transport, std::span<const iovec> v, std::size_t offset, std::size_t bytes) {
  std::error_code rejected;
  const Transfer transfer = send(transport, v, offset, bytes, rejected);
  if (rejected) detail::throw_error(rejected, "send", {{"offset", offset}, {"bytes", bytes}});
  return transfer;
}

/// Throws std::out_of_range or std::length_error for a rejection; never for an error of the kernel.
inline Transfer recv(Transport& transport, std::span<const iovec> v, std::size_t offset, std::size_t bytes) {
  std::error_code rejected;
  const Transfer transfer = recv(transport, v, offset, bytes, rejected);
  if (rejected) detail::throw_error(rejected, "recv", {{"offset", offset}, {"bytes", bytes}});
  return transfer;
}

/// Throws std::out_of_range or std::length_error for a rejection; never for an error of the kernel.
inline Transfer send(int fd, std::span<const iovec> v, std::size_t offset, std::size_t bytes) {
  ScatterGather transport(fd);
  return send(transport, v, offset, bytes);
}

/// Throws std::out_of_range or std::length_error for a rejection; never for an error of the kernel.
inline Transfer recv(int fd, std::span<const iovec> v, std::size_t offset, std::size_t bytes) {
  ScatterGather transport(fd);
  return recv(transport, v, offset, bytes);
}

#endif  // IOV_HAS_EXCEPTIONS

}  // namespace iov
