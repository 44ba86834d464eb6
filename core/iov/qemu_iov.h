// SPDX-License-Identifier: Apache-2.0
// The library under the names of QEMU's helpers, for C11 and C++ by gcc or clang: code written for them compiles after
// changing one include path. A rejected call does not return, and has changed nothing. It prints one line and ends the
// process, or calls your handler.
//
// IOV_QEMU_API is the level of the interface: 6, as QEMU had it in April 2021, or 10, as 10.1 has it. It is chosen when
// the library is configured (-DIOV_QEMU_API=10), and is to be the same in all that is linked with it. At level 10 an
// offset past the end is not rejected by the functions that clip their range: they answer 0 and change nothing.
//
// Words. An element is one `struct iovec`; a vector is an array of them and a count, or a QEMUIOVector. Its size T is
// the sum of the element lengths, in bytes. A position is an offset, in bytes, into the elements laid end to end. Empty
// elements are allowed anywhere and their base is never touched. Elements may overlap or repeat: bytes move in order of
// position, so a later write wins. A linear buffer passed beside a vector must not overlap the vector's bytes; of 0
// bytes it may be null. Lengths may add up to more than SIZE_MAX unless a function says that it rejects that.
//
// Thread safety: nothing is shared but the handler. Calls may run at once unless one of them writes bytes, elements or
// a struct that another one uses.
#ifndef IOV_QEMU_IOV_H
#define IOV_QEMU_IOV_H
// NOLINTBEGIN(modernize-*, readability-identifier-naming): it is C, and the names are QEMU's
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "iov/inline.h"

#ifndef IOV_QEMU_API
#define IOV_QEMU_API 6
#elif IOV_QEMU_API != 6 && IOV_QEMU_API != 10
#error "IOV_QEMU_API is 6 or 10"
#endif

