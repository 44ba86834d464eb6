// SPDX-License-Identifier: Apache-2.0
// GIO's g_output_stream_writev_all as an implementation of send, over a stream that writes to the kernel of the
// harness.
#include "lockstep/table/adapter.h"

#include <gio/gio.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "lockstep/table/kernel.h"

namespace lockstep {
namespace {

using View = Span<const iovec>;

struct KernelStream {
  GOutputStream parent;
  Kernel* kernel;
  int error;
};
using KernelStreamClass = GOutputStreamClass;
G_DEFINE_TYPE(KernelStream, kernel_stream, G_TYPE_OUTPUT_STREAM)

/// As GIO's stream for a descriptor: one call, of as many vectors as it takes, again after an interruption.
gboolean write_vectors(GOutputStream* stream, const GOutputVector* vectors, gsize count, gsize* written, GCancellable*,
                       GError** error) {
  auto* const self = reinterpret_cast<KernelStream*>(stream);
  std::vector<iovec> elements;
  for (gsize i = 0; i < std::min(count, self->kernel->max_elements()); ++i)
    elements.push_back({const_cast<void*>(vectors[i].buffer), vectors[i].size});
  ssize_t result = -EINTR;
  while (result == -EINTR) result = self->kernel->send(elements);
  *written = result < 0 ? 0 : static_cast<gsize>(result);
  if (result >= 0) return TRUE;
  self->error = static_cast<int>(-result);
  g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(self->error), g_strerror(self->error));
  return FALSE;
}

void kernel_stream_init(KernelStream*) {}
void kernel_stream_class_init(KernelStreamClass* type) { type->writev_fn = write_vectors; }

/// writev_all takes whole vectors, so the range is cut out here.
Result send(Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) {
  std::vector<GOutputVector> vectors;
  for (const iovec& element : view) {
    if (bytes == 0) break;
    const std::size_t before = std::min(offset, element.iov_len);
    const std::size_t length = std::min(bytes, element.iov_len - before);
    offset -= before;
    bytes -= length;
    if (length > 0 || before == 0) vectors.push_back({static_cast<std::byte*>(element.iov_base) + before, length});
  }
  if (bytes > 0) return rejected_as_outside();
  auto* const stream = static_cast<KernelStream*>(g_object_new(kernel_stream_get_type(), nullptr));
  stream->kernel = &kernel;
  gsize written = 0;
  g_output_stream_writev_all(&stream->parent, vectors.data(), vectors.size(), &written, nullptr, nullptr);
  status.error = stream->error;
  g_object_unref(stream);
  return {written};
}

}  // namespace

Implementation make_adapter() {
  Implementation table = plain_vectors();
  table.name = "glib";
  table.send = send;
  return table;
}

}  // namespace lockstep
