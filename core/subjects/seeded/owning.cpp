// SPDX-License-Identifier: Apache-2.0
// Mistakes in owning elements.
#include <vector>

#include "subjects/seeded/broken.h"

namespace lockstep::seeded {
namespace {

// ---- Vectors that were moved from, or copied

struct Past {
  bool is_moved_from = false;
  bool is_copied = false;
};

Implementation noting_the_past() {
  Implementation table = remembering<Past>();
  table.move_vector = [](void* vector, void* source) {
    const Result result = ours().move_vector(vector, source);
    if (vector != source) state_of<Past>(source) = {true, false};
    return result;
  };
  table.copy_vector = [](void* vector, void* source) {
    const Result result = ours().copy_vector(vector, source);
    state_of<Past>(vector) = {false, vector != source && ours().look(source).size() > 1};
    return result;
  };
  return table;
}

// ---- Arrays

/// A vector's array as a careless port keeps it: what was allocated, and a size beside it.
struct PlainArray {
  std::size_t capacity = 1;
  std::size_t size = 0;
  bool is_stale = false;  // the size is not that of the elements
  bool is_freed = false;
  void* twin = nullptr;  // whose only element this vector's is
};

PlainArray& array_of(void* vector) { return state_of<PlainArray>(vector); }

Implementation noting_the_capacity() {
  return broken<&I::with_capacity, remembering<PlainArray>>([](void* vector, std::size_t capacity) {
    array_of(vector).capacity = capacity;
    return ours().with_capacity(vector, capacity);
  });
}

std::size_t size_told(void* vector) {
  return array_of(vector).is_stale ? array_of(vector).size : ours().vector_size(vector).value;
}

/// The size stays what it is, whatever becomes of the elements.
void keep_size(void* vector, std::size_t size) {
  array_of(vector).size = size;
  array_of(vector).is_stale = true;
}

/// Only assign brings a size that was kept up to date.
Implementation keeping_the_size() {
  Implementation table = remembering<PlainArray>();
  table.assign = [](void* vector, View elements) {
    array_of(vector).is_stale = false;
    return ours().assign(vector, elements);
  };
  table.vector_size = [](void* vector) { return Result{size_told(vector)}; };
  return table;
}

template <auto entry>
Implementation keeps_the_size_through() {
  return broken<entry, keeping_the_size>([](void* vector) {
    keep_size(vector, ours().vector_size(vector).value);
    return (ours().*entry)(vector);
  });
}

Implementation discarding_through_the_twin() {
  return broken<&I::vector_discard_back, remembering<PlainArray>>([](void* vector, std::size_t bytes) {
    const Result result = ours().vector_discard_back(vector, bytes);
    void* const twin = array_of(vector).twin;
    if (!is_rejected(result) && twin != nullptr && ours().look(twin).size() == 1 && ours().look(vector).size() == 1)
      ours().elements(twin)[0] = ours().look(vector)[0];
    return result;
  });
}

}  // namespace

std::vector<SeededBug> owning_bugs() {
  return {
      {"add_merges_neighbours", "An element that touches the last one is merged with it.", kNoReport,
       broken<&I::add>([](void* vector, void* base, std::size_t length) {
         const Elements elements = ours().elements(vector);
         const bool touch = !elements.empty() && plus(elements.back().iov_base, elements.back().iov_len) == base;
         if (!touch || length == 0) return ours().add(vector, base, length);
         elements.back().iov_len += length;
         return Result{};
       })},
      {"add_drops_empty", "Empty elements are not added.", kNoReport,
       broken<&I::add>([](void* vector, void* base, std::size_t length) {
         return length == 0 ? Result{} : ours().add(vector, base, length);
       })},
      {"add_many_at_most_1024", "Of more than IOV_MAX elements at once the rest is not added.", kImagined,
       broken<&I::add_many>([](void* vector, View elements) {
         return ours().add_many(vector, elements.first(std::min<std::size_t>(elements.size(), 1024)));
       }),
       needs_size("1,025 elements")},
      {"with_capacity_makes_elements", "Room for elements becomes that many empty ones (resize taken for reserve).",
       kNoReport, broken<&I::with_capacity>([](void* vector, std::size_t capacity) {
         return ours().assign(vector, std::vector<iovec>(capacity));
       })},
      {"from_buffer_drops_empty", "A buffer of 0 bytes is no element.", kNoReport,
       broken<&I::from_buffer>([](void* vector, void* base, std::size_t length) {
         return length == 0 ? ours().with_capacity(vector, 1) : ours().from_buffer(vector, base, length);
       })},
      {"reset_keeps_elements", "The elements are still there after a reset.", kNoReport,
       broken<&I::reset>([](void*) { return Result{}; })},
      {"destroy_does_not_clear", "What was freed can still be reached.", "QEMU bd83b36205",
       broken<&I::release>([](void*) {})},
      {"copy_takes_the_array", "Copying takes the array away from the source.", kNoReport,
       broken<&I::copy_vector>(ours().move_vector)},
      {"move_leaves_the_source", "What was moved is still there, too.", kNoReport,
       broken<&I::move_vector>(ours().copy_vector)},
      {"split_tail_base_stays", "What is split off begins at the start of the element that was divided.", kNoReport,
       broken<&I::split>([](void* vector, void* source, std::size_t offset) {
         const std::size_t into_element = seek(ours().look(source), offset).offset;
         const Result result = ours().split(vector, source, offset);
         if (is_rejected(result) || into_element == 0) return result;
         iovec& first = ours().elements(vector)[0];
         first.iov_base = static_cast<std::byte*>(first.iov_base) - into_element;
         return result;
       })},

      // What went before.
      {"add_to_moved_from_is_lost", "The first element added to what was moved from is lost.", kImagined,
       broken<&I::add, noting_the_past>([](void* vector, void* base, std::size_t length) {
         bool& is_moved_from = state_of<Past>(vector).is_moved_from;
         if (!is_moved_from || !ours().look(vector).empty()) return ours().add(vector, base, length);
         is_moved_from = false;
         return Result{};
       })},
      {"add_to_copied_overwrites", "A copy is as long as its array; what is added first overwrites its last element.",
       kImagined, broken<&I::add, noting_the_past>([](void* vector, void* base, std::size_t length) {
         bool& is_copied = state_of<Past>(vector).is_copied;
         if (!is_copied || ours().look(vector).size() < 2) return ours().add(vector, base, length);
         is_copied = false;  // by now it has grown
         ours().elements(vector).back() = {base, length};
         return Result{};
       })},
      {"copy_onto_itself_empties", "A copy of itself is taken after the old elements have gone.", kImagined,
       broken<&I::copy_vector>([](void* vector, void* source) {
         return vector == source ? ours().reset(vector) : ours().copy_vector(vector, source);
       })},

      // Arrays, and the size beside them.
      {"add_doubles_no_capacity", "The capacity is doubled until it is enough, from 0, too.", kNoReport,
       broken<&I::add, noting_the_capacity>([](void* vector, void* base, std::size_t length) {
         std::size_t& capacity = array_of(vector).capacity;
         if (capacity == 0) loop_for_ever();  // 0 doubled is 0
         while (capacity <= ours().look(vector).size()) capacity *= 2;
         return ours().add(vector, base, length);
       }),
       kNeedsIsolation},
      {"add_to_a_full_array", "An array that is full is not grown, and written behind.", kNoReport,
       broken<&I::add, noting_the_capacity>([](void* vector, void* base, std::size_t length) {
         const std::size_t capacity = array_of(vector).capacity;
         // Written behind a block from malloc: what becomes of it is anybody's guess, so it ends here.
         if (ours().elements(vector).size() == capacity && capacity > 1) __builtin_trap();
         return ours().add(vector, base, length);
       }),
       kNeedsIsolation},
      {"add_leaves_the_size", "The size is not updated by add.", kNoReport,
       broken<&I::add, keeping_the_size>([](void* vector, void* base, std::size_t length) {
         keep_size(vector, size_told(vector));
         return ours().add(vector, base, length);
       })},
      {"size_stale_once_lent", "The size stays what it was when the elements were lent for writing.", kNoReport,
       keeps_the_size_through<&I::elements>()},
      {"reset_keeps_the_size", "After a reset the size is still that of the elements.", kNoReport,
       keeps_the_size_through<&I::reset>()},
      {"destroy_keeps_the_size", "After destroy the size is still that of the elements.", "QEMU 2a6cdd6d35, a caller",
       keeps_the_size_through<&I::release>()},
      {"destroy_twice_frees_twice", "destroy frees the array and leaves the pointer to it.", "QEMU bd83b36205",
       broken<&I::release, remembering<PlainArray>>([](void* vector) {
         bool& is_freed = array_of(vector).is_freed;
         if (is_freed && ours().look(vector).empty()) __builtin_trap();  // as glibc ends such a process
         is_freed = ours().look(vector).size() > 1;
         ours().release(vector);
       }),
       kNeedsIsolation},
      {"copy_points_into_the_source", "The copy of a vector of one element shares that element.",
       "QEMU, copying an embedded vector by value",
       broken<&I::copy_vector, discarding_through_the_twin>([](void* vector, void* source) {
         const Result result = ours().copy_vector(vector, source);
         const bool is_embedded = vector != source && ours().look(source).size() == 1;
         array_of(vector).twin = is_embedded ? source : nullptr;
         return result;
       }),
       kNeedsSteps},
  };
}

}  // namespace lockstep::seeded
