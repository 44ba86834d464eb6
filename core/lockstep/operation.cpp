#include "lockstep/operation.h"

#include <algorithm>
#include <utility>

namespace lockstep {

// ---- What each operation does, on the model and on an implementation.

namespace {

Answer number(Result result) { return {result, true}; }
Answer nothing(Result result) { return {result, false}; }

}  // namespace

Answer Assign::run(Reference& reference) const {
  model::assign(reference.slot(vec).vector, reference.elements({elements.begin(), elements.end()}));
  reference.forget_records(vec);
  return {};
}

Answer Assign::run(Subject& subject) const {
  const Result result =
      subject.call().assign(subject.slot(vec).handle, subject.elements({elements.begin(), elements.end()}));
  if (result.rejection == Rejection::none) subject.array_changed(vec);
  return nothing(result);
}

Answer Add::run(Reference& reference) const {
  model::append(reference.slot(vec).vector, reference.elements({&element, 1}));
  reference.forget_records(vec);
  return {};
}

Answer Add::run(Subject& subject) const {
  const Result result =
      subject.call().add(subject.slot(vec).handle, subject.pointer(element.address()), element.length);
  if (result.rejection == Rejection::none) subject.array_changed(vec);
  return nothing(result);
}

void AddMany::settle(const Situation& situation) {
  std::size_t fit = std::min<std::size_t>(count.value, situation.room_elements());
  if (element.length > 0) fit = std::min(fit, situation.room_bytes() / element.length);
  count.value = static_cast<std::uint16_t>(fit);
}

std::vector<Piece> AddMany::pieces(Arena arena) const {
  std::vector<Piece> pieces(count.value, element);
  if (element.address() < 0) return pieces;
  const int unit = arena.kind == Arena::Kind::exact ? 8 : 1;
  // Every multiple of `unit` at which the element fits.
  const int places = (arena.bytes - element.length) / unit + 1;
  for (int i = 0; i < count.value; ++i) {
    const int place = (element.base / unit + i * stride.value) % places;
    pieces[static_cast<std::size_t>(i)].base = static_cast<std::uint16_t>((place < 0 ? place + places : place) * unit);
  }
  return pieces;
}

Answer AddMany::run(Reference& reference) const {
  model::append(reference.slot(vec).vector, reference.elements(pieces(reference.arena())));
  reference.forget_records(vec);
  return {};
}

Answer AddMany::run(Subject& subject) const {
  const Result result = subject.call().add_many(subject.slot(vec).handle, subject.elements(pieces(subject.arena())));
  if (result.rejection == Rejection::none) subject.array_changed(vec);
  return nothing(result);
}

Answer ViewSize::run(Reference& reference) const { return number(model::size(reference.slot(vec).vector)); }
Answer ViewSize::run(Subject& subject) const { return number(subject.call().size(subject.slot(vec).view)); }

Answer VectorSize::run(Reference& reference) const { return number(model::array_size(reference.slot(vec).vector)); }
Answer VectorSize::run(Subject& subject) const { return number(subject.call().vector_size(subject.slot(vec).handle)); }

Answer FromBuf::run(Reference& reference) const {
  return number(
      model::from_buf(reference.slot(vec).vector, offset.value, reference.data(bytes.value), reference.memory()));
}

Answer FromBuf::run(Subject& subject) const {
  return number(subject.call().from_buf(subject.slot(vec).view, offset.value, subject.data(bytes.value)));
}

Answer ToBuf::run(Reference& reference) const {
  return number(
      model::to_buf(reference.slot(vec).vector, offset.value, reference.space(bytes.value), reference.memory()));
}

Answer ToBuf::run(Subject& subject) const {
  return number(subject.call().to_buf(subject.slot(vec).view, offset.value, subject.space(bytes.value)));
}

Answer Fill::run(Reference& reference) const {
  return number(model::fill(reference.slot(vec).vector, offset.value, value.value, bytes.value, reference.memory()));
}

Answer Fill::run(Subject& subject) const {
  return number(
      subject.call().fill(subject.slot(vec).view, offset.value, static_cast<std::byte>(value.value), bytes.value));
}

Answer Copy::run(Reference& reference) const {
  return number(model::copy(reference.slot(vec).vector, offset.value, bytes.value, capacity.value,
                            reference.destination(capacity.value)));
}

Answer Copy::run(Subject& subject) const {
  return number(
      subject.call().copy(subject.destination(capacity.value), subject.slot(vec).view, offset.value, bytes.value));
}

void CopyInPlace::settle(const Situation& situation) {
  capacity.value = static_cast<std::uint16_t>(std::min<std::size_t>(capacity.value, situation.vector.count));
}

Answer CopyInPlace::run(Reference& reference) const {
  model::Vector& vector = reference.slot(vec).vector;
  std::vector<model::Element> described;
  const Result result = model::copy(vector, offset.value, bytes.value, capacity.value, described);
  if (result.rejection != Rejection::none) return number(result);
  std::copy(described.begin(), described.end(), vector.array.begin() + static_cast<std::ptrdiff_t>(vector.start));
  vector.count = described.size();
  reference.forget_records(vec);
  return number(result);
}

Answer CopyInPlace::run(Subject& subject) const {
  std::span<iovec>& view = subject.slot(vec).view;
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
  return number(subject.call().discard_front(subject.slot(vec).view, bytes.value, subject.record(vec, record)));
}

Answer DiscardBack::run(Reference& reference) const {
  return number(model::discard_back(reference.slot(vec).vector, bytes.value, reference.record(vec, record)));
}

Answer DiscardBack::run(Subject& subject) const {
  return number(subject.call().discard_back(subject.slot(vec).view, bytes.value, subject.record(vec, record)));
}

Answer Undo::run(Reference& reference) const {
  const model::UndoRecord fresh;
  const model::UndoRecord* const used = reference.record(vec, record);
  model::undo(reference.slot(vec).vector, used != nullptr ? *used : fresh);
  return {};
}

Answer Undo::run(Subject& subject) const {
  UndoStorage fresh = {};
  UndoStorage* const used = subject.record(vec, record);
  subject.call().undo(subject.slot(vec).view, used != nullptr ? *used : fresh);
  return {};
}

// ---- What follows from the operands.

namespace {

/// Calls f.operator()<Op>() for the operation type of this code.
template <typename Function>
auto with_type(std::size_t code, Function f) {
  return [&]<std::size_t... codes>(std::index_sequence<codes...>) {
    using Answer = decltype(f.template operator()<Assign>());
    using Call = Answer (*)(Function&);
    constexpr Call calls[] = {
        [](Function& g) { return g.template operator()<std::variant_alternative_t<codes, Operation>>(); }...};
    return calls[code](f);
  }
  (std::make_index_sequence<kOperations>{});
}

template <typename Op>
constexpr std::size_t encoded_width() {
  return std::apply(
      [](const auto&... operand) {
        return 1 + (std::remove_cvref_t<decltype(std::declval<Op&>().*operand.member)>::width + ... + 0);
      },
      Op::operands);
}

constexpr std::size_t kWidest = []<std::size_t... codes>(std::index_sequence<codes...>) {
  return std::max({encoded_width<std::variant_alternative_t<codes, Operation>>()...});
}
(std::make_index_sequence<kOperations>{});
static_assert(kWidest <= kRecordBytes, "a record is too small for some operation");
static_assert(kOperations <= 256, "a code is one byte");

constexpr auto kWeights = []<std::size_t... codes>(std::index_sequence<codes...>) {
  return std::array{std::variant_alternative_t<codes, Operation>::weight...};
}
(std::make_index_sequence<kOperations>{});

constexpr std::uint32_t kTotalWeight = [] {
  std::uint32_t total = 0;
  for (const std::uint32_t weight : kWeights) total += weight;
  return total;
}();

/// The code that a weighted answer below kTotalWeight stands for.
constexpr std::size_t weighted_code(std::uint32_t answer) {
  std::size_t code = 0;
  while (answer >= kWeights[code]) answer -= kWeights[code++];
  return code;
}

/// What each byte of a record's start stands for: codes stand for themselves, every other byte for some operation, as
/// often as its weight says. No encoder writes those, so they may mean another operation once there are more.
constexpr auto kCodes = [] {
  std::array<std::uint8_t, 256> codes{};
  for (std::size_t byte = 0; byte < codes.size(); ++byte)
    codes[byte] = static_cast<std::uint8_t>(
        byte < kOperations ? byte : weighted_code(static_cast<std::uint32_t>(byte) % kTotalWeight));
  return codes;
}();

}  // namespace

Operation operation_of_code(std::size_t code) {
  return with_type(code, []<typename Op>() { return Operation(Op{}); });
}

std::string_view name_of(const Operation& operation) {
  return std::visit([](const auto& op) { return op.name; }, operation);
}

Vec vector_of(const Operation& operation) {
  return std::visit([](const auto& op) { return op.vec; }, operation);
}

bool is_supported(const Operation& operation, const Implementation& implementation) {
  return std::visit([&](const auto& op) { return implementation.*op.entry != nullptr; }, operation);
}

Operation resolve(const Operation& operation, const Situation& situation) {
  return std::visit(
      [&](auto op) {
        for_each_operand(op, [&](std::string_view, auto& operand) { operand = operand.resolve(situation); });
        if constexpr (requires { op.settle(situation); }) op.settle(situation);
        return Operation(op);
      },
      operation);
}

Operation draw_operation(Choices& choices) {
  return with_type(weighted_code(choices.below(kTotalWeight)), [&]<typename Op>() {
    Op op;
    for_each_operand(op, [&]<typename Kind>(std::string_view, Kind& operand) { operand = Kind::draw(choices); });
    return Operation(op);
  });
}

Operation enumerate_operation(Choices& choices, std::size_t code, const Domain& domain) {
  return with_type(code, [&]<typename Op>() {
    Op op;
    for_each_operand(
        op, [&]<typename Kind>(std::string_view, Kind& operand) { operand = Kind::enumerate(choices, domain); });
    return Operation(op);
  });
}

std::vector<Operation> simpler(const Operation& operation) {
  std::vector<Operation> result;
  std::visit(
      [&](auto op) {
        for_each_operand(op, [&](std::string_view, auto& operand) {
          const auto original = operand;
          for (const auto& lower : original.simpler()) {
            operand = lower;
            result.emplace_back(op);
          }
          operand = original;
        });
      },
      operation);
  return result;
}

std::string print(const Operation& operation) {
  std::string text(name_of(operation));
  std::visit(
      [&](const auto& op) {
        for_each_operand(op, [&](std::string_view name, const auto& operand) {
          text.append(" ").append(name).append("=");
          operand.print(text);
        });
      },
      operation);
  return text;
}

void encode(const Operation& operation, std::uint8_t* record) {
  std::fill_n(record, kRecordBytes, std::uint8_t{0});
  *record++ = static_cast<std::uint8_t>(operation.index());
  std::visit(
      [&](const auto& op) {
        for_each_operand(op, [&]<typename Kind>(std::string_view, const Kind& operand) {
          operand.encode(record);
          record += Kind::width;
        });
      },
      operation);
}

Operation decode_operation(const std::uint8_t* record) {
  const std::size_t code = kCodes[*record++];
  return with_type(code, [&]<typename Op>() {
    Op op;
    for_each_operand(op, [&]<typename Kind>(std::string_view, Kind& operand) {
      operand = Kind::decode(record);
      record += Kind::width;
    });
    return Operation(op);
  });
}

}  // namespace lockstep
