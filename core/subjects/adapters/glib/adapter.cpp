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

Result send(Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) {
  const std::vector<iovec> range = cut_out(view, offset, bytes);
  if (size_of(range) < bytes) return rejected_as_outside();
  std::vector<GOutputVector> vectors;
  vectors.reserve(range.size());
  for (const iovec& element : range) vectors.push_back({element.iov_base, element.iov_len});
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
