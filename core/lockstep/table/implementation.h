// The table of functions that an implementation fills in to be run against the model.
// A rejection is a result, not an exception. Operations whose entry is null are skipped.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lockstep/table/span.h"
#include "model/answers.h"

namespace lockstep {

using model::Rejection;

/// How an implementation differs from the contract on purpose. Declared deviations are no findings: a deviation changes
/// the expected side, for that implementation alone, and every report names it.
struct Deviations {
  /// An offset past the end is not rejected: nothing is moved, and the answer is 0. In from_buf, to_buf, fill, copy,
  /// concat and slice_count.
  bool past_end_answers_0 = false;
  /// slice and extended keep no empty elements, and slice_count counts none.
  bool slices_drop_empty = false;
  /// undo stores the trimmed element, and leaves start and count.
  bool undo_restores_element_only = false;
  /// A call that the contract rejects ends the process by abort(), as an assertion does. The harness catches SIGABRT,
  /// counts it as a rejection for any reason, and goes on. The call must have changed nothing by then.
  bool aborts_on_violation = false;
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

/// Free functions take what the contract says they take. `view` is a run of the elements of one vector and is moved by
/// discards. Functions on vectors take the handle that `create` made. None may throw.
struct Implementation {
  std::string_view name;
  model::Dialect dialect = model::Dialect::cpp;  ///< Of the contract: the model's dialect to compare it with.

  Deviations deviations;  ///< From the contract, on purpose.
  /// Whether it may be run on elements without memory behind them: true if it looks at no byte outside of a range that
  /// has bytes. If false, programs in unbacked arenas are skipped, and counted.
  bool takes_unbacked = false;

  // Owned vectors. These three are needed by every program.
  void* (*create)() = nullptr;                      ///< A vector of no elements.
  void (*destroy)(void* vector) = nullptr;          ///< Frees it.
  Span<iovec> (*elements)(void* vector) = nullptr;  ///< Its array, to be read and to be discarded from.
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
