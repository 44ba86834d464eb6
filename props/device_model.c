// SPDX-License-Identifier: Apache-2.0
/* A device model in C11, as it is written for QEMU's names at either API level: it serves one request from a guest's
 * ring. It only includes our header, and does all that such code does with it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iov/qemu_iov.h"

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "device_model.c:%d: not so: %s\n", __LINE__, #condition); \
      exit(1);                                                                  \
    }                                                                           \
  } while (0)

/* NOLINTNEXTLINE(readability-identifier-naming): names as C has them */
enum { SECTOR = 16, SECTORS = 4, STATUS_OK = 0, STATUS_IOERR = 1 };

typedef struct RequestHeader {
  uint32_t type; /* 0 reads, 1 writes */
  uint32_t sector;
} RequestHeader;

typedef struct Device {
  uint8_t disk[SECTOR * SECTORS];
} Device;

/* What the guest hands over: the bytes it wrote for us, and room for our answer, whose last byte is the status.
 */
typedef struct Request {
  struct iovec out[4];
  unsigned out_num;
  struct iovec in[4];
  unsigned in_num;
} Request;

#if IOV_QEMU_API >= 10
/* Later code pads by hand, and may have taken the name that is free. */
int qemu_iovec_init_extended(void);
int qemu_iovec_init_extended(void) { return 0; }
#endif

/* Moves `bytes` between the disk at `offset` and a vector of the guest's, through a vector of our own as a driver of
 * the storage below would want it: a bounce header and a trailer around the guest's payload. */
static void transfer(Device* device, struct iovec* iov, unsigned count, size_t offset, size_t bytes, bool to_disk) {
  static uint8_t before[2], behind[2];
  static const uint8_t pattern[2];
  QEMUIOVector guest, payload, padded;
  uint8_t* bounce = malloc(bytes);
  CHECK(bounce != NULL);

  qemu_iovec_init(&guest, (int)count);
  CHECK(qemu_iovec_concat_iov(&guest, iov, count, 0, bytes) == bytes);
  CHECK(guest.size == bytes);
  qemu_iovec_init_slice(&payload, &guest, 0, bytes);
  CHECK(qemu_iovec_subvec_niov(&guest, 0, bytes) == payload.niov);
#if IOV_QEMU_API < 10
  CHECK(qemu_iovec_init_extended(&padded, before, sizeof before, &payload, 0, payload.size, behind, sizeof behind) ==
        0);
#else
  {
    size_t head, tail;
    int niov;
    struct iovec* const held = qemu_iovec_slice(&guest, 0, bytes, &head, &tail, &niov);
    CHECK(held == guest.iov && niov == payload.niov && head == 0 && tail == 0);
    qemu_iovec_init(&padded, niov + 2);
    qemu_iovec_add(&padded, before, sizeof before);
    qemu_iovec_concat_iov(&padded, held, (unsigned)niov, head, bytes);
    qemu_iovec_add(&padded, behind, sizeof behind);
    CHECK(iov_memset(iov, count, iov_size(iov, count) + 1, 0, 1) == 0);
  }
#endif
  CHECK(padded.size == bytes + 4 && padded.niov == payload.niov + 2);

  if (to_disk) {
    CHECK(qemu_iovec_to_buf(&padded, sizeof before, bounce, bytes) == bytes);
    memcpy(device->disk + offset, bounce, bytes);
  } else {
    memcpy(bounce, device->disk + offset, bytes);
    CHECK(qemu_iovec_from_buf(&padded, sizeof before, bounce, bytes) == bytes);
    CHECK(qemu_iovec_compare(&guest, &payload) == -1);
  }
  CHECK(qemu_iovec_is_zero(&padded, 0, sizeof before));

  qemu_iovec_destroy(&padded);
  qemu_iovec_destroy(&payload);
  qemu_iovec_init_buf(&payload, pattern, sizeof pattern);
  CHECK(qemu_iovec_is_zero(&payload, 0, sizeof pattern));
  qemu_iovec_destroy(&guest);
  free(bounce);
}

