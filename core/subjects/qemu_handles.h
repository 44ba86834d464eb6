// What the table of the C interface is made of: calls that may be rejected, vectors, and views that stand for vectors.
// A rejection comes back by longjmp: it is the fastest way, and no frame between has anything to destroy.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>

#include "iov/qemu_iov.h"
#include "lockstep/table/implementation.h"

namespace lockstep::qemu {

// ---- Rejections

inline thread_local std::jmp_buf* landing = nullptr;  // null outside of a call of ours
inline thread_local Rejection rejected_for = Rejection::none;

/// Calls function() and makes a Result of what it answers, or of its rejection.
template <typename Function>
Result call(Function function) {
  std::jmp_buf here;
  landing = &here;
  if (_setjmp(here) != 0) {
    landing = nullptr;
    return {0, rejected_for};
  }
  if constexpr (std::is_void_v<decltype(function())>) {
    function();
    landing = nullptr;
    return {};
  } else {
    const auto answer = function();
    landing = nullptr;
    return {static_cast<std::size_t>(answer), Rejection::none};
  }
}

// ---- Vectors

/// Two structs, one of them the vector, and the array that an external vector borrows.
struct Handle {
  static constexpr unsigned char kGarbage = 0xa5;

  Handle() : next(first) {
    if (first != nullptr) first->previous = this;
    first = this;
    qemu_iovec_init(vector, 0);
  }
  ~Handle() {
    qemu_iovec_destroy(vector);
    (previous != nullptr ? previous->next : first) = next;
    if (next != nullptr) next->previous = previous;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  QEMUIOVector structs[2];
  QEMUIOVector* vector = &structs[0];
  std::unique_ptr<iovec[]> borrowed;

  static thread_local Handle* first;  // of those that live
  Handle* next;
  Handle* previous = nullptr;
};

inline thread_local Handle* Handle::first = nullptr;

inline Handle& handle_of(void* handle) { return *static_cast<Handle*>(handle); }
inline QEMUIOVector* vector_of(void* handle) { return handle_of(handle).vector; }

inline bool is_whole(std::span<const iovec> view, const QEMUIOVector* vector) {
  return vector->iov == view.data() && static_cast<std::size_t>(vector->niov) == view.size();
}

inline iovec* array_of(std::span<const iovec> view) { return const_cast<iovec*>(view.data()); }
inline unsigned count_of(std::span<const iovec> view) { return static_cast<unsigned>(view.size()); }

/// The live vector whose whole array is the view, `favourite` first; null if there is none.
inline QEMUIOVector* whole(std::span<const iovec> view, void* favourite = nullptr) {
  if (favourite != nullptr && is_whole(view, vector_of(favourite))) return vector_of(favourite);
  for (const Handle* handle = Handle::first; handle != nullptr; handle = handle->next)
    if (is_whole(view, handle->vector)) return handle->vector;
  return nullptr;
}

/// The vector that a view stands for. Not to be copied: an external vector lies inside.
class Source {
 public:
  explicit Source(std::span<const iovec> view, void* favourite = nullptr) : vector_(whole(view, favourite)) {
    if (vector_ != nullptr) return;
    rejection_ = call([&] { qemu_iovec_init_external(&external_, array_of(view), static_cast<int>(view.size())); });
    vector_ = &external_;
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  QEMUIOVector* get() const { return vector_; }
  bool is_rejected() const { return rejection_.rejection != Rejection::none; }
  Result rejection() const { return rejection_; }

 private:
  QEMUIOVector* vector_ = nullptr;
  QEMUIOVector external_;
  Result rejection_;
};

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
  for (std::size_t i = 0; i < sizeof *made; ++i)
    if (bytes[i] != Handle::kGarbage) return {0, Rejection::other};
  return result;
}

}  // namespace lockstep::qemu
