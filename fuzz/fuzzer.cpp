// SPDX-License-Identifier: Apache-2.0
// Every libFuzzer target: an executable knows which one it is by its own name, and an adapter's by --resegment.
// Any bytes are a program. A finding prints its report and aborts, so that libFuzzer keeps the input; replay runs it.
// With --all it is kept here, reduced, and the search goes on. It is run in a child process. After a crash or a hang
// another child goes on, which runs each input in a process of its own before it runs it itself. If -runs,
// -max_total_time or Ctrl-C ends the search and something was found, it exits with 77, as libFuzzer does after a
// finding.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "after_crash.h"
#include "command_line/files.h"
#include "lockstep/language/program.h"
#include "lockstep/oracles/isolation.h"
#include "lockstep/oracles/known_findings.h"
#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/resegmentation.h"
#include "lockstep/oracles/trace.h"
#include "lockstep/tags/tags.h"
#include "subjects/seeded/seeded_bugs.h"

using namespace lockstep;

// Engines other than libFuzzer have none.
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

/// The program with every other operation made a transfer of the same bytes: both read as records.
Program transfers_of(Program program) {
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    const bool stays = visit_operation(
        []<typename Op>(const Op& op) {
          const bool brings_elements = count_operands<Op, Piece>() + count_operands<Op, Pieces>() > 0;
          return requires { op.script; }
          || brings_elements || Op::traits.vec == Effect::view;
        },
        program.operations[i]);
    if (stays) continue;
    std::array<std::uint8_t, kRecordBytes> record{};
    encode(program.operations[i], record.data());
    record[0] = static_cast<std::uint8_t>(Operation(i % 2 == 0 ? Operation(Send{}) : Operation(Recv{})).index());
    program.operations[i] = decode_operation(record.data());
  }
  return program;
}

/// What scripts ask by --list: of each target the longest input in bytes, its share of the time of a search, and seeded
/// bugs that it has to find at once.
constexpr const char* kTargets = R"({"corpus_version": "v1", "targets": [
  {"name": "lockstep_fuzzer", "max_len": %zu, "share": 2, "canaries": ["undo_only_once", "size_wraps"]},
  {"name": "transport_fuzzer", "max_len": %zu, "share": 1, "canaries": []},
  {"name": "resegmentation_fuzzer", "max_len": %zu, "share": 1, "canaries": []}
]}
)";

bool only_transfers = false;                                // every program, and every result of the mutator
std::vector<std::vector<std::unique_ptr<Oracle>>> oracles;  // a program is judged by one of each list
KnownFindings known;
bool goes_on = false;                // after findings
bool is_fork_worker = false;         // of a libFuzzer with -fork, which waits for it to end as libFuzzer does
std::string target;                  // the name of the executable
std::string kept_in = "./";          // as libFuzzer's option -artifact_prefix
std::optional<ModelOracle> counted;  // if tags are to be counted, each program is run on this, too

Program filtered(Program program) { return only_transfers ? transfers_of(std::move(program)) : program; }

/// Each input is run on one of each list: on our interface in C++, and on that in C, at API level 6 if its number of
/// steps is even, and else at level 10. Or on the adapter alone. LOCKSTEP_AGAINST in the environment names the only
/// implementation that is searched.
std::vector<std::vector<const Implementation*>> searched_implementations() {
  if (const char* const name = std::getenv("LOCKSTEP_AGAINST")) {
    const Implementation* const named = implementation_named(name);
    if (named != nullptr) return {{named}};
    std::fprintf(stderr, "LOCKSTEP_AGAINST: there is no '%s'\n", name);
    std::exit(1);
  }
  if (&default_implementation() != &ours()) return {{&default_implementation()}};
  return {{&ours()}, {&qemu_iov(), &qemu_iov_10()}};
}

std::size_t store(Program program, std::uint8_t* data, std::size_t max_size) {
  const std::vector<std::uint8_t> bytes = encode(filtered(std::move(program)));
  const std::size_t size = std::min(bytes.size(), max_size);
  std::copy_n(bytes.begin(), size, data);
  return size;
}

