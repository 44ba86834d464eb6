// SPDX-License-Identifier: Apache-2.0
/* An example of somebody else's code: bytes that lie in many pieces, in plain C. It has two mistakes on purpose.
 * An offset past the end is no error here; nothing is moved, and the answer is 0. */
#ifndef CHAIN_H
#define CHAIN_H

#include <stddef.h> /* NOLINT(modernize-deprecated-headers): C has no other */
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many bytes the chain has. */
size_t chain_size(const struct iovec* chain, size_t count);

/* Each moves at most `bytes` bytes at `offset`, fewer where the chain ends, and returns how many. */
size_t chain_read(const struct iovec* chain, size_t count, size_t offset, void* buffer, size_t bytes);
size_t chain_write(const struct iovec* chain, size_t count, size_t offset, const void* buffer, size_t bytes);
size_t chain_fill(const struct iovec* chain, size_t count, size_t offset, int value, size_t bytes);

/* Each removes at most `bytes` bytes from one end, fewer where the chain is shorter, and returns how many. */
size_t chain_trim_front(struct iovec** chain, size_t* count, size_t bytes);
size_t chain_trim_back(struct iovec* chain, size_t* count, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
