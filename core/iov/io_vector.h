// A vector that owns its array of elements, never the bytes they describe.
// The one fact that matters: up to one element lives inside the object, more are in one heap block that grows
// geometrically, so appending n elements one by one costs O(n).
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <system_error>

#include "iov/error.h"

namespace iov {

/// Forms with `std::error_code&` report a lack of memory as std::errc::not_enough_memory, the others throw
/// std::bad_alloc. Whatever is rejected has changed nothing. Functions that are not const need the object to
/// themselves.
class IoVector {
 public:
  /// No elements.
  IoVector() noexcept = default;

  /// One element, even when `length` (bytes) is 0 or `base` null.
  IoVector(void* base, std::size_t length) noexcept;

  IoVector(IoVector&& other) noexcept;             ///< `other` is then empty.
  IoVector& operator=(IoVector&& other) noexcept;  ///< `other` is then empty, unless it is this object.
  ~IoVector();

  /// Becomes a copy of `elements`, in the order given, empty ones included; they may be this vector's own. Rejected
  /// with Error::length_overflow when their lengths add up to more than SIZE_MAX.
  void assign(std::span<const iovec> elements, std::error_code& error) noexcept;

  /// Appends one element of `length` bytes as given: empty ones are kept, neighbours are not merged. Rejected with
  /// Error::length_overflow when the size would exceed SIZE_MAX.
  void add(void* base, std::size_t length, std::error_code& error) noexcept;

  /// Appends all of `elements`, which may be this vector's own, or none. Rejected as above.
  void add(std::span<const iovec> elements, std::error_code& error) noexcept;

  /// The elements, for reading. Valid until a call that changes the array (assign, add, move, destruction).
  std::span<const iovec> elements() const noexcept { return {data(), count_}; }

  /// The elements, also for writing (to discard from them, say). Valid as long. Never make them add up to more than
  /// SIZE_MAX bytes.
  std::span<iovec> elements() noexcept {
    lent_ = true;
    return {data(), count_};
  }

  /// The size in bytes. O(1), or O(elements) while the elements are lent for writing: after a call of the non-const
  /// elements() and until a call that changes the array.
  std::size_t size() const noexcept;

#if IOV_HAS_EXCEPTIONS
  /// A copy of `elements`. Throws std::length_error beyond SIZE_MAX bytes.
  explicit IoVector(std::span<const iovec> elements) { assign(elements); }

  /// Copies the elements, not the bytes they describe.
  IoVector(const IoVector& other) : IoVector(other.elements()) {}
  IoVector& operator=(const IoVector& other) {
    assign(other.elements());
    return *this;
  }

  /// Throws std::length_error.
  void assign(std::span<const iovec> elements) {
    std::error_code error;
    assign(elements, error);
    if (error) detail::throw_error(error, "IoVector::assign", {{"elements", elements.size()}});
  }

  /// Throws std::length_error.
  void add(void* base, std::size_t length) {
    std::error_code error;
    add(base, length, error);
    if (error) detail::throw_error(error, "IoVector::add", {{"size", size()}, {"length", length}});
  }

  /// Throws std::length_error.
  void add(std::span<const iovec> elements) {
    std::error_code error;
    add(elements, error);
    if (error) detail::throw_error(error, "IoVector::add", {{"size", size()}, {"elements", elements.size()}});
  }
#else
  IoVector(const IoVector&) = delete;
  IoVector& operator=(const IoVector&) = delete;
#endif

 private:
  iovec* data() noexcept { return heap_ != nullptr ? heap_ : &local_; }
  const iovec* data() const noexcept { return heap_ != nullptr ? heap_ : &local_; }
  bool reserve(std::size_t count) noexcept;
  void take(IoVector& other) noexcept;

  iovec* heap_ = nullptr;  // malloc'ed, of capacity_ elements; null while local_ serves
  iovec local_ = {nullptr, 0};
  std::size_t count_ = 0;
  std::size_t capacity_ = 1;
  std::size_t size_ = 0;  // stale while lent_
  bool lent_ = false;     // whether someone may hold a span to write through
};

}  // namespace iov
