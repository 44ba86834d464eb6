// SPDX-License-Identifier: Apache-2.0
#include "iov/io_vector.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <utility>

#include "iov/iov.h"
#include "iov/walk.h"

namespace iov {
using detail::Outcome;
using detail::Reason;

IoVector::IoVector(void* base, std::size_t length) noexcept : local_{base, length}, count_(1), size_(length) {}

IoVector::IoVector(IoVector&& other) noexcept { take(other); }

IoVector& IoVector::operator=(IoVector&& other) noexcept {
  if (this != &other) {
    std::free(heap_);
    take(other);
  }
  return *this;
}

IoVector::~IoVector() { std::free(heap_); }

void IoVector::take(IoVector& other) noexcept {
  heap_ = std::exchange(other.heap_, nullptr);
  local_ = other.local_;
  count_ = std::exchange(other.count_, 0);
  capacity_ = std::exchange(other.capacity_, 1);
  size_ = std::exchange(other.size_, 0);
  lent_ = std::exchange(other.lent_, false);
}

std::size_t IoVector::size() const noexcept { return lent_ ? detail::size(elements()).value : size_; }

bool IoVector::reserve(std::size_t count) noexcept {
  if (count <= capacity_) return true;
  if (count > SIZE_MAX / 2 / sizeof(iovec)) return false;
  constexpr std::size_t kFewest = 4;  // so that the first few, which come one by one, take one block
  const std::size_t capacity = std::max({count, 2 * capacity_, kFewest});
  // realloc suits: iovec is trivial, and a large block may grow where it is.
  const std::size_t bytes = capacity * sizeof(iovec);
  auto* const grown = static_cast<iovec*>(heap_ == nullptr ? std::malloc(bytes) : std::realloc(heap_, bytes));
  if (grown == nullptr) return false;
  if (heap_ == nullptr && count_ > 0) grown[0] = local_;
  heap_ = grown;
  capacity_ = capacity;
  return true;
}

Reason IoVector::try_assign(std::span<const iovec> elements) noexcept {
  const auto [bytes, reason] = detail::size(elements);
  if (reason != Reason::none) return reason;
  // The elements may be our own, which a growing block would move; but then they fit already.
  if (!reserve(elements.size())) return Reason::not_enough_memory;
  if (elements.data() != data()) std::copy(elements.begin(), elements.end(), data());
  count_ = elements.size();
  size_ = bytes;
  lent_ = false;
  return Reason::none;
}

Reason IoVector::try_append(std::span<const iovec> elements) noexcept {
  const auto [bytes, too_long] = detail::size(elements);
  if (too_long != Reason::none) return too_long;
  if (const Reason reason = grow_beside(elements, elements.size(), bytes); reason != Reason::none) return reason;
  std::copy(elements.begin(), elements.end(), data() + count_);
  appended(elements.size(), bytes);
  return Reason::none;
}

Reason IoVector::try_append_one(void* base, std::size_t length) noexcept {
  const iovec element = {base, length};
  return try_append({&element, 1});
}

/// Whether the size can grow by so many bytes.
bool IoVector::can_hold(std::size_t more_bytes) const noexcept { return more_bytes <= SIZE_MAX - size(); }

/// Makes room for `more` elements of `bytes` in all. `source` may be our own elements: it follows them when they move.
Reason IoVector::grow_beside(std::span<const iovec>& source, std::size_t more, std::size_t bytes) noexcept {
  if (!can_hold(bytes)) return Reason::length_overflow;
  const std::less<const iovec*> before;
  const bool own = !source.empty() && !before(source.data(), data()) && before(source.data(), data() + count_);
  const std::size_t index = own ? static_cast<std::size_t>(source.data() - data()) : 0;
  if (more > SIZE_MAX - count_ || !reserve(count_ + more)) return Reason::not_enough_memory;
  if (own) source = std::span<const iovec>(data() + index, source.size());
  return Reason::none;
}

/// Takes in `count` elements of `bytes` in all that have been written behind the others.
void IoVector::appended(std::size_t count, std::size_t bytes) noexcept {
  size_ = size() + bytes;
  count_ += count;
  lent_ = false;
}

Outcome<std::size_t> IoVector::try_concat(std::span<const iovec> source, std::size_t offset,
                                          std::size_t bytes) noexcept {
  if (bytes == 0) return {0};
  detail::Place place = detail::locate(source, offset, detail::AtBoundary::after_empty);
  if (place.is_outside()) return {0, Reason::out_of_range};
  // New elements lie behind our own, so a source among our own is read as it was.
  if (capacity_ - count_ >= place.rest.size()) {
    const detail::Description made = detail::describe(place, bytes, data() + count_, place.rest.size());
    if (!can_hold(made.bytes)) return {0, Reason::length_overflow};
    appended(made.count, made.bytes);
    return {made.bytes};
  }
  const detail::Description pieces = detail::measure(place, bytes);
  if (const Reason reason = grow_beside(place.rest, pieces.count, pieces.bytes); reason != Reason::none)
    return {0, reason};
  detail::describe(place, pieces.bytes, data() + count_, pieces.count);
  appended(pieces.count, pieces.bytes);
  return {pieces.bytes};
}

void IoVector::discard_back(std::size_t bytes, std::error_code& error) noexcept {
  const std::size_t before = size();
  if (bytes > before) {
    error = Error::out_of_range;
    return;
  }
  error.clear();
  std::span<iovec> view(data(), count_);
  iov::discard_back(view, bytes);
  count_ = view.size();
  size_ = before - bytes;
  lent_ = false;
}

IoVector IoVector::split(std::size_t offset, std::error_code& error) noexcept {
  IoVector tail;
  const detail::Place place = detail::locate(elements(), offset, detail::AtBoundary::before_empty);
  if (place.is_outside()) {
    error = Error::out_of_range;
    return tail;
  }
  if (!tail.reserve(place.rest.size())) {
    error = std::make_error_code(std::errc::not_enough_memory);
    return tail;
  }
  error.clear();
  std::copy(place.rest.begin(), place.rest.end(), tail.data());
  tail.appended(place.rest.size(), size() - offset);
  count_ -= place.rest.size();
  if (place.offset > 0) {
    iovec& divided = tail.data()[0];
    divided = {iov_advance_(divided.iov_base, place.offset), divided.iov_len - place.offset};
    data()[count_++].iov_len = place.offset;
  }
  size_ = offset;
  lent_ = false;
  return tail;
}

void IoVector::reset() noexcept {
  count_ = 0;
  size_ = 0;
  lent_ = false;
}

void IoVector::destroy() noexcept { *this = IoVector(); }

IoVector IoVector::with_capacity(std::size_t elements, std::error_code& error) noexcept {
  error.clear();
  IoVector vector;
  if (!vector.reserve(elements)) error = std::make_error_code(std::errc::not_enough_memory);
  return vector;
}

Reason detail::slice(IoVector& made, std::span<const iovec> v, std::size_t offset, std::size_t bytes) noexcept {
  const auto [slice, outside] = slice_of(v, offset, bytes);
  if (outside != Reason::none) return outside;
  if (!made.reserve(slice.elements.size())) return Reason::not_enough_memory;
  slice.write(made.data());
  made.appended(slice.elements.size(), bytes);
  return Reason::none;
}

Reason detail::extended(IoVector& made, const iovec& head, const std::span<const iovec>* mid, std::size_t offset,
                        std::size_t bytes, const iovec& tail, std::size_t limit) noexcept {
  Extension extension{head, tail};
  if (const Reason reason = extension.put(mid, offset, bytes, limit); reason != Reason::none) return reason;
  if (!made.reserve(extension.count)) return Reason::not_enough_memory;
  extension.write(made.data());
  made.appended(extension.count, extension.bytes);
  return Reason::none;
}

}  // namespace iov
