#include "lockstep/sides/reference.h"

namespace lockstep {

Reference::Reference(model::Dialect dialect, const Deviations& deviations)
    : dialect_(dialect), deviations_(deviations) {
  for (Slot& slot : slots_) slot.vector.dialect = dialect;
}

void Reference::reset(Arena arena) {
  arena_ = arena;
  memory_.assign(kContent.begin(), kContent.begin() + arena.bytes);
  for (Slot& slot : slots_) {
    slot.vector.array.clear();
    slot.vector.start = slot.vector.count = slot.vector.kept = 0;
    slot.vector.kind = model::Vector::Kind::owned;
    for (model::UndoRecord& record : slot.records) record.used = false;
  }
}

void Reference::begin_step(std::size_t step, std::size_t extent) {
  step_ = step;
  extent_ = extent;
  bytes_.clear();
  text_.clear();
  described_.clear();
  has_destination_ = false;
  capacity_ = 0;
}

model::UndoRecord* Reference::record(Vec vec, Record record) {
  if (record.name == Record::Name::none) return nullptr;
  return &slot(vec).records[record.name == Record::Name::p ? 0 : 1];
}

void Reference::forget_records(Vec vec) {
  for (model::UndoRecord& record : slot(vec).records) record.used = false;
}

std::span<const model::Element> Reference::elements(std::span<const Piece> pieces) {
  if (elements_.size() < pieces.size()) elements_.resize(pieces.size());  // never shrunk: the memory serves again
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    model::Element& element = elements_[i];
    element.base = pieces[i].address();
    element.bytes.clear();
    for (Address byte = 0; byte < pieces[i].length; ++byte) element.bytes.push_back(element.base + byte);
  }
  return {elements_.data(), pieces.size()};
}

std::span<const std::uint8_t> Reference::data(std::size_t bytes) const { return {written_content(step_), bytes}; }

std::span<std::uint8_t> Reference::space(std::size_t bytes) {
  bytes_.assign(buffer_length(bytes, extent_) + kBehind, kUnwritten);
  return {bytes_.data(), bytes};
}

std::vector<model::Element>& Reference::destination(std::size_t capacity) {
  has_destination_ = true;
  capacity_ = capacity;
  return described_;
}

namespace {

Extent extent_of(const model::Element& element) { return {element.base, element.bytes.size()}; }

}  // namespace

Situation Reference::situation(Vec vec) const {
  return {arena_, dialect_, {&slots_[0].vector, &slots_[1].vector, &slots_[2].vector}, vec};
}

State Reference::state() const {
  State state;
  state.memory = memory_;
  for (std::size_t i = 0; i < Vec::count; ++i) {
    const model::Vector& vector = slots_[i].vector;
    state.vectors[i].start = static_cast<std::ptrdiff_t>(vector.start);
    state.vectors[i].count = vector.count;
    for (const model::Element& element : vector.array) state.vectors[i].array.push_back(extent_of(element));
  }
  return state;
}

Outcome Reference::outcome(const Answer& answer) const {
  Outcome outcome{answer, bytes_, {}, text_};
  if (has_destination_) {
    for (const model::Element& element : described_) outcome.elements.push_back(extent_of(element));
    outcome.elements.resize(capacity_ + 1, {kUntouchedBase, 0});
  }
  return outcome;
}

}  // namespace lockstep
