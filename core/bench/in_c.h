// SPDX-License-Identifier: Apache-2.0
// The interface in C over a table of functions: ours, or others that have the same names.
#pragma once

#include "iov/qemu_iov.h"
#include "works.h"

namespace bench {

// clang-format off
#if IOV_QEMU_API < 10
#define IOV_BENCH_EXTENDED(DO) DO(qemu_iovec_init_extended)
#else
#define IOV_BENCH_EXTENDED(DO)
#endif
#define IOV_BENCH_FUNCTIONS(DO) \
  DO(iov_size) DO(iov_to_buf_full) DO(iov_from_buf_full) DO(iov_memset) DO(iov_copy) DO(iov_discard_front_undoable) \
  DO(iov_discard_back_undoable) DO(iov_discard_undo) DO(iov_send_recv) \
  DO(qemu_iovec_init) DO(qemu_iovec_init_external) DO(qemu_iovec_init_slice) IOV_BENCH_EXTENDED(DO) \
  DO(qemu_iovec_subvec_niov) DO(qemu_iovec_add) DO(qemu_iovec_concat) DO(qemu_iovec_clone) DO(qemu_iovec_is_zero) \
  DO(qemu_iovec_compare) DO(qemu_iovec_reset) DO(qemu_iovec_destroy)
// clang-format on

/// Ours, unless others are put in.
struct Functions {
#define DO(name) decltype(&::name) name = &::name;  // NOLINT(bugprone-macro-parentheses): a name
  IOV_BENCH_FUNCTIONS(DO)
#undef DO
};

inline constexpr Functions kOurs;

/// An interface, with all that one may have. Those of peers.cpp have less.
template <const Functions& table>
struct C {
  using View = QEMUIOVector;
  struct Record {
    IOVDiscardUndo undo;
    std::span<iovec> vector;  // start and count are the caller's to keep
  };

  static unsigned count(std::size_t elements) { return static_cast<unsigned>(elements); }
  static unsigned count(const View& v) { return static_cast<unsigned>(v.niov); }

  static View view(std::span<iovec> v) {
    View view;
    table.qemu_iovec_init_external(&view, v.data(), static_cast<int>(v.size()));
    return view;
  }
  static std::size_t size(View& v) { return table.iov_size(v.iov, count(v)); }
  /// The short names are functions of the header, and of ours only.
  static std::size_t to_buf(View& v, std::size_t offset, void* data, std::size_t bytes) {
    if constexpr (&table == &kOurs) return iov_to_buf(v.iov, count(v), offset, data, bytes);
    return table.iov_to_buf_full(v.iov, count(v), offset, data, bytes);
  }
  static std::size_t from_buf(View& v, std::size_t offset, const void* data, std::size_t bytes) {
    if constexpr (&table == &kOurs) return iov_from_buf(v.iov, count(v), offset, data, bytes);
    return table.iov_from_buf_full(v.iov, count(v), offset, data, bytes);
  }
  static std::size_t fill(View& v, std::size_t offset, unsigned char value, std::size_t bytes) {
    return table.iov_memset(v.iov, count(v), offset, value, bytes);
  }
  static std::size_t copy(std::span<iovec> room, View& v, std::size_t offset, std::size_t bytes) {
    return table.iov_copy(room.data(), count(room.size()), v.iov, count(v), offset, bytes);
  }
  static std::size_t slice_count(View& v, std::size_t offset, std::size_t bytes) {
    return static_cast<std::size_t>(table.qemu_iovec_subvec_niov(&v, offset, bytes));
  }
  static bool is_zero(View& v, std::size_t offset, std::size_t bytes) {
    return table.qemu_iovec_is_zero(&v, offset, bytes);
  }
  static std::size_t first_difference(View& a, View& b) {
    return static_cast<std::size_t>(table.qemu_iovec_compare(&a, &b));
  }
  static std::size_t discard_front(std::span<iovec>& v, std::size_t bytes, Record* record) {
    if (record != nullptr) record->vector = v;
    iovec* iov = v.data();
    unsigned left = count(v.size());
    bytes = table.iov_discard_front_undoable(&iov, &left, bytes, record != nullptr ? &record->undo : nullptr);
    v = {iov, left};
    return bytes;
  }
  static std::size_t discard_back(std::span<iovec>& v, std::size_t bytes, Record* record) {
    if (record != nullptr) record->vector = v;
    unsigned left = count(v.size());
    bytes = table.iov_discard_back_undoable(v.data(), &left, bytes, record != nullptr ? &record->undo : nullptr);
    v = v.first(left);
    return bytes;
  }
  static void undo(std::span<iovec>& v, Record& record) {
    table.iov_discard_undo(&record.undo);
    v = record.vector;
  }
  static std::size_t send(int fd, View& v, std::size_t offset, std::size_t bytes) {
    return static_cast<std::size_t>(table.iov_send_recv(fd, v.iov, count(v), offset, bytes, true));
  }
  static std::size_t recv(int fd, View& v, std::size_t offset, std::size_t bytes) {
    return static_cast<std::size_t>(table.iov_send_recv(fd, v.iov, count(v), offset, bytes, false));
  }

  /// A vector that may grow, a slice, or an extension.
  class Owned {
   public:
    explicit Owned(std::size_t room) { table.qemu_iovec_init(&vector_, static_cast<int>(room)); }
    Owned(View& v, std::size_t offset, std::size_t bytes) { table.qemu_iovec_init_slice(&vector_, &v, offset, bytes); }
#if IOV_QEMU_API < 10
    Owned(const iovec& head, View& v, std::size_t offset, std::size_t bytes, const iovec& tail) {
      table.qemu_iovec_init_extended(&vector_, head.iov_base, head.iov_len, &v, offset, bytes, tail.iov_base,
                                     tail.iov_len);
    }
#else
    Owned(const iovec&, View&, std::size_t, std::size_t, const iovec&) { throw Absent{}; }
#endif
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() { table.qemu_iovec_destroy(&vector_); }

    std::span<const iovec> elements() const { return {vector_.iov, count(vector_)}; }
    void reset() { table.qemu_iovec_reset(&vector_); }
    void add(void* base, std::size_t length) { table.qemu_iovec_add(&vector_, base, length); }
    std::size_t concat(View& v, std::size_t offset, std::size_t bytes) {
      const std::size_t before = vector_.size;
      table.qemu_iovec_concat(&vector_, &v, offset, bytes);
      return vector_.size - before;
    }
    void clone(View& v, void* buffer, std::size_t /*bytes*/) { table.qemu_iovec_clone(&vector_, &v, buffer); }

   private:
    QEMUIOVector vector_;
  };
};

}  // namespace bench
