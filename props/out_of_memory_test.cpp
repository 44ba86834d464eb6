// When memory runs out, everything that allocates rejects: it says so, and has changed nothing. And what was allocated
// is freed. The linker redirects the library's calls of malloc, realloc and free to those below (--wrap), and this file
// replaces the nothrow operator new[]; they fail only while a test says so.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>
#include <utility>
#include <vector>

#include "iov/io_vector.h"
#include "iov/iov.h"
#include "iov/qemu_iov.h"
#include "iov/transport.h"

namespace {

bool memory_has_run_out = false;
bool no_more_elements = false;     // only arrays of elements find none
std::size_t times_allocated = 0;   // also for a block that grows
std::size_t bytes_allocated = 0;   // of the last one
std::ptrdiff_t blocks_in_use = 0;  // since a test set it

/// While this lives, nothing can be allocated by the library.
struct NoMemory {
  NoMemory() { memory_has_run_out = true; }
  ~NoMemory() { memory_has_run_out = false; }
};

}  // namespace

extern "C" void* __real_realloc(void* block, std::size_t bytes);
extern "C" void* __wrap_realloc(void* block, std::size_t bytes) {
  ++times_allocated;
  bytes_allocated = bytes;
  if (memory_has_run_out || no_more_elements) return nullptr;
  void* const grown = __real_realloc(block, bytes);
  if (block == nullptr && grown != nullptr) ++blocks_in_use;
  return grown;
}

extern "C" void* __real_malloc(std::size_t bytes);
extern "C" void* __wrap_malloc(std::size_t bytes) {
  ++times_allocated;
  bytes_allocated = bytes;
  if (memory_has_run_out) return nullptr;
  void* const block = __real_malloc(bytes);
  if (block != nullptr) ++blocks_in_use;
  return block;
}

extern "C" void __real_free(void* block);
extern "C" void __wrap_free(void* block) {
  if (block != nullptr) --blocks_in_use;
  __real_free(block);
}

void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  if (memory_has_run_out) return nullptr;
  try {
    return ::operator new[](bytes);
  } catch (...) {
    return nullptr;
  }
}

namespace {

class OutOfMemory : public testing::Test {
 protected:
  OutOfMemory() : vector(one_element, sizeof one_element) {}

  /// The form with an error code says not_enough_memory, the other throws std::bad_alloc; the vector stays as it was.
  template <typename Call>
  void expect_rejected(Call call) {
    std::error_code error;
    {
      const NoMemory here;
      call(error);
    }
    EXPECT_EQ(error, std::errc::not_enough_memory);
    expect_unchanged();
  }

  template <typename Call>
  void expect_thrown(Call call) {
    bool thrown = false;
    try {
      const NoMemory here;
      call();
    } catch (const std::bad_alloc&) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
    expect_unchanged();
  }

  void expect_unchanged() {
    ASSERT_EQ(vector.elements().size(), 1u);
    EXPECT_EQ(vector.elements()[0].iov_base, one_element);
    EXPECT_EQ(vector.elements()[0].iov_len, sizeof one_element);
    EXPECT_EQ(vector.size(), sizeof one_element);
  }

