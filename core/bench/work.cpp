#include "work.h"

void bench::add_work(std::vector<Work>& works, const char* name, std::size_t most_blocks, const Shape& shape,
                     std::unique_ptr<Running> (*start)(Scene&)) {
  works.push_back({name, most_blocks, shape, start});
}
