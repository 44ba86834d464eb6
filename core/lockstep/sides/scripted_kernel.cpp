#include "lockstep/sides/scripted_kernel.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lockstep/sides/subject.h"

namespace lockstep {
namespace {

/// More calls than any sound implementation makes of one transfer, so that a broken one ends.
constexpr std::size_t kMostCalls = 3 * kMaxElements;

int errno_of(model::Reply reply) {
  switch (reply) {
    case model::Reply::interrupted:
      return EINTR;
    case model::Reply::again:
      return EAGAIN;
    case model::Reply::reset:
      return ECONNRESET;
    case model::Reply::pipe:
      return EPIPE;
    case model::Reply::moves:
      break;
  }
  return 0;
}

}  // namespace

ssize_t ScriptedKernel::call(std::span<const iovec> elements, bool receives) {
  if (calls_ == kMostCalls) return -EIO;
  const Script::Call scripted = calls_ < script_.count ? script_.calls[calls_] : Script::Call{};
  const bool is_scripted = calls_++ < script_.count;
  std::vector<Extent> offered;
  bool is_inside = true;
  for (const iovec& element : elements) {
    offered.push_back(subject_.extent_of(element));
    const Extent& extent = offered.back();
    is_inside =
        is_inside &&
        (element.iov_len == 0 ||
         (extent.base >= 0 && element.iov_len <= subject_.arena().bytes - static_cast<std::size_t>(extent.base)));
  }
  ssize_t result = 0;
  if (elements.size() > max_elements()) {
    result = -EMSGSIZE;
  } else if (is_scripted && scripted.reply() != model::Reply::moves) {
    result = -errno_of(scripted.reply());
  } else if (!is_inside) {
    result = -EFAULT;
  } else {
    result = move(elements, is_scripted ? scripted.most() : SIZE_MAX, receives);
  }
  print_call(text_, offered, result < 0 ? error_name(static_cast<int>(-result)) : std::to_string(result));
  return result;
}

ssize_t ScriptedKernel::move(std::span<const iovec> elements, std::size_t most, bool receives) {
  std::size_t done = 0;
  for (const iovec& element : elements) {
    const std::size_t length = std::min(element.iov_len, most - done);
    // A broken implementation may move more than there is room for on the wire: what it is offered shows that.
    const std::size_t fit = std::min(length, wire_.size() - std::min(wire_.size(), moved_));
    if (fit > 0 && receives) std::memcpy(element.iov_base, wire_.data() + moved_, fit);
    if (fit > 0 && !receives) std::memcpy(wire_.data() + moved_, element.iov_base, fit);
    moved_ += length;
    done += length;
  }
  return static_cast<ssize_t>(done);
}

void print_call(std::string& text, const std::vector<Extent>& offered, std::string_view reply) {
  for (std::size_t i = 0; i < offered.size(); ++i) {
    if (i > 0) text += ',';
    print_extents(text, offered, i, i + 1);
  }
  text.append("=").append(reply).append("\n");
}

std::string_view reply_name(model::Reply reply) {
  switch (reply) {
    case model::Reply::interrupted:
      return "EINTR";
    case model::Reply::again:
      return "EAGAIN";
    case model::Reply::reset:
      return "ECONNRESET";
    case model::Reply::pipe:
      return "EPIPE";
    case model::Reply::moves:
      break;
  }
  return "";
}

std::string error_name(int number) {
  for (const model::Reply reply :
       {model::Reply::interrupted, model::Reply::again, model::Reply::reset, model::Reply::pipe})
    if (number == errno_of(reply)) return std::string(reply_name(reply));
  return "errno-" + std::to_string(number);
}

}  // namespace lockstep
