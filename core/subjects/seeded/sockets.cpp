// SPDX-License-Identifier: Apache-2.0
// Mistakes in sending and receiving. One transfer that is right but for the fault it is told to have.
#include <cerrno>
#include <csignal>
#include <vector>

#include "lockstep/table/kernel.h"
#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

enum class Fault {
  none,
  old_base,
  old_base_in_third,
  old_base_in_last_offered,
  old_length,
  old_length_in_third,
  short_piece_ends_element,
  boundary_skips_an_element,
  counted_twice,
  not_counted,
  end_is_retried,
  nothing_sent_is_retried,
  count_lost_on_again,
  count_lost_on_error,
  interruption_is_an_error,
  interrupted_starts_over,
  modifies_elements,
  zero_bytes_reach_the_kernel,
  offers_too_many,
  offers_one_less,
  offers_rest_of_batch,
  errno_changes,
  error_is_a_length,
  raises_sigpipe,
};

struct Left {
  iovec rest;
  std::size_t index;  ///< In the caller's array.
};

std::vector<Left> range_of(View view, std::size_t offset, std::size_t bytes) {
  std::vector<Left> range;
  walk(view, offset, bytes, [&](Part part) {
    if (part.length > 0) range.push_back({{part.base, part.length}, part.index});
  });
  return range;
}

/// Takes what was moved from the front of what is left, and the first `most` of them were offered.
void advance(std::vector<Left>& left, std::size_t moved, std::size_t most, Fault fault, View view,
             bool piece_by_piece) {
  std::size_t gone = 0;
  while (gone < left.size() && left[gone].rest.iov_len <= moved) moved -= left[gone++].rest.iov_len;
  left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(gone));
  if (left.empty()) return;
  const bool is_inside = moved > 0;
  const bool skips = is_inside ? fault == Fault::short_piece_ends_element && piece_by_piece
                               : fault == Fault::boundary_skips_an_element && left.size() > 1;
  if (skips) left.erase(left.begin());
  if (skips || !is_inside) return;
  iovec& rest = left.front().rest;
  const bool is_third = left.front().index == 2;
  const bool is_last_offered = most > 1 && gone + 1 == most;
  const bool base_stays = fault == Fault::old_base || (fault == Fault::old_base_in_third && is_third) ||
                          (fault == Fault::old_base_in_last_offered && is_last_offered);
  const bool length_stays = fault == Fault::old_length || (fault == Fault::old_length_in_third && is_third);
  if (!base_stays) rest.iov_base = plus(rest.iov_base, moved);
  if (!length_stays) rest.iov_len -= moved;
  if (fault == Fault::modifies_elements) const_cast<iovec&>(view[left.front().index]) = rest;
}

/// What the C function makes of it.
Result answer_in_c(std::size_t done, TransferStatus& status) {
  status.end_of_stream = false;
  const bool is_partial = status.error == EAGAIN && done > 0;
  if (status.error != 0 && !is_partial) return {SIZE_MAX};
  status.error = 0;
  return {done};
}

template <Fault fault, bool sends, bool c = false>
Result transfer(Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) {
  if (bytes == 0 && fault != Fault::zero_bytes_reach_the_kernel) return {};
  if (bytes > 0 && is_rejected(ours().slice_count(view, offset, bytes))) return past_end();
  const std::vector<Left> range = range_of(view, offset, bytes);
  std::vector<Left> left = range;
  std::size_t batch = 0;  // elements of the last offer that are left
  std::size_t done = 0;
  do {
    const std::size_t limit = kernel.max_elements();
    std::size_t most = fault == Fault::offers_too_many ? left.size() : std::min(left.size(), limit);
    if (fault == Fault::offers_rest_of_batch && batch > 0) most = batch;
    if (fault == Fault::offers_one_less && left.size() == limit && limit > 1) most = limit - 1;
    std::vector<iovec> offered;
    for (std::size_t i = 0; i < most; ++i) offered.push_back(left[i].rest);
    const ssize_t moved = sends ? kernel.send(offered) : kernel.recv(offered);
    if (moved == -EINTR && fault != Fault::interruption_is_an_error) {
      if (fault == Fault::interrupted_starts_over) left = range, done = 0;
      continue;
    }
    if (moved == 0 && fault == (sends ? Fault::nothing_sent_is_retried : Fault::end_is_retried)) continue;
    if (moved == 0) {
      status.end_of_stream = !sends && bytes > 0;
      break;
    }
    if (moved < 0) {
      if (fault == Fault::raises_sigpipe && moved == -EPIPE) std::raise(SIGPIPE);
      if (fault == Fault::error_is_a_length) return {done > 0 ? done - 1 : SIZE_MAX};
      status.error = fault == Fault::errno_changes ? ENOMEM : static_cast<int>(-moved);
      const bool is_lost = moved == -EAGAIN ? fault == Fault::count_lost_on_again : fault == Fault::count_lost_on_error;
      if (is_lost) done = 0;
      break;
    }
    const std::size_t before = left.size();
    const auto count = static_cast<std::size_t>(moved);
    advance(left, count, most, fault, view, limit == 1);
    batch = most - std::min(most, before - left.size());
    if (fault == Fault::not_counted && !left.empty()) continue;
    done += fault == Fault::counted_twice && !left.empty() ? 2 * count : count;
  } while (done < bytes);
  return c ? answer_in_c(done, status) : Result{done};
}

