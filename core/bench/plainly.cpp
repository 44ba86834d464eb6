// SPDX-License-Identifier: Apache-2.0
#include "plainly.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

namespace bench {
namespace {

/// Calls visit(base, length) for each piece of the range.
template <typename Visit>
std::size_t walk(std::span<iovec> v, std::size_t offset, std::size_t bytes, Visit visit) {
  std::size_t left = bytes;
  const iovec* element = v.data();
  const iovec* const end = element + v.size();
  for (; element != end && offset >= element->iov_len; ++element) offset -= element->iov_len;
  for (; element != end && left > 0; ++element, offset = 0) {
    const std::size_t length = std::min(element->iov_len - offset, left);
    visit(static_cast<std::byte*>(element->iov_base) + offset, length);
    left -= length;
  }
  return bytes - left;
}

std::size_t describe(iovec* to, std::span<iovec> v, std::size_t offset, std::size_t bytes) {
  const iovec* const first = to;
  walk(v, offset, bytes, [&](std::byte* base, std::size_t length) { *to++ = {base, length}; });
  return static_cast<std::size_t>(to - first);
}

}  // namespace

std::size_t Plain::size(View v) {
  std::size_t bytes = 0;
  for (const iovec& element : v) bytes += element.iov_len;
  return bytes;
}

std::size_t Plain::to_buf(View v, std::size_t offset, void* data, std::size_t bytes) {
  auto* to = static_cast<std::byte*>(data);
  return walk(v, offset, bytes, [&](std::byte* base, std::size_t length) {
    std::memcpy(to, base, length);
    to += length;
  });
}

std::size_t Plain::from_buf(View v, std::size_t offset, const void* data, std::size_t bytes) {
  const auto* from = static_cast<const std::byte*>(data);
  return walk(v, offset, bytes, [&](std::byte* base, std::size_t length) {
    std::memcpy(base, from, length);
    from += length;
  });
}

std::size_t Plain::fill(View v, std::size_t offset, unsigned char value, std::size_t bytes) {
  return walk(v, offset, bytes, [&](std::byte* base, std::size_t length) { std::memset(base, value, length); });
}

std::size_t Plain::copy(std::span<iovec> room, View v, std::size_t offset, std::size_t bytes) {
  return describe(room.data(), v, offset, bytes);
}

std::size_t Plain::slice_count(View v, std::size_t offset, std::size_t bytes) {
  std::size_t count = 0;
  walk(v, offset, bytes, [&](std::byte*, std::size_t) { ++count; });
  return count;
}

bool Plain::is_zero(View v, std::size_t offset, std::size_t bytes) {
  bool zero = true;
  walk(v, offset, bytes, [&](std::byte* base, std::size_t length) {
    zero = zero && *base == std::byte{0} && std::memcmp(base, base + 1, length - 1) == 0;
  });
  return zero;
}

std::size_t Plain::first_difference(View a, View b) {
  std::size_t position = 0;
  for (std::size_t i = 0; i < a.size(); position += a[i++].iov_len) {
    const auto* x = static_cast<const std::byte*>(a[i].iov_base);
    const auto* y = static_cast<const std::byte*>(b[i].iov_base);
    if (std::memcmp(x, y, a[i].iov_len) != 0)
      return position + static_cast<std::size_t>(std::mismatch(x, x + a[i].iov_len, y).first - x);
  }
  return SIZE_MAX;
}

std::size_t Plain::discard_front(View& v, std::size_t bytes, Record* record) {
  if (record != nullptr) *record = {v, nullptr, {}};
  std::size_t left = bytes;
  while (!v.empty() && v.front().iov_len <= left) {
    left -= v.front().iov_len;
    v = v.subspan(1);
  }
  if (v.empty() || left == 0) return bytes - left;
  if (record != nullptr) record->saved = *(record->trimmed = v.data());
  v.front().iov_base = static_cast<std::byte*>(v.front().iov_base) + left;
  v.front().iov_len -= left;
  return bytes;
}

std::size_t Plain::discard_back(View& v, std::size_t bytes, Record* record) {
  if (record != nullptr) *record = {v, nullptr, {}};
  std::size_t left = bytes;
  while (!v.empty() && v.back().iov_len <= left) {
    left -= v.back().iov_len;
    v = v.first(v.size() - 1);
  }
  if (v.empty() || left == 0) return bytes - left;
  if (record != nullptr) record->saved = *(record->trimmed = &v.back());
  v.back().iov_len -= left;
  return bytes;
}

void Plain::undo(View& v, const Record& record) {
  if (record.trimmed != nullptr) *record.trimmed = record.saved;
  v = record.vector;
}

std::size_t Plain::send(int fd, View v, std::size_t offset, std::size_t bytes) {
  std::array<iovec, 64> part;
  msghdr message = {};
  message.msg_iov = part.data();
  message.msg_iovlen = describe(part.data(), v, offset, bytes);
  return static_cast<std::size_t>(sendmsg(fd, &message, MSG_NOSIGNAL));
}

std::size_t Plain::recv(int fd, View v, std::size_t offset, std::size_t bytes) {
  std::array<iovec, 64> part;
  msghdr message = {};
  message.msg_iov = part.data();
  message.msg_iovlen = describe(part.data(), v, offset, bytes);
  return static_cast<std::size_t>(recvmsg(fd, &message, 0));
}

Plain::Owned::Owned(std::size_t room) { make_room(room); }

Plain::Owned::Owned(View v, std::size_t offset, std::size_t bytes) {
  make_room(slice_count(v, offset, bytes));
  count_ = describe(array_, v, offset, bytes);
}

Plain::Owned::Owned(const iovec& head, View v, std::size_t offset, std::size_t bytes, const iovec& tail) {
  make_room(slice_count(v, offset, bytes) + 2);
  array_[0] = head;
  count_ = 1 + describe(array_ + 1, v, offset, bytes);
  array_[count_++] = tail;
}

Plain::Owned::~Owned() {
  if (array_ != &local_) std::free(array_);
}

void Plain::Owned::make_room(std::size_t count) {
  if (count <= room_) return;
  room_ = std::max(count, 2 * room_);
  void* const block = std::realloc(array_ != &local_ ? array_ : nullptr, room_ * sizeof(iovec));
  if (block == nullptr) throw std::bad_alloc();
  if (array_ == &local_) std::memcpy(block, array_, sizeof(iovec));
  array_ = static_cast<iovec*>(block);
}

void Plain::Owned::add(void* base, std::size_t length) {
  make_room(count_ + 1);
  array_[count_++] = {base, length};
}

std::size_t Plain::Owned::concat(View v, std::size_t offset, std::size_t bytes) {
  make_room(count_ + v.size());
  count_ += describe(array_ + count_, v, offset, bytes);
  return bytes;
}

void Plain::Owned::clone(View v, void* buffer, std::size_t /*bytes*/) {
  make_room(count_ + v.size());
  std::vector<const iovec*> ascending;
  ascending.reserve(v.size());
  for (const iovec& element : v) ascending.push_back(&element);
  const auto begin = [](const iovec* element) { return reinterpret_cast<std::uintptr_t>(element->iov_base); };
  std::sort(ascending.begin(), ascending.end(), [&](const iovec* a, const iovec* b) { return begin(a) < begin(b); });
  std::uintptr_t covered = 0;  // up to here all is in the buffer or in a gap
  auto* next = static_cast<std::byte*>(buffer);
  for (const iovec* element : ascending) {
    const std::uintptr_t from = begin(element);
    const std::uintptr_t to = from + element->iov_len;
    array_[count_ + static_cast<std::size_t>(element - v.data())] = {next - (covered > from ? covered - from : 0),
                                                                     element->iov_len};
    if (to > covered) next += to - std::max(covered, from);
    covered = std::max(covered, to);
  }
  count_ += v.size();
}

}  // namespace bench
