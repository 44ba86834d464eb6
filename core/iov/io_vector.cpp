#include "iov/io_vector.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <utility>

#include "iov/iov.h"
#include "iov/walk.h"

namespace iov {

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

std::size_t IoVector::size() const noexcept {
  if (!lent_) return size_;
  std::error_code error;
  return iov::size(elements(), error);
}

bool IoVector::reserve(std::size_t count) noexcept {
  if (count <= capacity_) return true;
  if (count > SIZE_MAX / 2 / sizeof(iovec)) return false;
  const std::size_t capacity = std::max(count, 2 * capacity_);
  // realloc suits: iovec is trivial, and a large block may grow where it is.
  auto* const grown = static_cast<iovec*>(std::realloc(heap_, capacity * sizeof(iovec)));
  if (grown == nullptr) return false;
  if (heap_ == nullptr && count_ > 0) grown[0] = local_;
  heap_ = grown;
  capacity_ = capacity;
  return true;
}

void IoVector::assign(std::span<const iovec> elements, std::error_code& error) noexcept {
  const std::size_t bytes = iov::size(elements, error);
  if (error) return;
  // The elements may be our own, which a growing block would move; but then they fit already.
  if (!reserve(elements.size())) {
    error = std::make_error_code(std::errc::not_enough_memory);
    return;
  }
  if (elements.data() != data()) std::copy(elements.begin(), elements.end(), data());
  count_ = elements.size();
  size_ = bytes;
  lent_ = false;
}

void IoVector::add(void* base, std::size_t length, std::error_code& error) noexcept {
  const iovec element = {base, length};
  add(std::span(&element, 1), error);
}

void IoVector::add(std::span<const iovec> elements, std::error_code& error) noexcept {
  const std::size_t bytes = iov::size(elements, error);
  if (error || !grow_beside(elements, elements.size(), bytes, error)) return;
  std::copy(elements.begin(), elements.end(), data() + count_);
  appended(elements.size(), bytes);
}

/// Whether the size can grow by so many bytes; otherwise rejected with Error::length_overflow.
bool IoVector::can_hold(std::size_t more_bytes, std::error_code& error) const noexcept {
  if (more_bytes <= SIZE_MAX - size()) return true;
  error = Error::length_overflow;
  return false;
}

/// Makes room for `more` elements of `bytes` in all. `source` may be our own elements: it follows them when they move.
bool IoVector::grow_beside(std::span<const iovec>& source, std::size_t more, std::size_t bytes,
                           std::error_code& error) noexcept {
  if (!can_hold(bytes, error)) return false;
  const std::less<const iovec*> before;
  const bool own = !source.empty() && !before(source.data(), data()) && before(source.data(), data() + count_);
  const std::size_t index = own ? static_cast<std::size_t>(source.data() - data()) : 0;
  if (more > SIZE_MAX - count_ || !reserve(count_ + more)) {
    error = std::make_error_code(std::errc::not_enough_memory);
    return false;
  }
  if (own) source = std::span<const iovec>(data() + index, source.size());
  return true;
}

/// Takes in `count` elements of `bytes` in all that have been written behind the others.
void IoVector::appended(std::size_t count, std::size_t bytes) noexcept {
  size_ = size() + bytes;
  count_ += count;
  lent_ = false;
}

std::size_t IoVector::concat(std::span<const iovec> source, std::size_t offset, std::size_t bytes,
                             std::error_code& error) noexcept {
  error.clear();
  if (bytes == 0) return 0;
  std::size_t count = 0;
  const auto counting = [&count](void*, std::size_t, std::size_t) { return ++count, true; };
  bytes = detail::for_each_piece(source, offset, bytes, error, counting);
  if (error || !grow_beside(source, count, bytes, error)) return 0;
  // New elements lie behind our own, so a source among our own is read as it was.
  iovec* next = data() + count_;
  detail::for_each_piece(source, offset, bytes, error, [&next](void* start, std::size_t length, std::size_t) {
    *next++ = {start, length};
    return true;
  });
  appended(count, bytes);
  return bytes;
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
  const detail::Place place = detail::locate(elements(), offset, detail::AtBoundary::before_empty, error);
  if (error) return tail;
  if (!tail.reserve(place.rest.size())) {
    error = std::make_error_code(std::errc::not_enough_memory);
    return tail;
  }
  std::copy(place.rest.begin(), place.rest.end(), tail.data());
  tail.appended(place.rest.size(), size() - offset);
  count_ -= place.rest.size();
  if (place.offset > 0) {
    iovec& divided = tail.data()[0];
    divided = {detail::advance(divided.iov_base, place.offset), divided.iov_len - place.offset};
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

IoVector slice(std::span<const iovec> v, std::size_t offset, std::size_t bytes, std::error_code& error) noexcept {
  slice_count(v, offset, bytes, error);  // also of 0 bytes, which `extended` would not look at
  if (error) return {};
  return extended({nullptr, 0}, v, offset, bytes, {nullptr, 0}, error, SIZE_MAX);
}

IoVector extended(const iovec& head, std::optional<std::span<const iovec>> mid, std::size_t offset, std::size_t bytes,
                  const iovec& tail, std::error_code& error, std::size_t limit) noexcept {
  error.clear();
  IoVector vector;
  std::size_t total = 0;
  if (__builtin_add_overflow(head.iov_len, bytes, &total) || __builtin_add_overflow(total, tail.iov_len, &total)) {
    error = Error::length_overflow;
    return vector;
  }
  if (bytes > 0 && !mid) {
    error = Error::invalid_argument;
    return vector;
  }
  std::size_t count = (head.iov_len > 0 ? 1u : 0u) + (tail.iov_len > 0 ? 1u : 0u);
  if (bytes > 0) count += slice_count(*mid, offset, bytes, error);
  if (error) return vector;
  if (count > limit) {
    error = Error::too_many_elements;
    return vector;
  }
  if (!vector.reserve(count)) {
    error = std::make_error_code(std::errc::not_enough_memory);
    return vector;
  }
  iovec* next = vector.data();
  if (head.iov_len > 0) *next++ = head;
  if (bytes > 0)
    detail::for_each_sliced(*mid, offset, bytes, error, [&next](const iovec& element) { *next++ = element; });
  if (tail.iov_len > 0) *next++ = tail;
  vector.appended(count, total);
  return vector;
}

}  // namespace iov
