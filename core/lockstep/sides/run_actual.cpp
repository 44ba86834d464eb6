// How each operation is run on the actual side: by one call of the implementation's table.
#include <algorithm>

#include "lockstep/sides/actual.h"
#include "lockstep/sides/scripted_kernel.h"

namespace lockstep {
namespace {

void* handle_of(Actual& side, Vec vec) { return side.slot(vec).handle; }
std::span<const iovec> view_of(Actual& side, Vec vec) { return side.slot(vec).view; }

/// The result of a call that changes the array unless it was rejected.
Result changing(Actual& side, Vec vec, const Result& result) {
  if (result.rejection == Rejection::none) side.array_changed(vec);
  return result;
}

// ---- Owning

Result step(const Assign& op, Actual& side) {
  const auto elements = side.elements({op.elements.begin(), op.elements.end()});
  if (side.is_owned(op.vec)) return changing(side, op.vec, side.call().assign(handle_of(side, op.vec), elements));
  side.lay(op.vec, elements);
  return changing(side, op.vec, {});
}

Result step(const Add& op, Actual& side) {
  const iovec element = side.element(op.element);
  return changing(side, op.vec, side.call().add(handle_of(side, op.vec), element.iov_base, element.iov_len));
}

Result step(const AddMany& op, Actual& side) {
  return changing(side, op.vec, side.call().add_many(handle_of(side, op.vec), side.elements(op.pieces(side.arena()))));
}

Result step(const WithCapacity& op, Actual& side) {
  return changing(side, op.vec, side.call().with_capacity(handle_of(side, op.vec), op.capacity.value));
}

Result step(const FromBuffer& op, Actual& side) {
  const iovec element = side.element(op.element);
  return changing(side, op.vec, side.call().from_buffer(handle_of(side, op.vec), element.iov_base, element.iov_len));
}

Result step(const Borrow& op, Actual& side) {
  return changing(side, op.vec,
                  side.call().borrow(handle_of(side, op.vec), side.elements({op.elements.begin(), op.elements.end()})));
}

Result step(const Reset& op, Actual& side) {
  return changing(side, op.vec, side.call().reset(handle_of(side, op.vec)));
}

Result step(const Destroy& op, Actual& side) {
  side.call().release(handle_of(side, op.vec));
  return changing(side, op.vec, {});
}

Result step(const CopyVector& op, Actual& side) {
  return changing(side, op.into, side.call().copy_vector(handle_of(side, op.into), handle_of(side, op.vec)));
}

Result step(const MoveVector& op, Actual& side) {
  const Result result = side.call().move_vector(handle_of(side, op.into), handle_of(side, op.vec));
  changing(side, op.vec, result);
  return changing(side, op.into, result);
}

// ---- Counting, and moving bytes

Result step(const ViewSize& op, Actual& side) { return side.call().size(view_of(side, op.vec)); }
Result step(const VectorSize& op, Actual& side) { return side.call().vector_size(handle_of(side, op.vec)); }
Result step(const CloneSize& op, Actual& side) { return side.call().clone_size(view_of(side, op.vec)); }

Result step(const FromBuf& op, Actual& side) {
  return side.call().from_buf(view_of(side, op.vec), op.offset.value, side.data(op.bytes.value));
}

Result step(const ToBuf& op, Actual& side) {
  return side.call().to_buf(view_of(side, op.vec), op.offset.value, side.space(op.bytes.value));
}

Result step(const Fill& op, Actual& side) {
  return side.call().fill(view_of(side, op.vec), op.offset.value, static_cast<std::byte>(op.value.value),
                          op.bytes.value);
}

Result step(const IsZero& op, Actual& side) {
  return side.call().is_zero(view_of(side, op.vec), op.offset.value, op.bytes.value);
}

Result step(const FirstDifference& op, Actual& side) {
  return side.call().first_difference(view_of(side, op.vec), view_of(side, op.other));
}

Result step(const Hexdump& op, Actual& side) {
  return side.call().hexdump(view_of(side, op.vec), kHexdumpPrefix, op.limit.value, side.text());
}

// ---- Describing

Result step(const Copy& op, Actual& side) {
  return side.call().copy(side.destination(op.capacity.value), view_of(side, op.vec), op.offset.value, op.bytes.value);
}

Result step(const CopyInPlace& op, Actual& side) {
  std::span<iovec>& view = side.lent_view(op.vec);
  const std::span<iovec> destination = view.first(std::min<std::size_t>(op.capacity.value, view.size()));
  const Result result = side.call().copy(destination, view, op.offset.value, op.bytes.value);
  if (result.rejection != Rejection::none) return result;
  view = view.first(std::min(result.value, view.size()));  // a broken implementation may claim more
  side.forget_records(op.vec);
  return result;
}

Result step(const Concat& op, Actual& side) {
  return changing(side, op.into,
                  side.call().concat(handle_of(side, op.into), view_of(side, op.vec), op.offset.value, op.bytes.value));
}

Result step(const Slice& op, Actual& side) {
  return changing(side, op.into,
                  side.call().slice(handle_of(side, op.into), view_of(side, op.vec), op.offset.value, op.bytes.value));
}

Result step(const SliceCount& op, Actual& side) {
  return side.call().slice_count(view_of(side, op.vec), op.offset.value, op.bytes.value);
}

Result step(const Extended& op, Actual& side) {
  return changing(side, op.into,
                  side.call().extended(handle_of(side, op.into), side.element(op.head), view_of(side, op.vec),
                                       op.offset.value, op.bytes.value, side.element(op.tail), op.limit.value));
}

Result step(const ExtendedWithoutMid& op, Actual& side) {
  return changing(side, op.vec,
                  side.call().extended(handle_of(side, op.vec), side.element(op.head), std::nullopt, op.offset.value,
                                       op.bytes.value, side.element(op.tail), op.limit.value));
}

Result step(const Clone& op, Actual& side) {
  const std::span<std::byte> buffer(static_cast<std::byte*>(side.pointer(op.buffer)), op.bytes.value);
  return changing(side, op.into, side.call().clone(handle_of(side, op.into), view_of(side, op.vec), buffer));
}

// ---- Discarding

Result step(const DiscardFront& op, Actual& side) {
  return side.call().discard_front(side.lent_view(op.vec), op.bytes.value, side.record(op.vec, op.record));
}

Result step(const DiscardBack& op, Actual& side) {
  return side.call().discard_back(side.lent_view(op.vec), op.bytes.value, side.record(op.vec, op.record));
}

Result step(const Undo& op, Actual& side) {
  UndoStorage fresh = {};
  UndoStorage* const used = side.record(op.vec, op.record);
  side.call().undo(side.lent_view(op.vec), used != nullptr ? *used : fresh);
  return {};
}

Result step(const VectorDiscardBack& op, Actual& side) {
  return changing(side, op.vec, side.call().vector_discard_back(handle_of(side, op.vec), op.bytes.value));
}

Result step(const Split& op, Actual& side) {
  const Result result = side.call().split(handle_of(side, op.into), handle_of(side, op.vec), op.offset.value);
  changing(side, op.vec, result);
  return changing(side, op.into, result);
}

// ---- Transfers

/// Runs transfer(kernel, ending) over a kernel that does what the script says.
template <typename Op, typename Transfer>
Result over_kernel(const Op& op, Actual& side, std::span<std::byte> wire, Transfer transfer) {
  ScriptedKernel kernel(side, op.script, op.limit.value, wire);
  TransferStatus status;
  const Result result = transfer(kernel, status);
  side.text() = kernel.text();
  if (status.error != 0) side.text() += error_name(status.error);
  if (status.end_of_stream) side.text() += "end";
  return result;
}

Result step(const Send& op, Actual& side) {
  return over_kernel(op, side, side.wire(op.bytes.value), [&](Kernel& kernel, TransferStatus& status) {
    return side.call().send(kernel, view_of(side, op.vec), op.offset.value, op.bytes.value, status);
  });
}

Result step(const Recv& op, Actual& side) {
  return over_kernel(op, side, side.incoming(op.bytes.value), [&](Kernel& kernel, TransferStatus& status) {
    return side.call().recv(kernel, view_of(side, op.vec), op.offset.value, op.bytes.value, status);
  });
}

}  // namespace

Result run(const Operation& operation, Actual& side) {
  return std::visit([&side](const auto& op) { return step(op, side); }, operation);
}

}  // namespace lockstep
