// What runs programs on claims, for its own two source files only: claims.cpp draws, tells and compares;
// claims_operations.cpp has the operations. The one fact that matters: an operation is one function, which draws its
// operands, says what it does and runs it on both sides.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/oracles/claims.h"
#include "model/extents.h"

namespace lockstep {

using Claim = model::extents::Extent;

namespace claims {

inline constexpr std::size_t kMax = SIZE_MAX;
inline constexpr std::size_t kTopBit = kMax / 2 + 1;

/// Numbers as what they are near to: SIZE_MAX-1, 2^63+1. Elements are BASE:LENGTH.
std::string print(std::size_t number);
std::string print(const Claim& claim);
std::string print(std::span<const Claim> claims);
std::string print(const Result& result);

std::vector<Claim> claims_of(std::span<const iovec> elements, std::size_t most);
iovec element_of(const Claim& claim);
std::vector<iovec> elements_of(std::span<const Claim> claims);

}  // namespace claims

/// Each operation is a function that draws its operands, says what it does, and runs it on both sides.
class Claims::Runner {
 public:
  explicit Runner(const Implementation& implementation);
  ~Runner() {
    for (Slot& slot : vectors()) call_.destroy(slot.handle);
  }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  std::optional<Finding> run(Choices& choices, const ClaimScope& scope);

  Claims::Counts counts;

 private:
  struct Slot {
    void* handle = nullptr;
    std::span<iovec> view;
    std::array<UndoStorage, 2> records{};
    model::extents::Vector expected;
    std::array<model::extents::UndoRecord, 2> expected_records{};
    std::vector<iovec> borrowed;  ///< The array of the slot that has no vector.
    bool shaped = false;
  };
  struct Kind;
  static const std::vector<Kind>& all_kinds();

  // Drawing.
  std::size_t choose(std::vector<std::size_t> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return choices_->among(values);
  }
  std::vector<Claim> draw_shape();
  Claim draw_claim(const Claim& previous);
  std::size_t draw_size(const Slot& slot, std::size_t from);
  std::size_t draw_count(const Slot& slot);
  /// What free functions act on, what functions on vectors do, and where those put what they make. Each slot gets its
  /// first elements once a program, when it is first drawn.
  Slot& draw_slot() { return shaped(slots_[choices_->below(kSlots)]); }
  Slot& draw_vector() { return shaped(slots_[choices_->below(kVectors)]); }
  Slot& draw_destination();
  Slot& shaped(Slot& slot) {
    if (!slot.shaped) shape(slot, draw_shape());
    return slot;
  }
  struct Range {
    std::size_t offset;
    std::size_t bytes;
  };
  Range draw_range(const Slot& slot);
  Slot* draw_mid(Slot& slot);
  std::size_t draw_limit(std::size_t count);
  std::vector<Claim> draw_many();
  Claim draw_buffer(std::size_t needed);
  void shape(Slot& slot, const std::vector<Claim>& claims);

  // Saying, running and comparing.
  std::string name(const Slot& slot) const { return {static_cast<char>('a' + (&slot - slots_.data()))}; }
  void say(const std::string& words) {
    if (!difference_) story_ += words + "\n";
  }
  void say(std::string_view operation, const Slot& slot, Range range, const std::string& more = "") {
    say(std::string(operation) + " " + name(slot) + " offset " + claims::print(range.offset) + " bytes " +
        claims::print(range.bytes) + more);
  }
  void agree(const Result& expected, const Result& actual) {
    ++(expected.rejection == Rejection::none ? running_->accepted : running_->rejected);
    if (expected.rejection != actual.rejection)
      return differ("rejection", claims::print(expected), claims::print(actual));
    if (expected.value != actual.value) return differ("value", claims::print(expected), claims::print(actual));
  }
  /// Of an operation that changes the array, unless it is rejected.
  void agree_changing(Slot& slot, const Result& expected, const Result& actual) {
    agree(expected, actual);
    if (expected.rejection == Rejection::none) view_again(slot);
  }
  void view_again(Slot& slot) {
    if (difference_) return;
    slot.view = call_.elements(slot.handle);
    forget_records(slot);
  }
  static void forget_records(Slot& slot) {
    slot.records = {};
    slot.expected_records = {};
  }
  void differ(std::string_view what, const std::string& expected, const std::string& actual) {
    if (!difference_) difference_ = {running_->operation, std::string(what), expected, actual};
  }
  std::span<const iovec> array(const Slot& slot) const;
  void compare(const Slot& slot);
  bool in_c() const { return call_.dialect == model::Dialect::c; }
  /// Of an operation on vectors in C, a view that is no whole one is borrowed for the call, which may be rejected: also
  /// of a vector, whose elements may have been made longer in place.
  Result borrowed(const Slot& slot) const;
  Result append(model::extents::Vector& v, const std::vector<Claim>& claims) const;
  /// What the operation answers is not told by all implementations.
  static Result nothing(Result result) { return result.rejection == Rejection::none ? Result{} : result; }

  // The operations.
  template <typename Free>
  void moves(std::string_view operation, Free free);
  template <typename Transfer>
  void transfers(std::string_view operation, Transfer transfer);
  void is_zero();
  void first_difference();
  void copy();
  void copy_in_place();
  void slice();
  void slice_count();
  void extended();
  void concat();
  template <typename Expected, typename Actual>
  void discards(std::string_view operation, Expected expected, Actual actual);
  void undo();
  void vector_discard_back();
  void clone();
  void add();
  void add_many();
  void extended_at_the_limit();
  void extend(Slot& into, const Claim& head, Slot* mid, Range range, const Claim& tail, std::size_t limit);
  void reset();
  void release();
  void from_buffer();
  void borrow();
  void copy_vector();
  void move_vector();

  struct Difference {
    std::string_view operation;
    std::string what;
    std::string expected;
    std::string actual;
  };

  /// The last slot is no vector but an array of the harness: only there may lengths exceed SIZE_MAX in all.
  static constexpr std::size_t kVectors = 2;
  static constexpr std::size_t kSlots = kVectors + 1;
  std::span<Slot> vectors() { return std::span(slots_).first(kVectors); }
  Implementation call_;
  std::vector<const Kind*> kinds_;  ///< Those that the dialect has.
  std::array<Slot, kSlots> slots_;
  Choices* choices_ = nullptr;
  ClaimScope scope_;
  Tried* running_ = nullptr;
  std::string story_;
  std::optional<Difference> difference_;
};

/// Where the contract ever rejects an operation of claims.
enum class Rejected : std::uint8_t { never, in_c, in_both };

struct Claims::Runner::Kind {
  std::string_view name;
  bool (*supported)(const Implementation& call);
  void (*run)(Runner& runner);
  std::optional<model::Dialect> dialect = std::nullopt;  ///< The only one that has it, if it is not in both.
  Rejected rejected = Rejected::in_both;
};

}  // namespace lockstep
