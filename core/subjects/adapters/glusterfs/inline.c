// SPDX-License-Identifier: Apache-2.0
/* What the configuration of GlusterFS defines for its own sources. */
#define GF_LINUX_HOST_OS 1
#define SIZEOF_LONG __SIZEOF_LONG__
#include "inline.h"

#include <glusterfs/common-utils.h>

size_t gluster_length(const struct iovec* vector, size_t count) { return iov_length(vector, (int)count); }

size_t gluster_load(const struct iovec* vector, size_t count, const void* data, int bytes) {
  return iov_load(vector, (int)count, (char*)data, bytes);
}

size_t gluster_range_copy(const struct iovec* to, size_t to_count, uint32_t to_offset, const struct iovec* from,
                          size_t from_count, uint32_t from_offset, uint32_t bytes) {
  return iov_range_copy(to, to_count, to_offset, from, from_count, from_offset, bytes);
}

size_t gluster_skip(struct iovec* vector, size_t count, uint32_t bytes) { return iov_skip(vector, count, bytes); }

int gluster_subset(const struct iovec* vector, size_t count, uint32_t offset, uint32_t bytes, struct iovec* range,
                   size_t capacity) {
  return iov_subset((struct iovec*)vector, (int)count, offset, bytes, &range, (int)capacity);
}

void gluster_second_element(char* text, size_t size) {
  char first[] = "abc", second[] = "defg", copied[] = "..", data[] = "xy";
  struct iovec vector[] = {{first, 3}, {second, 4}};
  struct iovec range[2], *described = range, to = {copied, 2}, from = {data, 2};

  iov_subset(vector, 2, 4, 2, &described, 2);
  iov_range_copy(&to, 1, 0, vector, 2, 4, 2);
  int length = snprintf(text, size, "%.2s %s ", (char*)range[0].iov_base, copied);
  iov_range_copy(vector, 2, 4, &from, 1, 0, 2);
  snprintf(text + length, size - length, "%s %s", first, second);
}

size_t gluster_copy_behind_an_empty_element(void) {
  char data[] = "abc", copied[3];
  struct iovec from[] = {{NULL, 0}, {data, 3}}, to = {copied, 3};

  return iov_copy(&to, 1, from, 2);
}
