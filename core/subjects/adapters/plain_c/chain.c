// SPDX-License-Identifier: Apache-2.0
#include "chain.h"

#include <string.h>

size_t chain_size(const struct iovec* chain, size_t count) {
  size_t size = 0;
  for (size_t i = 0; i < count; i++) size += chain[i].iov_len;
  return size;
}

/* What to do with a piece of the chain that the caller's bytes from `done` on belong to. */
enum action { READ, WRITE, FILL }; /* NOLINT(readability-identifier-naming): names as C has them */

static size_t walk(const struct iovec* chain, size_t count, size_t offset, enum action action, char* buffer, int value,
                   size_t bytes) {
  size_t done = 0;
  for (size_t i = 0; i < count && done < bytes; i++) {
    if (offset >= chain[i].iov_len) {
      offset -= chain[i].iov_len;
      continue;
    }
    char* base = (char*)chain[i].iov_base + offset;
    size_t piece = chain[i].iov_len - offset;
    if (piece > bytes) piece = bytes;
    if (action == READ) memcpy(buffer + done, base, piece);
    if (action == WRITE) memcpy(base, buffer + done, piece);
    if (action == FILL) memset(base, value, piece);
    done += piece;
    offset = 0;
  }
  return done;
}

size_t chain_read(const struct iovec* chain, size_t count, size_t offset, void* buffer, size_t bytes) {
  return walk(chain, count, offset, READ, buffer, 0, bytes);
}

size_t chain_write(const struct iovec* chain, size_t count, size_t offset, const void* buffer, size_t bytes) {
  return walk(chain, count, offset, WRITE, (char*)buffer, 0, bytes);
}

size_t chain_fill(const struct iovec* chain, size_t count, size_t offset, int value, size_t bytes) {
  return walk(chain, count, offset, FILL, NULL, value, bytes);
}

size_t chain_trim_front(struct iovec** chain, size_t* count, size_t bytes) {
  size_t left = bytes;
  for (; *count > 0 && (*chain)->iov_len <= left; ++*chain, --*count) left -= (*chain)->iov_len;
  if (*count == 0) return bytes - left;
  (*chain)->iov_base = (char*)(*chain)->iov_base + left;
  (*chain)->iov_len -= left;
  return bytes;
}

size_t chain_trim_back(struct iovec* chain, size_t* count, size_t bytes) {
  size_t left = bytes;
  for (; *count > 0 && chain[*count - 1].iov_len <= left; --*count) left -= chain[*count - 1].iov_len;
  if (*count > 0) chain[*count - 1].iov_len -= left;
  return bytes;
}
