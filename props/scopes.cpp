#include "scopes.h"

#include <array>

#include "scope_operands.h"

namespace lockstep {
namespace {

constexpr std::size_t kMaxShape = Pieces::max;
constexpr std::uint16_t kMaxLength = 3;

/// Every operation that takes two vectors; those of them that only describe; and what bytes, or the places of elements,
/// matter to.
const auto kTakesTwoVectors = []<typename Op>() { return count_operands<Op, Vec>() == 2; };
const auto kDescribesInto = []<typename Op>() {
  return requires(Op op) { op.into; }
  &&count_operands<Op, Piece>() + count_operands<Op, BufferBase>() == 0;
};
const auto kTouchesMemory = []<typename Op>() { return Op::traits.touches != Touches::lengths; };

/// Every operand that makes sense for one operation on a vector of `bytes` in `elements`.
Domain single_domain(std::size_t bytes, std::size_t elements) {
  Domain domain;
  domain.vecs = {Vec{0}};
  for (std::size_t size = 0; size <= bytes + 2; ++size) domain.sizes.push_back(literal(size));
  domain.sizes.push_back(from_max(1));
  domain.sizes.push_back(from_max(0));
  domain.pieces = {piece(20, 0), piece(20, 1), piece(18, 3)};
  domain.buffers = {{0}, {10}};
  domain.shapes = {shape({}), shape({piece(3, 2)}), shape({{Piece::null_base, 0}, piece(1, 2), {Piece::wild_base, 0}})};
  for (std::size_t count = 0; count <= elements + 1; ++count)
    domain.counts.push_back({static_cast<std::uint16_t>(count)});
  domain.strides = {{0}, {3}};
  domain.values = {{0xee}};
  domain.records = {{UndoSlot::Name::none}, {UndoSlot::Name::p}};
  domain.scripts = {script({}), script({1, Script::Call::again})};
  return domain;
}

/// Domains by size and count, made once.
class SingleDomains {
 public:
  explicit SingleDomains(std::size_t most_bytes) : most_bytes_(most_bytes) {
    for (std::size_t elements = 0; elements <= kMaxShape; ++elements)
      for (std::size_t bytes = 0; bytes <= most_bytes; ++bytes) domains_.push_back(single_domain(bytes, elements));
  }
  const Domain& of(std::size_t bytes, std::size_t elements) const {
    return domains_[elements * (most_bytes_ + 1) + bytes];
  }

