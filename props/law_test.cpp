// SPDX-License-Identifier: Apache-2.0
// Laws: relations between operations of the library that hold whatever the model says. They test both.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <vector>

#include "iov/io_vector.h"
#include "iov/iov.h"

namespace {

/// A vector of non-overlapping elements with memory of its own, every byte different from its neighbours.
struct Laid {
  std::vector<std::size_t> lengths;
  std::vector<std::byte> memory;
  std::vector<iovec> elements;

  explicit Laid(const std::vector<std::size_t>& lengths_) : lengths(lengths_) {
    const std::size_t gap = 3;
    memory.resize(std::accumulate(lengths.begin(), lengths.end(), gap * (lengths.size() + 1)));
    for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::byte>(i % 251);
    std::size_t at = gap;
    for (const std::size_t length : lengths) {
      elements.push_back({memory.data() + at, length});
      at += length + gap;
    }
  }
  std::span<iovec> view() { return elements; }
  std::size_t size() const { return std::accumulate(lengths.begin(), lengths.end(), std::size_t{0}); }
};

std::vector<std::size_t> some_lengths() {
  return *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::weightedOneOf<std::size_t>({{8, rc::gen::inRange<std::size_t>(0, 5)},
                                           {2, rc::gen::inRange<std::size_t>(0, 70)},
                                           {1, rc::gen::element<std::size_t>(255, 256, 257, 4096)}}));
}

std::size_t up_to(std::size_t most) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, most + 1));
}

bool same(std::span<const iovec> a, std::span<const iovec> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const iovec& x, const iovec& y) { return x.iov_base == y.iov_base && x.iov_len == y.iov_len; });
}

std::vector<std::byte> content(std::span<const iovec> v) {
  std::vector<std::byte> bytes(iov::size(v));
  iov::to_buf(v, 0, bytes);
  return bytes;
}

RC_GTEST_PROP(Law, RecordsUndoneInReverseOrderRestoreEverything, ()) {
  Laid laid(some_lengths());
  const std::vector<iovec> before = laid.elements;
  std::span<iovec> view = laid.view();
  std::vector<iov::UndoRecord> records(up_to(6));
  for (iov::UndoRecord& record : records) {
    const std::size_t bytes = up_to(laid.size() / 2 + 1);
    *rc::gen::arbitrary<bool>() ? iov::discard_front(view, bytes, &record) : iov::discard_back(view, bytes, &record);
  }
  for (auto record = records.rbegin(); record != records.rend(); ++record) iov::undo(view, *record);
  RC_ASSERT(view.data() == laid.elements.data());
  RC_ASSERT(same(view, before));
}

RC_GTEST_PROP(Law, ADiscardKeepsTheRestOfTheContent, ()) {
  Laid laid(some_lengths());
  std::vector<std::byte> expected = content(laid.view());
  std::span<iovec> view = laid.view();
  const std::size_t front = iov::discard_front(view, up_to(laid.size() + 1));
  const std::size_t back = iov::discard_back(view, up_to(laid.size() + 1));
  expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(front));
  expected.resize(expected.size() - back);
  RC_ASSERT(content(view) == expected);
}

RC_GTEST_PROP(Law, ToBufReadsWhatFromBufWrote, ()) {
  Laid laid(some_lengths());
  const std::size_t offset = up_to(laid.size());
  const auto data = *rc::gen::arbitrary<std::vector<unsigned char>>();
  const std::size_t written = iov::from_buf(laid.view(), offset, std::as_bytes(std::span(data)));
  RC_ASSERT(written == std::min(data.size(), laid.size() - offset));
  std::vector<std::byte> read(data.size(), std::byte{0xfe});
  RC_ASSERT(iov::to_buf(laid.view(), offset, read) == written);
  RC_ASSERT(std::equal(read.begin(), read.begin() + static_cast<std::ptrdiff_t>(written),
                       std::as_bytes(std::span(data)).begin()));
  RC_ASSERT(std::all_of(read.begin() + static_cast<std::ptrdiff_t>(written), read.end(),
                        [](std::byte byte) { return byte == std::byte{0xfe}; }));
}

RC_GTEST_PROP(Law, FillSetsTheRangeAndNothingElse, ()) {
  Laid laid(some_lengths());
  std::vector<std::byte> expected = content(laid.view());
  const std::size_t offset = up_to(laid.size());
  const std::size_t bytes = up_to(laid.size() + 2);
  const std::size_t filled = iov::fill(laid.view(), offset, std::byte{0xff}, bytes);
  RC_ASSERT(filled == std::min(bytes, laid.size() - offset));
  std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(offset), filled, std::byte{0xff});
  RC_ASSERT(content(laid.view()) == expected);
}

RC_GTEST_PROP(Law, WhatIsSplitIsWholeWhenConcatenated, ()) {
  Laid laid(some_lengths());
  iov::IoVector head(laid.view());
  const std::size_t offset = up_to(laid.size());
  iov::IoVector tail = head.split(offset);
  RC_ASSERT(head.size() == offset);
  RC_ASSERT(tail.size() == laid.size() - offset);
  head.concat(tail.elements(), 0, SIZE_MAX);
  RC_ASSERT(content(head.elements()) == content(laid.view()));
}

