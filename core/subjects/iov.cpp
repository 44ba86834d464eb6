// SPDX-License-Identifier: Apache-2.0
#include "iov/iov.h"

#include <cstring>
#include <new>
#include <system_error>
#include <type_traits>
#include <utility>

#include "iov/hexdump.h"
#include "iov/io_vector.h"
#include "iov/transport.h"
#include "lockstep/table/implementation.h"
#include "lockstep/table/kernel.h"
#include "subjects/kernel_transport.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using View = Span<const iovec>;

Rejection rejection_of(const std::error_code& error) {
  if (!error) return Rejection::none;
  if (error == iov::Error::out_of_range) return Rejection::out_of_range;
  if (error == iov::Error::length_overflow || error == iov::Error::too_many_elements ||
      error == iov::Error::too_many_bytes)
    return Rejection::length_error;
  if (error == iov::Error::invalid_argument) return Rejection::invalid_argument;
  return Rejection::other;
}

iov::IoVector& vector_of(void* handle) { return *static_cast<iov::IoVector*>(handle); }

/// What another call has left; each call clears it.
std::error_code error_before() { return std::make_error_code(std::errc::io_error); }

/// An entry that calls function(arguments...), with an error behind them if it takes one.
template <typename Function>
auto calls(Function) {
  return [](auto... arguments) -> Result {
    std::error_code error;
    const auto call = [&] {
      if constexpr (std::is_invocable_v<Function, decltype(arguments)&..., std::error_code&>) {
        error = error_before();
        return Function()(arguments..., error);
      } else {
        return Function()(arguments...);
      }
    };
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      return {0, rejection_of(error)};
    } else {
      const std::size_t value = call();
      return {value, rejection_of(error)};
    }
  };
}

/// An entry that replaces the vector by the result of make(arguments..., error), unless that is rejected.
template <typename Make>
auto becomes(Make) {
  return [](void* vector, auto... arguments) -> Result {
    std::error_code error = error_before();
    iov::IoVector made = Make()(arguments..., error);
    if (!error) vector_of(vector) = std::move(made);
    return {0, rejection_of(error)};
  };
}

using DiscardFunction = std::size_t (*)(std::span<iovec>&, std::size_t, iov::UndoRecord*) noexcept;

/// Runs a discard with the record that `storage` holds, if any.
template <DiscardFunction function>
Result discard(Span<iovec>& view, std::size_t bytes, UndoStorage* storage) {
  static_assert(std::is_trivially_copyable_v<iov::UndoRecord> && sizeof(iov::UndoRecord) <= sizeof(UndoStorage));
  std::span<iovec> elements = view;
  iov::UndoRecord record;
  if (storage != nullptr) std::memcpy(&record, storage->bytes, sizeof record);
  const std::size_t discarded = function(elements, bytes, storage != nullptr ? &record : nullptr);
  if (storage != nullptr) std::memcpy(storage->bytes, &record, sizeof record);
  view = elements;
  return {discarded};
}

using TransferFunction = iov::Transfer (*)(iov::Transport&, std::span<const iovec>, std::size_t, std::size_t,
                                           std::error_code&) noexcept;

template <TransferFunction function>
Result transfer(Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) {
  KernelTransport transport(kernel);
  std::error_code rejected = error_before();
  const iov::Transfer transfer = function(transport, view, offset, bytes, rejected);
  status = {transfer.error.value(), transfer.end_of_stream};
  return {transfer.bytes, rejection_of(rejected)};
}

Implementation make_ours() {
  Implementation table;
  table.name = "iov";
  table.takes_unbacked = true;
  table.create = []() -> void* { return new iov::IoVector; };
  table.destroy = [](void* vector) { delete static_cast<iov::IoVector*>(vector); };
  table.elements = [](void* vector) -> Span<iovec> { return vector_of(vector).lend(); };
  table.look = [](void* vector) -> View { return vector_of(vector).elements(); };
  table.assign = calls([](void* vector, auto&&... rest) { vector_of(vector).assign(rest...); });
  table.add = calls([](void* vector, auto&&... rest) { vector_of(vector).add(rest...); });
  table.add_many = calls([](void* vector, auto&&... rest) { vector_of(vector).add(rest...); });
  table.vector_size = calls([](void* vector) { return vector_of(vector).size(); });
  table.with_capacity = becomes([](auto&&... rest) { return iov::IoVector::with_capacity(rest...); });
  table.from_buffer =
      calls([](void* vector, void* base, std::size_t length) { vector_of(vector) = iov::IoVector(base, length); });
  table.reset = calls([](void* vector) { vector_of(vector).reset(); });
  table.release = [](void* vector) { vector_of(vector).destroy(); };
  table.copy_vector = calls([](void* vector, void* source) { vector_of(vector) = std::as_const(vector_of(source)); });
  table.move_vector = calls([](void* vector, void* source) { vector_of(vector) = std::move(vector_of(source)); });
  table.concat = calls([](void* vector, auto&&... rest) { return vector_of(vector).concat(rest...); });
  table.slice = becomes([](auto&&... rest) { return iov::slice(rest...); });
  table.extended = becomes([](const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                              const iovec& tail, std::size_t limit, std::error_code& error) {
    return iov::extended(head, mid, offset, bytes, tail, error, limit);
  });
  table.clone = calls([](void* vector, auto&&... rest) { vector_of(vector).clone(rest...); });
  table.vector_discard_back = calls([](void* vector, auto&&... rest) { vector_of(vector).discard_back(rest...); });
  table.split = becomes([](void* source, auto&&... rest) { return vector_of(source).split(rest...); });
  table.size = calls([](auto&&... rest) { return iov::size(rest...); });
  table.from_buf = calls([](auto&&... rest) { return iov::from_buf(rest...); });
  table.to_buf = calls([](auto&&... rest) { return iov::to_buf(rest...); });
  table.fill = calls([](auto&&... rest) { return iov::fill(rest...); });
  table.copy = calls([](auto&&... rest) { return iov::copy(rest...); });
  table.slice_count = calls([](auto&&... rest) { return iov::slice_count(rest...); });
  table.is_zero = calls([](auto&&... rest) { return iov::is_zero(rest...); });
  table.first_difference =
      calls([](View a, View b) { return iov::first_difference(a, b).value_or(model::kNoDifference); });
  table.clone_size = calls([](auto&&... rest) { return iov::clone_size(rest...); });
  table.hexdump = calls([](View view, const std::string& prefix, std::size_t limit, std::string& text,
                           std::error_code& error) { text = iov::hexdump(view, prefix, limit, error); });
  table.discard_front = discard<iov::discard_front>;
  table.discard_back = discard<iov::discard_back>;
  table.undo = [](Span<iovec>& view, UndoStorage& storage) {
    iov::UndoRecord record;
    std::memcpy(&record, storage.bytes, sizeof record);
    std::span<iovec> elements = view;
    iov::undo(elements, record);
    view = elements;
  };
  table.send = transfer<iov::send>;
  table.recv = transfer<iov::recv>;
  return table;
}

}  // namespace

const Implementation& ours() {
  static const Implementation table = make_ours();
  return table;
}

}  // namespace lockstep
