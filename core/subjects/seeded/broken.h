// SPDX-License-Identifier: Apache-2.0
// What the files of broken implementations share. Besides them, only their test includes it.
// Each bug is ours with one thing replaced, so nothing else can give it away.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <vector>

#include "lockstep/table/implementation.h"
#include "subjects/seeded/seeded_bugs.h"

namespace lockstep::seeded {

std::vector<SeededBug> moving_bugs();
std::vector<SeededBug> looking_bugs();
std::vector<SeededBug> describing_bugs();
std::vector<SeededBug> discarding_bugs();
std::vector<SeededBug> owning_bugs();
std::vector<SeededBug> cloning_bugs();
std::vector<SeededBug> socket_bugs();
std::vector<SeededBug> dropin_bugs();  // of the C interface
std::vector<SeededBug> length_bugs();
std::vector<SeededBug> remembering_bugs();

/// Those of these bugs that lie in a function on elements, in the table of the C interface: the same mistake there.
std::vector<SeededBug> in_c(std::span<const SeededBug> bugs);

/// What the broken discards, ranges, clones and transfers are variations of, without a mistake: these must agree with
/// the model.
Implementation plain_discards();
Implementation plain_ranges();
Implementation plain_clones();
Implementation plain_transfers();
Implementation plain_transfers_in_c();
Implementation plain_memories();

using I = Implementation;
using View = Span<const iovec>;
using Elements = Span<iovec>;
using Data = Span<const std::byte>;
using Buffer = Span<std::byte>;

// ---- Walking

inline std::byte* plus(void* base, std::size_t bytes) { return static_cast<std::byte*>(base) + bytes; }

inline void copy_bytes(void* to, const void* from, std::size_t bytes) {
  if (bytes > 0) std::memcpy(to, from, bytes);
}

/// What a loop that does not end comes to; volatile, because one without side effects may be taken to end.
inline void loop_for_ever() {
  static volatile bool is_over = false;
  while (!is_over) continue;
}

inline Result past_end() { return {0, Rejection::out_of_range}; }
inline bool is_same(const iovec& a, const iovec& b) { return a.iov_base == b.iov_base && a.iov_len == b.iov_len; }
inline bool is_rejected(Result result) { return result.rejection != Rejection::none; }
inline std::size_t size_of(View view) { return ours().size(view).value; }

inline bool lies_outside(View view, std::size_t offset, std::size_t bytes) {
  return offset > size_of(view) || bytes > size_of(view) - offset;
}

/// Whether offset + bytes, which wraps around, is no more than the size, though the range lies outside.
inline bool passes_wrapped(View view, std::size_t offset, std::size_t bytes) {
  std::size_t end = 0;
  return __builtin_add_overflow(offset, bytes, &end) && end <= size_of(view);
}

inline std::size_t wrapped_sum(std::size_t a, std::size_t b) {
  static_cast<void>(__builtin_add_overflow(a, b, &a));
  return a;
}

inline std::size_t wrapped_size(View view) {
  std::size_t size = 0;
  for (const iovec& element : view) size = wrapped_sum(size, element.iov_len);
  return size;
}

/// What is left of a number in half of its bits: 32, mostly.
inline std::size_t low_half(std::size_t number) { return number & (SIZE_MAX >> (sizeof number * 8 / 2)); }

inline bool is_negative(std::size_t number) { return number > SIZE_MAX / 2; }

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

/// The part of a range that lies in one element.
struct Part {
  std::size_t index;  ///< Of the element.
  std::byte* base;
  std::size_t length;
  std::size_t done;  ///< How many bytes of the range lie before it.
};

/// Where a walk that is otherwise right goes wrong.
struct WalkMistakes {
  bool offset_applied_again = false;
  bool length_ignores_offset = false;
  bool stops_at_empty = false;
  bool not_counted_down = false;
};

/// Calls visit(part) for each element that lies in the range, empty ones in the middle too, and answers how many bytes
/// these are.
template <WalkMistakes mistakes = WalkMistakes{}, typename Visit>
Result walk(View view, std::size_t offset, std::size_t bytes, Visit visit) {
  Cursor at = seek(view, offset);
  if (at.past_end) return past_end();
  std::size_t done = 0;
  for (; at.index < view.size() && done < bytes; ++at.index) {
    const iovec& element = view[at.index];
    const std::size_t skip = std::min(at.offset, element.iov_len);
    const std::size_t rest = mistakes.length_ignores_offset ? element.iov_len : element.iov_len - skip;
    const std::size_t length = std::min(rest, bytes - done);
    if (mistakes.stops_at_empty && length == 0) break;
    visit(Part{at.index, plus(element.iov_base, skip), length, done});
    if (!mistakes.not_counted_down) done += length;
    if (!mistakes.offset_applied_again) at.offset = 0;
  }
  return {done};
}

// ---- Tables

/// Ours, or another table, with one entry replaced.
template <auto entry, auto base = ours, typename Function>
Implementation broken(Function function) {
  Implementation table = base();
  table.*entry = function;
  return table;
}

/// Ours, with something done after a call that is not rejected: change(result, arguments...).
template <auto entry, typename Change>
Implementation changed_after(Change) {
  return broken<entry>([](auto... arguments) {
    Result result = (ours().*entry)(arguments...);
    if (!is_rejected(result)) Change()(result, arguments...);
    return result;
  });
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
