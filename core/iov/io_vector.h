// SPDX-License-Identifier: Apache-2.0
// A vector that owns its array of elements, never the bytes they describe.
// Up to one element lives inside the object, more are in one heap block that grows geometrically, so appending n
// elements one by one costs O(n).
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

#include "iov/error.h"

namespace iov {
class IoVector;
namespace detail {
struct DropIn;  // lets the C interface grow its array by an IoVector

// The functions at the end without an error code or an exception. `made` is to have no elements, and no heap block.
Reason slice(IoVector& made, std::span<const iovec> v, std::size_t offset, std::size_t bytes) noexcept;
Reason extended(IoVector& made, const iovec& head, const std::span<const iovec>* mid, std::size_t offset,
                std::size_t bytes, const iovec& tail, std::size_t limit) noexcept;
Outcome<std::size_t> clone_size(std::span<const iovec> v) noexcept;
}  // namespace detail

/// The usual most elements of one system call: IOV_MAX of Linux, the BSDs and macOS.
inline constexpr std::size_t kMaxElements = 1024;

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

  /// No elements, but room for this many without a further allocation. The hint may be 0.
  static IoVector with_capacity(std::size_t elements, std::error_code& error) noexcept;

  /// Becomes a copy of `elements`, in the order given, empty ones included; they may be this vector's own. Rejected
  /// with Error::length_overflow when their lengths add up to more than SIZE_MAX.
  void assign(std::span<const iovec> elements, std::error_code& error) noexcept {
    detail::tell(try_assign(elements), error);
  }

  /// Appends one element of `length` bytes as given: empty ones stay, neighbours are not merged. Rejected with
  /// Error::length_overflow when the size would exceed SIZE_MAX.
  void add(void* base, std::size_t length, std::error_code& error) noexcept {
    detail::tell(try_add(base, length), error);
  }

  /// Appends all of `elements`, which may be this vector's own, or none. Rejected as above.
  void add(std::span<const iovec> elements, std::error_code& error) noexcept {
    detail::tell(try_append(elements), error);
  }

  /// Appends elements that describe positions [offset, offset + bytes) of `source`, clipped at its end, and returns how
  /// many bytes they have. Empty elements are dropped. `source` may be this vector's own elements, and then means them
  /// as they were before. 0 bytes: returns 0 and checks nothing. Rejected with Error::out_of_range when offset is past
  /// the end of `source`, and with Error::length_overflow when the size would exceed SIZE_MAX.
  std::size_t concat(std::span<const iovec> source, std::size_t offset, std::size_t bytes,
                     std::error_code& error) noexcept {
    return try_concat(source, offset, bytes).or_tell(error);
  }

  /// Appends one element per element of `source`, of the same length, laid out in `buffer` so that overlap and
  /// adjacency are preserved and gaps squeezed out: an element's base is `buffer` plus the number of distinct bytes at
  /// addresses below its base in `source` that any element of `source` covers. Copies no data. `source` may be this
  /// vector's own elements. Rejected with Error::length_overflow when the lengths of `source`, or the size afterwards,
  /// exceed SIZE_MAX, and with Error::out_of_range when `buffer` is smaller than clone_size(source). O(n log n); heap
  /// memory for n elements.
  void clone(std::span<const iovec> source, std::span<std::byte> buffer, std::error_code& error) noexcept {
    detail::tell(try_clone(source, buffer), error);
  }

  /// Removes `bytes` from the back for good, with the elements that this leaves without bytes; 0 bytes still strip
  /// empty elements at the back. Rejected with Error::out_of_range beyond size().
  void discard_back(std::size_t bytes, std::error_code& error) noexcept;

  /// Takes what lies at and behind position `offset` out of this vector, and returns it. An element that holds the
  /// position is divided; empty elements exactly there belong to what is returned. Rejected with Error::out_of_range
  /// beyond size(). O(elements).
  IoVector split(std::size_t offset, std::error_code& error) noexcept;

  /// No elements; the capacity stays.
  void reset() noexcept;