/// Keeps a finding that is the first of its signature. It is told before it is reduced, which a crash may end.
void keep(const Finding& finding, Oracle& oracle) {
  const std::string path = kept_in + file_name_of(finding, print_hash(std::hash<std::string>()(finding.report)));
  known.add_found(finding.signature, path);
  after_crash::record(finding.signature, path);
  std::fprintf(stderr, "\n%s\n%s: found: %s, kept in %s, and now reduced:\n", finding.report.c_str(), target.c_str(),
               finding.signature.c_str(), path.c_str());
  try {
    write_file(path, finding.report);
    const Finding smaller = reduced(finding, oracle);
    write_file(path, smaller.report);
    std::fprintf(stderr, "\n%s\n", smaller.report.c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", target.c_str(), error.what());
    after_crash::end();
    _exit(1);
  }
}

/// What --all has found, and the end, if something was. Called on the way out, when libFuzzer would end with 0.
void tell_all() {
  after_crash::end();
  std::fputs(known.summary(target + ": ").c_str(), stderr);
  if (known.found() > 0) _exit(after_crash::kFound);
}

/// With this code where nothing was found. Not through libFuzzer's way out, which would take the input for a crash.
[[noreturn]] void tell_all_and_end(int code) {
  tell_all();
  _exit(code);
}

volatile std::sig_atomic_t is_interrupted = 0;

/// libFuzzer, which takes these before the first input, would end without a word of what --all has found. A second one
/// ends at once.
bool take_interruptions() {
  for (const int number : {SIGINT, SIGTERM})
    std::signal(number, [](int same) {
      is_interrupted = 1;
      std::signal(same, SIG_DFL);
    });
  return true;
}

/// Whether an input runs in a process of its own: `off` in the first child, `then_direct` in the second one, which runs
/// it once more if nothing was found, because coverage of another process does not count; `alone` in their parent.
enum class Isolation : std::uint8_t { off, then_direct, alone };
Isolation isolation = Isolation::off;

void run(std::span<const std::uint8_t> input);

/// In the parent: keeps what the input shows alone, or the input, if that is nothing.
void judge_last(std::span<const std::uint8_t> input) {
  const auto programs = [] {
    std::uint64_t sum = 0;
    for (const KnownFindings::Entry& entry : known.entries()) sum += entry.programs;
    return sum;
  };
  const std::uint64_t before = programs();
  isolation = Isolation::alone;
  run(input);
  if (programs() > before) return;
  const std::string text(input.begin(), input.end());
  const std::string path = kept_in + "unrepeated-" + print_hash(std::hash<std::string>()(text));
  write_file(path, text);
  known.add_found("a crash that its last input alone does not repeat", path);
}

/// What is left of these seconds since then; 1 at the least, because 0 means no limit.
std::string rest_of(const std::string& seconds, std::chrono::steady_clock::time_point began) {
  const auto gone = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began).count();
  return std::to_string(std::max<long long>(std::atoll(seconds.c_str()) - gone, 1));
}

/// From here on a child fuzzes. In the second one the processes of single inputs inherit libFuzzer's handlers, each of
/// which would write a file: into /proc/self/ nobody can. How long an input may take, IsolatedOracle says.
void fuzz_in_children(int* argc, char*** argv) {
  const auto began = std::chrono::steady_clock::now();
  if (!after_crash::fork_to_fuzz(known, judge_last, tell_all_and_end)) return;
  isolation = Isolation::then_direct;
  std::fprintf(stderr, "%s: goes on after a crash: each input is run in a process of its own first\n", target.c_str());
  constexpr std::string_view kTime = "-max_total_time=";
  static std::vector<std::string> words(*argv, *argv + *argc);
  words.insert(words.end(), {"-artifact_prefix=/proc/self/", "-timeout=0"});
  static std::vector<char*> arguments;
  for (std::string& word : words) {
    if (word.starts_with(kTime) && word != "-max_total_time=0")
      word = std::string(kTime) + rest_of(word.substr(kTime.size()), began);
    arguments.push_back(word.data());
  }
  *argc = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  *argv = arguments.data();
}

