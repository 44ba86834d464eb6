// SPDX-License-Identifier: Apache-2.0
#include "lockstep/sides/scripted_kernel.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "lockstep/language/number.h"
#include "lockstep/sides/actual.h"

namespace lockstep {
namespace {

struct Error {
  model::Reply reply;
  int number;
  std::string_view name;
};

/// The errors that a script can say.
constexpr std::array<Error, 4> kErrors = {{{model::Reply::interrupted, EINTR, "EINTR"},
                                           {model::Reply::again, EAGAIN, "EAGAIN"},
                                           {model::Reply::reset, ECONNRESET, "ECONNRESET"},
                                           {model::Reply::pipe, EPIPE, "EPIPE"}}};

/// Null for a reply that is none.
const Error* error_of(model::Reply reply) {
  const auto found = std::find_if(kErrors.begin(), kErrors.end(), [&](const Error& one) { return one.reply == reply; });
  return found == kErrors.end() ? nullptr : found;
}

/// How many bytes a scripted call moves at most.
std::size_t most_of(const Script::Call& scripted, std::span<const iovec> elements) {
  if (!scripted.is_half()) return scripted.most();
  std::size_t half = 0;
  std::size_t odd = 0;
  for (const iovec& element : elements) {
    odd += element.iov_len % 2;
    half += element.iov_len / 2;
  }
  return half + (odd + 1) / 2;
}

/// POSIX lets a call move SSIZE_MAX bytes.
bool is_too_long(std::span<const iovec> elements) {
  std::size_t bytes = 0;
  return std::any_of(elements.begin(), elements.end(), [&](const iovec& element) {
    return __builtin_add_overflow(bytes, element.iov_len, &bytes) || bytes > SSIZE_MAX;
  });
}

}  // namespace

bool ScriptedKernel::is_in_arena(const ElementState& element) const {
  if (!side_.arena().is_backed() || element.length == 0) return true;
  return element.base == ElementState::Base::at && element.length <= side_.arena().bytes - element.offset;
}

ssize_t ScriptedKernel::call(Span<const iovec> elements, bool receives) {
  // More calls than any sound implementation makes of one transfer, so that a broken one ends.
  if (calls_ == 3 * side_.arena().most_elements()) return -EIO;
  const Script::Call scripted = calls_ < script_.count ? script_.calls[calls_] : Script::Call{};
  const bool is_scripted = calls_++ < script_.count;
  bool is_inside = true;
  bool is_told = false;
  for (const iovec& element : elements) {
    const ElementState offered = side_.state_of(element);
    const bool counts = element.iov_len > 0 || !side_.implementation().deviations.empty_elements_do_not_count;
    if (counts && is_told) text_ += ',';
    if (counts) print_element(text_, offered);
    is_told = is_told || counts;
    is_inside = is_inside && is_in_arena(offered);
  }
  ssize_t result = 0;
  if (elements.size() > max_elements()) {
    result = -EMSGSIZE;
  } else if (is_too_long(elements)) {
    result = -EINVAL;
  } else if (const Error* const error = error_of(scripted.reply()); is_scripted && error != nullptr) {
    result = -error->number;
  } else if (!is_inside) {
    result = -EFAULT;
  } else {
    result = move(elements, is_scripted ? most_of(scripted, elements) : SIZE_MAX, receives);
  }
  text_ += '=';
  text_ += result < 0 ? error_name(static_cast<int>(-result)) : print_number(static_cast<std::size_t>(result));
  text_ += '\n';
  return result;
}

ssize_t ScriptedKernel::move(std::span<const iovec> elements, std::size_t most, bool receives) {
  std::size_t done = 0;
  for (const iovec& element : elements) {
    const std::size_t length = std::min(element.iov_len, most - done);
    // A broken implementation may move more than there is room for on the wire: the elements offered show that.
    const std::size_t room = side_.arena().is_backed() ? wire_.size() - std::min(wire_.size(), moved_) : 0;
    const std::size_t fit = std::min(length, room);
    if (fit > 0 && receives) std::memcpy(element.iov_base, wire_.data() + moved_, fit);
    if (fit > 0 && !receives) std::memcpy(wire_.data() + moved_, element.iov_base, fit);
    static_cast<void>(__builtin_add_overflow(moved_, length, &moved_));
    done += length;
  }
  return static_cast<ssize_t>(done);
}

std::string_view reply_name(model::Reply reply) { return error_of(reply) != nullptr ? error_of(reply)->name : ""; }

std::string error_name(int number) {
  for (const Error& error : kErrors)
    if (error.number == number) return std::string(error.name);
  return "errno-" + std::to_string(number);
}

}  // namespace lockstep
