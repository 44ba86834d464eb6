// SPDX-License-Identifier: Apache-2.0
#include "deviating.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "altered.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using I = Implementation;
using View = Span<const iovec>;
using Elements = Span<iovec>;

std::size_t size_of(View view) { return ours().size(view).value; }

void add_empty(void* vector) { ours().add(vector, nullptr, 0); }

Implementation answers_0_past_the_end() {
  const auto or_0 = [](Result& result, auto&...) {
    if (result.rejection == Rejection::out_of_range) result = {};
  };
  Implementation table = altered<&I::from_buf>(ours(), or_0);
  table = altered<&I::to_buf>(table, or_0);
  table = altered<&I::fill>(table, or_0);
  table = altered<&I::copy>(table, or_0);
  table = altered<&I::concat>(table, or_0);
  return altered<&I::slice_count>(table, [](Result& result, View view, std::size_t offset, std::size_t) {
    if (offset > size_of(view)) result = {};
  });
}

Implementation drops_empty_elements() {
  const auto without_empty = [](Result& result, void* vector, auto&...) {
    if (result.rejection != Rejection::none) return;
    const View elements = ours().look(vector);
    std::vector<iovec> kept(elements.begin(), elements.end());
    std::erase_if(kept, [](const iovec& element) { return element.iov_len == 0; });
    result = ours().assign(vector, kept);
  };
  const Implementation table = altered<&I::extended>(altered<&I::slice>(ours(), without_empty), without_empty);
  return altered<&I::slice_count>(table, [](Result& count, View view, std::size_t offset, std::size_t bytes) {
    if (count.rejection != Rejection::none || bytes == 0) return;
    std::vector<iovec> kept(view.size() + 1);
    count = ours().copy(kept, view, offset, bytes);
  });
}

Implementation undoes_the_element_only() {
  Implementation table = ours();
  table.undo = [](Elements& view, UndoStorage& record) {
    Elements all = view;
    ours().undo(all, record);
  };
  return table;
}

struct Range {
  std::size_t offset;
  std::size_t bytes;
};

Range cut(View view, std::size_t offset, std::size_t bytes) {
  const std::size_t size = size_of(view);
  const std::size_t start = std::min(offset, size);
  return {start, std::min(bytes, size - start)};
}

template <auto entry>
constexpr auto kCut = [](View view, std::size_t offset, std::size_t bytes) -> Result {
  const Range range = cut(view, offset, bytes);
  return (ours().*entry)(view, range.offset, range.bytes);
};

template <auto entry>
constexpr auto kCutTransfer =
    [](Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) -> Result {
  const Range range = cut(view, offset, bytes);
  return (ours().*entry)(kernel, view, range.offset, range.bytes, status);
};

Implementation cuts_ranges() {
  Implementation table = answers_0_past_the_end();
  table.slice_count = kCut<&I::slice_count>;
  table.is_zero = kCut<&I::is_zero>;
  table.send = kCutTransfer<&I::send>;
  table.recv = kCutTransfer<&I::recv>;
  table.slice = [](void* vector, View source, std::size_t offset, std::size_t bytes) {
    const Range range = cut(source, offset, bytes);
    return ours().slice(vector, source, range.offset, range.bytes);
  };
  table.extended = [](void* vector, const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                      const iovec& tail, std::size_t limit) {
    const Range range = mid ? cut(*mid, offset, bytes) : Range{offset, bytes};
    return ours().extended(vector, head, mid, range.offset, range.bytes, tail, limit);
  };
  return table;
}

Implementation refuses_what_does_not_fit() {
  Implementation table = ours();
  table.from_buf = [](View view, std::size_t offset, Span<const std::byte> data) -> Result {
    const Range range = cut(view, offset, data.size());
    if (range.offset != offset || range.bytes != data.size()) return {0, Rejection::out_of_range};
    return ours().from_buf(view, offset, data);
  };
  return table;
}

/// Leaves some empty elements out, and brings others in.
Implementation does_not_count_empty_elements() {
  Implementation table = ours();
  table.add = [](void* vector, void* base, std::size_t length) -> Result {
    return length == 0 ? Result{} : ours().add(vector, base, length);
  };
  table = altered<&I::slice>(table, [](Result& result, void* vector, auto&...) {
    if (result.rejection == Rejection::none) add_empty(vector);
  });
  table = altered<&I::concat>(table, [](Result& result, void* vector, auto&...) {
    if (result.rejection == Rejection::none) add_empty(vector);
  });
  table = altered<&I::copy>(table, [](Result& result, Elements destination, auto&...) {
    if (result.rejection == Rejection::none && result.value < destination.size())
      destination[result.value++] = iovec{nullptr, 0};
  });
  table.send = [](Kernel& kernel, View view, std::size_t offset, std::size_t bytes, TransferStatus& status) {
    return ours().send(kernel, view, offset, bytes, status);
  };
  return table;
}

