// SPDX-License-Identifier: Apache-2.0
#include "iov/transport.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>

#include "iov/walk.h"

namespace iov {
namespace {

using detail::Reason;

#if defined(MSG_NOSIGNAL)
constexpr int kFlags = MSG_NOSIGNAL;
void silence(int, bool&) noexcept {}
#elif defined(SO_NOSIGPIPE)
constexpr int kFlags = 0;
/// From now on the socket reports EPIPE instead of raising SIGPIPE.
void silence(int fd, bool& is_silent) noexcept {
  if (is_silent) return;
  const int on = 1;
  is_silent = ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) == 0;
}
#else
#error "There is neither MSG_NOSIGNAL nor SO_NOSIGPIPE: a peer that has gone away would raise SIGPIPE."
#endif

msghdr message_of(std::span<const iovec> elements) noexcept {
  msghdr message = {};
  message.msg_iov = const_cast<iovec*>(elements.data());  // neither call writes to it
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(elements.size());
  return message;
}

ssize_t result_of(ssize_t moved) noexcept { return moved >= 0 ? moved : -static_cast<ssize_t>(errno); }

constexpr std::size_t kElementsOnStack = 64;

struct Free {
  void operator()(void* block) const noexcept { std::free(block); }
};

/// The next elements of a range, without empty ones, clipped where the range starts and ends. They slide through
/// room for twice as many as one call takes: they are moved to its front only once at least as many are gone, so each
/// element is copied a bounded number of times, however short the transfers are.
class Window {
 public:
  /// Of a slice that has so many bytes.
  Window(const detail::Slice& slice, std::size_t bytes, std::size_t most) noexcept
      : most_(std::clamp<std::size_t>(most, 1, kMaxElementsPerCall)),
        unseen_(bytes),
        source_(slice.elements),
        offset_(slice.offset) {
    if (std::min(2 * most_, source_.size()) <= kElementsOnStack) return;
    const auto pieces = static_cast<std::size_t>(
        std::count_if(source_.begin(), source_.end(), [](const iovec& element) { return element.iov_len > 0; }));
    const std::size_t wanted = std::min(2 * most_, pieces);
    if (wanted <= kElementsOnStack) return;
    block_.reset(static_cast<iovec*>(std::malloc(wanted * sizeof(iovec))));
    if (block_ != nullptr) {
      room_ = {block_.get(), wanted};
    } else {
      most_ = std::min(most_, kElementsOnStack / 2);
    }
  }

  /// All that is left, in at most as many elements as one call takes; none when nothing is.
  std::span<const iovec> next() noexcept {
    while (unseen_ > 0 && last_ - first_ < most_) {
      const iovec& element = source_.front();
      const std::size_t length = std::min(element.iov_len - offset_, unseen_);
      if (length > 0) {
        make_room();
        room_[last_++] = {iov_advance_(element.iov_base, offset_), length};
        unseen_ -= length;
        offered_ += length;
      }
      offset_ = 0;
      source_ = source_.subspan(1);
    }
    return room_.subspan(first_, last_ - first_);
  }

  /// How many bytes those have.
  std::size_t offered() const noexcept { return offered_; }

  /// That many of them were moved, at most all.
  void consume(std::size_t bytes) noexcept {
    assert(bytes <= offered_);
    offered_ -= bytes;
    while (bytes > 0) {
      iovec& element = room_[first_];
      const std::size_t length = std::min(element.iov_len, bytes);
      element = {iov_advance_(element.iov_base, length), element.iov_len - length};
      bytes -= length;
      if (element.iov_len == 0) ++first_;
    }
  }

 private:
  void make_room() noexcept {
    if (last_ < room_.size()) return;
    std::copy(room_.begin() + static_cast<std::ptrdiff_t>(first_), room_.end(), room_.begin());
    last_ -= first_;
    first_ = 0;
  }

  std::size_t most_;
  std::size_t unseen_;       ///< Bytes that are not in the window yet.
  std::size_t offered_ = 0;  ///< Bytes that are.
  std::span<const iovec> source_;
  std::size_t offset_;  ///< Into the first of them.
  std::array<iovec, kElementsOnStack> on_stack_;
  std::unique_ptr<iovec, Free> block_;
  std::span<iovec> room_ = on_stack_;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

/// Moves the range by calls of `move`.
template <typename Move>
Transfer transfer(const Transport& transport, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
                  bool receives, std::error_code& rejected, Move move) noexcept {
  Transfer result;
  if (bytes == 0) {
    rejected.clear();
    return result;
  }
  auto [slice, reason] = detail::slice_of(v, offset, bytes);  // the whole range is checked before a byte moves
  if (reason == Reason::none && bytes > static_cast<std::size_t>(SSIZE_MAX)) reason = Reason::too_many_bytes;
  detail::tell(reason, rejected);
  if (reason != Reason::none) return result;
  Window window(slice, bytes, transport.max_elements());
  while (result.bytes < bytes) {
    const ssize_t moved = move(window.next());
    if (moved == -EINTR) continue;
    const bool is_nonsense = moved > 0 ? static_cast<std::size_t>(moved) > window.offered() : moved < -INT_MAX;
    if (is_nonsense) {
      result.error = std::make_error_code(std::errc::io_error);
      break;
    }
    if (moved <= 0) {
      if (moved < 0) {
        const int number = static_cast<int>(-moved);
        result.error = {number == EWOULDBLOCK ? EAGAIN : number, std::generic_category()};
      }
      result.end_of_stream = moved == 0 && receives;
      break;
    }
    window.consume(static_cast<std::size_t>(moved));
    result.bytes += static_cast<std::size_t>(moved);
  }
  return result;
}

}  // namespace

ScatterGather::ScatterGather(int fd, std::size_t element_limit, int flags) noexcept
    : fd_(fd), element_limit_(std::clamp<std::size_t>(element_limit, 1, kMaxElementsPerCall)), flags_(flags) {}

ssize_t ScatterGather::send(std::span<const iovec> elements) noexcept {
  silence(fd_, is_silent_);
  const msghdr message = message_of(elements);
  return result_of(::sendmsg(fd_, &message, flags_ | kFlags));
}

ssize_t ScatterGather::recv(std::span<const iovec> elements) noexcept {
  msghdr message = message_of(elements);
  return result_of(::recvmsg(fd_, &message, flags_));
}

ssize_t PieceByPiece::send(std::span<const iovec> elements) noexcept {
  silence(fd_, is_silent_);
  return result_of(::send(fd_, elements.front().iov_base, elements.front().iov_len, kFlags));
}

ssize_t PieceByPiece::recv(std::span<const iovec> elements) noexcept {
  return result_of(::recv(fd_, elements.front().iov_base, elements.front().iov_len, 0));
}

Transfer send(Transport& transport, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
              std::error_code& rejected) noexcept {
  return transfer(transport, v, offset, bytes, false, rejected,
                  [&transport](std::span<const iovec> elements) { return transport.send(elements); });
}

Transfer recv(Transport& transport, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
              std::error_code& rejected) noexcept {
  return transfer(transport, v, offset, bytes, true, rejected,
                  [&transport](std::span<const iovec> elements) { return transport.recv(elements); });
}

Transfer send(int fd, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
              std::error_code& rejected) noexcept {
  ScatterGather transport(fd);
  return send(transport, v, offset, bytes, rejected);
}

Transfer recv(int fd, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
              std::error_code& rejected) noexcept {
  ScatterGather transport(fd);
  return recv(transport, v, offset, bytes, rejected);
}

}  // namespace iov
