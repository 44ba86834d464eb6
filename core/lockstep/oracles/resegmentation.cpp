// SPDX-License-Identifier: Apache-2.0
#include "lockstep/oracles/resegmentation.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "lockstep/sides/abort_guard.h"

namespace lockstep {
namespace {

/// Split into bytes, a program may have more elements than the harness holds; it ends where it has more than this.
constexpr std::size_t kMaxBytes = 512;

/// A number that depends on the operation and its operands only (FNV-1a, by Fowler, Noll and Vo).
std::uint64_t seed_of(const Operation& operation) {
  std::array<std::uint8_t, kRecordBytes> record{};
  encode(operation, record.data());
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t byte : record) static_cast<void>(__builtin_mul_overflow(hash ^ byte, 0x100000001b3u, &hash));
  return hash;
}

/// The elements that an operation brings in from outside, if they become elements of its own vector unchanged. They are
/// recognized by their type, whatever the name of the operand. What brings elements in otherwise does not compile.
template <typename Op>
std::optional<model::List<Piece>> brought_by(const Op& op, Arena arena) {
  constexpr Traits t = Op::traits;
  constexpr std::size_t brings = count_operands<Op, Piece>() + count_operands<Op, Pieces>();
  constexpr bool has_ends = brings == 2 && requires { op.head, op.tail; };  // around a range, and kept as they are
  static_assert(t.vec != Effect::grows || t.positional == Positional::never || (brings == 1 && !has_ends),
                "the second oracle looks whether what grows a vector fits: it must bring its elements");
  if constexpr (brings == 0 || has_ends || t.positional == Positional::never) {
    return std::nullopt;
  } else {
    constexpr bool has_pieces = requires { op.pieces(arena); };
    // A further operand might change what comes in; pieces() would say how.
    constexpr std::size_t operands = [] {
      std::size_t count = 0;
      for_each_member<Op>([&count](std::string_view, auto) { ++count; });
      return count;
    }();
    static_assert(brings == 1 && (has_pieces || operands == 2) && (t.vec == Effect::grows || t.vec == Effect::replaced),
                  "the second oracle cannot resegment the elements that this operation brings in: they must be one "
                  "operand beside vec, or pieces(), or head and tail; else it is Positional::never");
    model::List<Piece> brought;
    if constexpr (has_pieces) {
      brought = op.pieces(arena);
    } else {
      for_each_operand(op, [&]<typename Kind>(std::string_view, const Kind& operand) {
        if constexpr (std::is_same_v<Kind, Piece>) brought = {operand};
        if constexpr (std::is_same_v<Kind, Pieces>) brought.assign(operand.begin(), operand.end());
      });
    }
    return brought;
  }
}

/// Whether more than the view matters. Bytes discarded from a view are still in the array, but how many depends on the
/// segmentation; so do the kind and the size that a vector has in C.
template <typename Op>
constexpr bool is_about_arrays(bool in_c) {
  constexpr Traits t = Op::traits;
  constexpr bool has_into = requires(Op op) { op.into; };
  const auto resizes = [](Effect effect) { return effect == Effect::grows || effect == Effect::shrinks; };
  if (resizes(t.vec) || resizes(t.into)) return true;
  if (in_c && (t.vec == Effect::emptied || t.in_c == InC::vector)) return true;
  return t.acts_on == Part::array && (has_into || !makes_anew(t.vec));
}

}  // namespace

class ResegmentationOracle::Pair {
 public:
  Pair(ResegmentationOracle& oracle, const Program& program, Segmentation way)
      : implementation_(oracle.implementation_),
        program_(program),
        way_(way),
        model_(oracle.model_),
        as_is_(oracle.as_is_),
        resegmented_(oracle.resegmented_) {}

  ExpectedBytes& model() { return model_; }
  const Side& first() const { return as_is_; }
  const Actual& second() const { return resegmented_; }
  /// Less than in the comparison with the model: every element may be many here.
  static std::size_t budget() { return 1 << 14; }
  static std::size_t shown_elements() { return 64; }
  static constexpr bool goes_on_after_skipping = false;  // a side may have run the step

  bool prepare(Operation& resolved) {
    for (Actual* const side : {&as_is_, &resegmented_}) side->make_vectors(resolved);
    return visit_operation(
        [this](auto& op) {
          const bool are_whole = as_is_.view_is_whole(op.vec) && resegmented_.view_is_whole(op.vec);
          if (needs_whole_view(op, implementation_) && !are_whole) return false;
          if (!prepare_positional(op)) return false;
          if (!fits(op)) return false;
          if constexpr (requires { op.into; })  // as many as it may get, with a head and a tail
            if (most_elements(op.vec) + resegmented_.array(op.into.index).size() + 2 > implementation_.limits.elements)
              return false;
          if (!is_about_arrays<std::remove_cvref_t<decltype(op)>>(in_c())) return true;
          for_each_vector(op, [this](Vec vec) { keep_view_only(vec); });
          return true;
        },
        resolved);
  }