RC_GTEST_PROP(Law, ASliceOfASliceIsASlice, ()) {
  Laid laid(some_lengths());
  const std::size_t outer_offset = up_to(laid.size());
  const std::size_t outer_bytes = up_to(laid.size() - outer_offset);
  const std::size_t inner_offset = up_to(outer_bytes);
  const std::size_t inner_bytes = up_to(outer_bytes - inner_offset);
  const iov::IoVector outer = iov::slice(laid.view(), outer_offset, outer_bytes);
  const iov::IoVector inner = iov::slice(outer.elements(), inner_offset, inner_bytes);
  const iov::IoVector direct = iov::slice(laid.view(), outer_offset + inner_offset, inner_bytes);
  RC_ASSERT(same(inner.elements(), direct.elements()));
}

RC_GTEST_PROP(Law, ExtendedIsTheConcatOfItsParts, ()) {
  Laid laid(some_lengths());
  const std::size_t offset = up_to(laid.size());
  const std::size_t bytes = up_to(laid.size() - offset);
  std::array<std::byte, 4> head{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  std::array<std::byte, 4> tail{std::byte{5}, std::byte{6}, std::byte{7}, std::byte{8}};
  const iovec head_element = {head.data(), up_to(head.size())};
  const iovec tail_element = {tail.data(), up_to(tail.size())};
  const iov::IoVector extended = iov::extended(head_element, laid.view(), offset, bytes, tail_element);
  iov::IoVector parts;
  parts.concat({&head_element, 1}, 0, SIZE_MAX);
  parts.concat(laid.view(), offset, bytes);
  parts.concat({&tail_element, 1}, 0, SIZE_MAX);
  RC_ASSERT(extended.size() == parts.size());
  RC_ASSERT(content(extended.elements()) == content(parts.elements()));
}

RC_GTEST_PROP(Law, IsZeroAgreesWithReading, ()) {
  Laid laid(some_lengths());
  // Mostly zeros, with a byte that is not here and there.
  iov::fill(laid.view(), 0, std::byte{0}, SIZE_MAX);
  for (std::size_t marks = up_to(2); marks > 0 && laid.size() > 0; --marks)
    iov::fill(laid.view(), up_to(laid.size() - 1), std::byte{0x80}, 1);
  const std::size_t offset = up_to(laid.size());
  std::vector<std::byte> read(up_to(laid.size() - offset));
  iov::to_buf(laid.view(), offset, read);
  const bool zero = std::all_of(read.begin(), read.end(), [](std::byte byte) { return byte == std::byte{0}; });
  RC_CLASSIFY(zero, "zero");
  RC_ASSERT(iov::is_zero(laid.view(), offset, read.size()) == zero);
}

RC_GTEST_PROP(Law, FirstDifferenceIsSymmetricAndAgreesWithReading, ()) {
  Laid a(some_lengths());
  Laid b(some_lengths());
  // The same content in any segmentation, but for a byte here and there.
  for (Laid* laid : {&a, &b}) {
    std::vector<std::byte> bytes(laid->size());
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i % 251);
    iov::from_buf(laid->view(), 0, bytes);
  }
  for (std::size_t marks = up_to(2); marks > 0 && a.size() > 0; --marks)
    iov::fill(a.view(), up_to(a.size() - 1), std::byte{0xff}, 1);
  const auto difference = iov::first_difference(a.view(), b.view());
  RC_ASSERT(iov::first_difference(b.view(), a.view()) == difference);
  const std::vector<std::byte> in_a = content(a.view());
  const std::vector<std::byte> in_b = content(b.view());
  const auto expected = std::mismatch(in_a.begin(), in_a.end(), in_b.begin(), in_b.end()).first - in_a.begin();
  if (in_a == in_b) {
    RC_ASSERT(!difference);
  } else {
    RC_ASSERT(difference == static_cast<std::size_t>(expected));
  }
}

// Which is all there is to overlapping, touching and the order of addresses.
RC_GTEST_PROP(Law, AClonesBytesAreThoseOfItsSourceWithoutTheGaps, ()) {
  std::array<std::byte, 64> memory{};
  std::array<std::byte, 64> buffer{};
  std::vector<iovec> elements(up_to(6));
  for (iovec& element : elements) element = {memory.data() + up_to(memory.size() - 8), up_to(8)};
  iov::IoVector clone;
  clone.clone(elements, buffer);
  RC_ASSERT(clone.elements().size() == elements.size());
  const auto at = [](const iovec& element) { return static_cast<const std::byte*>(element.iov_base); };
  std::map<const std::byte*, const std::byte*> clone_of;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const iovec& cloned = clone.elements()[i];
    RC_ASSERT(cloned.iov_len == elements[i].iov_len);
    for (std::size_t byte = 0; byte < cloned.iov_len; ++byte)
      RC_ASSERT(clone_of.emplace(at(elements[i]) + byte, at(cloned) + byte).first->second == at(cloned) + byte);
  }
  const std::byte* next = buffer.data();
  for (const auto& [byte, cloned] : clone_of) RC_ASSERT(cloned == next++);
  RC_ASSERT(iov::clone_size(elements) == clone_of.size());
}

}  // namespace
