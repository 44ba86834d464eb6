// SPDX-License-Identifier: Apache-2.0
// The kernel, as an implementation of send or recv sees it.
// A call moves bytes or answers an error, as sendmsg and recvmsg do; it may move fewer bytes than it is offered.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>

#include "lockstep/table/span.h"

namespace lockstep {

/// An implementation of send or recv calls it.
class Kernel {
 public:
  explicit Kernel(std::size_t max_elements) : max_elements_(max_elements) {}
  virtual ~Kernel() = default;

  /// How many elements a call takes; 1 is piece by piece.
  std::size_t max_elements() const { return max_elements_; }

  /// As sendmsg and recvmsg: how many bytes it moved, or minus an errno value.
  ssize_t send(Span<const iovec> elements) { return call(elements, false); }
  ssize_t recv(Span<const iovec> elements) { return call(elements, true); }

 private:
  virtual ssize_t call(Span<const iovec> elements, bool receives) = 0;

  std::size_t max_elements_;
};

}  // namespace lockstep
