// The adapter of the C interface.
//
// Which function runs: the language acts on views, which are elements, while C has functions on elements and functions
// on a QEMUIOVector. A view that is the whole array of a live vector stands for that vector, so that its kind and its
// stored size count. For any other view a temporary external vector is made. The model agrees: a stored size matters
// for whole arrays only.
//
// A vector made from itself is made in the same struct, in place. Any other is made in memory full of garbage, because
// an init function must read none of it, and the old vector is destroyed afterwards.
#include "iov/qemu_iov.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <type_traits>

#include "iov/send_recv.h"
#include "lockstep/table/implementation.h"
#include "lockstep/table/kernel.h"
#include "subjects/kernel_transport.h"
#include "subjects/qemu_handles.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using namespace qemu;

iov_reject_handler handler_before = nullptr;

Rejection rejection_of(iov_rejection reason) {
  switch (reason) {
    case IOV_REJECTED_RANGE:
      return Rejection::out_of_range;
    case IOV_REJECTED_LENGTH:
      return Rejection::length_error;
    case IOV_REJECTED_ARGUMENT:
      return Rejection::invalid_argument;
    case IOV_REJECTED_MEMORY:
      break;
  }
  return Rejection::other;
}

/// Calls of the C functions from elsewhere go to the handler from before.
void on_rejection(iov_rejection reason, const char* message) {
  if (landing != nullptr) {
    rejected_for = rejection_of(reason);
    std::longjmp(*landing, 1);
  }
  if (handler_before != nullptr) handler_before(reason, message);
  std::fprintf(stderr, "%s\n", message);
}

Result add_all(void* handle, std::span<const iovec> elements) {
  return call([&] {
    for (const iovec& element : elements) qemu_iovec_add(vector_of(handle), element.iov_base, element.iov_len);
  });
}

/// Calls move(bytes) with a constant if the number is small, so that the short names take their fast path.
template <typename Move>
std::size_t with_constant(std::size_t bytes, Move move) {
  switch (bytes) {
    case 0:
      return move(std::integral_constant<std::size_t, 0>{});
    case 1:
      return move(std::integral_constant<std::size_t, 1>{});
    case 2:
      return move(std::integral_constant<std::size_t, 2>{});
    case 3:
      return move(std::integral_constant<std::size_t, 3>{});
    case 64:
      return move(std::integral_constant<std::size_t, 64>{});
    default:
      return move(bytes);
  }
}

IOVDiscardUndo& undo_of(UndoStorage& storage) {
  static_assert(std::is_trivially_copyable_v<IOVDiscardUndo> && sizeof(IOVDiscardUndo) <= sizeof(UndoStorage));
  return *reinterpret_cast<IOVDiscardUndo*>(storage.bytes);
}

Result extended(void* handle, const iovec& head, std::optional<std::span<const iovec>> mid, std::size_t offset,
                std::size_t bytes, const iovec& tail, std::size_t) {
  std::optional<Source> source;
  if (mid) source.emplace(*mid, handle);
  if (source && source->is_rejected()) return source->rejection();
  QEMUIOVector* const middle = source ? source->get() : nullptr;
  const Result result = become(handle, middle, [&](QEMUIOVector* made) {
    return -qemu_iovec_init_extended(made, head.iov_base, head.iov_len, middle, offset, bytes, tail.iov_base,
                                     tail.iov_len);
  });
  if (result.rejection != Rejection::none || result.value == 0) return result;
  return {0, result.value == EINVAL ? Rejection::einval : Rejection::other};
}

Result hexdump(std::span<const iovec> view, const std::string& prefix, std::size_t limit, std::string& text) {
  char* buffer = nullptr;
  std::size_t size = 0;
  std::FILE* const out = open_memstream(&buffer, &size);
  if (out == nullptr) return {0, Rejection::other};
  const Result result = call([&] { iov_hexdump(view.data(), count_of(view), out, prefix.c_str(), limit); });
  std::fclose(out);
  text.assign(buffer, size);
  std::free(buffer);
  return result;
}

template <bool sends>
Result transfer(Kernel& kernel, std::span<const iovec> view, std::size_t offset, std::size_t bytes,
                TransferStatus& status) {
  KernelTransport transport(kernel);
  const Result result = call([&] { return iov::detail::send_recv(transport, view, offset, bytes, sends); });
  if (result.value == SIZE_MAX) status.error = errno;
  return result;
}

