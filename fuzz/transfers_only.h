// Programs of transfers only, for the fuzzer of sockets.
// The one fact that matters: its mutator makes such programs, too, so what it keeps is what was run, and replay runs
// it.
#pragma once

#include <array>
#include <type_traits>
#include <variant>

#include "lockstep/language/program.h"

namespace lockstep {

/// The program with every other operation made a transfer of the same bytes: both read as records.
inline Program transfers_of(Program program) {
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    const bool stays = std::visit(
        []<typename Op>(const Op&) {
          return std::is_same_v<Op, Assign> || std::is_same_v<Op, Add> || std::is_same_v<Op, AddMany> ||
                 std::is_same_v<Op, DiscardFront> || std::is_same_v<Op, DiscardBack> || std::is_same_v<Op, Send> ||
                 std::is_same_v<Op, Recv>;
        },
        program.operations[i]);
    if (stays) continue;
    std::array<std::uint8_t, kRecordBytes> record{};
    encode(program.operations[i], record.data());
    record[0] = static_cast<std::uint8_t>(Operation(i % 2 == 0 ? Operation(Send{}) : Operation(Recv{})).index());
    program.operations[i] = decode_operation(record.data());
  }
  return program;
}

}  // namespace lockstep
