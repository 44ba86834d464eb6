// SPDX-License-Identifier: Apache-2.0
// The table of functions that an implementation fills in to be run against the model.
// A rejection is a result, not an exception. Operations whose entry is null are skipped.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lockstep/table/span.h"
#include "model/answers.h"

namespace lockstep {

using model::Rejection;

/// How an implementation differs from the contract on purpose. Declared deviations are no findings: a deviation changes
/// the expected side, for that implementation alone, and every report names it. Each is checked as well, so not to
/// differ is a finding. Two only permit: empty_elements_do_not_count and aborts_on_violation.
struct Deviations {
  /// An offset past the end is not rejected: nothing is moved, and the answer is 0. In from_buf, to_buf, fill, copy,
  /// concat and slice_count.
  bool past_end_answers_0 = false;
  /// A range that ends outside is cut at the end, and one that starts outside has no bytes. In every function that
  /// takes an offset and a number of bytes.
  bool ranges_are_cut = false;
  /// from_buf rejects (out_of_range) what does not fit, and moves nothing.
  bool from_buf_must_fit = false;
  /// Elements without bytes come and go as the implementation likes: vectors and descriptions are compared without
  /// them, and the number of elements may count them. copy_in_place is left out, because it is a matter of places.
  bool empty_elements_do_not_count = false;
  /// Where a discard leaves no bytes of a vector that has elements, it leaves one of them, empty: the last one at its
  /// end if it discards from the front, the first one at its start if from the back.
  bool emptied_keeps_one_element = false;
  /// The vectors copy the bytes that they are given, and share none with other vectors: bytes are compared, and neither
  /// addresses nor how they are divided into elements. Programs in unbacked arenas, copy_in_place, clones and transfers
  /// are left out, because they are about addresses.
  bool has_own_memory = false;
  /// slice and extended keep no empty elements, and slice_count counts none.
  bool slices_drop_empty = false;
  /// undo stores the trimmed element, and leaves start and count.
  bool undo_restores_element_only = false;
  /// A call that the contract rejects ends the process by abort(), as an assertion does. The harness catches SIGABRT,
  /// counts it as a rejection for any reason, and goes on. The call must have changed nothing by then.
  bool aborts_on_violation = false;
};

/// What an implementation can hold. Programs are made to stay within these, so what it does beyond is not known.
struct Limits {
  std::size_t elements = SIZE_MAX;           ///< Of a vector.
  std::size_t bytes = SIZE_MAX;              ///< Of a vector.
  std::size_t elements_per_call = SIZE_MAX;  ///< How many it offers to the kernel at once, where the kernel takes more.

  bool operator==(const Limits& other) const {
    return elements == other.elements && bytes == other.bytes && elements_per_call == other.elements_per_call;
  }
};

/// The limit of `extended` in C, where it is not an argument.
inline constexpr std::size_t kMaxElementsInC = 1024;

/// The answer of a function: a number of bytes or elements, or the reason of a rejection.
using Result = model::Result;

/// Room for an implementation's undo record. All zero means that no discard has used it. The harness zeroes it and
/// never looks inside; it may be copied as bytes.
struct UndoStorage {
  alignas(std::max_align_t) std::byte bytes[80];
};

class Kernel;

/// The answer of a transfer besides a number of bytes. In C there is an error (errno) only beside -1, which is SIZE_MAX
/// as a number, and end_of_stream stays false.
struct TransferStatus {
  int error = 0;               ///< An errno value.
  bool end_of_stream = false;  ///< If recv distinguishes it.
};

/// Thrown by a function that turns out not to be there, before it has changed anything: the step is skipped, and
/// counted.
struct Skipped {};

/// Functions that act on the vector itself, for implementations whose vectors remember more than their elements: where
/// they stopped, how many bytes they have. One that is there is run in place of the function on elements wherever the
/// view of the vector is its whole array. A discard on the vector is for good: what is left is the array. Where there
/// is one, discards on elements, undo and copy_in_place are left out.
struct OnVector {
  Result (*size)(void* vector) = nullptr;
  Result (*from_buf)(void* vector, std::size_t offset, Span<const std::byte> data) = nullptr;
  Result (*to_buf)(void* vector, std::size_t offset, Span<std::byte> data) = nullptr;
  Result (*fill)(void* vector, std::size_t offset, std::byte value, std::size_t bytes) = nullptr;
  Result (*copy)(Span<iovec> destination, void* vector, std::size_t offset, std::size_t bytes) = nullptr;
  Result (*concat)(void* vector, void* source, std::size_t offset, std::size_t bytes) = nullptr;
  Result (*slice)(void* vector, void* source, std::size_t offset, std::size_t bytes) = nullptr;
  Result (*discard_front)(void* vector, std::size_t bytes) = nullptr;
  Result (*discard_back)(void* vector, std::size_t bytes) = nullptr;

  bool has_discards() const { return discard_front != nullptr || discard_back != nullptr; }
};

/// Free functions take what the contract says they take. `view` is a run of the elements of one vector and is moved by
/// discards. Functions on vectors take the handle that `create` made. None may throw anything but Skipped.
struct Implementation {
  std::string_view name;
  model::Dialect dialect = model::Dialect::cpp;  ///< Of the contract: the model's dialect to compare it with.