  char one_element[3] = {};
  char bytes[8] = {};
  std::byte buffer[8] = {};
  std::vector<iovec> two = {{bytes, 1}, {bytes + 4, 2}};
  iov::IoVector vector;
};

TEST_F(OutOfMemory, AssigningRejects) {
  expect_rejected([this](std::error_code& error) { vector.assign(two, error); });
  expect_thrown([this] { vector.assign(two); });
}

TEST_F(OutOfMemory, AddingRejects) {
  expect_rejected([this](std::error_code& error) { vector.add(bytes, 1, error); });
  expect_rejected([this](std::error_code& error) { vector.add(two, error); });
  expect_rejected([this](std::error_code& error) { vector.add(vector.elements(), error); });
  expect_thrown([this] { vector.add(bytes, 1); });
}

TEST_F(OutOfMemory, ConcatRejectsAndAppendsNothing) {
  expect_rejected([this](std::error_code& error) { EXPECT_EQ(vector.concat(two, 0, 3, error), 0u); });
  expect_thrown([this] { vector.concat(two, 0, 3); });
}

TEST_F(OutOfMemory, MakingAVectorRejects) {
  expect_rejected([](std::error_code& error) { iov::IoVector::with_capacity(2, error); });
  expect_rejected([this](std::error_code& error) { EXPECT_TRUE(iov::slice(two, 0, 3, error).elements().empty()); });
  expect_thrown([this] { iov::extended({bytes, 1}, two, 0, 3, {bytes, 1}); });
}

TEST_F(OutOfMemory, CloningRejects) {
  expect_rejected([this](std::error_code& error) { vector.clone(two, buffer, error); });
  expect_rejected([this](std::error_code& error) { EXPECT_EQ(iov::clone_size(two, error), 0u); });
  expect_thrown([this] { vector.clone(two, buffer); });
}

TEST_F(OutOfMemory, CloningRejectsAlsoWhereTheElementsWouldFitOrOnlyTheyFindNone) {
  std::error_code error;
  no_more_elements = true;
  vector.clone(two, buffer, error);
  no_more_elements = false;
  EXPECT_EQ(error, std::errc::not_enough_memory);
  expect_unchanged();
  vector = iov::IoVector::with_capacity(10);
  vector.add(one_element, sizeof one_element);
  expect_rejected([this](std::error_code& more) { vector.clone(two, buffer, more); });
}

// These would take 0 and 16 bytes if the product wrapped.
TEST_F(OutOfMemory, NobodyIsAskedForBytesThatWrap) {
  times_allocated = 0;
  for (const std::size_t elements : {SIZE_MAX / sizeof(iovec) + 1, SIZE_MAX / sizeof(iovec) + 2, SIZE_MAX}) {
    std::error_code error;
    EXPECT_EQ(iov::IoVector::with_capacity(elements, error).capacity(), 1u);
    EXPECT_EQ(error, std::errc::not_enough_memory) << elements;
  }
  EXPECT_EQ(times_allocated, 0u);
}

TEST_F(OutOfMemory, OneElementNeedsNoMemory) {
  const NoMemory here;
  iov::IoVector other;
  other.add(bytes, 8);
  const iov::IoVector copy = other;
  EXPECT_EQ(copy.size(), 8u);
  EXPECT_EQ(iov::slice(other.elements(), 1, 2).size(), 2u);
}

TEST(Memory, IsFreed) {
  blocks_in_use = 0;
  {
    char bytes[4] = {};
    const std::vector<iovec> two = {{bytes, 1}, {bytes + 2, 2}};
    iov::IoVector vector;
    for (int i = 0; i < 9; ++i) vector.add(two);
    iov::IoVector other(two);
    other = std::move(vector);
    vector.assign(two);  // NOLINT(bugprone-use-after-move): a vector moved from is an empty one
    vector = other;
    iov::IoVector moved(std::move(other));
    moved.destroy();
    EXPECT_GT(blocks_in_use, 0);
  }
  EXPECT_EQ(blocks_in_use, 0);
}

TEST(Memory, OfAVectorInCIsFreed) {
  blocks_in_use = 0;
  QEMUIOVector qiov;
  qemu_iovec_init(&qiov, 3);
  EXPECT_EQ(blocks_in_use, 1);
  qemu_iovec_destroy(&qiov);
  EXPECT_EQ(blocks_in_use, 0);
  char byte = 0;
  qemu_iovec_init_buf(&qiov, &byte, 1);
  qemu_iovec_destroy(&qiov);
  EXPECT_EQ(blocks_in_use, 0);
}

TEST(Memory, ThatHasRunOutIsToldInC) {
  struct Told {
    iov_rejection reason;
    std::string line;
  };
  const iov_reject_handler before = iov_set_reject_handler([](iov_rejection reason, const char* line) {
    memory_has_run_out = false;
    throw Told{reason, line};
  });
  const auto told_by = [](auto call) -> std::string {
    try {
      const NoMemory here;
      call();
    } catch (const Told& told) {
      EXPECT_EQ(told.reason, IOV_REJECTED_MEMORY);
      return told.line;
    }
    return "not rejected";
  };
  QEMUIOVector qiov = {};
  EXPECT_EQ(told_by([&] { qemu_iovec_init(&qiov, 5); }), "qemu_iovec_init: not enough memory (elements 5)");
  EXPECT_EQ(told_by([&] { qemu_iovec_add(&qiov, nullptr, 1); }),
            "qemu_iovec_add: not enough memory (size 0, length 1)");
  EXPECT_EQ(qiov.iov, nullptr);
  EXPECT_EQ(std::pair(qiov.niov, qiov.size), std::pair(0, std::size_t{0}));
  iov_set_reject_handler(before);
}

TEST(Memory, IsAskedForSeldomAndNotInExcess) {
  times_allocated = 0;
  iov::IoVector vector;
  for (std::size_t i = 0; i < 100'000; ++i) {
    vector.add(nullptr, 1);
    ASSERT_LE(vector.capacity(), 2 * vector.elements().size());
  }
  EXPECT_LE(times_allocated, 20u);
}

TEST(Memory, IsNotNeededForOneElementInAVectorMovedFrom) {
  iov::IoVector vector;
  for (int i = 0; i < 2; ++i) vector.add(nullptr, 0);
  const iov::IoVector moved = std::move(vector);
  times_allocated = 0;
  vector.add(nullptr, 7);  // NOLINT(bugprone-use-after-move): that is what is promised
  EXPECT_EQ(vector.size(), 7u);
  EXPECT_EQ(vector.capacity(), 1u);
  EXPECT_EQ(times_allocated, 0u);
}

/// Moves a byte a call, or all of it, and remembers the most elements it was offered.
class Counting final : public iov::Transport {
 public:
  Counting(std::size_t most, bool all) : most_(most), all_(all) {}
  std::size_t max_elements() const noexcept override { return most_; }
  ssize_t send(std::span<const iovec> elements) noexcept override {
    ++calls;
    offered = std::max(offered, elements.size());
    std::size_t bytes = 0;
    for (const iovec& element : elements) bytes += element.iov_len;
    return all_ ? static_cast<ssize_t>(bytes) : 1;
  }
  ssize_t recv(std::span<const iovec> elements) noexcept override { return send(elements); }

