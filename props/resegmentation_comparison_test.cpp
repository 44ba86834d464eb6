// What the second oracle notices: an implementation that does something else the second time it is asked, which is when
// its vectors are resegmented, or the first time.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "lockstep/language/program.h"
#include "lockstep/oracles/resegmentation.h"
#include "lockstep/sides/scripted_kernel.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

int calls = 0;      // of the entry that deviates
int deviating = 0;  // which of them does

bool is_deviating() { return ++calls == deviating; }

/// The signature of what is found when the first or the second call deviates, or "".
std::string found(const std::string& text, const Implementation& implementation, int call,
                  Segmentation way = Segmentation::bytes) {
  calls = 0;
  deviating = call;
  const auto finding = ResegmentationOracle(implementation).judge(program_of(text), way);
  return finding ? finding->signature : "";
}

const std::string kBegin = "assign vec=a elements=0+2,2+2\nassign vec=c elements=4+2,6+2\n";

TEST(ResegmentationComparison, NoticesRejectionsAndValues) {
  Implementation table = ours();
  table.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) -> Result {
    const Result result = ours().fill(view, offset, value, bytes);
    return is_deviating() ? Result{result.value, Rejection::out_of_range} : result;
  };
  const std::string fill = kBegin + "fill vec=a offset=0 value=1 bytes=2\n";
  EXPECT_EQ(found(fill, table, 1), "fill: rejection when resegmented");
  EXPECT_EQ(found(fill, table, 2), "fill: rejection when resegmented");
  EXPECT_EQ(found(fill, table, 3), "");
  table.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) -> Result {
    const Result result = ours().fill(view, offset, value, bytes);
    return is_deviating() ? Result{result.value + 1, result.rejection} : result;
  };
  EXPECT_EQ(found(fill, table, 1), "fill: value when resegmented");
  EXPECT_EQ(found(fill, table, 2), "fill: value when resegmented");
}

