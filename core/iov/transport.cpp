#include "iov/transport.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "iov/iov.h"
#include "iov/walk.h"

namespace iov {
namespace {

#if defined(MSG_NOSIGNAL)
constexpr int kFlags = MSG_NOSIGNAL;
void silence(int) noexcept {}
#else
constexpr int kFlags = 0;
/// From now on the socket reports EPIPE instead of raising SIGPIPE.
void silence(int fd) noexcept {
#if defined(SO_NOSIGPIPE)
  const int on = 1;
  static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on));
#else
  static_cast<void>(fd);
#endif
}
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

/// The elements of a range that come next, without empty ones, cut where the range starts and ends. They slide through
/// room for twice as many as one call takes: they are moved to its front only once at least as many are gone, so each
/// element is copied a bounded number of times, however short the transfers are.
class Window {
 public:
  /// The range must lie inside.
  Window(std::span<const iovec> v, std::size_t offset, std::size_t bytes, std::size_t most) noexcept
      : most_(std::max<std::size_t>(most, 1)), unseen_(bytes) {
    std::error_code inside;
    const detail::Place place = detail::locate(v, offset, detail::AtBoundary::after_empty, inside);
    source_ = place.rest;
    offset_ = place.offset;
    if (source_.size() <= kElementsOnStack) return;
    const std::size_t wanted = most_ <= source_.size() / 2 ? 2 * most_ : source_.size();
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
        room_[last_++] = {detail::advance(element.iov_base, offset_), length};
        unseen_ -= length;
      }
      offset_ = 0;
      source_ = source_.subspan(1);
    }
    return room_.subspan(first_, std::min(last_ - first_, most_));
  }

  /// That many bytes of them were moved.
  void consume(std::size_t bytes) noexcept {
    while (bytes > 0) {
      assert(first_ < last_ && "a Transport moves no more bytes than it is offered");
      iovec& element = room_[first_];
      const std::size_t length = std::min(element.iov_len, bytes);
      element = {detail::advance(element.iov_base, length), element.iov_len - length};
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
  std::size_t unseen_;  ///< Bytes that are not in the window yet.
  std::span<const iovec> source_;
  std::size_t offset_ = 0;  ///< Into the first of them.
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
  rejected.clear();
  if (bytes == 0) return result;
  slice_count(v, offset, bytes, rejected);  // the whole range is judged before a byte moves
  if (!rejected && bytes > static_cast<std::size_t>(SSIZE_MAX)) rejected = Error::too_many_bytes;
  if (rejected) return result;
  Window window(v, offset, bytes, transport.max_elements());
  while (result.bytes < bytes) {
    const ssize_t moved = move(window.next());
    if (moved == -EINTR) continue;
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

ScatterGather::ScatterGather(int fd, std::size_t element_limit) noexcept
    : fd_(fd), element_limit_(std::clamp<std::size_t>(element_limit, 1, kMaxElementsPerCall)) {}

ssize_t ScatterGather::send(std::span<const iovec> elements) noexcept {
  silence(fd_);
  const msghdr message = message_of(elements);
  return result_of(::sendmsg(fd_, &message, kFlags));
}

ssize_t ScatterGather::recv(std::span<const iovec> elements) noexcept {
  msghdr message = message_of(elements);
  return result_of(::recvmsg(fd_, &message, 0));
}

ssize_t PieceByPiece::send(std::span<const iovec> elements) noexcept {
  silence(fd_);
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
