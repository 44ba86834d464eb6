// SPDX-License-Identifier: Apache-2.0
// How many steps of each source of programs have each tag, and the smallest program for each.
// It judges sources, not the library; it ends with 2 when a source tries something too rarely.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "command_line/command_line.h"
#include "command_line/subcommands.h"
#include "lockstep/tags/tags.h"
#include "subjects/subjects.h"

namespace {

using namespace lockstep;

/// Of programs as the random tester draws them.
TagCounts count_random_programs(const Implementation& implementation, std::uint64_t seed, std::uint64_t programs,
                                std::uint64_t operations) {
  const bool in_c = model::is_c(implementation.dialect);
  TagCounter counter("random_tester" + std::string(in_c ? kInC : ""));
  ModelOracle oracle(implementation, &counter);
  for (std::uint64_t number = 0; number < programs; ++number)
    static_cast<void>(oracle.judge(random_program(seed, number, static_cast<std::size_t>(operations))));
  return counter.counts();
}

/// Says which thresholds would let a source become much poorer than any is: of all sources that have them to meet.
void print_low(const std::vector<TagCounts>& sources) {
  constexpr double kLow = 1. / 3;
  const std::span<const Tag> tags = all_tags();
  for (std::size_t i = 0; i < tags.size(); ++i) {
    double poorest = HUGE_VAL;
    std::size_t judged = 0;
    for (const TagCounts& source : sources) {
      if (!source.is_judged_by(tags[i])) continue;
      poorest = std::min(poorest, source.rate(i));
      ++judged;
    }
    if ((judged > 1 || tags[i].only_in_c) && tags[i].threshold < kLow * poorest)
      std::printf("low: the threshold of '%s' is %.2f of what the poorest source reaches\n",
                  std::string(tags[i].name).c_str(), tags[i].threshold / poorest);
  }
}

/// A line for each tag: its threshold, and of 10,000 steps of each source how many have it.
std::string table_of(const std::vector<TagCounts>& sources) {
  std::ostringstream table;
  const auto add = [&](std::string_view name, std::string_view threshold, auto number_of) {
    table << name << '\t' << threshold;
    for (const TagCounts& source : sources) table << '\t' << number_of(source);
    table << '\n';
  };
  add("tag", "threshold", [](const TagCounts& source) { return source.source; });
  for (std::size_t i = 0; i < all_tags().size(); ++i) {
    std::ostringstream threshold;
    threshold << all_tags()[i].threshold;
    add(all_tags()[i].name, threshold.str(), [i](const TagCounts& source) { return source.rate(i); });
  }
  add("(rejected)", "", [](const TagCounts& source) { return per_ten_thousand(source.rejections, source.steps); });
  add("(programs)", "", [](const TagCounts& source) { return source.programs; });
  add("(steps)", "", [](const TagCounts& source) { return source.steps; });
  return table.str();
}

/// Says which rates are too low; a source that draws nothing at random has no thresholds to meet.
int print_rare(const std::vector<TagCounts>& sources) {
  std::size_t judged = 0;
  std::size_t rare = 0;
  for (const TagCounts& source : sources) {
    if (source.source == kEnumeration) continue;
    ++judged;
    for (const std::string& line : source.shortfalls()) {
      std::printf("too rare: %s\n", line.c_str());
      ++rare;
    }
  }
  print_low(sources);
  std::printf("meter\ttags of steps\teach random source meets each threshold, and runs each operation\t");
  std::printf("%zu tags, %zu sources, %zu too rare\n", all_tags().size(), judged, rare);
  return rare == 0 ? kExitAgrees : kExitDiverges;
}

int show(const std::string& name) {
  bool found = true;
  for (const Tag& tag : all_tags()) {
    if (name != "all" && name != tag.name) continue;
    const std::optional<Program> example = smallest_example(tag, tag.only_in_c ? qemu_iov() : ours());
    std::printf("# %s: %s\n%s\n", std::string(tag.name).c_str(), std::string(tag.description).c_str(),
                example ? print(*example).c_str() : "# no random program has it\n");
    found = found && example;
  }
  return found ? kExitAgrees : kExitDiverges;
}

}  // namespace

int lockstep::subcommand::tags(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::uint64_t programs = 20'000;
  std::uint64_t operations = 100;
  std::string example;
  std::string table;
  std::vector<std::string> files;
  CommandLine line(
      "tags",
      "Counts which tags the steps of random programs have, and says what is too rare there and in what other sources "
      "have counted (those that ran with LOCKSTEP_TAGS=FILE). Exit: 0 nothing, 2 something, 1 could not run.");
  line.number("--seed", seed, "of the random programs");
  line.number("--programs", programs, "how many of them", 1);
  line.number("--operations", operations, "the most operations of one, beyond its initial shapes", 1,
              kMaxOperations - Vec::count);
  std::vector<std::string> names = {"all"};
  for (const Tag& tag : all_tags()) names.emplace_back(tag.name);
  line.choice("--show", example, "print the smallest program with this tag, or with each, instead", names);
  line.text("--table", table, "write how often each source has each tag to this file");
  line.words("file", files, "counts of other sources", false);
  return line.run(argc, argv, [&] {
    if (!example.empty()) return show(example);
    std::vector<TagCounts> sources = {count_random_programs(ours(), seed, programs, operations),
                                      count_random_programs(qemu_iov(), seed, programs, operations)};
    for (const std::string& file : files) {
      const auto counts = TagCounts::parse(read_file(file));
      if (!counts) throw std::runtime_error(file + ": not the counts of a source, or of another version");
      sources.push_back(*counts);
    }
    if (!table.empty()) write_file(table, table_of(sources));
    return print_rare(sources);
  });
}
