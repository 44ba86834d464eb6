// SPDX-License-Identifier: Apache-2.0
// What the operations say of themselves (core/lockstep/language/traits.h) is true: watched while the models run.
// Of each trait that can be watched, the strictest value that no step contradicts is the one that is said. So what is
// said to change nothing never does, and what is said to change something does so somewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "lockstep/language/program.h"
#include "lockstep/oracles/model_oracle.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using Elements = std::vector<ElementState>;

/// Of lengths that no memory has, too.
__extension__ using Wide = unsigned __int128;

Wide view_bytes(const VectorState& vector) {
  Wide bytes = 0;
  for (std::size_t i = 0; i < vector.count; ++i)
    bytes += vector.array[static_cast<std::size_t>(vector.start) + i].length;
  return bytes;
}

bool starts_with(const Elements& all, const Elements& first, std::size_t count) {
  return count <= all.size() &&
         std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(count), all.begin());
}

/// Whether this may become of a vector.
bool is_effect(Effect effect, const VectorState& before, const VectorState& after) {
  const std::size_t size = before.array.size();
  const auto count_changed = [&](std::size_t first, std::size_t last) {
    std::size_t changed = 0;
    for (std::size_t i = first; i < last; ++i)
      if (before.array[i] != after.array[i]) ++changed;
    return changed;
  };
  if (effect >= Effect::grows && (after.start != 0 || after.count != after.array.size())) return false;
  const auto start = static_cast<std::size_t>(before.start);
  switch (effect) {
    case Effect::keeps:
      return before == after;
    case Effect::view:
      return size == after.array.size() && count_changed(0, size) <= 1;
    case Effect::elements:
      return size == after.array.size() && count_changed(0, start) + count_changed(start + before.count, size) == 0;
    case Effect::grows:
      return starts_with(after.array, before.array, size);
    case Effect::shrinks:
      // The last one that is left may be shorter.
      return after.array.size() <= size &&
             starts_with(after.array, before.array, after.array.empty() ? 0 : after.array.size() - 1);
    case Effect::replaced:
      return true;
    case Effect::emptied:
      return after.array.empty();
  }
  return false;
}

/// What a step answers, and all that it does, but to the memory.
struct Effects {
  std::string answer;
  std::string all;
};

Effects effects_of(const Result& result, const Side& side) {
  const Observation observation = side.observe(result, true);
  Effects effects = {std::to_string(result.value) + " " + std::to_string(static_cast<int>(result.rejection)),
                     observation.text};
  effects.all.append(observation.bytes.begin(), observation.bytes.end());
  effects.all += print_result(observation);
  for (const VectorState& vector : side.state(SIZE_MAX).vectors) effects.all += print_vector(vector);
  return effects;
}

/// What the model of bytes does with other memory or bases; it is consumed.
Effects effects_in(ExpectedBytes& model, const Step& step) {
  model.begin_step(step.index, model.situation().size(lockstep::vector_of(step.resolved)));
  const Result result = run(step.resolved, model);
  return effects_of(result, model);
}

/// An implementation with the deviations, limits and functions on vectors of the model.
Implementation declared_as(const ExpectedBytes& model) {
  Implementation implementation;
  implementation.deviations = model.deviations();
  implementation.limits = model.limits();
  implementation.on_vector = model.on_vector();
  return implementation;
}

/// Gives a model the memory and the vectors of another. It cannot be copied, because its situation points into it.
void copy_state(ExpectedBytes& to, const ExpectedBytes& from) {
  to.reset(from.arena());
  to.memory() = from.memory();
  for (std::uint8_t i = 0; i < Vec::count; ++i) to.slot(Vec{i}) = from.slot(Vec{i});
}

/// What no step of an operation has contradicted so far, the strictest first.
struct Uncontradicted {
  std::vector<Effect> target = {Effect::keeps,   Effect::view,  Effect::elements, Effect::emptied,
                                Effect::shrinks, Effect::grows, Effect::replaced};
  std::optional<std::vector<Effect>> source;  // its `vec`, if that is not the target
  std::vector<Answers> answers = {Answers::nothing, Answers::truth, Answers::elements, Answers::bytes};
  std::optional<std::vector<Bounds>> range;  // if it has one
  Touches touches = Touches::lengths;
};

