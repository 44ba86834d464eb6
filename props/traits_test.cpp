// What the operations say of themselves (core/lockstep/language/traits.h) is true: watched while the models run.
// Each statement is tried in both directions: what is said to change nothing never does, and what is said to change
// something does so somewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "lockstep/language/program.h"
#include "lockstep/oracles/model_oracle.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using Elements = std::vector<ElementState>;

/// The vector that an operation has besides its own, if it changes it.
std::optional<Vec> into_of(const Operation& operation) {
  return std::visit(
      [](const auto& op) -> std::optional<Vec> {
        if constexpr (requires { op.into; }) return op.into;
        return std::nullopt;
      },
      operation);
}

struct Range {
  std::size_t offset;
  std::size_t bytes;
};
std::optional<Range> range_of(const Operation& operation) {
  return std::visit(
      [](const auto& op) -> std::optional<Range> {
        if constexpr (requires {
                        op.offset;
                        op.bytes;
                      })
          return Range{op.offset.value, op.bytes.value};
        return std::nullopt;
      },
      operation);
}

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

constexpr std::array kEffects = {Effect::keeps,   Effect::view,     Effect::elements, Effect::grows,
                                 Effect::shrinks, Effect::replaced, Effect::emptied};

/// Whether what an operation says of itself is also what another effect would be, or may be.
bool may_be(Effect effect, Effect other) {
  if (other == Effect::replaced) return effect >= Effect::grows;
  if (other == Effect::shrinks && effect == Effect::emptied) return true;
  if (other == Effect::elements && effect == Effect::view) return true;
  return effect == other || (effect == Effect::keeps && other < Effect::grows);
}

std::string not_of(Effect effect, bool is_into) {
  return (is_into ? "into: " : "vec: ") + std::to_string(static_cast<int>(effect));
}

/// All that a step does, but to the memory.
struct Effects {
  Result result;
  Observation observation;
  std::array<VectorState, Vec::count> vectors;

  bool operator==(const Effects& other) const {
    return has_same_result(other) && observation.bytes == other.observation.bytes &&
           observation.text == other.observation.text && observation.elements == other.observation.elements &&
           vectors == other.vectors;
  }
  bool has_same_result(const Effects& other) const {
    return result.value == other.result.value && result.rejection == other.result.rejection;
  }
};

/// What the model of bytes does in another situation, which is consumed.
Effects effects_of(const Step& step, ExpectedBytes& model) {
  model.begin_step(step.index, model.situation().size(lockstep::vector_of(step.resolved)));
  const Result result = run(step.resolved, model);
  return {result, model.observe(result, true), model.state(SIZE_MAX).vectors};
}

class Checker final : public Observer {
 public:
  void before_step(const Step& step) override {
    before_ = step.first.state(SIZE_MAX);
    in_other_memory_.reset();
    of_touching_elements_.reset();
    if (!std::holds_alternative<const ExpectedBytes*>(step.model)) return;
    ExpectedBytes other = *std::get<const ExpectedBytes*>(step.model);
    std::fill(other.memory().begin(), other.memory().end(), std::uint8_t{0});
    in_other_memory_ = effects_of(step, other);
    other = *std::get<const ExpectedBytes*>(step.model);
    for (std::uint8_t i = 0; i < Vec::count; ++i)
      for (auto& element : other.slot(Vec{i}).vector.array)
        for (element.base = 0; auto& byte : element.bytes) byte = static_cast<Address>(&byte - element.bytes.data());
    of_touching_elements_ = effects_of(step, other);
  }

  void after_step(const Step& step) override {
    const std::string what = print(step.resolved);
    const Traits& traits = traits_of(step.resolved);
    const State after = step.first.state(SIZE_MAX);
    const Effects effects = {step.first_result, step.first.observe(step.first_result, true), after.vectors};
    check_effects(step, traits, after);
    check_range(step, traits);
    EXPECT_TRUE(traits.touches == Touches::writes || after.memory == before_.memory) << what;
    if (after.memory != before_.memory) saw(traits, "writes");
    if (in_other_memory_ && !(effects == *in_other_memory_)) {
      EXPECT_GE(traits.touches, Touches::reads) << what;
      saw(traits, "reads");
    }
    if (of_touching_elements_ && !effects.has_same_result(*of_touching_elements_)) {
      EXPECT_NE(traits.touches, Touches::lengths) << what;
      saw(traits, "bases");
    }
    if (step.first_result.value != 0) saw(traits, "answers");
    EXPECT_TRUE(traits.answers != Answers::nothing || step.first_result.value == 0) << what;
    EXPECT_TRUE(traits.answers != Answers::truth || step.first_result.value <= 1) << what;
    const std::size_t elements = before_.vectors[vector_of(step.resolved).index].array.size();
    EXPECT_TRUE(traits.answers != Answers::elements || step.first_result.value <= elements) << what;
    if (step.first_result.value > elements) saw(traits, "more than elements");
  }

