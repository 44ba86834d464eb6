// SPDX-License-Identifier: Apache-2.0
// The harness's kernel as a transport of the library.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>

#include "iov/transport.h"
#include "lockstep/table/kernel.h"

namespace lockstep {

class KernelTransport final : public iov::Transport {
 public:
  explicit KernelTransport(Kernel& kernel) : kernel_(kernel) {}
  std::size_t max_elements() const noexcept override { return kernel_.max_elements(); }
  ssize_t send(std::span<const iovec> elements) noexcept override { return kernel_.send(elements); }
  ssize_t recv(std::span<const iovec> elements) noexcept override { return kernel_.recv(elements); }

 private:
  Kernel& kernel_;
};

}  // namespace lockstep