class Checker final : public Observer {
 public:
  void before_step(const Step& step) override {
    before_ = step.first.state(SIZE_MAX);
    in_other_memory_.reset();
    of_touching_elements_.reset();
    if (!std::holds_alternative<const ExpectedBytes*>(step.model)) return;
    const ExpectedBytes& model = *std::get<const ExpectedBytes*>(step.model);
    ExpectedBytes other(model.dialect(), declared_as(model));
    copy_state(other, model);
    std::fill(other.memory().begin(), other.memory().end(), std::uint8_t{0});
    in_other_memory_ = effects_in(other, step);
    copy_state(other, model);
    for (std::uint8_t i = 0; i < Vec::count; ++i)
      for (auto& element : other.slot(Vec{i}).vector.array)
        for (element.base = 0; auto& byte : element.bytes) byte = static_cast<Address>(&byte - element.bytes.data());
    of_touching_elements_ = effects_in(other, step);
  }

  void after_step(const Step& step) override {
    const State after = step.first.state(SIZE_MAX);
    Uncontradicted& left = seen[step.resolved.index()];
    check_vectors(step, after, left);
    visit_operation(
        [&](const auto& op) {
          if constexpr (requires { op.offset, op.bytes; }) check_range(step, op.offset.value, op.bytes.value, left);
        },
        step.resolved);

    const Effects effects = effects_of(step.first_result, step.first);
    if (of_touching_elements_ && effects.answer != of_touching_elements_->answer) touch(left, Touches::bases);
    if (in_other_memory_ && effects.all != in_other_memory_->all) touch(left, Touches::reads);
    if (after.memory != before_.memory) touch(left, Touches::writes);

    const std::size_t value = step.first_result.value;
    const std::size_t elements = before_.vectors[vector_of(step.resolved).index].array.size();
    std::erase_if(left.answers, [&](Answers answers) {
      return value > (answers == Answers::nothing    ? 0
                      : answers == Answers::truth    ? 1
                      : answers == Answers::elements ? elements
                                                     : SIZE_MAX);
    });
  }

  std::map<std::size_t, Uncontradicted> seen;

 private:
  static void touch(Uncontradicted& left, Touches touches) { left.touches = std::max(left.touches, touches); }

  void check_vectors(const Step& step, const State& after, Uncontradicted& left) {
    const Vec target = target_of(step.resolved);
    for (std::uint8_t i = 0; i < Vec::count; ++i) {
      const auto is_contradicted = [&](Effect effect) {
        return !is_effect(effect, before_.vectors[i], after.vectors[i]);
      };
      const bool is_used = target == Vec{i} || vector_of(step.resolved) == Vec{i};
      if (step.first_result.rejection != Rejection::none || !is_used) {
        EXPECT_FALSE(is_contradicted(Effect::keeps)) << print(step.resolved) << " changes " << Vec{i}.letter();
      } else if (target == Vec{i}) {
        std::erase_if(left.target, is_contradicted);
      } else {
        if (!left.source) left.source = Uncontradicted().target;
        std::erase_if(*left.source, is_contradicted);
      }
    }
  }

  void check_range(const Step& step, std::size_t offset, std::size_t bytes, Uncontradicted& left) {
    if (!left.range) left.range = {Bounds::strict, Bounds::clipped, Bounds::none};
    if (bytes == 0) return;
    const Wide size = view_bytes(before_.vectors[vector_of(step.resolved).index]);
    const Rejection rejection = step.first_result.rejection;
    if (rejection == Rejection::none && Wide{offset} + bytes > size) std::erase(*left.range, Bounds::strict);
    if (rejection == Rejection::none ? offset > size : rejection == Rejection::out_of_range && offset <= size)
      std::erase(*left.range, Bounds::clipped);
  }

  State before_;
  std::optional<Effects> in_other_memory_;
  std::optional<Effects> of_touching_elements_;
};

TEST(Traits, AreTrue) {
  Checker checker;
  for (const Implementation* sound : {&ours(), &qemu_iov()}) {
    ModelOracle oracle(*sound, &checker);
    for (std::uint64_t number = 0; number < 400 && !testing::Test::HasFailure(); ++number)
      EXPECT_FALSE(oracle.judge(random_program(5, number, 40)));
  }
  for (std::size_t code = 0; code < kOperations; ++code) {
    const Operation operation = operation_of_code(code);
    const Traits& traits = traits_of(operation);
    const Uncontradicted& left = checker.seen[code];
    EXPECT_EQ(left.target.front(), effect_of(operation)) << traits.name;
    EXPECT_EQ(left.source ? left.source->front() : Effect::keeps, left.source ? traits.vec : traits.into)
        << traits.name;
    EXPECT_EQ(left.range ? left.range->front() : Bounds::none, traits.range) << traits.name;
    EXPECT_EQ(left.touches, traits.touches) << traits.name;
    EXPECT_EQ(left.answers.front(), traits.answers) << traits.name;
    for (const Implementation* sound : {&ours(), &qemu_iov()})
      EXPECT_EQ(is_supported(operation, *sound), traits.is_in(sound->dialect)) << traits.name;
  }
}

}  // namespace
}  // namespace lockstep
