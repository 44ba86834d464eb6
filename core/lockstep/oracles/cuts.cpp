#include "lockstep/oracles/cuts.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <vector>

#include "lockstep/sides/abort_guard.h"
#include "lockstep/language/choices.h"
#include "lockstep/language/operation.h"
#include "lockstep/sides/reference.h"
#include "lockstep/sides/subject.h"

namespace lockstep {
namespace {

/// Byte by byte, more elements than this would be beyond what the harness keeps; longer programs are cut short.
constexpr std::size_t kMaxBytes = 512;

/// As in the comparison with the model, but every element may be many here.
constexpr std::size_t kWorkBudget = 1 << 14;

/// Which discards of a vector can still be taken back, whatever the cut: in reverse order, and while nothing else
/// happens.
class UndoStack {
 public:
  void push(Record record) {
    forget_if(record);
    if (record.name == Record::Name::none) {
      records_.clear();
    } else {
      records_.push_back(record);
    }
  }
  bool pop(Record record) {
    if (record.name == Record::Name::none) return true;
    if (records_.empty() || records_.back() != record) return false;
    records_.pop_back();
    return true;
  }
  void clear() { records_.clear(); }

 private:
  /// A record used again no longer takes back what it did before, nor does what lies below it.
  void forget_if(Record record) {
    const auto used = std::find(records_.begin(), records_.end(), record);
    if (used != records_.end()) records_.erase(records_.begin(), used + 1);
  }

  std::vector<Record> records_;
};

void append_cut(const Piece& piece, Cut cut, Choices& choices, std::vector<Piece>& cut_pieces) {
  const auto empty = [&](std::size_t at) { cut_pieces.push_back({static_cast<std::uint16_t>(piece.base + at), 0}); };
  if (piece.length == 0) {
    cut_pieces.push_back(piece);
    return;
  }
  if (cut == Cut::empties) {
    cut_pieces.push_back({Piece::null_base, 0});
    cut_pieces.push_back(piece);
    cut_pieces.push_back({Piece::wild_base, 0});
    return;
  }
  for (std::size_t done = 0; done < piece.length;) {
    const std::size_t left = piece.length - done;
    const std::size_t length = cut == Cut::bytes ? 1 : 1 + choices.below(static_cast<std::uint32_t>(left));
    if (cut == Cut::random && choices.one_in(4)) empty(done);
    cut_pieces.push_back({static_cast<std::uint16_t>(piece.base + done), static_cast<std::uint16_t>(length)});
    done += length;
  }
}

std::vector<Piece> join(std::span<const Piece> pieces) {
  std::vector<Piece> joined;
  for (const Piece& piece : pieces) {
    if (piece.length == 0) continue;
    if (!joined.empty() && joined.back().base + joined.back().length == piece.base) {
      joined.back().length = static_cast<std::uint16_t>(joined.back().length + piece.length);
    } else {
      joined.push_back(piece);
    }
  }
  return joined;
}

std::vector<Piece> cut_up(std::span<const Piece> pieces, Cut cut, Choices& choices) {
  if (cut == Cut::joined) return join(pieces);
  std::vector<Piece> cut_pieces;
  for (const Piece& piece : pieces) append_cut(piece, cut, choices, cut_pieces);
  return cut_pieces;
}

/// A number that depends on the operation and its operands only (FNV-1a, by Fowler, Noll and Vo).
std::uint64_t seed_of(const Operation& operation) {
  std::array<std::uint8_t, kRecordBytes> record{};
  encode(operation, record.data());
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t byte : record) static_cast<void>(__builtin_mul_overflow(hash ^ byte, 0x100000001b3u, &hash));
  return hash;
}

}  // namespace

std::string_view cut_name(Cut cut) {
  switch (cut) {
    case Cut::joined:
      return "joined";
    case Cut::bytes:
      return "bytes";
    case Cut::empties:
      return "empties";
    case Cut::random:
      break;
  }
  return "random";
}

class Cuts::Runner {
 public:
  explicit Runner(const Implementation& implementation)
      : implementation_(implementation),
        reference_(implementation.dialect, implementation.deviations),
        uncut_(implementation),
        cut_(implementation) {}

