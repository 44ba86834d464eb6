// SPDX-License-Identifier: Apache-2.0
// An adapter of functions with QEMU's names that reads one byte behind each element, and whose fill answers what
// depends on the elements; in C++17.
#include "lockstep/table/adapter.h"

extern "C" std::size_t iov_size(const iovec* elements, unsigned count) {
  std::size_t bytes = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (elements[i].iov_len > 0)
      static_cast<void>(static_cast<volatile char*>(elements[i].iov_base)[elements[i].iov_len]);
    bytes += elements[i].iov_len;
  }
  return bytes;
}

lockstep::Implementation lockstep::make_adapter() {
  Implementation wrong = plain_vectors();
  wrong.name = "wrong";
  wrong.size = [](Span<const iovec> view) -> Result {
    return {iov_size(view.data(), static_cast<unsigned>(view.size()))};
  };
  wrong.fill = [](Span<const iovec> view, std::size_t, std::byte, std::size_t) -> Result { return {view.size()}; };
  return wrong;
}
