// How each operation is run on the expected side.
// Operations that touch no byte are written once for both models, whose functions have the same names.
#include <algorithm>
#include <utility>

#include "lockstep/language/number.h"
#include "lockstep/sides/expected.h"
#include "lockstep/sides/scripted_kernel.h"

namespace lockstep {
namespace {

bool is_rejected(const Result& result) { return result.rejection != Rejection::none; }

auto& vector_of(auto& side, Vec vec) { return side.slot(vec).vector; }

/// The expected result of an operation that rejects only an offset past the end as out of range.
template <typename Model>
Result at_offset(const Expected<Model>& side, const Result& result) {
  const bool is_past_end = result.rejection == Rejection::out_of_range;
  return side.deviations().past_end_answers_0 && is_past_end ? Result{} : result;
}

/// The result of a call that changes the array unless it was rejected.
template <typename Model>
Result changing(Expected<Model>& side, Vec vec, const Result& result) {
  if (!is_rejected(result)) side.forget_records(vec);
  return result;
}

template <typename Element>
bool is_empty(const Element& element) {
  return state_of(element).length == 0;
}

/// Replaces the vector by the elements of make(elements), unless that is rejected.
template <typename Model, typename Make>
Result becoming(Expected<Model>& side, Vec vec, Make make_elements) {
  std::vector<typename Model::Element> made;
  const Result result = make_elements(made);
  if (is_rejected(result)) return result;
  if (side.deviations().slices_drop_empty) std::erase_if(made, is_empty<typename Model::Element>);
  return changing(side, vec, make(vector_of(side, vec), made));
}

// ---- Owning

template <typename Model>
Result step(const Assign& op, Expected<Model>& side) {
  const auto elements = side.elements({op.elements.begin(), op.elements.end()});
  if constexpr (std::is_same_v<Model, Lengths>)
    if (!side.is_owned(op.vec)) {
      lay(vector_of(side, op.vec), elements);
      return changing(side, op.vec, {});
    }
  return changing(side, op.vec, assign(vector_of(side, op.vec), elements));
}

Result step(const Add& op, auto& side) {
  return changing(side, op.vec, append(vector_of(side, op.vec), side.elements({&op.element, 1})));
}

Result step(const AddMany& op, auto& side) {
  return changing(side, op.vec, append(vector_of(side, op.vec), side.elements(op.pieces(side.arena()))));
}

Result step(const WithCapacity& op, auto& side) { return changing(side, op.vec, assign(vector_of(side, op.vec), {})); }

Result step(const FromBuffer& op, auto& side) {
  return changing(side, op.vec, embed(vector_of(side, op.vec), side.elements({&op.element, 1}).front()));
}

Result step(const Borrow& op, auto& side) {
  return changing(side, op.vec,
                  borrow(vector_of(side, op.vec), side.elements({op.elements.begin(), op.elements.end()})));
}

Result step(const Reset& op, auto& side) { return changing(side, op.vec, reset(vector_of(side, op.vec))); }

Result step(const Destroy& op, auto& side) { return changing(side, op.vec, assign(vector_of(side, op.vec), {})); }

Result step(const CopyVector& op, auto& side) {
  return changing(side, op.into, assign(vector_of(side, op.into), vector_of(side, op.vec).array));
}

Result step(const MoveVector& op, auto& side) {
  assign(vector_of(side, op.into), vector_of(side, op.vec).array);
  if (op.into != op.vec) assign(vector_of(side, op.vec), {});
  changing(side, op.vec, {});
  return changing(side, op.into, {});
}

// ---- Counting

Result step(const ViewSize& op, auto& side) { return size(vector_of(side, op.vec)); }

Result step(const VectorSize& op, auto& side) { return vector_size(vector_of(side, op.vec)); }

Result step(const CloneSize& op, auto& side) { return clone_size(vector_of(side, op.vec)); }

// ---- Moving bytes, and looking at them: on the model of lengths only where no byte is moved or looked at

Result step(const FromBuf& op, ExpectedBytes& side) {
  return at_offset(side, from_buf(vector_of(side, op.vec), op.offset.value, side.data(op.bytes.value), side.memory()));
}

Result step(const ToBuf& op, ExpectedBytes& side) {
  return at_offset(side, to_buf(vector_of(side, op.vec), op.offset.value, side.space(op.bytes.value), side.memory()));
}

Result step(const Fill& op, ExpectedBytes& side) {
  return at_offset(side, fill(vector_of(side, op.vec), op.offset.value, op.value.value, op.bytes.value, side.memory()));
}

Result step(const IsZero& op, ExpectedBytes& side) {
  return is_zero(vector_of(side, op.vec), op.offset.value, op.bytes.value, side.memory());
}

Result step(const FirstDifference& op, ExpectedBytes& side) {
  return first_difference(vector_of(side, op.vec), vector_of(side, op.other), side.memory());
}

Result step(const Hexdump& op, ExpectedBytes& side) {
  side.text() = hexdump(vector_of(side, op.vec), kHexdumpPrefix, op.limit.value, side.memory());
  return {};
}

template <typename Op>
Result move_nothing(const Op& op, ExpectedLengths& side) {
  return at_offset(side, moving_nothing(vector_of(side, op.vec), op.offset.value));
}

Result step(const FromBuf& op, ExpectedLengths& side) { return move_nothing(op, side); }
Result step(const Fill& op, ExpectedLengths& side) { return move_nothing(op, side); }
Result step(const ToBuf& op, ExpectedLengths& side) {
  static_cast<void>(side.space(op.bytes.value));
  return move_nothing(op, side);
}

Result step(const IsZero& op, ExpectedLengths& side) {
  const Result result = inside(vector_of(side, op.vec), op.offset.value, op.bytes.value);
  return is_rejected(result) ? result : Result{1};
}

Result step(const FirstDifference& op, ExpectedLengths& side) {
  return first_difference(vector_of(side, op.vec), vector_of(side, op.other)).value();
}

Result step(const Hexdump& op, ExpectedLengths& side) { return {0, size(vector_of(side, op.vec)).rejection}; }

// ---- Describing

Result step(const Copy& op, auto& side) {
  return at_offset(side, copy(vector_of(side, op.vec), op.offset.value, op.bytes.value, op.capacity.value,
                              side.destination(op.capacity.value)));
}

template <typename Model>
Result step(const CopyInPlace& op, Expected<Model>& side) {
  auto& vector = vector_of(side, op.vec);
  std::vector<typename Model::Element> described;
  const Result result = at_offset(side, copy(vector, op.offset.value, op.bytes.value, op.capacity.value, described));
  if (is_rejected(result)) return result;
  std::copy(described.begin(), described.end(), vector.array.begin() + static_cast<std::ptrdiff_t>(vector.start));
  vector.count = described.size();
  return changing(side, op.vec, result);
}

Result step(const Concat& op, auto& side) {
  auto& into = vector_of(side, op.into);
  const auto& source = vector_of(side, op.vec);
  const Result result = concat(into, source, op.offset.value, op.bytes.value);
  const Result expected = at_offset(side, result);
  // Nothing is appended then, as for 0 bytes.
  if (expected.rejection != result.rejection) static_cast<void>(concat(into, source, 0, 0));
  return changing(side, op.into, expected);
}

Result step(const Slice& op, auto& side) {
  return becoming(side, op.into,
                  [&](auto& made) { return slice(vector_of(side, op.vec), op.offset.value, op.bytes.value, made); });
}

template <typename Model>
Result step(const SliceCount& op, Expected<Model>& side) {
  const auto& vector = vector_of(side, op.vec);
  const Result result = slice_count(vector, op.offset.value, op.bytes.value);
  // Ranges that only end outside are rejected for the same reason.
  Situation situation = side.situation();
  if (op.offset.value > situation.size(op.vec)) return at_offset(side, result);
  if (is_rejected(result) || !side.deviations().slices_drop_empty || op.bytes.value == 0) return result;
  std::vector<typename Model::Element> sliced;
  static_cast<void>(slice(vector, op.offset.value, op.bytes.value, sliced));
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

Result step(const Extended& op, auto& side) { return extend(op, op.into, &vector_of(side, op.vec), side); }

Result step(const ExtendedWithoutMid& op, auto& side) { return extend(op, op.vec, nullptr, side); }

Result step(const Clone& op, ExpectedBytes& side) {
  return changing(side, op.into,
                  clone(vector_of(side, op.into), vector_of(side, op.vec), op.buffer.base, op.bytes.value));
}

Result step(const Clone& op, ExpectedLengths& side) {
  return changing(side, op.into,
                  clone(vector_of(side, op.into), vector_of(side, op.vec), op.buffer.address(), op.bytes.value));
}

// ---- Discarding

Result step(const DiscardFront& op, auto& side) {
  return discard_front(vector_of(side, op.vec), op.bytes.value, side.record(op.vec, op.record));
}

Result step(const DiscardBack& op, auto& side) {
  return discard_back(vector_of(side, op.vec), op.bytes.value, side.record(op.vec, op.record));
}

template <typename Model>
Result step(const Undo& op, Expected<Model>& side) {
  const typename Model::UndoRecord fresh;
  const auto* const used = side.record(op.vec, op.record);
  auto& vector = vector_of(side, op.vec);
  const std::size_t start = vector.start;
  const std::size_t count = vector.count;
  undo(vector, used != nullptr ? *used : fresh);
  if (side.deviations().undo_restores_element_only) vector.start = start, vector.count = count;
  return {};
}

Result step(const VectorDiscardBack& op, auto& side) {
  return changing(side, op.vec, truncate(vector_of(side, op.vec), op.bytes.value));
}

template <typename Model>
Result step(const Split& op, Expected<Model>& side) {
  std::vector<typename Model::Element> tail;
  const Result result = changing(side, op.vec, split(vector_of(side, op.vec), op.offset.value, tail));
  if (is_rejected(result)) return result;
  return changing(side, op.into, assign(vector_of(side, op.into), tail));
}

// ---- Transfers

/// The model's transfer, as the step's result and text.
template <typename Model>
Result tell(Expected<Model>& side, typename Model::Transfer made) {
  auto& transfer = side.transfer();
  transfer = std::move(made);
  for (const auto& call : transfer.calls) {
    std::vector<ElementState> offered;
    for (const auto& element : call.offered) offered.push_back(state_of(element));
    print_call(side.text(), offered,
               call.reply == model::Reply::moves ? print_number(call.moved) : std::string(reply_name(call.reply)));
  }
  if (transfer.rejection != Rejection::none) return {0, transfer.rejection};
  if (side.dialect() == model::Dialect::c) {
    const model::AnswerInC answer = model::answer_in_c(transfer.bytes, transfer.error);
    if (answer.failed) side.text() += reply_name(transfer.error);
    return {answer.failed ? SIZE_MAX : answer.bytes};
  }
  side.text() += reply_name(transfer.error);
  if (transfer.end_of_stream) side.text() += "end";
  return {transfer.bytes};
}

Result step(const Send& op, ExpectedBytes& side) {
  model::Transfer transfer = send(vector_of(side, op.vec), op.offset.value, op.bytes.value, op.limit.value,
                                  op.script.scripted(), side.memory());
  const std::span<std::uint8_t> wire = side.space(op.bytes.value);
  std::copy(transfer.wire.begin(), transfer.wire.end(), wire.begin());
  return tell(side, std::move(transfer));
}

Result step(const Recv& op, ExpectedBytes& side) {
  return tell(side, recv(vector_of(side, op.vec), op.offset.value, op.bytes.value, op.limit.value, op.script.scripted(),
                         side.data(op.bytes.value).data(), side.memory()));
}

Result step(const Send& op, ExpectedLengths& side) {
  static_cast<void>(side.space(op.bytes.value));
  return tell(side, transfer(vector_of(side, op.vec), op.offset.value, op.bytes.value, op.limit.value,
                             op.script.scripted(), false));
}

Result step(const Recv& op, ExpectedLengths& side) {
  return tell(side, transfer(vector_of(side, op.vec), op.offset.value, op.bytes.value, op.limit.value,
                             op.script.scripted(), true));
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

}  // namespace

Result run(const Operation& operation, ExpectedBytes& side) {
  return std::visit([&side](const auto& op) { return step(op, side); }, operation);
}

Result run(const Operation& operation, ExpectedLengths& side) {
  return std::visit(
      [&side](const auto& op) {
        const Result result = lent_vectors(op, side);
        return is_rejected(result) ? result : step(op, side);
      },
      operation);
}

}  // namespace lockstep
