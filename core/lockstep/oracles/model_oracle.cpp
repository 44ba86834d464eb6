#include "lockstep/oracles/model_oracle.h"

#include <algorithm>
#include <cstring>

#include "lockstep/sides/abort_guard.h"

namespace lockstep {

template <typename Model>
class ModelOracle::Pair {
 public:
  Pair(const Implementation& implementation, Expected<Model>& expected, Actual& actual)
      : implementation_(implementation), expected_(expected), actual_(actual) {}

  Expected<Model>& model() { return expected_; }
  const Side& first() const { return expected_; }
  const Actual& second() const { return actual_; }
  static bool prepare(const Operation&) { return true; }
  /// Keeps the slowest programs at some milliseconds, so that no source spends its time on a few of them. Large arenas
  /// are rare; what is long enough to need one is to be used a few times.
  std::size_t budget() const { return expected_.arena().kind == Arena::Kind::large ? 1 << 22 : 1 << 17; }

  std::size_t work(const Operation& resolved) {
    view_bytes_ = 0;
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
    actual_.begin_step(step, view_bytes_);
    for_each_vector(resolved, [&](Vec vec) { actual_.allow(expected_.slot(vec).vector); });
    second_result = guarded(implementation_, [&] { return lockstep::run(resolved, actual_); });
    actual_.end_step();
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
    const bool has_value = traits_of(resolved).answers != Answers::nothing;
    if (has_value && expected.value != actual.value) return Aspect::value;

    const std::span<const std::uint8_t> bytes = actual_.produced_bytes();
    if (!std::equal(bytes.begin(), bytes.end(), expected_.produced_bytes().begin(), expected_.produced_bytes().end()))
      return Aspect::bytes;
    if (expected_.produced_text() != actual_.produced_text()) return Aspect::text;

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
      if (!std::equal(vector.array.begin(), vector.array.end(), array.begin(), array.end(),
                      [this](const auto& element, const iovec& entry) { return actual_.is_same(element, entry); }))
        return Aspect::array;
      const std::span<const iovec> view = actual_.view(i);
      if (view.data() != array.data() + vector.start || view.size() != vector.count) return Aspect::view;
    }

    const model::Memory& memory = expected_.memory();
    if (!memory.empty() && std::memcmp(actual_.memory(), memory.data(), memory.size()) != 0) return Aspect::memory;
    if (!actual_.guard_bytes_are_intact()) return Aspect::guard;
    return std::nullopt;
  }

  Result first_result;
  Result second_result;

 private:
  /// The model of lengths goes through all elements again for each call to the kernel.
  std::size_t work_of_calls(const Operation& resolved) const {
    return std::visit(
        [this](const auto& op) -> std::size_t {
          if constexpr (requires { op.script; }) {
            const std::size_t elements = expected_.slot(op.vec).vector.array.size();
            return op.limit.value == 0 ? 0 : elements * (elements / op.limit.value);
          }
          return 0;
        },
        resolved);
  }

  const Implementation& implementation_;
  Expected<Model>& expected_;
  Actual& actual_;
  std::size_t view_bytes_ = 0;
};

template <typename Model>
std::optional<Finding> ModelOracle::judge_on(const Program& program, Expected<Model>& expected) {
  return find(program, implementation_, counts_, observer_, {}, [&](Observer* observer) {
    expected.reset(program.arena);
    actual_.reset(program.arena);
    Pair<Model> pair(implementation_, expected, actual_);
    return run_steps(program, implementation_, pair, observer, counts_);
  });
}

std::optional<Finding> ModelOracle::judge(const Program& program) {
  if (program.arena.kind != Arena::Kind::unbacked) return judge_on(program, bytes_);
  if (implementation_.takes_unbacked) return judge_on(program, lengths_);
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
