#include "iov/io_vector.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <utility>

#include "iov/iov.h"

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
  std::copy(elements.begin(), elements.end(), data());
  count_ = elements.size();
  size_ = bytes;
  lent_ = false;
}

void IoVector::add(void* base, std::size_t length, std::error_code& error) noexcept {
  const iovec element = {base, length};
  add(std::span(&element, 1), error);
}

void IoVector::add(std::span<const iovec> elements, std::error_code& error) noexcept {
  std::size_t bytes = iov::size(elements, error);
  if (error) return;
  if (__builtin_add_overflow(size(), bytes, &bytes)) {
    error = Error::length_overflow;
    return;
  }
  // Our own elements move when the block grows: remember where among them the source starts.
  const std::less<const iovec*> before;
  const bool own = !elements.empty() && !before(elements.data(), data()) && before(elements.data(), data() + count_);
  const std::size_t index = own ? static_cast<std::size_t>(elements.data() - data()) : 0;
  if (elements.size() > SIZE_MAX - count_ || !reserve(count_ + elements.size())) {
    error = std::make_error_code(std::errc::not_enough_memory);
    return;
  }
  if (own) elements = std::span<const iovec>(data() + index, elements.size());
  std::copy(elements.begin(), elements.end(), data() + count_);
  count_ += elements.size();
  size_ = bytes;
  lent_ = false;
}

}  // namespace iov
