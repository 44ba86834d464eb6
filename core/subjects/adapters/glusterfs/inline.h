// SPDX-License-Identifier: Apache-2.0
/* GlusterFS's functions on vectors. They are inline, in a header that only C compiles. */
#pragma once

#include <stddef.h> /* NOLINT(modernize-deprecated-headers): C has no other */
#include <stdint.h> /* NOLINT(modernize-deprecated-headers): C has no other */
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

size_t gluster_length(const struct iovec* vector, size_t count);
size_t gluster_load(const struct iovec* vector, size_t count, const void* data, int bytes);
size_t gluster_range_copy(const struct iovec* to, size_t to_count, uint32_t to_offset, const struct iovec* from,
                          size_t from_count, uint32_t from_offset, uint32_t bytes);
size_t gluster_skip(struct iovec* vector, size_t count, uint32_t bytes);
int gluster_subset(const struct iovec* vector, size_t count, uint32_t offset, uint32_t bytes, struct iovec* range,
                   size_t capacity);

/* For divergence_test.cpp. The vector is {"abc", "defg"}, and the range [4, 6). Prints what is described there, what is
   copied from there, and the elements when "xy" is written there: sound is "ef ef abc dxyg". */
void gluster_second_element(char* text, size_t size);
/* How many bytes of {"", "abc"} are copied: sound is 3. */
size_t gluster_copy_behind_an_empty_element(void);

#ifdef __cplusplus
}
#endif
