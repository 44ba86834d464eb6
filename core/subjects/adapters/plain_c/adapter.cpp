// SPDX-License-Identifier: Apache-2.0
// The template of an adapter, here for chain.c. Copy it, and put the calls of your own library in place of these.
// Each function translates one call and decides nothing, or it would hide a mistake.
#include "lockstep/table/adapter.h"

#include "chain.h"

namespace lockstep {
namespace {

using View = Span<const iovec>;

}  // namespace

Implementation make_adapter() {
  Implementation table = plain_vectors();  // chain.c has functions on arrays, and no vector of its own
  table.name = "chain";
  table.deviations.past_end_answers_0 = true;  // as chain.h says

  table.size = [](View view) -> Result { return {chain_size(view.data(), view.size())}; };
  table.to_buf = [](View view, std::size_t offset, Span<std::byte> data) -> Result {
    return {chain_read(view.data(), view.size(), offset, data.data(), data.size())};
  };
  table.from_buf = [](View view, std::size_t offset, Span<const std::byte> data) -> Result {
    return {chain_write(view.data(), view.size(), offset, data.data(), data.size())};
  };
  table.fill = [](View view, std::size_t offset, std::byte value, std::size_t bytes) -> Result {
    return {chain_fill(view.data(), view.size(), offset, static_cast<int>(value), bytes)};
  };
  // There is nothing to undo with, so a discard that asks for a record leaves it empty, and undo is left null.
  table.discard_front = [](Span<iovec>& view, std::size_t bytes, UndoStorage*) -> Result {
    iovec* first = view.data();
    std::size_t count = view.size();
    const std::size_t removed = chain_trim_front(&first, &count, bytes);
    view = {first, count};
    return {removed};
  };
  table.discard_back = [](Span<iovec>& view, std::size_t bytes, UndoStorage*) -> Result {
    std::size_t count = view.size();
    const std::size_t removed = chain_trim_back(view.data(), &count, bytes);
    view = view.first(count);
    return {removed};
  };
  return table;
}

}  // namespace lockstep
