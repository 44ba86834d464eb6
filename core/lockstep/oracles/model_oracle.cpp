// SPDX-License-Identifier: Apache-2.0
#include "lockstep/oracles/model_oracle.h"

#include <algorithm>
#include <cassert>

#include "lockstep/sides/abort_guard.h"

namespace lockstep {

template <typename Model>
class ModelOracle::Pair {
 public:
  Pair(const Implementation& implementation, Expected<Model>& expected, Actual& actual)
      : implementation_(implementation), expected_(expected), actual_(actual) {}

  static constexpr bool goes_on_after_skipping = true;
  Expected<Model>& model() { return expected_; }
  const Side& first() const { return expected_; }
  const Actual& second() const { return actual_; }
  bool prepare(const Operation& resolved) {
    actual_.make_vectors(resolved);
    return visit_operation(
        [this](const auto& op) { return !needs_whole_view(op, implementation_) || actual_.view_is_whole(op.vec); },
        resolved);
  }
  /// Keeps the slowest programs at some milliseconds, so that no source spends its time on a few of them. Large arenas
  /// are rare; what is long enough to need one is to be used a few times.
  std::size_t budget() const { return expected_.arena().kind == Arena::Kind::large ? 1 << 22 : 1 << 17; }

  std::size_t work(const Operation& resolved) {
    if constexpr (std::is_same_v<Model, Bytes>) view_bytes_ = expected_.situation().size(vector_of(resolved));
    std::size_t work = view_bytes_ + expected_.arena().bytes / 16u;
    for_each_vector(resolved, [&](Vec vec) { work += expected_.slot(vec).vector.array.size(); });
    if constexpr (std::is_same_v<Model, Lengths>) work += work_of_calls(resolved);
    return work;
  }

  /// So many elements of each array are observed: one more than the longest has, to show an element too many.
  std::size_t shown_elements() const {
    std::size_t elements = 0;
    for (std::uint8_t i = 0; i < Vec::count; ++i)
      elements = std::max(elements, expected_.slot(Vec{i}).vector.array.size());
    return elements + 1;
  }

  void run(std::size_t step, const Operation& resolved) {
    // The implementation first: the bytes that it may touch are those of the model's vectors before the step.
    {
      const struct UntilHere {
        Actual& actual;
        ~UntilHere() { actual.end_step(); }  // also after an exception
      } until_here{actual_};
      actual_.begin_step(step, view_bytes_);
      for_each_vector(resolved, [&](Vec vec) { actual_.allow(expected_.slot(vec).vector); });
      second_result = guarded(implementation_, [&] { return lockstep::run(resolved, actual_); });
    }
    expected_.begin_step(step, view_bytes_);
    first_result = lockstep::run(resolved, expected_);
  }

  std::optional<Aspect> compare(const Operation& resolved) const {
    const Result& expected = first_result;
    const Result& actual = second_result;
    const bool both_rejected = expected.rejection != Rejection::none && actual.rejection != Rejection::none;
    const bool reasons_matter = !implementation_.deviations.aborts_on_violation || !both_rejected;
    if (reasons_matter && expected.rejection != actual.rejection) return Aspect::rejection;
    // The value of a rejection counts, too: it is 0.
    const Answers answers = traits_of(resolved).answers;
    const bool counts_elements = answers == Answers::elements && elements_may_differ();
    if (answers != Answers::nothing && !counts_elements && expected.value != actual.value) return Aspect::value;

    const std::span<const std::uint8_t> bytes = actual_.produced_bytes();
    if (!std::equal(bytes.begin(), bytes.end(), expected_.produced_bytes().begin(), expected_.produced_bytes().end()))
      return Aspect::bytes;
    if (expected_.produced_text() != actual_.produced_text()) return Aspect::text;
    if (elements_may_differ()) {
      if (counts_elements)
        if (const auto aspect = compare_counted(resolved)) return aspect;
      if (const auto aspect = compare_contents()) return aspect;
      return compare_memory();
    }

    if (expected_.has_destination()) {
      const auto& described = expected_.produced_elements();
      const std::span<const iovec> entries = actual_.produced_elements();
      for (std::size_t i = 0; i < entries.size(); ++i) {
        const bool same =
            i < described.size() ? actual_.is_same(described[i], entries[i]) : actual_.is_untouched(entries[i]);
        if (!same) return Aspect::elements;
      }
    }

    for (std::uint8_t i = 0; i < Vec::count; ++i) {
      const auto& vector = expected_.slot(Vec{i}).vector;
      const std::span<const iovec> array = actual_.array(i);
      // Of what is claimed to be there nothing is looked at before its number is right.
      if (vector.array.size() != array.size() ||
          !std::equal(vector.array.begin(), vector.array.end(), array.begin(),
                      [this](const auto& element, const iovec& entry) { return actual_.is_same(element, entry); }))
        return Aspect::array;
      const std::span<const iovec> view = actual_.view(i);
      if (view.data() != array.data() + vector.start || view.size() != vector.count) return Aspect::view;
    }
    return compare_memory();
  }

  Result first_result;
  Result second_result;

 private:
  /// Whether it is declared that elements may be others than the model's, as long as they hold the same bytes.
  bool elements_may_differ() const {
    const Deviations& deviations = implementation_.deviations;
    return deviations.empty_elements_do_not_count || deviations.has_own_memory;
  }

