// bench [--check | --list] [--work NAME]... [--interface NAME]... [OPTION OF GOOGLE BENCHMARK]...
//
// Runs every work in every interface once and compares the answers; then times them, as `WORK/INTERFACE`.
//   --check           times nothing
//   --list            prints the names of the works, and runs nothing
//   --work NAME       only this one, or these
//   --interface NAME  times only this one, or these; answers are compared with those of all
//
// Exit: 0 done, 1 could not run, 2 answers differ, or a work of ours or of the plain loops allocates more than it may.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "allocations.h"
#include "work.h"

namespace bench {
namespace {

struct Chosen {
  bool check = false;
  bool list = false;
  std::vector<std::string> works, interfaces;  // all, if none
};

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

/// Takes the options of ours out of the arguments.
Chosen take_options(int& argc, char** argv) {
  Chosen chosen;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool has_value = i + 1 < argc;
    if (word == "--check") {
      chosen.check = true;
    } else if (word == "--list") {
      chosen.list = true;
    } else if (word == "--work" && has_value) {
      chosen.works.emplace_back(argv[++i]);
    } else if (word == "--interface" && has_value) {
      chosen.interfaces.emplace_back(argv[++i]);
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  return chosen;
}

std::vector<Interface> all_interfaces() {
  std::vector<Interface> all = {in_cpp(), in_c(), plainly()};
  for (Interface& peer : peers()) all.push_back(std::move(peer));
#if defined(IOV_BENCH_QEMU)
  all.push_back(in_qemu(IOV_BENCH_QEMU));
#endif
  return all;
}

const char* difference(const Answer& expected, const Answer& actual) {
  if (actual.number != expected.number) return "another number";
  if (actual.memory != expected.memory) return "other bytes in the elements";
  if (actual.buffer != expected.buffer) return "other bytes in the buffer";
  return "other elements";
}

/// Runs a work once in each interface that has it, and drops it where it turns out that one has not. Whether the
/// answers are equal, and nothing allocates that may not.
bool check(std::vector<Interface>& all, const std::string& name) {
  Scene scene;
  bool has_expected = false;
  bool good = true;
  Answer expected;
  for (Interface& interface : all) {
    const auto work =
        std::find_if(interface.works.begin(), interface.works.end(), [&](const Work& one) { return one.name == name; });
    if (work == interface.works.end()) continue;
    try {
      work->shape(scene);
      const std::unique_ptr<Running> running = work->start(scene);
      Answer answer = running->answer();
      if (has_expected && !(answer == expected)) {
        std::fprintf(stderr, "bench: %s: %s has %s than C++\n", name.c_str(), interface.name.c_str(),
                     difference(expected, answer));
        good = false;
      }
      if (!has_expected) expected = std::move(answer);
      has_expected = true;
      const std::size_t before = allocations();
      running->repeat(1);
      const std::size_t blocks = allocations() - before;
      if (blocks > work->most_blocks) {
        std::fprintf(stderr, "bench: %s: %s asks for memory %zu times, and may %zu times\n", name.c_str(),
                     interface.name.c_str(), blocks, work->most_blocks);
        good = false;
      }
    } catch (const Absent&) {
      interface.works.erase(work);
    }
  }
  return good;
}

/// One of the benchmarks, which make their scene when they are first run.
struct Timed {
  explicit Timed(const Work& its) : work(its) {}

  void operator()(benchmark::State& state) {
    if (running == nullptr) {
      work.shape(scene);
      running = work.start(scene);
    }
    constexpr int kAtOnce = 16;
    while (state.KeepRunningBatch(kAtOnce)) running->repeat(kAtOnce);
  }

  const Work& work;
  Scene scene;
  std::unique_ptr<Running> running;
};

int run(int argc, char** argv) {
  const Chosen chosen = take_options(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  std::vector<Interface> all = all_interfaces();
  std::vector<std::string> names;
  for (const Work& work : all.front().works)
    if (holds(chosen.works, work.name)) names.push_back(work.name);
  if (names.empty()) throw std::runtime_error("no work of that name; --list prints all");
  if (chosen.list) {
    for (const std::string& name : names) std::puts(name.c_str());
    return 0;
  }

  bool good = true;
  for (const std::string& name : names) good = check(all, name) && good;
  if (!good) return 2;
  if (chosen.check) {
    std::printf("%zu works have equal answers in", names.size());
    for (const Interface& interface : all) std::printf(" %s (%zu)", interface.name.c_str(), interface.works.size());
    std::puts("");
    return 0;
  }
  for (const std::string& name : names)
    for (const Interface& interface : all)
      for (const Work& work : interface.works)
        if (work.name == name && holds(chosen.interfaces, interface.name))
          benchmark::RegisterBenchmark((name + "/" + interface.name).c_str(),
                                       [timed = std::make_shared<Timed>(work)](benchmark::State& s) { (*timed)(s); });
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    return bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}
