// SPDX-License-Identifier: Apache-2.0
#include "model/list.h"

#include <array>
#include <bit>

namespace model {
namespace {

// Not under a sanitizer that sees where each list ends, or what it has not written. Compilers say so in different ways.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeeps = false;
#elif !defined(__has_feature)
constexpr bool kKeeps = true;
#elif __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif

struct Block {
  Block* next;
};

// Blocks have 16 bytes, 32, and so on to 4 MiB.
constexpr std::size_t kSmallest = 16;
constexpr std::size_t kSizes = 19;
thread_local std::array<Block*, kSizes> kept = {};

std::size_t size_number(std::size_t bytes) { return static_cast<std::size_t>(std::bit_width((bytes - 1) / kSmallest)); }

}  // namespace

bool keeps_blocks() { return kKeeps; }

void* take_block(std::size_t bytes) {
  const std::size_t number = size_number(bytes);
  if (!kKeeps || number >= kSizes) return ::operator new(bytes);
  Block* const block = kept[number];
  if (block == nullptr) return ::operator new(kSmallest << number);
  kept[number] = block->next;
  return block;
}

void keep_block(void* block, std::size_t bytes) noexcept {
  const std::size_t number = size_number(bytes);
  if (!kKeeps || number >= kSizes) return ::operator delete(block);
  kept[number] = new (block) Block{kept[number]};
}

}  // namespace model
