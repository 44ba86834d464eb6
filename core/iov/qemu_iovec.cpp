// SPDX-License-Identifier: Apache-2.0
// The C interface on vectors that store their size. What grows is done by an IoVector that has the struct's array for
// the time of the call.
#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>

#include "iov/error.h"
#include "iov/io_vector.h"
#include "iov/iov.h"
#include "iov/qemu_iov.h"
#include "iov/reject.h"
#include "iov/walk.h"

namespace iov::detail {

/// Takes the array of an IoVector out of it, and puts one in: the struct has the same parts.
struct DropIn {
  static IoVector adopt(iovec* array, std::size_t count, std::size_t capacity, std::size_t size) noexcept {
    IoVector vector;
    vector.heap_ = array;
    vector.count_ = count;
    vector.capacity_ = capacity;
    vector.size_ = size;
    return vector;
  }
  static iovec* release(IoVector& vector) noexcept { return std::exchange(vector.heap_, nullptr); }
  static Reason make_room_for_one(IoVector& vector) noexcept {
    return vector.reserve(vector.count_ + 1) ? Reason::none : Reason::not_enough_memory;
  }
  static Outcome<std::size_t> concat(IoVector& vector, std::span<const iovec> source, std::size_t offset,
                                     std::size_t bytes) noexcept {
    return vector.try_concat(source, offset, bytes);
  }
  static Reason clone(IoVector& vector, std::span<const iovec> source, std::span<std::byte> buffer) noexcept {
    return vector.try_clone(source, buffer);
  }
};

}  // namespace iov::detail

