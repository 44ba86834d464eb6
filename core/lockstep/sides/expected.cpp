#include "lockstep/sides/expected.h"

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
  const std::span<const std::uint8_t> content = first_content(arena);
  memory_.assign(content.begin(), content.end());
  for (std::uint8_t i = 0; i < Vec::count; ++i) {
    Vector& vector = slots_[i].vector;
    vector.array.clear();
    vector.start = vector.count = vector.stored_size = 0;
    vector.kind = Vector::Kind::owned;
    if constexpr (std::is_same_v<Model, Lengths>)
      if (!is_owned(Vec{i})) lay(vector, {});
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
Situation Expected<Model>::situation() const {
  Situation situation{arena_, dialect_, {}, {}, {}};
  for (std::size_t i = 0; i < Vec::count; ++i) {
    if constexpr (std::is_same_v<Model, Bytes>)
      situation.backed[i] = &slots_[i].vector;
    else
      situation.unbacked[i] = &slots_[i].vector;
  }
  return situation;
}

template <typename Model>
State Expected<Model>::state(std::size_t) const {
  State state;
  state.memory = memory_;
  for (std::size_t i = 0; i < Vec::count; ++i) {
    const Vector& vector = slots_[i].vector;
    state.vectors[i].start = static_cast<std::ptrdiff_t>(vector.start);
    state.vectors[i].count = vector.count;
    for (const Element& element : vector.array) state.vectors[i].array.push_back(state_of(element));
  }
  return state;
}

template <typename Model>
Observation Expected<Model>::observe(const Result& result, bool has_value) const {
  Observation observation{result, has_value, bytes_, {}, text_, {}, {}};
  if (capacity_) {
    for (const Element& element : described_) observation.elements.push_back(state_of(element));
    observation.elements.resize(*capacity_ + 1, {ElementState::Base::untouched, 0, 0});
  }
  return observation;
}

template class Expected<Bytes>;
template class Expected<Lengths>;

}  // namespace lockstep