void make_vectors(Implementation& table) {
  table.create = []() -> void* { return new Handle; };
  table.destroy = [](void* handle) { delete static_cast<Handle*>(handle); };
  table.elements = [](void* handle) {
    return std::span<iovec>(vector_of(handle)->iov, static_cast<std::size_t>(vector_of(handle)->niov));
  };
  table.assign = [](void* handle, std::span<const iovec> elements) {
    const Result made = become(handle, nullptr, [&](QEMUIOVector* vector) {
      qemu_iovec_init(vector, static_cast<int>(elements.size()));
      return 0;
    });
    return made.rejection == Rejection::none ? add_all(handle, elements) : made;
  };
  table.add = [](void* handle, void* base, std::size_t length) {
    return call([&] { qemu_iovec_add(vector_of(handle), base, length); });
  };
  table.add_many = add_all;
  table.vector_size = [](void* handle) { return Result{vector_of(handle)->size, Rejection::none}; };
  table.with_capacity = [](void* handle, std::size_t capacity) {
    return become(handle, nullptr, [&](QEMUIOVector* made) {
      qemu_iovec_init(made, static_cast<int>(capacity));
      return 0;
    });
  };
  table.from_buffer = [](void* handle, void* base, std::size_t length) {
    return become(handle, nullptr, [&](QEMUIOVector* made) {
      qemu_iovec_init_buf(made, base, length);
      return qemu_iovec_buf(made) == base ? 0 : 1;
    });
  };
  table.borrow = [](void* handle, std::span<const iovec> elements) {
    // Exactly as large as it is, for sanitizers to watch; but never null, because arrays are told apart by address.
    std::unique_ptr<iovec[]> array(new iovec[elements.size() + (elements.empty() ? 1 : 0)]);
    std::copy(elements.begin(), elements.end(), array.get());
    const Result result = become(handle, nullptr, [&](QEMUIOVector* made) {
      qemu_iovec_init_external(made, array.get(), static_cast<int>(elements.size()));
      return 0;
    });
    if (result.rejection == Rejection::none) handle_of(handle).borrowed = std::move(array);
    return result;
  };
  table.reset = [](void* handle) { return call([&] { qemu_iovec_reset(vector_of(handle)); }); };
  table.release = [](void* handle) { qemu_iovec_destroy(vector_of(handle)); };
  table.concat = [](void* handle, std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    QEMUIOVector* const into = vector_of(handle);
    QEMUIOVector* const source = whole(view, handle);
    if (source == nullptr || view.size() % 2 == 0)
      return call([&] { return qemu_iovec_concat_iov(into, array_of(view), count_of(view), offset, bytes); });
    const std::size_t before = into->size;
    const Result result = call([&] { qemu_iovec_concat(into, source, offset, bytes); });
    return result.rejection == Rejection::none ? Result{into->size - before, Rejection::none} : result;
  };
  table.slice = [](void* handle, std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    const Source source(view, handle);
    if (source.is_rejected()) return source.rejection();
    return become(handle, source.get(), [&](QEMUIOVector* made) {
      qemu_iovec_init_slice(made, source.get(), offset, bytes);
      return 0;
    });
  };
  table.extended = extended;
  table.clone = [](void* handle, std::span<const iovec> view, std::span<std::byte> buffer) {
    const Source source(view, handle);
    if (source.is_rejected()) return source.rejection();
    return call([&] { qemu_iovec_clone(vector_of(handle), source.get(), buffer.data()); });
  };
  table.vector_discard_back = [](void* handle, std::size_t bytes) {
    return call([&] { qemu_iovec_discard_back(vector_of(handle), bytes); });
  };
}

void make_views(Implementation& table) {
  table.size = [](std::span<const iovec> view) { return call([&] { return iov_size(view.data(), count_of(view)); }); };
  table.from_buf = [](std::span<const iovec> view, std::size_t offset, std::span<const std::byte> data) {
    return call([&] {
      return with_constant(data.size(), [&](auto bytes) {
        return iov_from_buf(view.data(), count_of(view), offset, data.data(), bytes);
      });
    });
  };
  table.to_buf = [](std::span<const iovec> view, std::size_t offset, std::span<std::byte> data) {
    return call([&] {
      return with_constant(
          data.size(), [&](auto bytes) { return iov_to_buf(view.data(), count_of(view), offset, data.data(), bytes); });
    });
  };
  table.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) {
    constexpr int kIgnored = 0x5a00;  // only the low 8 bits count
    return call(
        [&] { return iov_memset(view.data(), count_of(view), offset, kIgnored | std::to_integer<int>(value), bytes); });
  };
  table.copy = [](std::span<iovec> destination, std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    return call([&] {
      return iov_copy(destination.data(), count_of(destination), view.data(), count_of(view), offset, bytes);
    });
  };
  table.slice_count = [](std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    const Source source(view);
    if (source.is_rejected()) return source.rejection();
    return call([&] { return qemu_iovec_subvec_niov(source.get(), offset, bytes); });
  };
  table.is_zero = [](std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    const Source source(view);
    if (source.is_rejected()) return source.rejection();
    return call([&] { return qemu_iovec_is_zero(source.get(), offset, bytes); });
  };
  table.first_difference = [](std::span<const iovec> a, std::span<const iovec> b) {
    const Source in_a(a);
    const Source in_b(b);
    if (in_a.is_rejected()) return in_a.rejection();
    if (in_b.is_rejected()) return in_b.rejection();
    return call([&] {
      const ssize_t difference = qemu_iovec_compare(in_a.get(), in_b.get());
      return difference == -1 ? model::kNoDifference : static_cast<std::size_t>(difference);
    });
  };
  table.hexdump = hexdump;
  table.discard_front = [](std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
    iovec* array = view.data();
    unsigned count = count_of(view);
    const std::size_t discarded = record == nullptr
                                      ? iov_discard_front(&array, &count, bytes)
                                      : iov_discard_front_undoable(&array, &count, bytes, &undo_of(*record));
    view = {array, count};
    return Result{discarded, Rejection::none};
  };
  table.discard_back = [](std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
    unsigned count = count_of(view);
    const std::size_t discarded = record == nullptr
                                      ? iov_discard_back(view.data(), &count, bytes)
                                      : iov_discard_back_undoable(view.data(), &count, bytes, &undo_of(*record));
    view = view.first(count);
    return Result{discarded, Rejection::none};
  };
  table.undo = [](std::span<iovec>&, UndoStorage& record) { iov_discard_undo(&undo_of(record)); };
  table.send = transfer<true>;
  table.recv = transfer<false>;
}

Implementation make_qemu_iov() {
  Implementation table;
  table.name = "qemu_iov";
  table.takes_unbacked = true;
  table.dialect = model::Dialect::c;
  make_vectors(table);
  make_views(table);
  handler_before = iov_set_reject_handler(on_rejection);
  return table;
}

}  // namespace

const Implementation& qemu_iov() {
  static const Implementation table = make_qemu_iov();
  return table;
}

}  // namespace lockstep