namespace {

using iov::IoVector;
using iov::detail::AtBoundary;
using iov::detail::DropIn;
using iov::detail::or_past_end;
using iov::detail::or_reject;
using iov::detail::Reason;
using iov::detail::reject;
using iov::detail::reject_if;

constexpr const char* kNotOwned = "the vector does not own its array";

/// Of a number that is not negative. Through unsigned: some processors take longer to load an int that was just stored
/// if they have to extend its sign.
std::size_t as_size(int count) { return static_cast<unsigned>(count); }

/// Of a negative number.
std::size_t magnitude(int number) { return as_size(-(number + 1)) + 1; }

std::span<const iovec> elements_of(const QEMUIOVector& qiov) { return {qiov.iov, as_size(qiov.niov)}; }

bool is_owned(const QEMUIOVector& qiov) { return qiov.nalloc >= 0; }
bool is_embedded(const QEMUIOVector& qiov) { return qiov.iov == &qiov.local_iov; }

/// Whether the range lies inside the size that the struct stores. The core checks it against the elements.
bool lies_inside(const QEMUIOVector& qiov, std::size_t offset, std::size_t bytes) {
  return offset <= qiov.size && bytes <= qiov.size - offset;
}

void make_owned(QEMUIOVector& qiov, iovec* array, std::size_t count, std::size_t capacity, std::size_t size) {
  qiov.iov = array;
  qiov.niov = static_cast<int>(count);
  qiov.nalloc = static_cast<int>(std::min<std::size_t>(capacity, INT_MAX));
  qiov.size = size;
}

/// The vector becomes `count` elements of `bytes` in all, which made.write(array) writes: in the struct if it is one.
/// They may be of the vector itself, whose old array then goes.
template <typename Made>
Reason become(QEMUIOVector& qiov, const QEMUIOVector* source, const Made& made, std::size_t count, std::size_t bytes) {
  iovec one = {nullptr, 0};
  iovec* const array = count > 1 ? static_cast<iovec*>(std::malloc(count * sizeof(iovec))) : &one;
  if (array == nullptr) return Reason::not_enough_memory;
  made.write(array);
  if (&qiov == source && is_owned(qiov)) std::free(qiov.iov);
  if (count == 1) {
    qemu_iovec_init_buf(&qiov, one.iov_base, one.iov_len);
  } else {
    make_owned(qiov, count > 1 ? array : nullptr, count, count, bytes);
  }
  return Reason::none;
}

/// Does append(vector), or makes room, for up to `most` elements more, with the array in an IoVector, which knows how
/// to grow. Where there is no array nalloc is 0, so that the first element is not put inside the IoVector.
template <typename Append>
Reason grow(QEMUIOVector& qiov, std::size_t most, Append append) {
  if (most > as_size(INT_MAX - qiov.niov)) return Reason::too_many_elements;
  IoVector vector = DropIn::adopt(qiov.iov, as_size(qiov.niov), as_size(qiov.nalloc), qiov.size);
  if (const Reason reason = append(vector); reason != Reason::none) {
    DropIn::release(vector);  // a rejected call has left the array as it was: still the struct's
    return reason;
  }
  const std::size_t count = vector.elements().size();
  const std::size_t capacity = vector.capacity();
  const std::size_t size = vector.size();
  make_owned(qiov, DropIn::release(vector), count, capacity, size);
  return Reason::none;
}

Reason init_slice(QEMUIOVector& qiov, const QEMUIOVector& src, std::size_t offset, std::size_t bytes) {
  if (!lies_inside(src, offset, bytes)) return Reason::out_of_range;
  const auto [slice, outside] = iov::detail::slice_of(elements_of(src), offset, bytes);
  return outside != Reason::none ? outside : become(qiov, &src, slice, slice.elements.size(), bytes);
}

#if IOV_QEMU_API < 10
Reason init_extended(QEMUIOVector& qiov, const iovec& head, const QEMUIOVector* mid, std::size_t offset,
                     std::size_t bytes, const iovec& tail) {
  const auto elements = mid != nullptr ? elements_of(*mid) : std::span<const iovec>();
  iov::detail::Extension made{head, tail};
  const Reason reason = made.put(mid != nullptr ? &elements : nullptr, offset, bytes, iov::kMaxElements);
  if (reason == Reason::length_overflow) return reason;
  if (bytes > 0 && mid != nullptr && !lies_inside(*mid, offset, bytes)) return Reason::out_of_range;
  return reason != Reason::none ? reason : become(qiov, mid, made, made.count, made.bytes);
}
#endif

std::size_t concat(const char* function, QEMUIOVector& dst, std::span<const iovec> src, std::size_t offset,
                   std::size_t bytes) {
  if (bytes == 0) return 0;
  if (!is_owned(dst)) reject(IOV_REJECTED_ARGUMENT, kNotOwned, function, {{"offset", offset}, {"bytes", bytes}});
  const iov::detail::Place place = iov::detail::locate(src, offset, AtBoundary::after_empty);
  if (!place.is_outside() && place.rest.size() <= as_size(dst.nalloc - dst.niov)) {
    // New elements lie behind those of dst, so the source may be among these.
    const auto [count, appended] = iov::detail::describe(place, bytes, dst.iov + dst.niov, place.rest.size());
    if (appended <= SIZE_MAX - dst.size) {
      dst.niov += static_cast<int>(count);
      dst.size += appended;
      return appended;
    }
  }
  std::size_t appended = 0;
  std::size_t most = src.size();
  if (most > as_size(INT_MAX - dst.niov)) most = iov::detail::measure(place, bytes).count;  // as many are appended
  const Reason reason = grow(dst, most, [&](IoVector& vector) {
    const auto outcome = DropIn::concat(vector, src, offset, bytes);
    appended = outcome.value;
    return outcome.reason;
  });
  return or_past_end({appended, reason}, function, {"offset", offset}, {"bytes", bytes});
}

void add_to_room(QEMUIOVector& qiov, void* base, std::size_t length) {
  iovec& added = qiov.iov[as_size(qiov.niov++)];
  qiov.size += length;
  added.iov_base = base;
  added.iov_len = length;
}

/// Where there is no room, or a reason to reject. Not inlined, so that adding where there is room needs no stack.
[[gnu::noinline]] void grow_and_add(QEMUIOVector& qiov, void* base, std::size_t length) {
  if (!is_owned(qiov))
    reject(IOV_REJECTED_ARGUMENT, kNotOwned, "qemu_iovec_add", {{"size", qiov.size}, {"length", length}});
  Reason reason = length > SIZE_MAX - qiov.size ? Reason::length_overflow : Reason::none;
  if (reason == Reason::none) reason = grow(qiov, 1, DropIn::make_room_for_one);
  reject_if(reason, "qemu_iovec_add", {"size", qiov.size}, {"length", length});
  add_to_room(qiov, base, length);
}

Reason clone(QEMUIOVector& dst, const QEMUIOVector& src, void* buf) {
  return grow(dst, as_size(src.niov), [&](IoVector& vector) {
    return DropIn::clone(vector, elements_of(src), {static_cast<std::byte*>(buf), SIZE_MAX});
  });
}

/// Not inlined, so that vectors that begin differently push no registers.
[[gnu::noinline]] ssize_t compare(std::span<const iovec> a, std::span<const iovec> b) {
  constexpr const char* kSegmentedDifferently = "the vectors are segmented differently";
  if (a.size() != b.size())
    reject(IOV_REJECTED_ARGUMENT, kSegmentedDifferently, "qemu_iovec_compare",
           {{"elements in a", a.size()}, {"elements in b", b.size()}});
  iov::detail::Compared compared;
  const auto [index, differ] = iov::detail::compare_elements(a, b, compared);
  if (differ) {
    if (compared.position() > SSIZE_MAX)
      reject(Reason::length_overflow, "qemu_iovec_compare", {{"elements", a.size()}});
    return static_cast<ssize_t>(compared.position());
  }
  if (index < a.size())
    reject(IOV_REJECTED_ARGUMENT, kSegmentedDifferently, "qemu_iovec_compare",
           {{"element", index}, {"length in a", a[index].iov_len}, {"length in b", b[index].iov_len}});
  return -1;
}

}  // namespace

