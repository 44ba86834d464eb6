// An adapter that reads one byte behind each element, and whose fill answers what depends on the elements; in C++17.
#include "lockstep/table/adapter.h"

const lockstep::Implementation& lockstep::adapter() {
  static const Implementation table = [] {
    Implementation wrong = plain_vectors();
    wrong.name = "wrong";
    wrong.size = [](Span<const iovec> view) -> Result {
      std::size_t bytes = 0;
      for (const iovec& element : view) {
        if (element.iov_len > 0) static_cast<void>(static_cast<volatile char*>(element.iov_base)[element.iov_len]);
        bytes += element.iov_len;
      }
      return {bytes};
    };
    wrong.fill = [](Span<const iovec> view, std::size_t, std::byte, std::size_t) -> Result { return {view.size()}; };
    return wrong;
  }();
  return table;
}
