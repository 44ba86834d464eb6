// SPDX-License-Identifier: Apache-2.0
// Mistakes in what a vector remembers from one call to the next.
#include <vector>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

/// Where the last search ended, how many bytes there are, and the elements of which that is true.
struct Memory {
  std::vector<iovec> elements;
  Cursor found;  ///< Its offset is the position at which the element begins.
  std::size_t size = 0;
  bool tail_is_gone = false;
};

/// What it remembers, if it is about the elements as they are; else as after a look at them.
Memory& memory_of(void* vector) {
  Memory& memory = state_of<Memory>(vector);
  const View elements = ours().look(vector);
  if (!std::equal(elements.begin(), elements.end(), memory.elements.begin(), memory.elements.end(), is_same))
    memory = {{elements.begin(), elements.end()}, {}, size_of(elements), false};
  return memory;
}

/// What a discard at the front leaves as it was.
struct MemoryMistakes {
  bool found_stays = false;
  bool size_stays = false;
  bool tail_stays = false;
};

template <MemoryMistakes mistakes>
Result discard_front(void* vector, std::size_t bytes) {
  const Memory before = memory_of(vector);
  Elements view = ours().elements(vector);
  const Result result = ours().discard_front(view, bytes, nullptr);
  ours().assign(vector, std::vector<iovec>(view.begin(), view.end()));
  Memory& memory = memory_of(vector);
  if (mistakes.found_stays) memory.found = before.found;
  if (mistakes.size_stays) memory.size = before.size;
  memory.tail_is_gone = mistakes.tail_stays && memory.elements.empty() && !before.elements.empty();
  return result;
}

Result discard_back(void* vector, std::size_t bytes) {
  Elements view = ours().elements(vector);
  const Result result = ours().discard_back(view, bytes, nullptr);
  ours().assign(vector, std::vector<iovec>(view.begin(), view.end()));
  return result;
}

/// Searches from where the last search ended, unless that is behind the offset.
Result to_buf(void* vector, std::size_t offset, Buffer data) {
  Memory& memory = memory_of(vector);
  const View elements = ours().look(vector);
  if (offset > size_of(elements)) return past_end();
  Cursor at = memory.found.offset <= offset ? memory.found : Cursor{};
  while (at.index < elements.size() && offset - at.offset >= elements[at.index].iov_len)
    at.offset += elements[at.index++].iov_len;
  memory.found = at;
  if (at.index >= elements.size()) return {};
  return ours().to_buf(elements.subspan(at.index), offset - at.offset, data);
}

template <MemoryMistakes mistakes>
Implementation remembers() {
  Implementation table = remembering<Memory>();
  table.discard_front = table.discard_back = nullptr;
  table.undo = nullptr;
  table.on_vector.discard_front = discard_front<mistakes>;
  table.on_vector.discard_back = discard_back;
  table.on_vector.size = [](void* vector) -> Result { return {memory_of(vector).size}; };
  table.on_vector.to_buf = to_buf;
  table.add = [](void* vector, void* base, std::size_t length) {
    return memory_of(vector).tail_is_gone ? Result{} : ours().add(vector, base, length);
  };
  return table;
}

/// Declares what it does not keep.
Implementation declares(bool Deviations::*deviation, Implementation table = ours()) {
  table.deviations.*deviation = true;
  return table;
}

Implementation declares(Limits limits) {
  Implementation table = ours();
  table.limits = limits;
  return table;
}

}  // namespace

Implementation plain_memories() { return remembers<MemoryMistakes{}>(); }

std::vector<SeededBug> remembering_bugs() {
  return {
      {"found_stale_after_discard", "Where a search ended is still remembered after a discard at the front.",
       "Netty 16548, 16799", remembers<MemoryMistakes{.found_stays = true}>()},
      {"counted_stale_after_discard", "What is discarded at the front is still counted.", "Redpanda 187",
       remembers<MemoryMistakes{.size_stays = true}>()},
      {"tail_stale_after_discard", "Where all has gone at the front, what is added next is behind the tail that was.",
       "kotlinx-io 350", remembers<MemoryMistakes{.tail_stays = true}>()},

      // Deviations that are declared and not kept.
      {"cut_and_rejected", "Ranges are said to be cut at the end, and are rejected.", kImagined,
       declares(&Deviations::ranges_are_cut)},
      {"fits_and_is_stored", "from_buf is said to reject what does not fit, and stores what does.", kImagined,
       declares(&Deviations::from_buf_must_fit)},
      {"empty_taken_for_short", "Empty elements are said not to count, and one of a single byte does not, either.",
       kImagined,
       declares(&Deviations::empty_elements_do_not_count,
                broken<&I::add>([](void* vector, void* base, std::size_t length) {
                  return length <= 1 ? Result{} : ours().add(vector, base, length);
                }))},
      {"kept_element_is_gone", "A vector is said to keep one element, and a discard leaves none.", kImagined,
       declares(&Deviations::emptied_keeps_one_element)},
      {"own_memory_is_shared", "Vectors are said to have memory of their own, and share that of their elements.",
       kImagined, declares(&Deviations::has_own_memory)},
      {"offers_more_than_it_says", "It is said to offer two elements to the kernel at once, and offers all.", kImagined,
       declares(Limits{.elements_per_call = 2})},
  };
}

}  // namespace lockstep::seeded
