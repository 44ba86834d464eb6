// Every operation on claims.
#include <algorithm>
#include <cerrno>

#include "lockstep/oracles/claims_runner.h"
#include "lockstep/sides/scripted_kernel.h"

namespace lockstep {
namespace {

using namespace claims;

/// A buffer that is never looked at.
template <typename Byte>
std::span<Byte> unseen(std::size_t bytes) {
  return {reinterpret_cast<Byte*>(16), bytes};
}

/// Moves bytes by claiming so: of the first call half of them, of every other one all.
class ClaimKernel final : public Kernel {
 public:
  using Kernel::Kernel;
  std::vector<std::vector<Claim>> offered;

 private:
  ssize_t call(std::span<const iovec> elements, bool) override {
    if (offered.size() > kMaxElements + 2) return -EIO;
    offered.push_back(claims_of(elements, elements.size()));
    const auto bytes = static_cast<std::size_t>(model::extents::total(offered.back()));
    return static_cast<ssize_t>(offered.size() == 1 ? bytes / 2 + bytes % 2 : bytes);
  }
};

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
  Result expected = borrowed(slot);
  if (expected.rejection == Rejection::none)
    expected = model::extents::inside(slot.expected, range.offset, range.bytes);
  if (expected.rejection == Rejection::none) range.bytes = 0, expected.value = 1;
  say("is_zero", slot, range);
  agree(expected, call_.is_zero(slot.view, range.offset, range.bytes));
}

template <typename Transfer>
void Claims::Runner::transfers(std::string_view operation, Transfer transfer) {
  const Slot& slot = draw_slot();
  const Range range = draw_range(slot);
  ClaimKernel kernel(choose({1, 2, kMaxElementsInC}));
  say(operation, slot, range, " elements a call " + print(kernel.max_elements()));
  std::vector<std::vector<Claim>> offered;
  const Result expected =
      model::extents::transfer(slot.expected.view(), range.offset, range.bytes, kernel.max_elements(), offered);
  Ending ending;
  agree(expected, transfer(kernel, slot.view, range.offset, range.bytes, ending));
  if (ending.error != 0 || ending.end_of_stream) differ("ending", "all is moved", "an error or the end");
  if (offered == kernel.offered) return;
  const auto [told, made] = std::mismatch(offered.begin(), offered.end(), kernel.offered.begin(), kernel.offered.end());
  const std::string call = "call " + print(static_cast<std::size_t>(told - offered.begin()) + 1) + ":";
  differ("calls", call + (told == offered.end() ? " is not made" : print(*told)),
         call + (made == kernel.offered.end() ? " is not made" : print(*made)));
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

/// In the elements of the view themselves.
void Claims::Runner::copy_in_place() {
  Slot& slot = draw_slot();
  const Range range = draw_range(slot);
  const std::size_t capacity = std::min(draw_count(slot), slot.expected.count);
  std::vector<Claim> described;
  const Result expected = model::extents::copy(slot.expected.view(), range.offset, range.bytes, capacity, described);
  std::vector<Claim> after = slot.expected.array;
  if (expected.rejection == Rejection::none)
    std::copy(described.begin(), described.end(), after.begin() + static_cast<std::ptrdiff_t>(slot.expected.start));
  // An IoVector lends its elements only for what leaves it a size.
  if (!in_c() && slot.handle != nullptr && model::extents::total(after) > kMax) return;
  say("copy", slot, range, " in place, capacity " + print(capacity));
  // Of a vector whose first elements were refused, there may be fewer.
  const std::span<iovec> destination = slot.view.first(std::min(capacity, slot.view.size()));
  agree(expected, call_.copy(destination, slot.view, range.offset, range.bytes));
  if (expected.rejection != Rejection::none) return;
  slot.expected.array = after;
  slot.expected.count = described.size();
  slot.view = slot.view.first(described.size());
  forget_records(slot);
}

void Claims::Runner::first_difference() {
  const Slot& a = draw_slot();
  const Slot& b = draw_slot();
  const auto told = model::extents::first_difference(a.expected, b.expected);
  if (!told) return;  // it would look
  say("first_difference " + name(a) + " " + name(b));
  Result expected = borrowed(a);
  if (expected.rejection == Rejection::none) expected = borrowed(b);
  agree(expected.rejection == Rejection::none ? *told : expected, call_.first_difference(a.view, b.view));
}

void Claims::Runner::slice() {
  Slot& slot = draw_slot();
  Slot& into = draw_destination();
  const Range range = draw_range(slot);
  say("slice", slot, range, " into " + name(into));
  std::vector<Claim> sliced;
  Result expected = borrowed(slot);
  if (expected.rejection == Rejection::none)
    expected = model::extents::slice(slot.expected, range.offset, range.bytes, sliced);
  if (expected.rejection == Rejection::none) expected = model::extents::make(into.expected, std::move(sliced));
  agree_changing(into, nothing(expected), nothing(call_.slice(into.handle, slot.view, range.offset, range.bytes)));
}

void Claims::Runner::slice_count() {
  const Slot& slot = draw_slot();
  const Range range = draw_range(slot);
  say("slice_count", slot, range);
  Result expected = borrowed(slot);
  if (expected.rejection == Rejection::none)
    expected = model::extents::slice_count(slot.expected, range.offset, range.bytes);
  agree(expected, call_.slice_count(slot.view, range.offset, range.bytes));
}

void Claims::Runner::extended() {
  Slot& slot = draw_slot();
  Slot& into = draw_destination();
  const Range range = draw_range(slot);
  Slot* const mid = draw_mid(slot);
  const Claim head = {16, choose({0, 1, kMax - range.bytes})};
  const Claim tail = {32, choose({0, 1, kMax - range.bytes, kMax - head.length})};
  extend(into, head, mid, range, tail, draw_limit(slot.expected.count));
}

/// Of so many elements that the ends make the difference.
void Claims::Runner::extended_at_the_limit() {
  constexpr std::size_t kLimit = kMaxElementsInC;
  Slot& slot = slots_[kVectors];
  if (slot.shaped) return;  // its records would be of other elements
  Slot& into = draw_destination();
  const std::size_t count = choose({kLimit - 2, kLimit - 1, kLimit, kLimit + 1});
  shape(slot, std::vector<Claim>(count, {16, choices_->among({std::size_t{1}, std::size_t{0}})}));
  const std::size_t bytes = static_cast<std::size_t>(model::extents::total(slot.expected.view()));
  const Claim head = {16, choices_->below(2)};
  const Claim tail = {32, choices_->below(2)};
  extend(into, head, &slot, {0, bytes}, tail, kLimit);
}

void Claims::Runner::extend(Slot& into, const Claim& head, Slot* mid, Range range, const Claim& tail,
                            std::size_t limit) {
  say("extended into " + name(into) + " head " + print(head) +
      (mid != nullptr ? " mid " + name(*mid) : std::string(" no mid")) + " offset " + print(range.offset) + " bytes " +
      print(range.bytes) + " tail " + print(tail) + " limit " + print(limit));
  Result expected = mid != nullptr ? borrowed(*mid) : Result{};
  std::vector<Claim> made;
  if (expected.rejection == Rejection::none)
    expected = model::extents::extended(head, mid != nullptr ? &mid->expected : nullptr, range.offset, range.bytes,
                                        tail, limit, made, call_.dialect);
  if (expected.rejection == Rejection::none) expected = model::extents::make(into.expected, std::move(made));
  std::optional<std::span<const iovec>> view;
  if (mid != nullptr) view = mid->view;
  agree_changing(
      into, nothing(expected),
      nothing(call_.extended(into.handle, element_of(head), view, range.offset, range.bytes, element_of(tail), limit)));
}

void Claims::Runner::concat() {
  Slot& slot = draw_slot();
  Slot& into = draw_destination();
  const Range range = draw_range(slot);
  say("concat", slot, range, " onto " + name(into));
  const Result expected = model::extents::concat(into.expected, slot.expected, range.offset, range.bytes);
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
  ++running_->accepted;
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
  const Claim buffer = draw_buffer(model::extents::clone_size(slot.expected.view()).value);
  say("clone " + name(slot) + " onto " + name(into) + " buffer " + print(buffer));
  Result expected = borrowed(slot);
  if (expected.rejection == Rejection::none) expected = model::extents::clone(into.expected, slot.expected, buffer);
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
  const std::vector<Claim> claims = draw_many();
  say("add " + print(claims.size()) + " to " + name(slot) + " " + print(claims[0]));
  const std::size_t before = slot.expected.array.size();
  agree(append(slot.expected, claims), nothing(call_.add_many(slot.handle, elements_of(claims))));
  if (slot.expected.array.size() > before) view_again(slot);
}

void Claims::Runner::reset() {
  Slot& slot = draw_vector();
  say("reset " + name(slot));
  agree_changing(slot, model::extents::reset(slot.expected), nothing(call_.reset(slot.handle)));
}

void Claims::Runner::release() {
  Slot& slot = draw_vector();
  say("destroy " + name(slot));
  call_.release(slot.handle);
  agree_changing(slot, model::extents::assign(slot.expected, {}), {});
}

void Claims::Runner::from_buffer() {
  Slot& slot = draw_destination();
  const Claim claim = draw_claim({16, 0});
  say("from_buffer " + name(slot) + " " + print(claim));
  const iovec element = element_of(claim);
  agree_changing(slot, model::extents::embed(slot.expected, claim),
                 nothing(call_.from_buffer(slot.handle, element.iov_base, element.iov_len)));
}

void Claims::Runner::borrow() {
  Slot& slot = draw_destination();
  const std::vector<Claim> claims = draw_shape();
  say("borrow " + name(slot) + print(claims));
  agree_changing(slot, model::extents::borrow(slot.expected, claims),
                 nothing(call_.borrow(slot.handle, elements_of(claims))));
}

void Claims::Runner::copy_vector() {
  Slot& slot = draw_vector();
  Slot& into = draw_destination();
  say("copy_vector " + name(slot) + " into " + name(into));
  agree_changing(into, model::extents::assign(into.expected, slot.expected.array),
                 nothing(call_.copy_vector(into.handle, slot.handle)));
}

void Claims::Runner::move_vector() {
  Slot& slot = draw_vector();
  Slot& into = draw_destination();
  say("move_vector " + name(slot) + " into " + name(into));
  const Result actual = nothing(call_.move_vector(into.handle, slot.handle));
  model::extents::assign(into.expected, slot.expected.array);
  if (&into != &slot) model::extents::assign(slot.expected, {});
  agree({}, actual);
  view_again(slot);
  view_again(into);
}

const std::vector<Claims::Runner::Kind>& Claims::Runner::all_kinds() {
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
         r.agree(model::extents::vector_size(slot.expected), r.call_.vector_size(slot.handle));
       },
       std::nullopt, Rejected::never},
      {"clone_size", [](I i) { return i.clone_size != nullptr; },
       [](R r) {
         const Slot& slot = r.draw_slot();
         r.say("clone_size " + r.name(slot));
         r.agree(model::extents::clone_size(slot.expected.view()), r.call_.clone_size(slot.view));
       },
       model::Dialect::cpp},
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
       [](R r) { r.discards("discard_front", model::extents::discard_front, r.call_.discard_front); }, std::nullopt,
       Rejected::never},
      {"discard_back", [](I i) { return i.discard_back != nullptr; },
       [](R r) { r.discards("discard_back", model::extents::discard_back, r.call_.discard_back); }, std::nullopt,
       Rejected::never},
      {"undo", [](I i) { return i.undo != nullptr; }, [](R r) { r.undo(); }, std::nullopt, Rejected::never},
      {"vector_discard_back", [](I i) { return i.vector_discard_back != nullptr; },
       [](R r) { r.vector_discard_back(); }},
      {"clone", [](I i) { return i.clone != nullptr; }, [](R r) { r.clone(); }},
      {"add", [](I i) { return i.add != nullptr; }, [](R r) { r.add(); }},
      {"add_many", [](I i) { return i.add_many != nullptr; }, [](R r) { r.add_many(); }},
      {"first_difference", [](I i) { return i.first_difference != nullptr; }, [](R r) { r.first_difference(); },
       std::nullopt, Rejected::in_c},
      {"copy_in_place", [](I i) { return i.copy != nullptr; }, [](R r) { r.copy_in_place(); }},
      {"reset", [](I i) { return i.reset != nullptr; }, [](R r) { r.reset(); }, std::nullopt, Rejected::in_c},
      {"destroy", [](I i) { return i.release != nullptr; }, [](R r) { r.release(); }, std::nullopt, Rejected::never},
      {"from_buffer", [](I i) { return i.from_buffer != nullptr; }, [](R r) { r.from_buffer(); }, std::nullopt,
       Rejected::never},
      {"copy_vector", [](I i) { return i.copy_vector != nullptr; }, [](R r) { r.copy_vector(); }, model::Dialect::cpp,
       Rejected::never},
      {"move_vector", [](I i) { return i.move_vector != nullptr; }, [](R r) { r.move_vector(); }, model::Dialect::cpp,
       Rejected::never},
      {"borrow", [](I i) { return i.borrow != nullptr; }, [](R r) { r.borrow(); }, model::Dialect::c},
      {"send", [](I i) { return i.send != nullptr; }, [](R r) { r.transfers("send", r.call_.send); }},
      {"recv", [](I i) { return i.recv != nullptr; }, [](R r) { r.transfers("recv", r.call_.recv); }},
      {"extended_at_the_limit", [](I i) { return i.extended != nullptr; },
       [](R r) {
         // Rarely, because it takes long.
         if (r.choices_->one_in(4)) r.extended_at_the_limit();
       }},
  };
  return kinds;
}

}  // namespace lockstep
