// Every operation on claims.
#include <algorithm>

#include "lockstep/claims_runner.h"

namespace lockstep {
namespace {

using namespace claims;

/// A buffer that is never looked at.
template <typename Byte>
std::span<Byte> unseen(std::size_t bytes) {
  return {reinterpret_cast<Byte*>(16), bytes};
}

/// What nothing writes into a destination.
constexpr Claim kUntouched = {0x5a5a, 0xa5a5};

}  // namespace

/// from_buf, to_buf and fill, where they move nothing. free(view, offset, bytes) runs one.
template <typename Free>
void Claims::Runner::moves(std::string_view operation, Free free) {
  const Slot& slot = draw_slot();
  Range range = draw_range(slot);
  Result expected = model::extents::movable(slot.expected.view(), range.offset, range.bytes);
  if (expected.value > 0) expected.value = range.bytes = 0;
  say(operation, slot, range);
  agree(expected, free(slot.view, range.offset, range.bytes));
}

void Claims::Runner::is_zero() {
  const Slot& slot = draw_slot();
  Range range = draw_range(slot);
  Result expected = model::extents::inside(slot.expected.view(), range.offset, range.bytes);
  if (expected.rejection == Rejection::none) range.bytes = 0, expected.value = 1;
  say("is_zero", slot, range);
  agree(expected, call_.is_zero(slot.view, range.offset, range.bytes));
}

void Claims::Runner::copy() {
  const Slot& slot = draw_slot();
  const Range range = draw_range(slot);
  const std::size_t capacity = draw_count(slot);
  say("copy", slot, range, " capacity " + print(capacity));
  std::vector<Claim> described;
  const Result expected = model::extents::copy(slot.expected.view(), range.offset, range.bytes, capacity, described);
  described.resize(capacity + 1, kUntouched);
  std::vector<iovec> destination(capacity + 1, element_of(kUntouched));
  agree(expected, call_.copy(std::span(destination).first(capacity), slot.view, range.offset, range.bytes));
  const std::vector<Claim> written = claims_of(destination, destination.size());
  if (written != described) differ("elements", print(described), print(written));
}

void Claims::Runner::slice() {
  Slot& slot = draw_slot();
  Slot& into = draw_destination();
  const Range range = draw_range(slot);
  say("slice", slot, range, " into " + name(into));
  std::vector<Claim> sliced;
  Result expected = model::extents::slice(slot.expected.view(), range.offset, range.bytes, sliced);
  if (expected.rejection == Rejection::none) expected = model::extents::assign(into.expected, std::move(sliced));
  agree_changing(into, nothing(expected), nothing(call_.slice(into.handle, slot.view, range.offset, range.bytes)));
}

void Claims::Runner::slice_count() {
  const Slot& slot = draw_slot();
  const Range range = draw_range(slot);
  say("slice_count", slot, range);
  agree(model::extents::slice_count(slot.expected.view(), range.offset, range.bytes),
        call_.slice_count(slot.view, range.offset, range.bytes));
}

void Claims::Runner::extended() {
  Slot& slot = draw_slot();
  Slot& into = draw_destination();
  const Range range = draw_range(slot);
  const bool has_mid = choices_->below(scope_.many ? 4 : 2) > 0;
  const Claim head = {16, choose({0, 1, kMax - range.bytes})};
  const Claim tail = {32, choose({0, 1, kMax - range.bytes, kMax - head.length})};
  const std::size_t count = slot.expected.count;
  const std::size_t limit = scope_.many ? choose({0, count, count + 1, count + 2, 1024}) : count + 1;
  say("extended", slot, range,
      " head " + print(head) + " tail " + print(tail) + " limit " + print(limit) + (has_mid ? "" : " no mid") +
          " into " + name(into));
  std::optional<std::span<const Claim>> expected_mid;
  std::optional<std::span<const iovec>> mid;
  if (has_mid) expected_mid = slot.expected.view(), mid = slot.view;
  std::vector<Claim> made;
  Result expected = model::extents::extended(head, expected_mid, range.offset, range.bytes, tail, limit, made);
  if (expected.rejection == Rejection::none) expected = model::extents::assign(into.expected, std::move(made));
  agree_changing(
      into, nothing(expected),
      nothing(call_.extended(into.handle, element_of(head), mid, range.offset, range.bytes, element_of(tail), limit)));
}

void Claims::Runner::concat() {
  Slot& slot = draw_slot();
  Slot& into = draw_destination();
  const Range range = draw_range(slot);
  say("concat", slot, range, " onto " + name(into));
  const Result expected = [&] {
    const std::vector<Claim> source(slot.expected.view().begin(), slot.expected.view().end());
    return model::extents::concat(into.expected, source, range.offset, range.bytes);
  }();
  agree_changing(into, expected, call_.concat(into.handle, slot.view, range.offset, range.bytes));
}

template <typename Expected, typename Actual>
void Claims::Runner::discards(std::string_view operation, Expected expected, Actual actual) {
  Slot& slot = draw_slot();
  const std::size_t bytes = draw_size(slot, 0);
  const std::size_t record = choices_->below(3);  // 0: none
  say(std::string(operation) + " " + name(slot) + " bytes " + print(bytes) +
      (record > 0 ? " record " + std::to_string(record) : ""));
  agree(expected(slot.expected, bytes, record > 0 ? &slot.expected_records[record - 1] : nullptr),
        actual(slot.view, bytes, record > 0 ? &slot.records[record - 1] : nullptr));
}

void Claims::Runner::undo() {
  Slot& slot = draw_slot();
  const std::size_t record = choices_->below(2);
  say("undo " + name(slot) + " record " + std::to_string(record + 1));
  model::extents::undo(slot.expected, slot.expected_records[record]);
  call_.undo(slot.view, slot.records[record]);
}

void Claims::Runner::vector_discard_back() {
  Slot& slot = draw_vector();
  const std::size_t bytes = draw_size(slot, 0);
  say("vector_discard_back " + name(slot) + " bytes " + print(bytes));
  agree_changing(slot, nothing(model::extents::truncate(slot.expected, bytes)),
                 nothing(call_.vector_discard_back(slot.handle, bytes)));
}

void Claims::Runner::clone() {
  Slot& slot = draw_slot();
  Slot& into = draw_destination();
  const std::size_t needed = model::extents::clone_size(slot.expected.view()).value;
  const Claim buffer = {choices_->among({std::size_t{16}, kMax - 7}),
                        choose({0, needed > 0 ? needed - 1 : 0, needed, kMax})};
  say("clone " + name(slot) + " onto " + name(into) + " buffer " + print(buffer));
  const Result expected = [&] {
    const std::vector<Claim> source(slot.expected.view().begin(), slot.expected.view().end());
    return model::extents::clone(into.expected, source, buffer);
  }();
  const std::span<std::byte> space(reinterpret_cast<std::byte*>(buffer.base), buffer.length);
  agree_changing(into, nothing(expected), nothing(call_.clone(into.handle, slot.view, space)));
}

void Claims::Runner::add() {
  Slot& slot = draw_vector();
  const Claim claim = draw_claim({16, 0});
  say("add to " + name(slot) + " " + print(claim));
  const iovec element = element_of(claim);
  agree_changing(slot, model::extents::append(slot.expected, {claim}),
                 nothing(call_.add(slot.handle, element.iov_base, element.iov_len)));
}

void Claims::Runner::add_many() {
  Slot& slot = draw_vector();
  // Around kMaxElements; rarely, because it takes long.
  const std::size_t count = scope_.many && choices_->one_in(8) ? choose({1023, 1024, 1025}) : 2;
  const std::vector<Claim> claims(count, {16, choose({0, 1, kMax / count, kMax / count + 1})});
  say("add " + print(count) + " to " + name(slot) + " " + print(claims[0]));
  agree_changing(slot, model::extents::append(slot.expected, claims),
                 nothing(call_.add_many(slot.handle, elements_of(claims))));
}

const std::vector<Claims::Runner::Kind>& Claims::Runner::kinds() {
  using I = const Implementation&;
  using R = Runner&;
  static const std::vector<Kind> kinds = {
      {"size", [](I i) { return i.size != nullptr; },
       [](R r) {
         const Slot& slot = r.draw_slot();
         r.say("size " + r.name(slot));
         r.agree(model::extents::size(slot.expected.view()), r.call_.size(slot.view));
       }},
      {"vector_size", [](I i) { return i.vector_size != nullptr; },
       [](R r) {
         const Slot& slot = r.draw_vector();
         r.say("vector_size " + r.name(slot));
         r.agree(model::extents::size(slot.expected.array), r.call_.vector_size(slot.handle));
       }},
      {"clone_size", [](I i) { return i.clone_size != nullptr; },
       [](R r) {
         const Slot& slot = r.draw_slot();
         r.say("clone_size " + r.name(slot));
         r.agree(model::extents::clone_size(slot.expected.view()), r.call_.clone_size(slot.view));
       }},
      {"hexdump", [](I i) { return i.hexdump != nullptr; },
       [](R r) {
         const Slot& slot = r.draw_slot();
         r.say("hexdump " + r.name(slot) + " limit 0");
         std::string text;
         r.agree(nothing({0, model::extents::size(slot.expected.view()).rejection}),
                 nothing(r.call_.hexdump(slot.view, "", 0, text)));
       }},
      {"from_buf", [](I i) { return i.from_buf != nullptr; },
       [](R r) {
         r.moves("from_buf", [&](auto view, std::size_t offset, std::size_t bytes) {
           return r.call_.from_buf(view, offset, unseen<const std::byte>(bytes));
         });
       }},
      {"to_buf", [](I i) { return i.to_buf != nullptr; },
       [](R r) {
         r.moves("to_buf", [&](auto view, std::size_t offset, std::size_t bytes) {
           return r.call_.to_buf(view, offset, unseen<std::byte>(bytes));
         });
       }},
      {"fill", [](I i) { return i.fill != nullptr; },
       [](R r) {
         r.moves("fill", [&](auto view, std::size_t offset, std::size_t bytes) {
           return r.call_.fill(view, offset, std::byte{1}, bytes);
         });
       }},
      {"is_zero", [](I i) { return i.is_zero != nullptr; }, [](R r) { r.is_zero(); }},
      {"copy", [](I i) { return i.copy != nullptr; }, [](R r) { r.copy(); }},
      {"slice", [](I i) { return i.slice != nullptr; }, [](R r) { r.slice(); }},
      {"slice_count", [](I i) { return i.slice_count != nullptr; }, [](R r) { r.slice_count(); }},
      {"extended", [](I i) { return i.extended != nullptr; }, [](R r) { r.extended(); }},
      {"concat", [](I i) { return i.concat != nullptr; }, [](R r) { r.concat(); }},
      {"discard_front", [](I i) { return i.discard_front != nullptr; },
       [](R r) { r.discards("discard_front", model::extents::discard_front, r.call_.discard_front); }},
      {"discard_back", [](I i) { return i.discard_back != nullptr; },
       [](R r) { r.discards("discard_back", model::extents::discard_back, r.call_.discard_back); }},
      {"undo", [](I i) { return i.undo != nullptr; }, [](R r) { r.undo(); }},
      {"vector_discard_back", [](I i) { return i.vector_discard_back != nullptr; },
       [](R r) { r.vector_discard_back(); }},
      {"clone", [](I i) { return i.clone != nullptr; }, [](R r) { r.clone(); }},
      {"add", [](I i) { return i.add != nullptr; }, [](R r) { r.add(); }},
      {"add_many", [](I i) { return i.add_many != nullptr; }, [](R r) { r.add_many(); }},
  };
  return kinds;
}

}  // namespace lockstep