// What a rejected call answers, or one that has no answer, is nobody's business here.
TEST(ResegmentationComparison, OverlooksValuesThatMeanNothing) {
  Implementation table = ours();
  table.fill = [](std::span<const iovec>, std::size_t, std::byte, std::size_t) -> Result {
    return {is_deviating() ? 7u : 0u, Rejection::out_of_range};
  };
  table.copy = [](std::span<iovec>, std::span<const iovec>, std::size_t, std::size_t) -> Result {
    return {is_deviating() ? 100'000u : 0u, Rejection::out_of_range};
  };
  table.assign = [](void* vector, std::span<const iovec> elements) -> Result {
    return {is_deviating() ? 7u : 0u, ours().assign(vector, elements).rejection};
  };
  for (const int call : {1, 2}) {
    EXPECT_EQ(found("fill vec=a offset=0 value=1 bytes=2\n", table, call), "");
    EXPECT_EQ(found("copy vec=a offset=0 bytes=2 capacity=1\n", table, call), "");
    EXPECT_EQ(found("assign vec=a elements=0+2,2+2\n", table, call), "");
  }
}

TEST(ResegmentationComparison, EndsAtTheFirstPieceThatIsRejected) {
  Implementation table = ours();
  table.add = [](void* vector, void* base, std::size_t length) -> Result {
    return is_deviating() ? Result{0, Rejection::length_error} : ours().add(vector, base, length);
  };
  EXPECT_EQ(found("add vec=a element=0+4\n", table, 3), "add: rejection when resegmented");
  EXPECT_EQ(calls, 3 + 5) << "one as it is, and two of four pieces; then all five again, for the report";
}

TEST(ResegmentationComparison, NoticesBytesAndText) {
  Implementation table = ours();
  table.to_buf = [](std::span<const iovec> view, std::size_t offset, std::span<std::byte> data) {
    const Result result = ours().to_buf(view, offset, data);
    if (is_deviating()) data.back() ^= std::byte{1};
    return result;
  };
  table.hexdump = [](std::span<const iovec> view, const std::string& prefix, std::size_t limit, std::string& text) {
    const Result result = ours().hexdump(view, prefix, limit, text);
    if (is_deviating()) text.back() = '!';
    return result;
  };
  for (const int call : {1, 2}) {
    EXPECT_EQ(found(kBegin + "to_buf vec=a offset=0 bytes=4\n", table, call), "to_buf: bytes when resegmented");
    EXPECT_EQ(found(kBegin + "hexdump vec=a limit=4\n", table, call), "hexdump: text when resegmented");
  }
}

TEST(ResegmentationComparison, NoticesEveryByteOfTheArena) {
  Implementation table = ours();
  table.fill = [](std::span<const iovec> view, std::size_t offset, std::byte value, std::size_t bytes) {
    return ours().fill(view, offset, is_deviating() ? value ^ std::byte{1} : value, bytes);
  };
  for (const int call : {1, 2}) {
    EXPECT_EQ(found("assign vec=a elements=0+1\nfill vec=a offset=0 value=7 bytes=1\n", table, call),
              "fill: memory when resegmented");
    EXPECT_EQ(found("assign vec=a elements=63+1\nfill vec=a offset=0 value=7 bytes=1\n", table, call),
              "fill: memory when resegmented");
  }
}

/// What becomes of the entries that copy describes, and how many more it claims.
void (*change_entry)(std::span<iovec>) = nullptr;
std::size_t more_entries = 0;

TEST(ResegmentationComparison, NoticesWhatACopyDescribes) {
  Implementation table = ours();
  table.copy = [](std::span<iovec> destination, std::span<const iovec> view, std::size_t offset, std::size_t bytes) {
    Result result = ours().copy(destination, view, offset, bytes);
    if (!is_deviating()) return result;
    change_entry(destination.first(result.value));
    result.value += more_entries;
    return result;
  };
  const std::string copy = kBegin + "copy vec=a offset=0 bytes=4 capacity=9\n";
  const auto nothing = [](std::span<iovec>) {};
  const std::vector<void (*)(std::span<iovec>)> changes = {
      [](std::span<iovec> entries) { entries.back().iov_len -= 1; },
      [](std::span<iovec> entries) { entries.back().iov_len += 1; },
      [](std::span<iovec> entries) { std::swap(entries.front(), entries.back()); },
      [](std::span<iovec> entries) { entries.front().iov_base = static_cast<char*>(entries.front().iov_base) + 1; },
      [](std::span<iovec> entries) { entries.back().iov_base = nullptr; },
  };
  for (const int call : {1, 2}) {
    more_entries = 0;
    change_entry = nothing;
    EXPECT_EQ(found(copy, table, call), "");
    for (const auto change : changes) {
      change_entry = change;
      EXPECT_EQ(found(copy, table, call), "copy: elements when resegmented");
    }
    change_entry = nothing;
    more_entries = 1;
    EXPECT_EQ(found(copy, table, call), "copy: elements when resegmented") << "an entry that was not written";
    more_entries = 100'000;
    EXPECT_EQ(found(copy, table, call), "copy: elements when resegmented") << "more than there are";
  }
}

/// What assign makes of the elements it is given.
void (*change_elements)(std::vector<iovec>&) = nullptr;

Implementation assigning(void (*change)(std::vector<iovec>&)) {
  change_elements = change;
  Implementation table = ours();
  table.assign = [](void* vector, std::span<const iovec> elements) {
    std::vector<iovec> made(elements.begin(), elements.end());
    if (is_deviating()) change_elements(made);
    return ours().assign(vector, made);
  };
  return table;
}

TEST(ResegmentationComparison, NoticesWhatAVectorDescribes) {
  for (const auto change : std::vector<void (*)(std::vector<iovec>&)>{
           [](std::vector<iovec>& made) { made.pop_back(); },
           [](std::vector<iovec>& made) { made.erase(made.begin()); },
           [](std::vector<iovec>& made) { made.push_back(made.back()); },
           [](std::vector<iovec>& made) { std::swap(made.front(), made.back()); },
           [](std::vector<iovec>& made) { made.back().iov_len += 1; },
           [](std::vector<iovec>& made) { made.back().iov_base = static_cast<char*>(made.back().iov_base) + 1; },
           [](std::vector<iovec>& made) { made.clear(); }}) {
    const Implementation table = assigning(change);
    for (const char vector : {'a', 'b', 'c'})
      for (const int call : {1, 2})
        EXPECT_EQ(found(std::string("assign vec=") + vector + " elements=0+2,2+2\n", table, call),
                  "assign: view when resegmented")
            << vector;
  }
}

TEST(ResegmentationComparison, IgnoresEmptyElementsAndHowBytesAreCut) {
  const Implementation table = assigning([](std::vector<iovec>& made) {
    made.insert(made.begin(), {nullptr, 0});
    made.push_back({reinterpret_cast<void*>(0x10), 0});
  });
  for (const int call : {1, 2}) EXPECT_EQ(found("assign vec=a elements=0+2,2+2\n", table, call), "");
  // Neither side's pieces are parts of the other's.
  const Implementation shifted = assigning([](std::vector<iovec>& made) {
    std::erase_if(made, [](const iovec& element) { return element.iov_len == 0; });
    made.front().iov_len -= 1;
    made.back() = {static_cast<char*>(made.back().iov_base) - 1, made.back().iov_len + 1};
  });
  for (const int call : {1, 2})
    EXPECT_EQ(found("assign vec=a elements=0+3,3+3\n", shifted, call, Segmentation::empties), "");
}

// Elements outside of the arena are wrong even where both sides have the same ones.
TEST(ResegmentationComparison, NoticesElementsOutsideTheArena) {
  for (const std::ptrdiff_t distance : {64, 65, 100'000, -1, -100'000}) {
    static std::ptrdiff_t by;
    by = distance;
    Implementation table = ours();
    table.assign = [](void* vector, std::span<const iovec> elements) {
      std::vector<iovec> made(elements.begin(), elements.end());
      for (iovec& element : made) element.iov_base = static_cast<char*>(element.iov_base) + by;
      return ours().assign(vector, made);
    };
    EXPECT_EQ(found("assign vec=a elements=0+1\n", table, 0), "assign: view when resegmented") << distance;
    if (distance >= 64) {
      by = 16384 + distance - 64;
      EXPECT_EQ(found("arena shared 16384\nassign vec=a elements=0+1\n", table, 0), "assign: view when resegmented")
          << by;
    }
  }
}

TEST(ResegmentationComparison, NoticesAViewOutsideTheVector) {
  Implementation table = ours();
  table.discard_front = [](std::span<iovec>& view, std::size_t bytes, UndoStorage* record) {
    const Result result = ours().discard_front(view, bytes, record);
    if (is_deviating()) view = {reinterpret_cast<iovec*>(16), 3};
    return result;
  };
  for (const char vector : {'a', 'c'})
    for (const int call : {1, 2})
      EXPECT_EQ(found(kBegin + "discard_front vec=" + vector + " bytes=1 record=none\n", table, call),
                "discard_front: view when resegmented");
}

/// Where a discard leaves its view, although it still describes the same bytes.
int wrong_view = 0;

TEST(ResegmentationComparison, NoticesAViewThatIsNotOfTheVectorThoughItDescribesTheSame) {
  static std::array<iovec, 8> elsewhere;
  // Memory of another kind: whatever the order of the two, one of these lies before the vector and one behind it.
  void* const mapped = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  static iovec* far_away;
  far_away = static_cast<iovec*>(mapped);
  Implementation table = ours();
  table.assign = [](void* vector, std::span<const iovec> elements) {
    // Room behind the elements, empty as long as nobody writes there.
    std::vector<iovec> more(elements.begin(), elements.end());
    more.resize(elements.size() + 4, {nullptr, 0});
    ours().assign(vector, more);
    return ours().assign(vector, elements);
  };
  table.discard_front = [](std::span<iovec>& view, std::size_t, UndoStorage*) -> Result {
    const std::size_t count = view.size();
    const auto moved_to = [&](void* place) {
      std::memmove(place, view.data(), view.size_bytes());
      view = {static_cast<iovec*>(place), count};
    };
    if (wrong_view == 0) moved_to(elsewhere.data());
    if (wrong_view == 1) moved_to(far_away);
    if (wrong_view == 4) moved_to(reinterpret_cast<char*>(view.data()) + sizeof(void*));  // between two elements
    if (wrong_view == 2) view = {view.data(), count + 1};
    if (wrong_view == 3) {
      view[0].iov_len = 0;
      view = {view.data() + 1, count};
    }
    return {0, Rejection::none};
  };
  for (wrong_view = 0; wrong_view < 5; ++wrong_view)
    EXPECT_EQ(found("assign vec=a elements=0+2,3+2\ndiscard_front vec=a bytes=0 record=none\n", table, 0,
                    Segmentation::empties),
              "discard_front: view when resegmented")
        << wrong_view;
  wrong_view = 5;
  EXPECT_EQ(found("assign vec=a elements=0+2,3+2\ndiscard_front vec=a bytes=0 record=none\n", table, 0,
                  Segmentation::empties),
            "");
  munmap(mapped, 4096);
}

// Each kind of cut has its turn.
TEST(ResegmentationComparison, TriesEveryCut) {
  static std::vector<std::size_t> counts;
  counts.clear();
  Implementation table = ours();
  table.assign = [](void* vector, std::span<const iovec> elements) {
    counts.push_back(elements.size());
    return ours().assign(vector, elements);
  };
  auto parsed = parse("assign vec=a elements=0+2,2+9\n", "test");
  EXPECT_FALSE(ResegmentationOracle(table).judge(std::get<ParsedProgram>(parsed).program));
  ASSERT_EQ(counts.size(), 8u);
  EXPECT_EQ(counts[1], 1u) << "joined";
  EXPECT_EQ(counts[3], 11u) << "bytes";
  EXPECT_EQ(counts[5], 6u) << "empties";
  EXPECT_GT(counts[7], 2u) << "random";
  EXPECT_NE(counts[7], counts[3]);
  EXPECT_NE(counts[7], counts[5]);
}

// ---- What is run at all: what positions alone define.

const Implementation* sound = nullptr;

/// Counts the calls of an entry, and does what it did.
template <auto entry, typename Result, typename... Arguments>
void count_calls(Implementation& table, Result (*)(Arguments...)) {
  table.*entry = +[](Arguments... arguments) -> Result {
    ++calls;
    return (sound->*entry)(static_cast<Arguments&&>(arguments)...);
  };
}

/// How often a program calls an entry when its vectors are resegmented: twice for each step that is run.
template <auto entry>
int calls_of(const Implementation& implementation, const std::string& text, Segmentation way = Segmentation::bytes) {
  sound = &implementation;
  calls = 0;
  Implementation table = implementation;
  count_calls<entry>(table, table.*entry);
  const auto finding = ResegmentationOracle(table).judge(program_of(text), way);
  EXPECT_FALSE(finding) << finding->report;
  return calls;
}

/// Vector a, of so many empty elements, of none when joined: vectors of many bytes are not cut at all.
std::string empties(int count) {
  return "add_many vec=a count=" + std::to_string(count) + " element=null+0 stride=0\n";
}

using I = Implementation;

TEST(ResegmentationComparison, RunsWhatPositionsDefine) {
  const std::string first_difference = kBegin + "first_difference vec=a other=c\n";
  EXPECT_EQ(calls_of<&I::first_difference>(ours(), first_difference), 2);
  EXPECT_EQ(calls_of<&I::first_difference>(qemu_iov(), first_difference), 0) << "there it goes by elements";
  EXPECT_EQ(calls_of<&I::from_buffer>(ours(), "from_buffer vec=a element=0+4\n"), 1) << "cut, it is an assign";
  EXPECT_EQ(calls_of<&I::from_buffer>(qemu_iov(), "from_buffer vec=a element=0+4\n"), 0);
  EXPECT_EQ(calls_of<&I::borrow>(qemu_iov(), "borrow vec=a elements=0+4\n"), 0);
  EXPECT_EQ(calls_of<&I::slice_count>(ours(), kBegin + "slice_count vec=a offset=1 bytes=2\n"), 0);

  const std::string undo = kBegin + "discard_front vec=a bytes=1 record=p\nundo vec=a record=p\n";
  EXPECT_EQ(calls_of<&I::undo>(ours(), undo), 2);
  EXPECT_EQ(calls_of<&I::undo>(qemu_iov(), undo), 0) << "there it depends on the cut what comes back";
  Implementation element_only = ours();
  element_only.deviations.undo_restores_element_only = true;
  EXPECT_EQ(calls_of<&I::undo>(element_only, undo), 0);
}

TEST(ResegmentationComparison, RunsWhatTheLimitOfCLeavesRoomFor) {
  const std::string extended = "extended into=b vec=a head=0+1 offset=0 bytes=0 tail=8+1 limit=1\n";
  EXPECT_EQ(calls_of<&I::extended>(qemu_iov(), empties(1022) + extended), 2) << "1,022 elements and two ends";
  EXPECT_EQ(calls_of<&I::extended>(qemu_iov(), empties(1023) + extended), 0) << "one more";
  EXPECT_EQ(calls_of<&I::extended>(ours(), empties(1023) + extended), 2) << "where there is no such limit";
  EXPECT_EQ(calls_of<&I::extended>(qemu_iov(), empties(1023) + extended, Segmentation::joined), 0);
  for (const Implementation* implementation : {&ours(), &qemu_iov()}) {
    const std::string range = " vec=a offset=0 bytes=0 limit=1 script=none\n";
    EXPECT_EQ(calls_of<&I::send>(*implementation, empties(1024) + "send" + range), 2);
    EXPECT_EQ(calls_of<&I::send>(*implementation, empties(1025) + "send" + range), 0) << "takes more than a call";
    EXPECT_EQ(calls_of<&I::send>(*implementation, empties(1025) + "send" + range, Segmentation::joined), 0);
    EXPECT_EQ(calls_of<&I::recv>(*implementation, empties(1024) + "recv" + range), 2);
    EXPECT_EQ(calls_of<&I::recv>(*implementation, empties(1025) + "recv" + range), 0);
  }
}

TEST(ResegmentationComparison, GivesAKernelAllElementsAtOnce) {
  static std::size_t most;
  Implementation table = ours();
  table.send = [](Kernel& kernel, std::span<const iovec> view, std::size_t offset, std::size_t bytes,
                  TransferStatus& status) {
    most = kernel.max_elements();
    return ours().send(kernel, view, offset, bytes, status);
  };
  EXPECT_FALSE(ResegmentationOracle(table).judge(
      program_of(kBegin + "send vec=a offset=0 bytes=3 limit=1 script=none\n"), Segmentation::bytes));
  EXPECT_EQ(most, kMaxElementsInC);
}

// Before an operation on arrays, each becomes what is left in the view; in C that is so of more operations.
TEST(ResegmentationComparison, LeavesInAnArrayWhatIsInTheView) {
  const std::string begin = kBegin + "discard_front vec=a bytes=1 record=none\n";
  EXPECT_EQ(calls_of<&I::assign>(ours(), begin), 4);
  EXPECT_EQ(calls_of<&I::assign>(ours(), begin + "vector_size vec=a\n"), 6);
  EXPECT_EQ(calls_of<&I::assign>(qemu_iov(), begin + "vector_size vec=a\n"), 6);
  EXPECT_EQ(calls_of<&I::assign>(ours(), begin + "is_zero vec=a offset=0 bytes=1\n"), 4);
  EXPECT_EQ(calls_of<&I::assign>(qemu_iov(), begin + "is_zero vec=a offset=0 bytes=1\n"), 6);
  EXPECT_EQ(calls_of<&I::assign>(qemu_iov(), begin + "fill vec=a offset=0 value=1 bytes=1\n"), 4);
}

TEST(ResegmentationComparison, NeedsAWayToCut) {
  const Program program = program_of(
      "add_many vec=a count=2 element=0+2 stride=2\ndiscard_front vec=a bytes=1 record=none\nvector_size vec=a\n");
  Implementation partial = ours();
  partial.assign = nullptr;
  EXPECT_FALSE(ResegmentationOracle(partial).judge(program));
  partial = ours();
  partial.add = nullptr;
  EXPECT_FALSE(ResegmentationOracle(partial).judge(program));
}

}  // namespace
}  // namespace lockstep
