// Laws: what must hold between operations of the library whatever the model says. They judge both.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
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

RC_GTEST_PROP(Law, UndoAfterADiscardRestoresEverything, ()) {
  Laid laid(some_lengths());
  const std::vector<iovec> before = laid.elements;
  std::span<iovec> view = laid.view();
  const std::size_t bytes = up_to(laid.size() + 2);
  iov::UndoRecord record;
  const bool front = *rc::gen::arbitrary<bool>();
  front ? iov::discard_front(view, bytes, &record) : iov::discard_back(view, bytes, &record);
  iov::undo(view, record);
  RC_ASSERT(view.data() == laid.elements.data());
  RC_ASSERT(same(view, before));
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
  RC_ASSERT(same(view, before));
}

RC_GTEST_PROP(Law, SizeBeforeIsSizeAfterPlusDiscarded, ()) {
  Laid laid(some_lengths());
  std::span<iovec> view = laid.view();
  const std::size_t bytes = up_to(laid.size() + 2);
  const bool front = *rc::gen::arbitrary<bool>();
  const std::size_t discarded = front ? iov::discard_front(view, bytes) : iov::discard_back(view, bytes);
  RC_ASSERT(discarded == std::min(bytes, laid.size()));
  RC_ASSERT(iov::size(view) + discarded == laid.size());
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

RC_GTEST_PROP(Law, ACopyReadsAsTheRangeItDescribes, ()) {
  Laid laid(some_lengths());
  const std::size_t offset = up_to(laid.size());
  const std::size_t bytes = up_to(laid.size() + 2);
  std::vector<iovec> described(laid.elements.size() + 1);
  described.resize(iov::copy(described, laid.view(), offset, bytes));
  std::vector<std::byte> expected(std::min(bytes, laid.size() - offset));
  iov::to_buf(laid.view(), offset, expected);
  RC_ASSERT(content(described) == expected);
  RC_ASSERT(std::all_of(described.begin(), described.end(), [](const iovec& element) { return element.iov_len > 0; }));
}

RC_GTEST_PROP(Law, DiscardingIsTheSameAsCopyingTheRest, ()) {
  Laid laid(some_lengths());
  const std::size_t front = up_to(laid.size());
  std::vector<iovec> described(laid.elements.size() + 1);
  described.resize(iov::copy(described, laid.view(), front, SIZE_MAX));
  std::span<iovec> view = laid.view();
  iov::discard_front(view, front);
  RC_ASSERT(content(view) == content(described));
}

RC_GTEST_PROP(Law, AVectorBuiltOneByOneEqualsOneBuiltAtOnce, ()) {
  Laid laid(some_lengths());
  iov::IoVector one_by_one;
  for (const iovec& element : laid.elements) one_by_one.add(element.iov_base, element.iov_len);
  const iov::IoVector at_once(laid.view());
  RC_ASSERT(same(one_by_one.elements(), at_once.elements()));
  RC_ASSERT(at_once.size() == laid.size());
  RC_ASSERT(one_by_one.size() == laid.size());
}

}  // namespace
