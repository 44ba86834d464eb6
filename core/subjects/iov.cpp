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

/// Calls function(error) and makes a Result of what it answers.
template <typename Function>
Result call(Function function) {
  std::error_code error = std::make_error_code(std::errc::io_error);  // a call clears what another one has left
  if constexpr (std::is_void_v<decltype(function(error))>) {
    function(error);
    return {0, rejection_of(error)};
  } else {
    const std::size_t value = function(error);
    return {value, rejection_of(error)};
  }
}

/// Replaces the vector by the result of make(error), unless that is rejected.
template <typename Make>
Result become(void* vector, Make make) {
  return call([&](std::error_code& error) {
    iov::IoVector made = make(error);
    if (!error) vector_of(vector) = std::move(made);
  });
}

/// Runs a discard with the record that `storage` holds, if any.
template <typename Discard>
Result discard(Discard discard, std::span<iovec>& view, std::size_t bytes, UndoStorage* storage) {
  static_assert(std::is_trivially_copyable_v<iov::UndoRecord> && sizeof(iov::UndoRecord) <= sizeof(UndoStorage));
  if (storage == nullptr) return {discard(view, bytes, nullptr), Rejection::none};
  iov::UndoRecord record;
  std::memcpy(&record, storage->bytes, sizeof record);
  const std::size_t discarded = discard(view, bytes, &record);
  std::memcpy(storage->bytes, &record, sizeof record);
  return {discarded, Rejection::none};
}

using TransferFunction = iov::Transfer (*)(iov::Transport&, std::span<const iovec>, std::size_t, std::size_t,
                                           std::error_code&) noexcept;

template <TransferFunction function>
Result transfer(Kernel& kernel, std::span<const iovec> view, std::size_t offset, std::size_t bytes,
                TransferStatus& status) {
  KernelTransport transport(kernel);
  return call([&](std::error_code& rejected) {
    const iov::Transfer transfer = function(transport, view, offset, bytes, rejected);
    status = {transfer.error.value(), transfer.end_of_stream};
    return transfer.bytes;
  });
}

Implementation make_ours() {
  Implementation table;
  table.name = "iov";
  table.takes_unbacked = true;
  table.create = []() -> void* { return new iov::IoVector; };
  table.destroy = [](void* vector) { delete static_cast<iov::IoVector*>(vector); };
  table.elements = [](void* vector) { return vector_of(vector).lend(); };
  table.look = [](void* vector) { return vector_of(vector).elements(); };
  table.assign = [](void* vector, std::span<const iovec> elements) {
    return call([&](std::error_code& error) { vector_of(vector).assign(elements, error); });
  };
  table.add = [](void* vector, void* base, std::size_t length) {
    return call([&](std::error_code& error) { vector_of(vector).add(base, length, error); });
  };
  table.add_many = [](void* vector, std::span<const iovec> elements) {
    return call([&](std::error_code& error) { vector_of(vector).add(elements, error); });
  };
  table.vector_size = [](void* vector) { return Result{vector_of(vector).size(), Rejection::none}; };
  table.with_capacity = [](void* vector, std::size_t capacity) {
    return call([&](std::error_code& error) { vector_of(vector) = iov::IoVector::with_capacity(capacity, error); });
  };
  table.from_buffer = [](void* vector, void* base, std::size_t length) {
    vector_of(vector) = iov::IoVector(base, length);
    return Result{};
  };
  table.reset = [](void* vector) {
    vector_of(vector).reset();
    return Result{};
  };
  table.release = [](void* vector) { vector_of(vector).destroy(); };
  table.copy_vector = [](void* vector, void* source) {
    vector_of(vector) = std::as_const(vector_of(source));
    return Result{};
  };
  table.move_vector = [](void* vector, void* source) {
    vector_of(vector) = std::move(vector_of(source));
    return Result{};
  };
  table.concat = [](void* vector, std::span<const iovec> source, std::size_t offset, std::size_t bytes) {
    return call([&](std::error_code& error) { return vector_of(vector).concat(source, offset, bytes, error); });
  };
  table.slice = [](void* vector, std::span<const iovec> source, std::size_t offset, std::size_t bytes) {
    return become(vector, [&](std::error_code& error) { return iov::slice(source, offset, bytes, error); });
  };
  table.extended = [](void* vector, const iovec& head, std::optional<std::span<const iovec>> mid, std::size_t offset,
                      std::size_t bytes, const iovec& tail, std::size_t limit) {
    return become(vector,
                  [&](std::error_code& error) { return iov::extended(head, mid, offset, bytes, tail, error, limit); });
  };
  table.clone = [](void* vector, std::span<const iovec> source, std::span<std::byte> buffer) {
    return call([&](std::error_code& error) { vector_of(vector).clone(source, buffer, error); });
  };
  table.vector_discard_back = [](void* vector, std::size_t bytes) {
    return call([&](std::error_code& error) { vector_of(vector).discard_back(bytes, error); });
  };
  table.split = [](void* vector, void* source, std::size_t offset) {
    return become(vector, [&](std::error_code& error) { return vector_of(source).split(offset, error); });
  };
  table.slice_count = [](std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    return call([&](std::error_code& error) { return iov::slice_count(view, offset, bytes, error); });
  };
  table.is_zero = [](std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    return call([&](std::error_code& error) { return iov::is_zero(view, offset, bytes, error) ? 1u : 0u; });
  };
  table.first_difference = [](std::span<const iovec> a, std::span<const iovec> b) {
    return Result{iov::first_difference(a, b).value_or(model::kNoDifference), Rejection::none};
  };
  table.clone_size = [](std::span<const iovec> view) {
    return call([&](std::error_code& error) { return iov::clone_size(view, error); });
  };
  table.hexdump = [](std::span<const iovec> view, const std::string& prefix, std::size_t limit, std::string& text) {
    return call([&](std::error_code& error) { text = iov::hexdump(view, prefix, limit, error); });
  };
  table.size = [](std::span<const iovec> view) {
    return call([&](std::error_code& error) { return iov::size(view, error); });
  };
  table.from_buf = [](std::span<const iovec> view, std::size_t offset, std::span<const std::byte> data) {
    return call([&](std::error_code& error) { return iov::from_buf(view, offset, data, error); });
  };
  table.to_buf = [](std::span<const iovec> view, std::size_t offset, std::span<std::byte> data) {
    return call([&](std::error_code& error) { return iov::to_buf(view, offset, data, error); });
  };
  table.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) {
    return call([&](std::error_code& error) { return iov::fill(view, offset, value, bytes, error); });
  };
  table.copy = [](std::span<iovec> destination, std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    return call([&](std::error_code& error) { return iov::copy(destination, view, offset, bytes, error); });
  };
  table.discard_front = [](std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
    return discard(iov::discard_front, view, bytes, record);
  };
  table.discard_back = [](std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
    return discard(iov::discard_back, view, bytes, record);
  };
  table.undo = [](std::span<iovec>& view, UndoStorage& storage) {
    iov::UndoRecord record;
    std::memcpy(&record, storage.bytes, sizeof record);
    iov::undo(view, record);
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
