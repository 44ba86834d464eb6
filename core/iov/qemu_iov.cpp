// SPDX-License-Identifier: Apache-2.0
// The C interface on arrays of elements: QEMU's names over the same core.
#include "iov/qemu_iov.h"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <system_error>
#include <tuple>

#include "iov/error.h"
#include "iov/hexdump.h"
#include "iov/iov.h"
#include "iov/reject.h"
#include "iov/send_recv.h"
#include "iov/sum.h"

using iov::detail::or_past_end;
using iov::detail::or_reject;
using iov::detail::Reason;
using iov::detail::reject;

namespace {

std::atomic<iov_reject_handler> reject_handler = nullptr;

std::error_code hexdump(std::span<const iovec> v, FILE* out, const char* prefix, std::size_t limit) {
  std::error_code error;
  iov::hexdump(v, out, prefix, limit, error);
  return error;
}

/// Not inlined, so that iov_size pushes no registers for what add_few can add up.
[[gnu::noinline]] size_t size_or_reject(std::span<const iovec> v) {
  return or_reject(iov::detail::size(v), "iov_size", {"elements", v.size()});
}

}  // namespace

namespace iov::detail {

void reject(iov_rejection reason, const char* why, const char* function, std::initializer_list<NamedNumber> numbers) {
  char message[512];  // twice as long as the longest
  char* end = message;
  const auto add = [&end](const char* words) { end = stpcpy(end, words); };
  add(function);
  add(": ");
  add(why);
  const char* separator = " (";
  for (const NamedNumber& number : numbers) {
    if (number.name == nullptr) break;
    add(separator);
    add(number.name);
    add(" ");
    // Not by snprintf, which takes long: a harness rejects often.
    end = std::to_chars(end, message + sizeof message, number.value).ptr;
    separator = ", ";
  }
  add(")");
  if (const iov_reject_handler handler = reject_handler.load()) {
    handler(reason, message);
  } else {
    std::fprintf(stderr, "%s\n", message);
  }
  std::abort();
}

void reject(Reason reason, const char* function, std::initializer_list<NamedNumber> numbers) {
  if (reason == Reason::out_of_range)
    reject(IOV_REJECTED_RANGE, "the offset or range lies outside the vector", function, numbers);
  if (reason == Reason::length_overflow)
    reject(IOV_REJECTED_LENGTH, "the sum of the lengths exceeds SIZE_MAX", function, numbers);
  if (reason == Reason::too_many_bytes) reject(IOV_REJECTED_LENGTH, "more than SSIZE_MAX bytes", function, numbers);
  if (reason == Reason::too_many_elements) reject(IOV_REJECTED_LENGTH, "too many elements", function, numbers);
  if (reason == Reason::invalid_argument)
    reject(IOV_REJECTED_ARGUMENT, "an argument that is needed is absent", function, numbers);
  reject(IOV_REJECTED_MEMORY, "not enough memory", function, numbers);
}

}  // namespace iov::detail

iov_reject_handler iov_set_reject_handler(iov_reject_handler handler) { return reject_handler.exchange(handler); }

size_t iov_size(const struct iovec* iov, unsigned count) {
  size_t bytes = 0;
  return iov::detail::add_few({iov, count}, bytes) ? bytes : size_or_reject({iov, count});
}

size_t iov_from_buf_full(const struct iovec* iov, unsigned count, size_t offset, const void* buf, size_t bytes) {
  return or_past_end(iov::detail::from_buf({iov, count}, offset, {static_cast<const std::byte*>(buf), bytes}),
                     "iov_from_buf", {"offset", offset}, {"bytes", bytes});
}

size_t iov_to_buf_full(const struct iovec* iov, unsigned count, size_t offset, void* buf, size_t bytes) {
  return or_past_end(iov::detail::to_buf({iov, count}, offset, {static_cast<std::byte*>(buf), bytes}), "iov_to_buf",
                     {"offset", offset}, {"bytes", bytes});
}

size_t iov_memset(const struct iovec* iov, unsigned count, size_t offset, int fill, size_t bytes) {
  return or_past_end(iov::detail::fill({iov, count}, offset, static_cast<std::byte>(fill & 0xff), bytes), "iov_memset",
                     {"offset", offset}, {"bytes", bytes});
}

unsigned iov_copy(struct iovec* dst, unsigned dst_count, const struct iovec* iov, unsigned count, size_t offset,
                  size_t bytes) {
  return static_cast<unsigned>(or_past_end(iov::detail::copy({dst, dst_count}, {iov, count}, offset, bytes), "iov_copy",
                                           {"offset", offset}, {"bytes", bytes}));
}

namespace {

/// Taking the address of an inline function has it emitted. Callers that have not seen the header link to these;
/// iov_from_buf_full and iov_to_buf_full stand for the two other inline ones.
[[gnu::used]] const auto kExported = std::tuple(&iov_discard_front, &iov_discard_back, &iov_discard_front_undoable,
                                                &iov_discard_back_undoable, &iov_discard_undo);

}  // namespace

ssize_t iov::detail::send_recv(Transport& transport, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
                               bool do_send) {
  std::error_code rejected;
  const int before = errno;
  const Transfer transfer =
      do_send ? send(transport, v, offset, bytes, rejected) : recv(transport, v, offset, bytes, rejected);
  if (rejected)
    reject(rejected == Error::out_of_range ? Reason::out_of_range : Reason::too_many_bytes,
           do_send ? "iov_send" : "iov_recv", {{"offset", offset}, {"bytes", bytes}});
  const bool is_partial = transfer.bytes > 0 && transfer.error.value() == EAGAIN;
  if (!transfer.error || is_partial) {
    errno = before;  // an interrupted call, or one that would block, has changed it
    return static_cast<ssize_t>(transfer.bytes);
  }
  errno = transfer.error.value();
  return -1;
}

ssize_t iov_send_recv(int fd, const struct iovec* iov, unsigned count, size_t offset, size_t bytes, bool do_send) {
  iov::ScatterGather transport(fd);
  return iov::detail::send_recv(transport, {iov, count}, offset, bytes, do_send);
}

#if IOV_QEMU_API >= 10
ssize_t iov_send_recv_with_flags(int fd, int flags, const struct iovec* iov, unsigned count, size_t offset,
                                 size_t bytes, bool do_send) {
  iov::ScatterGather transport(fd, iov::kMaxElementsPerCall, flags);
  return iov::detail::send_recv(transport, {iov, count}, offset, bytes, do_send);
}
#endif

void iov_hexdump(const struct iovec* iov, unsigned count, FILE* out, const char* prefix, size_t limit) {
  const std::error_code error = hexdump({iov, count}, out, prefix, limit);
  if (error == iov::Error::length_overflow)
    reject(Reason::length_overflow, "iov_hexdump", {{"elements", count}, {"limit", limit}});
}
