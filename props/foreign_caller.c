// SPDX-License-Identifier: Apache-2.0
/* A caller that has not seen our header, as one in another language: what is inline there, the library exports. */
#include <stddef.h>
#include <sys/uio.h>

struct Undo {
  struct iovec* modified;
  struct iovec original;
};

size_t iov_discard_front(struct iovec** iov, unsigned* count, size_t bytes);
size_t iov_discard_back(struct iovec* iov, unsigned* count, size_t bytes);
size_t iov_discard_front_undoable(struct iovec** iov, unsigned* count, size_t bytes, struct Undo* undo);
size_t iov_discard_back_undoable(struct iovec* iov, unsigned* count, size_t bytes, struct Undo* undo);
void iov_discard_undo(struct Undo* undo);

int main(void) {
  char bytes[9];
  struct iovec elements[3] = {{bytes, 2}, {bytes + 2, 3}, {bytes + 5, 4}};
  struct iovec* left = elements;
  unsigned count = 3;
  struct Undo front;
  struct Undo back;
  if (iov_discard_front(&left, &count, 2) != 2 || left != elements + 1 || count != 2) return 1;
  if (iov_discard_back(left, &count, 1) != 1 || elements[2].iov_len != 3) return 1;
  if (iov_discard_front_undoable(&left, &count, 1, &front) != 1 || front.modified != elements + 1) return 1;
  if (iov_discard_back_undoable(left, &count, 4, &back) != 4 || count != 1 || elements[1].iov_len != 1) return 1;
  iov_discard_undo(&back);
  iov_discard_undo(&front);
  return elements[1].iov_base == bytes + 2 && elements[1].iov_len == 3 ? 0 : 1;
}
