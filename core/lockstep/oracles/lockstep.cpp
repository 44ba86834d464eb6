#include "lockstep/oracles/lockstep.h"

#include <algorithm>
#include <cstring>

#include "lockstep/sides/abort_guard.h"

namespace lockstep {
namespace {

/// Bytes and elements that one program may go through, about: keeps the slowest at some milliseconds, so that no source
/// spends its time on a few monsters.
constexpr std::size_t kWorkBudget = 1 << 17;

}  // namespace

/// Keeps the last step's moments, and for each byte of the arena the step that last changed it; tells another observer.
class Lockstep::Recorder final : public Observer {
 public:
  Recorder(const Program& program, Observer* next)
      : expected_writers(program.arena.bytes, program.operations.size()),
        actual_writers(expected_writers),
        next_(next) {}

  void before_step(std::size_t step, const Operation& operation, const Operation& resolved) override {
    if (next_ != nullptr) next_->before_step(step, operation, resolved);
  }

  void after_step(std::size_t step, const Moment& expected_moment, const Moment& actual_moment) override {
    expected = expected_moment;
    actual = actual_moment;
    note(expected, step, expected_writers);
    note(actual, step, actual_writers);
    if (next_ != nullptr) next_->after_step(step, expected, actual);
  }

  void skipped_step(std::size_t step, const Operation& operation) override {
    if (next_ != nullptr) next_->skipped_step(step, operation);
  }

  void cut_short(std::size_t step) override {
    if (next_ != nullptr) next_->cut_short(step);
  }

  Moment expected;
  Moment actual;
  std::vector<std::size_t> expected_writers;
  std::vector<std::size_t> actual_writers;

 private:
  static void note(const Moment& moment, std::size_t step, std::vector<std::size_t>& writers) {
    for (std::size_t i = 0; i < writers.size(); ++i)
      if (moment.before.memory[i] != moment.after.memory[i]) writers[i] = step;
  }

