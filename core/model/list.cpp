// SPDX-License-Identifier: Apache-2.0
#include "model/list.h"

#include <array>
#include <bit>

// Whether this is compiled under a sanitizer that sees where each list ends, or what it has not written. Compilers say
// so in different ways.
#if defined(__SANITIZE_ADDRESS__)
#define MODEL_IS_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define MODEL_IS_SANITIZED
#endif
#endif

namespace model {

#ifdef MODEL_IS_SANITIZED

bool keeps_blocks() { return false; }
void* take_block(std::size_t bytes) { return ::operator new(bytes); }
void keep_block(void* block, std::size_t) noexcept { ::operator delete(block); }

#else

namespace {

struct Block {
  Block* next;
};

// Blocks have 16 bytes, 32, and so on to 4 MiB.
constexpr std::size_t kSmallest = 16;
constexpr std::size_t kSizes = 19;
thread_local std::array<Block*, kSizes> kept = {};

std::size_t size_number(std::size_t bytes) { return static_cast<std::size_t>(std::bit_width((bytes - 1) / kSmallest)); }

}  // namespace

bool keeps_blocks() { return true; }

void* take_block(std::size_t bytes) {
  const std::size_t number = size_number(bytes);
  if (number >= kSizes) return ::operator new(bytes);
  Block* const block = kept[number];
  if (block == nullptr) return ::operator new(kSmallest << number);
  kept[number] = block->next;
  return block;
}

void keep_block(void* block, std::size_t bytes) noexcept {
  const std::size_t number = size_number(bytes);
  if (number >= kSizes) return ::operator delete(block);
  kept[number] = new (block) Block{kept[number]};
}

#endif

}  // namespace model
