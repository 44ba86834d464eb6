// How often the sources of programs meet each tag, and the smallest program for each.
// It judges sources, not the library; it ends with 2 when a source tries something too
// rarely.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>

#include "command_line/command_line.h"
#include "lockstep/tags/tags.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;

/// Of programs as the random tester draws them.
TagCounts count_random_programs(const Implementation& implementation, std::uint64_t seed, std::uint64_t programs,
                                std::uint64_t operations) {
  const bool in_c = implementation.dialect == model::Dialect::c;
  TagCounter counter("random_tester" + std::string(in_c ? kInC : ""));
  ModelOracle oracle(implementation, &counter);
  for (std::uint64_t number = 0; number < programs; ++number) {
    RandomChoices choices(seed_of_program(seed, number));
    static_cast<void>(oracle.judge(draw_program(choices, operations)));
  }
  return counter.counts();
}

/// Says which leasts would let a source become much poorer than any is: with all sources that have rates to reach.
void print_low(const std::vector<TagCounts>& sources) {
  constexpr double kLow = 1. / 3;
  const auto classes = all_tags();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    double poorest = HUGE_VAL;
    std::size_t judged = 0;
    for (const TagCounts& source : sources) {
      if (!source.is_judged_by(classes[i])) continue;
      poorest = std::min(poorest, source.rate(i));
      ++judged;
    }
    if ((judged > 1 || classes[i].only_in_c) && classes[i].least < kLow * poorest)
      std::printf("low: the least of '%s' is %.2f of what the poorest source reaches\n",
                  std::string(classes[i].name).c_str(), classes[i].least / poorest);
  }
}

/// Says which rates are too low; a source that draws nothing at random has none to reach.
int print_table(const std::vector<TagCounts>& sources) {
  std::printf("Of 10,000 steps so many belong to each class; a random source is to reach the least.\n\n");
  std::printf("| class | least |");
  for (const TagCounts& source : sources) std::printf(" %s |", source.source.c_str());
  std::printf("\n|---|---:|");
  for (std::size_t i = 0; i < sources.size(); ++i) std::printf("---:|");
  const auto classes = all_tags();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    std::printf("\n| %s | %g |", std::string(classes[i].name).c_str(), classes[i].least);
    for (const TagCounts& source : sources) std::printf(" %.2f |", source.rate(i));
  }
  std::printf("\n| (rejected) | |");
  for (const TagCounts& source : sources) std::printf(" %.0f |", per_ten_thousand(source.rejections, source.steps));
  std::printf("\n| (steps of a program) | |");
  for (const TagCounts& source : sources)
    std::printf(" %.1f |", static_cast<double>(source.steps) / static_cast<double>(source.programs));
  std::printf("\n| (programs) | |");
  for (const TagCounts& source : sources) std::printf(" %llu |", static_cast<unsigned long long>(source.programs));
  std::printf("\n\n");
  int code = kExitAgrees;
  for (const TagCounts& source : sources) {
    if (source.source == kEnumeration) continue;
    for (const std::string& line : source.shortfalls()) {
      std::printf("too rare: %s\n", line.c_str());
      code = kExitDiverges;
    }
  }
  print_low(sources);
  return code;
}

int show(const std::string& name) {
  const auto show_one = [](const Tag& tag) {
    const std::optional<Program> example = smallest_example(tag, tag.only_in_c ? qemu_iov() : ours());
    std::printf("# %s: %s\n%s\n", std::string(tag.name).c_str(), std::string(tag.description).c_str(),
                example ? print(*example).c_str() : "# no random program has it\n");
    return example.has_value();
  };
  if (name != "all") {
    return show_one(*tag_named(name)) ? kExitAgrees : kExitDiverges;
  }
  bool found = true;
  for (const Tag& tag : all_tags()) found = show_one(tag) && found;
  return found ? kExitAgrees : kExitDiverges;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::uint64_t programs = 20'000;
  std::uint64_t operations = 100;
  std::string example;
  std::vector<std::string> files;
  CommandLine line(
      "count_tags",
      "Counts how often random programs meet each tag, and prints a table with what other sources have counted "
      "(those that ran with LOCKSTEP_TAGS=FILE). Exit: 0 often enough, 2 something is too rare, 1 "
      "could not run.");
  line.number("--seed", seed, "of the random programs");
  line.number("--programs", programs, "how many of them", 1);
  line.number("--operations", operations, "the most operations of one, beyond its initial shapes", 1,
              kMaxOperations - Vec::count);
  std::vector<std::string> names = {"all"};
  for (const Tag& tag : all_tags()) names.emplace_back(tag.name);
  line.choice("--show", example, "print the smallest program for this class, or for all, instead", names);
  line.words("file", files, "counts of other sources", false);
  if (const auto code = line.parse(argc, argv)) return *code;
  try {
    if (!example.empty()) return show(example);
    std::vector<TagCounts> sources = {count_random_programs(ours(), seed, programs, operations),
                                      count_random_programs(qemu_iov(), seed, programs, operations)};
    for (const std::string& file : files) {
      const auto counts = TagCounts::parse(read_file(file));
      if (!counts) throw std::runtime_error(file + ": not the counts of a source, or of another version");
      sources.push_back(*counts);
    }
    return print_table(sources);
  } catch (const std::exception& error) {
    std::cerr << "count_tags: " << error.what() << "\n";
    return kExitUnusable;
  }
}
