// Mistakes in showing bytes.
#include <algorithm>
#include <cstdint>
#include <string>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

Result hexdump_ignores_limit(View view, const std::string& prefix, std::size_t, std::string& text) {
  return ours().hexdump(view, prefix, SIZE_MAX, text);
}

Result hexdump_last_line_misaligned(View view, const std::string& prefix, std::size_t limit, std::string& text) {
  const Result result = ours().hexdump(view, prefix, limit, text);
  const std::size_t shown = std::min(limit, ours().size(view).value) % 16;
  if (result.rejection != Rejection::none || shown == 0) return result;
  // What stands before the characters of the last line: blanks for the bytes that are missing, and one more.
  const std::size_t characters = text.size() - 1 - shown;
  const std::size_t last_byte = text.find_last_not_of(' ', characters - 1);
  text.erase(last_byte + 1, characters - last_byte - 2);
  return result;
}

Result hexdump_offset_in_4_digits(View view, const std::string& prefix, std::size_t limit, std::string& text) {
  const Result result = ours().hexdump(view, prefix, limit, text);
  constexpr std::size_t kFourDigits = 65536;
  if (std::min(limit, ours().size(view).value) <= kFourDigits) return result;
  std::string cut;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t digits = at + prefix.size() + 2;
    const std::size_t end = text.find('\n', at) + 1;
    const std::size_t colon = text.find(':', digits);
    cut.append(text, at, digits - at).append(text, colon - 4, end - (colon - 4));
    at = end;
  }
  text = cut;
  return result;
}

}  // namespace

std::vector<SeededBug> showing_bugs() {
  using I = Implementation;
  return {
      {"hexdump_ignores_limit", "All bytes are shown, whatever the limit.", kNoReport,
       broken<&I::hexdump>(hexdump_ignores_limit)},
      {"hexdump_last_line_misaligned", "A short last line has its characters right behind its bytes.", kNoReport,
       broken<&I::hexdump>(hexdump_last_line_misaligned)},
      {"hexdump_offset_in_4_digits",
       "Of offsets from 64 KiB on, four digits are shown.",
       "QEMU 4c386f80 overruns its line",
       broken<&I::hexdump>(hexdump_offset_in_4_digits),
       {.size = "more than 65,536 bytes"}},
  };
}

}  // namespace lockstep::seeded
