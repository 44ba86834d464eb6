// Elements of the model of bytes, from extents.
// Bases and lengths are small. An Address has 32 bits, and every byte is listed.
#pragma once

#include <cassert>
#include <cstddef>
#include <utility>
#include <vector>

#include "model/extents.h"
#include "model/model.h"

namespace lockstep {

inline model::Element element_of(const model::extents::Extent& extent) {
  assert(std::in_range<model::Address>(extent.base));
  model::Element element{static_cast<model::Address>(extent.base), {}};
  element.bytes.reserve(extent.length);
  for (std::size_t i = 0; i < extent.length; ++i)
    element.bytes.push_back(element.base + static_cast<model::Address>(i));
  return element;
}

inline std::vector<model::Element> elements_of(const std::vector<model::extents::Extent>& extents) {
  std::vector<model::Element> elements;
  elements.reserve(extents.size());
  for (const model::extents::Extent& extent : extents) elements.push_back(element_of(extent));
  return elements;
}

}  // namespace lockstep