  std::size_t calls = 0;
  std::size_t offered = 0;

 private:
  std::size_t most_;
  bool all_;
};

TEST(Memory, IsNotNeededToSendOrReceiveUpTo64Elements) {
  char byte = 0;
  for (const std::size_t count : {std::size_t{1}, std::size_t{63}, std::size_t{64}}) {
    const std::vector<iovec> v(count, iovec{&byte, 1});
    Counting transport(1024, true);
    times_allocated = 0;
    const NoMemory here;
    EXPECT_EQ(iov::send(transport, v, 0, count).bytes, count);
    EXPECT_EQ(iov::recv(transport, v, 0, count).bytes, count);
    EXPECT_EQ(times_allocated, 0u);
    EXPECT_EQ(transport.calls, 2u);
    EXPECT_EQ(transport.offered, count);
  }
}

TEST(Memory, OfTransfersIsBoundedByWhatACallTakes) {
  char byte = 0;
  const std::vector<iovec> v(100'000, iovec{&byte, 1});
  for (const std::size_t limit : {SIZE_MAX, std::size_t{100'000}, std::size_t{1024}, std::size_t{1000}, std::size_t{33},
                                  std::size_t{32}, std::size_t{1}}) {
    const std::size_t most = std::min(limit, iov::kMaxElementsPerCall);
    for (const bool sends : {true, false}) {
      Counting transport(limit, true);
      times_allocated = 0;
      blocks_in_use = 0;
      EXPECT_EQ((sends ? iov::send(transport, v, 0, v.size()) : iov::recv(transport, v, 0, v.size())).bytes, v.size());
      EXPECT_EQ(times_allocated, most > 32 ? 1u : 0u) << limit;
      if (most > 32) {
        EXPECT_EQ(bytes_allocated, 2 * most * sizeof(iovec));
      }
      EXPECT_EQ(blocks_in_use, 0);
      EXPECT_EQ(transport.offered, most);
      EXPECT_EQ(transport.calls, (v.size() + most - 1) / most);
    }
  }
}

// However long the vector is, and however many empty elements lie before them and between them.
TEST(Memory, OfTransfersIsBoundedByWhatTheRangeTouches) {
  char bytes[2] = {};
  std::vector<iovec> v;
  for (std::size_t i = 0; i < 100'000; ++i) v.push_back(i % 3 == 0 ? iovec{bytes, 2} : iovec{nullptr, 0});
  for (const std::size_t touched : {std::size_t{1}, std::size_t{64}, std::size_t{65}, std::size_t{100}}) {
    for (const std::size_t offset : {std::size_t{0}, std::size_t{20'000}, std::size_t{20'001}}) {
      const std::size_t inside = 2 * touched - offset % 2;  // from the middle of an element, to the end of one
      for (const bool sends : {true, false}) {
        Counting transport(1024, true);
        times_allocated = 0;
        const iov::Transfer transfer =
            sends ? iov::send(transport, v, offset, inside) : iov::recv(transport, v, offset, inside);
        EXPECT_EQ(transfer.bytes, inside);
        EXPECT_EQ(transport.offered, touched);
        EXPECT_EQ(times_allocated, touched > 64 ? 1u : 0u) << touched;
        if (touched > 64) {
          EXPECT_EQ(bytes_allocated, touched * sizeof(iovec));
        }
      }
    }
  }
}

TEST(Memory, ThatHasRunOutTakesMoreCallsToTransferTheSame) {
  char byte = 0;
  const std::vector<iovec> v(1000, iovec{&byte, 1});
  for (const bool all : {true, false}) {
    Counting transport(1024, all);
    const NoMemory here;
    EXPECT_EQ(iov::send(transport, v, 0, v.size()).bytes, v.size());
    EXPECT_EQ(transport.offered, 32u);
  }
}

}  // namespace