  std::size_t work(const Operation& resolved) {
    for (std::uint8_t i = 0; i < Vec::count; ++i)
      if (model::array_size(model_.slot(Vec{i}).vector).value > kMaxBytes) return SIZE_MAX;
    view_bytes_ = model_.situation().size(vector_of(resolved));
    std::size_t work = view_bytes_;
    for_each_vector(resolved, [&](Vec used) { work += model_.slot(used).vector.array.size(); });
    return work;
  }

  void run(std::size_t step, const Operation& resolved) {
    as_is_.begin_step(step, view_bytes_);
    first_result = guarded(implementation_, [&] { return lockstep::run(resolved, as_is_); });
    model_.begin_step(step, view_bytes_);
    static_cast<void>(lockstep::run(resolved, model_));
    resegmented_.begin_step(step, view_bytes_);
    second_result = guarded(implementation_, [&] {
      return visit_operation([&](const auto& op) { return run_resegmented(step, op); }, resolved);
    });
  }

  std::optional<Aspect> compare(const Operation& resolved) const {
    const Traits& traits = traits_of(resolved);
    if (first_result.rejection != second_result.rejection) return Aspect::rejection;
    const bool is_rejected = first_result.rejection != Rejection::none;
    const bool counts_elements = traits.answers == Answers::elements;
    if (!is_rejected && traits.answers != Answers::nothing && !counts_elements &&
        first_result.value != second_result.value)
      return Aspect::value;
    const auto bytes = as_is_.produced_bytes();
    const auto other_bytes = resegmented_.produced_bytes();
    if (!std::equal(bytes.begin(), bytes.end(), other_bytes.begin(), other_bytes.end())) return Aspect::bytes;
    // A transfer offers elements to the kernel.
    const bool tells_elements = std::holds_alternative<Send>(resolved) || std::holds_alternative<Recv>(resolved);
    if (!tells_elements && as_is_.produced_text() != resegmented_.produced_text()) return Aspect::text;
    const auto entries = as_is_.produced_elements();
    const auto other_entries = resegmented_.produced_elements();
    if (!entries.empty() && !is_rejected &&
        (first_result.value > entries.size() || second_result.value > other_entries.size() ||
         !describes_same(entries.first(first_result.value), other_entries.first(second_result.value))))
      return Aspect::elements;
    for (std::uint8_t i = 0; i < Vec::count; ++i)
      if (!as_is_.view_is_inside(i) || !resegmented_.view_is_inside(i) ||
          !describes_same(as_is_.view(i), resegmented_.view(i)))
        return Aspect::view;
    if (std::memcmp(as_is_.memory(), resegmented_.memory(), as_is_.arena().bytes) != 0) return Aspect::memory;
    return std::nullopt;
  }

  Result first_result;
  Result second_result;

 private:
  bool in_c() const { return model::is_c(implementation_.dialect); }

  std::size_t most_elements(Vec vec) const {
    return std::max(as_is_.view(vec.index).size(), resegmented_.view(vec.index).size());
  }

  /// Lifts operands that count elements out of the way, and follows records. Whether positions define it here.
  template <typename Op>
  bool prepare_positional(Op& op) {
    constexpr Traits traits = Op::traits;
    if (traits.positional == Positional::never || (in_c() && traits.positional == Positional::in_cpp)) return false;
    if constexpr (traits.answers == Answers::elements && requires { op.capacity; }) {
      // No more elements have bytes, in programs that are not too much work. Others are described only if it is
      // declared.
      if (implementation_.deviations.empty_elements_do_not_count && most_elements(op.vec) > kMaxBytes) return false;
      op.capacity.value = kMaxBytes;
    }
    if (voids_records(traits.vec)) stacks_[op.vec.index].clear();
    if constexpr (requires { op.script; }) {
      // Where a transfer takes more than one call, the bytes that a scripted call moves depend on the segmentation.
      op.limit.value = kMaxElementsInC;
      return most_elements(op.vec) <= std::min(kMaxElementsInC, implementation_.limits.elements_per_call);
    } else if constexpr (count_operands<Op, Count>() > 0 && requires { op.limit; }) {
      if (in_c() && traits.acts_on == Part::view && most_elements(op.vec) > kMaxElementsInC - 2) return false;
      op.limit.value = std::numeric_limits<std::uint16_t>::max();
    } else if constexpr (requires { op.record, op.bytes; }) {
      stacks_[op.vec.index].push(op.record);
    } else if constexpr (requires { op.record; }) {
      // Where undo leaves start and count, it depends on the segmentation how much it brings back.
      const bool brings_all_back = !in_c() && !implementation_.deviations.undo_restores_element_only;
      return stacks_[op.vec.index].pop(op.record) && brings_all_back;
    }
    return true;
  }

  void keep_view_only(Vec vec) {
    const model::Vector& vector = model_.slot(vec).vector;
    if (!in_c() && vector.count == vector.array.size() &&
        resegmented_.view(vec.index).size() == resegmented_.array(vec.index).size())
      return;
    model_.keep_view_only(vec);
    for (Actual* const side : {&as_is_, &resegmented_}) {
      const std::vector<iovec> view(side->view(vec).begin(), side->view(vec).end());
      implementation_.assign(side->handle(vec), view);
      side->array_changed(vec);
    }
  }

