// SPDX-License-Identifier: Apache-2.0
// Boost.Asio's buffer sequences, with Boost.Beast's prefix, suffix and concatenation of them, as an implementation to
// test. Asio cuts every range at the end and rejects none. What fills, looks for a difference, discards from the back
// or takes a discard back has no counterpart, and is left null.
#include "lockstep/table/adapter.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_cat.hpp>
#include <boost/beast/core/buffers_prefix.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <cerrno>
#include <climits>
#include <vector>

#include "lockstep/table/kernel.h"

namespace lockstep {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Error = boost::system::error_code;
using View = Span<const iovec>;
using Sequence = std::vector<asio::mutable_buffer>;

Sequence sequence_of(View view) {
  Sequence sequence;
  for (const iovec& element : view) sequence.emplace_back(element.iov_base, element.iov_len);
  return sequence;
}

template <typename Buffers>
std::vector<iovec> elements_of(const Buffers& buffers) {
  std::vector<iovec> elements;
  for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
    const asio::const_buffer buffer = *at;
    elements.push_back({const_cast<void*>(buffer.data()), buffer.size()});
  }
  return elements;
}

beast::buffers_suffix<Sequence> from(View view, std::size_t offset) {
  beast::buffers_suffix<Sequence> suffix(sequence_of(view));
  suffix.consume(offset);
  return suffix;
}

auto range(View view, std::size_t offset, std::size_t bytes) {
  return beast::buffers_prefix(bytes, from(view, offset));
}

/// As Asio's own streams that do not block: one call, again after an interruption, and the end of the stream is an
/// error.
class KernelStream {
 public:
  explicit KernelStream(Kernel& kernel) : kernel_(kernel) {}

  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, Error& error) {
    return again(elements_of(buffers), &Kernel::send, error);
  }
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, Error& error) {
    const std::size_t bytes = again(elements_of(buffers), &Kernel::recv, error);
    if (bytes == 0 && !error) error = asio::error::eof;
    return bytes;
  }

 private:
  std::size_t again(const std::vector<iovec>& elements, ssize_t (Kernel::*call)(View), Error& error) {
    ssize_t result = -EINTR;
    while (result == -EINTR) result = (kernel_.*call)(elements);
    if (result < 0) error = Error(static_cast<int>(-result), boost::system::system_category());
    return static_cast<std::size_t>(std::max<ssize_t>(result, 0));
  }

  Kernel& kernel_;
};

/// As asio::transfer_all, which has no more than 64 KiB offered at a time.
std::size_t transfer_all_at_once(const Error& error, std::size_t) { return error ? 0 : SIZE_MAX; }

TransferStatus status_of(const Error& error) {
  if (error == asio::error::eof) return {0, true};
  return {error.value(), false};
}

void add_transfers(Implementation& table) {
  table.limits.elements_per_call = 16;
  table.send = [](Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) -> Result {
    KernelStream stream(kernel);
    Error error;
    const std::size_t sent = asio::write(stream, range(view, offset, bytes), transfer_all_at_once, error);
    status = status_of(error);
    return {sent};
  };
  table.recv = [](Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) -> Result {
    KernelStream stream(kernel);
    Error error;
    const std::size_t received = asio::read(stream, range(view, offset, bytes), transfer_all_at_once, error);
    status = status_of(error);
    return {received};
  };
}

void add_descriptions(Implementation& table) {
  table.copy = [](Span<iovec> destination, View view, std::size_t offset, std::size_t bytes) -> Result {
    const std::vector<iovec> described = elements_of(range(view, offset, bytes));
    const std::size_t count = std::min(described.size(), destination.size());
    std::copy_n(described.begin(), count, destination.begin());
    return {count};
  };
  table.concat = [](void* vector, View source, std::size_t offset, std::size_t bytes) -> Result {
    const auto appended = range(source, offset, bytes);
    plain_vectors().add_many(vector, elements_of(appended));
    return {asio::buffer_size(appended)};
  };
  table.slice = [](void* vector, View source, std::size_t offset, std::size_t bytes) {
    return plain_vectors().assign(vector, elements_of(range(source, offset, bytes)));
  };
  table.slice_count = [](View view, std::size_t offset, std::size_t bytes) -> Result {
    return {elements_of(range(view, offset, bytes)).size()};
  };
  table.extended = [](void* vector, const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                      const iovec& tail, std::size_t) -> Result {
    // Asio has no sequence that is absent.
    if (!mid && bytes > 0)
      return {0,
              bytes > SIZE_MAX - head.iov_len - tail.iov_len ? Rejection::length_error : Rejection::invalid_argument};
    return plain_vectors().assign(
        vector, elements_of(beast::buffers_cat(sequence_of({&head, 1}), range(mid.value_or(View()), offset, bytes),
                                               sequence_of({&tail, 1}))));
  };
}

}  // namespace

Implementation make_adapter() {
  Implementation table = plain_vectors();
  table.name = "asio";
  table.deviations.ranges_are_cut = true;
  table.deviations.empty_elements_do_not_count = true;
  table.limits.bytes = SSIZE_MAX;  // sizes are added up unchecked
  table.takes_unbacked = true;

  table.size = [](View view) -> Result { return {asio::buffer_size(sequence_of(view))}; };
  table.to_buf = [](View view, std::size_t offset, Span<std::byte> data) -> Result {
    return {asio::buffer_copy(asio::mutable_buffer(data.data(), data.size()), from(view, offset))};
  };
  table.from_buf = [](View view, std::size_t offset, Span<const std::byte> data) -> Result {
    return {asio::buffer_copy(from(view, offset), asio::const_buffer(data.data(), data.size()))};
  };
  table.discard_front = [](Span<iovec>& view, std::size_t bytes, UndoStorage*) -> Result {
    const std::size_t before = asio::buffer_size(sequence_of(view));
    const std::vector<iovec> left = elements_of(from(view, bytes));  // the last ones; the first of them may be trimmed
    view = view.last(left.size());
    std::copy(left.begin(), left.end(), view.begin());
    return {before - asio::buffer_size(sequence_of(view))};
  };
  add_descriptions(table);
  add_transfers(table);
  return table;
}

}  // namespace lockstep
