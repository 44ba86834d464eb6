// An adapter that reads one byte behind each element; in C++17.
#include "lockstep/table/adapter.h"

const lockstep::Implementation& lockstep::adapter() {
  static const Implementation table = [] {
    Implementation over_reader = plain_vectors();
    over_reader.name = "over_reader";
    over_reader.size = [](Span<const iovec> view) -> Result {
      std::size_t bytes = 0;
      for (const iovec& element : view) {
        if (element.iov_len > 0) static_cast<void>(static_cast<volatile char*>(element.iov_base)[element.iov_len]);
        bytes += element.iov_len;
      }
      return {bytes};
    };
    return over_reader;
  }();
  return table;
}
