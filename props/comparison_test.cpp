// SPDX-License-Identifier: Apache-2.0
// What the two oracles notice, one thing at a time: an implementation that is right but for one byte, one entry, one
// number. And what the second oracle overlooks, as positions do not define it.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "altered.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "parsed.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

using I = Implementation;
using View = Span<const iovec>;
using Elements = std::vector<iovec>;

int calls = 0;        // of the entry that deviates
int faulty_call = 0;  // which of them does
int place = 0;        // where it is wrong

/// Ours, but that one call of this entry ends with `spoil(result, arguments...)`.
template <auto entry, typename Spoil>
Implementation faulty_in(Spoil) {
  return altered<entry>(ours(), [](auto&... arguments) {
    if (++calls == faulty_call) Spoil{}(arguments...);
  });
}

void spoil_base(iovec& element) {
  element.iov_base = reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(element.iov_base) + 1);
}

/// One whose assign gives the vector elements that are changed in this way.
template <typename Change>
Implementation assigning(Change) {
  return faulty_in<&I::assign>([](Result&, void* vector, View elements) {
    Elements made(elements.begin(), elements.end());
    Change{}(made);
    ours().assign(vector, made);
  });
}

/// One whose discards leave a view that is changed in this way.
template <typename Change>
Implementation discarding(Change) {
  return faulty_in<&I::discard_front>([](Result&, Span<iovec>& view, auto&...) { Change{}(view); });
}

void move_to(void* there, Span<iovec>& view) {
  view = {static_cast<iovec*>(std::memmove(there, view.data(), view.size_bytes())), view.size()};
}

/// A program whose last step is wrong, in each of some places in turn. What is noticed: an aspect, or nothing.
struct Mistake {
  std::string program;
  Implementation made_by;
  std::string by_the_model;
  std::string when_resegmented;
  int first_place = 0;
  int last_place = 0;
  Segmentation way = Segmentation::bytes;
};

void expect_noticed(const Mistake& mistake) {
  const Program program = program_of(mistake.program);
  ModelOracle model(mistake.made_by);
  ResegmentationOracle resegmentation(mistake.made_by, {mistake.way});
  const auto expect = [&](Oracle& oracle, int call, const std::string& aspect) {
    calls = 0;
    faulty_call = call;
    const auto finding = oracle.judge(program);
    const std::string signature = std::string(name_of(program.operations.back())) + ": " + aspect;
    EXPECT_EQ(finding ? finding->signature : "", aspect.empty() ? "" : signature + std::string(oracle.suffix()))
        << mistake.program << "call " << call << ", place " << place;
  };
  for (place = mistake.first_place; place <= mistake.last_place; ++place) {
    expect(model, 1, mistake.by_the_model);
    expect(model, 0, "");  // nothing remains for the next program
    for (const int call : {1, 2}) expect(resegmentation, call, mistake.when_resegmented);  // as it is, and resegmented
    expect(resegmentation, 0, "");
  }
}

const std::string kBegin = "assign vec=a elements=0+2,4+3\n";