void qemu_iovec_init(QEMUIOVector* qiov, int hint) {
  if (hint < 0) reject(IOV_REJECTED_ARGUMENT, "the hint is negative", "qemu_iovec_init", {{"minus", magnitude(hint)}});
  iovec* array = nullptr;
  if (hint > 0) {
    std::size_t bytes = 0;
    if (!__builtin_mul_overflow(as_size(hint), sizeof(iovec), &bytes)) array = static_cast<iovec*>(std::malloc(bytes));
    if (array == nullptr)
      reject(IOV_REJECTED_MEMORY, "not enough memory", "qemu_iovec_init", {{"elements", as_size(hint)}});
  }
  make_owned(*qiov, array, 0, as_size(hint), 0);
}

void qemu_iovec_init_external(QEMUIOVector* qiov, struct iovec* iov, int count) {
  if (count < 0)
    reject(IOV_REJECTED_ARGUMENT, "the count is negative", "qemu_iovec_init_external", {{"minus", magnitude(count)}});
  const std::size_t size =
      or_reject(iov::detail::size({iov, as_size(count)}), "qemu_iovec_init_external", {"elements", as_size(count)});
  qiov->iov = iov;
  qiov->niov = count;
  qiov->nalloc = -1;
  qiov->size = size;
}

void qemu_iovec_init_buf(QEMUIOVector* qiov, const void* buf, size_t len) {
  qiov->iov = &qiov->local_iov;
  qiov->niov = 1;
  qiov->nalloc = -1;
  qiov->local_iov = {const_cast<void*>(buf), len};
}

void* qemu_iovec_buf(QEMUIOVector* qiov) {
  if (!is_embedded(*qiov))
    reject(IOV_REJECTED_ARGUMENT, "the vector is not embedded", "qemu_iovec_buf", {{"elements", as_size(qiov->niov)}});
  return qiov->local_iov.iov_base;
}

void qemu_iovec_init_slice(QEMUIOVector* qiov, QEMUIOVector* src, size_t offset, size_t bytes) {
  reject_if(init_slice(*qiov, *src, offset, bytes), "qemu_iovec_init_slice", {"size", src->size}, {"offset", offset},
            {"bytes", bytes});
}

#if IOV_QEMU_API < 10
int qemu_iovec_init_extended(QEMUIOVector* qiov, void* head, size_t head_bytes, QEMUIOVector* mid, size_t offset,
                             size_t bytes, void* tail, size_t tail_bytes) {
  const Reason reason = init_extended(*qiov, {head, head_bytes}, mid, offset, bytes, {tail, tail_bytes});
  if (reason == Reason::length_overflow || reason == Reason::too_many_elements) return -EINVAL;
  reject_if(reason, "qemu_iovec_init_extended", {"head", head_bytes}, {"offset", offset}, {"bytes", bytes},
            {"tail", tail_bytes});
  return 0;
}
#endif

int qemu_iovec_subvec_niov(QEMUIOVector* qiov, size_t offset, size_t bytes) {
  auto count = iov::detail::slice_count(elements_of(*qiov), offset, bytes);
  if (!lies_inside(*qiov, offset, bytes)) count.reason = Reason::out_of_range;
  return static_cast<int>(
      or_reject(count, "qemu_iovec_subvec_niov", {"size", qiov->size}, {"offset", offset}, {"bytes", bytes}));
}

