// SPDX-License-Identifier: Apache-2.0
#include "lockstep/language/operation.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace lockstep {

namespace {

/// Every operation by its code, its operands simplest.
constexpr auto kSimplest = []<std::size_t... codes>(std::index_sequence<codes...>) {
  return std::array{Operation(std::variant_alternative_t<codes, Operation>{})...};
}
(std::make_index_sequence<kOperations>{});
static_assert(kOperations <= 256, "a code is one byte");

constexpr std::size_t encoded_width(const Operation& operation) {
  std::size_t width = 1;
  for_each_operand(operation, [&]<typename Kind>(std::string_view, const Kind&) { width += Kind::width; });
  return width;
}
static_assert(std::all_of(kSimplest.begin(), kSimplest.end(),
                          [](const Operation& operation) { return encoded_width(operation) <= kRecordBytes; }),
              "a record is too small for some operation");

/// Converts to every kind of operand: for counting the members of a struct.
struct Anything {
  template <OperandKind Kind>
  operator Kind() const;
};

template <typename Op, typename... Members>
constexpr std::size_t count_members() {
  if constexpr (requires { Op{Members{}..., Anything{}}; }) {
    return count_members<Op, Members..., Anything>();
  } else {
    return sizeof...(Members);
  }
}

constexpr bool has_names_for_all(const Operation& operation) {
  return visit_operation(
      []<typename Op>(const Op&) {
        if constexpr (requires { &Op::into; })
          static_assert(Op::traits.into != Effect::keeps, "the traits say what becomes of `into`");
        std::size_t named = 0;
        for_each_member<Op>([&]<OperandKind Kind>(std::string_view, Kind Op::*) { ++named; });
        return named == count_members<Op>();
      },
      operation);
}
static_assert(std::all_of(kSimplest.begin(), kSimplest.end(), has_names_for_all),
              "for_each_member lacks the name of some operand");

constexpr auto kWeights = [] {
  std::array<std::uint32_t, kOperations> weights{};
  for (std::size_t code = 0; code < kOperations; ++code)
    weights[code] = visit_operation([](const auto& op) { return op.traits.weight; }, kSimplest[code]);
  return weights;
}();

constexpr std::uint32_t kTotalWeight = std::accumulate(kWeights.begin(), kWeights.end(), 0u);

/// The codes of operations, each as often as its weight says.
constexpr auto kWeightedCodes = [] {
  std::array<std::uint8_t, kTotalWeight> codes{};
  std::size_t end = 0;
  for (std::size_t code = 0; code < kOperations; ++code)
    for (std::uint32_t i = 0; i < kWeights[code]; ++i) codes[end++] = static_cast<std::uint8_t>(code);
  return codes;
}();

/// The operation of each first byte of a record: codes stand for themselves, every other byte for one of
/// kWeightedCodes. No encoder writes these other bytes, so they may change their meaning when there are more
/// operations.
constexpr auto kCodes = [] {
  std::array<std::uint8_t, 256> codes{};
  for (std::size_t byte = 0; byte < codes.size(); ++byte)
    codes[byte] = byte < kOperations ? static_cast<std::uint8_t>(byte) : kWeightedCodes[byte % kTotalWeight];
  return codes;
}();

/// Operations on the array take the first vector in place of one whose array the implementation does not own. `assign`
/// alone also gives elements to such an array.
template <typename Op>
void take_owned_vectors(Op& op, const Situation& situation) {
  constexpr Vec owned{0};
  if constexpr (Op::traits.acts_on == Part::array && !std::is_same_v<Op, Assign>)
    if (!situation.is_owned(op.vec)) op.vec = owned;
  if constexpr (requires { op.into; })
    if (!situation.is_owned(op.into)) op.into = owned;
}

template <typename Op>
void draw_operands(Choices& choices, Arena arena, Op& op) {
  for_each_operand(op, [&]<typename Kind>(std::string_view, Kind& operand) { operand = Kind::draw(choices, arena); });
  // Drawn independently, a range mostly ends outside short vectors, and rejected calls find little.
  if constexpr (requires { op.offset, op.bytes; }) {
    const std::uint32_t kind = choices.below(8);
    if (kind < 2) return;
    const int before = choices.among({0, 0, 1, 2});
    if (kind < 7) {  // short, and it starts (or else ends) near a boundary
      const std::uint32_t bytes = choices.below(4);
      const bool ends = kind >= 4;
      op.bytes = {Size::Kind::literal, 0, bytes};
      op.offset = {Size::Kind::edge, static_cast<std::int8_t>(ends ? -before - static_cast<int>(bytes) : -before),
                   choices.below(3) + (ends ? 1u : 0u)};
    } else {  // from near the start to near the end, or up to it
      const int after = choices.among({0, 0, 1, 2});
      op.offset = {Size::Kind::literal, 0, static_cast<std::size_t>(before)};
      op.bytes = {Size::Kind::edge, static_cast<std::int8_t>(-before - after), Size::last_edge};
      if (choices.one_in(8)) op.bytes = {Size::Kind::from_max, 0, choices.below(2)};
    }
  }
  // The kernel matters most for ranges of several elements, more than one call takes.
  if constexpr (requires { op.script; }) {
    op.limit.value = choices.among<std::uint16_t>({0, 0, 1, 1, 2, 2, 3, op.limit.value});
    if (choices.below(8) < 5) {
      const std::uint32_t offset = choices.among({0u, 0u, 1u});
      op.offset = {Size::Kind::literal, 0, offset};
      op.bytes = {Size::Kind::edge, static_cast<std::int8_t>(-static_cast<int>(offset)), Size::last_edge};
    }
  }
  // Many elements are rare, and long elements, too; both together would never come.
  if constexpr (requires { op.count, op.element; }) {
    if (op.count.value > 20 && choices.below(4) == 0) op.element.length = choices.among<std::uint16_t>({64, 65});
  }
  // Most limits would lie short of the end, and always show the same.
  if constexpr (requires(Size limit) { op.limit = limit; }) {
    if (choices.below(2) == 0)
      op.limit = {Size::Kind::edge, choices.among<std::int8_t>({0, 0, -1, 1}), Size::last_edge};
  }
}

}  // namespace

