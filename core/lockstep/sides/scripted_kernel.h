// SPDX-License-Identifier: Apache-2.0
// The kernel that implementations of send and recv are run on: its calls follow a script.
// It records the elements that each call was offered, so that needless calls, or other elements, show even where the
// bytes are right.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <string>

#include "lockstep/language/operand.h"
#include "lockstep/sides/observation.h"
#include "lockstep/table/kernel.h"

namespace lockstep {

class Actual;

class ScriptedKernel final : public Kernel {
 public:
  /// Bytes sent go to `wire`, bytes received come from it.
  ScriptedKernel(const Actual& side, const Script& script, std::size_t max_elements, std::span<std::byte> wire)
      : Kernel(max_elements), side_(side), script_(script), wire_(wire) {}

  /// A line for each call: `0+2,4+1=2`.
  const std::string& text() const { return text_; }

 private:
  /// Elements outside the arena are EFAULT, more of them than a call takes EMSGSIZE, and calls without end EIO.
  ssize_t call(Span<const iovec> elements, bool receives) override;
  bool is_in_arena(const ElementState& element) const;
  ssize_t move(std::span<const iovec> elements, std::size_t most, bool receives);

  const Actual& side_;
  const Script& script_;
  std::span<std::byte> wire_;
  std::size_t calls_ = 0;
  std::size_t moved_ = 0;
  std::string text_;
};

/// The prefix of each line of a hexdump.
inline const std::string kHexdumpPrefix = "p";

/// Of an error; of bytes moved nothing.
std::string_view reply_name(model::Reply reply);
/// By name if the script can say it.
std::string error_name(int number);

}  // namespace lockstep
