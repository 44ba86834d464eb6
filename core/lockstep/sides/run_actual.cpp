// SPDX-License-Identifier: Apache-2.0
// How each operation is run on the actual side: by one call of the implementation's table. The call may be left by
// siglongjmp (abort_guard.h), which destroys nothing: what owns memory ends before it, or outlives it.
#include <algorithm>
#include <concepts>
#include <optional>

#include "lockstep/sides/actual.h"
#include "lockstep/sides/scripted_kernel.h"

namespace lockstep {
namespace {

/// Calls the function of the table that runs the operation.
template <typename Op, typename... Arguments>
Result call(const Op&, Actual& side, Arguments&&... arguments) {
  return (side.implementation().*Op::entry)(std::forward<Arguments>(arguments)...);
}

/// Calls run(function, vector or view): the function on the vector itself if the table has it and the view is the whole
/// array, else that on the elements.
template <typename Op, typename Run>
Result call_on_either(const Op& op, Actual& side, Run run) {
  const Implementation& implementation = side.implementation();
  if (has_function_on_vector(op, implementation.on_vector) && side.view_is_whole(op.vec))
    return run(implementation.on_vector.*Op::on_vector, side.handle(op.vec));
  return run(implementation.*Op::entry, side.view(op.vec));
}

/// Operations that differ in nothing but the function they call.
template <typename Op, typename... Ops>
concept OneOf = (std::same_as<Op, Ops> || ...);

// ---- Owning

Result step(const Assign& op, Actual& side) {
  const auto elements = side.elements(op.elements);
  if (side.is_owned(op.vec)) return call(op, side, side.handle(op.vec), elements);
  side.lay(op.vec, elements);
  return {};
}

Result step(const Borrow& op, Actual& side) { return call(op, side, side.handle(op.vec), side.elements(op.elements)); }

template <OneOf<Add, FromBuffer> Op>
Result step(const Op& op, Actual& side) {
  const iovec element = side.element(op.element);
  return call(op, side, side.handle(op.vec), element.iov_base, element.iov_len);
}

Result step(const AddMany& op, Actual& side) {
  const std::span<const iovec> elements = side.elements(op.pieces(side.arena()));
  return call(op, side, side.handle(op.vec), elements);
}

Result step(const WithCapacity& op, Actual& side) { return call(op, side, side.handle(op.vec), op.capacity.value); }

template <OneOf<Reset, VectorSize> Op>
Result step(const Op& op, Actual& side) {
  return call(op, side, side.handle(op.vec));
}

Result step(const Destroy& op, Actual& side) {
  side.implementation().release(side.handle(op.vec));
  return {};
}

template <OneOf<CopyVector, MoveVector> Op>
Result step(const Op& op, Actual& side) {
  return call(op, side, side.handle(op.into), side.handle(op.vec));
}
Result step(const VectorDiscardBack& op, Actual& side) { return call(op, side, side.handle(op.vec), op.bytes.value); }

Result step(const Split& op, Actual& side) {
  return call(op, side, side.handle(op.into), side.handle(op.vec), op.offset.value);
}

// ---- Counting, and moving bytes

Result step(const CloneSize& op, Actual& side) { return call(op, side, side.view(op.vec)); }

Result step(const ViewSize& op, Actual& side) {
  return call_on_either(op, side, [](auto function, auto source) { return function(source); });
}

Result step(const FromBuf& op, Actual& side) {
  const std::span<const std::byte> data = side.data(op.bytes.value);
  return call_on_either(op, side, [&](auto function, auto source) { return function(source, op.offset.value, data); });
}

Result step(const ToBuf& op, Actual& side) {
  const std::span<std::byte> space = side.space(op.bytes.value);
  return call_on_either(op, side, [&](auto function, auto source) { return function(source, op.offset.value, space); });
}

Result step(const Fill& op, Actual& side) {
  return call_on_either(op, side, [&](auto function, auto source) {
    return function(source, op.offset.value, std::byte{op.value.value}, op.bytes.value);
  });
}

template <OneOf<IsZero, SliceCount> Op>
Result step(const Op& op, Actual& side) {
  return call(op, side, side.view(op.vec), op.offset.value, op.bytes.value);
}
Result step(const FirstDifference& op, Actual& side) { return call(op, side, side.view(op.vec), side.view(op.other)); }

Result step(const Hexdump& op, Actual& side) {
  return call(op, side, side.view(op.vec), kHexdumpPrefix, op.limit.value, side.text());
}

// ---- Describing

Result step(const Copy& op, Actual& side) {
  const std::span<iovec> destination = side.destination(op.capacity.value);
  return call_on_either(op, side, [&](auto function, auto source) {
    return function(destination, source, op.offset.value, op.bytes.value);
  });
}

Result step(const CopyInPlace& op, Actual& side) {
  Span<iovec>& view = side.lent_view(op.vec);
  const std::span<iovec> destination = view.first(std::min<std::size_t>(op.capacity.value, view.size()));
  const Result result = call(op, side, destination, view, op.offset.value, op.bytes.value);
  // A broken implementation may claim more.
  if (result.rejection == Rejection::none) view = view.first(std::min(result.value, view.size()));
  return result;
}

template <OneOf<Concat, Slice> Op>
Result step(const Op& op, Actual& side) {
  return call_on_either(op, side, [&](auto function, auto source) {
    return function(side.handle(op.into), source, op.offset.value, op.bytes.value);
  });
}

Result step(const Extended& op, Actual& side) {
  return call(op, side, side.handle(op.into), side.element(op.head), side.view(op.vec), op.offset.value, op.bytes.value,
              side.element(op.tail), op.limit.value);
}

Result step(const ExtendedWithoutMid& op, Actual& side) {
  return call(op, side, side.handle(op.vec), side.element(op.head), std::nullopt, op.offset.value, op.bytes.value,
              side.element(op.tail), op.limit.value);
}

Result step(const Clone& op, Actual& side) {
  const std::span<std::byte> buffer(static_cast<std::byte*>(side.pointer(op.buffer)), op.bytes.value);
  return call(op, side, side.handle(op.into), side.view(op.vec), buffer);
}

// ---- Discarding

template <OneOf<DiscardFront, DiscardBack> Op>
Result step(const Op& op, Actual& side) {
  if (has_function_on_vector(op, side.implementation().on_vector) && side.view_is_whole(op.vec))
    return (side.implementation().on_vector.*Op::on_vector)(side.handle(op.vec), op.bytes.value);
  return call(op, side, side.lent_view(op.vec), op.bytes.value, side.record(op.vec, op.record));
}

Result step(const Undo& op, Actual& side) {
  UndoStorage fresh = {};
  UndoStorage* const used = side.record(op.vec, op.record);
  side.implementation().undo(side.lent_view(op.vec), used != nullptr ? *used : fresh);
  return {};
}

// ---- Transfers

/// Over a kernel that does what the script says.
template <OneOf<Send, Recv> Op>
Result step(const Op& op, Actual& side) {
  thread_local std::optional<ScriptedKernel> kernel;
  kernel.emplace(side, op.script, op.limit.value, side.wire(op.bytes.value, std::same_as<Op, Recv>));
  TransferStatus status;
  const Result result = call(op, side, *kernel, side.view(op.vec), op.offset.value, op.bytes.value, status);
  side.text() = kernel->text();
  if (status.error != 0) side.text() += error_name(status.error);
  if (status.end_of_stream) side.text() += "end";
  return result;
}

}  // namespace

Result run(const Operation& operation, Actual& side) {
  return visit_operation(
      [&side](const auto& op) {
        const Result result = step(op, side);
        if (side.implementation().has_whole_views_only()) side.look_again();
        if (result.rejection != Rejection::none) return result;
        const auto take_effect = [&side](Vec vec, Effect effect) {
          if (effect == Effect::elements) side.forget_records(vec);
          if (effect > Effect::elements) side.array_changed(vec);
        };
        take_effect(op.vec, op.traits.vec);
        if constexpr (requires { op.into; }) take_effect(op.into, op.traits.into);
        return result;
      },
      operation);
}

}  // namespace lockstep
