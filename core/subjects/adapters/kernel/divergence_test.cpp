// SPDX-License-Identifier: Apache-2.0
// How the kernel cuts what it cannot move whole, asked of the kernel itself.
// Where this fails, the version at hand does otherwise; then README.md has to be looked at again.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>

namespace {

/// A byte that is there, and one that is not.
class Divergence : public testing::Test {
 protected:
  Divergence() { munmap(gone, 4096); }
  ~Divergence() override { close(file); }

  void* gone = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char there = '.';
  std::array<iovec, 2> vector = {{{&there, 1}, {gone, 1}}};
  std::string data = "ab";
  iovec whole = {data.data(), 2};
  int file = memfd_create("lockstep", MFD_CLOEXEC);
};

TEST_F(Divergence, TheKernelReadsUpToWhatItCannotReach) {
  utsname system = {};
  uname(&system);
  std::printf("%s %s, seen in Linux 6.18\n", system.sysname, system.release);
  ASSERT_EQ(pwrite(file, "ab", 2, 0), 2);
  EXPECT_EQ(preadv(file, vector.data(), 2, 0), 1);
  EXPECT_EQ(there, 'a');
  EXPECT_EQ(preadv(file, &vector[1], 1, 0), -1);
  EXPECT_EQ(errno, EFAULT);
}

TEST_F(Divergence, TheKernelWritesUpToWhatItCannotReachElsewhere) {
  const ssize_t moved = process_vm_writev(getpid(), &whole, 1, vector.data(), 2, 0);
  if (moved < 0 && (errno == EPERM || errno == ENOSYS)) GTEST_SKIP() << "process_vm_writev is forbidden here";
  EXPECT_EQ(moved, 1);
  EXPECT_EQ(there, 'a');
  EXPECT_EQ(process_vm_writev(getpid(), &whole, 1, &vector[1], 1, 0), -1);
  EXPECT_EQ(errno, EFAULT);
}

TEST_F(Divergence, TheKernelTakes1024Elements) {
  std::array<iovec, 1025> many = {};
  EXPECT_EQ(preadv(file, many.data(), 1024, 0), 0);
  EXPECT_EQ(preadv(file, many.data(), 1025, 0), -1);
  EXPECT_EQ(errno, EINVAL);
}

}  // namespace