#if IOV_QEMU_API >= 10
struct iovec* qemu_iovec_slice(QEMUIOVector* qiov, size_t offset, size_t len, size_t* head, size_t* tail, int* niov) {
  auto [slice, reason] = iov::detail::slice_of(elements_of(*qiov), offset, len);
  if (!lies_inside(*qiov, offset, len)) reason = Reason::out_of_range;
  reject_if(reason, "qemu_iovec_slice", {"size", qiov->size}, {"offset", offset}, {"length", len});
  iovec* const first = qiov->iov + (slice.elements.data() - qiov->iov);
  *niov = qemu_iovec_subvec_niov(qiov, offset, len);
  *head = slice.offset;
  *tail = *niov > 0 ? first[*niov - 1].iov_len - slice.end : 0;
  return first;
}
#endif

void qemu_iovec_add(QEMUIOVector* qiov, void* base, size_t len) {
  // Of a vector that is not owned nalloc is -1.
  if (qiov->niov >= qiov->nalloc || len > SIZE_MAX - qiov->size) return grow_and_add(*qiov, base, len);
  add_to_room(*qiov, base, len);
}

void qemu_iovec_concat(QEMUIOVector* dst, QEMUIOVector* src, size_t offset, size_t bytes) {
  concat("qemu_iovec_concat", *dst, elements_of(*src), offset, bytes);
}

size_t qemu_iovec_concat_iov(QEMUIOVector* dst, struct iovec* src, unsigned count, size_t offset, size_t bytes) {
  return concat("qemu_iovec_concat_iov", *dst, {src, count}, offset, bytes);
}

void qemu_iovec_clone(QEMUIOVector* dst, const QEMUIOVector* src, void* buf) {
  if (!is_owned(*dst)) reject(IOV_REJECTED_ARGUMENT, kNotOwned, "qemu_iovec_clone", {{"elements", as_size(src->niov)}});
  reject_if(clone(*dst, *src, buf), "qemu_iovec_clone", {"elements", as_size(src->niov)});
}

bool qemu_iovec_is_zero(QEMUIOVector* qiov, size_t offset, size_t bytes) {
  iov::detail::Outcome<bool> zero = {false, Reason::out_of_range};
  if (lies_inside(*qiov, offset, bytes)) zero = iov::detail::is_zero(elements_of(*qiov), offset, bytes);
  return or_reject(zero, "qemu_iovec_is_zero", {"size", qiov->size}, {"offset", offset}, {"bytes", bytes});
}

ssize_t qemu_iovec_compare(QEMUIOVector* a, QEMUIOVector* b) {
  const std::span<const iovec> in_a = elements_of(*a);
  const std::span<const iovec> in_b = elements_of(*b);
  return in_a.size() == in_b.size() && iov::detail::begin_differently(in_a, in_b) ? 0 : compare(in_a, in_b);
}

void qemu_iovec_discard_back(QEMUIOVector* qiov, size_t bytes) {
  // The elements have that many bytes if `bytes` is a position in them.
  if (bytes > qiov->size || iov::detail::locate(elements_of(*qiov), bytes, AtBoundary::after_empty).is_outside())
    reject(Reason::out_of_range, "qemu_iovec_discard_back", {{"size", qiov->size}, {"bytes", bytes}});
  // Computed first, because in an embedded vector the size is the length that is trimmed.
  const std::size_t left = qiov->size - bytes;
  std::span<iovec> v(qiov->iov, as_size(qiov->niov));
  iov::discard_back(v, bytes);
  qiov->niov = static_cast<int>(v.size());
  qiov->size = left;
}

void qemu_iovec_reset(QEMUIOVector* qiov) {
  if (!is_owned(*qiov)) reject(IOV_REJECTED_ARGUMENT, kNotOwned, "qemu_iovec_reset", {{"size", qiov->size}});
  qiov->niov = 0;
  qiov->size = 0;
}

void qemu_iovec_destroy(QEMUIOVector* qiov) {
  if (is_owned(*qiov)) std::free(qiov->iov);
  make_owned(*qiov, nullptr, 0, 0, 0);
}

size_t qemu_iovec_to_buf(QEMUIOVector* qiov, size_t offset, void* buf, size_t bytes) {
  return iov_to_buf_full(qiov->iov, static_cast<unsigned>(qiov->niov), offset, buf, bytes);
}

size_t qemu_iovec_from_buf(QEMUIOVector* qiov, size_t offset, const void* buf, size_t bytes) {
  return iov_from_buf_full(qiov->iov, static_cast<unsigned>(qiov->niov), offset, buf, bytes);
}

size_t qemu_iovec_memset(QEMUIOVector* qiov, size_t offset, int fill, size_t bytes) {
  return iov_memset(qiov->iov, static_cast<unsigned>(qiov->niov), offset, fill, bytes);
}
