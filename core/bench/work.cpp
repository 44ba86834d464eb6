// SPDX-License-Identifier: Apache-2.0
#include "work.h"

namespace {

constexpr std::size_t kMostElements = 1'000'000;

}  // namespace

void bench::add_work(std::vector<Work>& works, const char* name, std::size_t most_blocks, const Shape& shape,
                     std::unique_ptr<Running> (*start)(Scene&)) {
  works.push_back({name, most_blocks, shape, start});
}

void bench::add_series(std::vector<Work>& works, const char* name, std::size_t most_blocks, Shape (*shape)(std::size_t),
                       std::unique_ptr<Running> (*start)(Scene&)) {
  for (std::size_t n = 1; n <= kMostElements; n *= 10)
    works.push_back({std::string(name) + "/" + std::to_string(n), most_blocks, shape(n), start});
}
