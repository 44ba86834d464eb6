// clone_size and IoVector::clone: laying elements out anew so that they overlap and touch as before.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

#include "iov/io_vector.h"
#include "iov/iov.h"
#include "iov/walk.h"

namespace iov {
namespace {

/// Addresses go up to twice SIZE_MAX: an element may claim more than the address space has behind its base.
#if defined(__SIZEOF_INT128__)
__extension__ using Address = unsigned __int128;
#else
using Address = std::uint64_t;
#endif
static_assert(sizeof(Address) > sizeof(std::size_t));

/// A run of addresses that elements cover without a gap, as long as possible.
struct Run {
  Address begin;
  Address end;
  std::size_t below;  ///< Covered bytes at lower addresses.
};

Address address_of(const iovec& element) { return reinterpret_cast<std::uintptr_t>(element.iov_base); }

/// The runs of a vector, in order of address.
class Coverage {
 public:
  /// Rejected with Error::length_overflow when the lengths add up to more than SIZE_MAX.
  Coverage(std::span<const iovec> v, std::error_code& error) noexcept {
    iov::size(v, error);
    if (error) return;
    runs_.reset(new (std::nothrow) Run[v.size()]);
    if (runs_ == nullptr) {
      error = std::make_error_code(std::errc::not_enough_memory);
      return;
    }
    for (const iovec& element : v)
      if (element.iov_len > 0) runs_[count_++] = {address_of(element), address_of(element) + element.iov_len, 0};
    std::sort(runs_.get(), runs_.get() + count_, [](const Run& a, const Run& b) { return a.begin < b.begin; });
    merge();
  }

  /// Distinct bytes covered.
  std::size_t size() const noexcept { return count_ == 0 ? 0 : runs_[count_ - 1].below + length(runs_[count_ - 1]); }

  /// Distinct bytes covered at addresses below this one.
  std::size_t below(Address address) const noexcept {
    const Run* const next = std::upper_bound(runs_.get(), runs_.get() + count_, address,
                                             [](Address wanted, const Run& run) { return wanted < run.begin; });
    if (next == runs_.get()) return 0;
    const Run& run = next[-1];
    return run.below + static_cast<std::size_t>(std::min(address, run.end) - run.begin);
  }

 private:
  static std::size_t length(const Run& run) noexcept { return static_cast<std::size_t>(run.end - run.begin); }

  void merge() noexcept {
    std::size_t merged = 0;
    for (std::size_t i = 1; i < count_; ++i) {
      Run& last = runs_[merged];
      if (runs_[i].begin <= last.end) {
        last.end = std::max(last.end, runs_[i].end);
      } else {
        runs_[++merged] = {runs_[i].begin, runs_[i].end, last.below + length(last)};
      }
    }
    if (count_ > 0) count_ = merged + 1;
  }

  std::unique_ptr<Run[]> runs_;
  std::size_t count_ = 0;
};

}  // namespace

std::size_t clone_size(std::span<const iovec> v, std::error_code& error) noexcept {
  const Coverage coverage(v, error);
  return coverage.size();
}

void IoVector::clone(std::span<const iovec> source, std::span<std::byte> buffer, std::error_code& error) noexcept {
  const Coverage coverage(source, error);
  if (error) return;
  const std::size_t bytes = iov::size(source, error);
  if (!can_hold(bytes, error)) return;
  if (buffer.size() < coverage.size()) {
    error = Error::out_of_range;
    return;
  }
  if (!grow_beside(source, source.size(), bytes, error)) return;
  std::transform(source.begin(), source.end(), data() + count_, [&](const iovec& element) {
    return iovec{detail::advance(buffer.data(), coverage.below(address_of(element))), element.iov_len};
  });
  appended(source.size(), bytes);
}

}  // namespace iov
