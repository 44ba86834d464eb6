// SPDX-License-Identifier: Apache-2.0
// Moving, describing and discarding the bytes of a scatter/gather vector: free functions over spans of `struct iovec`.
// Nothing here allocates, and a call either does all it says or is rejected and has changed nothing.
//
// Words. An element is one `struct iovec`; a vector is a span of them. Its size T is the sum of the element lengths, in
// bytes. A position is an offset, in bytes, into the elements laid end to end. Empty elements are allowed anywhere and
// their base is never touched. Elements may overlap or repeat: bytes move in order of position, so a later write wins.
// A linear buffer passed beside a vector must not overlap the vector's bytes.
//
// Every function that can reject has two forms. The noexcept one sets `error` (cleared on success) and returns 0; the
// other throws, and is absent under -fno-exceptions. Only `size` needs T as a number; the others walk the elements, so
// vectors whose lengths add up to more than SIZE_MAX are fine everywhere else.
//
// Thread safety: no function keeps state. Calls may run at once unless one writes bytes that another uses, or any
// element that another is given.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <system_error>

#include "iov/error.h"
#include "iov/inline.h"

namespace iov {

namespace detail {
// The functions below without an error code or an exception, which both forms of each are made of.
Outcome<std::size_t> size(std::span<const iovec> v) noexcept;
Outcome<std::size_t> from_buf(std::span<const iovec> v, std::size_t offset, std::span<const std::byte> data) noexcept;
Outcome<std::size_t> to_buf(std::span<const iovec> v, std::size_t offset, std::span<std::byte> data) noexcept;
Outcome<std::size_t> fill(std::span<const iovec> v, std::size_t offset, std::byte value, std::size_t bytes) noexcept;
Outcome<std::size_t> copy(std::span<iovec> destination, std::span<const iovec> v, std::size_t offset,
                          std::size_t bytes) noexcept;
Outcome<std::size_t> slice_count(std::span<const iovec> v, std::size_t offset, std::size_t bytes) noexcept;
Outcome<bool> is_zero(std::span<const iovec> v, std::size_t offset, std::size_t bytes) noexcept;

/// What first_difference answers. It comes back in two registers in 64 bits; gcc puts an optional together in memory.
struct Difference {
  std::size_t position;
  bool is_there;
};
Difference first_difference(std::span<const iovec> a, std::span<const iovec> b) noexcept;

/// Of how many bytes, if the compiler knows that number, a range inside the first element is copied inline.
inline constexpr std::size_t kMostInline = 64;

/// Where the bytes of such a range lie; null where it is none.
[[gnu::always_inline]] inline std::byte* inline_range(std::span<const iovec> v, std::size_t offset,
                                                      std::size_t bytes) noexcept {
  // In no const variable, where the number never counts as known.
  if (!__builtin_constant_p(bytes) || bytes == 0 || bytes > kMostInline || v.empty() || offset >= v[0].iov_len ||
      bytes > v[0].iov_len - offset)
    return nullptr;
  return static_cast<std::byte*>(iov_advance_(v[0].iov_base, offset));
}
}  // namespace detail

/// The size of `v` in bytes; 0 for no elements. Rejected with Error::length_overflow beyond SIZE_MAX. O(elements).
inline std::size_t size(std::span<const iovec> v, std::error_code& error) noexcept {
  return detail::size(v).or_tell(error);
}

/// Copies min(data.size(), T - offset) bytes of `data` into `v` from position `offset` on, and returns how many: a
/// short return is the only sign of truncation. offset == T copies nothing. Rejected with Error::out_of_range when
/// offset > T, even for 0 bytes.
[[gnu::always_inline]] inline std::size_t from_buf(std::span<const iovec> v, std::size_t offset,
                                                   std::span<const std::byte> data, std::error_code& error) noexcept {
  if (std::byte* const in_v = detail::inline_range(v, offset, data.size())) {
    std::memcpy(in_v, data.data(), data.size());
    error.clear();
    return data.size();
  }
  return detail::from_buf(v, offset, data).or_tell(error);
}

/// Copies min(data.size(), T - offset) bytes of `v` from position `offset` on into `data`; otherwise as from_buf.
[[gnu::always_inline]] inline std::size_t to_buf(std::span<const iovec> v, std::size_t offset,
                                                 std::span<std::byte> data, std::error_code& error) noexcept {
  if (std::byte* const in_v = detail::inline_range(v, offset, data.size())) {
    std::memcpy(data.data(), in_v, data.size());
    error.clear();
    return data.size();
  }
  return detail::to_buf(v, offset, data).or_tell(error);
}

/// Sets min(bytes, T - offset) bytes of `v` from position `offset` on to `value`, and returns how many. SIZE_MAX bytes
/// mean "up to the end". Rejected as from_buf.
inline std::size_t fill(std::span<const iovec> v, std::size_t offset, std::byte value, std::size_t bytes,
                        std::error_code& error) noexcept {
  return detail::fill(v, offset, value, bytes).or_tell(error);
}

/// Writes elements into `destination` that describe positions [offset, offset + bytes) of `v`, clipped at T, and
/// returns how many. Empty elements are dropped. Where `destination` is too small the description is truncated; its
/// entries past the returned count are untouched. It may be the same array as `v`, starting at the same element.
/// Rejected with Error::out_of_range when offset > T, even for 0 bytes and for an empty destination.
inline std::size_t copy(std::span<iovec> destination, std::span<const iovec> v, std::size_t offset, std::size_t bytes,
                        std::error_code& error) noexcept {
  return detail::copy(destination, v, offset, bytes).or_tell(error);
}

/// How many elements slice(v, offset, bytes) has; but for 0 bytes, 1 strictly inside an element and 0 on a boundary.
/// Rejected with Error::out_of_range unless offset <= T and bytes <= T - offset.
inline std::size_t slice_count(std::span<const iovec> v, std::size_t offset, std::size_t bytes,
                               std::error_code& error) noexcept {
  return detail::slice_count(v, offset, bytes).or_tell(error);
}

/// Whether the bytes at positions [offset, offset + bytes) are all 0; true for 0 bytes. Rejected as slice_count, with
/// false; then nothing has been read.
inline bool is_zero(std::span<const iovec> v, std::size_t offset, std::size_t bytes, std::error_code& error) noexcept {
  return detail::is_zero(v, offset, bytes).or_tell(error);
}

/// The first position at which the bytes of `a` and `b` differ, however they are segmented. Where the shorter is a
/// prefix of the longer, the smaller size; nothing when they are equal. Positions beyond SIZE_MAX are answered as
/// SIZE_MAX. Never rejected.
inline std::optional<std::size_t> first_difference(std::span<const iovec> a, std::span<const iovec> b) noexcept {
  const auto [position, is_there] = detail::first_difference(a, b);
  return is_there ? std::optional(position) : std::nullopt;
}

/// What one discard needs to be taken back. Value-initialized, it takes back nothing. It points into the element array,
/// which must stay where it is, and as long as it is, for as long as the record is used.
struct UndoRecord {
  iovec* trimmed = nullptr;    ///< The element the discard trimmed, also by 0 bytes; null when it trimmed none.
  iovec saved = {nullptr, 0};  ///< That element as it was.
  std::span<iovec> vector;     ///< The vector as it was: its start and its count of elements.
  bool recorded = false;       ///< Whether a discard has filled this record.
};

namespace detail {
/// discard_front, or discard_back where `at_back`.
[[gnu::always_inline]] inline std::size_t discard(std::span<iovec>& v, std::size_t bytes, bool at_back,
                                                  UndoRecord* record) noexcept {
  iovec* first = v.data();
  std::size_t count = v.size();
  if (record != nullptr) {
    record->vector = {first, count};
    record->recorded = true;
  }
  const std::size_t removed =
      iov_discard_(&first, &count, bytes, at_back, record != nullptr ? &record->trimmed : nullptr,
                   record != nullptr ? &record->saved : nullptr);
  v = {first, count};
  return removed;
}
}  // namespace detail

/// Removes min(bytes, T) bytes from the front of `v` and returns how many. Elements no longer than the bytes still to
/// be removed leave `v` whole, so empty ones at the front go even for 0 bytes; the first longer one is trimmed in
/// place. When nothing is left, `v` is empty and starts one past its last element. `record`, if not null, is
/// overwritten. Never rejected.
inline std::size_t discard_front(std::span<iovec>& v, std::size_t bytes, UndoRecord* record = nullptr) noexcept {
  return detail::discard(v, bytes, false, record);
}

/// The same from the back: `v` keeps its start and loses elements, and the trimmed one keeps its base.
inline std::size_t discard_back(std::span<iovec>& v, std::size_t bytes, UndoRecord* record = nullptr) noexcept {
  return detail::discard(v, bytes, true, record);
}

/// Takes back the discard that filled `record`: stores the trimmed element as it was, if there is one, and gives `v`
/// the start and count from before that discard. Several records are to be undone in reverse order. Undoing again
/// stores again. A record that no discard has filled changes nothing.
inline void undo(std::span<iovec>& v, const UndoRecord& record) noexcept {
  if (!record.recorded) return;
  if (record.trimmed != nullptr) iov_copy_element_(record.trimmed, &record.saved);
  v = {record.vector.data(), record.vector.size()};
}

#if IOV_HAS_EXCEPTIONS

/// Throws std::length_error.
inline std::size_t size(std::span<const iovec> v) { return detail::size(v).or_throw("size", {"elements", v.size()}); }

/// Throws std::out_of_range.
[[gnu::always_inline]] inline std::size_t from_buf(std::span<const iovec> v, std::size_t offset,
                                                   std::span<const std::byte> data) {
  if (std::byte* const in_v = detail::inline_range(v, offset, data.size())) {
    std::memcpy(in_v, data.data(), data.size());
    return data.size();
  }
  return detail::from_buf(v, offset, data).or_throw("from_buf", {"offset", offset}, {"bytes", data.size()});
}

/// Throws std::out_of_range.
[[gnu::always_inline]] inline std::size_t to_buf(std::span<const iovec> v, std::size_t offset,
                                                 std::span<std::byte> data) {
  if (std::byte* const in_v = detail::inline_range(v, offset, data.size())) {
    std::memcpy(data.data(), in_v, data.size());
    return data.size();
  }
  return detail::to_buf(v, offset, data).or_throw("to_buf", {"offset", offset}, {"bytes", data.size()});
}

/// Throws std::out_of_range.
inline std::size_t fill(std::span<const iovec> v, std::size_t offset, std::byte value, std::size_t bytes) {
  return detail::fill(v, offset, value, bytes).or_throw("fill", {"offset", offset}, {"bytes", bytes});
}

/// Throws std::out_of_range.
inline std::size_t copy(std::span<iovec> destination, std::span<const iovec> v, std::size_t offset, std::size_t bytes) {
  return detail::copy(destination, v, offset, bytes).or_throw("copy", {"offset", offset}, {"bytes", bytes});
}

/// Throws std::out_of_range.
inline std::size_t slice_count(std::span<const iovec> v, std::size_t offset, std::size_t bytes) {
  return detail::slice_count(v, offset, bytes).or_throw("slice_count", {"offset", offset}, {"bytes", bytes});
}

/// Throws std::out_of_range.
inline bool is_zero(std::span<const iovec> v, std::size_t offset, std::size_t bytes) {
  return detail::is_zero(v, offset, bytes).or_throw("is_zero", {"offset", offset}, {"bytes", bytes});
}

#endif  // IOV_HAS_EXCEPTIONS

}  // namespace iov
