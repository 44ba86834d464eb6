// What each operation does, on the model and on an implementation.
#include "lockstep/language/operations.h"

#include <algorithm>
#include <utility>

#include "lockstep/sides/reference.h"
#include "lockstep/sides/scripted_kernel.h"
#include "lockstep/sides/subject.h"

namespace lockstep {

namespace {

/// What stands before each line of a hexdump.
const std::string kPrefix = "p";

Answer number(Result result) { return {result, true}; }
Answer nothing(Result result) { return {result, false}; }

/// What is expected where only an offset past the end is rejected as out of range.
Result at_offset(const Reference& reference, Result result) {
  const bool is_past_end = result.rejection == Rejection::out_of_range;
  return reference.deviations().past_end_answers_0 && is_past_end ? Result{} : result;
}

Answer number_at_offset(const Reference& reference, Result result) { return number(at_offset(reference, result)); }

/// The answer of a call that changes the array unless it was rejected.
Answer changing(Subject& subject, Vec vec, Answer answer) {
  if (answer.result.rejection == Rejection::none) subject.array_changed(vec);
  return answer;
}

Answer changing(Reference& reference, Vec vec, Answer answer) {
  if (answer.result.rejection == Rejection::none) reference.forget_records(vec);
  return answer;
}

/// The vector becomes what `make` puts into a list of elements, unless that is rejected.
template <typename Make>
Answer becoming(Reference& reference, Vec vec, Make make) {
  std::vector<model::Element> made;
  const Result result = make(made);
  if (reference.deviations().slices_drop_empty)
    std::erase_if(made, [](const model::Element& element) { return element.bytes.empty(); });
  if (result.rejection == Rejection::none) model::make(reference.slot(vec).vector, made);
  return changing(reference, vec, nothing(result));
}

iovec element_of(const Subject& subject, const Piece& piece) {
  return {subject.pointer(piece.address()), piece.length};
}

}  // namespace

Answer Assign::run(Reference& reference) const {
  model::assign(reference.slot(vec).vector, reference.elements({elements.begin(), elements.end()}));
  return changing(reference, vec, {});
}

Answer Assign::run(Subject& subject) const {
  return changing(
      subject, vec,
      nothing(subject.call().assign(subject.slot(vec).handle, subject.elements({elements.begin(), elements.end()}))));
}

Answer Add::run(Reference& reference) const {
  return changing(reference, vec,
                  nothing(model::append(reference.slot(vec).vector, reference.elements({&element, 1}))));
}

Answer Add::run(Subject& subject) const {
  return changing(
      subject, vec,
      nothing(subject.call().add(subject.slot(vec).handle, subject.pointer(element.address()), element.length)));
}

Answer AddMany::run(Reference& reference) const {
  return changing(reference, vec,
                  nothing(model::append(reference.slot(vec).vector, reference.elements(pieces(reference.arena())))));
}

Answer AddMany::run(Subject& subject) const {
  return changing(
      subject, vec,
      nothing(subject.call().add_many(subject.slot(vec).handle, subject.elements(pieces(subject.arena())))));
}

Answer ViewSize::run(Reference& reference) const { return number(model::size(reference.slot(vec).vector)); }
Answer ViewSize::run(Subject& subject) const { return number(subject.call().size(subject.slot(vec).view)); }

Answer VectorSize::run(Reference& reference) const { return number(model::vector_size(reference.slot(vec).vector)); }
Answer VectorSize::run(Subject& subject) const { return number(subject.call().vector_size(subject.slot(vec).handle)); }

Answer FromBuf::run(Reference& reference) const {
  return number_at_offset(reference, model::from_buf(reference.slot(vec).vector, offset.value,
                                                     reference.data(bytes.value), reference.memory()));
}

Answer FromBuf::run(Subject& subject) const {
  return number(subject.call().from_buf(subject.slot(vec).view, offset.value, subject.data(bytes.value)));
}

Answer ToBuf::run(Reference& reference) const {
  return number_at_offset(reference, model::to_buf(reference.slot(vec).vector, offset.value,
                                                   reference.space(bytes.value), reference.memory()));
}

Answer ToBuf::run(Subject& subject) const {
  return number(subject.call().to_buf(subject.slot(vec).view, offset.value, subject.space(bytes.value)));
}

Answer Fill::run(Reference& reference) const {
  return number_at_offset(
      reference, model::fill(reference.slot(vec).vector, offset.value, value.value, bytes.value, reference.memory()));
}

Answer Fill::run(Subject& subject) const {
  return number(
      subject.call().fill(subject.slot(vec).view, offset.value, static_cast<std::byte>(value.value), bytes.value));
}

Answer Copy::run(Reference& reference) const {
  return number_at_offset(reference, model::copy(reference.slot(vec).vector, offset.value, bytes.value, capacity.value,
                                                 reference.destination(capacity.value)));
}

Answer Copy::run(Subject& subject) const {
  return number(
      subject.call().copy(subject.destination(capacity.value), subject.slot(vec).view, offset.value, bytes.value));
}

Answer CopyInPlace::run(Reference& reference) const {
  model::Vector& vector = reference.slot(vec).vector;
  std::vector<model::Element> described;
  const Result result = at_offset(reference, model::copy(vector, offset.value, bytes.value, capacity.value, described));
  if (result.rejection != Rejection::none) return number(result);
  std::copy(described.begin(), described.end(), vector.array.begin() + static_cast<std::ptrdiff_t>(vector.start));
  vector.count = described.size();
  reference.forget_records(vec);
  return number(result);
}

Answer CopyInPlace::run(Subject& subject) const {
  std::span<iovec>& view = subject.lent_view(vec);
  const std::span<iovec> destination = view.first(std::min<std::size_t>(capacity.value, view.size()));
  const Result result = subject.call().copy(destination, view, offset.value, bytes.value);
  if (result.rejection != Rejection::none) return number(result);
  view = view.first(std::min(result.value, view.size()));  // a broken subject may claim more
  subject.forget_records(vec);
  return number(result);
}

Answer DiscardFront::run(Reference& reference) const {
  return number(model::discard_front(reference.slot(vec).vector, bytes.value, reference.record(vec, record)));
}

Answer DiscardFront::run(Subject& subject) const {
  return number(subject.call().discard_front(subject.lent_view(vec), bytes.value, subject.record(vec, record)));
}

Answer DiscardBack::run(Reference& reference) const {
  return number(model::discard_back(reference.slot(vec).vector, bytes.value, reference.record(vec, record)));
}

Answer DiscardBack::run(Subject& subject) const {
  return number(subject.call().discard_back(subject.lent_view(vec), bytes.value, subject.record(vec, record)));
}

Answer Undo::run(Reference& reference) const {
  const model::UndoRecord fresh;
  const model::UndoRecord* const used = reference.record(vec, record);
  model::Vector& vector = reference.slot(vec).vector;
  const std::size_t start = vector.start;
  const std::size_t count = vector.count;
  model::undo(vector, used != nullptr ? *used : fresh);
  if (reference.deviations().undo_restores_element_only) vector.start = start, vector.count = count;
  return {};
}

Answer Undo::run(Subject& subject) const {
  UndoStorage fresh = {};
  UndoStorage* const used = subject.record(vec, record);
  subject.call().undo(subject.lent_view(vec), used != nullptr ? *used : fresh);
  return {};
}

Answer WithCapacity::run(Reference& reference) const {
  model::assign(reference.slot(vec).vector, {});
  return changing(reference, vec, {});
}

Answer WithCapacity::run(Subject& subject) const {
  return changing(subject, vec, nothing(subject.call().with_capacity(subject.slot(vec).handle, capacity.value)));
}

Answer FromBuffer::run(Reference& reference) const {
  model::embed(reference.slot(vec).vector, reference.elements({&element, 1}).front());
  return changing(reference, vec, {});
}

Answer FromBuffer::run(Subject& subject) const {
  const iovec buffer = element_of(subject, element);
  return changing(subject, vec,
                  nothing(subject.call().from_buffer(subject.slot(vec).handle, buffer.iov_base, buffer.iov_len)));
}

Answer Reset::run(Reference& reference) const {
  return changing(reference, vec, nothing(model::reset(reference.slot(vec).vector)));
}

Answer Reset::run(Subject& subject) const {
  return changing(subject, vec, nothing(subject.call().reset(subject.slot(vec).handle)));
}

Answer Destroy::run(Reference& reference) const {
  model::assign(reference.slot(vec).vector, {});
  return changing(reference, vec, {});
}

Answer Destroy::run(Subject& subject) const {
  subject.call().release(subject.slot(vec).handle);
  return changing(subject, vec, {});
}

Answer CopyVector::run(Reference& reference) const {
  model::assign(reference.slot(into).vector, reference.slot(vec).vector.array);
  return changing(reference, into, {});
}

Answer CopyVector::run(Subject& subject) const {
  return changing(subject, into,
                  nothing(subject.call().copy_vector(subject.slot(into).handle, subject.slot(vec).handle)));
}

Answer MoveVector::run(Reference& reference) const {
  model::assign(reference.slot(into).vector, reference.slot(vec).vector.array);
  if (into != vec) model::assign(reference.slot(vec).vector, {});
  changing(reference, vec, {});
  return changing(reference, into, {});
}

Answer MoveVector::run(Subject& subject) const {
  const Result result = subject.call().move_vector(subject.slot(into).handle, subject.slot(vec).handle);
  changing(subject, vec, nothing(result));
  return changing(subject, into, nothing(result));
}

Answer Concat::run(Reference& reference) const {
  const Result result =
      model::concat(reference.slot(into).vector, reference.slot(vec).vector, offset.value, bytes.value);
  const Result expected = at_offset(reference, result);
  // Nothing is appended then, as for 0 bytes.
  if (expected.rejection != result.rejection)
    static_cast<void>(model::concat(reference.slot(into).vector, reference.slot(vec).vector, 0, 0));
  return changing(reference, into, number(expected));
}

Answer Concat::run(Subject& subject) const {
  return changing(
      subject, into,
      number(subject.call().concat(subject.slot(into).handle, subject.slot(vec).view, offset.value, bytes.value)));
}

Answer Slice::run(Reference& reference) const {
  return becoming(reference, into, [&](std::vector<model::Element>& made) {
    return model::slice(reference.slot(vec).vector, offset.value, bytes.value, made);
  });
}

Answer Slice::run(Subject& subject) const {
  return changing(
      subject, into,
      nothing(subject.call().slice(subject.slot(into).handle, subject.slot(vec).view, offset.value, bytes.value)));
}

Answer SliceCount::run(Reference& reference) const {
  const model::Vector& vector = reference.slot(vec).vector;
  const Result result = model::slice_count(vector, offset.value, bytes.value);
  // Ranges that only end outside are rejected for the same reason.
  if (offset.value > model::size(vector).value) return number_at_offset(reference, result);
  if (result.rejection != Rejection::none || !reference.deviations().slices_drop_empty || bytes.value == 0)
    return number(result);
  std::vector<model::Element> sliced;
  static_cast<void>(model::slice(vector, offset.value, bytes.value, sliced));
  const auto kept = std::count_if(sliced.begin(), sliced.end(), [](const auto& one) { return !one.bytes.empty(); });
  return number({static_cast<std::size_t>(kept)});
}

Answer SliceCount::run(Subject& subject) const {
  return number(subject.call().slice_count(subject.slot(vec).view, offset.value, bytes.value));
}

Answer Extended::run(Reference& reference) const {
  const std::array<Piece, 2> ends = {head, tail};
  const auto elements = reference.elements(ends);
  return becoming(reference, into, [&](std::vector<model::Element>& made) {
    return model::extended(elements[0], &reference.slot(vec).vector, offset.value, bytes.value, elements[1],
                           limit.value, made, reference.dialect());
  });
}

Answer Extended::run(Subject& subject) const {
  return changing(
      subject, into,
      nothing(subject.call().extended(subject.slot(into).handle, element_of(subject, head), subject.slot(vec).view,
                                      offset.value, bytes.value, element_of(subject, tail), limit.value)));
}

Answer ExtendedWithoutMid::run(Reference& reference) const {
  const std::array<Piece, 2> ends = {head, tail};
  const auto elements = reference.elements(ends);
  return becoming(reference, vec, [&](std::vector<model::Element>& made) {
    return model::extended(elements[0], nullptr, offset.value, bytes.value, elements[1], limit.value, made,
                           reference.dialect());
  });
}

Answer ExtendedWithoutMid::run(Subject& subject) const {
  return changing(subject, vec,
                  nothing(subject.call().extended(subject.slot(vec).handle, element_of(subject, head), std::nullopt,
                                                  offset.value, bytes.value, element_of(subject, tail), limit.value)));
}

Answer IsZero::run(Reference& reference) const {
  return number(model::is_zero(reference.slot(vec).vector, offset.value, bytes.value, reference.memory()));
}

Answer IsZero::run(Subject& subject) const {
  return number(subject.call().is_zero(subject.slot(vec).view, offset.value, bytes.value));
}

Answer FirstDifference::run(Reference& reference) const {
  return number(model::first_difference(reference.slot(vec).vector, reference.slot(other).vector, reference.memory()));
}

Answer FirstDifference::run(Subject& subject) const {
  return number(subject.call().first_difference(subject.slot(vec).view, subject.slot(other).view));
}

Answer CloneSize::run(Reference& reference) const { return number(model::clone_size(reference.slot(vec).vector)); }
Answer CloneSize::run(Subject& subject) const { return number(subject.call().clone_size(subject.slot(vec).view)); }

Answer Clone::run(Reference& reference) const {
  const Result result = model::clone(reference.slot(into).vector, reference.slot(vec).vector, buffer.base, bytes.value);
  return changing(reference, into, nothing(result));
}

Answer Clone::run(Subject& subject) const {
  const std::span<std::byte> place(static_cast<std::byte*>(subject.pointer(buffer.base)), bytes.value);
  return changing(subject, into,
                  nothing(subject.call().clone(subject.slot(into).handle, subject.slot(vec).view, place)));
}

Answer VectorDiscardBack::run(Reference& reference) const {
  return changing(reference, vec, nothing(model::truncate(reference.slot(vec).vector, bytes.value)));
}

Answer VectorDiscardBack::run(Subject& subject) const {
  return changing(subject, vec, nothing(subject.call().vector_discard_back(subject.slot(vec).handle, bytes.value)));
}

Answer Hexdump::run(Reference& reference) const {
  reference.text() = model::hexdump(reference.slot(vec).vector, kPrefix, limit.value, reference.memory());
  return {};
}

Answer Hexdump::run(Subject& subject) const {
  return nothing(subject.call().hexdump(subject.slot(vec).view, kPrefix, limit.value, subject.text()));
}

Answer Borrow::run(Reference& reference) const {
  model::borrow(reference.slot(vec).vector, reference.elements({elements.begin(), elements.end()}));
  return changing(reference, vec, {});
}

Answer Borrow::run(Subject& subject) const {
  return changing(
      subject, vec,
      nothing(subject.call().borrow(subject.slot(vec).handle, subject.elements({elements.begin(), elements.end()}))));
}

namespace {

/// What the model says of a transfer, as the step's answer and text.
Answer tell(Reference& reference, model::Transfer told) {
  model::Transfer& transfer = reference.transfer();
  transfer = std::move(told);
  for (const model::Call& call : transfer.calls) {
    std::vector<Extent> offered;
    for (const model::Element& element : call.offered) offered.push_back({element.base, element.bytes.size()});
    print_call(reference.text(), offered,
               call.reply == model::Reply::moves ? std::to_string(call.moved) : std::string(reply_name(call.reply)));
  }
  if (transfer.rejection != Rejection::none) return number({0, transfer.rejection});
  if (reference.dialect() == model::Dialect::c) {
    const model::AnswerInC answer = model::answer_in_c(transfer);
    if (answer.failed) reference.text() += reply_name(transfer.error);
    return number({answer.failed ? SIZE_MAX : answer.bytes});
  }
  reference.text() += reply_name(transfer.error);
  if (transfer.end_of_stream) reference.text() += "end";
  return number({transfer.bytes});
}

Answer tell(Subject& subject, const ScriptedKernel& kernel, Result result, const Ending& ending) {
  subject.text() = kernel.text();
  if (ending.error != 0) subject.text() += error_name(ending.error);
  if (ending.end_of_stream) subject.text() += "end";
  return number(result);
}

}  // namespace

Answer Send::run(Reference& reference) const {
  model::Transfer transfer = model::send(reference.slot(vec).vector, offset.value, bytes.value, limit.value,
                                         script.scripted(), reference.memory());
  const std::span<std::uint8_t> wire = reference.space(bytes.value);
  std::copy(transfer.wire.begin(), transfer.wire.end(), wire.begin());
  return tell(reference, std::move(transfer));
}

Answer Send::run(Subject& subject) const {
  ScriptedKernel kernel(subject, script, limit.value, subject.wire(bytes.value));
  Ending ending;
  const Result result = subject.call().send(kernel, subject.slot(vec).view, offset.value, bytes.value, ending);
  return tell(subject, kernel, result, ending);
}

Answer Recv::run(Reference& reference) const {
  return tell(reference, model::recv(reference.slot(vec).vector, offset.value, bytes.value, limit.value,
                                     script.scripted(), reference.data(bytes.value).data(), reference.memory()));
}

Answer Recv::run(Subject& subject) const {
  ScriptedKernel kernel(subject, script, limit.value, subject.incoming(bytes.value));
  Ending ending;
  const Result result = subject.call().recv(kernel, subject.slot(vec).view, offset.value, bytes.value, ending);
  return tell(subject, kernel, result, ending);
}

}  // namespace lockstep
