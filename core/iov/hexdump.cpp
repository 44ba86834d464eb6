// SPDX-License-Identifier: Apache-2.0
#include "iov/hexdump.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ostream>

#include "iov/iov.h"
#include "iov/walk.h"

namespace iov {
namespace {

constexpr std::size_t kBytesPerLine = 16;
constexpr std::size_t kBytesPerGroup = 4;
constexpr std::string_view kDigits = "0123456789abcdef";

/// Gathers bytes into lines and gives each, in parts, to write(text), which answers whether to go on.
template <typename Write>
class Lines {
 public:
  Lines(std::string_view prefix, Write write) : prefix_(prefix), write_(write) {}

  bool add(const unsigned char* bytes, std::size_t count) {
    while (count > 0) {
      const std::size_t taken = std::min(count, kBytesPerLine - filled_);
      std::copy_n(bytes, taken, line_.data() + filled_);
      filled_ += taken;
      bytes += taken;
      count -= taken;
      if (filled_ == kBytesPerLine && !flush()) return false;
    }
    return true;
  }

  bool flush() {
    if (filled_ == 0) return true;
    const bool written = write_(prefix_) && write_(std::string_view(": ")) && write_offset() && write_bytes();
    offset_ += filled_;
    filled_ = 0;
    return written;
  }

 private:
  bool write_offset() {
    std::array<char, 2 * sizeof offset_> digits{};
    std::size_t first = digits.size();
    for (std::size_t rest = offset_; rest > 0 || first > digits.size() - 4; rest >>= 4)
      digits[--first] = kDigits[rest & 0xf];
    return write_(std::string_view(digits.data() + first, digits.size() - first));
  }

  bool write_bytes() {
    // ':', then a blank before every group and 3 places for every byte, a blank, the bytes as ASCII, and the newline.
    std::array<char, 1 + kBytesPerLine / kBytesPerGroup + 3 * kBytesPerLine + 1 + kBytesPerLine + 1> text;
    char* next = text.data();
    *next++ = ':';
    for (std::size_t i = 0; i < kBytesPerLine; ++i) {
      if (i % kBytesPerGroup == 0) *next++ = ' ';
      *next++ = ' ';
      *next++ = i < filled_ ? kDigits[line_[i] >> 4] : ' ';
      *next++ = i < filled_ ? kDigits[line_[i] & 0xf] : ' ';
    }
    *next++ = ' ';
    for (std::size_t i = 0; i < filled_; ++i)
      *next++ = line_[i] >= 0x20 && line_[i] <= 0x7e ? static_cast<char>(line_[i]) : '.';
    *next++ = '\n';
    return write_(std::string_view(text.data(), static_cast<std::size_t>(next - text.data())));
  }

  std::string_view prefix_;
  Write write_;
  std::array<unsigned char, kBytesPerLine> line_{};
  std::size_t filled_ = 0;
  std::size_t offset_ = 0;  // of the line's first byte
};

template <typename Write>
void dump(std::span<const iovec> v, std::string_view prefix, std::size_t limit, std::error_code& error, Write write) {
  detail::tell(detail::size(v).reason, error);
  if (error) return;
  Lines lines(prefix, write);
  bool written = true;
  detail::for_each_piece({v}, limit, [&](const void* start, std::size_t length) {
    return written = lines.add(static_cast<const unsigned char*>(start), length);
  });
  if (written) lines.flush();
}

}  // namespace

void hexdump(std::span<const iovec> v, std::FILE* out, std::string_view prefix, std::size_t limit,
             std::error_code& error) noexcept {
  std::error_code failure;
  const int errno_before = errno;
  dump(v, prefix, limit, error, [out, &failure](std::string_view text) {
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), out) == text.size()) return true;
    failure = errno != 0 ? std::error_code(errno, std::generic_category()) : std::make_error_code(std::errc::io_error);
    return false;
  });
  errno = errno_before;
  if (failure) error = failure;
}

void hexdump(std::span<const iovec> v, std::ostream& out, std::string_view prefix, std::size_t limit,
             std::error_code& error) {
  bool written = true;
  dump(v, prefix, limit, error, [&](std::string_view text) {
    return written = static_cast<bool>(out.write(text.data(), static_cast<std::streamsize>(text.size())));
  });
  if (!written) error = std::make_error_code(std::errc::io_error);
}

std::string hexdump(std::span<const iovec> v, std::string_view prefix, std::size_t limit, std::error_code& error) {
  std::string dumped;
  dump(v, prefix, limit, error, [&dumped](std::string_view text) {
    dumped += text;
    return true;
  });
  return dumped;
}

}  // namespace iov
