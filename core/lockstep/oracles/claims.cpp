#include "lockstep/oracles/claims.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "lockstep/oracles/claims_runner.h"
#include "lockstep/sides/state.h"

namespace lockstep {
namespace claims {

using model::extents::Wide;

constexpr std::size_t kHalf = std::size_t{1} << (std::numeric_limits<std::size_t>::digits / 2);

std::string print(std::size_t number) {
  const auto near = [number](std::size_t mark, std::string_view name) -> std::string {
    constexpr std::size_t kNear = 4096;
    if (number >= mark && number - mark < kNear)
      return std::string(name) + (number > mark ? "+" + std::to_string(number - mark) : "");
    if (number < mark && mark - number < kNear) return std::string(name) + "-" + std::to_string(mark - number);
    return "";
  };
  const std::string digits = std::to_string(std::numeric_limits<std::size_t>::digits - 1);
  const std::string half_digits = std::to_string(std::numeric_limits<std::size_t>::digits / 2);
  for (const std::string& text :
       {near(kMax, "SIZE_MAX"), near(kTopBit, "2^" + digits), near(kHalf, "2^" + half_digits)})
    if (!text.empty()) return text;
  return std::to_string(number);
}

std::string print(const Claim& claim) { return print(claim.base) + ":" + print(claim.length); }

std::string print(std::span<const Claim> claims) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t i = 0; i < claims.size() && i < kShown; ++i) text += " " + print(claims[i]);
  if (claims.size() > kShown) text += " ... " + std::to_string(claims.size()) + " elements";
  return text.empty() ? " none" : text;
}

std::string print(const Result& result) {
  if (result.rejection == Rejection::none) return print(result.value);
  return "rejected " + std::string(rejection_name(result.rejection));
}

Claim claim_of(const iovec& element) { return {reinterpret_cast<std::uintptr_t>(element.iov_base), element.iov_len}; }
iovec element_of(const Claim& claim) { return {reinterpret_cast<void*>(claim.base), claim.length}; }

std::vector<Claim> claims_of(std::span<const iovec> elements, std::size_t most) {
  std::vector<Claim> claims;
  for (const iovec& element : elements.first(std::min(elements.size(), most))) claims.push_back(claim_of(element));
  return claims;
}

std::vector<iovec> elements_of(std::span<const Claim> claims) {
  std::vector<iovec> elements;
  for (const Claim& claim : claims) elements.push_back(element_of(claim));
  return elements;
}

}  // namespace claims

using namespace claims;

const std::vector<std::size_t>& claimed_lengths() {
  static const std::vector<std::size_t> lengths = {0,           1,       kHalf - 1,   kHalf,    kHalf + 1,
                                                   kTopBit - 1, kTopBit, kTopBit + 1, kMax - 1, kMax};
  return lengths;
}

Claims::Runner::Runner(const Implementation& implementation) : call_(implementation) {
  for (Slot& slot : vectors()) slot.handle = call_.create();
  for (const Kind& kind : all_kinds())
    if (!kind.dialect || *kind.dialect == call_.dialect) kinds_.push_back(&kind);
  for (const Kind* kind : kinds_)
    counts.operations.push_back(
        {kind->name, kind->rejected == Rejected::in_both || (kind->rejected == Rejected::in_c && in_c())});
  counts.operations.push_back({"assign", true});
}

Claim Claims::Runner::draw_claim(const Claim& previous) {
  Claim claim;
  claim.length = scope_.few_lengths ? choices_->among({std::size_t{0}, std::size_t{1}, kTopBit, kMax})
                                    : choices_->among(claimed_lengths());
  // Enumeration takes one base of each: what bases do is for `clone` alone, and random programs.
  std::size_t behind = 0;
  static_cast<void>(__builtin_add_overflow(previous.base, previous.length, &behind));
  const std::array<std::size_t, 6> bases = {16, behind, previous.base, 0, kTopBit, kMax - 7};
  claim.base = scope_.many ? choices_->among(bases) : behind;
  return claim;
}

