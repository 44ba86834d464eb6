// SPDX-License-Identifier: Apache-2.0
// What one step gave on one side: its result, its products, and the state before and after it.
// Observations are made for reports and step-by-step output only; the comparison after every step does without.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/language/arena.h"
#include "lockstep/language/operand.h"
#include "lockstep/table/implementation.h"
#include "model/extents.h"
#include "model/model.h"

namespace lockstep {

/// An element in terms that both sides share.
struct ElementState {
  enum class Base : std::uint8_t {
    at,         ///< At `offset` in the arena; in an unbacked arena at this address.
    null,       ///< A null pointer.
    wild,       ///< The wild pointer.
    untouched,  ///< An entry of a destination array that has not been written.
    unknown,    ///< Anywhere else.
  };
  Base base = Base::at;
  std::uint64_t offset = 0;
  std::size_t length = 0;
  bool operator==(const ElementState&) const = default;
};

ElementState state_of(const model::Element& element);
ElementState state_of(const model::extents::Extent& element);

/// The elements of a vector's array and the view of it. A broken implementation may claim any view.
struct VectorState {
  static constexpr std::ptrdiff_t kElsewhere = -1;  ///< A start outside the array.
  std::vector<ElementState> array;
  std::ptrdiff_t start = 0;
  std::size_t count = 0;
  // NOLINTNEXTLINE(readability-redundant-member-init): gcc warns of `{.member = value}` without it
  std::optional<std::vector<std::uint8_t>> content = {};  ///< Instead of elements, of vectors with memory of their own.
  bool operator==(const VectorState&) const = default;
};

/// Leaves out the elements that have no bytes.
void drop_empty(VectorState& vector);

struct State {
  std::vector<std::uint8_t> memory;
  std::array<VectorState, Vec::count> vectors;
};

struct Observation {
  Result result;
  bool has_value = false;              ///< Whether result.value means anything when nothing was rejected.
  std::vector<std::uint8_t> bytes;     ///< The linear buffer afterwards, and some bytes behind it.
  std::vector<ElementState> elements;  ///< The entries of a destination array afterwards, and one behind it.
  std::string text;                    ///< What was printed.
  State before;
  State after;
};

/// A side: what both have, and how reports and observers see it.
class Side {
 public:
  virtual ~Side() = default;
  /// Of arrays of at most `most` elements: a broken implementation may claim any number.
  virtual State state(std::size_t most) const = 0;
  /// The observation of a step, without the states.
  virtual Observation observe(const Result& result, bool has_value) const = 0;

  Arena arena() const { return arena_; }
  /// Whether an implementation owns the vector's array.
  bool is_owned(Vec vec) const { return arena_.owns(vec.index); }
  std::string& text() { return text_; }  ///< To be produced.
  const std::string& produced_text() const { return text_; }

 protected:
  Arena arena_;
  std::size_t step_ = 0;
  std::size_t view_bytes_ = 0;
  std::string text_;
};

/// In two hexadecimal digits.
std::string print_byte(std::uint8_t byte);

/// Elements as text: `0+2 null+0`.
void print_element(std::string& text, const ElementState& element);
void print_elements(std::string& text, const std::vector<ElementState>& elements, std::size_t first, std::size_t last);

/// The array with the view in brackets: `0+2 [5+2 null+0] 9+1`.
std::string print_vector(const VectorState& vector);

/// The result and what was produced, in one line: `2; bytes 00 01`, or `rejected out_of_range`.
std::string print_result(const Observation& observation);

/// The same, and all that changed: `2; bytes 00 01; a 0+2 [3+1]; memory 3: 80 81`.
std::string print_effect(const Observation& observation);

/// The text; of one that is too long to be read, what is around the first difference to another.
std::string excerpt(const std::string& text, const std::string& other);

}  // namespace lockstep
