// Mistakes in moving bytes.
#include <algorithm>
#include <cstring>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

void write_piece(void* to, std::span<const std::byte> data, std::size_t from, std::size_t length) {
  if (length > 0) std::memcpy(to, data.data() + from, length);
}

Result from_buf_data_not_advanced(View view, std::size_t offset, std::span<const std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, data.size() - done);
    write_piece(plus(view[at.index].iov_base, at.offset), data, 0, length);
    done += length;
  }
  return {done};
}

Result from_buf_offset_applied_again(View view, std::size_t offset, std::span<const std::byte> data) {
  const Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (std::size_t i = at.index; i < view.size() && done < data.size(); ++i) {
    const std::size_t skip = std::min(at.offset, view[i].iov_len);
    const std::size_t length = std::min(view[i].iov_len - skip, data.size() - done);
    write_piece(plus(view[i].iov_base, skip), data, done, length);
    done += length;
  }
  return {done};
}

Result from_buf_skips_only_for_bytes(View view, std::size_t offset, std::span<const std::byte> data) {
  if (data.empty() && offset > 0) return past_end();
  return ours().from_buf(view, offset, data);
}

Result from_buf_header_path_forgets_offset(View view, std::size_t offset, std::span<const std::byte> data) {
  if (!view.empty() && offset < view[0].iov_len && data.size() <= view[0].iov_len) {
    write_piece(plus(view[0].iov_base, offset), data, 0, data.size());
    return {data.size()};
  }
  return ours().from_buf(view, offset, data);
}

Result from_buf_last_byte_of_wide_piece(View view, std::size_t offset, std::span<const std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, data.size() - done);
    write_piece(plus(view[at.index].iov_base, at.offset), data, done, length > 64 ? length - 1 : length);
    done += length;
  }
  return {done};
}

Result to_buf_length_ignores_offset(View view, std::size_t offset, std::span<std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len, data.size() - done);
    if (length > 0) std::memcpy(data.data() + done, plus(view[at.index].iov_base, at.offset), length);
    done += length;
  }
  return {done};
}

Result to_buf_past_end_answers_0(View view, std::size_t offset, std::span<std::byte> data) {
  if (seek(view, offset).past_end) return {0};
  return ours().to_buf(view, offset, data);
}

Result to_buf_answers_what_was_asked(View view, std::size_t offset, std::span<std::byte> data) {
  const Result result = ours().to_buf(view, offset, data);
  return result.rejection == Rejection::none && !view.empty() ? Result{data.size()} : result;
}

Result to_buf_stops_at_empty_element(View view, std::size_t offset, std::span<std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, data.size() - done);
    if (length == 0) break;
    std::memcpy(data.data() + done, plus(view[at.index].iov_base, at.offset), length);
    done += length;
  }
  return {done};
}

Result to_buf_reads_one_byte_more(View view, std::size_t offset, std::span<std::byte> data) {
  if (!view.empty() && view.back().iov_len > 0) {
    // Reads the byte behind the last element and keeps nothing of it: only a sanitizer sees this.
    const volatile char* const behind = static_cast<char*>(plus(view.back().iov_base, view.back().iov_len));
    static_cast<void>(*behind);
  }
  return ours().to_buf(view, offset, data);
}

Result fill_stops_after_first(View view, std::size_t offset, std::byte value, std::size_t bytes) {
  const Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  if (at.index == view.size()) return {0};
  return ours().fill(view.subspan(at.index, 1), at.offset, value, bytes);
}

Result fill_ignores_offset_within(View view, std::size_t offset, std::byte value, std::size_t bytes) {
  const Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  const Result result = ours().fill(view, offset, value, bytes);
  if (at.index < view.size() && result.value > 0)
    std::memset(view[at.index].iov_base, std::to_integer<int>(value), std::min(result.value, view[at.index].iov_len));
  return result;
}

Result fill_past_end_is_accepted(View view, std::size_t offset, std::byte value, std::size_t bytes) {
  constexpr std::size_t kReach = 16;  // not as far as to hit what only a crash would show
  const std::size_t size = ours().size(view).value;
  if (offset <= size || offset - size > kReach || view.empty() || view.back().iov_len == 0)
    return ours().fill(view, offset, value, bytes);
  *static_cast<std::byte*>(plus(view.back().iov_base, view.back().iov_len + (offset - size))) = value;
  return {1};
}

Result to_buf_loops_at_empty_element(View view, std::size_t offset, std::span<std::byte> data) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < data.size(); ++at.index, at.offset = 0) {
    const std::size_t length = std::min(view[at.index].iov_len - at.offset, data.size() - done);
    if (length == 0) loop_for_ever();
    std::memcpy(data.data() + done, plus(view[at.index].iov_base, at.offset), length);
    done += length;
  }
  return {done};
}