  /// Whether the elements that the operation appends fit behind those that resegmentation has made more.
  template <typename Op>
  bool fits(const Op& op) const {
    if (Op::traits.vec != Effect::grows) return true;
    const std::size_t elements = resegmented_.array(op.vec.index).size();
    return elements + brought_by(op, resegmented_.arena()).value().size() <= implementation_.limits.elements;
  }

  /// Splits the elements that the operation brings, if it does, into pieces_.
  template <typename Op>
  bool split_what_comes(std::size_t step, const Op& op) {
    const auto brought = brought_by(op, resegmented_.arena());
    if (!brought) return false;
    // From the operation alone, as the program has it: so that it is split the same way after a reduction has dropped
    // others.
    RandomChoices choices(seed_of(program_.operations[step]));
    pieces_ = split_up(*brought, way_, choices);
    const std::size_t before = Op::traits.vec == Effect::grows ? resegmented_.array(op.vec.index).size() : 0;
    return before + pieces_.size() <= implementation_.limits.elements;
  }

  /// Elements that come into a program come in resegmented.
  template <typename Op>
  Result run_resegmented(std::size_t step, const Op& op) {
    if (!split_what_comes(step, op)) return lockstep::run(op, resegmented_);
    void* const handle = resegmented_.handle(op.vec);
    Result result;
    if (Op::traits.vec != Effect::grows) {
      result = implementation_.assign(handle, resegmented_.elements(pieces_));
    } else {
      for (std::size_t i = 0; i < pieces_.size() && result.rejection == Rejection::none; ++i)
        result = implementation_.add(handle, resegmented_.element(pieces_[i]).iov_base, pieces_[i].length);
    }
    resegmented_.array_changed(op.vec);
    return result;
  }

  /// Takes the next bytes that touch off the elements, as a place in the arena and a length: 0 if there are no more.
  /// Nothing if they lie elsewhere, as a broken implementation's may.
  static std::optional<std::pair<std::uint64_t, std::size_t>> next_run(const Actual& side,
                                                                       std::span<const iovec>& elements) {
    std::pair<std::uint64_t, std::size_t> run;
    for (; !elements.empty(); elements = elements.subspan(1)) {
      if (elements.front().iov_len == 0) continue;
      const auto [base, offset, length] = side.state_of(elements.front());
      if (base != ElementState::Base::at || length > side.arena().bytes - offset) return std::nullopt;
      if (run.second == 0) run.first = offset;
      if (run.first + run.second != offset) break;
      run.second += length;
    }
    return run;
  }

  /// Whether they describe the same bytes, in the same order, however they are segmented.
  bool describes_same(std::span<const iovec> first, std::span<const iovec> second) const {
    while (!first.empty() || !second.empty()) {
      const auto run = next_run(as_is_, first);
      if (!run || run != next_run(resegmented_, second)) return false;
    }
    return true;
  }

  const Implementation& implementation_;
  const Program& program_;
  Segmentation way_;
  ExpectedBytes& model_;
  Actual& as_is_;
  Actual& resegmented_;
  model::List<Piece> pieces_;  // of the last step; an abort destroys nothing that lies under a call
  std::size_t view_bytes_ = 0;
  std::array<UndoStack, Vec::count> stacks_;
};

ResegmentationOracle::ResegmentationOracle(const Implementation& implementation, std::vector<Segmentation> ways)
    : Oracle(implementation),
      ways_(std::move(ways)),
      model_(implementation),
      as_is_(implementation),
      resegmented_(implementation) {}

std::optional<Finding> ResegmentationOracle::judge(const Program& original, Segmentation way) {
  // Without these two there is no way to segment.
  if (implementation_.assign == nullptr || implementation_.add == nullptr) return std::nullopt;
  if (!original.arena.has_size()) return std::nullopt;  // no bytes to compare, or too many
  // What is compared is which bytes of the arena a vector describes.
  if (implementation_.deviations.has_own_memory) return std::nullopt;
  Program program = original;
  program.arena.kind = Arena::Kind::shared;
  const Wording wording = {
      "as is      ", "resegmented", std::string(suffix()),
      "run with its vectors as they are, and resegmented (" + std::string(name_of(way)) + "): it should not matter"};
  return find(program, implementation_, counts_, observer_, wording, [&](Observer* observer) {
    model_.reset(program.arena);
    as_is_.reset(program.arena);
    resegmented_.reset(program.arena);
    Pair pair(*this, program, way);
    std::optional<Difference> difference = run_steps(program, implementation_, pair, observer, counts_);
    destroy_vectors(difference, as_is_, resegmented_);
    return difference;
  });
}

std::optional<Finding> ResegmentationOracle::judge(const Program& program) {
  for (const Segmentation way : ways_)
    if (auto finding = judge(program, way)) return finding;
  return std::nullopt;
}

}  // namespace lockstep
