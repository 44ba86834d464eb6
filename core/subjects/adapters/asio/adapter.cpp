// Boost.Asio's buffer sequences, with Boost.Beast's prefix and suffix of one, as an implementation to test.
// Asio clips every range at the end and rejects none. So operations that reject a range that ends outside (slice,
// extended, is_zero) have no counterpart, and are left null; so are fill and undo.
#include "lockstep/table/adapter.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_prefix.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <vector>

namespace lockstep {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using View = Span<const iovec>;
using Sequence = std::vector<asio::mutable_buffer>;

Sequence sequence_of(View view) {
  Sequence sequence;
  for (const iovec& element : view) sequence.emplace_back(element.iov_base, element.iov_len);
  return sequence;
}

beast::buffers_suffix<Sequence> from(View view, std::size_t offset) {
  beast::buffers_suffix<Sequence> suffix(sequence_of(view));
  suffix.consume(offset);
  return suffix;
}

/// An empty buffer means nothing to Asio, and is kept wherever it is; the contract drops it. See empty_elements.iov.
template <typename Buffers>
std::vector<iovec> without_empty(const Buffers& buffers) {
  std::vector<iovec> elements;
  for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
    const asio::mutable_buffer buffer = *at;
    if (buffer.size() > 0) elements.push_back({buffer.data(), buffer.size()});
  }
  return elements;
}

Implementation make_adapter() {
  Implementation table = plain_vectors();
  table.name = "asio";
  table.deviations.past_end_answers_0 = true;

  table.size = [](View view) -> Result { return {asio::buffer_size(sequence_of(view))}; };
  table.to_buf = [](View view, std::size_t offset, Span<std::byte> data) -> Result {
    return {asio::buffer_copy(asio::mutable_buffer(data.data(), data.size()), from(view, offset))};
  };
  table.from_buf = [](View view, std::size_t offset, Span<const std::byte> data) -> Result {
    return {asio::buffer_copy(from(view, offset), asio::const_buffer(data.data(), data.size()))};
  };
  table.copy = [](Span<iovec> destination, View view, std::size_t offset, std::size_t bytes) -> Result {
    const std::vector<iovec> described = without_empty(beast::buffers_prefix(bytes, from(view, offset)));
    const std::size_t count = std::min(described.size(), destination.size());
    std::copy_n(described.begin(), count, destination.begin());
    return {count};
  };
  table.concat = [](void* vector, View source, std::size_t offset, std::size_t bytes) -> Result {
    const auto range = beast::buffers_prefix(bytes, from(source, offset));
    const std::size_t appended = asio::buffer_size(range);
    plain_vectors().add_many(vector, without_empty(range));
    return {appended};
  };
  table.discard_front = [](Span<iovec>& view, std::size_t bytes, UndoStorage*) -> Result {
    const beast::buffers_suffix<Sequence> left = from(view, bytes);
    const std::size_t removed = asio::buffer_size(sequence_of(view)) - asio::buffer_size(left);
    // The last elements are left; the first of them may have been trimmed. Empty ones there: as above.
    const auto count = static_cast<std::size_t>(std::distance(left.begin(), left.end()));
    view = view.last(count);
    if (count > 0)
      view.front() = {asio::mutable_buffer(*left.begin()).data(), asio::mutable_buffer(*left.begin()).size()};
    while (!view.empty() && view.front().iov_len == 0) view = view.subspan(1);
    return {removed};
  };
  return table;
}

}  // namespace

const Implementation& adapter() {
  static const Implementation table = make_adapter();
  return table;
}

}  // namespace lockstep
