// SPDX-License-Identifier: Apache-2.0
// What works run on: elements of some shape, a linear buffer, and what else a work needs.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace bench {

/// The two ends of a stream socket. Throws std::system_error.
class SocketPair {
 public:
  SocketPair();
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;
  ~SocketPair();
  int ends[2];
};

/// An allocator of memory aligned to pages. What malloc finds differs from run to run, and with it how many cache lines
/// a piece touches, which addresses alias in 4 KiB, and so the times.
template <typename T>
struct OnPages {
  using value_type = T;  // NOLINT(readability-identifier-naming): as the standard has it
  static constexpr std::align_val_t kPage{4096};

  OnPages() = default;
  template <typename U>
  explicit(false) OnPages(const OnPages<U>& /*other*/) {}  // as the standard has it

  T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kPage)); }
  void deallocate(T* block, std::size_t /*count*/) { ::operator delete(block, kPage); }
  friend bool operator==(OnPages, OnPages) { return true; }
};

using Bytes = std::vector<std::byte, OnPages<std::byte>>;

struct Scene {
  Bytes memory;                         ///< What all elements describe.
  std::vector<iovec> elements, others;  ///< The vector, and a second one of the same segmentation for what takes two.
  Bytes buffer;                         ///< As many bytes as the vector has, and others.
  std::vector<iovec> room;              ///< For as many elements as the vector has.
  std::vector<std::size_t> offsets;     ///< Random positions with at least 64 bytes behind them.
  std::size_t few = 64;                 ///< Bytes.
  std::unique_ptr<SocketPair> sockets;

  /// Keeps the elements that a work describes or makes, for its answer.
  void remember(std::span<const iovec> described);
  bool is_watched = false;
  std::vector<iovec> seen;
};

/// Fills a scene, and again: at the same addresses with the same bytes.
using Shape = std::function<void(Scene&)>;

/// One element per length in bytes, with gaps between them. Bytes are random (of a fixed seed), those of the buffer are
/// others.
Shape pieces(const std::vector<std::size_t>& lengths);
Shape pieces(std::size_t count, std::size_t length);
/// The same in a random order of addresses.
Shape shuffled(std::size_t count, std::size_t length);
/// The same, where each element begins in the middle of the one before.
Shape overlapping(std::size_t count, std::size_t length);
/// Bytes are 0, but for one of value 1 at position `but`, if there is such a position.
Shape zeros(std::size_t count, std::size_t length, std::size_t but = SIZE_MAX);
/// Two vectors of equal bytes that lie apart, but for one byte at position `but`.
Shape pairs(std::size_t count, std::size_t length, std::size_t but = SIZE_MAX);
/// For series: n elements of 64 bytes. After some they repeat, so that they lie in few bytes, which a cache holds;
/// where they are shuffled, in 64 MiB, because order matters there and bytes do not.
Shape n_pieces(std::size_t n);
Shape n_shuffled(std::size_t n);
Shape n_zeros(std::size_t n);
Shape n_pairs(std::size_t n);
/// Pieces, with sockets.
Shape connected(const std::vector<std::size_t>& lengths);

}  // namespace bench
