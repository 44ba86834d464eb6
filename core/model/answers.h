// SPDX-License-Identifier: Apache-2.0
// What a function of the contract answers: a number, or why it was rejected.
// Tables of functions and their adapters see this of the model and no more, so it takes C++17.
#pragma once

#include <cstddef>
#include <cstdint>

namespace model {

/// `einval` is not rejected but answered, by the one C function that does.
enum class Rejection : std::uint8_t { none, out_of_range, length_error, invalid_argument, einval, other };

/// The two interfaces of the contract; `c` is C at API level 6, and `c10` at level 10. Where C is not what C++ is (how
/// send and recv answer is at answer_in_c):
/// - A vector is owned, external or embedded. Only an owned one is reset, or appended to: any other is rejected
///   (invalid_argument), but not where nothing is asked for (no elements, concat of 0 bytes); concat and clone are
///   rejected before their source is looked at.
/// - What slice and extended make is embedded if it is exactly one element.
/// - A vector stores its size, computed when it was made. slice, slice_count, is_zero and extended of a whole array,
///   and truncate (vector_discard_back), are also rejected (out_of_range) outside the stored size.
/// - undo stores the element only, and leaves start and count.
/// - first_difference is rejected (invalid_argument) when the counts of elements differ, or the lengths of two elements
///   up to and with those that differ first.
/// - extended answers `einval` where C++ rejects with length_error.
/// - There is no clone_size, and clone takes a buffer without a size: it is as large as need be.
/// Where C at level 10 is not what it is at level 6:
/// - An offset past the end is not rejected by from_buf, to_buf, fill, copy and concat (Vector::rejects_past_end).
/// - There is no extended.
enum class Dialect : std::uint8_t { cpp, c, c10 };

constexpr bool is_c(Dialect dialect) { return dialect != Dialect::cpp; }

/// A number (of bytes or of elements, as the function says), or why there is none. A rejection has changed nothing.
struct Result {
  std::size_t value = 0;
  Rejection rejection = Rejection::none;
};

/// What `first_difference` answers when nothing differs.
inline constexpr std::size_t kNoDifference = static_cast<std::size_t>(-1);

}  // namespace model