std::vector<Claim> Claims::Runner::draw_shape() {
  std::vector<Claim> claims(choices_->below(static_cast<std::uint32_t>(scope_.most_elements + 1)));
  Claim previous = {16, 0};
  for (Claim& claim : claims) previous = claim = draw_claim(previous);
  return claims;
}

/// Around each boundary, counted from position `from` on, and around the marks that lengths are made of.
std::size_t Claims::Runner::draw_size(const Slot& slot, std::size_t from) {
  std::vector<std::size_t> sizes = claimed_lengths();
  for (const Wide edge : model::extents::boundaries(slot.expected.view())) {
    if (edge < from || edge - from > kMax) continue;
    const auto size = static_cast<std::size_t>(edge - from);
    sizes.push_back(size);
    if (size > 0) sizes.push_back(size - 1);
    if (size < kMax) sizes.push_back(size + 1);
  }
  return choose(std::move(sizes));
}

std::size_t Claims::Runner::draw_count(const Slot& slot) {
  const std::size_t count = slot.expected.count;
  return choose({0, 1, count, count + 1, count + 2});
}

Claims::Runner::Range Claims::Runner::draw_range(const Slot& slot) {
  const std::size_t offset = draw_size(slot, 0);
  return {offset, draw_size(slot, offset)};
}

Claims::Runner::Slot* Claims::Runner::draw_mid(Slot& slot) {
  return choices_->below(scope_.many ? 4 : 2) > 0 ? &slot : nullptr;
}

/// How many elements at most `extended` may make, of a middle of so many.
std::size_t Claims::Runner::draw_limit(std::size_t count) {
  if (in_c()) return kMaxElementsInC;
  return scope_.many ? choose({0, count, count + 1, count + 2, 1024}) : count + 1;
}

/// Elements all alike: around kMaxElements of them, rarely, because it takes long.
std::vector<Claim> Claims::Runner::draw_many() {
  const std::size_t count = scope_.many && choices_->one_in(8) ? choose({1023, 1024, 1025}) : 2;
  return std::vector<Claim>(count, {16, choose({0, 1, kMax / count, kMax / count + 1})});
}

/// In C it is large enough, for its size is not told.
Claim Claims::Runner::draw_buffer(std::size_t needed) {
  const std::size_t base = choices_->among({std::size_t{16}, kMax - 7});
  return {base, in_c() ? needed : choose({0, needed > 0 ? needed - 1 : 0, needed, kMax})};
}

Claims::Runner::Slot& Claims::Runner::draw_destination() {
  Slot& slot = slots_[choices_->below(kVectors)];
  if (scope_.many || slot.shaped) return shaped(slot);
  // Of a destination only the sum of its lengths matters: enough for enumeration.
  const std::size_t length = choices_->among({std::size_t{0}, kTopBit, kMax});
  shape(slot, {{16, length}});
  return slot;
}

void Claims::Runner::shape(Slot& slot, const std::vector<Claim>& claims) {
  slot.shaped = true;
  say(name(slot) + " is" + print(claims));
  if (slot.handle == nullptr) {
    // Whoever borrows it adds its lengths up anew, so what is kept never says less than the elements.
    slot.expected = {claims, 0, claims.size(), call_.dialect, model::Vector::Kind::external, SIZE_MAX};
    slot.borrowed = elements_of(claims);
    slot.view = slot.borrowed;
    return;
  }
  const std::vector<iovec> elements = elements_of(claims);
  Tried* const drawn_for = std::exchange(running_, &counts.operations.back());
  ++running_->steps;
  agree(append(slot.expected, claims), nothing(call_.assign(slot.handle, elements)));
  view_again(slot);
  running_ = drawn_for;
}

Result Claims::Runner::borrowed(const Slot& slot) const {
  const bool is_whole = slot.handle != nullptr && slot.expected.count == slot.expected.array.size();
  if (!in_c() || is_whole) return {};
  return nothing(model::extents::size(slot.expected.view()));
}