struct Trim {
  Elements before;
  iovec* element;
  iovec was;
  bool is_used;
};

/// The last element that is left is trimmed, and kept even where it has no bytes then.
template <bool front>
Result discard_all_but_one(Elements& view, std::size_t bytes, UndoStorage* storage) {
  Trim trim = {view, nullptr, {}, true};
  std::size_t left = bytes;
  while (!view.empty()) {
    iovec& element = front ? view.front() : view.back();
    if (view.size() == 1 || element.iov_len > left) {
      trim.element = &element;
      trim.was = element;
      const std::size_t length = std::min(element.iov_len, left);
      if (front && length > 0) element.iov_base = static_cast<std::byte*>(element.iov_base) + length;
      element.iov_len -= length;
      left -= length;
      break;
    }
    left -= element.iov_len;
    view = front ? view.subspan(1) : view.first(view.size() - 1);
  }
  if (storage != nullptr) std::memcpy(storage->bytes, &trim, sizeof trim);
  return {bytes - left};
}

Implementation keeps_one_element() {
  Implementation table = ours();
  table.discard_front = discard_all_but_one<true>;
  table.discard_back = discard_all_but_one<false>;
  table.undo = [](Elements& view, UndoStorage& storage) {
    Trim trim;
    std::memcpy(&trim, storage.bytes, sizeof trim);
    if (!trim.is_used) return;
    if (trim.element != nullptr) *trim.element = trim.was;
    view = trim.before;
  };
  table.vector_discard_back = [](void* vector, std::size_t bytes) -> Result {
    const View elements = ours().look(vector);
    if (elements.empty() || bytes != size_of(elements)) return ours().vector_discard_back(vector, bytes);
    const iovec first = {elements.front().iov_base, 0};
    return ours().assign(vector, {&first, 1});
  };
  return table;
}

// ---- Memory of its own: a vector is a string.

struct Text {
  std::string bytes;
  iovec whole;
};

Text& text_of(void* vector) { return *static_cast<Text*>(vector); }

