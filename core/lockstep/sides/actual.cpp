#include "lockstep/sides/actual.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <iterator>

#include "lockstep/sides/address_sanitizer.h"

// LOCKSTEP_POISONS is set for a harness that is not sanitized itself, beside an implementation that is.
#if HAS_ADDRESS_SANITIZER || LOCKSTEP_POISONS
#include <sanitizer/asan_interface.h>

/// Keeps freed memory unused for some programs. The usual 256 MB are a quarter of the time of a search.
extern "C" __attribute__((weak)) const char* __asan_default_options() { return "quarantine_size_mb=16"; }
#endif

namespace lockstep {
namespace {

#if HAS_ADDRESS_SANITIZER || LOCKSTEP_POISONS
void poison(const void* start, std::size_t bytes) { __asan_poison_memory_region(start, bytes); }
void unpoison(const void* start, std::size_t bytes) { __asan_unpoison_memory_region(start, bytes); }
#else
void poison(const void*, std::size_t) {}
void unpoison(const void*, std::size_t) {}
#endif

// Entries of destination arrays before they are written.
constexpr auto kUntouchedLength = static_cast<std::size_t>(0xfeedfacefeedface);

}  // namespace

Actual::Actual(const Implementation& implementation)
    : implementation_(&implementation),
      memory_(kMaxArenaBytes + 2 * kGuardBytes, kOutside),
      buffer_(kMaxVectorBytes + kMaxArenaBytes + 2 * kBehind, kUnwritten),
      destination_(kMaxElements + 1) {
  elements_.reserve(kMaxElements);
}

Actual::~Actual() {
  end_step();
  for (Slot& slot : slots_)
    if (slot.handle != nullptr) implementation_->destroy(slot.handle);
}

void Actual::reset(Arena arena) {
  end_step();
  std::memset(memory_.data(), kOutside, kGuardBytes);
  std::memcpy(memory_.data() + kGuardBytes, kContent.data(), arena.bytes);
  std::memset(memory_.data() + kGuardBytes + arena.bytes, kOutside, kGuardBytes);
  arena_ = arena;
  for (Slot& slot : slots_) {
    if (slot.handle != nullptr) implementation_->destroy(slot.handle);
    slot.handle = implementation_->create();
    slot.laid.clear();
  }
  for (std::uint8_t i = 0; i < Vec::count; ++i) array_changed(Vec{i});
}

void Actual::begin_step(std::size_t step, std::size_t view_bytes) {
  step_ = step;
  view_bytes_ = view_bytes;
  produced_bytes_ = 0;
  produced_elements_ = 0;
  text_.clear();
  if (arena_.kind != Arena::Kind::exact) return;
  poison(memory_.data(), kGuardBytes + arena_.bytes + kGuardBytes);
}

void Actual::allow(const model::Vector& operand) {
  if (arena_.kind != Arena::Kind::exact) return;
  for (std::size_t i = operand.start; i < operand.start + operand.count; ++i) {
    const model::Element& element = operand.array[i];
    if (!element.bytes.empty()) unpoison(memory_.data() + kGuardBytes + element.bytes.front(), element.bytes.size());
  }
}

void Actual::end_step() {
  if (arena_.kind != Arena::Kind::exact) return;
  unpoison(memory_.data(), kGuardBytes + arena_.bytes + kGuardBytes);
  unpoison(buffer_.data(), buffer_.size());
  unpoison(destination_.data(), destination_.size() * sizeof(iovec));
}

void Actual::array_changed(Vec vec) {
  // Not lent before an operation needs to write, so that it shows whether a vector that stores its size stores the
  // right one.
  const std::span<const iovec> elements = array(vec.index);
  slot(vec).view = {const_cast<iovec*>(elements.data()), elements.size()};
  forget_records(vec);
}

std::span<iovec>& Actual::lent_view(Vec vec) {
  if (is_owned(vec)) static_cast<void>(implementation_->elements(slot(vec).handle));
  return slot(vec).view;
}

bool Actual::view_is_inside(std::size_t vec) const {
  // Pointers of a broken implementation may point anywhere, so they are compared as integers.
  const std::span<const iovec> elements = array(vec);
  const auto first = reinterpret_cast<std::uintptr_t>(elements.data());
  const auto start = reinterpret_cast<std::uintptr_t>(slots_[vec].view.data());
  if (start < first || start - first > elements.size_bytes() || (start - first) % sizeof(iovec) != 0) return false;
  return slots_[vec].view.size() <= elements.size() - (start - first) / sizeof(iovec);
}

void* Actual::pointer(const BufferBase& buffer) const {
  return arena_.is_backed() ? pointer(buffer.base) : reinterpret_cast<void*>(buffer.address());
}

iovec Actual::element(const Piece& piece) const {
  if (arena_.is_backed()) return {pointer(piece.address()), piece.length};
  const model::extents::Extent extent = piece.extent();
  return {reinterpret_cast<void*>(extent.base), extent.length};
}

std::span<const iovec> Actual::elements(std::span<const Piece> pieces) {
  elements_.clear();
  for (const Piece& piece : pieces) elements_.push_back(element(piece));
  return elements_;
}

std::span<std::byte> Actual::buffer(std::size_t bytes, bool is_written) {
  const std::size_t length = buffer_length(bytes, view_bytes_);
  assert(length + kBehind <= buffer_.size());
  if (is_written) std::memcpy(buffer_.data(), written_content(step_), length);
  if (!is_written) std::memset(buffer_.data(), kUnwritten, produced_bytes_ = length + kBehind);
  if (arena_.kind == Arena::Kind::exact) poison(buffer_.data() + length, buffer_.size() - length);
  return {reinterpret_cast<std::byte*>(buffer_.data()), length};
}

std::span<iovec> Actual::destination(std::size_t capacity) {
  produced_elements_ = capacity + 1;
  std::fill_n(destination_.begin(), produced_elements_, iovec{memory_.data(), kUntouchedLength});
  if (arena_.kind == Arena::Kind::exact)
    poison(destination_.data() + capacity, (destination_.size() - capacity) * sizeof(iovec));
  return {destination_.data(), capacity};
}

bool Actual::is_untouched(const iovec& entry) const {
  return entry.iov_len == kUntouchedLength && entry.iov_base == memory_.data();
}

bool Actual::guard_bytes_are_intact() const {
  static constexpr auto expected = [] {
    std::array<std::uint8_t, kGuardBytes> bytes{};
    bytes.fill(kOutside);
    return bytes;
  }();
  return std::memcmp(memory_.data(), expected.data(), kGuardBytes) == 0 &&
         std::memcmp(memory_.data() + kGuardBytes + arena_.bytes, expected.data(), kGuardBytes) == 0;
}

ElementState Actual::state_of(const iovec& element) const {
  using Base = ElementState::Base;
  if (is_untouched(element)) return {Base::untouched, 0, 0};
  const auto base = reinterpret_cast<std::uintptr_t>(element.iov_base);
  if (!arena_.is_backed()) return lockstep::state_of(model::extents::Extent{base, element.iov_len});
  const auto arena = reinterpret_cast<std::uintptr_t>(memory());
  if (base == 0) return {Base::null, 0, element.iov_len};
  if (base == kWildPointer) return {Base::wild, 0, element.iov_len};
  if (base < arena || base - arena > arena_.bytes) return {Base::unknown, 0, element.iov_len};
  return {Base::at, base - arena, element.iov_len};
}

State Actual::state(std::size_t most) const {
  State state;
  state.memory.assign(memory(), memory() + arena_.bytes);
  for (std::size_t i = 0; i < Vec::count; ++i) {
    VectorState& vector = state.vectors[i];
    const std::span<const iovec> elements = array(i);
    for (std::size_t e = 0; e < std::min(elements.size(), most); ++e) vector.array.push_back(state_of(elements[e]));
    // The place of a view outside the array differs from run to run, so it is left out.
    vector.start = view_is_inside(i) ? view(i).data() - elements.data() : VectorState::kElsewhere;
    vector.count = view(i).size();
  }
  return state;
}

Observation Actual::observe(const Result& result, bool has_value) const {
  Observation observation{result, has_value, {}, {}, text_, {}, {}};
  const auto bytes = produced_bytes();
  observation.bytes.assign(bytes.begin(), bytes.end());
  for (const iovec& entry : produced_elements()) observation.elements.push_back(state_of(entry));
  return observation;
}

}  // namespace lockstep
