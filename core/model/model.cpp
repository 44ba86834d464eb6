// SPDX-License-Identifier: Apache-2.0
// The contract, sentence by sentence: counting, moving, comparing and showing bytes.
// Be slow and obvious: a line that is clever here is a line that nothing judges.
#include "model/model.h"

#include <optional>

#include "model/positions.h"

namespace model {

namespace {

/// Appends a number in lower-case hexadecimal, with leading zeros up to `least` digits; more where the value needs
/// them.
void add_hex(std::string& text, std::size_t value, int least) {
  if (value >= 16 || least > 1) add_hex(text, value / 16, least - 1);
  text += "0123456789abcdef"[value % 16];
}

/// In C: element by element, which must have the same lengths as far as they are looked at.
Result first_difference_of_elements(const Vector& a, const Vector& b, const Memory& memory) {
  if (a.count != b.count) return {0, Rejection::invalid_argument};
  std::size_t position = 0;
  for (std::size_t i = 0; i < a.count; ++i) {
    const List<Address>& in_a = a.array[a.start + i].bytes;
    const List<Address>& in_b = b.array[b.start + i].bytes;
    if (in_a.size() != in_b.size()) return {0, Rejection::invalid_argument};
    for (std::size_t byte = 0; byte < in_a.size(); ++byte) {
      if (memory[place(memory, in_a[byte])] != memory[place(memory, in_b[byte])]) return {position};
      ++position;
    }
  }
  return {kNoDifference};
}

}  // namespace

Result size(const Vector& v) {
  Result total;
  for_each_position(v, [&](std::size_t, std::size_t, Address) { ++total.value; });
  return total;
}

Result array_size(const Vector& v) {
  Result total;
  for (const Element& element : v.array) {
    for (std::size_t i = 0; i < element.bytes.size(); ++i) ++total.value;
  }
  return total;
}

Result vector_size(const Vector& v) {
  if (!is_c(v.dialect) || v.kind == Vector::Kind::embedded) return array_size(v);
  return {v.stored_size};
}

Result from_buf(const Vector& v, std::size_t offset, std::span<const std::uint8_t> data, Memory& memory) {
  if (v.rejects_past_end && offset > size(v).value) return {0, Rejection::out_of_range};
  Result copied;
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (!within(position, offset, data.size())) return;
    memory[place(memory, address)] = data[position - offset];
    ++copied.value;
  });
  return copied;
}

Result to_buf(const Vector& v, std::size_t offset, std::span<std::uint8_t> data, const Memory& memory) {
  if (v.rejects_past_end && offset > size(v).value) return {0, Rejection::out_of_range};
  Result copied;
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (!within(position, offset, data.size())) return;
    data[position - offset] = memory[place(memory, address)];
    ++copied.value;
  });
  return copied;
}

Result fill(const Vector& v, std::size_t offset, std::uint8_t value, std::size_t bytes, Memory& memory) {
  if (v.rejects_past_end && offset > size(v).value) return {0, Rejection::out_of_range};
  Result set;
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (!within(position, offset, bytes)) return;
    memory[place(memory, address)] = value;
    ++set.value;
  });
  return set;
}

Result is_zero(const Vector& v, std::size_t offset, std::size_t bytes, const Memory& memory) {
  if (!contains(v, offset, bytes)) return {0, Rejection::out_of_range};
  Result all_zero{1};
  for_each_position(v, [&](std::size_t position, std::size_t, Address address) {
    if (within(position, offset, bytes) && memory[place(memory, address)] != 0) all_zero.value = 0;
  });
  return all_zero;
}

Result first_difference(const Vector& a, const Vector& b, const Memory& memory) {
  if (is_c(a.dialect)) return first_difference_of_elements(a, b, memory);
  const List<std::uint8_t> in_a = contents(a, SIZE_MAX, memory);
  const List<std::uint8_t> in_b = contents(b, SIZE_MAX, memory);
  std::size_t position = 0;
  for (; position < in_a.size() && position < in_b.size(); ++position) {
    if (in_a[position] != in_b[position]) return {position};
  }
  if (in_a.size() == in_b.size()) return {kNoDifference};
  return {position};  // where the shorter one ends
}

std::string hexdump(const Vector& v, const std::string& prefix, std::size_t limit, const Memory& memory) {
  const List<std::uint8_t> shown = contents(v, limit, memory);
  std::string text;
  for (std::size_t offset = 0; offset < shown.size(); offset += 16) {
    text += prefix;
    text += ": ";
    add_hex(text, offset, 4);
    text += ':';
    for (std::size_t i = 0; i < 16; ++i) {
      text += i % 4 == 0 ? "  " : " ";
      if (offset + i < shown.size())
        add_hex(text, shown[offset + i], 2);
      else
        text += "  ";
    }
    text += ' ';
    for (std::size_t i = 0; i < 16 && offset + i < shown.size(); ++i) {
      const std::uint8_t byte = shown[offset + i];
      text += byte >= 0x20 && byte <= 0x7e ? static_cast<char>(byte) : '.';
    }
    text += '\n';
  }
  return text;
}

}  // namespace model