std::string bytes_of(View view, std::size_t offset = 0, std::size_t most = SIZE_MAX) {
  std::string bytes(std::min(most, size_of(view) - std::min(offset, size_of(view))), '\0');
  ours().to_buf(view, offset, std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

std::string bytes_of(const iovec& element) { return bytes_of(View(&element, 1)); }

Elements elements_of(void* vector) {
  Text& text = text_of(vector);
  text.whole = {text.bytes.data(), text.bytes.size()};
  return {&text.whole, text.bytes.empty() ? 0u : 1u};
}

Result replace(void* vector, std::string bytes) {
  text_of(vector).bytes = std::move(bytes);
  return {};
}

/// Which range of the text it is, or why none.
Result outside(std::size_t size, std::size_t offset, std::size_t bytes) {
  return {0, offset > size || bytes > size - offset ? Rejection::out_of_range : Rejection::none};
}

void make_texts(Implementation& table) {
  table.create = []() -> void* { return new Text; };
  table.destroy = [](void* vector) { delete static_cast<Text*>(vector); };
  table.elements = elements_of;
  table.look = nullptr;
  table.assign = [](void* vector, View elements) { return replace(vector, bytes_of(elements)); };
  table.add = [](void* vector, void* base, std::size_t length) {
    return replace(vector, text_of(vector).bytes + bytes_of(iovec{base, length}));
  };
  table.add_many = [](void* vector, View elements) {
    return replace(vector, text_of(vector).bytes + bytes_of(elements));
  };
  table.vector_size = [](void* vector) -> Result { return {text_of(vector).bytes.size()}; };
  table.with_capacity = [](void* vector, std::size_t) { return replace(vector, ""); };
  table.from_buffer = [](void* vector, void* base, std::size_t length) {
    return replace(vector, bytes_of(iovec{base, length}));
  };
  table.reset = [](void* vector) { return replace(vector, ""); };
  table.release = [](void* vector) { replace(vector, ""); };
  table.copy_vector = [](void* vector, void* source) { return replace(vector, text_of(source).bytes); };
  table.move_vector = [](void* vector, void* source) {
    const std::string bytes = text_of(source).bytes;
    replace(source, "");
    return replace(vector, bytes);
  };
  table.split = [](void* vector, void* source, std::size_t offset) -> Result {
    const std::string bytes = text_of(source).bytes;
    if (offset > bytes.size()) return {0, Rejection::out_of_range};
    replace(source, bytes.substr(0, offset));
    return replace(vector, bytes.substr(offset));
  };
  table.vector_discard_back = [](void* vector, std::size_t bytes) -> Result {
    std::string& text = text_of(vector).bytes;
    if (bytes > text.size()) return {0, Rejection::out_of_range};
    text.resize(text.size() - bytes);
    return {};
  };
  table.extended = [](void* vector, const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                      const iovec& tail, std::size_t) -> Result {
    std::size_t sum = 0;
    for (const std::size_t length : {head.iov_len, bytes, tail.iov_len})
      if (__builtin_add_overflow(sum, length, &sum)) return {0, Rejection::length_error};
    if (bytes > 0 && !mid) return {0, Rejection::invalid_argument};
    const Result result = bytes > 0 ? outside(size_of(*mid), offset, bytes) : Result{};
    if (result.rejection != Rejection::none) return result;
    return replace(vector, bytes_of(head) + (bytes > 0 ? bytes_of(*mid, offset, bytes) : "") + bytes_of(tail));
  };
}

/// With functions on the vector itself.
Implementation has_own_memory() {
  Implementation table = ours();
  make_texts(table);
  for (auto* const entry : {&table.discard_front, &table.discard_back}) *entry = nullptr;
  table.undo = nullptr;
  table.concat = nullptr;
  table.slice = nullptr;
  OnVector& on_vector = table.on_vector;
  on_vector.size = table.vector_size;
  on_vector.from_buf = [](void* vector, std::size_t offset, Span<const std::byte> data) {
    return ours().from_buf(elements_of(vector), offset, data);
  };
  on_vector.to_buf = [](void* vector, std::size_t offset, Span<std::byte> data) {
    return ours().to_buf(elements_of(vector), offset, data);
  };
  on_vector.fill = [](void* vector, std::size_t offset, std::byte value, std::size_t bytes) {
    return ours().fill(elements_of(vector), offset, value, bytes);
  };
  on_vector.copy = [](Elements destination, void* vector, std::size_t offset, std::size_t bytes) {
    return ours().copy(destination, elements_of(vector), offset, bytes);
  };
  on_vector.concat = [](void* vector, void* source, std::size_t offset, std::size_t bytes) -> Result {
    const std::string& text = text_of(source).bytes;
    if (bytes == 0) return {};
    if (offset > text.size()) return {0, Rejection::out_of_range};
    const std::string appended = text.substr(offset, bytes);
    text_of(vector).bytes += appended;
    return {appended.size()};
  };
  on_vector.slice = [](void* vector, void* source, std::size_t offset, std::size_t bytes) -> Result {
    const Result result = outside(text_of(source).bytes.size(), offset, bytes);
    if (result.rejection == Rejection::none) replace(vector, text_of(source).bytes.substr(offset, bytes));
    return result;
  };
  on_vector.discard_front = [](void* vector, std::size_t bytes) -> Result {
    std::string& text = text_of(vector).bytes;
    const std::size_t gone = std::min(bytes, text.size());
    text.erase(0, gone);
    return {gone};
  };
  on_vector.discard_back = [](void* vector, std::size_t bytes) -> Result {
    std::string& text = text_of(vector).bytes;
    const std::size_t gone = std::min(bytes, text.size());
    text.resize(text.size() - gone);
    return {gone};
  };
  return table;
}

}  // namespace

std::vector<Deviating> deviating() {
  return {
      {answers_0_past_the_end(), &Deviations::past_end_answers_0, "past the end answers 0"},
      {cuts_ranges(), &Deviations::ranges_are_cut, "ranges are cut at the end"},
      {refuses_what_does_not_fit(), &Deviations::from_buf_must_fit, "from_buf rejects what does not fit"},
      {does_not_count_empty_elements(), &Deviations::empty_elements_do_not_count, "empty elements do not count", true},
      {keeps_one_element(), &Deviations::emptied_keeps_one_element,
       "what discards have emptied keeps one empty element"},
      {has_own_memory(), &Deviations::has_own_memory, "vectors have memory of their own"},
      {drops_empty_elements(), &Deviations::slices_drop_empty, "empty elements are dropped from slices"},
      {undoes_the_element_only(), &Deviations::undo_restores_element_only, "undo restores the element only"}};
}

}  // namespace lockstep
