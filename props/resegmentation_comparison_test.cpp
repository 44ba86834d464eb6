// What the second oracle notices: an implementation that does something else the second time it is asked, which is when
// its vectors are resegmented, or the first time. And what it overlooks or leaves out, as positions do not define it.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "lockstep/language/program.h"
#include "lockstep/oracles/resegmentation.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using View = std::span<const iovec>;

int calls = 0;      // of the entry that deviates
int deviating = 0;  // which of them does

bool is_deviating() { return ++calls == deviating; }

/// The signature of what is found when this call deviates, or "".
std::string found_at(int call, const std::string& text, const Implementation& implementation,
                     Segmentation way = Segmentation::bytes) {
  calls = 0;
  deviating = call;
  const auto finding = ResegmentationOracle(implementation).judge(program_of(text), way);
  return finding ? finding->signature : "";
}

/// Expects the same of the first call and of the second.
void expect_found(const std::string& text, const Implementation& implementation, const std::string& signature,
                  Segmentation way = Segmentation::bytes) {
  for (const int call : {1, 2}) EXPECT_EQ(found_at(call, text, implementation, way), signature) << call << "\n" << text;
}

const std::string kBegin = "assign vec=a elements=0+2,2+2\nassign vec=c elements=4+2,6+2\n";

TEST(ResegmentationComparison, NoticesRejectionsValuesBytesAndText) {
  Implementation table = ours();
  table.from_buf = [](View view, std::size_t offset, std::span<const std::byte> data) {
    const Result result = ours().from_buf(view, offset, data);
    return is_deviating() ? Result{result.value, Rejection::out_of_range} : result;
  };
  table.size = [](View view) { return Result{ours().size(view).value + (is_deviating() ? 1 : 0)}; };
  table.to_buf = [](View view, std::size_t offset, std::span<std::byte> data) {
    const Result result = ours().to_buf(view, offset, data);
    if (is_deviating()) data.back() ^= std::byte{1};
    return result;
  };
  table.hexdump = [](View view, const std::string& prefix, std::size_t limit, std::string& text) {
    const Result result = ours().hexdump(view, prefix, limit, text);
    if (is_deviating()) text.back() = '!';
    return result;
  };
  table.add = [](void* vector, void* base, std::size_t length) {
    return is_deviating() ? Result{0, Rejection::length_error} : ours().add(vector, base, length);
  };
  const std::string from_buf = kBegin + "from_buf vec=a offset=0 bytes=2\n";
  expect_found(from_buf, table, "from_buf: rejection when resegmented");
  expect_found(kBegin + "size vec=a\n", table, "size: value when resegmented");
  expect_found(kBegin + "to_buf vec=a offset=0 bytes=4\n", table, "to_buf: bytes when resegmented");
  expect_found(kBegin + "hexdump vec=a limit=4\n", table, "hexdump: text when resegmented");
  EXPECT_EQ(found_at(3, "add vec=a element=0+4\n", table), "add: rejection when resegmented") << "of a piece";
  EXPECT_EQ(found_at(3, from_buf, table), "");
}

