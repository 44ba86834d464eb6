// SPDX-License-Identifier: Apache-2.0
// Drawing, resolving, text, bytes and shrinking of any operation, from its list of operands.
// Nothing here names an operation, so a new operation changes nothing here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lockstep/language/choices.h"
#include "lockstep/language/operand.h"
#include "lockstep/language/operations.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

/// Calls f(name, pointer to member) for each operand of the operation `Op`: in this order, which is that of the text
/// and of the bytes.
template <typename Op, typename Function>
constexpr void for_each_member(Function f) {
  if constexpr (requires { &Op::into; }) f("into", &Op::into);
  if constexpr (requires { &Op::vec; }) f("vec", &Op::vec);
  if constexpr (requires { &Op::other; }) f("other", &Op::other);
  if constexpr (requires { &Op::head; }) f("head", &Op::head);
  if constexpr (requires { &Op::buffer; }) f("buffer", &Op::buffer);
  if constexpr (requires { &Op::count; }) f("count", &Op::count);
  if constexpr (requires { &Op::element; }) f("element", &Op::element);
  if constexpr (requires { &Op::elements; }) f("elements", &Op::elements);
  if constexpr (requires { &Op::stride; }) f("stride", &Op::stride);
  if constexpr (requires { &Op::offset; }) f("offset", &Op::offset);
  if constexpr (requires { &Op::value; }) f("value", &Op::value);
  if constexpr (requires { &Op::bytes; }) f("bytes", &Op::bytes);
  if constexpr (requires { &Op::tail; }) f("tail", &Op::tail);
  if constexpr (requires { &Op::capacity; }) f("capacity", &Op::capacity);
  if constexpr (requires { &Op::limit; }) f("limit", &Op::limit);
  if constexpr (requires { &Op::record; }) f("record", &Op::record);
  if constexpr (requires { &Op::script; }) f("script", &Op::script);
}

/// Calls f(name, operand) for each operand of an operation, whether it is known which one it is or not.
template <typename Op, typename Function>
constexpr void for_each_operand(Op& operation, Function f) {
  if constexpr (std::is_same_v<const Op, const Operation>) {
    visit_operation([&f](auto& op) { for_each_operand(op, f); }, operation);
  } else {
    for_each_member<Op>([&](std::string_view name, auto member) { f(name, operation.*member); });
  }
}

/// Operations are equal if their operands are.
template <typename Op>
requires requires { Op::traits; }
bool operator==(const Op& a, const Op& b) {
  bool equal = true;
  for_each_member<Op>([&](std::string_view, auto member) { equal = equal && a.*member == b.*member; });
  return equal;
}

/// Calls f(vec) for each operand that is a vector.
template <typename Op, typename Function>
void for_each_vector(const Op& operation, Function f) {
  for_each_operand(operation, [&f]<typename Kind>(std::string_view, const Kind& operand) {
    if constexpr (std::is_same_v<Kind, Vec>) f(operand);
  });
}

/// The operation with this code, its operands simplest.
Operation operation_of_code(std::size_t code);

inline const Traits& traits_of(const Operation& operation) {
  static constexpr auto kTraits = []<std::size_t... codes>(std::index_sequence<codes...>) {
    return std::array{&std::variant_alternative_t<codes, Operation>::traits...};
  }
  (std::make_index_sequence<kOperations>{});
  return *kTraits[operation.index()];
}
inline std::string_view name_of(const Operation& operation) { return traits_of(operation).name; }
inline Vec vector_of(const Operation& operation) {
  return visit_operation([](const auto& op) { return op.vec; }, operation);
}
/// The vector that it changes; its `vec` if it changes none.
Vec target_of(const Operation& operation);
/// The effect on that vector.
Effect effect_of(const Operation& operation);
/// Whether a function on the vector itself runs it, where the view is the whole array.
template <typename Op>
bool has_function_on_vector([[maybe_unused]] const Op& op, [[maybe_unused]] const OnVector& on_vector) {
  if constexpr (requires { Op::on_vector; }) return on_vector.*Op::on_vector != nullptr;
  return false;
}

/// Whether only a function on the vector itself runs it.
template <typename Op>
bool needs_whole_view(const Op&, const Implementation& implementation) {
  return implementation.*Op::entry == nullptr;
}

/// Whether what the implementation declares, or that its views are always whole arrays, leaves it out.
template <typename Op>
bool is_left_out(const Op& op, const Implementation& implementation) {
  const Deviations& deviations = implementation.deviations;
  constexpr bool is_transfer = requires { op.script; };
  constexpr bool is_about_places = Op::traits.vec == Effect::elements;
  constexpr bool is_about_views = is_about_places || Op::traits.vec == Effect::view;
  if (is_about_places && deviations.empty_elements_do_not_count) return true;
  if (is_about_views && implementation.has_whole_views_only() && !has_function_on_vector(op, implementation.on_vector))
    return true;
  return deviations.has_own_memory && (is_transfer || Op::traits.touches == Touches::bases);
}

/// Whether the implementation has a function for it.
inline bool is_supported(const Operation& operation, const Implementation& implementation) {
  return visit_operation(
      [&](const auto& op) {
        if (is_left_out(op, implementation)) return false;
        return implementation.*op.entry != nullptr || has_function_on_vector(op, implementation.on_vector);
      },
      operation);
}

/// The operation with every operand a number, as it will be run in this situation. `situation.vec` is ignored.
Operation resolve(const Operation& operation, Situation situation);

Operation draw_operation(Choices& choices, Arena arena);
Operation enumerate_operation(Choices& choices, std::size_t code, const Domain& domain);

/// The codes of the operations for which condition.operator()<Op>() holds.
template <typename Condition>
std::vector<std::size_t> codes_where(Condition condition) {
  std::vector<std::size_t> codes;
  [&]<std::size_t... all>(std::index_sequence<all...>) {
    ((condition.template operator()<std::variant_alternative_t<all, Operation>>() ? codes.push_back(all) : void()),
     ...);
  }
  (std::make_index_sequence<kOperations>{});
  return codes;
}

/// How many operands of this kind an operation has.
template <typename Op, typename Kind>
constexpr std::size_t count_operands() {
  std::size_t count = 0;
  for_each_member<Op>(
      [&](std::string_view, auto member) { count += std::is_same_v<decltype(member), Kind Op::*> ? 1 : 0; });
  return count;
}

/// Each like this one but simpler in one operand.
std::vector<Operation> simpler(const Operation& operation);

/// As text: `from_buf vec=a offset=edge(1)+1 bytes=3`.
std::string print(const Operation& operation);

/// Room for the code and every operand of the largest operation. Fixed: stored programs depend on it.
inline constexpr std::size_t kRecordBytes = 24;
void encode(const Operation& operation, std::uint8_t* record);
Operation decode_operation(const std::uint8_t* record);

// ---- What an implementation leaves out, in words. An entry of the table that is null leaves out every operation that
// it would run.

/// The names of the operations that an implementation leaves out.
std::vector<std::string_view> left_out(const Implementation& implementation);

/// The limits of "all agree": the deviations that are declared and the operations that are left out, in lines that
/// begin with `start`. Empty for an implementation that keeps the whole contract.
std::string reservations(const Implementation& implementation, std::string_view start);

/// Those that are declared, in words: `past the end answers 0; undo restores the element only`. Empty for none.
std::string declarations(const Implementation& implementation);

}  // namespace lockstep