TEST(Comparison, NoticesResultsBytesAndText) {
  const std::string accepted = kBegin + "fill vec=a offset=0 value=1 bytes=1\n";
  const std::string rejected = kBegin + "fill vec=a offset=9 value=1 bytes=1\n";
  const auto counts_more = faulty_in<&I::fill>([](Result& result, auto&...) { result.value += 1; });
  const auto accepts = faulty_in<&I::fill>([](Result& result, auto&...) { result = {2}; });
  const auto has_no_room =
      faulty_in<&I::fill>([](Result& result, auto&...) { result.rejection = Rejection::length_error; });
  const auto flip = [](Result&, View view, auto&...) { static_cast<char*>(view[0].iov_base)[place] ^= 1; };
  const std::string fill = kBegin + "fill vec=a offset=0 value=1 bytes=0\n";
  const int guard = static_cast<int>(kGuardBytes);
  const std::vector<Mistake> mistakes = {
      {accepted, counts_more, "value", "value"},
      {accepted, has_no_room, "rejection", "rejection"},
      {rejected, has_no_room, "rejection", "rejection"},
      {rejected, accepts, "rejection", "rejection"},
      {rejected, counts_more, "value", ""},
      // What answers nothing may return any number.
      {kBegin, faulty_in<&I::assign>([](Result& result, auto&...) { result.value = 9; }), "", ""},
      {"add vec=a element=0+4\n",
       faulty_in<&I::add>([](Result& result, auto&...) { result.rejection = Rejection::length_error; }), "rejection",
       "rejection"},
      {kBegin + "hexdump vec=a limit=9\n",
       faulty_in<&I::hexdump>([](Result&, View, auto&, auto&, std::string& text) { text.back() = '!'; }), "text",
       "text"},
      // Those that are written, and a few behind.
      {kBegin + "to_buf vec=a offset=0 bytes=5\n",
       faulty_in<&I::to_buf>([](Result&, View, auto&, auto& data) { data.data()[place] ^= std::byte{1}; }), "bytes",
       "bytes", 0, 4 + static_cast<int>(kBehind)},
      {fill, faulty_in<&I::fill>(flip), "memory", "memory", 0, 63},
      {fill, faulty_in<&I::fill>(flip), "guard", "", -guard, -1},
      {fill, faulty_in<&I::fill>(flip), "guard", "", 64, 63 + guard},
  };
  for (const Mistake& mistake : mistakes) expect_noticed(mistake);
}