  bool has_seen(const Traits& traits, const std::string& what) const {
    return seen_.count(std::string(traits.name) + " " + what) > 0;
  }

 private:
  void saw(const Traits& traits, const std::string& what) { seen_.insert(std::string(traits.name) + " " + what); }

  void check_effects(const Step& step, const Traits& traits, const State& after) {
    const Vec vec = vector_of(step.resolved);
    const std::optional<Vec> into = into_of(step.resolved);
    for (std::uint8_t i = 0; i < Vec::count; ++i) {
      const bool is_into = into && *into == Vec{i};
      Effect effect = is_into ? traits.into : vec == Vec{i} ? traits.vec : Effect::keeps;
      if (step.first_result.rejection != Rejection::none) effect = Effect::keeps;
      EXPECT_TRUE(is_effect(effect, before_.vectors[i], after.vectors[i]))
          << print(step.resolved) << " does to " << Vec{i}.letter() << ": " << print_vector(before_.vectors[i])
          << " becomes " << print_vector(after.vectors[i]);
      if (step.first_result.rejection != Rejection::none || (!is_into && vec != Vec{i})) continue;
      for (const Effect other : kEffects)
        if (!is_effect(other, before_.vectors[i], after.vectors[i])) saw(traits, not_of(other, is_into));
    }
  }

  void check_range(const Step& step, const Traits& traits) {
    const std::optional<Range> range = range_of(step.resolved);
    EXPECT_EQ(range.has_value(), traits.range != Bounds::none) << traits.name;
    if (!range || range->bytes == 0) return;
    const VectorState& vector = before_.vectors[vector_of(step.resolved).index];
    const Wide size = view_bytes(vector);
    const bool is_inside = Wide{range->offset} + range->bytes <= size;
    const Rejection rejection = step.first_result.rejection;
    EXPECT_TRUE(rejection != Rejection::none || (traits.range == Bounds::strict ? is_inside : range->offset <= size))
        << print(step.resolved) << " of " << print_vector(vector);
    EXPECT_TRUE(rejection != Rejection::out_of_range || traits.range == Bounds::strict || range->offset > size)
        << print(step.resolved) << " of " << print_vector(vector);
  }

  State before_;
  std::optional<Effects> in_other_memory_;
  std::optional<Effects> of_touching_elements_;
  std::set<std::string> seen_;
};

TEST(Traits, AreTrue) {
  Checker checker;
  for (const Implementation* sound : {&ours(), &qemu_iov()}) {
    ModelOracle oracle(*sound, &checker);
    for (std::uint64_t number = 0; number < 400 && !testing::Test::HasFailure(); ++number)
      EXPECT_FALSE(oracle.judge(random_program(5, number, 40)));
  }
  for (std::size_t code = 0; code < kOperations; ++code) {
    const Traits& traits = traits_of(operation_of_code(code));
    const auto seen = [&](const std::string& what) { return checker.has_seen(traits, what); };
    const bool has_into = into_of(operation_of_code(code)).has_value();
    EXPECT_TRUE(has_into || traits.into == Effect::keeps) << traits.name;
    for (const bool is_into : {false, true})
      for (const Effect other : kEffects)
        if ((has_into || !is_into) && !may_be(is_into ? traits.into : traits.vec, other)) {
          EXPECT_TRUE(seen(not_of(other, is_into))) << traits.name << " is also " << not_of(other, is_into);
        }
    EXPECT_EQ(seen("writes"), traits.touches == Touches::writes) << traits.name;
    EXPECT_EQ(seen("reads"), traits.touches == Touches::reads) << traits.name;
    EXPECT_TRUE(seen("more than elements") || traits.answers != Answers::bytes) << traits.name;
    EXPECT_EQ(seen("answers"), traits.answers != Answers::nothing) << traits.name;
    EXPECT_TRUE(seen("bases") || traits.touches != Touches::bases) << traits.name;
    for (const Implementation* sound : {&ours(), &qemu_iov()})
      EXPECT_EQ(is_supported(operation_of_code(code), *sound), traits.is_in(sound->dialect)) << traits.name;
  }
}

}  // namespace
}  // namespace lockstep