  Deviations deviations;  ///< From the contract, on purpose.
  Limits limits;
  /// Whether it may be run on elements without memory behind them: true if it looks at no byte outside of a range that
  /// has bytes. If false, programs in unbacked arenas are skipped, and counted.
  bool takes_unbacked = false;

  OnVector on_vector;
  /// Whether views are always whole arrays: then discards on elements, undo and copy_in_place are left out.
  bool has_whole_views_only() const { return on_vector.has_discards() || deviations.has_own_memory; }

  // Owned vectors. These three are needed by every program.
  void* (*create)() = nullptr;              ///< A vector of no elements, once a program uses it.
  void (*destroy)(void* vector) = nullptr;  ///< Frees it.
  /// Its array, to be read and to be discarded from. It stays where it is until the vector changes.
  Span<iovec> (*elements)(void* vector) = nullptr;
  /// The same for reading only, if the vector distinguishes the two.
  Span<const iovec> (*look)(void* vector) = nullptr;

  Result (*assign)(void* vector, Span<const iovec> elements) = nullptr;
  Result (*add)(void* vector, void* base, std::size_t length) = nullptr;
  Result (*add_many)(void* vector, Span<const iovec> elements) = nullptr;
  Result (*vector_size)(void* vector) = nullptr;  ///< The size of its whole array, in bytes.
  /// Becomes a new vector without elements, with room for `capacity` of them; or of one element, whatever its length.
  Result (*with_capacity)(void* vector, std::size_t capacity) = nullptr;
  Result (*from_buffer)(void* vector, void* base, std::size_t length) = nullptr;
  /// Becomes a vector that borrows an array of these elements.
  Result (*borrow)(void* vector, Span<const iovec> elements) = nullptr;
  Result (*reset)(void* vector) = nullptr;
  void (*release)(void* vector) = nullptr;  ///< The contract's destroy: the vector itself stays, and can be used again.
  Result (*copy_vector)(void* vector, void* source) = nullptr;  ///< The two may be the same, here and below.
  Result (*move_vector)(void* vector, void* source) = nullptr;
  Result (*concat)(void* vector, Span<const iovec> source, std::size_t offset, std::size_t bytes) = nullptr;
  /// These two become a new vector; `source` and `mid` may be elements of the old one.
  Result (*slice)(void* vector, Span<const iovec> source, std::size_t offset, std::size_t bytes) = nullptr;
  Result (*extended)(void* vector, const iovec& head, std::optional<Span<const iovec>> mid, std::size_t offset,
                     std::size_t bytes, const iovec& tail, std::size_t limit) = nullptr;
  /// In C the size of the buffer is ignored, and the limit above is kMaxElementsInC.
  Result (*clone)(void* vector, Span<const iovec> source, Span<std::byte> buffer) = nullptr;
  Result (*vector_discard_back)(void* vector, std::size_t bytes) = nullptr;
  /// `source` keeps what lies before the offset, and the vector becomes the rest; where they are the same, the rest.
  Result (*split)(void* vector, void* source, std::size_t offset) = nullptr;

  Result (*size)(Span<const iovec> view) = nullptr;
  Result (*from_buf)(Span<const iovec> view, std::size_t offset, Span<const std::byte> data) = nullptr;
  Result (*to_buf)(Span<const iovec> view, std::size_t offset, Span<std::byte> data) = nullptr;
  Result (*fill)(Span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) = nullptr;
  Result (*copy)(Span<iovec> destination, Span<const iovec> view, std::size_t offset, std::size_t bytes) = nullptr;
  Result (*slice_count)(Span<const iovec> view, std::size_t offset, std::size_t bytes) = nullptr;
  Result (*is_zero)(Span<const iovec> view, std::size_t offset, std::size_t bytes) = nullptr;  ///< 0 or 1.
  /// model::kNoDifference when they are equal.
  Result (*first_difference)(Span<const iovec> a, Span<const iovec> b) = nullptr;
  Result (*clone_size)(Span<const iovec> view) = nullptr;
  Result (*hexdump)(Span<const iovec> view, const std::string& prefix, std::size_t limit, std::string& text) = nullptr;
  Result (*discard_front)(Span<iovec>& view, std::size_t bytes, UndoStorage* record) = nullptr;
  Result (*discard_back)(Span<iovec>& view, std::size_t bytes, UndoStorage* record) = nullptr;
  void (*undo)(Span<iovec>& view, UndoStorage& record) = nullptr;
  /// Through calls of kernel.send and kernel.recv (lockstep/table/kernel.h).
  Result (*send)(Kernel& kernel, Span<const iovec> view, std::size_t offset, std::size_t bytes,
                 TransferStatus& status) = nullptr;
  Result (*recv)(Kernel& kernel, Span<const iovec> view, std::size_t offset, std::size_t bytes,
                 TransferStatus& status) = nullptr;
};

}  // namespace lockstep