/// C has no call that appends several: they are added one by one, up to the first that is rejected.
Result Claims::Runner::append(model::extents::Vector& v, const std::vector<Claim>& claims) const {
  if (!in_c()) return model::extents::append(v, claims);
  for (const Claim& claim : claims)
    if (const Result result = model::extents::append(v, {claim}); result.rejection != Rejection::none) return result;
  return {};
}

std::span<const iovec> Claims::Runner::array(const Slot& slot) const {
  if (slot.handle == nullptr) return slot.borrowed;
  return call_.look != nullptr ? call_.look(slot.handle) : std::span<const iovec>(call_.elements(slot.handle));
}

void Claims::Runner::compare(const Slot& slot) {
  if (difference_) return;
  const std::span<const iovec> array = this->array(slot);
  const std::vector<Claim> actual = claims_of(array, slot.expected.array.size() + 1);
  if (actual != slot.expected.array)
    return differ("array", name(slot) + print(slot.expected.array), name(slot) + print(actual));
  if (slot.view.data() == array.data() + slot.expected.start && slot.view.size() == slot.expected.count) return;
  const std::ptrdiff_t start = slot.view.data() - array.data();
  differ("view", name(slot) + " from " + print(slot.expected.start) + " on " + print(slot.expected.count),
         name(slot) + " from " + std::to_string(start) + " on " + print(slot.view.size()));
}

std::optional<Finding> Claims::Runner::run(Choices& choices, const ClaimScope& scope) {
  choices_ = &choices;
  scope_ = scope;
  story_.clear();
  difference_.reset();
  ++counts.programs;
  for (Slot& slot : vectors()) {
    // Anew, whatever the program before has left: where it differed, in a vector that may be of no use any more.
    call_.destroy(slot.handle);
    slot.handle = call_.create();
    slot.view = call_.elements(slot.handle);
  }
  for (Slot& slot : slots_) {
    slot.shaped = false;
    slot.expected = {{}, 0, 0, call_.dialect};
    slot.borrowed.clear();
    if (slot.handle == nullptr) slot.view = slot.borrowed;
    forget_records(slot);
  }
  const std::size_t steps = scope.most_steps == 1 ? 1 : 1 + choices.below(static_cast<std::uint32_t>(scope.most_steps));
  for (std::size_t step = 0; step < steps && !difference_; ++step) {
    const std::size_t index = choices.below(static_cast<std::uint32_t>(kinds_.size()));
    const Kind& kind = *kinds_[index];
    if (!kind.supported(call_)) {
      ++counts.skipped;
      continue;
    }
    running_ = &counts.operations[index];
    ++running_->steps;
    kind.run(*this);
    ++counts.steps;
    for (const Slot& slot : slots_) compare(slot);
  }
  if (!difference_) return std::nullopt;
  return Finding{std::string(difference_->operation) + ": " + difference_->what + " of claims",
                 "# elements are BASE:LENGTH\n" + story_ + "# should be  " + difference_->expected + "\n# but is     " +
                     difference_->actual + "\n"};
}

Claims::Claims(const Implementation& implementation) : runner_(std::make_unique<Runner>(implementation)) {}
Claims::~Claims() = default;
std::optional<Finding> Claims::run(Choices& choices, const ClaimScope& scope) { return runner_->run(choices, scope); }
const Claims::Counts& Claims::counts() const { return runner_->counts; }

std::span<const ClaimScope> small_claim_scopes() {
  static constexpr std::array<ClaimScope, 2> scopes = {
      ClaimScope{.most_elements = 1, .most_steps = 1, .many = false},
      ClaimScope{.most_elements = 2, .most_steps = 1, .many = false, .few_lengths = true}};
  return scopes;
}

std::optional<Finding> enumerate_claims(Claims& claims, std::uint64_t most, std::atomic<std::uint64_t>* programs) {
  std::uint64_t done = 0;
  for (const ClaimScope& scope : small_claim_scopes()) {
    Odometer odometer;
    do {
      if (done == most) return std::nullopt;
      ++done;
      if (programs != nullptr) programs->store(done, std::memory_order_relaxed);
      if (auto finding = claims.run(odometer, scope)) return finding;
    } while (odometer.next());
  }
  return std::nullopt;
}

}  // namespace lockstep
