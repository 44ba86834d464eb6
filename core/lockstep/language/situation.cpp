#include <algorithm>

#include "lockstep/language/operand.h"

namespace lockstep {
namespace {

/// How long an element is, in either model.
std::size_t length_of(const model::Element& element) { return element.bytes.size(); }
std::size_t length_of(const model::extents::Extent& element) { return element.length; }

std::size_t saturated(model::extents::Wide number) {
  return static_cast<std::size_t>(std::min(number, model::extents::Wide{SIZE_MAX}));
}

template <typename Vector>
std::size_t position_in(const Vector& v, std::size_t elements) {
  std::size_t position = 0;
  for (std::size_t i = 0; i < std::min(elements, v.count); ++i)
    if (__builtin_add_overflow(position, length_of(v.array[v.start + i]), &position)) return SIZE_MAX;
  return position;
}

}  // namespace

std::size_t Situation::count(Vec which) const {
  return is_backed() ? backed[which.index]->count : unbacked[which.index]->count;
}

std::size_t Situation::position(std::size_t elements) const {
  return is_backed() ? position_in(*backed[vec.index], elements) : position_in(*unbacked[vec.index], elements);
}

std::size_t Situation::size(Vec which) const {
  return is_backed() ? position_in(*backed[which.index], SIZE_MAX) : position_in(*unbacked[which.index], SIZE_MAX);
}

bool Situation::has_bytes(std::size_t offset, std::size_t bytes) const {
  return bytes > 0 && offset < model::extents::total(unbacked[vec.index]->view());
}

bool Situation::contains(std::size_t offset, std::size_t bytes) const {
  return model::extents::inside(*unbacked[vec.index], offset, bytes).rejection == model::Rejection::none;
}

std::size_t Situation::clone_size() const {
  return is_backed() ? model::clone_size(*backed[vec.index]).value
                     : model::extents::clone_size(*unbacked[vec.index]).value;
}

std::size_t Situation::room_bytes(Vec into) const {
  if (is_backed()) {
    const std::size_t bytes = model::array_size(*backed[into.index]).value;
    return bytes < kMaxVectorBytes ? kMaxVectorBytes - bytes : 0;
  }
  return SIZE_MAX - saturated(model::extents::counted(*unbacked[into.index]));
}

std::size_t Situation::room_elements(Vec into) const {
  const std::size_t elements = is_backed() ? backed[into.index]->array.size() : unbacked[into.index]->array.size();
  return elements < kMaxElements ? kMaxElements - elements : 0;
}

}  // namespace lockstep