  std::optional<Finding> run(const Program& original, Cut cut) {
    // Without these two there is no way to cut.
    if (implementation_.assign == nullptr || implementation_.add == nullptr) return std::nullopt;
    Program program = original;
    program.arena.kind = Arena::Kind::shared;
    reference_.reset(program.arena);
    uncut_.reset(program.arena);
    cut_.reset(program.arena);
    stacks_ = {};
    std::size_t work = 0;
    for (std::size_t step = 0; step < program.operations.size(); ++step) {
      if (!is_supported(program.operations[step], implementation_)) continue;
      const Vec vec = vector_of(program.operations[step]);
      // Each operation's own, so that a program that loses others while it is reduced is still cut alike.
      RandomChoices choices(seed_of(program.operations[step]));
      Operation resolved = resolve(program.operations[step], reference_.situation(vec));
      if (!std::visit([&](auto& op) { return is_positional(op); }, resolved)) continue;

      if (acts_on_arrays(resolved)) for_each_vector(resolved, [this](Vec used) { keep_view_only(used); });
      const std::size_t extent = model::size(reference_.slot(vec).vector).value;
      for_each_vector(resolved, [&](Vec used) { work += reference_.slot(used).vector.array.size(); });
      work += extent;
      if (work > kWorkBudget) break;
      reference_.begin_step(step, extent);
      std::visit([&](const auto& op) { return op.run(reference_); }, resolved);
      uncut_.begin_step(step, extent);
      const Answer uncut_answer = guarded(
          implementation_, [&] { return std::visit([&](const auto& op) { return op.run(uncut_); }, resolved); });
      cut_.begin_step(step, extent);
      const Answer cut_answer = guarded(implementation_, [&] {
        return std::visit([&](const auto& op) { return run_cut(op, cut, choices); }, resolved);
      });

      std::string_view difference = compare(resolved, uncut_answer, cut_answer);
      if (!difference.empty()) return describe(original, step, resolved, cut, difference, uncut_answer, cut_answer);
      for (std::uint8_t i = 0; i < Vec::count; ++i)
        if (model::array_size(reference_.slot(Vec{i}).vector).value > kMaxBytes) return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  // ---- What is defined by positions; operands that count elements are lifted out of the way. In C the kind of a
  // vector is not, nor what depends on it, nor are comparing and undoing.

  bool in_c() const { return implementation_.dialect == model::Dialect::c; }

  template <typename Op>
  bool is_positional(Op&) {
    return true;
  }
  bool is_positional(SliceCount&) { return false; }
  bool is_positional(Copy& op) {
    op.capacity.value = kMaxBytes;
    return true;
  }
  bool is_positional(CopyInPlace& op) {
    op.capacity.value = kMaxElements;  // the harness takes no more than there are
    stacks_[op.vec.index].clear();
    return true;
  }
  bool is_positional(FromBuffer&) { return !in_c(); }
  bool is_positional(Borrow&) { return false; }
  bool is_positional(FirstDifference&) { return !in_c(); }
  bool is_positional(Extended& op) {
    const std::size_t most = std::max(uncut_.view(op.vec.index).size(), cut_.view(op.vec.index).size());
    if (in_c() && most > kMaxElementsInC - 2) return false;
    op.limit.value = std::numeric_limits<std::uint16_t>::max();
    return true;
  }
  bool is_positional(ExtendedWithoutMid& op) {
    op.limit.value = std::numeric_limits<std::uint16_t>::max();
    return true;
  }
  bool is_positional(DiscardFront& op) {
    stacks_[op.vec.index].push(op.record);
    return true;
  }
  bool is_positional(DiscardBack& op) {
    stacks_[op.vec.index].push(op.record);
    return true;
  }
  bool is_positional(Send& op) { return takes_all(op.vec, op.limit); }
  bool is_positional(Recv& op) { return takes_all(op.vec, op.limit); }
  /// Where it takes more than one call, what the script says of a call depends on the cut.
  bool takes_all(Vec vec, Count& limit) const {
    limit.value = kMaxElementsInC;
    return std::max(uncut_.view(vec.index).size(), cut_.view(vec.index).size()) <= kMaxElementsInC;
  }
  bool is_positional(Undo& op) {
    // Where undo leaves start and count, it depends on the cut how much it brings back.
    const bool brings_all_back = !in_c() && !implementation_.deviations.undo_restores_element_only;
    return stacks_[op.vec.index].pop(op.record) && brings_all_back;
  }

  // ---- What has been discarded from a view is still in the array, but how much of it depends on the cut; so do the
  // kind and the size that a vector has in C.

  bool acts_on_arrays(const Operation& operation) const {
    return std::visit(
        [this]<typename Op>(const Op&) {
          if (in_c() && is_one_of<Op, Reset, Slice, Extended, ExtendedWithoutMid, IsZero>) return true;
          return is_one_of<Op, Add, AddMany, VectorSize, Concat, Clone, VectorDiscardBack, CopyVector, MoveVector>;
        },
        operation);
  }
  template <typename Op, typename... Ops>
  static constexpr bool is_one_of = (std::is_same_v<Op, Ops> || ...);

  void keep_view_only(Vec vec) {
    model::Vector& vector = reference_.slot(vec).vector;
    if (!in_c() && vector.count == vector.array.size() && cut_.view(vec.index).size() == cut_.array(vec.index).size())
      return;
    const std::vector<model::Element> kept(
        vector.array.begin() + static_cast<std::ptrdiff_t>(vector.start),
        vector.array.begin() + static_cast<std::ptrdiff_t>(vector.start + vector.count));
    model::assign(vector, kept);
    reference_.forget_records(vec);
    keep_view_only(uncut_, vec);
    keep_view_only(cut_, vec);
  }

  void keep_view_only(Subject& subject, Vec vec) const {
    const std::vector<iovec> kept(subject.slot(vec).view.begin(), subject.slot(vec).view.end());
    implementation_.assign(subject.slot(vec).handle, kept);
    subject.array_changed(vec);
  }

  // ---- Elements that come into a program come in cut.

  template <typename Op>
  Answer run_cut(const Op& op, Cut, Choices&) {
    return op.run(cut_);
  }
  Answer run_cut(const Assign& op, Cut cut, Choices& choices) { return replace(op.vec, op.elements, cut, choices); }
  Answer run_cut(const FromBuffer& op, Cut cut, Choices& choices) {
    return replace(op.vec, {&op.element, 1}, cut, choices);
  }
  Answer run_cut(const Add& op, Cut cut, Choices& choices) { return append(op.vec, {&op.element, 1}, cut, choices); }
  Answer run_cut(const AddMany& op, Cut cut, Choices& choices) {
    return append(op.vec, op.pieces(cut_.arena()), cut, choices);
  }

  Answer replace(Vec vec, std::span<const Piece> pieces, Cut cut, Choices& choices) {
    const Result result = implementation_.assign(cut_.slot(vec).handle, cut_.elements(cut_up(pieces, cut, choices)));
    cut_.array_changed(vec);
    return {result, false};
  }

  Answer append(Vec vec, std::span<const Piece> pieces, Cut cut, Choices& choices) {
    Result result;
    for (const Piece& piece : cut_up(pieces, cut, choices)) {
      result = implementation_.add(cut_.slot(vec).handle, cut_.pointer(piece.address()), piece.length);
      if (result.rejection != Rejection::none) break;
    }
    cut_.array_changed(vec);
    return {result, false};
  }

  // ---- The comparison.

  std::string_view compare(const Operation& operation, const Answer& uncut, const Answer& cut) {
    if (uncut.result.rejection != cut.result.rejection) return "rejection";
    const bool counts_elements =
        std::holds_alternative<Copy>(operation) || std::holds_alternative<CopyInPlace>(operation);
    if (uncut.has_value && uncut.result.rejection == Rejection::none && !counts_elements &&
        uncut.result.value != cut.result.value)
      return "value";
    const auto bytes = uncut_.produced_bytes();
    const auto cut_bytes = cut_.produced_bytes();
    if (!std::equal(bytes.begin(), bytes.end(), cut_bytes.begin(), cut_bytes.end())) return "bytes";
    // What a transfer offers to the kernel is elements.
    const bool tells_elements = std::holds_alternative<Send>(operation) || std::holds_alternative<Recv>(operation);
    if (!tells_elements && uncut_.produced_text() != cut_.produced_text()) return "text";
    if (std::holds_alternative<Copy>(operation) && uncut.result.rejection == Rejection::none) {
      const auto entries = uncut_.produced_elements();
      const auto cut_entries = cut_.produced_elements();
      if (uncut.result.value > entries.size() || cut.result.value > cut_entries.size() ||
          !describes_same(entries.first(uncut.result.value), cut_entries.first(cut.result.value)))
        return "elements";
    }
    for (std::uint8_t i = 0; i < Vec::count; ++i)
      if (!uncut_.view_is_inside(i) || !cut_.view_is_inside(i) || !describes_same(uncut_.view(i), cut_.view(i)))
        return "view";
    if (std::memcmp(uncut_.memory(), cut_.memory(), uncut_.arena().bytes) != 0) return "memory";
    return "";
  }

  /// Whether the two describe the same bytes of their arenas, in the same order.
  bool describes_same(std::span<const iovec> uncut, std::span<const iovec> cut) const {
    std::size_t i = 0;
    std::size_t j = 0;
    std::size_t into_uncut = 0;
    std::size_t into_cut = 0;
    for (;;) {
      while (i < uncut.size() && into_uncut == uncut[i].iov_len) ++i, into_uncut = 0;
      while (j < cut.size() && into_cut == cut[j].iov_len) ++j, into_cut = 0;
      if (i == uncut.size() || j == cut.size()) return i == uncut.size() && j == cut.size();
      const std::uintptr_t at = place(uncut_, uncut[i]) + into_uncut;
      if (at != place(cut_, cut[j]) + into_cut || at >= uncut_.arena().bytes) return false;
      const std::size_t length = std::min(uncut[i].iov_len - into_uncut, cut[j].iov_len - into_cut);
      into_uncut += length;
      into_cut += length;
    }
  }

  static std::uintptr_t place(const Subject& subject, const iovec& element) {
    std::uintptr_t at = 0;  // of a broken subject, anywhere
    static_cast<void>(__builtin_sub_overflow(reinterpret_cast<std::uintptr_t>(element.iov_base),
                                             reinterpret_cast<std::uintptr_t>(subject.memory()), &at));
    return std::min<std::uintptr_t>(at, kMaxArenaBytes);
  }

  // ---- The report.

  Finding describe(const Program& original, std::size_t step, const Operation& resolved, Cut cut,
                   std::string_view difference, const Answer& uncut_answer, const Answer& cut_answer) const {
    Program program = original;
    program.operations.resize(step + 1, Operation());
    Finding finding;
    finding.signature = std::string(name_of(resolved)) + ": " + std::string(difference) + " when cut";
    finding.report = print(program);
    const auto line = [&finding](const std::string& text) {
      finding.report += text.empty() ? "#\n" : "# " + text + "\n";
    };
    line("");
    line("signature: " + finding.signature);
    line("implementation: " + std::string(implementation_.name));
    if (const std::string words = in_words(implementation_.deviations); !words.empty())
      line("which declares: " + words);
    line("in step " + std::to_string(step + 1) + ", which is: " + print(resolved));
    line("run with its vectors as they are, and cut (" + std::string(cut_name(cut)) + "): it should not matter");
    line("");
    const State before = uncut_.state(kShown);
    line("as is  " + print_effect(uncut_.outcome(uncut_answer), before, before));
    const State cut_before = cut_.state(kShown);
    line("cut    " + print_effect(cut_.outcome(cut_answer), cut_before, cut_before));
    for (std::uint8_t i = 0; i < Vec::count; ++i) {
      if (before.vectors[i].array.empty() && cut_before.vectors[i].array.empty()) continue;
      line(std::string("vec ") + Vec{i}.letter() + "  as is  " + print_vector(before.vectors[i]));
      line(std::string("vec ") + Vec{i}.letter() + "  cut    " + print_vector(cut_before.vectors[i]));
    }
    for (std::size_t i = 0; i < before.memory.size(); ++i)
      if (before.memory[i] != cut_before.memory[i])
        line("byte " + std::to_string(i) + "  as is  " + std::to_string(before.memory[i]) + "  cut  " +
             std::to_string(cut_before.memory[i]));
    return finding;
  }

  /// Elements of a vector that a report shows.
  static constexpr std::size_t kShown = 64;

  const Implementation& implementation_;
  Reference reference_;
  Subject uncut_;
  Subject cut_;
  std::array<UndoStack, Vec::count> stacks_;
};

Cuts::Cuts(const Implementation& implementation) : runner_(std::make_unique<Runner>(implementation)) {}
Cuts::~Cuts() = default;

std::optional<Finding> Cuts::run(const Program& program, Cut cut) { return runner_->run(program, cut); }

std::optional<Finding> Cuts::run(const Program& program) {
  for (const Cut cut : {Cut::joined, Cut::bytes, Cut::empties, Cut::random})
    if (auto finding = run(program, cut)) return finding;
  return std::nullopt;
}

}  // namespace lockstep