  /// No elements and no heap memory. The vector can be used again.
  void destroy() noexcept;

  /// How many elements fit without an allocation.
  std::size_t capacity() const noexcept { return capacity_; }

  /// The elements, for reading. Valid until a call that changes the array (any below or above that is not const,
  /// but for lend()).
  std::span<const iovec> elements() const noexcept { return {data(), count_}; }

  /// The elements, also for writing (to discard from them, say). Valid as long. Never make them add up to more than
  /// SIZE_MAX bytes.
  std::span<iovec> lend() noexcept {
    lent_ = true;
    return {data(), count_};
  }

  /// The size in bytes. O(1), or O(elements) while the elements are lent for writing: after a call of lend() and until
  /// a call that changes the array.
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
    detail::throw_if(try_assign(elements), "IoVector::assign", {"elements", elements.size()});
  }

  /// Throws std::length_error.
  void add(void* base, std::size_t length) {
    if (const auto reason = try_add(base, length); reason != detail::Reason::none)
      detail::throw_if(reason, "IoVector::add", {"size", size()}, {"length", length});
  }

  /// Throws std::length_error.
  void add(std::span<const iovec> elements) {
    if (const auto reason = try_append(elements); reason != detail::Reason::none)
      detail::throw_if(reason, "IoVector::add", {"size", size()}, {"elements", elements.size()});
  }

  /// Throws std::bad_alloc only.
  static IoVector with_capacity(std::size_t elements) {
    std::error_code error;
    IoVector vector = with_capacity(elements, error);
    if (error) detail::throw_error(error, "IoVector::with_capacity", {{"elements", elements}});
    return vector;
  }

  /// Throws std::out_of_range, std::length_error.
  std::size_t concat(std::span<const iovec> source, std::size_t offset, std::size_t bytes) {
    return try_concat(source, offset, bytes).or_throw("IoVector::concat", {"offset", offset}, {"bytes", bytes});
  }

  /// Throws std::length_error, std::out_of_range.
  void clone(std::span<const iovec> source, std::span<std::byte> buffer) {
    detail::throw_if(try_clone(source, buffer), "IoVector::clone", {"elements", source.size()},
                     {"buffer", buffer.size()});
  }

  /// Throws std::out_of_range.
  void discard_back(std::size_t bytes) {
    std::error_code error;
    discard_back(bytes, error);
    if (error) detail::throw_error(error, "IoVector::discard_back", {{"size", size()}, {"bytes", bytes}});
  }

  /// Throws std::out_of_range.
  IoVector split(std::size_t offset) {
    std::error_code error;
    IoVector tail = split(offset, error);
    if (error) detail::throw_error(error, "IoVector::split", {{"size", size()}, {"offset", offset}});
    return tail;
  }
#else
  IoVector(const IoVector&) = delete;
  IoVector& operator=(const IoVector&) = delete;
#endif

 private:
  friend struct detail::DropIn;
  friend detail::Reason detail::slice(IoVector&, std::span<const iovec>, std::size_t, std::size_t) noexcept;
  friend detail::Reason detail::extended(IoVector&, const iovec&, const std::span<const iovec>*, std::size_t,
                                         std::size_t, const iovec&, std::size_t) noexcept;

  iovec* data() noexcept { return heap_ != nullptr ? heap_ : &local_; }
  const iovec* data() const noexcept { return heap_ != nullptr ? heap_ : &local_; }

  // The functions above without an error code or an exception, which both forms of each are made of.
  /// By its parts: an element that is made only to be copied is slow, as it is written in two halves and read whole.
  detail::Reason try_add(void* base, std::size_t length) noexcept {
    if (lent_ || count_ == capacity_ || length > SIZE_MAX - size_) return try_append_one(base, length);
    iovec& added = data()[count_++];
    added.iov_base = base;
    added.iov_len = length;
    size_ += length;
    return detail::Reason::none;
  }
  detail::Reason try_append_one(void* base, std::size_t length) noexcept;
  detail::Reason try_append(std::span<const iovec> elements) noexcept;
  detail::Reason try_assign(std::span<const iovec> elements) noexcept;
  detail::Outcome<std::size_t> try_concat(std::span<const iovec> source, std::size_t offset,
                                          std::size_t bytes) noexcept;
  detail::Reason try_clone(std::span<const iovec> source, std::span<std::byte> buffer) noexcept;

  bool can_hold(std::size_t more_bytes) const noexcept;
  bool reserve(std::size_t count) noexcept;
  void take(IoVector& other) noexcept;
  detail::Reason grow_beside(std::span<const iovec>& source, std::size_t more, std::size_t bytes) noexcept;
  void appended(std::size_t count, std::size_t bytes) noexcept;

  iovec* heap_ = nullptr;  // malloc'ed, of capacity_ elements; null while local_ serves
  iovec local_ = {nullptr, 0};
  std::size_t count_ = 0;
  std::size_t capacity_ = 1;
  std::size_t size_ = 0;  // stale while lent_
  bool lent_ = false;     // whether a span to write through may be in use
};