TEST(Comparison, NoticesEveryEntryOfADestination) {
  const auto copying = [](auto change) {
    return faulty_in<&I::copy>(
        [](Result& result, Span<iovec> destination, auto&...) { decltype(change){}(result, destination); });
  };
  const auto longer = [](Result&, Span<iovec> entries) { entries.data()[place].iov_len += 1; };
  const auto elsewhere = [](Result&, Span<iovec> entries) { spoil_base(entries.data()[place]); };
  const std::string copy = kBegin + "copy vec=a offset=0 bytes=9 capacity=9\n";
  std::vector<Mistake> mistakes = {
      {copy, copying(longer), "elements", "elements", 0, 1},
      {copy, copying(elsewhere), "elements", "elements", 0, 1},
      {copy, copying([](Result&, Span<iovec> entries) { entries[1].iov_base = nullptr; }), "elements", "elements"},
      {copy, copying([](Result&, Span<iovec> entries) { std::swap(entries[0], entries[1]); }), "elements", "elements"},
      // Of 5 bytes there are no 6 elements; the second oracle compares what is described only.
      {copy, copying(longer), "elements", "", 5, 9},
      {copy, copying(elsewhere), "elements", "", 5, 9},
      {copy, copying([](Result& result, Span<iovec>) { result.value += 1; }), "value", "elements"},
      {copy, copying([](Result& result, Span<iovec>) { result.value += 100'000; }), "value", "elements"},
      {kBegin + "copy vec=a offset=9 bytes=9 capacity=9\n",
       copying([](Result& result, Span<iovec>) { result.value = 1; }), "value", ""},
      {"arena unbacked\n" + copy, copying(longer), "elements", "", 0, 9},
      {"arena unbacked\n" + copy, copying(elsewhere), "elements", "", 0, 9},
  };
  for (const Mistake& mistake : mistakes) expect_noticed(mistake);
}

TEST(Comparison, NoticesEveryElementOfEveryVector) {
  const auto longer = [](Elements& made) { made[static_cast<std::size_t>(place)].iov_len += 1; };
  const auto elsewhere = [](Elements& made) { spoil_base(made[static_cast<std::size_t>(place)]); };
  for (const char vector : {'a', 'b', 'c'}) {
    const std::string assign = std::string("assign vec=") + vector + " elements=0+2,2+2\n";
    const std::vector<Mistake> mistakes = {
        {assign, assigning(longer), "array", "view", 0, 1},
        {assign, assigning(elsewhere), "array", "view", 0, 1},
        {assign, assigning([](Elements& made) { made.pop_back(); }), "array", "view"},
        {assign, assigning([](Elements& made) { made.erase(made.begin()); }), "array", "view"},
        {assign, assigning([](Elements& made) { made.push_back(made.back()); }), "array", "view"},
        {assign, assigning([](Elements& made) { std::swap(made.front(), made.back()); }), "array", "view"},
        {assign, assigning([](Elements& made) { made.clear(); }), "array", "view"},
        {"arena unbacked\n" + assign, assigning(longer), vector == 'c' ? "" : "array", "", 0, 1},
        {"arena unbacked\n" + assign, assigning(elsewhere), vector == 'c' ? "" : "array", "", 0, 1},
        // Empty elements, and how bytes are segmented, are not for the second oracle.
        {assign, assigning([](Elements& made) {
           made.insert(made.begin(), {nullptr, 0});
           made.push_back({reinterpret_cast<void*>(0x10), 0});
         }),
         "array", ""},
        {assign, assigning([](Elements& made) {  // neither side's pieces are parts of the other's
           std::erase_if(made, [](const iovec& element) { return element.iov_len == 0; });
           made.front().iov_len -= 1;
           made.back() = {static_cast<char*>(made.back().iov_base) - 1, made.back().iov_len + 1};
         }),
         "array", "", 0, 0, Segmentation::empties},
    };
    for (const Mistake& mistake : mistakes) expect_noticed(mistake);
  }
}

// Also where it describes the same bytes. Room behind the elements is empty.
TEST(Comparison, NoticesWhereAViewBeginsAndEnds) {
  static std::array<iovec, 8> elsewhere;
  const auto program_on = [](const std::string& vec) {
    return "assign " + vec + " elements=0+2,4+3,null+0,null+0\nassign " + vec + " elements=0+2,4+3\ndiscard_front " +
           vec + " bytes=0 record=none\n";
  };
  for (const char* vec : {"vec=a", "vec=b", "vec=c"}) {
    const std::string discard = program_on(vec);
    for (const Implementation& table :
         {discarding([](Span<iovec>& view) { view = view.subspan(2); }),
          discarding([](Span<iovec>& view) { view = view.first(0); }), discarding([](Span<iovec>& view) {
            view = {view.data(), view.size() + 1};
          }),
          discarding([](Span<iovec>& view) {
            view = {view.data() + 1, view.size()};
          }),
          discarding([](Span<iovec>& view) {
            view = {reinterpret_cast<iovec*>(16), 3};
          }),
          discarding([](Span<iovec>& view) { move_to(elsewhere.data(), view); })})
      for (const Segmentation way : {Segmentation::bytes, Segmentation::empties})
        expect_noticed({discard, table, "view", "view", 0, 0, way});
    const auto between = discarding([](auto& view) { move_to(reinterpret_cast<char*>(view.data()) + 8, view); });
    expect_noticed({discard, between, "array", "view", 0, 0, Segmentation::empties});
  }
}

// Elements outside the arena are wrong even where both sides have the same ones.
TEST(Comparison, NoticesElementsOutsideTheArenaThoughBothSidesHaveThem) {
  const Implementation table = altered<&I::assign>(ours(), [](Result&, void* vector, View elements) {
    Elements made(elements.begin(), elements.end());
    for (iovec& element : made) element.iov_base = static_cast<char*>(element.iov_base) + place;
    ours().assign(vector, made);
  });
  for (const int arena : {64, 16384})
    for (const int distance : {arena, arena + 1, 100'000, -1}) {
      place = distance;
      const Program program = program_of("arena shared " + std::to_string(arena) + "\nassign vec=a elements=0+1\n");
      const auto finding = ResegmentationOracle(table).judge(program, Segmentation::bytes);
      ASSERT_TRUE(finding) << distance;
      EXPECT_EQ(finding->signature, "assign: view when resegmented");
    }
}

}  // namespace
}  // namespace lockstep
