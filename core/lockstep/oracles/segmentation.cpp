// SPDX-License-Identifier: Apache-2.0
#include "lockstep/oracles/segmentation.h"

namespace lockstep {
namespace {

void append_split(const Piece& piece, Segmentation way, Choices& choices, model::List<Piece>& split) {
  const auto empty = [&](std::size_t at) { split.push_back({static_cast<std::uint16_t>(piece.base + at), 0}); };
  if (piece.length == 0) {
    split.push_back(piece);
    return;
  }
  if (way == Segmentation::empties) {
    split.push_back({Piece::null_base, 0});
    split.push_back(piece);
    split.push_back({Piece::wild_base, 0});
    return;
  }
  for (std::size_t done = 0; done < piece.length;) {
    const std::size_t left = piece.length - done;
    const std::size_t length = way == Segmentation::bytes ? 1 : 1 + choices.below(static_cast<std::uint32_t>(left));
    if (way == Segmentation::random && choices.one_in(4)) empty(done);
    split.push_back({static_cast<std::uint16_t>(piece.base + done), static_cast<std::uint16_t>(length)});
    done += length;
  }
}

model::List<Piece> join(std::span<const Piece> pieces) {
  model::List<Piece> joined;
  for (const Piece& piece : pieces) {
    if (piece.length == 0) continue;
    if (!joined.empty() && joined.back().base + joined.back().length == piece.base) {
      joined.back().length = static_cast<std::uint16_t>(joined.back().length + piece.length);
    } else {
      joined.push_back(piece);
    }
  }
  return joined;
}

}  // namespace

model::List<Piece> split_up(std::span<const Piece> pieces, Segmentation way, Choices& choices) {
  if (way == Segmentation::joined) return join(pieces);
  model::List<Piece> split;
  for (const Piece& piece : pieces) append_split(piece, way, choices, split);
  return split;
}

std::string_view name_of(Segmentation segmentation) {
  constexpr std::array<std::string_view, kSegmentations.size()> names = {"joined", "bytes", "empties", "random"};
  return names[static_cast<std::size_t>(segmentation)];
}

}  // namespace lockstep