Operation operation_of_code(std::size_t code) { return kSimplest[code]; }

Vec target_of(const Operation& operation) {
  return visit_operation(
      [](const auto& op) {
        if constexpr (requires { op.into; }) return op.into;
        return op.vec;
      },
      operation);
}

Effect effect_of(const Operation& operation) {
  return visit_operation(
      [](const auto& op) {
        if constexpr (requires { op.into; }) return op.traits.into;
        return op.traits.vec;
      },
      operation);
}

Operation resolve(const Operation& operation, Situation situation) {
  Operation resolved = operation;
  const bool is_too_large = visit_operation(
      [&](auto& op) {
        if (!situation.is_backed()) take_owned_vectors(op, situation);
        situation.vec = op.vec;
        for_each_operand(op, [&](std::string_view, auto& operand) {
          if constexpr (requires { operand.resolve(situation); }) operand = operand.resolve(situation);
        });
        if constexpr (requires { op.settle(situation); }) op.settle(situation);
        if constexpr (requires { op.is_too_large(situation); }) return op.is_too_large(situation);
        return false;
      },
      resolved);
  if (is_too_large) resolved = ViewSize{situation.vec};
  return resolved;
}

Operation draw_operation(Choices& choices, Arena arena) {
  Operation operation = kSimplest[kWeightedCodes[choices.below(kTotalWeight)]];
  visit_operation([&](auto& op) { draw_operands(choices, arena, op); }, operation);
  return operation;
}