  Observer* next_;
};

std::optional<Divergence> Lockstep::run(const Program& program) {
  const std::optional<Found> finding = find(program, nullptr, watcher_);
  if (!finding) return std::nullopt;
  const Counts counts = counts_;
  Recorder recorder(program, nullptr);
  static_cast<void>(find(program, &recorder, nullptr));  // once more, for what the fast run did not keep
  counts_ = counts;
  return describe(program, *finding, recorder);
}

std::optional<Divergence> Lockstep::run(const Program& program, Observer& observer) {
  Recorder recorder(program, &observer);
  const std::optional<Found> finding = find(program, &recorder, watcher_);
  if (!finding) return std::nullopt;
  return describe(program, *finding, recorder);
}

Divergence Lockstep::describe(const Program& program, const Found& finding, const Recorder& recorder) const {
  Divergence divergence;
  divergence.implementation = implementation_.name;
  divergence.deviations = in_words(implementation_.deviations);
  divergence.program = program;
  divergence.program.operations.resize(finding.step + 1, Operation());
  divergence.resolved = finding.resolved;
  divergence.difference = finding.difference;
  divergence.vec = finding.vec;
  divergence.expected = recorder.expected;
  divergence.actual = recorder.actual;
  divergence.expected_writers = recorder.expected_writers;
  divergence.actual_writers = recorder.actual_writers;
  return divergence;
}

std::optional<Lockstep::Found> Lockstep::find(const Program& program, Observer* observer, Watcher* watcher) {
  if (watcher != nullptr) watcher->begin_program(program);
  reference_.reset(program.arena);
  subject_.reset(program.arena);
  ++counts_.programs;
  std::size_t work = 0;
  for (std::size_t step = 0; step < program.operations.size(); ++step) {
    const Operation& operation = program.operations[step];
    if (!is_supported(operation, implementation_)) {
      ++counts_.skipped;
      if (observer != nullptr) observer->skipped_step(step, operation);
      continue;
    }
    const model::Vector& operand = reference_.slot(vector_of(operation)).vector;
    const std::size_t extent = model::size(operand).value;
    work += extent + program.arena.bytes / 16u;
    for_each_vector(operation, [&](Vec vec) { work += reference_.slot(vec).vector.array.size(); });
    if (work > kWorkBudget) {
      counts_.cut += program.operations.size() - step;
      if (observer != nullptr) observer->cut_short(step);
      break;
    }

    const Operation resolved = resolve(operation, reference_.situation(vector_of(operation)));
    State expected_before;
    State actual_before;
    if (observer != nullptr) {
      expected_before = reference_.state();
      actual_before = subject_state();
      observer->before_step(step, operation, resolved);
    }
    if (watcher != nullptr) watcher->before_step(resolved, reference_);
    // The subject first: what it may touch is told from the model's vectors as they were before the step.
    subject_.begin_step(step, extent);
    for_each_vector(resolved, [&](Vec vec) { subject_.allow(reference_.slot(vec).vector); });
    const Answer actual = guarded(
        implementation_, [&] { return std::visit([&](const auto& op) { return op.run(subject_); }, resolved); });
    subject_.end_step();
    reference_.begin_step(step, extent);
    const Answer expected = std::visit([&](const auto& op) { return op.run(reference_); }, resolved);
    if (observer != nullptr)
      observer->after_step(step, {reference_.outcome(expected), std::move(expected_before), reference_.state()},
                           {subject_.outcome(actual), std::move(actual_before), subject_state()});
    if (watcher != nullptr) watcher->after_step(expected, actual, reference_, subject_);

    ++counts_.steps;
    if (expected.result.rejection != Rejection::none) ++counts_.rejections;
    if (std::optional<Found> finding = compare(expected, actual)) {
      finding->step = step;
      finding->resolved = resolved;
      return finding;
    }
  }
  return std::nullopt;
}

std::optional<Lockstep::Found> Lockstep::compare(const Answer& expected, const Answer& actual) const {
  const auto found = [](Difference difference, std::optional<Vec> vec = std::nullopt) {
    return Found{0, {}, difference, vec};
  };
  const bool both_rejected = expected.result.rejection != Rejection::none && actual.result.rejection != Rejection::none;
  const bool reasons_matter = !implementation_.deviations.aborts_on_violation || !both_rejected;
  if (reasons_matter && expected.result.rejection != actual.result.rejection) return found(Difference::rejection);
  // Of a rejection, too: it answers 0.
  if (expected.has_value && expected.result.value != actual.result.value) return found(Difference::value);

  const std::span<const std::uint8_t> bytes = subject_.produced_bytes();
  if (!std::equal(bytes.begin(), bytes.end(), reference_.produced_bytes().begin(), reference_.produced_bytes().end()))
    return found(Difference::bytes);
  if (reference_.produced_text() != subject_.produced_text()) return found(Difference::text);

  if (reference_.has_destination()) {
    const std::vector<model::Element>& described = reference_.produced_elements();
    const std::span<const iovec> entries = subject_.produced_elements();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const bool same =
          i < described.size() ? is_same_element(described[i], entries[i]) : subject_.is_untouched(entries[i]);
      if (!same) return found(Difference::elements);
    }
  }

  for (std::uint8_t i = 0; i < Vec::count; ++i) {
    const model::Vector& vector = reference_.slot(Vec{i}).vector;
    const std::span<const iovec> array = subject_.array(i);
    if (!std::equal(vector.array.begin(), vector.array.end(), array.begin(), array.end(),
                    [this](const auto& expected_element, const iovec& element) {
                      return is_same_element(expected_element, element);
                    }))
      return found(Difference::array, Vec{i});
    const std::span<const iovec> view = subject_.view(i);
    if (view.data() != array.data() + vector.start || view.size() != vector.count)
      return found(Difference::view, Vec{i});
  }

  if (std::memcmp(subject_.memory(), reference_.memory().data(), reference_.memory().size()) != 0)
    return found(Difference::memory);
  if (!subject_.around_is_intact()) return found(Difference::around);
  return std::nullopt;
}

bool Lockstep::is_same_element(const model::Element& expected, const iovec& actual) const {
  return actual.iov_len == expected.bytes.size() && actual.iov_base == subject_.pointer(expected.base);
}

State Lockstep::subject_state() const {
  // A broken subject may claim any number of elements: one more than the model has shows the difference.
  std::size_t most = 0;
  for (std::uint8_t i = 0; i < Vec::count; ++i) most = std::max(most, reference_.slot(Vec{i}).vector.array.size());
  return subject_.state(most + 1);
}

std::optional<Divergence> run(const Program& program, const Implementation& implementation) {
  return Lockstep(implementation).run(program);
}

}  // namespace lockstep
