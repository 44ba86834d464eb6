// SPDX-License-Identifier: Apache-2.0
// bench [--check | --list] [--work NAME]... [--interface NAME]... [OPTION OF GOOGLE BENCHMARK]...
//
// Runs every work in every interface once and compares the answers; then times them, as `WORK/INTERFACE`. Only the
// names of works in series have slashes (List::grow).
//   --check           times nothing, and of series leaves out what has 10,000 elements or more
//   --list            prints the names of the works, and runs nothing
//   --work NAME       only this one, or these
//   --interface NAME  times only this one, or these; answers are compared with those of all
//
// Exit: 0 done, 1 could not run, 2 answers differ, or a work of ours or of the plain loops allocates more than it may.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
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

bool is_of_series(const std::string& name) { return name.find('/') != name.npos; }

std::vector<Interface> all_interfaces() {
  std::vector<Interface> all = {in_cpp(), in_c(), plainly()};
  for (Interface& peer : peers()) all.push_back(std::move(peer));
#if defined(IOV_BENCH_QEMU)
  all.push_back(in_qemu(IOV_BENCH_QEMU));
  // Not in series: some of its functions abort on more than 1,024 elements.
  std::erase_if(all.back().works, [](const Work& work) { return is_of_series(work.name); });
#endif
  return all;
}

/// What a work has answered. Addresses count, because all interfaces run on the same scene.
struct Answer {
  std::size_t number = 0;
  Bytes memory, buffer;
  std::vector<iovec> elements;
};

Answer answer(Running& running, Scene& scene) {
  scene.is_watched = true;
  const std::size_t number = running.repeat(1);
  scene.is_watched = false;
  return {number, scene.memory, scene.buffer, std::exchange(scene.seen, {})};
}

/// What differs, or null.
const char* difference(const Answer& expected, const Answer& actual) {
  const auto is_same = [](const iovec& a, const iovec& b) {
    return a.iov_base == b.iov_base && a.iov_len == b.iov_len;
  };
  if (actual.number != expected.number) return "another number";
  if (actual.memory != expected.memory) return "other bytes in the elements";
  if (actual.buffer != expected.buffer) return "other bytes in the buffer";
  return std::ranges::equal(expected.elements, actual.elements, is_same) ? nullptr : "other elements";
}

/// Runs a work once in each interface that has it, and drops it where it turns out that one has not. Whether the
/// answers are equal, and nothing allocates that may not.
bool check(std::vector<Interface>& all, const std::string& name) {
  Scene scene;
  std::optional<Answer> expected;
  bool good = true;
  for (Interface& interface : all) {
    const auto work = std::ranges::find(interface.works, name, &Work::name);
    if (work == interface.works.end()) continue;
    try {
      work->shape(scene);
      const std::unique_ptr<Running> running = work->start(scene);
      Answer actual = answer(*running, scene);
      if (!expected)
        expected = std::move(actual);
      else if (const char* const what = difference(*expected, actual)) {
        std::fprintf(stderr, "bench: %s: %s has %s than C++\n", name.c_str(), interface.name, what);
        good = false;
      }
      const std::size_t before = allocations();
      running->repeat(1);
      const std::size_t blocks = allocations() - before;
      if (blocks > work->most_blocks) {
        std::fprintf(stderr, "bench: %s: %s asks for memory %zu times, and may %zu times\n", name.c_str(),
                     interface.name, blocks, work->most_blocks);
        good = false;
      }
    } catch (const Absent&) {
      interface.works.erase(work);
    }
  }
  return good;
}

/// One of the benchmarks. Those of a work share their scene, so that none has better addresses; the first to run fills
/// it.
struct Timed {
  void operator()(benchmark::State& state) {
    if (scene->elements.empty()) work->shape(*scene);
    if (running == nullptr) {
      running = work->start(*scene);
      running->repeat(1);  // the first one may ask for memory that later ones have
    }
    const auto at_once = std::min<benchmark::IterationCount>(state.max_iterations, 16);
    while (state.KeepRunningBatch(at_once)) running->repeat(static_cast<std::size_t>(at_once));
  }

  const Work* work;
  std::shared_ptr<Scene> scene;
  std::unique_ptr<Running> running;
};

int run(int argc, char** argv) {
  const Chosen chosen = take_options(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  std::vector<Interface> all = all_interfaces();
  std::vector<std::string> names;
  // What takes memory and time is checked where it is timed only.
  const auto is_long = [](const std::string& name) { return name.ends_with("0000") && is_of_series(name); };
  for (const Work& work : all.front().works)
    if (holds(chosen.works, work.name) && !(chosen.check && is_long(work.name))) names.push_back(work.name);
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
    for (const Interface& interface : all) std::printf(" %s (%zu)", interface.name, interface.works.size());
    std::puts("");
    return 0;
  }
  for (const std::string& name : names) {
    const auto scene = std::make_shared<Scene>();
    for (const Interface& interface : all) {
      const auto work = std::ranges::find(interface.works, name, &Work::name);
      if (work == interface.works.end() || !holds(chosen.interfaces, interface.name)) continue;
      const auto timed = std::make_shared<Timed>(Timed{&*work, scene, nullptr});
      // NOLINTNEXTLINE(readability-redundant-string-cstr): older versions of it take nothing else
      benchmark::RegisterBenchmark((name + "/" + interface.name).c_str(),
                                   [timed](benchmark::State& s) { (*timed)(s); });
    }
  }
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