  /// Whether so many elements may be what it has counted in a range, or in no range: without empty ones `least`, and
  /// with them no more than there are, and one at the end.
  bool is_possible_count(const Operation& resolved, std::size_t count) const {
    if (!implementation_.deviations.has_own_memory)
      return first_result.value <= count && count <= first_result.value + empty_elements(resolved) + 1;
    // Other elements, each of a byte or more; of no bytes one, or none.
    const std::size_t bytes = visit_operation(
        [](const auto& op) -> std::size_t {
          if constexpr (requires { op.bytes.value; }) return op.bytes.value;
          return 0;
        },
        resolved);
    return bytes == 0 || first_result.value == 0 ? count <= 1 : 1 <= count && count <= bytes;
  }

  std::size_t empty_elements(const Operation& resolved) const {
    const std::span<const iovec> view = actual_.view(vector_of(resolved).index);
    return static_cast<std::size_t>(
        std::count_if(view.begin(), view.end(), [](const iovec& element) { return element.iov_len == 0; }));
  }

  /// What an operation answers that counts elements, and the elements that it has described, if it does.
  std::optional<Aspect> compare_counted(const Operation& resolved) const {
    const bool has_own_memory = implementation_.deviations.has_own_memory;
    const std::size_t count = second_result.value;
    if (!expected_.has_destination())
      return is_possible_count(resolved, count) ? std::nullopt : std::optional(Aspect::value);
    const std::span<const iovec> entries = actual_.produced_elements();
    const std::size_t capacity = entries.size() - 1;  // one more is watched
    if (count > capacity) return Aspect::value;
    if (!std::all_of(entries.begin() + static_cast<std::ptrdiff_t>(count), entries.end(),
                     [this](const iovec& entry) { return actual_.is_untouched(entry); }))
      return Aspect::elements;
    std::vector<iovec> part(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count));
    std::erase_if(part, [](const iovec& element) { return element.iov_len == 0; });
    // A full destination may hold the first of them only. Empty entries are at most as many as the view has, and one
    // more where nothing is missing.
    const std::size_t empty = count - part.size();
    const auto compare_prefix = [&](const auto& some, const auto& all, auto same) -> std::optional<Aspect> {
      const bool is_all = some.size() == all.size();
      const std::size_t most_empty = empty_elements(resolved) + (is_all ? 1 : 0);
      const bool agrees = some.size() <= all.size() && (is_all || count == capacity) && empty <= most_empty &&
                          std::equal(some.begin(), some.end(), all.begin(), same);
      return agrees ? std::nullopt : std::optional(Aspect::elements);
    };
    if (has_own_memory) {
      const std::vector<std::uint8_t> all = expected_.content(expected_.produced_elements());
      return compare_prefix(actual_.content(part, all.size()), all, std::equal_to<>());
    }
    return compare_prefix(part, expected_.produced_elements(),
                          [this](const iovec& entry, const auto& element) { return actual_.is_same(element, entry); });
  }

  std::optional<Aspect> compare_contents() const {
    const State expected = expected_.state();
    const State actual = actual_.state(2 * expected_.arena().most_elements());
    for (std::uint8_t i = 0; i < Vec::count; ++i) {
      if (expected.vectors[i].array != actual.vectors[i].array) return Aspect::array;
      if (expected.vectors[i] != actual.vectors[i]) return Aspect::view;
    }
    return std::nullopt;
  }

  std::optional<Aspect> compare_memory() const {
    const std::uint8_t* const memory = actual_.memory();
    if (!std::equal(memory, memory + expected_.arena().bytes, expected_.memory().begin())) return Aspect::memory;
    if (!actual_.guard_bytes_are_intact()) return Aspect::guard;
    return std::nullopt;
  }

  /// The model of lengths goes through all elements again for each call to the kernel.
  std::size_t work_of_calls(const Operation& resolved) const {
    return visit_operation(
        [this](const auto& op) -> std::size_t {
          if constexpr (requires { op.script; }) {
            const std::size_t elements = expected_.slot(op.vec).vector.array.size();
            assert(op.limit.value > 0);  // resolved, 0 is a number of elements
            return elements * (elements / op.limit.value);
          }
          return 0;
        },
        resolved);
  }

  const Implementation& implementation_;
  Expected<Model>& expected_;
  Actual& actual_;
  std::size_t view_bytes_ = 0;  // that a step may touch; no memory, no bytes
};

template <typename Model>
std::optional<Finding> ModelOracle::judge_on(const Program& program, Expected<Model>& expected) {
  return find(program, implementation_, counts_, observer_, {}, [&](Observer* observer) {
    expected.reset(program.arena);
    actual_.reset(program.arena);
    Pair<Model> pair(implementation_, expected, actual_);
    std::optional<Difference> difference = run_steps(program, implementation_, pair, observer, counts_);
    destroy_vectors(difference, actual_);
    return difference;
  });
}

std::optional<Finding> ModelOracle::judge(const Program& program) {
  if (implementation_.deviations.has_own_memory && program.arena.kind == Arena::Kind::exact) {
    Program shared = program;  // what is given to it is read when it is given
    shared.arena.kind = Arena::Kind::shared;
    return judge_on(shared, bytes_);
  }
  if (program.arena.kind != Arena::Kind::unbacked) return judge_on(program, bytes_);
  if (implementation_.takes_unbacked && !implementation_.deviations.has_own_memory) return judge_on(program, lengths_);
  counts_.skipped += program.operations.size();
  if (observer_ != nullptr) {
    observer_->begin_program(program);
    for (std::size_t i = 0; i < program.operations.size(); ++i) observer_->skipped_step(i, program.operations[i]);
  }
  return std::nullopt;
}

std::optional<Finding> judge(const Program& program, const Implementation& implementation) {
  return ModelOracle(implementation).judge(program);
}

}  // namespace lockstep