template <Fault fault>
Implementation sends() {
  return broken<&I::send>(transfer<fault, true>);
}

template <Fault fault>
Implementation receives() {
  return broken<&I::recv>(transfer<fault, false>);
}

template <Fault fault>
Implementation transfers_in_c() {
  Implementation table = qemu_iov();
  table.send = transfer<fault, true, true>;
  table.recv = transfer<fault, false, true>;
  return table;
}

}  // namespace

Implementation plain_transfers() { return broken<&I::recv, sends<Fault::none>>(transfer<Fault::none, false>); }

Implementation plain_transfers_in_c() { return transfers_in_c<Fault::none>(); }

std::vector<SeededBug> socket_bugs() {
  return {
      {"send_retries_from_the_old_base", "After a short send the element is sent from its start again.", kNoReport,
       sends<Fault::old_base>()},
      {"recv_retries_with_the_old_length", "After a short receive the element is as long as it was before.", kNoReport,
       receives<Fault::old_length>()},
      {"send_third_element_from_the_old_base", "Only a send that stops in the third element starts it again.",
       kImagined, sends<Fault::old_base_in_third>()},
      {"recv_third_element_at_the_old_base", "Only a receive that stops in the third element starts it again.",
       kImagined, receives<Fault::old_base_in_third>()},
      {"send_third_element_with_the_old_length", "Only a send that stops in the third element leaves its length.",
       kImagined, sends<Fault::old_length_in_third>()},
      {"recv_last_element_of_a_batch_at_the_old_base",
       "Only a receive that stops in the last of several elements it was offered starts it again.", kImagined,
       receives<Fault::old_base_in_last_offered>()},
      {"send_short_piece_goes_on_with_the_next", "Piece by piece, what a short send leaves of an element is lost.",
       "QEMU 3f08376c2e", sends<Fault::short_piece_ends_element>()},
      {"recv_short_piece_goes_on_with_the_next", "Piece by piece, what a short receive leaves of an element is a gap.",
       "rocksdb-js 573", receives<Fault::short_piece_ends_element>()},
      {"recv_skips_an_element_after_a_boundary", "A receive that stops on a boundary leaves out the next element.",
       kImagined, receives<Fault::boundary_skips_an_element>()},
      {"recv_progress_counted_twice", "What one of several receives brought counts twice.", "QEMU fa0eb5c512",
       receives<Fault::counted_twice>()},
      {"recv_progress_not_counted", "What all but the last receive brought does not count.", "QEMU fa0eb5c512",
       receives<Fault::not_counted>()},
      {"recv_end_of_stream_is_retried", "A receive goes on asking at the end of the stream.", "QEMU 8400429017",
       receives<Fault::end_is_retried>()},
      {"send_of_nothing_is_retried", "A send that moves nothing is tried again.", "QEMU 4c386f80",
       sends<Fault::nothing_sent_is_retried>()},
      {"send_count_lost_on_again", "Where a send would block, what was sent before is not told.", "Firecracker 5475",
       sends<Fault::count_lost_on_again>()},
      {"recv_count_lost_on_error", "Where a receive fails, what was received before is not told.", "QEMU 4c386f80",
       receives<Fault::count_lost_on_error>()},
      {"send_interruption_is_an_error", "An interrupted call ends the transfer.", kNoReport,
       sends<Fault::interruption_is_an_error>()},
      {"recv_interrupted_starts_over", "An interrupted call starts the transfer from the beginning.", kNoReport,
       receives<Fault::interrupted_starts_over>()},
      {"send_modifies_the_elements", "A partial send advances the element in the caller's array.", "QEMU 6b64640dd2",
       sends<Fault::modifies_elements>()},
      {"send_of_0_bytes_reaches_the_kernel", "For 0 bytes the kernel is called all the same.", "QEMU bb9558679f",
       sends<Fault::zero_bytes_reach_the_kernel>()},
      {"send_offers_too_many_elements", "More elements than a call takes are handed to it.", "libuv 255",
       sends<Fault::offers_too_many>()},
      {"recv_offers_too_many_elements", "More elements than a call takes are handed to it.", "zig 9015",
       receives<Fault::offers_too_many>()},
      {"recv_offers_one_element_less_at_the_limit",
       "Where exactly as many elements are left as a call takes, the last takes another call.", kImagined,
       receives<Fault::offers_one_less>()},
      {"send_offers_the_rest_of_a_batch", "After a short send only what it left of its batch is offered.", kImagined,
       sends<Fault::offers_rest_of_batch>()},
      {"recv_error_is_a_length", "The -1 of a failed call is added to the count.", "cyrus 2986",
       receives<Fault::error_is_a_length>()},
      {"send_raises_sigpipe", "A peer that has gone away ends the process.", "QEMU 4c386f80",
       sends<Fault::raises_sigpipe>(), kNeedsIsolation},
      {"c_errno_of_something_else", "errno is read after something that changes it.", "QEMU 501bb4b0cb",
       transfers_in_c<Fault::errno_changes>()},
  };
}

}  // namespace lockstep::seeded
