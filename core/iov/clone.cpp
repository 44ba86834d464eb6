// SPDX-License-Identifier: Apache-2.0
// clone_size and IoVector::clone: laying elements out anew so that they overlap and touch as before.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

#include "iov/io_vector.h"
#include "iov/iov.h"
#include "iov/walk.h"

namespace iov {
using detail::Outcome;
using detail::Reason;

namespace {

/// A run of addresses that elements cover without a gap, as long as possible. All lengths are at most those of all
/// elements together, but an end may be past the address space: an element may claim more than there is behind its
/// base.
struct Run {
  std::uintptr_t begin;
  std::size_t length;
  std::size_t below;  ///< Covered bytes at lower addresses.
};

std::uintptr_t address_of(const iovec& element) { return reinterpret_cast<std::uintptr_t>(element.iov_base); }

/// The runs of a vector, in order of address.
class Coverage {
 public:
  /// Rejected with Reason::length_overflow when the lengths add up to more than SIZE_MAX.
  Reason cover(std::span<const iovec> v) noexcept {
    const auto [bytes, too_long] = detail::size(v);
    if (too_long != Reason::none) return too_long;
    bytes_ = bytes;
    runs_.reset(new (std::nothrow) Run[v.size()]);
    if (runs_ == nullptr) return Reason::not_enough_memory;
    for (const iovec& element : v)
      if (element.iov_len > 0) runs_[count_++] = {address_of(element), element.iov_len, 0};
    const auto by_address = [](const Run& a, const Run& b) { return a.begin < b.begin; };
    if (!std::is_sorted(runs_.get(), runs_.get() + count_, by_address))  // as they mostly are
      std::sort(runs_.get(), runs_.get() + count_, by_address);
    merge();
    return Reason::none;
  }

  /// The sum of the lengths.
  std::size_t bytes() const noexcept { return bytes_; }

  /// Distinct bytes covered.
  std::size_t size() const noexcept { return count_ == 0 ? 0 : runs_[count_ - 1].below + runs_[count_ - 1].length; }

  /// Distinct bytes covered at addresses below this one. Quick for the run that the last call had, or the next one.
  std::size_t below(std::uintptr_t address) noexcept {
    if (!is_last_at_or_below(last_, address) && !is_last_at_or_below(++last_, address)) {
      const Run* const next =
          std::upper_bound(runs_.get(), runs_.get() + count_, address,
                           [](std::uintptr_t wanted, const Run& run) { return wanted < run.begin; });
      last_ = static_cast<std::size_t>(next - runs_.get());
      if (last_ == 0) return 0;
      --last_;
    }
    return runs_[last_].below + std::min<std::size_t>(address - runs_[last_].begin, runs_[last_].length);
  }

 private:
  bool is_last_at_or_below(std::size_t run, std::uintptr_t address) const noexcept {
    return run < count_ && runs_[run].begin <= address && (run + 1 == count_ || address < runs_[run + 1].begin);
  }

  void merge() noexcept {
    if (count_ == 0) return;
    std::size_t merged = 0;
    Run last = runs_[0];
    for (std::size_t i = 1; i < count_; ++i) {
      const Run& next = runs_[i];
      const std::size_t distance = next.begin - last.begin;
      if (distance <= last.length) {
        last.length = std::max(last.length, distance + next.length);
      } else {
        runs_[merged++] = last;
        last = {next.begin, next.length, last.below + last.length};
      }
    }
    runs_[merged++] = last;
    count_ = merged;
  }

  std::unique_ptr<Run[]> runs_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::size_t last_ = 0;
};

}  // namespace

Outcome<std::size_t> detail::clone_size(std::span<const iovec> v) noexcept {
  Coverage coverage;
  const Reason reason = coverage.cover(v);
  return {coverage.size(), reason};
}

Reason IoVector::try_clone(std::span<const iovec> source, std::span<std::byte> buffer) noexcept {
  Coverage coverage;
  if (const Reason reason = coverage.cover(source); reason != Reason::none) return reason;
  if (!can_hold(coverage.bytes())) return Reason::length_overflow;
  if (buffer.size() < coverage.size()) return Reason::out_of_range;
  if (const Reason reason = grow_beside(source, source.size(), coverage.bytes()); reason != Reason::none) return reason;
  std::transform(source.begin(), source.end(), data() + count_, [&](const iovec& element) {
    return iovec{iov_advance_(buffer.data(), coverage.below(address_of(element))), element.iov_len};
  });
  appended(source.size(), coverage.bytes());
  return Reason::none;
}

}  // namespace iov