Operation enumerate_operation(Choices& choices, std::size_t code, const Domain& domain) {
  Operation operation = kSimplest[code];
  for_each_operand(operation,
                   [&]<typename Kind>(std::string_view, Kind& operand) { operand = choices.among(domain.of<Kind>()); });
  return operation;
}

std::vector<Operation> simpler(const Operation& operation) {
  std::vector<Operation> result;
  Operation changed = operation;
  for_each_operand(changed, [&](std::string_view, auto& operand) {
    const auto original = operand;
    for (const auto& lower : original.simpler()) {
      operand = lower;
      result.push_back(changed);
    }
    operand = original;
  });
  return result;
}

std::string print(const Operation& operation) {
  std::string text(name_of(operation));
  for_each_operand(operation, [&](std::string_view name, const auto& operand) {
    text.append(" ").append(name).append("=");
    operand.print(text);
  });
  return text;
}

void encode(const Operation& operation, std::uint8_t* record) {
  std::fill_n(record, kRecordBytes, std::uint8_t{0});
  *record++ = static_cast<std::uint8_t>(operation.index());
  for_each_operand(operation, [&]<typename Kind>(std::string_view, const Kind& operand) {
    operand.encode(record);
    record += Kind::width;
  });
}

Operation decode_operation(const std::uint8_t* record) {
  Operation operation = kSimplest[kCodes[*record++]];
  for_each_operand(operation, [&]<typename Kind>(std::string_view, Kind& operand) {
    operand = Kind::decode(record);
    record += Kind::width;
  });
  return operation;
}

std::string declarations(const Implementation& implementation) {
  const Deviations& deviations = implementation.deviations;
  const Limits& limits = implementation.limits;
  const auto at_most = [](std::size_t number, const char* what) {
    return number == SIZE_MAX ? "" : "at most " + std::to_string(number) + " " + what;
  };
  const std::array<std::pair<bool, std::string>, 12> all = {{
      {deviations.past_end_answers_0, "past the end answers 0"},
      {deviations.ranges_are_cut, "ranges are cut at the end"},
      {deviations.from_buf_must_fit, "from_buf rejects what does not fit"},
      {deviations.empty_elements_do_not_count, "empty elements do not count"},
      {deviations.emptied_keeps_one_element, "what discards have emptied keeps one empty element"},
      {deviations.has_own_memory, "vectors have memory of their own"},
      {deviations.slices_drop_empty, "empty elements are dropped from slices"},
      {deviations.undo_restores_element_only, "undo restores the element only"},
      {deviations.aborts_on_violation, "aborts on contract violation"},
      {limits.elements < SIZE_MAX, at_most(limits.elements, "elements in a vector")},
      {limits.bytes < SIZE_MAX, at_most(limits.bytes, "bytes in a vector")},
      {limits.elements_per_call < SIZE_MAX, at_most(limits.elements_per_call, "elements in a call to the kernel")},
  }};
  std::string words;
  for (const auto& [declared, name] : all) {
    if (!declared) continue;
    if (!words.empty()) words += "; ";
    words += name;
  }
  return words;
}

std::vector<std::string_view> left_out(const Implementation& implementation) {
  std::vector<std::string_view> names;
  for (std::size_t code = 0; code < kOperations; ++code) {
    const Operation operation = operation_of_code(code);
    if (!is_supported(operation, implementation)) names.push_back(name_of(operation));
  }
  return names;
}

std::string reservations(const Implementation& implementation, std::string_view start) {
  std::string lines;
  const auto line = [&](std::string_view verb, const std::string& what) {
    if (what.empty()) return;
    lines.append(start).append(implementation.name).append(verb).append(what).append("\n");
  };
  std::string names;
  for (const std::string_view name : left_out(implementation)) names.append(names.empty() ? "" : " ").append(name);
  line(" declares: ", declarations(implementation));
  line(" leaves out: ", names);
  if (!implementation.takes_unbacked) line(" skips: ", "programs in an unbacked arena");
  return lines;
}

}  // namespace lockstep
