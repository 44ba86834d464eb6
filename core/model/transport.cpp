// SPDX-License-Identifier: Apache-2.0
#include "model/transport.h"

namespace model {
namespace {

/// A byte of the range: where it lies, and in which element of the array.
struct RangeByte {
  std::size_t index;
  Address address;
};

/// Every byte of the range, in order of position.
List<RangeByte> bytes_of_range(const Vector& v, std::size_t offset, std::size_t bytes) {
  List<RangeByte> range;
  std::size_t position = 0;
  for (std::size_t index = v.start; index < v.start + v.count; ++index) {
    for (const Address address : v.array[index].bytes) {
      if (position >= offset && position - offset < bytes) range.push_back({index, address});
      ++position;
    }
  }
  return range;
}

/// The bytes that are not moved yet, as at most `limit` elements: bytes of the same element of the array stay together.
List<Element> offer(const List<RangeByte>& range, std::size_t moved, std::size_t limit) {
  List<Element> offered;
  for (std::size_t i = moved; i < range.size(); ++i) {
    const bool is_first_of_element = i == moved || range[i].index != range[i - 1].index;
    if (is_first_of_element && offered.size() == limit) break;
    if (is_first_of_element) offered.push_back({range[i].address, {}});
    offered.back().bytes.push_back(range[i].address);
  }
  return offered;
}

/// Half of its bytes, rounded up.
std::size_t half_of(const List<Element>& offered) {
  std::size_t bytes = 0;
  for (const Element& element : offered) bytes += element.bytes.size();
  return (bytes + 1) / 2;
}

/// Calls move(address) for every byte that a call moves.
template <typename Move>
Transfer transfer(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t limit,
                  std::span<const ScriptedCall> script, bool receives, Move move) {
  Transfer result;
  if (bytes == 0) return result;
  const std::size_t size = model::size(v).value;
  if (offset > size || bytes > size - offset) {
    result.rejection = Rejection::out_of_range;
    return result;
  }
  const List<RangeByte> range = bytes_of_range(v, offset, bytes);
  while (result.bytes < bytes) {
    const std::size_t number = result.calls.size();
    Call& call = result.calls.emplace_back();
    call.offered = offer(range, result.bytes, limit);
    std::size_t most = bytes;
    if (number < script.size()) {
      const ScriptedCall& scripted = script[number];
      call.reply = scripted.reply;
      most = scripted.half ? half_of(call.offered) : scripted.most;
    }
    if (call.reply == Reply::moves) {
      for (const Element& element : call.offered) {
        for (const Address address : element.bytes) {
          if (call.moved == most) break;
          move(address, result);
          ++call.moved;
        }
      }
    }
    result.bytes += call.moved;
    if (call.reply == Reply::interrupted) continue;
    if (call.reply != Reply::moves) {
      result.error = call.reply;
      break;
    }
    if (call.moved == 0) {
      result.end_of_stream = receives;
      break;
    }
  }
  return result;
}

}  // namespace

Transfer send(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t limit,
              std::span<const ScriptedCall> script, const Memory& memory) {
  return transfer(v, offset, bytes, limit, script, false, [&memory](Address address, Transfer& result) {
    result.wire.push_back(memory[static_cast<std::size_t>(address)]);
  });
}

Transfer recv(const Vector& v, std::size_t offset, std::size_t bytes, std::size_t limit,
              std::span<const ScriptedCall> script, const std::uint8_t* incoming, Memory& memory) {
  return transfer(v, offset, bytes, limit, script, true, [incoming, &memory](Address address, Transfer& result) {
    const std::uint8_t byte = incoming[result.wire.size()];
    memory[static_cast<std::size_t>(address)] = byte;
    result.wire.push_back(byte);
  });
}

AnswerInC answer_in_c(std::size_t bytes, Reply error) {
  const bool stops = error == Reply::again && bytes > 0;
  if (error != Reply::moves && !stops) return {true, 0};
  return {false, bytes};
}

}  // namespace model
