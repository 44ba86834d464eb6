// SPDX-License-Identifier: Apache-2.0
// GIO's g_input_stream_read_all as an implementation of recv, element by element, over a stream that reads from the
// kernel of the harness.
#include "lockstep/table/adapter.h"

#include <gio/gio.h>

#include <cerrno>
#include <vector>

#include "lockstep/table/kernel.h"

namespace lockstep {
namespace {

struct KernelReader {
  GInputStream parent;
  Kernel* kernel;
  int error;
};
using KernelReaderClass = GInputStreamClass;
G_DEFINE_TYPE(KernelReader, kernel_reader, G_TYPE_INPUT_STREAM)

/// As GIO's stream for a descriptor: one call, again after an interruption.
gssize read_once(GInputStream* stream, void* buffer, gsize bytes, GCancellable*, GError** error) {
  auto* const self = reinterpret_cast<KernelReader*>(stream);
  const iovec element = {buffer, bytes};
  ssize_t result = -EINTR;
  while (result == -EINTR) result = self->kernel->recv({&element, 1});
  if (result >= 0) return result;
  self->error = static_cast<int>(-result);
  g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(self->error), g_strerror(self->error));
  return -1;
}

void kernel_reader_init(KernelReader*) {}
void kernel_reader_class_init(KernelReaderClass* type) { type->read_fn = read_once; }

/// It reads into one buffer at a time, and fewer bytes than asked at the end of the stream.
Result recv(Kernel& kernel, Span<const iovec> view, std::size_t offset, std::size_t bytes, TransferStatus& status) {
  const std::vector<iovec> range = cut_out(view, offset, bytes);
  if (size_of(range) < bytes) return rejected_as_outside();
  auto* const stream = static_cast<KernelReader*>(g_object_new(kernel_reader_get_type(), nullptr));
  stream->kernel = &kernel;
  std::size_t received = 0;
  for (const iovec& element : range) {
    if (element.iov_len == 0) continue;  // its base may be null, which GIO refuses
    gsize read = 0;
    const bool is_done =
        g_input_stream_read_all(&stream->parent, element.iov_base, element.iov_len, &read, nullptr, nullptr) != FALSE;
    received += read;
    status.end_of_stream = is_done && read < element.iov_len;
    if (!is_done || status.end_of_stream) break;
  }
  status.error = stream->error;
  g_object_unref(stream);
  return {received};
}

}  // namespace

Implementation make_adapter() {
  Implementation table = plain_vectors();
  table.name = "gioreader";
  table.limits.elements_per_call = 1;
  table.limits.bytes = G_MAXSSIZE;  // a read of more is refused
  table.recv = recv;
  return table;
}

}  // namespace lockstep
