// SPDX-License-Identifier: Apache-2.0
#include "shapes.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <random>
#include <system_error>

namespace bench {
namespace {

// Bytes. Behind pieces of 64 a gap of 64 would leave every other set of a cache unused; so most of them lie in two
// lines.
constexpr std::size_t kGap = 16;
constexpr std::size_t kPiece = 64;           // bytes, in series
constexpr std::size_t kDifferent = 2048;     // elements, in series
constexpr std::size_t kShuffled = 1U << 19;  // as many in 64 MiB

void fill_randomly(Bytes& bytes, std::uint64_t seed) {
  for (std::byte& byte : bytes) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<std::byte>(seed >> 56U);
  }
}

/// Lays elements of these lengths out in ascending order, with a gap behind each.
void lay_out(Scene& scene, const std::vector<std::size_t>& lengths) {
  std::size_t bytes = 0;
  for (const std::size_t length : lengths) bytes += length;
  scene.memory.resize(bytes + lengths.size() * kGap);
  fill_randomly(scene.memory, 1);
  scene.buffer.resize(bytes);
  fill_randomly(scene.buffer, 2);
  scene.elements.clear();
  std::byte* base = scene.memory.data();
  for (const std::size_t length : lengths) {
    scene.elements.push_back({base, length});
    base += length + kGap;
  }
  scene.room.assign(lengths.size(), {nullptr, 0});
  std::mt19937_64 random(3);
  scene.offsets.clear();
  for (int i = 0; i < 1024 && bytes > 64; ++i) scene.offsets.push_back(random() % (bytes - 64));
}

std::byte& at(const std::vector<iovec>& elements, std::size_t position) {
  std::size_t i = 0;
  for (; position >= elements[i].iov_len; ++i) position -= elements[i].iov_len;
  return static_cast<std::byte*>(elements[i].iov_base)[position];
}

void repeat_up_to(std::vector<iovec>& elements, std::size_t count) {
  for (std::size_t i = 0; elements.size() < count; ++i) elements.push_back(elements[i]);
}

Shape repeated(const Shape& shape, std::size_t count) {
  return [=](Scene& scene) {
    shape(scene);
    repeat_up_to(scene.elements, count);
    if (!scene.others.empty()) repeat_up_to(scene.others, count);
    scene.room.resize(count);
    scene.buffer.resize(count * kPiece);
  };
}

}  // namespace

SocketPair::SocketPair() {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::system_error(errno, std::generic_category());
}

SocketPair::~SocketPair() {
  close(ends[0]);
  close(ends[1]);
}

void Scene::remember(std::span<const iovec> described) { seen.insert(seen.end(), described.begin(), described.end()); }

Shape pieces(const std::vector<std::size_t>& lengths) {
  return [lengths](Scene& scene) { lay_out(scene, lengths); };
}

Shape pieces(std::size_t count, std::size_t length) { return pieces(std::vector<std::size_t>(count, length)); }

Shape shuffled(std::size_t count, std::size_t length) {
  return [=](Scene& scene) {
    lay_out(scene, std::vector<std::size_t>(count, length));
    std::mt19937_64 random(4);
    std::shuffle(scene.elements.begin(), scene.elements.end(), random);
  };
}

Shape overlapping(std::size_t count, std::size_t length) {
  return [=](Scene& scene) {
    lay_out(scene, std::vector<std::size_t>(count, length));
    for (std::size_t i = 0; i < count; ++i) scene.elements[i].iov_base = scene.memory.data() + i * (length / 2);
  };
}

Shape zeros(std::size_t count, std::size_t length, std::size_t but) {
  return [=](Scene& scene) {
    lay_out(scene, std::vector<std::size_t>(count, length));
    std::fill(scene.memory.begin(), scene.memory.end(), std::byte{0});
    if (but != SIZE_MAX) at(scene.elements, but) = std::byte{1};
  };
}

Shape pairs(std::size_t count, std::size_t length, std::size_t but) {
  return [=](Scene& scene) {
    lay_out(scene, std::vector<std::size_t>(2 * count, length));
    const auto middle = scene.elements.begin() + static_cast<std::ptrdiff_t>(count);
    scene.others.assign(middle, scene.elements.end());
    scene.elements.erase(middle, scene.elements.end());
    const auto half = scene.memory.begin() + static_cast<std::ptrdiff_t>(scene.memory.size() / 2);
    std::copy(scene.memory.begin(), half, half);
    if (but != SIZE_MAX) at(scene.others, but) ^= std::byte{1};
  };
}

Shape n_pieces(std::size_t n) { return repeated(pieces(std::min(n, kDifferent), kPiece), n); }
Shape n_shuffled(std::size_t n) { return repeated(shuffled(std::min(n, kShuffled), kPiece), n); }
Shape n_zeros(std::size_t n) { return repeated(zeros(std::min(n, kDifferent), kPiece), n); }
Shape n_pairs(std::size_t n) { return repeated(pairs(std::min(n, kDifferent), kPiece), n); }

Shape connected(const std::vector<std::size_t>& lengths) {
  return [lengths](Scene& scene) {
    lay_out(scene, lengths);
    scene.sockets = std::make_unique<SocketPair>();
  };
}

}  // namespace bench
