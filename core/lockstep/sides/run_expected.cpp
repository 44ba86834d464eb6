// SPDX-License-Identifier: Apache-2.0
// How each operation is run on the expected side.
// Operations that touch no byte are written once for both models, whose functions have the same names.
#include <algorithm>
#include <concepts>
#include <utility>

#include "lockstep/language/number.h"
#include "lockstep/sides/deviating.h"
#include "lockstep/sides/expected.h"
#include "lockstep/sides/scripted_kernel.h"

namespace lockstep {
namespace {

bool is_rejected(const Result& result) { return result.rejection != Rejection::none; }

auto& vector_of(auto& side, Vec vec) { return side.slot(vec).vector; }

template <typename Element>
bool is_empty(const Element& element) {
  return state_of(element).length == 0;
}

/// Replaces the vector by the elements of make(elements), unless that is rejected.
template <typename Model, typename Make>
Result becoming(Expected<Model>& side, Vec vec, Make make_elements) {
  model::List<typename Model::Element> made;
  const Result result = make_elements(made);
  if (is_rejected(result)) return result;
  if (side.deviations().slices_drop_empty) std::erase_if(made, is_empty<typename Model::Element>);
  return make(vector_of(side, vec), made);
}

// ---- Owning

template <typename Model>
Result step(const Assign& op, auto& v, Expected<Model>& side) {
  const auto elements = side.elements(op.elements);
  if constexpr (std::is_same_v<Model, Lengths>)
    if (!side.is_owned(op.vec)) {
      lay(v, elements);
      return {};
    }
  return assign(v, elements);
}

Result step(const Add& op, auto& v, auto& side) { return append(v, side.elements({&op.element, 1})); }
Result step(const AddMany& op, auto& v, auto& side) { return append(v, side.elements(op.pieces(side.arena()))); }
Result step(const WithCapacity&, auto& v, auto&) { return assign(v, {}); }
Result step(const FromBuffer& op, auto& v, auto& side) { return embed(v, side.elements({&op.element, 1}).front()); }
Result step(const Borrow& op, auto& v, auto& side) { return borrow(v, side.elements(op.elements)); }
Result step(const Reset&, auto& v, auto&) { return reset(v); }
Result step(const Destroy&, auto& v, auto&) { return assign(v, {}); }
Result step(const CopyVector& op, auto& v, auto& side) { return assign(vector_of(side, op.into), v.array); }

Result step(const MoveVector& op, auto& v, auto& side) {
  assign(vector_of(side, op.into), v.array);
  if (op.into != op.vec) assign(v, {});
  return {};
}

// ---- Counting

Result step(const ViewSize&, auto& v, auto&) { return size(v); }
Result step(const VectorSize&, auto& v, auto&) { return vector_size(v); }
Result step(const CloneSize&, auto& v, auto&) { return clone_size(v); }

// ---- Moving bytes, and looking at them: on the model of lengths only where no byte is moved or looked at

Result step(const FromBuf& op, auto& v, ExpectedBytes& side) {
  if (is_refused(op, side)) return {0, Rejection::out_of_range};
  return from_buf(v, op.offset.value, side.data(op.bytes.value), side.memory());
}

Result step(const ToBuf& op, auto& v, ExpectedBytes& side) {
  return to_buf(v, op.offset.value, side.space(op.bytes.value), side.memory());
}

Result step(const Fill& op, auto& v, ExpectedBytes& side) {
  return fill(v, op.offset.value, op.value.value, op.bytes.value, side.memory());
}

Result step(const IsZero& original, auto& v, ExpectedBytes& side) {
  const IsZero op = cut(original, side);
  return is_zero(v, op.offset.value, op.bytes.value, side.memory());
}

Result step(const FirstDifference& op, auto& v, ExpectedBytes& side) {
  return first_difference(v, vector_of(side, op.other), side.memory());
}

Result step(const Hexdump& op, auto& v, ExpectedBytes& side) {
  side.text() = hexdump(v, kHexdumpPrefix, op.limit.value, side.memory());
  return {};
}

template <typename Op>
requires std::same_as<Op, FromBuf> || std::same_as<Op, ToBuf> || std::same_as<Op, Fill> Result
step(const Op& op, auto& v, ExpectedLengths& side) {
  if constexpr (std::same_as<Op, ToBuf>) static_cast<void>(side.space(op.bytes.value));
  if constexpr (std::same_as<Op, FromBuf>)
    if (is_refused(op, side)) return {0, Rejection::out_of_range};
  return moving_nothing(v, op.offset.value);
}

Result step(const IsZero& original, auto& v, ExpectedLengths& side) {
  const IsZero op = cut(original, side);
  const Result result = inside(v, op.offset.value, op.bytes.value);
  return is_rejected(result) ? result : Result{1};
}

Result step(const FirstDifference& op, auto& v, ExpectedLengths& side) {
  return first_difference(v, vector_of(side, op.other)).value();
}

Result step(const Hexdump&, auto& v, ExpectedLengths&) { return {0, size(v).rejection}; }

// ---- Describing

Result step(const Copy& op, auto& v, auto& side) {
  // In memory of their own, the implementation may have so much in fewer elements.
  const std::size_t capacity = side.deviations().has_own_memory ? SIZE_MAX : op.capacity.value;
  return copy(v, op.offset.value, op.bytes.value, capacity, side.destination(op.capacity.value));
}

template <typename Model>
Result step(const CopyInPlace& op, auto& v, Expected<Model>&) {
  model::List<typename Model::Element> described;
  const Result result = copy(v, op.offset.value, op.bytes.value, op.capacity.value, described);
  if (is_rejected(result)) return result;
  std::copy(described.begin(), described.end(), v.array.begin() + static_cast<std::ptrdiff_t>(v.start));
  v.count = described.size();
  return result;
}

Result step(const Concat& op, auto& v, auto& side) {
  return concat(vector_of(side, op.into), v, op.offset.value, op.bytes.value);
}

Result step(const Slice& original, auto& v, auto& side) {
  const Slice op = cut(original, side);
  return becoming(side, op.into, [&](auto& made) { return slice(v, op.offset.value, op.bytes.value, made); });
}

template <typename Model>
Result step(const SliceCount& original, auto& v, Expected<Model>& side) {
  const SliceCount op = cut(original, side);
  const Result result = slice_count(v, op.offset.value, op.bytes.value);
  // Ranges that only end outside are rejected for the same reason.
  if (side.deviations().past_end_answers_0 && op.offset.value > side.situation().size(op.vec)) return {};
  const bool counts_empty = !side.deviations().slices_drop_empty && !side.deviations().empty_elements_do_not_count;
  if (is_rejected(result) || counts_empty || op.bytes.value == 0) return result;
  model::List<typename Model::Element> sliced;
  static_cast<void>(slice(v, op.offset.value, op.bytes.value, sliced));
  std::erase_if(sliced, is_empty<typename Model::Element>);
  return {sliced.size()};
}

template <typename Model, typename Op>
Result extend(const Op& op, Vec into, const typename Model::Vector* mid, Expected<Model>& side) {
  const std::array<Piece, 2> ends = {op.head, op.tail};
  const auto elements = side.elements(ends);
  return becoming(side, into, [&](auto& made) {
    return extended(elements[0], mid, op.offset.value, op.bytes.value, elements[1], op.limit.value, made,
                    side.dialect());
  });
}

Result step(const Extended& op, auto& v, auto& side) { return extend(cut(op, side), op.into, &v, side); }
Result step(const ExtendedWithoutMid& op, auto&, auto& side) { return extend(op, op.vec, nullptr, side); }

template <typename Model>
Result step(const Clone& op, auto& v, Expected<Model>& side) {
  auto& into = vector_of(side, op.into);
  if constexpr (std::is_same_v<Model, Bytes>) {
    return clone(into, v, op.buffer.place(side.arena()), op.bytes.value);
  } else {
    return clone(into, v, op.buffer.address(), op.bytes.value);
  }
}

// ---- Discarding

template <typename Model>
Result step(const DiscardFront& op, auto& v, Expected<Model>& side) {
  auto* const record = side.record(op.vec, op.record);
  const std::size_t end = v.start + v.count;
  const bool had_elements = v.count > 0;
  const Result result = discard_front(v, op.bytes.value, record);
  if (had_elements && v.count == 0 && keeps_one(side)) empty_at_end(kept(v, end - 1, record));
  return result;
}

template <typename Model>
Result step(const DiscardBack& op, auto& v, Expected<Model>& side) {
  auto* const record = side.record(op.vec, op.record);
  const std::size_t start = v.start;
  const bool had_elements = v.count > 0;
  const Result result = discard_back(v, op.bytes.value, record);
  if (had_elements && v.count == 0 && keeps_one(side)) empty_at_start(kept(v, start, record));
  return result;
}

template <typename Model>
Result step(const Undo& op, auto& v, Expected<Model>& side) {
  const typename Model::UndoRecord fresh;
  const auto* const used = side.record(op.vec, op.record);
  const std::size_t start = v.start;
  const std::size_t count = v.count;
  undo(v, used != nullptr ? *used : fresh);
  if (side.deviations().undo_restores_element_only) v.start = start, v.count = count;
  return {};
}

template <typename Model>
Result step(const VectorDiscardBack& op, auto& v, Expected<Model>& side) {
  model::List<typename Model::Element> first(v.array.begin(),
                                             v.array.begin() + std::min<std::ptrdiff_t>(1, std::ssize(v.array)));
  const Result result = truncate(v, op.bytes.value);
  if (is_rejected(result) || first.empty() || !v.array.empty() || !keeps_one(side)) return result;
  empty_at_start(first.front());
  return assign(v, first);
}

template <typename Model>
Result step(const Split& op, auto& v, Expected<Model>& side) {
  model::List<typename Model::Element> tail;
  const Result result = split(v, op.offset.value, tail);
  if (is_rejected(result)) return result;
  return assign(vector_of(side, op.into), tail);
}

// ---- Transfers

/// The model's transfer, as the step's result and text.
template <typename Model>
Result tell(Expected<Model>& side, typename Model::Transfer made) {
  auto& transfer = side.transfer();
  transfer = std::move(made);
  std::string& text = side.text();
  for (const auto& call : transfer.calls) {
    for (const auto& element : call.offered) {
      if (&element != call.offered.data()) text += ',';
      print_element(text, state_of(element));
    }
    text += '=';
    text += call.reply == model::Reply::moves ? print_number(call.moved) : std::string(reply_name(call.reply));
    text += '\n';
  }
  if (transfer.rejection != Rejection::none) return {0, transfer.rejection};
  if (model::is_c(side.dialect())) {
    const model::AnswerInC answer = model::answer_in_c(transfer.bytes, transfer.error);
    if (answer.failed) text += reply_name(transfer.error);
    return {answer.failed ? SIZE_MAX : answer.bytes};
  }
  text += reply_name(transfer.error);
  if (transfer.end_of_stream) text += "end";
  return {transfer.bytes};
}

/// As many as the kernel takes, or the implementation offers.
template <typename Op>
std::size_t elements_per_call(const Op& op, const auto& side) {
  return std::min<std::size_t>(op.limit.value, side.limits().elements_per_call);
}

Result step(const Send& original, auto& v, ExpectedBytes& side) {
  const Send op = cut(original, side);
  model::Transfer transfer =
      send(v, op.offset.value, op.bytes.value, elements_per_call(op, side), op.script.scripted(), side.memory());
  const std::span<std::uint8_t> wire = side.space(original.bytes.value);
  std::copy(transfer.wire.begin(), transfer.wire.end(), wire.begin());
  return tell(side, std::move(transfer));
}

Result step(const Recv& original, auto& v, ExpectedBytes& side) {
  const Recv op = cut(original, side);
  return tell(side, recv(v, op.offset.value, op.bytes.value, elements_per_call(op, side), op.script.scripted(),
                         side.data(op.bytes.value).data(), side.memory()));
}

template <typename Op>
requires requires(Op op) { op.script; }
Result step(const Op& original, auto& v, ExpectedLengths& side) {
  const Op op = cut(original, side);
  const bool receives = std::same_as<Op, Recv>;
  if (!receives) static_cast<void>(side.space(original.bytes.value));
  return tell(
      side, transfer(v, op.offset.value, op.bytes.value, elements_per_call(op, side), op.script.scripted(), receives));
}

/// In C, a function that takes a vector gets a temporary one for a view that is not a whole array; that may be
/// rejected.
template <typename Op>
Result lent_vectors(const Op& op, ExpectedLengths& side) {
  if constexpr (Op::traits.in_c == InC::vector) {
    if (const Result result = lent(vector_of(side, op.vec)); is_rejected(result)) return result;
    if constexpr (requires { op.other; }) return lent(vector_of(side, op.other));
  }
  return {};
}

/// Runs the step; unless it is rejected, discards of arrays that it changes cannot be taken back.
template <typename Model>
Result run_on(const Operation& operation, Expected<Model>& side) {
  return visit_operation(
      [&](const auto& op) {
        if constexpr (std::is_same_v<Model, Lengths>)
          if (const Result result = lent_vectors(op, side); is_rejected(result)) return result;
        const Result result = step(op, vector_of(side, op.vec), side);
        if (is_rejected(result)) return result;
        if (op.traits.vec == Effect::view && has_function_on_vector(op, side.on_vector())) side.keep_view_only(op.vec);
        if (side.deviations().has_own_memory && effect_of(operation) >= Effect::grows)
          side.take_copies(target_of(operation));
        if (voids_records(op.traits.vec)) side.forget_records(op.vec);
        if constexpr (requires { op.into; })
          if (voids_records(op.traits.into)) side.forget_records(op.into);
        return result;
      },
      operation);
}

}  // namespace

Result run(const Operation& operation, ExpectedBytes& side) { return run_on(operation, side); }
Result run(const Operation& operation, ExpectedLengths& side) { return run_on(operation, side); }

}  // namespace lockstep
