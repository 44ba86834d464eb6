// The list of situation classes. A row: name, description, the least of 10,000 steps, and the condition.
#include <cstdint>

#include "lockstep/tags/tags.h"

namespace lockstep {
namespace {

using F = const StepFacts&;
using model::Rejection;
using Kind = model::Vector::Kind;

bool starts_at(F f, std::size_t position) { return f.range && f.range->offset == position; }
/// A range of at least a byte that does not reach past the end.
bool fits(F f) { return f.range && f.range->has_bytes() && !f.range->is_cut(); }
bool is_cut(F f) { return f.range && f.range->has_bytes() && f.range->is_cut(); }
std::size_t crossed(F f) { return f.view.boundaries_between(f.range->offset, f.range->end()); }
bool crosses(F f, std::size_t count) { return f.range && f.range->has_bytes() && crossed(f) == count; }
bool reads(F f) { return f.reads_view; }
bool empties_at_front(F f) { return f.discarded_from().has_empty_at(0); }
bool empties_at_back(F f) { return f.discarded_from().has_empty_at(f.discarded_from().size()); }

/// Where a discard stops, as a position; of one that does not remove everything.
bool stops(F f, bool (Layout::*where)(std::size_t) const) {
  if (!f.discard) return false;
  const Layout& from = f.discarded_from();
  if (f.discard->bytes == 0 || f.discard->bytes >= from.size()) return false;
  return (from.*where)(f.discard->front ? f.discard->bytes : from.size() - f.discard->bytes);
}

bool is_undo(F f) { return f.undone && f.undone->discard > 0; }
bool first_undo(F f) { return is_undo(f) && !f.undone->undone; }
bool describes(F f) { return f.is_any<Copy, CopyInPlace>() && !f.rejected() && f.range->has_bytes(); }
std::size_t room(F f) { return f.as<Copy>() ? f.as<Copy>()->capacity.value : f.as<CopyInPlace>()->capacity.value; }
/// How many elements a description needs.
std::size_t needed(F f) { return crossed(f) + 1; }
bool answers(F f, std::size_t value) { return !f.rejected() && f.has_value && f.result.value == value; }
bool grows_past(F f, std::size_t count) { return f.appends() && f.grown_from <= count && f.grown_to > count; }
bool is_strict(F f) { return f.range && traits_of(f.operation).range == Bounds::strict; }
bool covers_twice(F f) {
  return f.view.any_two([](const ElementState& a, const ElementState& b) { return overlap(a, b); });
}
bool writes(F f) { return traits_of(f.operation).touches == Touches::writes && f.range->has_bytes(); }

using model::Reply;
bool ends(F f, Reply error) { return f.transfer && f.transfer->error == error; }
bool moved(F f) { return f.transfer->bytes > 0; }

constexpr Tag kTags[] = {
    // Where a range starts.
    {"start/at 0", "a range starts at 0 of a vector with bytes", 400,
     [](F f) { return starts_at(f, 0) && f.view.has_bytes(); }},
    {"start/inside", "a range starts inside an element", 300,
     [](F f) { return f.range && f.view.is_inside(f.range->offset); }},
    {"start/on a boundary", "a range starts on a boundary with bytes on both sides", 150,
     [](F f) { return f.range && f.view.is_inner_boundary(f.range->offset); }},
    {"start/among empties", "a range starts where one or more empty elements lie", 200,
     [](F f) { return f.range && f.view.has_empty_at(f.range->offset); }},
    {"start/at the last byte", "a range starts at the last byte", 150,
     [](F f) { return f.view.has_bytes() && starts_at(f, f.view.size() - 1); }},
    {"start/at the end", "a range starts at T of a vector with bytes", 100,
     [](F f) { return f.view.has_bytes() && starts_at(f, f.view.size()); }},
    {"start/one past the end", "a range starts at T + 1", 50, [](F f) { return starts_at(f, f.view.size() + 1); }},
    {"start/far past the end", "a range starts beyond T + 1", 50,
     [](F f) { return f.range && f.range->offset > f.view.size() + 1; }},
    {"start/near SIZE_MAX", "a range starts at SIZE_MAX - 3 or later", 10,
     [](F f) { return f.range && f.range->offset >= SIZE_MAX - 3; }},
    // Where it ends.
    {"end/inside", "a range ends inside an element", 200,
     [](F f) { return fits(f) && f.view.is_inside(f.range->end()); }},
    {"end/on a boundary", "a range ends on a boundary with bytes on both sides", 100,
     [](F f) { return fits(f) && f.view.is_inner_boundary(f.range->end()); }},
    {"end/before empties", "a range ends where one or more empty elements lie", 50,
     [](F f) { return fits(f) && f.view.has_empty_at(f.range->end()); }},
    {"end/at the end", "a range ends at T exactly", 310, [](F f) { return fits(f) && f.range->end() == f.view.size(); }},
    {"end/one past the end", "a range starts inside and reaches to T + 1", 50,
     [](F f) { return is_cut(f) && f.range->bytes == f.view.size() - f.range->offset + 1; }},
    {"end/far past the end", "a range starts inside and reaches beyond T + 1, without wrapping", 60,
     [](F f) { return is_cut(f) && !f.range->wraps() && f.range->bytes > f.view.size() - f.range->offset + 1; }},
    {"end/up to the end", "SIZE_MAX bytes from a position inside", 8,
     [](F f) { return is_cut(f) && f.range->bytes == SIZE_MAX; }},
    {"end/wraps", "offset + bytes exceeds SIZE_MAX, from a position inside", 6,
     [](F f) { return is_cut(f) && f.range->wraps(); }},
    // What lies between.
    {"range/0 bytes inside", "a range of 0 bytes inside an element", 40,
     [](F f) { return f.range && f.range->bytes == 0 && f.view.is_inside(f.range->offset); }},
    {"range/0 bytes on a boundary", "a range of 0 bytes on a boundary, 0 or T", 300,
     [](F f) { return f.range && f.range->bytes == 0 && f.view.is_boundary(f.range->offset); }},
    {"range/0 bytes past the end", "a range of 0 bytes beyond T", 60,
     [](F f) { return f.range && f.range->bytes == 0 && !f.range->starts_in(); }},
    {"range/in one element", "a range crosses no boundary", 400, [](F f) { return crosses(f, 0); }},
    {"range/across 1 boundary", "a range crosses one boundary", 150, [](F f) { return crosses(f, 1); }},
    {"range/across 2 boundaries", "a range crosses two boundaries", 60, [](F f) { return crosses(f, 2); }},
    {"range/across 3 or more", "a range crosses three boundaries or more", 25,
     [](F f) { return f.range && f.range->has_bytes() && crossed(f) >= 3; }},
    {"range/exactly one element", "a range is one of several elements, whole", 90,
     [](F f) {
       return fits(f) && crossed(f) == 0 && f.view.is_boundary(f.range->offset) &&
              f.view.is_boundary(f.range->end()) && f.range->bytes < f.view.size();
     }},
    {"range/whole vector", "a range is the whole of a vector of several elements", 60,
     [](F f) { return starts_at(f, 0) && fits(f) && f.range->bytes == f.view.size() && crossed(f) > 0; }},
    {"range/over an empty element", "an empty element lies strictly inside a range", 50,
     [](F f) { return fits(f) && f.view.has_empty_between(f.range->offset, f.range->end()); }},
    {"range/64 bytes or more", "a range has 64 bytes or more", 40,
     [](F f) { return f.range && f.range->starts_in() && f.range->end() - f.range->offset >= 64; }},
    // What the vector is like.
    {"vector/no elements", "the vector acted on has no elements", 500,
     [](F f) { return reads(f) && f.view.elements.empty(); }},
    {"vector/only empties", "it has elements, all empty", 160,
     [](F f) { return reads(f) && !f.view.elements.empty() && !f.view.has_bytes(); }},
    {"vector/one element", "it has one element, with bytes", 530,
     [](F f) { return reads(f) && f.view.elements.size() == 1 && f.view.has_bytes(); }},
    {"vector/empty first", "its first element is empty, a later one is not", 300,
     [](F f) { return reads(f) && f.view.has_bytes() && f.view.has_empty_at(0); }},
    {"vector/empty between", "an empty element lies between others with bytes", 250,
     [](F f) { return reads(f) && f.view.has_empty_between(0, f.view.size()); }},
    {"vector/empty last", "its last element is empty, an earlier one is not", 300,
     [](F f) { return reads(f) && f.view.has_bytes() && f.view.has_empty_at(f.view.size()); }},
    {"vector/null base", "an empty element has a null base", 200,
     [](F f) {
       return reads(f) && std::any_of(f.view.elements.begin(), f.view.elements.end(),
                                      [](const ElementState& element) { return element.base == ElementState::Base::null; });
     }},
    {"vector/wild base", "an empty element has a base that is no address", 270,
     [](F f) {
       return reads(f) && std::any_of(f.view.elements.begin(), f.view.elements.end(),
                                      [](const ElementState& element) { return element.base == ElementState::Base::wild; });
     }},
    {"vector/8 elements or more", "it has 8 to 63 elements", 18,
     [](F f) { return reads(f) && f.view.elements.size() >= 8 && f.view.elements.size() < 64; }},
    {"vector/64 elements or more", "it has 64 to 1,024 elements", 3.5,
     [](F f) { return reads(f) && f.view.elements.size() >= 64 && f.view.elements.size() <= 1024; }},
    {"vector/more than 1,024 elements", "it has more elements than IOV_MAX", 1,
     [](F f) { return reads(f) && f.view.elements.size() > 1024; }},
    {"vector/element of 16 bytes", "its longest element has 16 to 63 bytes", 80,
     [](F f) { return reads(f) && f.view.longest() >= 16 && f.view.longest() < 64; }},
    {"vector/element of 64 bytes", "its longest element has 64 to 4,095 bytes", 200,
     [](F f) { return reads(f) && f.view.longest() >= 64 && f.view.longest() < 4096; }},
    {"vector/element of 4,096 bytes", "its longest element has 4,096 bytes or more", 3.8,
     [](F f) { return reads(f) && f.view.longest() >= 4096; }},
    {"vector/more than 64 KiB", "it has more than 65,535 bytes", 0.22,
     [](F f) { return reads(f) && f.view.size() > 65535; }},
    {"vector/2^31 bytes or more", "it has 2^31 bytes or more", 48,
     [](F f) { return reads(f) && f.view.size() >= std::size_t{1} << 31; }},
    {"vector/SIZE_MAX bytes or more", "it has SIZE_MAX bytes or more", 4.5,
     [](F f) { return reads(f) && f.view.size() == SIZE_MAX; }},
    {"vector/view starts late", "the view has lost elements of its array at the front", 46,
     [](F f) { return reads(f) && f.start > 0 && f.view.has_bytes(); }},
    {"vector/view ends early", "the view has lost elements of its array at the back", 62,
     [](F f) { return reads(f) && f.behind > 0 && f.view.has_bytes(); }},
    // How its elements lie.
    {"overlap/same element twice", "two elements have the same base and length", 65,
     [](F f) { return reads(f) && f.view.any_two([](const ElementState& a, const ElementState& b) { return a == b; }); }},
    {"overlap/partial", "two elements overlap, and neither holds the other", 60,
     [](F f) {
       return reads(f) && f.view.any_two([](const ElementState& a, const ElementState& b) {
         return overlap(a, b) && (a.offset < b.offset ? end_of(a) < end_of(b) : a.offset > b.offset && end_of(b) < end_of(a));
       });
     }},
    {"overlap/one inside another", "one element holds another that is shorter", 300,
     [](F f) {
       return reads(f) && f.view.any_two([](const ElementState& a, const ElementState& b) {
         return a.length != b.length && ((a.offset <= b.offset && end_of(b) <= end_of(a)) ||
                                         (b.offset <= a.offset && end_of(a) <= end_of(b)));
       });
     }},
    {"overlap/touching", "an element begins where the one before it ends", 30,
     [](F f) {
       return reads(f) &&
              f.view.any_neighbours([](const ElementState& a, const ElementState& b) { return end_of(a) == b.offset; });
     }},
    {"overlap/touching backwards", "an element ends where the one before it begins", 30,
     [](F f) {
       return reads(f) &&
              f.view.any_neighbours([](const ElementState& a, const ElementState& b) { return end_of(b) == a.offset; });
     }},
    {"overlap/descending", "an element lies at a lower address than the one before it", 400,
     [](F f) {
       return reads(f) && f.view.any_neighbours([](const ElementState& a, const ElementState& b) { return end_of(b) <= a.offset; });
     }},
    {"overlap/apart", "several elements with bytes, all apart", 600,
     [](F f) {
       return reads(f) && f.view.boundaries_between(0, f.view.size()) > 0 && f.view.elements.size() < 64 &&
              !covers_twice(f);
     }},
    {"overlap/written through", "bytes are written through elements that overlap", 15,
     [](F f) { return writes(f) && crossed(f) > 0 && covers_twice(f); }},
    // Two vectors.
    {"two/share memory", "two different vectors, with elements that overlap", 100,
     [](F f) { return f.has_second && !f.same_twice && share_memory(f.view, f.second); }},
    {"two/the same", "the same vector twice, with bytes", 150,
     [](F f) { return f.has_second && f.same_twice && f.view.has_bytes(); }},
    {"two/one without bytes", "two vectors, one of them without bytes", 150,
     [](F f) { return f.has_second && f.view.has_bytes() != f.second.has_bytes(); }},
    {"two/onto itself", "concat or clone appends a vector to itself", 30,
     [](F f) { return f.is_any<Concat, Clone>() && f.same_twice && f.appends(); }},
    {"two/into itself", "slice or extended replaces the vector it takes from", 20,
     [](F f) { return f.is_any<Slice, Extended>() && f.same_twice && !f.rejected() && f.range->has_bytes(); }},
    {"two/equal", "first_difference of different vectors with bytes finds none", 4.5,
     [](F f) {
       return f.is_any<FirstDifference>() && !f.same_twice && f.view.has_bytes() && answers(f, model::kNoDifference);
     }},
    {"two/a prefix", "first_difference where one vector with bytes is a prefix of the other", 5.7,
     [](F f) {
       return f.is_any<FirstDifference>() && f.view.has_bytes() && f.second.has_bytes() &&
              answers(f, std::min(f.view.size(), f.second.size()));
     }},
    {"two/differ late", "first_difference finds one behind the first byte of both", 1.7,
     [](F f) {
       return f.is_any<FirstDifference>() && f.result.value > 0 &&
              f.result.value < std::min(f.view.size(), f.second.size());
     }},
    // Discards.
    {"discard/whole elements", "a discard stops on a boundary", 30,
     [](F f) { return stops(f, &Layout::is_boundary); }},
    {"discard/trims", "a discard stops inside an element", 80, [](F f) { return stops(f, &Layout::is_inside); }},
    {"discard/among empties", "a discard stops where empty elements lie", 6,
     [](F f) { return stops(f, &Layout::has_empty_at); }},
    {"discard/0 bytes", "a discard of 0 bytes with no empty element at that end", 50,
     [](F f) {
       return f.discard && f.discard->bytes == 0 && f.discarded_from().has_bytes() &&
              !(f.discard->front ? empties_at_front(f) : empties_at_back(f));
     }},
    {"discard/0 bytes of empties", "a discard of 0 bytes with an empty element at that end", 15,
     [](F f) {
       return f.discard && f.discard->bytes == 0 && f.discarded_from().has_bytes() &&
              (f.discard->front ? empties_at_front(f) : empties_at_back(f));
     }},
    {"discard/everything", "a discard of all T bytes", 60,
     [](F f) { return f.discard && f.discarded_from().has_bytes() && f.discard->bytes == f.discarded_from().size(); }},
    {"discard/more than all", "a discard of more than T bytes", 60,
     [](F f) { return f.discard && f.discard->bytes > f.discarded_from().size(); }},
    {"discard/of nothing", "a discard from a vector without bytes", 100,
     [](F f) { return f.discard && !f.discarded_from().has_bytes(); }},
    {"discard/unrecorded", "a discard without a record", 80,
     [](F f) { return f.is_any<DiscardFront, DiscardBack>() && !f.discard->recorded; }},
    {"discard/record reused", "a discard into a record that another has used", 20,
     [](F f) { return f.discard && f.discard->recorded && !f.discard->fresh_record; }},
    // Undo.
    {"undo/of whole elements", "undo of a discard that removed bytes, but trimmed nothing", 32,
     [](F f) { return first_undo(f) && f.undone->removed > 0 && !f.undone->trimmed; }},
    {"undo/of a trim", "undo of a discard that trimmed an element", 22,
     [](F f) { return first_undo(f) && f.undone->trimmed; }},
    {"undo/of elements and a trim", "undo of a discard that removed elements and trimmed one", 9.5,
     [](F f) { return first_undo(f) && f.undone->trimmed && f.undone->elements > 0; }},
    {"undo/of 0 bytes", "undo of a discard that removed no byte", 55,
     [](F f) { return first_undo(f) && f.undone->removed == 0; }},
    {"undo/of the front", "undo of bytes discarded from the front", 25,
     [](F f) { return first_undo(f) && f.undone->removed > 0 && f.undone->front; }},
    {"undo/of the back", "undo of bytes discarded from the back", 27,
     [](F f) { return first_undo(f) && f.undone->removed > 0 && !f.undone->front; }},
    {"undo/again", "a record is used a second time", 22, [](F f) { return is_undo(f) && f.undone->undone; }},
    {"undo/out of order", "undo of a discard after which another one stands", 37,
     [](F f) { return first_undo(f) && !f.undo_is_in_order; }},
    {"undo/unused record", "undo with a record that no discard has used", 150,
     [](F f) { return f.undone && f.undone->discard == 0; }},
    // Growth.
    {"grow/first element", "an append to a vector without elements", 120,
     [](F f) { return f.appends() && f.grown_from == 0; }},
    {"grow/second element", "an append past one element, which needs no memory", 80,
     [](F f) { return grows_past(f, 1) && f.grown_from == 1; }},
    {"grow/past 4", "an append past four elements", 100, [](F f) { return grows_past(f, 4); }},
    {"grow/past 8", "an append past eight elements", 15, [](F f) { return grows_past(f, 8); }},
    {"grow/by 64 or more", "an append of 64 elements or more", 4,
     [](F f) { return f.appends() && f.grown_to - f.grown_from >= 64; }},
    {"grow/within the room", "an append to a new vector within the capacity it was made with", 21,
     [](F f) { return f.appends() && f.before.room && f.grown_to <= *f.before.room; }},
    {"grow/past the room", "an append past the capacity it was made with", 0.95,
     [](F f) {
       return f.appends() && f.before.room && *f.before.room > 0 && f.grown_from <= *f.before.room &&
              f.grown_to > *f.before.room;
     }},
    // What went before.
    {"after/rejection", "the vector's last operation was rejected", 460,
     [](F f) { return f.before.last == Last::rejection; }},
    {"after/rejection, changed", "an operation changes the elements of a vector whose last one was rejected", 46,
     [](F f) { return f.before.last == Last::rejection && f.appends(); }},
    {"after/reset", "an append to a vector that was reset", 19,
     [](F f) { return f.before.last == Last::reset && f.appends(); }},
    {"after/destroy", "an append to a vector that was destroyed", 15,
     [](F f) { return f.before.last == Last::destroy && f.appends(); }},
    {"after/move", "an operation on a vector that was moved from", 20,
     [](F f) { return f.before.last == Last::move; }},
    {"after/undo", "an operation right after an undo", 260, [](F f) { return f.before.last == Last::undo; }},
    {"after/discard, append", "an append after a discard, which ends what the view had lost", 15,
     [](F f) { return f.before.last == Last::discard && f.appends(); }},
    {"after/copy in place", "an operation on a description in the vector's own elements", 50,
     [](F f) { return f.before.last == Last::copy_in_place; }},
    // Rejections.
    {"reject/starts outside", "rejected: the range starts past T", 80,
     [](F f) { return f.rejected(Rejection::out_of_range) && f.range && !f.range->starts_in(); }},
    {"reject/ends outside", "rejected: the range starts inside and ends past T", 210,
     [](F f) { return f.rejected(Rejection::out_of_range) && is_strict(f) && f.range->starts_in(); }},
    {"reject/wraps", "rejected: offset + bytes exceeds SIZE_MAX, where only the sum is wrong", 4,
     [](F f) { return f.rejected() && is_strict(f) && f.range->starts_in() && f.range->wraps(); }},
    {"reject/buffer too small", "rejected: the buffer of a clone", 50,
     [](F f) { return f.rejected() && f.is_any<Clone>(); }},
    {"reject/discards too much", "rejected: a vector's own discard of more than it has", 15,
     [](F f) { return f.rejected() && f.is_any<VectorDiscardBack>(); }},
    {"reject/too many or too long", "rejected: extended past its limit of elements, or past SIZE_MAX bytes", 30,
     [](F f) { return f.rejected(Rejection::length_error); }},
    {"reject/no middle", "rejected: a range of a vector that is absent", 20,
     [](F f) { return f.rejected(Rejection::invalid_argument); }},
    // Operations with a way of their own.
    {"copy/no room", "a description of bytes into no elements", 15, [](F f) { return describes(f) && room(f) == 0; }},
    {"copy/too little room", "a description that is cut short", 6,
     [](F f) { return describes(f) && room(f) > 0 && room(f) < needed(f); }},
    {"copy/exactly enough room", "a description that fills its elements", 20,
     [](F f) { return describes(f) && room(f) == needed(f); }},
    {"copy/more room", "a description that leaves elements untouched", 60,
     [](F f) { return describes(f) && room(f) > needed(f); }},
    {"copy/in place, trimmed", "a description in the vector's own elements that starts inside one", 10,
     [](F f) { return describes(f) && f.is_any<CopyInPlace>() && f.view.is_inside(f.range->offset); }},
    {"clone/exact buffer", "a clone into exactly the bytes it needs, at least one", 15,
     [](F f) { return f.is_any<Clone>() && !f.rejected() && f.clone_slack == 0 && f.view.has_bytes(); }},
    {"clone/of overlapping elements", "a clone of elements that overlap", 6,
     [](F f) { return f.is_any<Clone>() && !f.rejected() && covers_twice(f); }},
    {"extended/all three", "head, middle and tail have bytes", 8,
     [](F f) {
       const auto* op = f.as<Extended>();
       return op != nullptr && !f.rejected() && op->head.length > 0 && op->tail.length > 0 && f.range->has_bytes();
     }},
    {"extended/exactly the limit", "as many elements as the limit allows, at least one", 10,
     [](F f) {
       const auto* op = f.as<Extended>();
       return op != nullptr && !f.rejected() && f.grown_to > 0 && f.grown_to == op->limit.value;
     }},
    {"is_zero/yes", "all of at least one byte is 0", 6.5,
     [](F f) { return f.is_any<IsZero>() && f.range->has_bytes() && answers(f, 1); }},
    {"is_zero/no", "not all bytes are 0", 40, [](F f) { return f.is_any<IsZero>() && answers(f, 0); }},
    {"hexdump/nothing", "a hexdump of 0 bytes", 31, [](F f) { return f.is_any<Hexdump>() && f.text_bytes == 0; }},
    {"hexdump/short last line", "a hexdump that ends within a line", 40,
     [](F f) { return f.is_any<Hexdump>() && f.text_bytes % 16 != 0; }},
    {"hexdump/full last line", "a hexdump that ends with a full line", 1,
     [](F f) { return f.is_any<Hexdump>() && f.text_bytes > 0 && f.text_bytes % 16 == 0; }},
    {"hexdump/limited", "a hexdump that its limit cuts", 15,
     [](F f) { return f.is_any<Hexdump>() && f.text_bytes > 0 && f.text_bytes < f.view.size(); }},
    // Transfers, and what the kernel does.
    {"transfer/stops inside", "a call to the kernel moves less than it is offered, and stops inside an element", 50,
     [](F f) { return f.transfer && f.transfer->stopped_inside; }},
    {"transfer/stops on a boundary", "it stops where an element ends and another starts", 10,
     [](F f) { return f.transfer && f.transfer->stopped_between; }},
    {"transfer/interrupted", "a call is interrupted", 30, [](F f) { return f.transfer && f.transfer->interrupted; }},
    {"transfer/again at once", "the first bytes would block", 2, [](F f) { return ends(f, Reply::again) && !moved(f); }},
    {"transfer/again after some", "bytes after the first would block", 3,
     [](F f) { return ends(f, Reply::again) && moved(f); }},
    {"transfer/error after some", "a call fails after bytes were moved", 2,
     [](F f) { return (ends(f, Reply::reset) || ends(f, Reply::pipe)) && moved(f); }},
    {"transfer/nothing at once", "the first call moves nothing", 1.5,
     [](F f) { return f.transfer && f.transfer->moved_nothing && !moved(f); }},
    {"transfer/nothing after some", "a call moves nothing after bytes were moved", 1,
     [](F f) { return f.transfer && f.transfer->moved_nothing && moved(f); }},
    {"transfer/piece by piece", "several elements, one a call", 15,
     [](F f) { return f.transfer && f.transfer->limit == 1 && f.transfer->elements > 1; }},
    {"transfer/more than a call takes", "more elements than one call takes, which is several", 10,
     [](F f) { return f.transfer && f.transfer->limit > 1 && f.transfer->elements > f.transfer->limit; }},
    // What only C has.
    {"c/borrowed array", "an operation on a vector that borrows its array, with elements", 250,
     [](F f) { return f.kind == Kind::external && f.grown_from > 0; }, true},
    {"c/one buffer", "an operation on a vector whose only element is in the struct", 350,
     [](F f) { return f.kind == Kind::embedded; }, true},
    {"c/append to what cannot grow", "rejected: an append to a vector that is not its own", 60,
     [](F f) { return f.kind != Kind::owned && f.rejected() && f.is_any<Add, AddMany>(); }, true},
    {"c/discard of a borrowed array", "a vector's own discard of bytes of a borrowed array", 2.5,
     [](F f) { return f.kind == Kind::external && f.is_any<VectorDiscardBack>() && !f.rejected() && f.discard->bytes > 0; },
     true},
    // Where it all lies.
    {"arena/shared", "elements may lie anywhere", 3000, [](F f) { return f.arena.kind == Arena::Kind::shared; }},
    {"arena/exact", "what is not the operation's is poisoned", 1200,
     [](F f) { return f.arena.kind == Arena::Kind::exact; }},
    {"arena/unbacked", "elements have no memory behind them", 300,
     [](F f) { return f.arena.kind == Arena::Kind::unbacked; }},
    {"arena/4 KiB or more", "an arena in which long elements fit", 400, [](F f) { return f.arena.bytes >= 4096; }},
};

}  // namespace

std::span<const Tag> all_tags() { return kTags; }

}  // namespace lockstep
