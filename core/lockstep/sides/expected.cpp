// SPDX-License-Identifier: Apache-2.0
#include "lockstep/sides/expected.h"

#include <algorithm>

namespace lockstep {
namespace {

void set(model::Element& element, const Piece& piece, Arena arena) {
  element.base = piece.address(arena);
  element.bytes.resize(piece.bytes(arena));
  for (std::size_t i = 0; i < element.bytes.size(); ++i) element.bytes[i] = element.base + static_cast<Address>(i);
}

void set(model::extents::Extent& element, const Piece& piece, Arena) { element = piece.extent(); }

}  // namespace

template <typename Model>
void Expected<Model>::reset(Arena arena) {
  arena_ = arena;
  situation_ = {arena_, dialect_, limits_, deviations_, {}, {}, {}};
  const std::span<const std::uint8_t> content = first_content(arena);
  memory_.assign(content.begin(), content.end());
  for (std::uint8_t i = 0; i < Vec::count; ++i) {
    Vector& vector = slots_[i].vector;
    vector.array.clear();
    vector.start = vector.count = vector.stored_size = 0;
    vector.kind = Vector::Kind::owned;
    if constexpr (std::is_same_v<Model, Bytes>) situation_.backed[i] = &vector;
    if constexpr (std::is_same_v<Model, Lengths>) {
      situation_.unbacked[i] = &vector;
      if (!is_owned(Vec{i})) lay(vector, {});
    }
    forget_records(Vec{i});
  }
}

template <typename Model>
std::span<const typename Model::Element> Expected<Model>::elements(std::span<const Piece> pieces) {
  if (elements_.size() < pieces.size()) elements_.resize(pieces.size());  // never shrunk: the memory serves again
  for (std::size_t i = 0; i < pieces.size(); ++i) set(elements_[i], pieces[i], arena_);
  return {elements_.data(), pieces.size()};
}

template <typename Model>
State Expected<Model>::state(std::size_t) const {
  State state;
  state.memory.assign(memory_.begin(), memory_.begin() + static_cast<std::ptrdiff_t>(
                                                             std::min<std::size_t>(arena_.bytes, memory_.size())));
  for (std::size_t i = 0; i < Vec::count; ++i) {
    const Vector& vector = slots_[i].vector;
    VectorState& shown = state.vectors[i];
    shown.start = static_cast<std::ptrdiff_t>(vector.start);
    shown.count = vector.count;
    for (const Element& element : vector.array) shown.array.push_back(state_of(element));
    if (deviations_.empty_elements_do_not_count) drop_empty(shown);
    if (deviations_.has_own_memory)
      shown = {{}, 0, 0, content(std::span(vector.array).subspan(vector.start, vector.count))};
  }
  return state;
}

template <typename Model>
Observation Expected<Model>::observe(const Result& result, bool has_value) const {
  Observation observation{result, has_value, bytes_, {}, text_, {}, {}};
  if (!capacity_) return observation;
  if (deviations_.has_own_memory) {
    observation.bytes = content(described_);
    return observation;
  }
  for (const Element& element : described_) observation.elements.push_back(state_of(element));
  observation.elements.resize(*capacity_ + 1, {ElementState::Base::untouched, 0, 0});
  return observation;
}

template <typename Model>
std::vector<std::uint8_t> Expected<Model>::content(std::span<const Element> elements) const {
  std::vector<std::uint8_t> bytes;
  if constexpr (std::is_same_v<Model, Bytes>)
    for (const Element& element : elements)
      for (const Address byte : element.bytes) bytes.push_back(memory_[static_cast<std::size_t>(byte)]);
  return bytes;
}

template <typename Model>
void Expected<Model>::take_copies(Vec vec) {
  if constexpr (std::is_same_v<Model, Bytes>)
    for (Element& element : slots_[vec.index].vector.array) {
      for (Address& byte : element.bytes) {
        memory_.push_back(memory_[static_cast<std::size_t>(byte)]);
        byte = static_cast<Address>(memory_.size() - 1);
      }
      if (!element.bytes.empty()) element.base = element.bytes.front();
    }
}

template <typename Model>
void Expected<Model>::keep_view_only(Vec vec) {
  Vector& vector = slots_[vec.index].vector;
  const auto begin = vector.array.begin() + static_cast<std::ptrdiff_t>(vector.start);
  const model::List<Element> kept(begin, begin + static_cast<std::ptrdiff_t>(vector.count));
  assign(vector, kept);
  forget_records(vec);
}

template class Expected<Bytes>;
template class Expected<Lengths>;

}  // namespace lockstep
