// SPDX-License-Identifier: Apache-2.0
// A run of objects in memory, as the functions of the table take it: std::span for sources of C++17 and of C++20 alike.
// Both are to see one type, because it is part of the types of functions; so it is never std::span itself.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#if __cplusplus >= 202002L
#include <span>
#endif

namespace lockstep {

/// As std::span of the same objects, of any number, and converts to and from it.
template <typename T>
class Span {
 public:
  constexpr Span() = default;
  constexpr Span(T* data, std::size_t size) : data_(data), size_(size) {}

  /// Of an array, a vector, a std::span or whatever else has data() and size() of the same objects.
  template <typename Container, typename = std::enable_if_t<std::is_convertible_v<
                                    std::remove_pointer_t<decltype(std::declval<Container&>().data())> (*)[], T (*)[]>>>
  constexpr Span(Container&& container) : data_(container.data()), size_(container.size()) {}

  constexpr T* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr std::size_t size_bytes() const { return size_ * sizeof(T); }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T* begin() const { return data_; }
  constexpr T* end() const { return data_ + size_; }
  constexpr T& operator[](std::size_t index) const { return data_[index]; }
  constexpr T& front() const { return data_[0]; }
  constexpr T& back() const { return data_[size_ - 1]; }
  constexpr Span first(std::size_t count) const { return {data_, count}; }
  constexpr Span last(std::size_t count) const { return {data_ + (size_ - count), count}; }
  constexpr Span subspan(std::size_t offset) const { return {data_ + offset, size_ - offset}; }
  constexpr Span subspan(std::size_t offset, std::size_t count) const { return {data_ + offset, count}; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace lockstep

#if __cplusplus >= 202002L
/// So that a std::span can be made of one that is a temporary object.
template <typename T>  // NOLINTNEXTLINE(readability-identifier-naming): the standard library has named it
inline constexpr bool std::ranges::enable_borrowed_range<lockstep::Span<T>> = true;
#endif