/// libFuzzer ends without a word of ours, so what is known is told when it has been seen twice as often as last time.
void tell_now_and_then(const KnownFindings::Entry& known_one) {
  if (!std::has_single_bit(known_one.programs)) return;
  std::fprintf(stderr, "fuzzer: known: %s, in %llu programs: %s\n", known_one.signature.c_str(),
               static_cast<unsigned long long>(known_one.programs), known_one.reason.c_str());
}

std::optional<Finding> judge(const Program& program, Oracle& direct, Oracle& isolated) {
  if (isolation == Isolation::off) return direct.judge(program);
  std::optional<Finding> finding = isolated.judge(program);
  if (!finding && isolation == Isolation::then_direct)
    finding = direct.judge(program);  // what it covers counts here only
  return finding;
}

void run(std::span<const std::uint8_t> input) {
  const Program program = filtered(decode(input));
  for (const auto& alternatives : oracles) {
    Oracle& direct = *alternatives[program.operations.size() % alternatives.size()];
    IsolatedOracle isolated(direct, ChildOutput::discarded);
    const auto finding = judge(program, direct, isolated);
    if (!finding) continue;
    if (known.count(finding->signature)) {
      after_crash::record(finding->signature, {});
      tell_now_and_then(known.entries()[known.find(finding->signature)]);
    } else if (goes_on) {
      keep(*finding, isolation == Isolation::off ? direct : isolated);
    } else {
      std::fputs(finding->report.c_str(), stderr);
      std::abort();
    }
  }
  if (counted && isolation == Isolation::off) static_cast<void>(counted->judge(program));
}

}  // namespace

#ifdef __clang__
// What it is called with comes from the engine, which no sanitizer has instrumented.
extern "C" [[clang::no_sanitize("memory")]] int LLVMFuzzerInitialize(int* argc, char*** argv);
#endif

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  target = std::filesystem::path((*argv)[0]).filename();
  if (*argc > 1 && std::string_view((*argv)[1]) == "--list") {
    std::printf(kTargets, kMaxProgramBytes, kMaxProgramBytes, kMaxProgramBytes);
    std::exit(0);
  }
  only_transfers = target == kTransfersOnly;
  bool resegments = target == kResegmentation;
  constexpr std::string_view kPrefix = "-artifact_prefix=";
  for (const std::string_view word : std::span(*argv, static_cast<std::size_t>(*argc)).subspan(1)) {
    resegments |= word == "--resegment";
    goes_on |= word == "--all";
    is_fork_worker |= word.starts_with("-stop_file=");
    if (word.starts_with(kPrefix)) kept_in = word.substr(kPrefix.size());
  }
  if (goes_on) std::atexit(tell_all);
  add_seeded_bugs();
  try {
    known = known_findings_of_environment();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", target.c_str(), error.what());
    std::exit(1);
  }
  const auto searched = searched_implementations();
  for (const auto& implementations : searched) {
    oracles.emplace_back();
    for (const Implementation* implementation : implementations) {
      std::fputs(reservations(*implementation, target + ": ").c_str(), stderr);
      if (resegments)
        oracles.back().push_back(std::make_unique<ResegmentationOracle>(*implementation));
      else
        oracles.back().push_back(std::make_unique<ModelOracle>(*implementation));
    }
  }
  if (TagCounter* counter = tag_counter_of_environment(target)) counted.emplace(*searched.front().front(), counter);
  if (goes_on && !is_fork_worker) fuzz_in_children(argc, argv);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (goes_on && !is_fork_worker) {
    static const bool takes_interruptions = take_interruptions();
    if (takes_interruptions && is_interrupted) tell_all_and_end(after_crash::kInterrupted);
  }
  after_crash::remember({data, size});
  run({data, size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  RandomChoices choices(seed);
  // Raw bytes now and then: decoding is to be total.
  if (choices.one_in(32) && LLVMFuzzerMutate != nullptr) return LLVMFuzzerMutate(data, size, max_size);
  return store(mutate(decode({data, size}), choices), data, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                                 const std::uint8_t* second, std::size_t second_size, std::uint8_t* out,
                                                 std::size_t max_size, unsigned seed) {
  RandomChoices choices(seed);
  return store(cross_over(decode({first, first_size}), decode({second, second_size}), choices), out, max_size);
}
