#include "lockstep/sides/subject.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <iterator>

#if defined(__SANITIZE_ADDRESS__)
#define LOCKSTEP_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOCKSTEP_POISONS 1
#endif
#endif
#if LOCKSTEP_POISONS  // also set for a harness that is not sanitized itself, beside an implementation that is
#include <sanitizer/asan_interface.h>
#endif

namespace lockstep {
namespace {

void poison(const void* start, std::size_t bytes) {
#if LOCKSTEP_POISONS
  __asan_poison_memory_region(start, bytes);
#else
  static_cast<void>(start), static_cast<void>(bytes);
#endif
}

void unpoison(const void* start, std::size_t bytes) {
#if LOCKSTEP_POISONS
  __asan_unpoison_memory_region(start, bytes);
#else
  static_cast<void>(start), static_cast<void>(bytes);
#endif
}

// Any address that is not null and that no object has.
constexpr std::uintptr_t kWildPointer = 0x10;
// Entries of destination arrays before they are written.
constexpr auto kUntouchedLength = static_cast<std::size_t>(0xfeedfacefeedface);

}  // namespace

Subject::Subject(const Implementation& implementation)
    : implementation_(&implementation),
      memory_(kMaxArenaBytes + 2 * kAround, kOutside),
      buffer_(kMaxVectorBytes + kMaxArenaBytes + 2 * kBehind, kUnwritten),
      destination_(kMaxElements + 1) {
  elements_.reserve(kMaxElements);
}

Subject::~Subject() {
  end_step();
  for (Slot& slot : slots_)
    if (slot.handle != nullptr) implementation_->destroy(slot.handle);
}

void Subject::reset(Arena arena) {
  end_step();
  std::memset(memory_.data(), kOutside, kAround);
  std::memcpy(memory_.data() + kAround, kContent.data(), arena.bytes);
  std::memset(memory_.data() + kAround + arena.bytes, kOutside, kAround);
  arena_ = arena;
  for (Slot& slot : slots_) {
    if (slot.handle != nullptr) implementation_->destroy(slot.handle);
    slot.handle = implementation_->create();
    slot.records = {};
  }
  for (std::uint8_t i = 0; i < Vec::count; ++i) array_changed(Vec{i});
}

void Subject::begin_step(std::size_t step, std::size_t extent) {
  step_ = step;
  extent_ = extent;
  produced_bytes_ = 0;
  produced_elements_ = 0;
  text_.clear();
  if (arena_.kind != Arena::Kind::exact) return;
  poison(memory_.data(), kAround + arena_.bytes + kAround);
}

void Subject::allow(const model::Vector& operand) {
  if (arena_.kind != Arena::Kind::exact) return;
  for (std::size_t i = operand.start; i < operand.start + operand.count; ++i) {
    const model::Element& element = operand.array[i];
    if (!element.bytes.empty()) unpoison(memory_.data() + kAround + element.bytes.front(), element.bytes.size());
  }
}

void Subject::end_step() {
  if (arena_.kind != Arena::Kind::exact) return;
  unpoison(memory_.data(), kAround + arena_.bytes + kAround);
  unpoison(buffer_.data(), buffer_.size());
  unpoison(destination_.data(), destination_.size() * sizeof(iovec));
}

UndoStorage* Subject::record(Vec vec, Record record) {
  if (record.name == Record::Name::none) return nullptr;
  return &slot(vec).records[record.name == Record::Name::p ? 0 : 1];
}

void Subject::array_changed(Vec vec) {
  // Not lent before an operation needs to write, so that vectors which keep their size are seen to keep it right.
  const std::span<const iovec> elements = array(vec.index);
  slot(vec).view = {const_cast<iovec*>(elements.data()), elements.size()};
  forget_records(vec);
}

std::span<iovec>& Subject::lent_view(Vec vec) {
  static_cast<void>(implementation_->elements(slot(vec).handle));
  return slot(vec).view;
}

std::span<const iovec> Subject::array(std::size_t vec) const {
  if (implementation_->look != nullptr) return implementation_->look(slots_[vec].handle);
  return implementation_->elements(slots_[vec].handle);
}

bool Subject::view_is_inside(std::size_t vec) const {
  // Pointers of a broken subject may be into anything, so they are compared as integers.
  const std::span<const iovec> elements = array(vec);
  const auto first = reinterpret_cast<std::uintptr_t>(elements.data());
  const auto start = reinterpret_cast<std::uintptr_t>(slots_[vec].view.data());
  if (start < first || start - first > elements.size_bytes() || (start - first) % sizeof(iovec) != 0) return false;
  return slots_[vec].view.size() <= elements.size() - (start - first) / sizeof(iovec);
}

void Subject::forget_records(Vec vec) { slot(vec).records = {}; }

void* Subject::pointer(Address address) const {
  if (address == kNullBase) return nullptr;
  if (address == kWildBase) return reinterpret_cast<void*>(kWildPointer);
  return const_cast<std::uint8_t*>(memory()) + address;  // elements are never const
}

std::span<const iovec> Subject::elements(std::span<const Piece> pieces) {
  elements_.clear();
  for (const Piece& piece : pieces) elements_.push_back({pointer(piece.address()), piece.length});
  return elements_;
}

std::span<const std::byte> Subject::data(std::size_t bytes) {
  const std::size_t length = buffer_length(bytes, extent_);
  assert(length + kBehind <= buffer_.size());
  std::memcpy(buffer_.data(), written_content(step_), length);
  if (arena_.kind == Arena::Kind::exact) poison(buffer_.data() + length, buffer_.size() - length);
  return {reinterpret_cast<const std::byte*>(buffer_.data()), bytes};
}

std::span<std::byte> Subject::space(std::size_t bytes) {
  const std::size_t length = buffer_length(bytes, extent_);
  assert(length + kBehind <= buffer_.size());
  produced_bytes_ = length + kBehind;
  std::memset(buffer_.data(), kUnwritten, produced_bytes_);
  if (arena_.kind == Arena::Kind::exact) poison(buffer_.data() + length, buffer_.size() - length);
  return {reinterpret_cast<std::byte*>(buffer_.data()), bytes};
}

std::span<std::byte> Subject::incoming(std::size_t bytes) {
  static_cast<void>(data(bytes));
  return {reinterpret_cast<std::byte*>(buffer_.data()), buffer_length(bytes, extent_)};
}

std::span<std::byte> Subject::wire(std::size_t bytes) { return space(bytes).first(buffer_length(bytes, extent_)); }

std::span<iovec> Subject::destination(std::size_t capacity) {
  produced_elements_ = capacity + 1;
  std::fill_n(destination_.begin(), produced_elements_, iovec{memory_.data(), kUntouchedLength});
  if (arena_.kind == Arena::Kind::exact)
    poison(destination_.data() + capacity, (destination_.size() - capacity) * sizeof(iovec));
  return {destination_.data(), capacity};
}

bool Subject::is_untouched(const iovec& entry) const {
  return entry.iov_len == kUntouchedLength && entry.iov_base == memory_.data();
}

bool Subject::around_is_intact() const {
  static constexpr auto expected = [] {
    std::array<std::uint8_t, kAround> bytes{};
    bytes.fill(kOutside);
    return bytes;
  }();
  return std::memcmp(memory_.data(), expected.data(), kAround) == 0 &&
         std::memcmp(memory_.data() + kAround + arena_.bytes, expected.data(), kAround) == 0;
}

Extent Subject::extent_of(const iovec& element) const {
  if (is_untouched(element)) return {kUntouchedBase, 0};
  const auto base = reinterpret_cast<std::uintptr_t>(element.iov_base);
  const auto arena = reinterpret_cast<std::uintptr_t>(memory());
  if (base == 0) return {kNullBase, element.iov_len};
  if (base == kWildPointer) return {kWildBase, element.iov_len};
  if (base < arena || base - arena > arena_.bytes) return {kUnknownBase, element.iov_len};
  return {static_cast<Address>(base - arena), element.iov_len};
}

State Subject::state(std::size_t most) const {
  State state;
  state.memory.assign(memory(), memory() + arena_.bytes);
  for (std::size_t i = 0; i < Vec::count; ++i) {
    VectorState& vector = state.vectors[i];
    const std::span<const iovec> elements = array(i);
    for (std::size_t e = 0; e < std::min(elements.size(), most); ++e) vector.array.push_back(extent_of(elements[e]));
    // Where a view outside the array lies differs from run to run, so it is not told.
    vector.start = view_is_inside(i) ? view(i).data() - elements.data() : VectorState::kElsewhere;
    vector.count = view(i).size();
  }
  return state;
}

Outcome Subject::outcome(const Answer& answer) const {
  Outcome outcome{answer, {}, {}, text_};
  const auto bytes = produced_bytes();
  outcome.bytes.assign(bytes.begin(), bytes.end());
  for (const iovec& entry : produced_elements()) outcome.elements.push_back(extent_of(entry));
  return outcome;
}

}  // namespace lockstep