 private:
  std::size_t most_bytes_;
  std::vector<Domain> domains_;
};

/// Vector a with these elements, and an operation on it: one of these codes, or any.
void draw_single_operation(Choices& choices, const SingleDomains& domains, const std::vector<std::size_t>& some,
                           const Pieces& elements, Program& program) {
  std::size_t bytes = 0;
  for (const Piece& element : elements) bytes += element.length;
  program.operations.resize(2, Operation());
  program.operations[0] = Assign{Vec{0}, elements};
  program.operations[1] = enumerate_operation(choices, some.empty() ? choices.below(kOperations) : choices.among(some),
                                              domains.of(bytes, elements.count));
}

/// One more call of a script for a transfer of so many bytes. False where none follows: one that moves everything is
/// what comes behind a script, and nothing comes behind one that ends the transfer.
bool draw_call(Choices& choices, std::size_t bytes, Script& script) {
  static constexpr std::array<std::uint16_t, 4> kEndings = {0, Script::Call::again, Script::Call::reset,
                                                            Script::Call::pipe};
  if (bytes == 0 || choices.below(2) == 0) return false;
  const auto moving = static_cast<std::uint32_t>(bytes - 1);
  std::uint32_t kind = choices.below(moving + 1 + kEndings.size());
  std::uint16_t& code = script.calls[script.count++].code;
  if (kind < moving) {
    code = static_cast<std::uint16_t>(1 + kind);
    return true;
  }
  kind -= moving;
  code = kind == 0 ? Script::Call::interrupted : kEndings[kind - 1];
  return kind == 0;
}

}  // namespace

Scope single_operations(std::size_t most, Arena::Kind kind) {
  const auto domains = std::make_shared<SingleDomains>(most * kMaxLength);
  const bool exact = kind == Arena::Kind::exact;
  return {"operations-of-" + std::to_string(most) + (exact ? "-exact" : ""),
          "every operation, every vector of up to " + std::to_string(most) +
              " elements of length 0..3, every operand near its sizes",
          [domains, most, kind](Choices& choices, Program& program) {
            Pieces elements;
            elements.count = static_cast<std::uint8_t>(choices.below(static_cast<std::uint32_t>(most) + 1));
            // Apart from each other, and not in order: in an exact arena, where units are 8 bytes, too.
            constexpr std::array<int, kMaxShape> bases = {4, 0, 12, 8};
            for (std::size_t i = 0; i < elements.count; ++i)
              elements.pieces[i] = piece(bases[i], static_cast<int>(choices.below(kMaxLength + 1)));
            program.arena = {kind, kind == Arena::Kind::exact ? std::uint16_t{168} : std::uint16_t{24}};
            draw_single_operation(choices, *domains, {}, elements, program);
          }};
}

Scope two_vectors(std::size_t longest) {
  constexpr std::size_t kBytes = 4;
  Domain domain = single_domain(0, 0);
  domain.vecs = {Vec{0}, Vec{1}};
  domain.sizes = {literal(0), literal(1), literal(2), literal(kBytes + 1), from_max(0)};
  domain.pieces = {piece(6, 2)};
  domain.buffers = {{9}};
  domain.counts = {{3}};
  return {"two-vectors-to-" + std::to_string(longest),
          "every operation that takes two vectors, on every two of up to 2 elements of length 0.." +
              std::to_string(longest),
          [domain, longest, some = codes_where(kTakesTwoVectors)](Choices& choices, Program& program) {
            program.arena = {Arena::Kind::shared, 16};
            program.operations.resize(3, Operation());
            for (std::uint8_t vec = 0; vec < 2; ++vec) {
              Pieces elements;
              elements.count = static_cast<std::uint8_t>(choices.below(3));
              for (std::size_t i = 0; i < elements.count; ++i) {
                const int length = static_cast<int>(choices.below(static_cast<std::uint32_t>(longest) + 1));
                elements.pieces[i] = piece(static_cast<int>(choices.below(4)), length);
              }
              program.operations[vec] = Assign{Vec{vec}, elements};
            }
            program.operations[2] = enumerate_operation(choices, choices.among(some), domain);
          }};
}

Scope after_two_vectors() {
  Domain domain = single_domain(0, 0);
  domain.vecs = {Vec{0}, Vec{1}};
  domain.sizes = {literal(0), literal(1), from_max(0)};
  domain.pieces = {piece(6, 2)};
  domain.buffers = {{9}};
  domain.counts = {{3}};
  Domain whole = domain;
  whole.sizes = {literal(0), literal(3)};
  return {
      "after-two-vectors",
      "every operation on either of two vectors, after one was copied, moved, sliced or concatenated to one of them",
      [domain, whole, some = codes_where(kDescribesInto)](Choices& choices, Program& program) {
        program.arena = {Arena::Kind::shared, 16};
        program.operations.resize(4, Operation());
        for (std::uint8_t vec = 0; vec < 2; ++vec)
          program.operations[vec] =
              Assign{Vec{vec}, choices.among({shape({piece(0, 2), piece(4, 1)}), shape({piece(1, 3)}), shape({})})};
        program.operations[2] = enumerate_operation(choices, choices.among(some), whole);
        program.operations[3] = enumerate_operation(choices, choices.below(kOperations), domain);
      }};
}

Scope overlapping_layouts(std::size_t most) {
  constexpr std::size_t kBytes = 6;
  const auto domains = std::make_shared<SingleDomains>(most * kBytes);
  return {"overlaps-of-" + std::to_string(most),
          "what moves, compares or lays out bytes, on every layout of up to " + std::to_string(most) +
              " elements in 6 bytes",
          [domains, most, some = codes_where(kTouchesMemory)](Choices& choices, Program& program) {
            Pieces elements;
            elements.count = static_cast<std::uint8_t>(choices.below(static_cast<std::uint32_t>(most) + 1));
            for (std::size_t i = 0; i < elements.count; ++i) {
              const std::uint32_t base = choices.below(kBytes);
              elements.pieces[i] = piece(static_cast<int>(base), 1 + static_cast<int>(choices.below(kBytes - base)));
            }
            program.arena = {Arena::Kind::shared, 32};
            draw_single_operation(choices, *domains, some, elements, program);
          }};
}

std::vector<Operation> short_program_operations() {
  Domain domain;
  domain.vecs = {Vec{0}};
  domain.sizes = {literal(0), literal(1), from_max(0)};
  domain.pieces = {piece(4, 2), {Piece::null_base, 0}};
  domain.buffers = {{6}};
  domain.shapes = {shape({piece(5, 1)}), shape({piece(2, 0), piece(3, 2)})};
  domain.counts = {{2}};
  domain.strides = {{1}};
  domain.values = {{0}};
  domain.records = {{UndoSlot::Name::none}, {UndoSlot::Name::p}, {UndoSlot::Name::q}};
  domain.scripts = {script({1})};
  std::vector<Operation> operations;
  Odometer odometer;
  do {
    const Operation operation = enumerate_operation(odometer, odometer.below(kOperations), domain);
    // With no vector in the middle and no bytes of it the offset is not looked at: one will do.
    const auto* const without_mid = std::get_if<ExtendedWithoutMid>(&operation);
    if (without_mid != nullptr && without_mid->offset != domain.sizes.front()) continue;
    // An offset by itself is past the end at 1 where the vector is short, as it is at SIZE_MAX.
    const auto* const split = std::get_if<Split>(&operation);
    if (split != nullptr && split->offset == domain.sizes.back()) continue;
    operations.push_back(operation);
  } while (odometer.next());
  // One each of what would be many in the domain: no room at all, and a peer that has gone away.
  operations.push_back(WithCapacity{Vec{0}, {0}});
  operations.push_back(Send{Vec{0}, literal(0), literal(1), {0}, script({Script::Call::pipe})});
  return operations;
}

Scope short_programs(std::size_t most, std::vector<Pieces> shapes, Arena::Kind kind) {
  const bool exact = kind == Arena::Kind::exact;
  return {"programs-of-" + std::to_string(most) + (exact ? "-exact" : ""),
          "all programs of up to " + std::to_string(most) + " operations, after each of " +
              std::to_string(shapes.size()) + " shapes",
          [most, kind, shapes = std::move(shapes), operations = short_program_operations()](Choices& choices,
                                                                                            Program& program) {
            const std::size_t count = choices.below(static_cast<std::uint32_t>(most) + 1);
            program.arena = {kind, 64};
            program.operations.resize(1 + count, Operation());
            program.operations[0] = Assign{Vec{0}, choices.among(shapes)};
            for (std::size_t i = 1; i <= count; ++i) program.operations[i] = choices.among(operations);
          }};
}

std::vector<Pieces> short_program_shapes() {
  return {
      shape({piece(0, 2), piece(4, 1)}),
      shape({}),
      shape({piece(0, 1)}),
      shape({piece(0, 3)}),
      shape({piece(0, 0), piece(1, 2)}),
      shape({piece(0, 2), piece(2, 0)}),
      shape({piece(0, 1), piece(9, 0), piece(2, 1)}),
      shape({piece(0, 2), piece(1, 2)}),
      shape({piece(3, 2), piece(3, 2)}),
      shape({piece(0, 1), piece(1, 1), piece(2, 1)}),
      shape({piece(6, 1), piece(3, 2), piece(0, 1)}),
      shape({piece(0, 0), piece(0, 0)}),
      shape({piece(0, 1), piece(5, 0), piece(5, 0), piece(2, 2)}),
      shape({{Piece::null_base, 0}, piece(0, 3), {Piece::wild_base, 0}}),
      shape({piece(8, 2), piece(4, 3), piece(0, 1), piece(12, 0)}),
      shape({piece(0, 2)}),
  };
}

Scope transfers(std::size_t most_calls, std::size_t most) {
  constexpr std::uint32_t kLongest = 2;
  return {"scripts-of-" + std::to_string(most_calls) + "-over-" + std::to_string(most),
          "send and recv over every script of up to " + std::to_string(most_calls) + " calls, of vectors of up to " +
              std::to_string(most) +
              " elements of length 0..2, taken whole and less a byte at either end, 1, 2 or all "
              "elements a call",
          [most_calls, most](Choices& choices, Program& program) {
            Pieces elements;
            std::size_t bytes = 0;
            elements.count = static_cast<std::uint8_t>(1 + choices.below(static_cast<std::uint32_t>(most)));
            for (std::size_t i = 0; i < elements.count; ++i) {
              const auto length = static_cast<int>(choices.below(kLongest + 1));
              elements.pieces[i] = piece(static_cast<int>(4 * i), length);
              bytes += static_cast<std::size_t>(length);
            }
            const Size offset = literal(bytes > 1 ? choices.below(2) : 0);
            const Size range = literal(bytes - offset.value - (bytes > 2 ? choices.below(2) : 0));
            const Count limit = {static_cast<std::uint16_t>(elements.count > 1 ? choices.below(3) : 0)};
            Script script;
            while (script.count < most_calls && draw_call(choices, range.value, script)) continue;
            program.arena = {Arena::Kind::shared, 24};
            program.operations.resize(2, Operation());
            program.operations[0] = Assign{Vec{0}, elements};
            if (choices.below(2) == 0) {
              program.operations[1] = Send{Vec{0}, offset, range, limit, script};
            } else {
              program.operations[1] = Recv{Vec{0}, offset, range, limit, script};
            }
          }};
}

std::vector<Scope> quick_scopes() {
  // Small scopes that find much come first, for runs that do not go on to the end.
  return {single_operations(2, Arena::Kind::exact),
          transfers(4, 3),
          after_two_vectors(),
          short_programs(2, short_program_shapes(), Arena::Kind::shared),
          overlapping_layouts(2),
          two_vectors(1),
          single_operations(3, Arena::Kind::shared),
          short_programs(3, {short_program_shapes().front()}, Arena::Kind::shared),
          unbacked_operations(2),
          unbacked_operations(1)};
}

std::vector<Scope> full_scopes_in_c() { return {transfers(4, 4)}; }

std::vector<Scope> full_scopes() {
  return {single_operations(4, Arena::Kind::shared),
          single_operations(4, Arena::Kind::exact),
          two_vectors(2),
          after_two_vectors(),
          overlapping_layouts(3),
          transfers(4, 4),
          short_programs(2, short_program_shapes(), Arena::Kind::exact),
          short_programs(3, short_program_shapes(), Arena::Kind::shared)};
}

std::uint64_t count(const Scope& scope) {
  Odometer odometer;
  Program program;
  std::uint64_t programs = 0;
  do {
    scope.draw(odometer, program);
    ++programs;
  } while (odometer.next());
  return programs;
}

Enumeration enumerate(const Scope& scope, const Implementation& implementation,
                      const std::function<bool(std::uint64_t)>& progress, Observer* observer) {
  constexpr std::uint64_t kBetweenReports = 1 << 16;
  ModelOracle oracle(implementation, observer);
  Enumeration enumeration;
  Odometer odometer;
  Program program;
  do {
    scope.draw(odometer, program);
    ++enumeration.programs;
    enumeration.finding = oracle.judge(program);
    if (enumeration.finding) break;
    if (progress && enumeration.programs % kBetweenReports == 0 && !progress(enumeration.programs)) break;
  } while (odometer.next());
  enumeration.skipped = oracle.counts().skipped;
  return enumeration;
}

}  // namespace lockstep