// The answer of a rejected call, or of one that answers nothing, does not matter here.
TEST(ResegmentationComparison, OverlooksValuesThatMeanNothing) {
  Implementation table = ours();
  table.fill = [](View, std::size_t, std::byte, std::size_t) {
    return Result{is_deviating() ? 7u : 0u, Rejection::out_of_range};
  };
  table.copy = [](std::span<iovec>, View, std::size_t, std::size_t) {
    return Result{is_deviating() ? 100'000u : 0u, Rejection::out_of_range};
  };
  table.assign = [](void* vector, View elements) {
    return Result{is_deviating() ? 7u : 0u, ours().assign(vector, elements).rejection};
  };
  expect_found("copy vec=a offset=0 bytes=2 capacity=1\n", table, "");
  expect_found("fill vec=a offset=0 value=1 bytes=2\n", table, "");
  expect_found("assign vec=a elements=0+2,2+2\n", table, "");
}

TEST(ResegmentationComparison, NoticesEveryByteOfTheArena) {
  Implementation table = ours();
  table.fill = [](View view, std::size_t offset, std::byte value, std::size_t bytes) {
    return ours().fill(view, offset, is_deviating() ? value ^ std::byte{1} : value, bytes);
  };
  for (int place = 0; place < 64; ++place)
    expect_found("assign vec=a elements=" + std::to_string(place) + "+1\nfill vec=a offset=0 value=77 bytes=1\n", table,
                 "fill: memory when resegmented");
}

TEST(ResegmentationComparison, NoticesWhatACopyDescribes) {
  static void (*change)(std::span<iovec>);
  static std::size_t more_entries;
  Implementation table = ours();
  table.copy = [](std::span<iovec> destination, View view, std::size_t offset, std::size_t bytes) {
    Result result = ours().copy(destination, view, offset, bytes);
    if (!is_deviating()) return result;
    change(destination.first(result.value));
    result.value += more_entries;
    return result;
  };
  const std::string copy = kBegin + "copy vec=a offset=0 bytes=4 capacity=9\n";
  const std::string signature = "copy: elements when resegmented";
  const auto nothing = [](std::span<iovec>) {};
  more_entries = 0;
  for (void (*const wrong)(std::span<iovec>) : std::vector<void (*)(std::span<iovec>)>{
           [](std::span<iovec> entries) { entries.back().iov_len -= 1; },
           [](std::span<iovec> entries) { entries.back().iov_len += 1; },
           [](std::span<iovec> entries) { std::swap(entries.front(), entries.back()); },
           [](std::span<iovec> entries) {
             entries.front().iov_base = static_cast<char*>(entries.front().iov_base) + 1;
           },
           [](std::span<iovec> entries) { entries.back().iov_base = nullptr; }}) {
    change = wrong;
    expect_found(copy, table, signature);
  }
  change = nothing;
  expect_found(copy, table, "");
  for (const std::size_t more : {1u, 100'000u}) {  // than were written, and than there are
    more_entries = more;
    expect_found(copy, table, signature);
  }
}

/// Our table, whose assign changes the elements that it is given.
Implementation assigning(void (*change)(std::vector<iovec>&)) {
  static void (*changing)(std::vector<iovec>&);
  changing = change;
  Implementation table = ours();
  table.assign = [](void* vector, View elements) {
    std::vector<iovec> made(elements.begin(), elements.end());
    if (is_deviating()) changing(made);
    return ours().assign(vector, made);
  };
  return table;
}

TEST(ResegmentationComparison, NoticesWhatAVectorDescribes) {
  using Elements = std::vector<iovec>;
  for (const auto change : std::vector<void (*)(Elements&)>{
           [](Elements& made) { made.pop_back(); }, [](Elements& made) { made.erase(made.begin()); },
           [](Elements& made) { made.push_back(made.back()); },
           [](Elements& made) { std::swap(made.front(), made.back()); },
           [](Elements& made) { made.back().iov_len += 1; },
           [](Elements& made) { made.back().iov_base = static_cast<char*>(made.back().iov_base) + 1; },
           [](Elements& made) { made.clear(); }})
    for (const char vector : {'a', 'b', 'c'})
      expect_found(std::string("assign vec=") + vector + " elements=0+2,2+2\n", assigning(change),
                   "assign: view when resegmented");
}

TEST(ResegmentationComparison, OverlooksEmptyElementsAndHowBytesAreSegmented) {
  expect_found("assign vec=a elements=0+2,2+2\n", assigning([](std::vector<iovec>& made) {
                 made.insert(made.begin(), {nullptr, 0});
                 made.push_back({reinterpret_cast<void*>(0x10), 0});
               }),
               "");
  // Neither side's pieces are parts of the other's.
  expect_found("assign vec=a elements=0+3,3+3\n", assigning([](std::vector<iovec>& made) {
                 std::erase_if(made, [](const iovec& element) { return element.iov_len == 0; });
                 made.front().iov_len -= 1;
                 made.back() = {static_cast<char*>(made.back().iov_base) - 1, made.back().iov_len + 1};
               }),
               "", Segmentation::empties);
}

// Elements outside the arena are wrong even where both sides have the same ones.
TEST(ResegmentationComparison, NoticesElementsOutsideTheArena) {
  static std::ptrdiff_t by;
  Implementation table = ours();
  table.assign = [](void* vector, View elements) {
    std::vector<iovec> made(elements.begin(), elements.end());
    for (iovec& element : made) element.iov_base = static_cast<char*>(element.iov_base) + by;
    return ours().assign(vector, made);
  };
  for (const std::ptrdiff_t arena : {64, 16384})
    for (const std::ptrdiff_t distance : {arena, arena + 1, std::ptrdiff_t{100'000}, std::ptrdiff_t{-1}}) {
      by = distance;
      EXPECT_EQ(found_at(0, "arena shared " + std::to_string(arena) + "\nassign vec=a elements=0+1\n", table),
                "assign: view when resegmented")
          << by;
    }
}

TEST(ResegmentationComparison, NoticesAViewOutsideTheVectorThoughItDescribesTheSame) {
  static std::array<iovec, 8> elsewhere;
  static int wrong;
  Implementation table = ours();
  table.assign = [](void* vector, View elements) {
    // Room behind the elements, empty until something writes there.
    std::vector<iovec> more(elements.begin(), elements.end());
    more.resize(elements.size() + 4, {nullptr, 0});
    ours().assign(vector, more);
    return ours().assign(vector, elements);
  };
  table.discard_front = [](std::span<iovec>& view, std::size_t, UndoStorage*) {
    if (!is_deviating()) return Result{};
    const std::size_t count = view.size();
    const auto move_to = [&](void* place) {
      view = {static_cast<iovec*>(std::memmove(place, view.data(), view.size_bytes())), count};
    };
    if (wrong == 0) view = {reinterpret_cast<iovec*>(16), 3};
    if (wrong == 1) view = {view.data(), count + 1};
    if (wrong == 2) move_to(elsewhere.data());
    if (wrong == 3) move_to(reinterpret_cast<char*>(view.data()) + sizeof(void*));  // between two elements
    return Result{};
  };
  const std::string text = "assign vec=a elements=0+2,3+2\ndiscard_front vec=a bytes=0 record=none\n";
  for (wrong = 0; wrong < 4; ++wrong)
    expect_found(text, table, "discard_front: view when resegmented", Segmentation::empties);
  EXPECT_EQ(found_at(0, text, table, Segmentation::empties), "");
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
int calls_of(const Implementation& implementation, const std::string& text) {
  sound = &implementation;
  calls = 0;
  Implementation table = implementation;
  count_calls<entry>(table, table.*entry);
  const auto finding = ResegmentationOracle(table).judge(program_of(text), Segmentation::bytes);
  EXPECT_FALSE(finding) << finding->report;
  return calls;
}

using I = Implementation;

TEST(ResegmentationComparison, RunsWhatPositionsDefine) {
  const std::string first_difference = kBegin + "first_difference vec=a other=c\n";
  EXPECT_EQ(calls_of<&I::first_difference>(ours(), first_difference), 2);
  EXPECT_EQ(calls_of<&I::first_difference>(qemu_iov(), first_difference), 0) << "there it goes by elements";
  EXPECT_EQ(calls_of<&I::from_buffer>(ours(), "from_buffer vec=a element=0+4\n"), 1) << "in pieces, it is an assign";
  EXPECT_EQ(calls_of<&I::from_buffer>(qemu_iov(), "from_buffer vec=a element=0+4\n"), 0);
  EXPECT_EQ(calls_of<&I::borrow>(qemu_iov(), "borrow vec=a elements=0+4\n"), 0);
  EXPECT_EQ(calls_of<&I::slice_count>(ours(), kBegin + "slice_count vec=a offset=1 bytes=2\n"), 0);

  const std::string undo = kBegin + "discard_front vec=a bytes=1 record=p\nundo vec=a record=p\n";
  EXPECT_EQ(calls_of<&I::undo>(ours(), undo), 2);
  EXPECT_EQ(calls_of<&I::undo>(qemu_iov(), undo), 0) << "there it depends on the elements what comes back";
  Implementation element_only = ours();
  element_only.deviations.undo_restores_element_only = true;
  EXPECT_EQ(calls_of<&I::undo>(element_only, undo), 0);
}

TEST(ResegmentationComparison, RunsWhatTheLimitOfCLeavesRoomFor) {
  // Of a vector of so many empty elements.
  const auto calls_with = [](const Implementation& implementation, int elements) {
    return calls_of<&I::extended>(implementation, "add_many vec=a count=" + std::to_string(elements) +
                                                      " element=null+0 stride=0\nextended into=b vec=a head=0+1 "
                                                      "offset=0 bytes=0 tail=8+1 limit=1\n");
  };
  EXPECT_EQ(calls_with(qemu_iov(), 1022), 2) << "and two ends";
  EXPECT_EQ(calls_with(qemu_iov(), 1023), 0);
  EXPECT_EQ(calls_with(ours(), 1023), 2) << "where there is no such limit";
  for (const int elements : {1024, 1025}) {  // a call takes 1,024
    const std::string send = "add_many vec=a count=" + std::to_string(elements) +
                             " element=null+0 stride=0\nsend vec=a offset=0 bytes=0 limit=1 script=none\n";
    EXPECT_EQ(calls_of<&I::send>(ours(), send), elements == 1024 ? 2 : 0);
  }
}

TEST(ResegmentationComparison, NeedsAWayToResegmentAndMemory) {
  const std::string text = "add_many vec=a count=2 element=0+2 stride=2\nsize vec=a\n";
  EXPECT_EQ(calls_of<&I::size>(ours(), text), 2);
  EXPECT_EQ(calls_of<&I::size>(ours(), "arena unbacked\n" + text), 0);
  Implementation partial = ours();
  partial.assign = nullptr;
  EXPECT_EQ(calls_of<&I::size>(partial, text), 0);
  partial = ours();
  partial.add = nullptr;
  EXPECT_EQ(calls_of<&I::size>(partial, text), 0);
}

}  // namespace
}  // namespace lockstep
