// SPDX-License-Identifier: Apache-2.0
// An implementation in any language: a child process that answers a line for each call.
// The environment's LOCKSTEP_PIPE is the command that starts it. It keeps the vectors, and the bytes in them; README.md
// says what is asked and answered.
#include "lockstep/table/adapter.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "child.h"

namespace lockstep {
namespace {

using View = Span<const iovec>;

Child& child() {
  static Child started(std::getenv("LOCKSTEP_PIPE"));
  return started;
}

/// A vector of the child, as long as that child runs.
struct Vector {
  std::size_t number;
  std::size_t child;
  std::string content;
  iovec element = {};
};

Vector& vector_of(void* handle) { return *static_cast<Vector*>(handle); }

std::string hexadecimal(Span<const std::byte> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<std::size_t>(byte) >> 4];
    text += digits[std::to_integer<std::size_t>(byte) & 0xf];
  }
  return text.empty() ? "-" : text;
}

std::string hexadecimal(View elements) {
  std::string text;
  for (const iovec& element : elements)
    if (element.iov_len > 0) text += hexadecimal({static_cast<const std::byte*>(element.iov_base), element.iov_len});
  return text.empty() ? "-" : text;
}

/// The bytes behind the number that was answered, or of an answer without one.
std::string bytes_of(std::string_view text) {
  std::string bytes;
  if (text == "-") return bytes;
  if (text.size() % 2 != 0) throw std::runtime_error("half a byte: " + std::string(text));
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned byte = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (error != std::errc() || end != text.data() + i + 2) throw std::runtime_error("no byte: " + std::string(text));
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::string word(const std::string& text) { return text; }
std::string word(std::size_t number) { return std::to_string(number); }

/// The line `FUNCTION VECTOR ARGUMENT...`, with vectors as their numbers.
template <typename... Arguments>
std::string ask(std::string_view function, const Vector& vector, const Arguments&... arguments) {
  if (vector.child != child().number()) throw std::runtime_error("the child that had this vector has ended");
  std::string line = std::string(function) + " " + std::to_string(vector.number);
  ((line += " " + word(arguments)), ...);
  return child().ask(line);
}

/// What `ask` answers: `skip`, `rejected REASON`, or a number with perhaps bytes behind it, which go to `bytes`.
Result result_of(const std::string& answer, std::string* bytes = nullptr) {
  if (answer == "skip") throw Skipped();
  if (answer == "rejected out_of_range") return {0, Rejection::out_of_range};
  if (answer == "rejected length_error") return {0, Rejection::length_error};
  if (answer == "rejected invalid_argument") return {0, Rejection::invalid_argument};
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(answer.data(), answer.data() + answer.size(), number);
  const bool is_all = end == answer.data() + answer.size();
  if (error != std::errc() || (!is_all && (*end != ' ' || bytes == nullptr)))
    throw std::runtime_error("no answer: " + answer);
  if (bytes != nullptr) *bytes = is_all ? "" : bytes_of(std::string_view(answer).substr(end - answer.data() + 1));
  return {number};
}

Result to_buf(void* vector, std::size_t offset, Span<std::byte> data) {
  std::string bytes;
  const Result result = result_of(ask("to_buf", vector_of(vector), offset, data.size()), &bytes);
  if (result.rejection == Rejection::none && bytes.size() != result.value)
    throw std::runtime_error(std::to_string(result.value) + " bytes are said to be there, and are " +
                             std::to_string(bytes.size()));
  // What is more than was asked for shows as the number.
  std::memcpy(data.data(), bytes.data(), std::min(bytes.size(), data.size()));
  return result;
}

}  // namespace

Implementation make_adapter() {
  Implementation table;
  table.name = "pipe";
  table.deviations.has_own_memory = true;
  table.deviations.past_end_answers_0 = child().declares("past_end_answers_0");
  table.deviations.ranges_are_cut = child().declares("ranges_are_cut");
  table.deviations.from_buf_must_fit = child().declares("from_buf_must_fit");

  table.create = []() -> void* {
    static std::size_t made = 0;
    auto vector = std::make_unique<Vector>(Vector{made++, child().number(), ""});
    result_of(ask("create", *vector));
    return vector.release();
  };
  table.destroy = [](void* handle) {
    const std::unique_ptr<Vector> vector(&vector_of(handle));
    if (vector->child == child().number()) result_of(ask("destroy", *vector));
  };
  table.elements = [](void* handle) -> Span<iovec> {
    Vector& vector = vector_of(handle);
    vector.content = bytes_of(ask("content", vector));
    vector.element = {vector.content.data(), vector.content.size()};
    return {&vector.element, vector.content.empty() ? 0u : 1u};
  };
  table.assign = [](void* vector, View elements) {
    return result_of(ask("assign", vector_of(vector), hexadecimal(elements)));
  };
  table.add = [](void* vector, void* base, std::size_t length) {
    const iovec element = {base, length};
    return result_of(ask("add", vector_of(vector), hexadecimal(View(&element, 1))));
  };
  table.reset = [](void* vector) { return result_of(ask("reset", vector_of(vector))); };
  table.copy_vector = [](void* vector, void* source) {
    return result_of(ask("copy_vector", vector_of(vector), vector_of(source).number));
  };
  table.move_vector = [](void* vector, void* source) {
    return result_of(ask("move_vector", vector_of(vector), vector_of(source).number));
  };
  table.split = [](void* vector, void* source, std::size_t offset) {
    return result_of(ask("split", vector_of(vector), vector_of(source).number, offset));
  };
  OnVector& on_vector = table.on_vector;
  on_vector.size = [](void* vector) { return result_of(ask("size", vector_of(vector))); };
  on_vector.to_buf = to_buf;
  on_vector.from_buf = [](void* vector, std::size_t offset, Span<const std::byte> data) {
    // It may claim any number of bytes. There are as many as the vector has.
    const std::size_t size = bytes_of(ask("content", vector_of(vector))).size();
    const std::string bytes = hexadecimal(data.first(std::min(data.size(), size)));
    return result_of(ask("from_buf", vector_of(vector), offset, data.size(), bytes));
  };
  on_vector.fill = [](void* vector, std::size_t offset, std::byte value, std::size_t bytes) {
    return result_of(ask("fill", vector_of(vector), offset, std::to_integer<unsigned>(value), bytes));
  };
  on_vector.concat = [](void* vector, void* source, std::size_t offset, std::size_t bytes) {
    return result_of(ask("concat", vector_of(vector), vector_of(source).number, offset, bytes));
  };
  on_vector.slice = [](void* vector, void* source, std::size_t offset, std::size_t bytes) {
    return result_of(ask("slice", vector_of(vector), vector_of(source).number, offset, bytes));
  };
  on_vector.discard_front = [](void* vector, std::size_t bytes) {
    return result_of(ask("discard_front", vector_of(vector), bytes));
  };
  on_vector.discard_back = [](void* vector, std::size_t bytes) {
    return result_of(ask("discard_back", vector_of(vector), bytes));
  };
  return table;
}

}  // namespace lockstep
