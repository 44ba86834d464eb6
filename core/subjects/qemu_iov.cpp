// SPDX-License-Identifier: Apache-2.0
// The adapter of the C interface, at the API level that it is compiled for: twice, see CMakeLists.txt.
//
// Which function runs: the language acts on views, which are elements, while C has functions on elements and functions
// on a QEMUIOVector. A view that is the whole array of a live vector stands for that vector, so that its kind and its
// stored size count. For any other view a temporary external vector is made. The model agrees: a stored size matters
// for whole arrays only.
//
// A vector made from itself is made in the same struct, in place. Any other is made in memory full of garbage, because
// an init function must read none of it, and the old vector is destroyed afterwards.
//
// A rejection comes back by longjmp (rejections.h): no frame under a call has anything to destroy.
#include "iov/qemu_iov.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "iov/iov.h"
#include "iov/send_recv.h"
#include "lockstep/table/implementation.h"
#include "lockstep/table/kernel.h"
#include "subjects/kernel_transport.h"
#include "subjects/rejections.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using View = Span<const iovec>;

/// Two structs, one of them the vector, and the array that an external vector borrows.
struct Handle {
  static constexpr unsigned char kGarbage = 0xa5;

  Handle() : next(std::exchange(first, this)) { qemu_iovec_init(vector, 0); }
  ~Handle() {
    qemu_iovec_destroy(vector);
    Handle** link = &first;
    while (*link != this) link = &(*link)->next;
    *link = next;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  QEMUIOVector structs[2];
  QEMUIOVector* vector = &structs[0];
  std::unique_ptr<iovec[]> borrowed;

  static inline thread_local Handle* first = nullptr;  // of those that live
  Handle* next;
};

Handle& handle_of(void* handle) { return *static_cast<Handle*>(handle); }
QEMUIOVector* vector_of(void* handle) { return handle_of(handle).vector; }

iovec* array_of(View view) { return const_cast<iovec*>(view.data()); }
unsigned count_of(View view) { return static_cast<unsigned>(view.size()); }

/// The live vector whose whole array is the view, `favourite` first; null if there is none.
QEMUIOVector* whole(View view, void* favourite = nullptr) {
  const auto is_whole = [view](const QEMUIOVector* vector) {
    return vector->iov == view.data() && static_cast<std::size_t>(vector->niov) == view.size();
  };
  if (favourite != nullptr && is_whole(vector_of(favourite))) return vector_of(favourite);
  for (const Handle* handle = Handle::first; handle != nullptr; handle = handle->next)
    if (is_whole(handle->vector)) return handle->vector;
  return nullptr;
}

/// The vector that a view stands for: a live one, or `external`, which may be rejected.
QEMUIOVector* vector_for(View view, QEMUIOVector& external, void* favourite = nullptr) {
  if (QEMUIOVector* const live = whole(view, favourite)) return live;
  qemu_iovec_init_external(&external, array_of(view), static_cast<int>(view.size()));
  return &external;
}

/// The vector becomes what make(struct) makes. A rejected call must not have touched the struct.
template <typename Make>
Result become(void* handle, const QEMUIOVector* source, Make make) {
  Handle& into = handle_of(handle);
  if (source == into.vector) return call([&] { return make(into.vector); });
  QEMUIOVector* const made = into.vector == &into.structs[0] ? &into.structs[1] : &into.structs[0];
  std::memset(static_cast<void*>(made), Handle::kGarbage, sizeof *made);
  const Result result = call([&] { return make(made); });
  if (result.rejection == Rejection::none && result.value == 0) {
    qemu_iovec_destroy(into.vector);
    into.vector = made;
    return result;
  }
  const auto* const bytes = reinterpret_cast<const unsigned char*>(made);
  const bool is_untouched =
      std::all_of(bytes, bytes + sizeof *made, [](auto byte) { return byte == Handle::kGarbage; });
  return is_untouched ? result : Result{0, Rejection::other};
}

Result with_capacity(void* handle, std::size_t capacity) {
  return become(handle, nullptr, [&](QEMUIOVector* made) { qemu_iovec_init(made, static_cast<int>(capacity)); });
}

Result add_all(void* handle, View elements) {
  return call([&] {
    for (const iovec& element : elements) qemu_iovec_add(vector_of(handle), element.iov_base, element.iov_len);
  });
}

Result borrow(void* handle, View elements) {
  // Exactly as large as it is, for sanitizers to watch; but never null, because arrays are told apart by address.
  std::unique_ptr<iovec[]> array(new iovec[elements.size() + (elements.empty() ? 1 : 0)]);
  std::copy(elements.begin(), elements.end(), array.get());
  const Result result = become(handle, nullptr, [&](QEMUIOVector* made) {
    qemu_iovec_init_external(made, array.get(), static_cast<int>(elements.size()));
  });
  if (result.rejection == Rejection::none) handle_of(handle).borrowed = std::move(array);
  return result;
}

Result concat(void* handle, View view, std::size_t offset, std::size_t bytes) {
  QEMUIOVector* const into = vector_of(handle);
  QEMUIOVector* const source = whole(view, handle);
  if (source == nullptr || view.size() % 2 == 0)
    return call([&] { return qemu_iovec_concat_iov(into, array_of(view), count_of(view), offset, bytes); });
  const std::size_t before = into->size;
  return call([&] {
    qemu_iovec_concat(into, source, offset, bytes);
    return into->size - before;
  });
}

Result slice(void* handle, View view, std::size_t offset, std::size_t bytes) {
  QEMUIOVector external;
  return become(handle, whole(view, handle), [&](QEMUIOVector* made) {
    qemu_iovec_init_slice(made, vector_for(view, external, handle), offset, bytes);
  });
}

#if IOV_QEMU_API < 10
Result extended(void* handle, const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                const iovec& tail, std::size_t) {
  QEMUIOVector external;
  const Result result = become(handle, mid ? whole(*mid, handle) : nullptr, [&](QEMUIOVector* made) {
    QEMUIOVector* const middle = mid ? vector_for(*mid, external, handle) : nullptr;
    return -qemu_iovec_init_extended(made, head.iov_base, head.iov_len, middle, offset, bytes, tail.iov_base,
                                     tail.iov_len);
  });
  if (result.rejection != Rejection::none || result.value == 0) return result;
  return {0, result.value == EINVAL ? Rejection::einval : Rejection::other};
}
#endif

// ---- Views

/// Calls function(vector, arguments...) with the vector that a view stands for.
template <auto function>
Result on_vector(View view, std::size_t offset, std::size_t bytes) {
  QEMUIOVector external;
  return call([&] { return function(vector_for(view, external), offset, bytes); });
}

#if IOV_QEMU_API >= 10
/// How many elements qemu_iovec_slice finds; SIZE_MAX where these, less the head and the tail, are not the slice.
std::size_t elements_of_slice(QEMUIOVector* vector, std::size_t offset, std::size_t bytes) {
  std::size_t head = SIZE_MAX, tail = SIZE_MAX;
  int count = -1;
  const iovec* const found = qemu_iovec_slice(vector, offset, bytes, &head, &tail, &count);
  bool is_same = found >= vector->iov && count >= 0 && count <= vector->niov - (found - vector->iov);
  if (is_same && bytes == 0) is_same = head + tail == (count > 0 ? found->iov_len : 0) && (head > 0) == (count > 0);
  if (!is_same || bytes == 0) return is_same ? static_cast<std::size_t>(count) : SIZE_MAX;
  QEMUIOVector slice;
  qemu_iovec_init_slice(&slice, vector, offset, bytes);  // which is compared with the model
  is_same = slice.niov == count;
  for (int i = 0; i < count && is_same; ++i) {
    const std::size_t front = i == 0 ? head : 0;
    const std::size_t back = i == count - 1 ? tail : 0;
    is_same = iov_advance_(found[i].iov_base, front) == slice.iov[i].iov_base &&
              found[i].iov_len == front + slice.iov[i].iov_len + back;
  }
  qemu_iovec_destroy(&slice);
  return is_same ? static_cast<std::size_t>(count) : SIZE_MAX;
}

/// By both functions that count them; they are to agree, also on what they reject.
Result slice_count(View view, std::size_t offset, std::size_t bytes) {
  const Result counted = on_vector<qemu_iovec_subvec_niov>(view, offset, bytes);
  const Result found = on_vector<elements_of_slice>(view, offset, bytes);
  if (counted.rejection == found.rejection && counted.value == found.value) return counted;
  return {found.value, Rejection::other};
}
#endif

/// Calls move(bytes) with a constant if the number is small, so that the short names take their fast path.
template <typename Move>
Result with_constant(std::size_t bytes, Move move) {
  return call([&] {
    if (bytes == 0) return move(std::integral_constant<std::size_t, 0>{});
    if (bytes == 1) return move(std::integral_constant<std::size_t, 1>{});
    if (bytes == 2) return move(std::integral_constant<std::size_t, 2>{});
    if (bytes == 3) return move(std::integral_constant<std::size_t, 3>{});
    if (bytes == 64) return move(std::integral_constant<std::size_t, 64>{});
    return move(bytes);
  });
}

Result first_difference(View a, View b) {
  QEMUIOVector external_a;
  QEMUIOVector external_b;
  return call([&] {
    QEMUIOVector* const in_a = vector_for(a, external_a);
    const ssize_t difference = qemu_iovec_compare(in_a, vector_for(b, external_b));
    return difference == -1 ? model::kNoDifference : static_cast<std::size_t>(difference);
  });
}

Result hexdump(View view, const std::string& prefix, std::size_t limit, std::string& text) {
  // One stream for all calls: it takes longer to open one than to print a line.
  static char* buffer = nullptr;
  static std::size_t size = 0;
  static std::FILE* const out = open_memstream(&buffer, &size);
  if (out == nullptr) return {0, Rejection::other};
  std::rewind(out);
  const Result result = call([&] { iov_hexdump(view.data(), count_of(view), out, prefix.c_str(), limit); });
  std::fflush(out);
  text.assign(buffer, size);
  return result;
}

IOVDiscardUndo& undo_of(UndoStorage& storage) {
  static_assert(std::is_trivially_copyable_v<IOVDiscardUndo> && sizeof(IOVDiscardUndo) <= sizeof(UndoStorage));
  return *reinterpret_cast<IOVDiscardUndo*>(storage.bytes);
}

Result discard_front(Span<iovec>& view, std::size_t bytes, UndoStorage* record) {
  iovec* array = view.data();
  unsigned count = count_of(view);
  const std::size_t discarded = record == nullptr
                                    ? iov_discard_front(&array, &count, bytes)
                                    : iov_discard_front_undoable(&array, &count, bytes, &undo_of(*record));
  view = {array, count};
  return {discarded};
}

Result discard_back(Span<iovec>& view, std::size_t bytes, UndoStorage* record) {
  unsigned count = count_of(view);
  const std::size_t discarded = record == nullptr
                                    ? iov_discard_back(view.data(), &count, bytes)
                                    : iov_discard_back_undoable(view.data(), &count, bytes, &undo_of(*record));
  view = view.first(count);
  return {discarded};
}

template <bool sends>
Result transfer(Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) {
  KernelTransport transport(kernel);
  const Result result = call([&] { return iov::detail::send_recv(transport, view, offset, bytes, sends); });
  if (result.value == SIZE_MAX) status.error = errno;
  return result;
}

Implementation make_table() {
  Implementation table;
  table.name = IOV_QEMU_API < 10 ? "qemu_iov" : "qemu_iov_10";
  table.takes_unbacked = true;
  table.dialect = IOV_QEMU_API < 10 ? model::Dialect::c : model::Dialect::c10;
  table.create = []() -> void* { return new Handle; };
  table.destroy = [](void* handle) { delete static_cast<Handle*>(handle); };
  table.elements = [](void* handle) {
    return Span<iovec>(vector_of(handle)->iov, static_cast<std::size_t>(vector_of(handle)->niov));
  };
  table.assign = [](void* handle, View elements) {
    const Result made = with_capacity(handle, elements.size());
    return made.rejection == Rejection::none ? add_all(handle, elements) : made;
  };
  table.add = [](void* handle, void* base, std::size_t length) {
    return call([&] { qemu_iovec_add(vector_of(handle), base, length); });
  };
  table.add_many = add_all;
  table.vector_size = [](void* handle) { return Result{vector_of(handle)->size}; };
  table.with_capacity = with_capacity;
  table.from_buffer = [](void* handle, void* base, std::size_t length) {
    return become(handle, nullptr, [&](QEMUIOVector* made) {
      qemu_iovec_init_buf(made, base, length);
      return qemu_iovec_buf(made) == base ? 0 : 1;
    });
  };
  table.borrow = borrow;
  table.reset = [](void* handle) { return call([&] { qemu_iovec_reset(vector_of(handle)); }); };
  table.release = [](void* handle) { qemu_iovec_destroy(vector_of(handle)); };
  table.concat = concat;
  table.slice = slice;
  table.clone = [](void* handle, View view, Span<std::byte> buffer) {
    QEMUIOVector external;
    return call([&] { qemu_iovec_clone(vector_of(handle), vector_for(view, external, handle), buffer.data()); });
  };
  table.vector_discard_back = [](void* handle, std::size_t bytes) {
    return call([&] { qemu_iovec_discard_back(vector_of(handle), bytes); });
  };
  table.size = [](View view) { return call([&] { return iov_size(view.data(), count_of(view)); }); };
  table.from_buf = [](View view, std::size_t offset, Span<const std::byte> data) {
    return with_constant(
        data.size(), [&](auto bytes) { return iov_from_buf(view.data(), count_of(view), offset, data.data(), bytes); });
  };
  table.to_buf = [](View view, std::size_t offset, Span<std::byte> data) {
    return with_constant(
        data.size(), [&](auto bytes) { return iov_to_buf(view.data(), count_of(view), offset, data.data(), bytes); });
  };
  table.fill = [](View view, std::size_t offset, std::byte value, std::size_t bytes) {
    constexpr int kIgnored = 0x5a00;  // only the low 8 bits count
    return call(
        [&] { return iov_memset(view.data(), count_of(view), offset, kIgnored | std::to_integer<int>(value), bytes); });
  };
  table.copy = [](Span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
    return call([&] {
      return iov_copy(destination.data(), count_of(destination), view.data(), count_of(view), offset, bytes);
    });
  };
#if IOV_QEMU_API < 10
  table.extended = extended;
  table.slice_count = on_vector<qemu_iovec_subvec_niov>;
#else
  table.slice_count = slice_count;
#endif
  table.is_zero = on_vector<qemu_iovec_is_zero>;
  table.first_difference = first_difference;
  table.hexdump = hexdump;
  table.discard_front = discard_front;
  table.discard_back = discard_back;
  table.undo = [](Span<iovec>&, UndoStorage& record) { iov_discard_undo(&undo_of(record)); };
  table.send = transfer<true>;
  table.recv = transfer<false>;
  iov_set_reject_handler(on_rejection);
  return table;
}

}  // namespace

#if IOV_QEMU_API < 10
const Implementation& qemu_iov() {
#else
const Implementation& qemu_iov_10() {
#endif
  static const Implementation table = make_table();
  return table;
}

}  // namespace lockstep