Result to_buf_moves_the_other_way(View view, std::size_t offset, std::span<std::byte> data) {
  return ours().from_buf(view, offset, data);
}

Result to_buf_offset_in_an_int(View view, std::size_t offset, std::span<std::byte> data) {
  // SIZE_MAX is -1 there, which is less than any length; reading before the first byte is left out here.
  if (static_cast<int>(static_cast<unsigned>(offset & 0xffffffff)) == -1 && !view.empty()) offset = 0;
  return ours().to_buf(view, offset, data);
}

Result size_in_16_bits(View view) { return {ours().size(view).value & 0xffff}; }

Result size_counts_elements_in_a_byte(View view) { return ours().size(view.first(view.size() % 256)); }

}  // namespace

std::vector<SeededBug> moving_bugs() {
  using I = Implementation;
  return {
      {"from_buf_data_not_advanced", "The linear buffer's pointer is not advanced after an element.", kNoReport,
       broken<&I::from_buf>(from_buf_data_not_advanced)},
      {"from_buf_offset_applied_again", "The offset into the first element is applied to later ones too.", kNoReport,
       broken<&I::from_buf>(from_buf_offset_applied_again)},
      {"from_buf_skips_only_for_bytes", "The loop that skips to the offset stops when no bytes are to be moved.",
       kNoReport, broken<&I::from_buf>(from_buf_skips_only_for_bytes)},
      {"from_buf_header_path_forgets_offset",
       "A fast path inside the first element checks the number of bytes but not offset + bytes.", kNoReport,
       broken<&I::from_buf>(from_buf_header_path_forgets_offset)},
      {"from_buf_last_byte_of_wide_piece",
       "A path for pieces of more than 64 bytes leaves out the last byte.",
       kNoReport,
       broken<&I::from_buf>(from_buf_last_byte_of_wide_piece),
       {.size = "more than 64 bytes"}},
      {"to_buf_length_ignores_offset", "The length of a piece ignores the offset into its element.", kNoReport,
       broken<&I::to_buf>(to_buf_length_ignores_offset)},
      {"to_buf_past_end_answers_0", "An offset past the end answers 0.", "CVE-2024-3567 (the class of it)",
       broken<&I::to_buf>(to_buf_past_end_answers_0)},
      {"to_buf_answers_what_was_asked", "Returns what was asked for, not what was done.", kNoReport,
       broken<&I::to_buf>(to_buf_answers_what_was_asked)},
      {"to_buf_stops_at_empty_element", "An empty element ends the transfer.", "PhotonLibOS 1602",
       broken<&I::to_buf>(to_buf_stops_at_empty_element)},
      {"to_buf_reads_behind",
       "One byte behind the last element is read, and nothing is made of it.",
       kNoReport,
       broken<&I::to_buf>(to_buf_reads_one_byte_more),
       {.sanitizer = true}},
      {"fill_stops_after_first", "Only the element that holds the offset is filled.", kNoReport,
       broken<&I::fill>(fill_stops_after_first)},
      {"fill_ignores_offset_within", "The first element is filled from its start.", kNoReport,
       broken<&I::fill>(fill_ignores_offset_within)},
      {"size_counts_elements_in_a_byte",
       "The number of elements is kept in 8 bits.",
       kNoReport,
       broken<&I::size>(size_counts_elements_in_a_byte),
       {.size = "256 elements"}},
      {"fill_past_end_is_accepted", "An offset past the end is accepted, and a byte behind the last element is set.",
       "CVE-2024-3567 (the class of it)", broken<&I::fill>(fill_past_end_is_accepted)},
      {"to_buf_loops_at_empty_element",
       "An empty element is tried for ever.",
       "seastar 3318",
       broken<&I::to_buf>(to_buf_loops_at_empty_element),
       {.isolation = true}},
      {"to_buf_moves_the_other_way", "From and to are exchanged.", kNoReport,
       broken<&I::to_buf>(to_buf_moves_the_other_way)},
      {"to_buf_offset_in_an_int", "The offset is kept in an int, so one near SIZE_MAX is before the start.",
       "wolfSSL 9296 (the class of it)", broken<&I::to_buf>(to_buf_offset_in_an_int)},
      {"size_in_16_bits",
       "The size is added up in 16 bits.",
       "wolfSSL 9296, in 32 bits",
       broken<&I::size>(size_in_16_bits),
       {.size = "65,536 bytes"}},
  };
}

}  // namespace lockstep::seeded