/* Returns how many bytes of `in` were written. The request is as it was afterwards, but for the guest's memory. */
static size_t serve(Device* device, Request* request) {
  struct iovec* out = request->out;
  struct iovec* in = request->in;
  unsigned out_num = request->out_num;
  unsigned in_num = request->in_num;
  IOVDiscardUndo header_undo, status_undo;
  RequestHeader header;
  uint8_t status = STATUS_OK;
  size_t written = 0;

  CHECK(iov_to_buf(out, out_num, 0, &header, sizeof header) == sizeof header);
  CHECK(iov_discard_front_undoable(&out, &out_num, sizeof header, &header_undo) == sizeof header);
  CHECK(iov_discard_back_undoable(in, &in_num, 1, &status_undo) == 1);

  if (header.type == 1) {
    const size_t bytes = iov_size(out, out_num);
    if ((size_t)header.sector * SECTOR + bytes <= sizeof device->disk) {
      transfer(device, out, out_num, (size_t)header.sector * SECTOR, bytes, true);
    } else {
      status = STATUS_IOERR;
    }
  } else {
    const size_t bytes = iov_size(in, in_num);
    if ((size_t)header.sector * SECTOR + bytes <= sizeof device->disk) {
      transfer(device, in, in_num, (size_t)header.sector * SECTOR, bytes, false);
      written = bytes;
    } else {
      CHECK(iov_memset(in, in_num, 0, 0, SIZE_MAX) == bytes);
      status = STATUS_IOERR;
    }
  }

  iov_discard_undo(&status_undo);
  iov_discard_undo(&header_undo);
  in_num = request->in_num;
  CHECK(iov_from_buf(in, in_num, iov_size(in, in_num) - 1, &status, sizeof status) == 1);
  return written + 1;
}

int main(void) {
  static Device device;
  uint8_t first[13], second[30], answer[40];
  RequestHeader header = {1, 1};
  Request request;
  size_t i;

  /* A write of 2 sectors: the header is cut in the middle, the payload begins behind it. */
  for (i = 0; i < 5; ++i) first[8 + i] = (uint8_t)(i + 1);
  for (i = 5; i < 32; ++i) second[i - 5] = (uint8_t)(i + 1);
  memcpy(first, &header, sizeof header);
  request.out[0] = (struct iovec){first, 3};
  request.out[1] = (struct iovec){first + 3, sizeof first - 3};
  request.out[2] = (struct iovec){NULL, 0};
  request.out[3] = (struct iovec){second, 27};
  request.out_num = 4;
  request.in[0] = (struct iovec){answer, 1};
  request.in_num = 1;
  answer[0] = 0xff;
  CHECK(serve(&device, &request) == 1);
  CHECK(answer[0] == STATUS_OK);
  for (i = 0; i < 32; ++i) CHECK(device.disk[SECTOR + i] == i + 1);
  CHECK(request.out[0].iov_len == 3 && request.out[1].iov_base == first + 3 && request.out[1].iov_len == 10);

  /* Reads 24 of them back into pieces; the status is the last byte of the last one. */
  header.type = 0;
  memcpy(first, &header, sizeof header);
  request.out_num = 2;
  request.in[0] = (struct iovec){answer + 20, 7};
  request.in[1] = (struct iovec){answer, 18};
  request.in_num = 2;
  CHECK(serve(&device, &request) == 25);
  CHECK(answer[20] == 1 && answer[26] == 7 && answer[0] == 8 && answer[16] == 24 && answer[17] == STATUS_OK);
  CHECK(request.in[1].iov_len == 18);

  /* Too far: zeros and an error. */
  header.sector = 4;
  memcpy(first, &header, sizeof header);
  CHECK(serve(&device, &request) == 1);
  CHECK(answer[20] == 0 && answer[16] == 0 && answer[17] == STATUS_IOERR);

  {
    QEMUIOVector one = QEMU_IOVEC_INIT_BUF(one, answer, sizeof answer);
    CHECK(one.niov == 1 && one.nalloc == -1 && one.size == sizeof answer && qemu_iovec_buf(&one) == answer);
    qemu_iovec_discard_back(&one, 10);
    CHECK(one.size == 30);
    qemu_iovec_destroy(&one);
    CHECK(one.size == 0 && one.niov == 0 && one.iov == NULL);
  }
  printf("the device model is served at level %d\n", IOV_QEMU_API);
  return 0;
}
