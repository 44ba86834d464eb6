// What the files of broken implementations share. Besides them, only their test includes it.
// Each bug is ours with one entry replaced, so nothing else can give it away.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "lockstep/table/implementation.h"
#include "subjects/seeded/seeded_bugs.h"

namespace lockstep::seeded {

std::vector<SeededBug> moving_bugs();
std::vector<SeededBug> describing_bugs();
std::vector<SeededBug> discarding_bugs();
std::vector<SeededBug> owning_bugs();
std::vector<SeededBug> showing_bugs();
std::vector<SeededBug> edge_bugs();
std::vector<SeededBug> layout_bugs();
std::vector<SeededBug> history_bugs();
std::vector<SeededBug> socket_bugs();
std::vector<SeededBug> length_bugs();
std::vector<SeededBug> dropin_bugs();  // of the C interface

/// Those of these bugs that lie in a function on elements, in the table of the C interface: the same mistake there.
std::vector<SeededBug> in_c(std::span<const SeededBug> bugs);

/// What the broken discards, ranges, clones and transfers are variations of, without a mistake: these must agree with
/// the model.
Implementation plain_discards();
Implementation plain_ranges();
Implementation plain_clones();
Implementation plain_transfers();
Implementation plain_transfers_in_c();

using View = std::span<const iovec>;

inline void* plus(void* base, std::size_t bytes) { return static_cast<char*>(base) + bytes; }

/// What a loop that does not end comes to; volatile, because one without side effects may be taken to end.
inline void loop_for_ever() {
  static volatile bool is_over = false;
  while (!is_over) continue;
}

inline Result past_end() { return {0, Rejection::out_of_range}; }

/// Where a mover stands: an element, and an offset into it.
struct Cursor {
  std::size_t index = 0;
  std::size_t offset = 0;
  bool past_end = false;
};

inline Cursor seek(View view, std::size_t offset) {
  Cursor cursor{0, offset};
  while (cursor.index < view.size() && cursor.offset >= view[cursor.index].iov_len)
    cursor.offset -= view[cursor.index++].iov_len;
  cursor.past_end = cursor.index == view.size() && cursor.offset > 0;
  return cursor;
}

/// Ours, with one entry replaced.
template <auto entry, typename Function>
Implementation broken(Function function) {
  Implementation table = ours();
  table.*entry = function;
  return table;
}

/// What a broken implementation remembers of each vector, from its creation to its end; a program finds vectors that
/// remember nothing.
template <typename State>
std::map<void*, State>& states() {
  static std::map<void*, State> all;
  return all;
}

template <typename State>
State& state_of(void* vector) {
  return states<State>()[vector];
}

/// What it remembers of the vector in whose array a view begins; of a view without an array, nothing. Two programs may
/// run side by side, so nothing is remembered of all vectors.
template <typename State>
State& state_of_viewed(View view) {
  const auto address = [](const iovec* element) { return reinterpret_cast<std::uintptr_t>(element); };
  if (view.data() != nullptr)
    for (auto& [vector, state] : states<State>()) {
      const View array = ours().look(vector);
      if (array.data() != nullptr && address(view.data()) >= address(array.data()) &&
          address(view.data()) <= address(array.data() + array.size()))
        return state;
    }
  static State none;
  return none = {};
}

/// Ours, or the C interface, with a state for each vector.
template <typename State, const Implementation& (*sound)() = ours>
Implementation remembering() {
  Implementation table = sound();
  table.create = [] {
    void* const vector = sound().create();
    state_of<State>(vector) = {};
    return vector;
  };
  table.destroy = [](void* vector) {
    states<State>().erase(vector);
    sound().destroy(vector);
  };
  return table;
}

}  // namespace lockstep::seeded
