// Elements of the model of bytes, from places as the model of extents has them.
// The one fact that matters: nothing here knows the arena, so a place may lie anywhere that an Address can tell.
#pragma once

#include <cstddef>
#include <vector>

#include "model/extents.h"
#include "model/model.h"

namespace lockstep {

inline model::Element element_of(const model::extents::Extent& place) {
  model::Element element{static_cast<model::Address>(place.base), {}};
  for (std::size_t i = 0; i < place.length; ++i) element.bytes.push_back(element.base + static_cast<model::Address>(i));
  return element;
}

inline std::vector<model::Element> elements_of(const std::vector<model::extents::Extent>& places) {
  std::vector<model::Element> elements;
  for (const model::extents::Extent& place : places) elements.push_back(element_of(place));
  return elements;
}

}  // namespace lockstep
