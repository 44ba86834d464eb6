// SPDX-License-Identifier: Apache-2.0
#include "lockstep/language/arena.h"

#include <vector>

namespace lockstep {
namespace {

/// content[i] is i modulo kContentPeriod. Of large arenas only where there is one: it is some MiB.
template <bool is_large>
const std::vector<std::uint8_t>& content() {
  static const std::vector<std::uint8_t> content = [] {
    const Arena arena = is_large ? kLargeArena : Arena{};
    std::vector<std::uint8_t> made(arena.most_vector_bytes() + 2 * kContentPeriod);
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::uint8_t>(i % kContentPeriod);
    return made;
  }();
  return content;
}

std::span<const std::uint8_t> content_of(Arena arena) {
  return arena.kind == Arena::Kind::large ? content<true>() : content<false>();
}

}  // namespace

std::span<const std::uint8_t> first_content(Arena arena) { return content_of(arena).first(arena.bytes); }

std::span<const std::uint8_t> written_content(Arena arena, std::size_t step) {
  return content_of(arena).subspan((0x80 + 0x10 * step) % kContentPeriod);
}

}  // namespace lockstep
