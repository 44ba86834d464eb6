#include <optional>

#include "iov/io_vector.h"
#include "iov/iov.h"
#include "iov/transport.h"
#include "works.h"

namespace bench {
namespace {

struct Cpp {
  using View = std::span<iovec>;
  using Record = iov::UndoRecord;

  static View view(std::span<iovec> v) { return v; }
  static std::size_t size(View& v) { return iov::size(v); }
  static std::size_t to_buf(View& v, std::size_t offset, void* data, std::size_t bytes) {
    return iov::to_buf(v, offset, {static_cast<std::byte*>(data), bytes});
  }
  static std::size_t from_buf(View& v, std::size_t offset, const void* data, std::size_t bytes) {
    return iov::from_buf(v, offset, {static_cast<const std::byte*>(data), bytes});
  }
  static std::size_t fill(View& v, std::size_t offset, unsigned char value, std::size_t bytes) {
    return iov::fill(v, offset, std::byte{value}, bytes);
  }
  static std::size_t copy(std::span<iovec> room, View& v, std::size_t offset, std::size_t bytes) {
    return iov::copy(room, v, offset, bytes);
  }
  static std::size_t slice_count(View& v, std::size_t offset, std::size_t bytes) {
    return iov::slice_count(v, offset, bytes);
  }
  static bool is_zero(View& v, std::size_t offset, std::size_t bytes) { return iov::is_zero(v, offset, bytes); }
  static std::size_t first_difference(View& a, View& b) { return iov::first_difference(a, b).value_or(SIZE_MAX); }
  static std::size_t discard_front(std::span<iovec>& v, std::size_t bytes, Record* record) {
    return iov::discard_front(v, bytes, record);
  }
  static std::size_t discard_back(std::span<iovec>& v, std::size_t bytes, Record* record) {
    return iov::discard_back(v, bytes, record);
  }
  static void undo(std::span<iovec>& v, Record& record) { iov::undo(v, record); }
  static std::size_t send(int fd, View& v, std::size_t offset, std::size_t bytes) {
    return iov::send(fd, v, offset, bytes).bytes;
  }
  static std::size_t recv(int fd, View& v, std::size_t offset, std::size_t bytes) {
    return iov::recv(fd, v, offset, bytes).bytes;
  }

  class Owned {
   public:
    explicit Owned(std::size_t room) : vector_(iov::IoVector::with_capacity(room)) {}
    Owned(View& v, std::size_t offset, std::size_t bytes) : vector_(iov::slice(v, offset, bytes)) {}
    Owned(const iovec& head, View& v, std::size_t offset, std::size_t bytes, const iovec& tail)
        : vector_(iov::extended(head, v, offset, bytes, tail)) {}

    std::span<const iovec> elements() const { return vector_.elements(); }
    void reset() { vector_.reset(); }
    void add(void* base, std::size_t length) { vector_.add(base, length); }
    std::size_t concat(View& v, std::size_t offset, std::size_t bytes) { return vector_.concat(v, offset, bytes); }
    void clone(View& v, void* buffer, std::size_t bytes) { vector_.clone(v, {static_cast<std::byte*>(buffer), bytes}); }

   private:
    iov::IoVector vector_;
  };
};

}  // namespace

Interface in_cpp() { return {"C++", all_works<Cpp>()}; }

}  // namespace bench
