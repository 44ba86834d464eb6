// SPDX-License-Identifier: Apache-2.0
// The kernel's own walks over vectors as an implementation to test: preadv and pwritev on a file in memory, and
// process_vm_readv and process_vm_writev from this process to itself, which walk two vectors. They take whole vectors,
// so the elements before the offset are left out here. They cut at the end of the shorter side.
#include "lockstep/table/adapter.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdio>
#include <vector>

namespace lockstep {
namespace {

using View = Span<const iovec>;

int file() {
  static const int descriptor = memfd_create("lockstep", MFD_CLOEXEC);
  return descriptor;
}

/// The answer of a call. An error is one that no call here should have.
std::size_t moved(ssize_t result, const char* call) {
  if (result >= 0) return static_cast<std::size_t>(result);
  std::perror(call);
  return SIZE_MAX;
}

std::vector<iovec> from(View view, std::size_t offset) { return cut_out(view, offset, SIZE_MAX); }

/// The buffer as a vector of three elements.
std::array<iovec, 3> thirds_of(void* data, std::size_t bytes) {
  const std::size_t third = bytes / 3;
  std::byte* const start = static_cast<std::byte*>(data);
  return {{{start, third}, {start + third, third}, {start + 2 * third, bytes - 2 * third}}};
}

Result write_by_vm(View view, std::size_t offset, Span<std::byte> data) {
  const std::vector<iovec> rest = from(view, offset);
  const std::array<iovec, 3> local = thirds_of(data.data(), data.size());
  return {
      moved(process_vm_writev(getpid(), local.data(), local.size(), rest.data(), rest.size(), 0), "process_vm_writev")};
}

/// Containers may forbid it.
bool may_reach_itself() {
  std::byte from{};
  std::byte to{};
  const iovec local = {&to, 1};
  const iovec remote = {&from, 1};
  if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1) return true;
  std::perror("kernel: fill and is_zero are left out: process_vm_readv");
  return false;
}

}  // namespace

Implementation make_adapter() {
  Implementation table = plain_vectors();
  table.name = "kernel";
  table.deviations.ranges_are_cut = true;
  table.limits.elements = IOV_MAX;

  table.from_buf = [](View view, std::size_t offset, Span<const std::byte> data) -> Result {
    const std::vector<iovec> rest = from(view, offset);
    const std::size_t bytes = std::min(data.size(), size_of(view));  // more never gets in
    if (ftruncate(file(), 0) != 0 || moved(pwrite(file(), data.data(), bytes, 0), "pwrite") != bytes) return {SIZE_MAX};
    return {moved(preadv(file(), rest.data(), static_cast<int>(rest.size()), 0), "preadv")};
  };
  table.to_buf = [](View view, std::size_t offset, Span<std::byte> data) -> Result {
    const std::vector<iovec> rest = from(view, offset);
    if (ftruncate(file(), 0) != 0) return {SIZE_MAX};
    const std::size_t written = moved(pwritev(file(), rest.data(), static_cast<int>(rest.size()), 0), "pwritev");
    if (written != size_of(rest)) return {SIZE_MAX};
    return {moved(pread(file(), data.data(), std::min(data.size(), written), 0), "pread")};
  };
  if (!may_reach_itself()) return table;
  table.fill = [](View view, std::size_t offset, std::byte value, std::size_t bytes) -> Result {
    std::vector<std::byte> values(std::min(bytes, size_of(view)), value);
    return write_by_vm(view, offset, values);
  };
  table.is_zero = [](View view, std::size_t offset, std::size_t bytes) -> Result {
    const std::vector<iovec> rest = from(view, offset);
    std::vector<std::byte> read(std::min(bytes, size_of(view)), std::byte{1});
    const std::array<iovec, 3> local = thirds_of(read.data(), read.size());
    read.resize(
        moved(process_vm_readv(getpid(), local.data(), local.size(), rest.data(), rest.size(), 0), "process_vm_readv"));
    return {std::all_of(read.begin(), read.end(), [](std::byte byte) { return byte == std::byte{0}; })};
  };
  return table;
}

}  // namespace lockstep
