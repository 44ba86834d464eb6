// SPDX-License-Identifier: Apache-2.0
#include "lockstep/tags/step_facts.h"

namespace lockstep {
namespace {

std::size_t saturated_sum(std::size_t a, std::size_t b) { return __builtin_add_overflow(a, b, &a) ? SIZE_MAX : a; }

}  // namespace

template <typename Vector>
void Layout::take(const Vector& vector, bool whole_array) {
  elements.clear();
  boundaries.assign(1, 0);
  const std::size_t first = whole_array ? 0 : vector.start;
  const std::size_t last = whole_array ? vector.array.size() : vector.start + vector.count;
  for (std::size_t i = first; i < last; ++i) {
    elements.push_back(state_of(vector.array[i]));
    boundaries.push_back(saturated_sum(boundaries.back(), elements.back().length));
  }
}

bool Layout::has_empty_at(std::size_t position) const {
  const auto [first, last] = std::equal_range(boundaries.begin(), boundaries.end(), position);
  return last - first >= 2;
}

bool Layout::has_empty_between(std::size_t begin, std::size_t end) const {
  for (std::size_t i = 0; i < elements.size(); ++i)
    if (elements[i].length == 0 && boundaries[i] > begin && boundaries[i] < end) return true;
  return false;
}

std::size_t Layout::boundaries_between(std::size_t begin, std::size_t end) const {
  std::size_t count = 0;
  for (std::size_t i = 1; i < boundaries.size(); ++i)
    if (boundaries[i] > begin && boundaries[i] < end && boundaries[i] != boundaries[i - 1]) ++count;
  return count;
}

std::size_t Layout::longest() const {
  std::size_t longest = 0;
  for (const ElementState& element : elements) longest = std::max(longest, element.length);
  return longest;
}

bool share_memory(const Layout& a, const Layout& b) {
  for (std::size_t i = 0; i < std::min<std::size_t>(a.elements.size(), 64); ++i)
    for (std::size_t j = 0; j < std::min<std::size_t>(b.elements.size(), 64); ++j)
      if (a.elements[i].length > 0 && b.elements[j].length > 0 && overlap(a.elements[i], b.elements[j])) return true;
  return false;
}

template <typename Transfer>
void TransferFacts::take(const Transfer& transfer) {
  bytes = transfer.bytes;
  error = transfer.error;
  for (const auto& call : transfer.calls) {
    if (call.reply == model::Reply::interrupted) interrupted = true;
    if (call.reply != model::Reply::moves) continue;
    if (call.moved == 0) moved_nothing = true;
    std::size_t end = 0;
    bool between = false;
    for (const auto& element : call.offered) {
      end += state_of(element).length;
      between = between || end == call.moved;
    }
    if (call.moved == 0 || call.moved == end) continue;
    (between ? stopped_between : stopped_inside) = true;
  }
}

void StepFacts::take_before(const Step& step, const History& history) {
  std::visit([&](const auto* model) { take_before(step.resolved, *model, history); }, step.model);
}

void StepFacts::take_after(const Step& step, History& history) {
  result = step.first_result;
  std::visit([&](const auto* model) { take_after(*model, history); }, step.model);
}

template <typename Model>
void StepFacts::take_before(const Operation& resolved, const Expected<Model>& model, const History& history) {
  *this = {};
  operation = resolved;
  arena = model.arena();
  const Vec own = vector_of(resolved);
  const auto& vector = model.slot(own).vector;
  acts_on_view = traits_of(resolved).acts_on == Part::view;
  view.take(vector, false);
  kind = vector.kind;
  start = vector.start;
  behind = vector.array.size() - vector.start - vector.count;
  visit_operation(
      [&]<typename Op>(const Op& op) {
        if constexpr (requires { op.offset, op.bytes; })
          if (acts_on_view) range = Range{op.offset.value, op.bytes.value, view.size()};
        std::optional<Vec> other;
        if constexpr (requires { op.into; }) other = op.into;
        if constexpr (requires { op.other; }) other = op.other;
        if (other) {
          has_second = true;
          same_twice = *other == op.vec;
          second.take(model.slot(*other).vector, false);
        }
        if constexpr (std::is_same_v<Op, VectorDiscardBack>) {
          array.take(vector, true);
          discard = Discard{false, false, false, op.bytes.value};
        } else if constexpr (requires { op.record, op.bytes; }) {
          const bool recorded = !op.record.is_none();
          const bool fresh = !recorded || !model.slot(own).records[op.record.index()].used;
          discard = Discard{std::is_same_v<Op, DiscardFront>, recorded, fresh, op.bytes.value};
        } else if constexpr (std::is_same_v<Op, Undo>) {
          undone = RecordHistory{};
          const VectorHistory& of = history.vectors[own.index];
          if (!op.record.is_none() && model.slot(own).records[op.record.index()].used)
            undone = of.records[op.record.index()];
          undo_is_in_order = undone->undone || (!of.discards.empty() && of.discards.back() == undone->discard);
        }
      },
      resolved);
  before = history.vectors[target_of(resolved).index];
  grown_from = model.slot(target_of(resolved)).vector.array.size();
}

template <typename Model>
void StepFacts::take_after(const Expected<Model>& model, History& history) {
  const Vec own = vector_of(operation);
  const Vec target = target_of(operation);
  grown_to = model.slot(target).vector.array.size();

  for_each_vector(operation, [&](Vec vec) { history.vectors[vec.index].last = Last::other; });
  VectorHistory& of = history.vectors[target.index];
  if (rejected()) {
    for_each_vector(operation, [&](Vec vec) { history.vectors[vec.index].last = Last::rejection; });
    return;
  }
  visit_operation(
      [&]<typename Op>(const Op& op) {
        if constexpr (requires { op.script; }) {
          transfer = TransferFacts{op.limit.value};
          transfer->elements = range->has_bytes() ? view.boundaries_between(range->offset, range->end()) + 1 : 0;
          transfer->take(model.transfer());
        } else if constexpr (requires { op.record, op.bytes; }) {
          of.discards.push_back(++history.discards);
          const std::size_t removed = std::min(discard->bytes, view.size());
          const bool trims = !view.is_boundary(discard->front ? removed : view.size() - removed);
          if (discard->recorded) of.records[op.record.index()] = {history.discards, trims, false};
        }
      },
      operation);
  const auto forget = [](VectorHistory& vector) {
    vector.records = {};
    vector.discards.clear();
  };
  const Effect effect = effect_of(operation);
  if (voids_records(effect)) forget(of);
  if (makes_anew(effect)) of.room.reset();
  if (const auto* with_capacity = as<WithCapacity>()) of.room = with_capacity->capacity.value;
  if (is_any<Destroy>()) of.last = Last::destroy;
  if (is_any<MoveVector>() && !same_twice) {
    forget(history.vectors[own.index]);
    history.vectors[own.index].last = Last::move;
  }
  if (is_any<Undo>() && undone->discard > 0) {
    std::erase_if(of.discards, [&](std::uint64_t number) { return number >= undone->discard; });
    for (RecordHistory& record : of.records)
      if (record.discard == undone->discard) record.undone = true;
  }
}

}  // namespace lockstep
