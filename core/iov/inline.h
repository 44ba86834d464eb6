// SPDX-License-Identifier: Apache-2.0
// What iov.h and qemu_iov.h have inline, for C11 and C++: discards, most of which end in the first element or the
// second. Not for users. It needs gcc or clang.
#ifndef IOV_INLINE_H
#define IOV_INLINE_H
// NOLINTBEGIN(modernize-*, readability-identifier-naming): it is C
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/// From so many elements on, a vector is long: it is gone through in blocks of elements. The preset m32 lowers it.
#ifndef IOV_LONG_VECTOR
#define IOV_LONG_VECTOR 32
#endif

/// In C each source has its own; in C++ there is one. Where the library exports it (see qemu_iov.cpp), it does so also
/// when it is compiled with -fvisibility-inlines-hidden.
#ifdef __cplusplus
#define IOV_INLINE_ inline __attribute__((always_inline, visibility("default")))
#else
#define IOV_INLINE_ static inline __attribute__((always_inline, unused))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// Elements passed, and `bytes` less those that these have.
struct iov_passed_ {
  size_t elements;
  size_t left;
};

/// Passes whole blocks of elements from the front, or from the back where `at_back`, as long as they have less than
/// `bytes` in all.
struct iov_passed_ iov_pass_blocks_(const struct iovec* iov, size_t count, size_t bytes, bool at_back);

/// The address `bytes` past `base`, modulo the address space. Through integers, because an element may describe memory
/// that is no object (a null or wild base, a length near SIZE_MAX), and pointer arithmetic has no meaning there.
IOV_INLINE_ void* iov_advance_(void* base, size_t bytes) {
  uintptr_t address = 0;
  (void)__builtin_add_overflow((uintptr_t)base, bytes, &address);
  return (void*)address;
}

/// Copies member by member: reading whole what was just written in parts stalls store forwarding. Volatile keeps
/// compilers from joining the two.
IOV_INLINE_ void iov_copy_element_(struct iovec* to, const struct iovec* from) {
  volatile struct iovec* const parts = to;
  parts->iov_base = from->iov_base;
  parts->iov_len = from->iov_len;
}

/// The first element, or the last one where `at_back`.
IOV_INLINE_ struct iovec* iov_end_(struct iovec* iov, size_t count, bool at_back) {
  return at_back ? &iov[count - 1] : iov;
}

/// As iov_discard_front_undoable of qemu_iov.h, or as iov_discard_back_undoable where `at_back`. `trimmed` and `saved`,
/// both null or neither, get the element that the discard trims, or null, and that element as it was.
IOV_INLINE_ size_t iov_discard_(struct iovec** iov, size_t* count, size_t bytes, bool at_back, struct iovec** trimmed,
                                struct iovec* saved) {
  struct iovec* first = *iov;
  size_t elements = *count;
  size_t left = bytes;
  if (elements >= IOV_LONG_VECTOR && left > iov_end_(first, elements, at_back)->iov_len) {
    const struct iov_passed_ passed = iov_pass_blocks_(first, elements, left, at_back);
    if (!at_back) first += passed.elements;
    elements -= passed.elements;
    left = passed.left;
  }
  for (; elements > 0 && left >= iov_end_(first, elements, at_back)->iov_len; --elements) {
    left -= iov_end_(first, elements, at_back)->iov_len;
    if (!at_back) ++first;
  }
  if (elements > 0) {
    struct iovec* const element = iov_end_(first, elements, at_back);
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
  *count = elements;
  return bytes - left;
}

#ifdef __cplusplus
}
#endif

// NOLINTEND(modernize-*, readability-identifier-naming)
#endif  // IOV_INLINE_H
