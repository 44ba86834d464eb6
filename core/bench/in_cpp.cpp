// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <optional>
#include <utility>

#include "iov/hexdump.h"
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
    iov::IoVector& vector() { return vector_; }

   private:
    iov::IoVector vector_;
  };
};

/// A transport that takes, and gives, whatever it is asked for: no kernel is measured.
struct Endless final : iov::Transport {
  std::size_t max_elements() const noexcept override { return iov::kMaxElements; }
  ssize_t send(std::span<const iovec> elements) noexcept override { return static_cast<ssize_t>(iov::size(elements)); }
  ssize_t recv(std::span<const iovec> elements) noexcept override { return static_cast<ssize_t>(iov::size(elements)); }
};

/// An IoVector with all elements of the vector. The first run puts them there.
iov::IoVector& filled(On<Cpp>& on) {
  iov::IoVector& vector = on.owned.vector();
  if (vector.elements().empty()) vector.assign(on.v);
  return vector;
}

/// Series of what C has not, or not for so many elements. Nowhere are IoVector(base, length) and reset, which know no
/// number of elements, and with_capacity and destroy, which take what malloc and free take.
void list_series(List<Cpp>& list) {
  const auto extended = [](On<Cpp>& on) {
    const iovec end = {on.buffer(), 16};
    return on.look(iov::extended(end, on.v, 1, on.bytes() - 2, end, SIZE_MAX).elements());
  };
  list.grow("extended/n", n_pieces, extended, 1);
  const auto clone_size = [](On<Cpp>& on) { return iov::clone_size(on.v); };
  list.grow("clone_size of shuffled/n log n", n_shuffled, clone_size, 1);
  const auto hexdump = [](On<Cpp>& on) {
    static std::FILE* const nowhere = std::fopen("/dev/null", "w");
    iov::hexdump(on.v, nowhere, "", SIZE_MAX);
    return on.bytes();
  };
  list.grow("hexdump/n", n_pieces, hexdump, 1);
  const auto send = [](On<Cpp>& on) {
    Endless transport;
    return iov::send(transport, on.v, 0, on.bytes()).bytes;
  };
  list.grow("send/n", n_pieces, send, 1);
  const auto recv = [](On<Cpp>& on) {
    Endless transport;
    return iov::recv(transport, on.v, 0, on.bytes()).bytes;
  };
  list.grow("recv/n", n_pieces, recv, 1);
}

/// The same of IoVector. A template, because those of older revisions have no split.
template <typename Vector>
void list_series_of(List<Cpp>& list) {
  const auto copying = [](On<Cpp>& on) { return on.look(Vector(filled(on)).elements()); };
  list.grow("IoVector, copying/n", n_pieces, copying, 1);
  const auto moving = [](On<Cpp>& on) {
    Vector moved(std::move(filled(on)));
    on.owned.vector() = std::move(moved);
    return on.look(on.owned.elements());
  };
  list.grow("IoVector, moving twice/1", n_pieces, moving);
  const auto size = [](On<Cpp>& on) { return filled(on).size(); };
  list.grow("IoVector::size/1", n_pieces, size);
  const auto add = [](On<Cpp>& on) {
    Vector& vector = filled(on);
    vector.add(on.buffer(), on.scene.few);
    vector.discard_back(on.scene.few);
    return on.look(vector.elements());
  };
  list.grow("IoVector, add and discard_back of one/1", n_pieces, add);
  if constexpr (requires(Vector vector) { vector.split(0); }) {
    const auto split = [](On<Cpp>& on) {
      Vector& vector = filled(on);
      const Vector back = vector.split(on.bytes_of_half());
      vector.add(back.elements());
      return on.look(vector.elements());
    };
    list.grow("IoVector, split in halves and add/n", n_pieces, split, 1);
  }
}

}  // namespace

Interface in_cpp() {
  List<Cpp> list;
  list_all(list);
  list_series(list);
  list_series_of<iov::IoVector>(list);
  return {"C++", list.take()};
}

}  // namespace bench
