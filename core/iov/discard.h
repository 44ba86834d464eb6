// SPDX-License-Identifier: Apache-2.0
// Discards, for C11 and C++: iov.h and qemu_iov.h are both made of these. They are inline, because most discards end in
// the first element or the second. Not for users.
#ifndef IOV_DISCARD_H
#define IOV_DISCARD_H
// NOLINTBEGIN(modernize-*, readability-identifier-naming): it is C
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/// From so many elements on a vector is long: positions in it are looked for in blocks of elements.
#ifndef IOV_LONG_VECTOR
#define IOV_LONG_VECTOR 32
#endif

/// In C each source has its own; in C++ all have the same, which the library exports, too.
#ifdef __cplusplus
#define IOV_INLINE_ inline __attribute__((always_inline, visibility("default")))
#else
#define IOV_INLINE_ static inline __attribute__((always_inline, unused))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// Elements passed, and how many of the bytes to pass lie beyond them.
struct iov_passed_ {
  size_t elements;
  size_t left;
};

/// Passes elements from an end on, in whole blocks, which have less than `bytes` in all.
struct iov_passed_ iov_pass_blocks_(const struct iovec* iov, size_t count, size_t bytes, bool at_back);

/// The address `bytes` past `base`, modulo the address space. Through integers, because an element may describe memory
/// that is no object (a null or wild base, a length near SIZE_MAX), and pointer arithmetic has no meaning there.
IOV_INLINE_ void* iov_advance_(void* base, size_t bytes) {
  uintptr_t address = 0;
  (void)__builtin_add_overflow((uintptr_t)base, bytes, &address);
  return (void*)address;
}

/// Copies an element by its members: a processor waits when it reads as a whole what was just written in parts.
/// Volatile keeps compilers from joining them.
IOV_INLINE_ void iov_copy_element_(struct iovec* to, const struct iovec* from) {
  volatile struct iovec* const parts = to;
  parts->iov_base = from->iov_base;
  parts->iov_len = from->iov_len;
}

/// As iov_discard_front of qemu_iov.h, or iov_discard_back. `trimmed` and `saved`, both null or neither, get the
/// element that it trims, or null, and that element as it was. A compiler that knows `at_back` leaves half of it out.
IOV_INLINE_ size_t iov_discard_(struct iovec** iov, size_t* count, size_t bytes, bool at_back, struct iovec** trimmed,
                                struct iovec* saved) {
  struct iovec* first = *iov;
  size_t n = *count;
  size_t left = bytes;
  if (n >= IOV_LONG_VECTOR && left > first[at_back ? n - 1 : 0].iov_len) {
    const struct iov_passed_ passed = iov_pass_blocks_(first, n, left, at_back);
    if (!at_back) first += passed.elements;
    n -= passed.elements;
    left = passed.left;
  }
  for (; n > 0 && left >= first[at_back ? n - 1 : 0].iov_len; --n) {
    left -= first[at_back ? n - 1 : 0].iov_len;
    if (!at_back) ++first;
  }
  if (n > 0) {
    struct iovec* const element = &first[at_back ? n - 1 : 0];
    if (saved != NULL) {
      *trimmed = element;
      iov_copy_element_(saved, element);
    }
    if (!at_back) element->iov_base = iov_advance_(element->iov_base, left);
    element->iov_len -= left;
    left = 0;
  } else if (saved != NULL) {
    *trimmed = NULL;
  }
  *iov = first;
  *count = n;
  return bytes - left;
}

#ifdef __cplusplus
}
#endif

// NOLINTEND(modernize-*, readability-identifier-naming)
#endif  // IOV_DISCARD_H
