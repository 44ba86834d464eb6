// SPDX-License-Identifier: Apache-2.0
#include "lockstep/sides/actual.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <exception>
#include <iterator>
#include <utility>

// The harness may be compiled without AddressSanitizer beside an implementation that has it, so it is the executable
// that has these, or not.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the sanitizer has named them
extern "C" {
[[gnu::weak]] void __asan_poison_memory_region(const volatile void* start, std::size_t bytes);
[[gnu::weak]] void __asan_unpoison_memory_region(const volatile void* start, std::size_t bytes);

/// Keeps freed memory unused for some programs only, and 12 frames of who allocated and freed it: the usual 256 MB and
/// 30 frames made a search take half as long again. Not weak: clang's runtime has a weak one, which would be linked.
const char* __asan_default_options() { return "quarantine_size_mb=4:malloc_context_size=12"; }
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

namespace lockstep {
namespace {

/// Where there is AddressSanitizer. Not called by name: OSS-Fuzz takes such calls for a build that has it.
void mark(void (*how)(const volatile void*, std::size_t), const void* start, std::size_t bytes) {
  void (*volatile hidden)(const volatile void*, std::size_t) = how;
  if (const auto function = hidden) function(start, bytes);
}

void poison(const void* start, std::size_t bytes) { mark(__asan_poison_memory_region, start, bytes); }

void unpoison(const void* start, std::size_t bytes) { mark(__asan_unpoison_memory_region, start, bytes); }

// Entries of destination arrays before they are written.
constexpr auto kUntouchedLength = static_cast<std::size_t>(0xfeedfacefeedface);

/// Elements that an implementation claims need not be there. The kernel reads them, and stops where there is no memory;
/// where it may not, as in some containers, they are read as they are.
std::vector<iovec> read_claimed(std::span<const iovec> claimed) {
  std::vector<iovec> elements(claimed.size());
  const iovec to = {elements.data(), claimed.size_bytes()};
  const iovec from = {const_cast<iovec*>(claimed.data()), claimed.size_bytes()};
  const ssize_t bytes = claimed.empty() ? 0 : process_vm_readv(getpid(), &to, 1, &from, 1, 0);
  if (bytes < 0 && errno != EFAULT) return {claimed.begin(), claimed.end()};
  elements.resize(bytes < 0 ? 0 : static_cast<std::size_t>(bytes) / sizeof(iovec));
  return elements;
}

}  // namespace

Actual::Actual(const Implementation& implementation)
    : implementation_(&implementation), own_({Arena::Kind::shared, kMaxArenaBytes}) {
  elements_.reserve(arena_.most_elements());
}

Actual::~Actual() {
  try {
    destroy_vectors();
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is no program to tell it of
  }
}

void Actual::destroy_vectors() {
  end_step();
  std::exception_ptr thrown;
  for (Slot& slot : slots_) {
    try {
      slot.is_made = false;
      if (slot.handle != nullptr) implementation_->destroy(std::exchange(slot.handle, nullptr));
    } catch (...) {
      thrown = std::current_exception();
    }
  }
  if (thrown) std::rethrow_exception(thrown);
}

void Actual::reset(Arena arena) {
  destroy_vectors();
  if ((arena.kind == Arena::Kind::large) != (arena_.kind == Arena::Kind::large)) {
    std::swap(own_, spare_);
    if (own_.memory.empty()) own_ = Buffers(arena);
  }
  std::memset(own_.memory.data(), kOutside, kGuardBytes);
  std::memcpy(own_.memory.data() + kGuardBytes, first_content(arena).data(), arena.bytes);
  std::memset(own_.memory.data() + kGuardBytes + arena.bytes, kOutside, kGuardBytes);
  arena_ = arena;
  for (Slot& slot : slots_) slot.laid.clear();
  for (std::uint8_t i = 0; i < Vec::count; ++i) array_changed(Vec{i});
}

void Actual::make_vectors(const Operation& operation) {
  for_each_vector(operation, [this](Vec vec) {
    if (slot(vec).is_made || !is_owned(vec)) return;
    slot(vec).handle = implementation_->create();
    slot(vec).is_made = true;
    view_all(vec);
  });
}

void Actual::begin_step(std::size_t step, std::size_t view_bytes) {
  step_ = step;
  view_bytes_ = view_bytes;
  produced_bytes_ = 0;
  produced_elements_ = 0;
  has_buffer_ = false;
  text_.clear();
  if (arena_.kind != Arena::Kind::exact) return;
  poison(own_.memory.data(), kGuardBytes + arena_.bytes + kGuardBytes);
}

void Actual::allow(const model::Vector& operand) {
  if (arena_.kind != Arena::Kind::exact) return;
  for (std::size_t i = operand.start; i < operand.start + operand.count; ++i) {
    const model::Element& element = operand.array[i];
    if (!element.bytes.empty())
      unpoison(own_.memory.data() + kGuardBytes + element.bytes.front(), element.bytes.size());
  }
}

void Actual::end_step() {
  if (arena_.kind != Arena::Kind::exact) return;
  unpoison(own_.memory.data(), kGuardBytes + arena_.bytes + kGuardBytes);
  if (has_buffer_) unpoison(own_.linear.data(), own_.linear.size());
  if (produced_elements_ > 0) unpoison(own_.destination.data(), own_.destination.size() * sizeof(iovec));
}

void Actual::view_all(Vec vec) {
  // Not lent before an operation needs to write, so that it shows whether a vector that stores its size stores the
  // right one.
  const std::span<const iovec> elements = array(vec.index);
  slot(vec).view = {const_cast<iovec*>(elements.data()), elements.size()};
}

void Actual::array_changed(Vec vec) {
  view_all(vec);
  forget_records(vec);
}

void Actual::look_again() {
  for (std::uint8_t i = 0; i < Vec::count; ++i) array_changed(Vec{i});
}

Span<iovec>& Actual::lent_view(Vec vec) {
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
  return arena_.is_backed() ? pointer(buffer.place(arena_)) : reinterpret_cast<void*>(buffer.address());
}

iovec Actual::element(const Piece& piece) const {
  if (arena_.is_backed()) return {pointer(piece.address(arena_)), piece.bytes(arena_)};
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
  assert(length + kBehind <= own_.linear.size());
  has_buffer_ = true;
  if (is_written) std::memcpy(own_.linear.data(), written_content(arena_, step_).data(), length);
  if (!is_written) std::memset(own_.linear.data(), kUnwritten, produced_bytes_ = length + kBehind);
  if (arena_.kind == Arena::Kind::exact) poison(own_.linear.data() + length, own_.linear.size() - length);
  return {reinterpret_cast<std::byte*>(own_.linear.data()), length};
}

std::span<iovec> Actual::destination(std::size_t capacity) {
  produced_elements_ = capacity + 1;
  std::fill_n(own_.destination.begin(), produced_elements_, iovec{own_.memory.data(), kUntouchedLength});
  if (arena_.kind == Arena::Kind::exact)
    poison(own_.destination.data() + capacity, (own_.destination.size() - capacity) * sizeof(iovec));
  return {own_.destination.data(), capacity};
}

bool Actual::is_untouched(const iovec& entry) const {
  return entry.iov_len == kUntouchedLength && entry.iov_base == own_.memory.data();
}

bool Actual::guard_bytes_are_intact() const {
  // All of them, and by no function of the C library: AddressSanitizer would ask about each range before.
  const std::uint8_t* const behind = own_.memory.data() + kGuardBytes + arena_.bytes;
  std::uint8_t changed = 0;
  for (std::size_t i = 0; i < kGuardBytes; ++i)
    changed = static_cast<std::uint8_t>(changed | (own_.memory[i] ^ kOutside) | (behind[i] ^ kOutside));
  return changed == 0;
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
    for (const iovec& element : read_claimed(elements.first(std::min(elements.size(), most))))
      vector.array.push_back(state_of(element));
    // The place of a view outside the array differs from run to run, so it is left out.
    vector.start = view_is_inside(i) ? view(i).data() - elements.data() : VectorState::kElsewhere;
    vector.count = view(i).size();
    if (implementation_->deviations.empty_elements_do_not_count) drop_empty(vector);
    if (implementation_->deviations.has_own_memory) vector = {{}, 0, 0, content(view(i), arena_.most_vector_bytes())};
  }
  return state;
}

std::vector<std::uint8_t> Actual::content(std::span<const iovec> elements, std::size_t most) const {
  std::vector<std::uint8_t> bytes;
  for (const iovec& element : elements) {
    if (element.iov_len > most - bytes.size() || is_untouched(element)) {
      bytes.resize(most + 1);
      break;
    }
    const auto* const begin = static_cast<const std::uint8_t*>(element.iov_base);
    bytes.insert(bytes.end(), begin, begin + element.iov_len);
  }
  return bytes;
}

Observation Actual::observe(const Result& result, bool has_value) const {
  Observation observation{result, has_value, {}, {}, text_, {}, {}};
  const auto bytes = produced_bytes();
  observation.bytes.assign(bytes.begin(), bytes.end());
  if (implementation_->deviations.has_own_memory && produced_elements_ > 0) {
    const auto described = produced_elements().first(std::min(result.value, produced_elements_));
    observation.bytes = content(described, arena_.most_vector_bytes());
    return observation;
  }
  for (const iovec& entry : produced_elements()) observation.elements.push_back(state_of(entry));
  return observation;
}

}  // namespace lockstep
