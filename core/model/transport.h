// SPDX-License-Identifier: Apache-2.0
// What send and recv mean, one byte at a time, over a kernel that does what a script says.
// The script says what each call does, so everything follows from the arguments: the elements offered to every call,
// the bytes on the wire, the ending, and the bytes left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/list.h"
#include "model/model.h"

namespace model {

/// What a call to the kernel does: moves bytes (0 of them are the end of the stream to recv), or fails.
enum class Reply : std::uint8_t { moves, interrupted, again, reset, pipe };

struct ScriptedCall {
  Reply reply;
  std::size_t most;   ///< Moved, if so many are offered.
  bool half = false;  ///< Moves half of what it is offered instead, rounded up.
};

/// A call as it was made.
struct Call {
  List<Element> offered;
  Reply reply = Reply::moves;
  std::size_t moved = 0;
};

struct Transfer {
  Rejection rejection = Rejection::none;
  std::size_t bytes = 0;
  Reply error = Reply::moves;  ///< The error that ended it, if one did.
  bool end_of_stream = false;
  List<std::uint8_t> wire;  ///< What was sent or received, in order.
  List<Call> calls;
};

/// Moves the bytes at positions [offset, offset + bytes) of the view, in order. Each call is offered the bytes that are
/// left, in the first `limit` of the elements that are not empty. Calls after the script move all that they are
/// offered. Goes on after an interruption, and ends with everything moved, with an error, or with a call that moves
/// nothing. 0 bytes: no call, and nothing is looked at. Rejected (out_of_range) unless the whole range lies inside the
/// elements; then there is no call.
Transfer send(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t limit,
              std::span<const ScriptedCall> script, const Memory& memory);

/// The same into the view, from the bytes on the wire.
Transfer recv(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t limit,
              std::span<const ScriptedCall> script, const std::uint8_t* incoming, Memory& memory);

/// What C answers: the bytes, or `failed` for -1 and the error. It fails on EAGAIN if nothing was moved, and on any
/// other error whatever was moved.
struct AnswerInC {
  bool failed;
  std::size_t bytes;
};
AnswerInC answer_in_c(std::size_t bytes, Reply error);

}  // namespace model
