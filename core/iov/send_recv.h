// SPDX-License-Identifier: Apache-2.0
// What iov_send_recv does, over any transport: for tests of the C interface. Not for users.
// iov_send_recv is this over ScatterGather, and nothing else.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>

#include "iov/transport.h"

namespace iov::detail {

/// See iov_send_recv. Leaves errno alone unless it returns -1.
ssize_t send_recv(Transport& transport, std::span<const iovec> v, std::size_t offset, std::size_t bytes, bool do_send);

}  // namespace iov::detail
