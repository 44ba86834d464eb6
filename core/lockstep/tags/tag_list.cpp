// SPDX-License-Identifier: Apache-2.0
// The list of tags. A row: name, description, threshold, the seeded bug that needs such steps, and the condition.
#include <cstdint>

#include "lockstep/tags/tags.h"

namespace lockstep {
namespace {

using F = const StepFacts&;
using E = const ElementState&;
using model::Rejection;
using Kind = model::Vector::Kind;

/// A range of at least a byte that does not reach past the end.
bool fits(F f) { return f.range && f.range->has_bytes() && !f.range->is_clipped(); }
bool is_clipped(F f) { return f.range && f.range->has_bytes() && f.range->is_clipped(); }
std::size_t crossed(F f) { return f.view.boundaries_between(f.range->offset, f.range->end()); }
bool crosses(F f, std::size_t count) { return f.range && f.range->has_bytes() && crossed(f) == count; }
bool acts_on_view(F f) { return f.acts_on_view; }
/// What looks at bytes is not run where elements have no memory.
bool acts_on_memory(F f) { return acts_on_view(f) && f.arena.kind != Arena::Kind::unbacked; }
bool discards_0_bytes(F f) { return f.discard && f.discard->bytes == 0 && f.discarded_from().has_bytes(); }
/// At the end that is discarded from.
bool has_empties(F f) { return f.discarded_from().has_empty_at(f.discard->front ? 0 : f.discarded_from().size()); }

/// Where a discard stops, as a position; of one that does not remove everything.
bool stops(F f, bool (Layout::*where)(std::size_t) const) {
  if (!f.discard) return false;
  const Layout& from = f.discarded_from();
  if (f.discard->bytes == 0 || f.discard->bytes >= from.size()) return false;
  return (from.*where)(f.discard->front ? f.discard->bytes : from.size() - f.discard->bytes);
}

bool is_undo(F f) { return f.undone && f.undone->discard > 0; }
bool first_undo(F f) { return is_undo(f) && !f.undone->undone; }
bool is_strict(F f) { return f.range && traits_of(f.operation).range == Bounds::strict; }
bool covers_twice(F f) { return f.view.any_two(overlap); }
bool holds(E a, E b) { return a.offset <= b.offset && end_of(b) <= end_of(a); }
bool some_two(F f, bool (*relation)(E a, E b)) { return acts_on_view(f) && f.view.any_two(relation); }
bool neighbours(F f, bool (*relation)(E a, E b)) { return acts_on_view(f) && f.view.any_two(relation, SIZE_MAX, 1); }
bool writes(F f) { return traits_of(f.operation).touches == Touches::writes && f.range->has_bytes(); }

using model::Reply;
bool ends(F f, Reply error) { return f.transfer && f.transfer->error == error; }
bool moved(F f) { return f.transfer->bytes > 0; }

constexpr Tag kTags[] = {
    // Where a range starts.
    {"start/inside", "a range starts inside an element", 300, "fill_ignores_offset_within",
     [](F f) { return f.range && f.view.is_inside(f.range->offset); }},
    {"start/on a boundary", "a range starts on a boundary with bytes on both sides", 150,
     "slice_count_boundary_belongs_before", [](F f) { return f.range && f.view.is_inner_boundary(f.range->offset); }},
    {"start/among empties", "a range starts where one or more empty elements lie", 200, "slice_drops_empty_elements",
     [](F f) { return f.range && f.view.has_empty_at(f.range->offset); }},
    {"start/one past the end", "a range starts at T + 1", 50, "to_buf_past_end_answers_0",
     [](F f) { return f.range && f.view.size() < SIZE_MAX && f.range->offset == f.view.size() + 1; }},
    {"start/near SIZE_MAX", "a range starts at SIZE_MAX - 3 or later", 10, "to_buf_offset_in_an_int",
     [](F f) { return f.range && f.range->offset >= SIZE_MAX - 3; }},
    // Where it ends.
    {"end/inside", "a range ends inside an element", 200, "concat_last_piece_untrimmed",
     [](F f) { return fits(f) && f.view.is_inside(f.range->end()); }},
    {"end/before empties", "a range ends where one or more empty elements lie", 50, "slice_keeps_empty_behind",
     [](F f) { return fits(f) && f.view.has_empty_at(f.range->end()); }},
    {"end/one past the end", "a range starts inside and reaches to T + 1", 50, "slice_range_check_without_length",
     [](F f) { return is_clipped(f) && f.range->bytes == f.view.size() - f.range->offset + 1; }},
    {"end/wraps", "offset + bytes exceeds SIZE_MAX, from a position inside", 6, "is_zero_range_check_wraps",
     [](F f) { return is_clipped(f) && f.range->wraps(); }},
    // What lies between.
    {"range/0 bytes inside", "a range of 0 bytes inside an element", 40, "from_buf_skips_only_for_bytes",
     [](F f) { return f.range && f.range->bytes == 0 && f.view.is_inside(f.range->offset); }},
    {"range/0 bytes past the end", "a range of 0 bytes beyond T", 60, "copy_looks_at_bytes_only",
     [](F f) { return f.range && f.range->bytes == 0 && !f.range->starts_in(); }},
    {"range/across 1 boundary", "a range crosses one boundary", 150, "from_buf_data_not_advanced",
     [](F f) { return crosses(f, 1); }},
    {"range/across 2 boundaries", "a range crosses two boundaries", 60, "send_third_element_from_the_old_base",
     [](F f) { return crosses(f, 2); }},
    {"range/over an empty element", "an empty element lies strictly inside a range", 50,
     "to_buf_loops_at_empty_element",
     [](F f) { return fits(f) && f.view.has_empty_between(f.range->offset, f.range->end()); }},
    {"range/64 bytes or more", "a range has 64 bytes or more", 40, "from_buf_last_byte_of_wide_piece",
     [](F f) { return f.range && f.range->starts_in() && f.range->end() - f.range->offset >= 64; }},
    // What the vector is like.
    {"vector/one element", "it has one element, with bytes", 530, "vector_discard_back_subtracts_twice",
     [](F f) { return acts_on_view(f) && f.view.elements.size() == 1 && f.view.has_bytes(); }},
    {"vector/empty first", "its first element is empty, a later one is not", 300, "discard_stops_at_empty",
     [](F f) { return acts_on_view(f) && f.view.has_bytes() && f.view.has_empty_at(0); }},
    {"vector/empty last", "its last element is empty, an earlier one is not", 300, "vector_discard_back_leaves_0_bytes",
     [](F f) { return acts_on_view(f) && f.view.has_bytes() && f.view.has_empty_at(f.view.size()); }},
    {"vector/64 elements or more", "it has 64 to 1,024 elements", 3.5, "size_counts_elements_in_a_byte",
     [](F f) { return acts_on_view(f) && f.view.elements.size() >= 64 && f.view.elements.size() <= 1024; }},
    {"vector/more than 1,024 elements", "it has more elements than IOV_MAX", 1, "clone_array_on_the_stack",
     [](F f) { return acts_on_view(f) && f.view.elements.size() > 1024; }},
    {"vector/element of 4,096 bytes", "its longest element has 4,096 bytes of memory or more", 3.8,
     "to_buf_pages_without_last_byte", [](F f) { return acts_on_memory(f) && f.view.longest() >= 4096; }},
    {"vector/more than 64 KiB", "it has more than 65,535 bytes of memory", 0.22, "size_in_16_bits",
     [](F f) { return acts_on_memory(f) && f.view.size() > 65535; }},
    {"vector/2^31 bytes or more", "it has 2^31 bytes or more", 48, "size_in_32_bits",
     [](F f) { return acts_on_view(f) && f.view.size() >= std::size_t{1} << 31; }},
    {"vector/SIZE_MAX bytes or more", "it has SIZE_MAX bytes or more", 4.5, "size_wraps",
     [](F f) { return acts_on_view(f) && f.view.size() == SIZE_MAX; }},
    {"vector/view starts late", "the view has lost elements of its array at the front", 46, "discard_front_start_stays",
     [](F f) { return acts_on_view(f) && f.start > 0 && f.view.has_bytes(); }},
    {"vector/view ends early", "the view has lost elements of its array at the back", 62, "discard_back_count_stale",
     [](F f) { return acts_on_view(f) && f.behind > 0 && f.view.has_bytes(); }},
    // How its elements lie.
    {"overlap/same element twice", "two elements have the same base and length", 65, "to_buf_skips_a_repeated_element",
     [](F f) { return some_two(f, [](E a, E b) { return a == b; }); }},
    {"overlap/partial", "two elements overlap, and neither holds the other", 60, "clone_ignores_overlap",
     [](F f) { return some_two(f, [](E a, E b) { return overlap(a, b) && !holds(a, b) && !holds(b, a); }); }},
    {"overlap/one inside another", "one element holds another that is shorter", 300, "clone_forgets_earlier_overlap",
     [](F f) { return some_two(f, [](E a, E b) { return a.length != b.length && (holds(a, b) || holds(b, a)); }); }},
    {"overlap/touching", "an element begins where the one before it ends", 30, "add_merges_neighbours",
     [](F f) { return neighbours(f, [](E a, E b) { return end_of(a) == b.offset; }); }},
    {"overlap/touching backwards", "an element ends where the one before it begins", 30, "fill_touching_as_one",
     [](F f) { return neighbours(f, [](E a, E b) { return end_of(b) == a.offset; }); }},
    {"overlap/descending", "an element lies at a lower address than the one before it", 400,
     "clone_in_order_of_address", [](F f) { return neighbours(f, [](E a, E b) { return end_of(b) <= a.offset; }); }},
    {"overlap/apart", "several elements with bytes, all apart", 600, "clone_keeps_gaps",
     [](F f) {
       return acts_on_view(f) && f.view.boundaries_between(0, f.view.size()) > 0 && f.view.elements.size() < 64 &&
              !covers_twice(f);
     }},
    {"overlap/written through", "bytes are written through elements that overlap", 15, "from_buf_from_the_back",
     [](F f) { return writes(f) && crossed(f) > 0 && covers_twice(f); }},
    // Two vectors.
    {"two/share memory", "two different vectors, with elements that overlap", 100, "compare_trusts_equal_bases",
     [](F f) { return f.has_second && !f.same_twice && share_memory(f.view, f.second); }},
    {"two/onto itself", "concat or clone appends a vector to itself", 30, "concat_onto_itself_reads_freed_array",
     [](F f) { return f.is_any<Concat, Clone>() && f.same_twice && f.appends(); }},
    {"two/into itself", "slice or extended replaces the vector it takes from", 20, "slice_in_place_destroys_first",
     [](F f) { return f.is_any<Slice, Extended>() && f.same_twice && !f.rejected() && f.range->has_bytes(); }},
    {"two/equal", "first_difference of different vectors with bytes finds none", 4.5, "compare_by_elements",
     [](F f) {
       return f.is_any<FirstDifference>() && !f.same_twice && f.view.has_bytes() &&
              f.result.value == model::kNoDifference;
     }},
    {"two/differ late", "first_difference finds one behind the first byte of both", 1.7, "compare_skips_last_piece",
     [](F f) {
       return f.is_any<FirstDifference>() && f.result.value > 0 &&
              f.result.value < std::min(f.view.size(), f.second.size());
     }},
    // Discards.
    {"discard/whole elements", "a discard stops on a boundary", 30, "vector_discard_back_keeps_emptied",
     [](F f) { return stops(f, &Layout::is_boundary); }},
    {"discard/trims", "a discard stops inside an element", 80, "discard_front_base_stays",
     [](F f) { return stops(f, &Layout::is_inside); }},
    {"discard/among empties", "a discard stops where empty elements lie", 6, "discard_front_leaves_empty_behind",
     [](F f) { return stops(f, &Layout::has_empty_at); }},
    {"discard/0 bytes", "a discard of 0 bytes with no empty element at that end", 50, "undo_zero_trim_not_recorded",
     [](F f) { return discards_0_bytes(f) && !has_empties(f); }},
    {"discard/0 bytes of empties", "a discard of 0 bytes with an empty element at that end", 15,
     "vector_discard_back_leaves_0_bytes", [](F f) { return discards_0_bytes(f) && has_empties(f); }},
    {"discard/everything", "a discard of all T bytes", 60, "discard_back_of_all_keeps_the_record",
     [](F f) { return f.discard && f.discarded_from().has_bytes() && f.discard->bytes == f.discarded_from().size(); }},
    {"discard/record reused", "a discard into a record that another has used", 20, "undo_record_not_cleared",
     [](F f) { return f.discard && f.discard->recorded && !f.discard->fresh_record; }},
    // Undo.
    {"undo/of a trim", "undo of a discard that trimmed an element", 22, "undo_saved_late",
     [](F f) { return first_undo(f) && f.undone->trimmed; }},
    {"undo/again", "a record is used a second time", 22, "undo_only_once",
     [](F f) { return is_undo(f) && f.undone->undone; }},
    {"undo/out of order", "undo of a discard after which another one stands", 37, "undo_adds_back",
     [](F f) { return first_undo(f) && !f.undo_is_in_order; }},
    // Growth.
    {"grow/past the room", "an append past the capacity it was made with", 0.95, "add_to_a_full_array",
     [](F f) {
       return f.appends() && f.before.room && *f.before.room > 0 && f.grown_from <= *f.before.room &&
              f.grown_to > *f.before.room;
     }},
    // What went before.
    {"after/rejection", "the vector's last operation was rejected", 460, "from_buf_after_a_rejection",
     [](F f) { return f.before.last == Last::rejection; }},
    {"after/destroy", "an append to a vector that was destroyed", 15, "destroy_does_not_clear",
     [](F f) { return f.before.last == Last::destroy && f.appends(); }},
    {"after/move", "an operation on a vector that was moved from", 20, "add_to_moved_from_is_lost",
     [](F f) { return f.before.last == Last::move; }},
    // Rejections.
    {"reject/wraps", "rejected: offset + bytes exceeds SIZE_MAX, where only the sum is wrong", 4,
     "slice_count_range_check_wraps",
     [](F f) { return f.rejected() && is_strict(f) && f.range->starts_in() && f.range->wraps(); }},
    {"reject/buffer too small", "rejected: the buffer of a clone", 50, "clone_buffer_unchecked",
     [](F f) { return f.rejected() && f.is_any<Clone>(); }},
    {"reject/discards too much", "rejected: a vector's own discard of more than it has", 15,
     "vector_discard_back_takes_what_there_is", [](F f) { return f.rejected() && f.is_any<VectorDiscardBack>(); }},
    {"reject/too many or too long", "rejected: extended past its limit of elements, or past SIZE_MAX bytes", 30,
     "extended_limit_unchecked", [](F f) { return f.rejected(Rejection::length_error); }},
    // Operations with a way of their own.
    {"clone/of overlapping elements", "a clone of elements that overlap", 6, "clone_third_inside_first",
     [](F f) { return f.is_any<Clone>() && !f.rejected() && covers_twice(f); }},
    // Transfers, and what the kernel does.
    {"transfer/stops inside", "a call to the kernel moves less than it is offered, and stops inside an element", 50,
     "send_retries_from_the_old_base", [](F f) { return f.transfer && f.transfer->stopped_inside; }},
    {"transfer/stops on a boundary", "it stops where an element ends and another starts", 10,
     "recv_skips_an_element_after_a_boundary", [](F f) { return f.transfer && f.transfer->stopped_between; }},
    {"transfer/interrupted", "a call is interrupted", 30, "send_interruption_is_an_error",
     [](F f) { return f.transfer && f.transfer->interrupted; }},
    {"transfer/again after some", "bytes after the first would block", 3, "send_count_lost_on_again",
     [](F f) { return ends(f, Reply::again) && moved(f); }},
    {"transfer/error after some", "a call fails after bytes were moved", 2, "recv_count_lost_on_error",
     [](F f) { return (ends(f, Reply::reset) || ends(f, Reply::pipe)) && moved(f); }},
    {"transfer/nothing at once", "the first call moves nothing", 1.5, "send_of_nothing_is_retried",
     [](F f) { return f.transfer && f.transfer->moved_nothing && !moved(f); }},
    {"transfer/nothing after some", "a call moves nothing after bytes were moved", 1, "recv_end_of_stream_is_retried",
     [](F f) { return f.transfer && f.transfer->moved_nothing && moved(f); }},
    {"transfer/piece by piece", "several elements, one a call", 15, "send_short_piece_goes_on_with_the_next",
     [](F f) { return f.transfer && f.transfer->limit == 1 && f.transfer->elements > 1; }},
    {"transfer/more than a call takes", "more elements than one call takes, which is several", 10,
     "send_offers_too_many_elements",
     [](F f) { return f.transfer && f.transfer->limit > 1 && f.transfer->elements > f.transfer->limit; }},
    // What only C has.
    {"c/borrowed array", "an operation on a vector that borrows its array, with elements", 250,
     "c_destroy_frees_a_borrowed_array", [](F f) { return f.kind == Kind::external && f.grown_from > 0; }, true},
    {"c/one buffer", "an operation on a vector whose only element is in the struct", 350,
     "c_slice_in_place_loses_an_embedded_source", [](F f) { return f.kind == Kind::embedded; }, true},
    // Where it all lies.
    {"arena/exact", "what is not the operation's is poisoned", 1200, "to_buf_reads_behind",
     [](F f) { return f.arena.kind == Arena::Kind::exact; }},
    {"arena/unbacked", "elements have no memory behind them", 300, "slice_count_offset_is_signed",
     [](F f) { return f.arena.kind == Arena::Kind::unbacked; }},
    {"arena/large", "elements are up to a MiB", 0.2, "discard_front_in_16_bits",
     [](F f) { return f.arena.kind == Arena::Kind::large; }},
};

}  // namespace

std::span<const Tag> all_tags() { return kTags; }

}  // namespace lockstep