/// A new vector that describes exactly positions [offset, offset + bytes) of `v`; 0 bytes: no elements. Empty elements
/// exactly at the start and inside the range stay, those after the last byte are dropped. Rejected with
/// Error::out_of_range unless offset <= T and bytes <= T - offset.
inline IoVector slice(std::span<const iovec> v, std::size_t offset, std::size_t bytes,
                      std::error_code& error) noexcept {
  IoVector sliced;
  detail::tell(detail::slice(sliced, v, offset, bytes), error);
  return sliced;
}

/// A new vector: `head` if it has bytes, the slice [offset, offset + bytes) of `mid` if bytes > 0, `tail` if it has
/// bytes. `mid` may be absent when bytes is 0; offset is then not looked at. Rejected, in this order:
/// Error::length_overflow when the three lengths add up to more than SIZE_MAX; Error::invalid_argument when `mid` is
/// absent and bytes > 0; Error::out_of_range when its range lies outside; Error::too_many_elements for more than
/// `limit`, empty ones included.
inline IoVector extended(const iovec& head, const std::optional<std::span<const iovec>>& mid, std::size_t offset,
                         std::size_t bytes, const iovec& tail, std::error_code& error,
                         std::size_t limit = kMaxElements) noexcept {
  IoVector vector;
  detail::tell(detail::extended(vector, head, mid ? &*mid : nullptr, offset, bytes, tail, limit), error);
  return vector;
}

/// How many distinct bytes `v` covers: the size of the buffer that IoVector::clone needs. Rejected with
/// Error::length_overflow when the lengths add up to more than SIZE_MAX. O(n log n); heap memory for n elements.
inline std::size_t clone_size(std::span<const iovec> v, std::error_code& error) noexcept {
  return detail::clone_size(v).or_tell(error);
}

#if IOV_HAS_EXCEPTIONS

/// Throws std::out_of_range.
inline IoVector slice(std::span<const iovec> v, std::size_t offset, std::size_t bytes) {
  IoVector sliced;
  detail::throw_if(detail::slice(sliced, v, offset, bytes), "slice", {"offset", offset}, {"bytes", bytes});
  return sliced;
}

/// Throws std::length_error, std::invalid_argument, std::out_of_range.
inline IoVector extended(const iovec& head, const std::optional<std::span<const iovec>>& mid, std::size_t offset,
                         std::size_t bytes, const iovec& tail, std::size_t limit = kMaxElements) {
  IoVector vector;
  detail::throw_if(detail::extended(vector, head, mid ? &*mid : nullptr, offset, bytes, tail, limit), "extended",
                   {"head", head.iov_len}, {"offset", offset}, {"bytes", bytes}, {"tail", tail.iov_len});
  return vector;
}

/// Throws std::length_error.
inline std::size_t clone_size(std::span<const iovec> v) {
  return detail::clone_size(v).or_throw("clone_size", {"elements", v.size()});
}

#endif  // IOV_HAS_EXCEPTIONS

}  // namespace iov