#ifdef __cplusplus
extern "C" {
#endif

// ---- Rejection

/// Why a call was rejected.
enum iov_rejection {
  IOV_REJECTED_RANGE = 1,  ///< An offset or a range lies outside the vector.
  IOV_REJECTED_LENGTH,     ///< Lengths add up to more than SIZE_MAX, or there are too many elements.
  IOV_REJECTED_ARGUMENT,   ///< Anything else that makes no sense: see each function.
  IOV_REJECTED_MEMORY,     ///< An element array or scratch memory could not be allocated.
};

/// Gets the reason of a rejection, and a line without a newline that names the function and its numbers, such as
/// "iov_from_buf: the offset or range lies outside the vector (offset 5, bytes 4)". The line is gone when the handler
/// is left. It must not return; if it does, the process is aborted. It may leave by longjmp, or in C++ by an exception
/// where all callers are compiled for exceptions: no lock, memory or other resource is held while it runs.
typedef void (*iov_reject_handler)(enum iov_rejection reason, const char* message);

/// From now on rejections, in any thread, go to `handler`; null stands for the default, which prints the line to stderr
/// and calls abort(). Returns the handler so far, null for the default.
iov_reject_handler iov_set_reject_handler(iov_reject_handler handler);

// ---- Arrays of elements

/// T; 0 for no elements. Rejected (length) beyond SIZE_MAX.
size_t iov_size(const struct iovec* iov, unsigned count);

/// Copies min(bytes, T - offset) bytes of `buf` into the vector from position `offset` on, and returns how many: a
/// short return is the only sign of truncation. offset == T copies nothing; `bytes` may be SIZE_MAX. When offset > T,
/// even for 0 bytes: rejected (range) at level 6, and 0 at level 10.
size_t iov_from_buf_full(const struct iovec* iov, unsigned count, size_t offset, const void* buf, size_t bytes);

/// Copies min(bytes, T - offset) bytes of the vector from position `offset` on into `buf`; otherwise as above.
size_t iov_to_buf_full(const struct iovec* iov, unsigned count, size_t offset, void* buf, size_t bytes);

/// Sets min(bytes, T - offset) bytes from position `offset` on to the low 8 bits of `fill`, and returns how many.
/// SIZE_MAX bytes mean "up to the end". offset > T as above.
size_t iov_memset(const struct iovec* iov, unsigned count, size_t offset, int fill, size_t bytes);

/// Writes elements into `dst` that describe positions [offset, offset + bytes) of the vector, clipped at T, and returns
/// how many. Empty elements are dropped. Where `dst` is too small the description is truncated; its entries past the
/// returned count are untouched. It may be the same array, starting at the same element. offset > T as above, also for
/// a dst_count of 0.
unsigned iov_copy(struct iovec* dst, unsigned dst_count, const struct iovec* iov, unsigned count, size_t offset,
                  size_t bytes);

/// What one discard needs to be taken back: the element it trimmed, also by 0 bytes, or null, and that element as it
/// was.
typedef struct IOVDiscardUndo {
  struct iovec* modified_iov;
  struct iovec orig;
} IOVDiscardUndo;

/// Removes min(bytes, T) bytes from the front and returns how many. Elements no longer than the bytes still to be
/// removed leave the vector whole, by moving *iov and lowering *count, so empty ones at the front go even for 0 bytes;
/// the first longer one is trimmed in place. When nothing is left, *count is 0 and *iov one past the last element.
/// Fills `undo`, which may be null. Never rejected.
IOV_INLINE_ size_t iov_discard_front_undoable(struct iovec** iov, unsigned* count, size_t bytes, IOVDiscardUndo* undo) {
  size_t elements = *count;
  const size_t removed = iov_discard_(iov, &elements, bytes, false, undo != NULL ? &undo->modified_iov : NULL,
                                      undo != NULL ? &undo->orig : NULL);
  *count = (unsigned)elements;
  return removed;
}

/// The same from the back: only *count, one length and *undo change.
IOV_INLINE_ size_t iov_discard_back_undoable(struct iovec* iov, unsigned* count, size_t bytes, IOVDiscardUndo* undo) {
  size_t elements = *count;
  const size_t removed = iov_discard_(&iov, &elements, bytes, true, undo != NULL ? &undo->modified_iov : NULL,
                                      undo != NULL ? &undo->orig : NULL);
  *count = (unsigned)elements;
  return removed;
}

/// These two with a null `undo`.
IOV_INLINE_ size_t iov_discard_front(struct iovec** iov, unsigned* count, size_t bytes) {
  return iov_discard_front_undoable(iov, count, bytes, NULL);
}
IOV_INLINE_ size_t iov_discard_back(struct iovec* iov, unsigned* count, size_t bytes) {
  return iov_discard_back_undoable(iov, count, bytes, NULL);
}

/// Stores the trimmed element as it was before that discard, if one was trimmed; the array must still be there. Start
/// and count are yours: put them back from a copy made before the discard. Several records are to be undone in reverse
/// order. Undoing again stores again. Never rejected.
IOV_INLINE_ void iov_discard_undo(IOVDiscardUndo* undo) {
  if (undo->modified_iov != NULL) iov_copy_element_(undo->modified_iov, &undo->orig);
}

/// Sends the bytes at positions [offset, offset + bytes) over the socket `fd`, or receives into them, until all are
/// moved; EINTR is tried again. Returns how many: fewer than asked for when a receive met the end of the stream (0 is
/// possible), when a send moved nothing, or on EAGAIN after some were moved; go on at offset plus that. Returns -1 with
/// errno on EAGAIN when nothing was moved, and on any other error whatever was moved: the number of bytes moved before
/// it is lost. Elements are not modified, and SIGPIPE is not raised: EPIPE is returned. 0 bytes: returns 0, and looks
/// at nothing else. Otherwise rejected, before a byte moves: (range) unless the whole range lies inside the vector,
/// (length) when it is longer than SSIZE_MAX. Meant for stream sockets: on a datagram socket each call to the kernel is
/// a message, bytes of a message that do not fit are lost, and an empty message reads as the end of the stream.
ssize_t iov_send_recv(int fd, const struct iovec* iov, unsigned count, size_t offset, size_t bytes, bool do_send);

#if IOV_QEMU_API >= 10
/// The same with `flags` for every call of sendmsg or recvmsg, beside the one that keeps SIGPIPE away: MSG_MORE, say. A
/// range may take more than one call, and to each of them MSG_PEEK, say, shows the same bytes.
ssize_t iov_send_recv_with_flags(int fd, int flags, const struct iovec* iov, unsigned count, size_t offset,
                                 size_t bytes, bool do_send);
#endif

#define iov_send(fd, iov, count, offset, bytes) iov_send_recv(fd, iov, count, offset, bytes, true)
#define iov_recv(fd, iov, count, offset, bytes) iov_send_recv(fd, iov, count, offset, bytes, false)

/// Writes the first min(T, limit) bytes to `out`, 16 a line after the string `prefix` and their offset, in hexadecimal
/// and ASCII. Rejected (length), before anything is written, beyond SIZE_MAX. A failed write shows in ferror(out).
void iov_hexdump(const struct iovec* iov, unsigned count, FILE* out, const char* prefix, size_t limit);

// ---- A vector that stores its size

/// An array of elements, its count and its size in bytes. There are three kinds. An owned one has its array on the heap
/// and grows. An external one borrows an array of yours. An embedded one has its one element inside the struct and must
/// not be moved or copied by value. nalloc is -1 for the last two.
///
/// `size` is computed when the vector is made, and maintained by the functions here that change it. It does not follow
/// elements that you change through `iov`, except in an embedded vector, where it is the element's length. The
/// functions that check a range against it (init_slice, subvec_niov, is_zero, init_extended, discard_back) also reject
/// (range) ranges that the elements no longer have. All others go by the elements alone.
typedef struct QEMUIOVector {
  struct iovec* iov;
  int niov;
  __extension__ union {
    __extension__ struct {
      int nalloc;
      struct iovec local_iov;
    };
    __extension__ struct {
      void* reserved_[2];  // lies over nalloc and local_iov.iov_base
      size_t size;
    };
  };
} QEMUIOVector;

static_assert(offsetof(struct iovec, iov_base) == 0, "QEMU_IOVEC_INIT_BUF takes the base for the first member");
static_assert(offsetof(QEMUIOVector, size) == offsetof(QEMUIOVector, local_iov) + offsetof(struct iovec, iov_len),
              "the size of an embedded vector is the length of its element");
static_assert(sizeof(void*) != 8 || (offsetof(QEMUIOVector, iov) == 0 && offsetof(QEMUIOVector, niov) == 8 &&
                                     offsetof(QEMUIOVector, nalloc) == 16 && offsetof(QEMUIOVector, local_iov) == 24 &&
                                     offsetof(QEMUIOVector, size) == 32 && sizeof(QEMUIOVector) == 40),
              "the layout that others were compiled for");

/// Initializes the QEMUIOVector `self` as an embedded one of the `len` bytes at `buf`:
///   QEMUIOVector qiov = QEMU_IOVEC_INIT_BUF(qiov, buf, len);
#define QEMU_IOVEC_INIT_BUF(self, buf, len) \
  {                                         \
    &(self).local_iov, 1, {                 \
      {                                     \
        -1, {                               \
          (void*)(buf), (size_t)(len)       \
        }                                   \
      }                                     \
    }                                       \
  }

// The init functions make a vector of whatever memory they are given and never look at what it held: destroy an owned
// vector first. Only where the source is the destination do init_slice and init_extended free the array it owned.

/// An owned vector of no elements with room for `hint` of them; 0 is fine. Rejected (argument) when negative.
void qemu_iovec_init(QEMUIOVector* qiov, int hint);

/// An external vector of these elements; the array must outlive it. Rejected (argument) for a negative count, (length)
/// when their lengths add up to more than SIZE_MAX.
void qemu_iovec_init_external(QEMUIOVector* qiov, struct iovec* iov, int count);

/// An embedded vector of one element, even when `len` is 0 or `buf` null. Never rejected.
void qemu_iovec_init_buf(QEMUIOVector* qiov, const void* buf, size_t len);

/// The base of an embedded vector's element. Rejected (argument) for any other kind.
void* qemu_iovec_buf(QEMUIOVector* qiov);

/// A vector that describes exactly positions [offset, offset + bytes) of `src`. Empty elements exactly at the start and
/// inside the range stay, those after the last byte are dropped; 0 bytes: no elements. One element makes an embedded
/// vector, none an owned one without an array. `src` may be the destination itself. Rejected (range) unless
/// offset <= size and bytes <= size - offset.
void qemu_iovec_init_slice(QEMUIOVector* qiov, QEMUIOVector* src, size_t offset, size_t bytes);

#if IOV_QEMU_API < 10
/// A vector of `head` if it has bytes, the slice of `mid` if `bytes` > 0, and `tail` if it has bytes; one element or
/// none as above. `mid` may be null when `bytes` is 0; offset is then not looked at. It may be the destination itself.
/// Returns 0; or -EINVAL, the destination untouched, when the lengths add up to more than SIZE_MAX or there would be
/// more than 1024 elements, empty ones included. Rejected, after the first of these and before the second: (argument)
/// when `bytes` > 0 and `mid` is null, (range) when its range lies outside.
int qemu_iovec_init_extended(QEMUIOVector* qiov, void* head, size_t head_bytes, QEMUIOVector* mid, size_t offset,
                             size_t bytes, void* tail, size_t tail_bytes);
#endif

/// How many elements the slice has; but for 0 bytes, 1 strictly inside an element and 0 on a boundary. Rejected as
/// init_slice.
int qemu_iovec_subvec_niov(QEMUIOVector* qiov, size_t offset, size_t bytes);

#if IOV_QEMU_API >= 10
/// The first of the vector's own elements that hold positions [offset, offset + len). *niov is how many these are, as
/// subvec_niov counts them, *head how many bytes to skip at the start of the first, and *tail at the end of the last; 0
/// where there is no element. Rejected as init_slice.
struct iovec* qemu_iovec_slice(QEMUIOVector* qiov, size_t offset, size_t len, size_t* head, size_t* tail, int* niov);
#endif

/// Appends one element as given: empty ones stay, neighbours are not merged. The array at least doubles when full.
/// Rejected (argument) for an external or embedded vector, (length) when the size would exceed SIZE_MAX.
void qemu_iovec_add(QEMUIOVector* qiov, void* base, size_t len);

/// Appends elements that describe positions [offset, offset + bytes) of `src`, clipped at its end, without empty ones;
/// the second form returns how many bytes they have. The source may be `dst` itself or elements of it, and then means
/// them as they were before.
/// 0 bytes: returns 0 and checks nothing. Then rejected, in this order: (argument) for an external or embedded `dst`,
/// even if nothing would be appended; (range) when offset is past the end of the source, where level 10 answers 0;
/// (length) when the size would exceed SIZE_MAX.
void qemu_iovec_concat(QEMUIOVector* dst, QEMUIOVector* src, size_t offset, size_t bytes);
size_t qemu_iovec_concat_iov(QEMUIOVector* dst, struct iovec* src, unsigned count, size_t offset, size_t bytes);

/// Appends to `dst` one element per element of `src`, of the same length, laid out from `buf` on so that overlap and
/// adjacency are preserved and gaps squeezed out: an element's base is `buf` plus the number of distinct bytes at lower
/// addresses that `src` covers. `buf` must have as many bytes as `src` covers distinct ones. Copies no data. `src` may
/// be `dst`. Rejected (argument) for an external or embedded `dst`, (length) when a size exceeds SIZE_MAX.
void qemu_iovec_clone(QEMUIOVector* dst, const QEMUIOVector* src, void* buf);

/// Whether the bytes at positions [offset, offset + bytes) are all 0; true for 0 bytes. Rejected as init_slice; nothing
/// has then been read.
bool qemu_iovec_is_zero(QEMUIOVector* qiov, size_t offset, size_t bytes);

/// The first position at which the bytes of the two differ, or -1. Both must have the same segmentation: rejected
/// (argument) when the numbers of elements differ, or the lengths of the elements up to and including the element that
/// holds the difference; (length) when that position is more than SSIZE_MAX, which only elements that repeat each other
/// reach.
ssize_t qemu_iovec_compare(QEMUIOVector* a, QEMUIOVector* b);

/// Removes `bytes` from the back, with the elements that this leaves without bytes; 0 bytes still strip empty elements
/// at the back. Of an external vector this trims an element of your array. Rejected (range) beyond its size.
void qemu_iovec_discard_back(QEMUIOVector* qiov, size_t bytes);

/// No elements; the array stays for others. Rejected (argument) for an external or embedded vector.
void qemu_iovec_reset(QEMUIOVector* qiov);

/// Frees the array if it is owned, and leaves an empty owned vector, which can be used or destroyed again. Never
/// rejected.
void qemu_iovec_destroy(QEMUIOVector* qiov);

/// iov_to_buf, iov_from_buf and iov_memset of its elements; a rejection says those names.
size_t qemu_iovec_to_buf(QEMUIOVector* qiov, size_t offset, void* buf, size_t bytes);
size_t qemu_iovec_from_buf(QEMUIOVector* qiov, size_t offset, const void* buf, size_t bytes);
size_t qemu_iovec_memset(QEMUIOVector* qiov, size_t offset, int fill, size_t bytes);

// ---- The short names: the same results, without a call where a header or a status byte of constant length lies inside
// the first element.

#define IOV_IS_SMALL_CONSTANT_(bytes) (__builtin_constant_p(bytes) && (bytes) > 0 && (bytes) <= 64)

/// iov_from_buf_full.
IOV_INLINE_ size_t iov_from_buf(const struct iovec* iov, unsigned count, size_t offset, const void* buf, size_t bytes) {
  if (IOV_IS_SMALL_CONSTANT_(bytes) && count > 0 && offset < iov->iov_len && bytes <= iov->iov_len - offset) {
    memcpy((char*)iov->iov_base + offset, buf, bytes);
    return bytes;
  }
  return iov_from_buf_full(iov, count, offset, buf, bytes);
}

/// iov_to_buf_full.
IOV_INLINE_ size_t iov_to_buf(const struct iovec* iov, unsigned count, size_t offset, void* buf, size_t bytes) {
  if (IOV_IS_SMALL_CONSTANT_(bytes) && count > 0 && offset < iov->iov_len && bytes <= iov->iov_len - offset) {
    memcpy(buf, (const char*)iov->iov_base + offset, bytes);
    return bytes;
  }
  return iov_to_buf_full(iov, count, offset, buf, bytes);
}

#ifdef __cplusplus
}
#endif

// NOLINTEND(modernize-*, readability-identifier-naming)
#endif  // IOV_QEMU_IOV_H
