// SPDX-License-Identifier: Apache-2.0
#include "scopes.h"

#include <array>
#include <sstream>

namespace lockstep {
namespace {

/// Operations that take two vectors.
const auto kTakesTwoVectors = []<typename Op>() { return count_operands<Op, Vec>() == 2; };
/// Those of them that change the second one, from the first alone.
const auto kChangesIntoFromVec = []<typename Op>() {
  return requires(Op op) { op.into; }
  &&count_operands<Op, Piece>() + count_operands<Op, BufferBase>() == 0;
};
/// Operations to which bytes, or the places of elements, matter.
const auto kDependsOnLayout = []<typename Op>() { return Op::traits.touches != Touches::lengths; };

/// Operands as the text of a program has them, separated by blanks.
template <typename Kind>
std::vector<Kind> all(const std::string& words) {
  std::vector<Kind> operands;
  std::istringstream stream(words);
  for (std::string word; stream >> word;) operands.push_back(Kind::parse(word).value());
  return operands;
}

Size literal(std::size_t value) { return {Size::Kind::literal, 0, value}; }

Piece piece(std::uint32_t base, std::uint32_t length) {
  return {static_cast<std::uint16_t>(base), static_cast<std::uint16_t>(length)};
}

template <typename Draw>
Pieces draw_pieces(std::uint32_t count, Draw draw) {
  Pieces list;
  for (std::uint32_t i = 0; i < count; ++i) list.pieces[list.count++] = draw(i);
  return list;
}

std::size_t bytes_of(const Pieces& pieces) {
  std::size_t bytes = 0;
  for (const Piece& one : pieces) bytes += one.length;
  return bytes;
}

std::string exactness(Arena::Kind kind) { return kind == Arena::Kind::exact ? "-exact" : ""; }

/// Every operand that makes sense for one operation on a vector of `bytes` in `elements`.
Domain single_domain(std::size_t bytes, std::size_t elements) {
  Domain domain;
  domain.vecs = {Vec{0}};
  for (std::size_t size = 0; size <= bytes + 2; ++size) domain.sizes.push_back(literal(size));
  for (const Size huge : all<Size>("SIZE_MAX-1 SIZE_MAX")) domain.sizes.push_back(huge);
  domain.pieces = all<Piece>("20+0 20+1 18+3");
  domain.buffers = all<BufferBase>("0 10");
  domain.shapes = all<Pieces>("none 3+2 null+0,1+2,wild+0");
  for (std::size_t count = 0; count <= elements + 1; ++count)
    domain.counts.push_back({static_cast<std::uint16_t>(count)});
  domain.strides = all<Stride>("0 3");
  domain.values = all<Value>("238");
  domain.records = all<UndoSlot>("none p");
  domain.scripts = all<Script>("none 1,again");
  return domain;
}

using SingleDomains = std::array<std::vector<Domain>, Pieces::max + 1>;  // by elements and bytes

SingleDomains single_domains(std::uint32_t most_bytes) {
  SingleDomains domains;
  for (std::size_t elements = 0; elements < domains.size(); ++elements)
    for (std::size_t bytes = 0; bytes <= most_bytes; ++bytes)
      domains[elements].push_back(single_domain(bytes, elements));
  return domains;
}

/// For operations on either of two vectors.
Domain two_vector_domain(const std::string& sizes) {
  Domain domain = single_domain(0, 0);
  domain.vecs = all<Vec>("a b");
  domain.sizes = all<Size>(sizes);
  domain.pieces = all<Piece>("6+2");
  domain.buffers = all<BufferBase>("9");
  domain.counts = all<Count>("3");
  return domain;
}

/// Operands around lengths that no memory has.
Domain unbacked_domain(Vec vec, std::uint32_t most) {
  Domain domain;
  domain.vecs = {vec};
  domain.sizes = all<Size>(most == 1 ? "0 1 SIZE_MAX-1 SIZE_MAX 2^63 2^63-1 2^63+1 2^32 2^32-1 2^32+1 2^31 2^31-1 "
                                       "2^31+1 edge(1)-1 edge(1) edge(1)+1"
                                     : "0 1 SIZE_MAX-1 SIZE_MAX 2^63 2^32 2^31 edge(1)-1 edge(1) edge(1)+1 edge(2)-1 "
                                       "edge(2) edge(2)+1");
  domain.pieces = all<Piece>("16+1 16+2^63 16+SIZE_MAX");
  domain.buffers = all<BufferBase>("16 (SIZE_MAX-7)");
  domain.shapes = all<Pieces>("none 16+2^63,16+2^63");
  domain.counts = all<Count>("0 1 2 3");
  domain.strides = all<Stride>("0");
  domain.values = all<Value>("1");
  domain.records = all<UndoSlot>("none p");
  domain.scripts = all<Script>("none half");
  return domain;
}

/// Vector a with these elements, and an operation on it: one of these codes.
void draw_single_operation(Choices& choices, const SingleDomains& domains, const std::vector<std::size_t>& codes,
                           const Pieces& elements, Program& program) {
  const Domain& domain = domains[elements.count][bytes_of(elements)];
  program.operations.push_back(Assign{Vec{0}, elements});
  program.operations.push_back(enumerate_operation(choices, choices.among(codes), domain));
}

/// One more call of a script for a transfer of so many bytes. False where none follows: one that moves everything is
/// what comes behind a script, and nothing comes behind one that ends the transfer.
bool draw_call(Choices& choices, std::size_t bytes, Script& script) {
  static constexpr std::array<std::uint16_t, 4> kEndings = {0, Script::Call::again, Script::Call::reset,
                                                            Script::Call::pipe};
  if (bytes == 0 || choices.below(2) == 0) return false;
  const auto moving = static_cast<std::uint32_t>(bytes - 1);
  const std::uint32_t kind = choices.below(moving + 1 + kEndings.size());
  std::uint16_t& code = script.calls[script.count++].code;
  if (kind < moving) code = static_cast<std::uint16_t>(1 + kind);
  if (kind == moving) code = Script::Call::interrupted;
  if (kind > moving) code = kEndings[kind - moving - 1];
  return kind <= moving;
}

}  // namespace

Scope single_operations(std::uint32_t most, Arena::Kind kind) {
  return {"operations-of-" + std::to_string(most) + exactness(kind),
          "every operation, every vector of up to " + std::to_string(most) +
              " elements of length 0..3, every operand near its sizes",
          [domains = single_domains(most * 3), all = codes_where([]<typename Op>() { return true; }), most, kind](
              Choices& choices, Program& program) {
            // Apart from each other, and not in order: in an exact arena, where units are 8 bytes, too.
            constexpr std::array<std::uint32_t, Pieces::max> bases = {4, 0, 12, 8};
            const Pieces elements = draw_pieces(choices.below(most + 1),
                                                [&](std::uint32_t i) { return piece(bases[i], choices.below(4)); });
            program.arena = {kind, kind == Arena::Kind::exact ? std::uint16_t{168} : std::uint16_t{24}};
            draw_single_operation(choices, domains, all, elements, program);
          }};
}

Scope two_vectors(std::uint32_t longest) {
  return {"two-vectors-to-" + std::to_string(longest),
          "every operation that takes two vectors, on every two of up to 2 elements of length 0.." +
              std::to_string(longest),
          [domain = two_vector_domain("0 1 2 5 SIZE_MAX"), longest, some = codes_where(kTakesTwoVectors)](
              Choices& choices, Program& program) {
            const auto draw = [&] {
              return draw_pieces(choices.below(3), [&](std::uint32_t) {
                const std::uint32_t length = choices.below(longest + 1);
                return piece(choices.below(4), length);
              });
            };
            program.arena = {Arena::Kind::shared, 16};
            for (const Vec vec : {Vec{0}, Vec{1}}) program.operations.push_back(Assign{vec, draw()});
            program.operations.push_back(enumerate_operation(choices, choices.among(some), domain));
          }};
}

Scope after_two_vectors() {
  return {
      "after-two-vectors",
      "every operation on either of two vectors, after one was copied, moved, sliced, split or concatenated to one of "
      "them",
      [shapes = all<Pieces>("0+2,4+1 1+3 none"), domain = two_vector_domain("0 1 SIZE_MAX"),
       whole = two_vector_domain("0 3"), some = codes_where(kChangesIntoFromVec)](Choices& choices, Program& program) {
        program.arena = {Arena::Kind::shared, 16};
        for (const Vec vec : {Vec{0}, Vec{1}}) program.operations.push_back(Assign{vec, choices.among(shapes)});
        program.operations.push_back(enumerate_operation(choices, choices.among(some), whole));
        program.operations.push_back(enumerate_operation(choices, choices.below(kOperations), domain));
      }};
}

Scope fresh_vectors() {
  return {"fresh-vectors",
          "every operation on vectors that nothing was assigned to, alone and before a look at another one",
          [domain = two_vector_domain("0 1 SIZE_MAX")](Choices& choices, Program& program) {
            program.arena = {Arena::Kind::shared, 16};
            program.operations.push_back(enumerate_operation(choices, choices.below(kOperations), domain));
            if (choices.below(2) == 1) program.operations.push_back(VectorSize{Vec{2}});
          }};
}

Scope overlapping_layouts(std::uint32_t most) {
  constexpr std::uint32_t kBytes = 6;
  return {"overlaps-of-" + std::to_string(most),
          "what moves, compares or lays out bytes, on every layout of up to " + std::to_string(most) +
              " elements in 6 bytes",
          [domains = single_domains(most * kBytes), most, some = codes_where(kDependsOnLayout)](Choices& choices,
                                                                                                Program& program) {
            const Pieces elements = draw_pieces(choices.below(most + 1), [&](std::uint32_t) {
              const std::uint32_t base = choices.below(kBytes);
              return piece(base, 1 + choices.below(kBytes - base));
            });
            program.arena = {Arena::Kind::shared, 32};
            draw_single_operation(choices, domains, some, elements, program);
          }};
}

std::vector<Operation> short_program_operations() {
  Domain domain;
  domain.vecs = {Vec{0}};
  domain.sizes = all<Size>("0 1 SIZE_MAX");
  domain.pieces = all<Piece>("4+2 null+0");
  domain.buffers = all<BufferBase>("6");
  domain.shapes = all<Pieces>("5+1 2+0,3+2");
  domain.counts = all<Count>("2");
  domain.strides = all<Stride>("1");
  domain.values = all<Value>("0");
  domain.records = all<UndoSlot>("none p q");
  domain.scripts = all<Script>("1");
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
  operations.push_back(Send{Vec{0}, literal(0), literal(1), {0}, Script::parse("pipe").value()});
  return operations;
}

Scope short_programs(std::uint32_t most, std::vector<Pieces> shapes, Arena::Kind kind) {
  return {"programs-of-" + std::to_string(most) + exactness(kind),
          "all programs of up to " + std::to_string(most) + " operations, after each of " +
              std::to_string(shapes.size()) + " shapes",
          [most, kind, shapes = std::move(shapes), operations = short_program_operations()](Choices& choices,
                                                                                            Program& program) {
            const std::uint32_t count = choices.below(most + 1);
            program.arena = {kind, 64};
            program.operations.push_back(Assign{Vec{0}, choices.among(shapes)});
            while (program.operations.size() < 1 + count) program.operations.push_back(choices.among(operations));
          }};
}

std::vector<Pieces> short_program_shapes() {
  return all<Pieces>(
      "0+2,4+1 none 0+1 0+3 0+0,1+2 0+2,2+0 0+1,9+0,2+1 0+2,1+2 3+2,3+2 0+1,1+1,2+1 6+1,3+2,0+1 0+0,0+0 "
      "0+1,5+0,5+0,2+2 null+0,0+3,wild+0 8+2,4+3,0+1,12+0 0+2");
}

Scope transfers(std::uint32_t most_calls, std::uint32_t most) {
  return {"scripts-of-" + std::to_string(most_calls) + "-over-" + std::to_string(most),
          "send and recv over every script of up to " + std::to_string(most_calls) + " calls, of vectors of up to " +
              std::to_string(most) +
              " elements of length 0..2, taken whole and less a byte at either end, 1, 2 or all "
              "elements a call",
          [most_calls, most](Choices& choices, Program& program) {
            const Pieces elements =
                draw_pieces(1 + choices.below(most), [&](std::uint32_t i) { return piece(4 * i, choices.below(3)); });
            const std::size_t bytes = bytes_of(elements);
            const Size offset = literal(bytes > 1 ? choices.below(2) : 0);
            const Size range = literal(bytes - offset.value - (bytes > 2 ? choices.below(2) : 0));
            const Count limit = {static_cast<std::uint16_t>(elements.count > 1 ? choices.below(3) : 0)};
            Script script;
            while (script.count < most_calls && draw_call(choices, range.value, script)) continue;
            program.arena = {Arena::Kind::shared, 24};
            program.operations.push_back(Assign{Vec{0}, elements});
            program.operations.push_back(Send{Vec{0}, offset, range, limit, script});
            if (choices.below(2) == 1) program.operations[1] = Recv{Vec{0}, offset, range, limit, script};
          }};
}

Scope unbacked_operations(std::uint32_t most) {
  // What shows most comes first: a sum that wraps to 0.
  const std::string lengths = most == 1 ? "2^63 (2^63-1) (2^63+1) 2^32 (2^32-1) (2^32+1) 2^31 (2^31-1) (2^31+1) 2^16 "
                                          "(2^16-1) (2^16+1) SIZE_MAX 1 0 (SIZE_MAX-1)"
                                        : "2^63 2^32 2^31 2^16 SIZE_MAX 1 0";
  return {"unbacked-operations-of-" + std::to_string(most),
          "every operation, every vector of up to " + std::to_string(most) +
              " elements of lengths that no memory has, every operand near such lengths",
          [domains = std::array{unbacked_domain(Vec{kUnownedVector}, most), unbacked_domain(Vec{0}, most)},
           lengths = all<BufferBase>(lengths), others = all<Pieces>("16+0 16+2^63 16+SIZE_MAX"),
           most](Choices& choices, Program& program) {
            const Domain& domain = domains[choices.below(2)];
            const Vec own = domain.vecs.front();
            const Pieces elements = draw_pieces(most - choices.below(most + 1), [&](std::uint32_t i) {
              return piece(16 * i, choices.among(lengths).base);
            });
            const std::size_t code = choices.below(kOperations);
            // A second vector matters where it is added to, or compared.
            const bool matters = visit_operation(
                [](const auto& op) {
                  return effect_of(op) == Effect::grows || requires { op.other; };
                },
                operation_of_code(code));
            program.arena = kUnbackedArena;
            program.operations.push_back(Assign{own, elements});
            program.operations.push_back(Assign{Vec{1}, matters ? choices.among(others) : others.front()});
            program.operations.push_back(enumerate_operation(choices, code, domain));
            const auto second = [&] { return choices.among<Vec>({Vec{1}, own}); };
            visit_operation(
                [&](auto& op) {
                  if constexpr (requires { op.into; }) op.into = second();
                  if constexpr (requires { op.other; }) op.other = second();
                },
                program.operations[2]);
          },
          true};
}

std::vector<Scope> quick_scopes() {
  // Small scopes that find much come first, for runs that do not go on to the end.
  return {single_operations(2, Arena::Kind::exact),
          transfers(4, 3),
          after_two_vectors(),
          short_programs(2, short_program_shapes(), Arena::Kind::shared),
          fresh_vectors(),
          overlapping_layouts(2),
          two_vectors(1),
          single_operations(3, Arena::Kind::shared),
          short_programs(3, {short_program_shapes().front()}, Arena::Kind::shared),
          unbacked_operations(2),
          unbacked_operations(1)};
}

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

std::uint64_t count(const Scope& scope, std::uint64_t most) {
  std::uint64_t programs = 0;
  visit_programs(scope, [&](const Program&) { return ++programs < most; });
  return programs;
}

}  // namespace lockstep
