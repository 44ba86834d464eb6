// SPDX-License-Identifier: Apache-2.0
// Tags of steps, counted: what a source of programs really tries.
// A tag is a row of one list in tag_list.cpp, its condition beside its name and the threshold that every random source
// has to meet; counting, thresholds and examples follow from the row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/oracles/model_oracle.h"
#include "lockstep/tags/step_facts.h"

namespace lockstep {

struct Tag {
  std::string_view name;         ///< `part/what`, such as "start/inside".
  std::string_view description;  ///< When a step has it.
  double threshold;              ///< Of 10,000 steps of a random source at least so many have it.
  std::string_view bug;          ///< The seeded bug that only such steps show, or nearly only they.
  bool (*holds)(const StepFacts& facts);
  bool only_in_c = false;  ///< Only sources of programs in C have a threshold to meet.
};

std::span<const Tag> all_tags();

/// Null when no tag has this name.
const Tag* tag_named(std::string_view name);

/// `count` per 10,000 of `steps`; 0 if there were no steps.
double per_ten_thousand(std::uint64_t count, std::uint64_t steps);

/// The source that draws nothing at random, and has no thresholds to meet.
inline constexpr std::string_view kEnumeration = "enumeration";
/// How the name of a source ends whose programs are run on the C interface.
inline constexpr std::string_view kInC = "_in_C";
/// The source whose programs are transfers, and what they are made on.
inline constexpr std::string_view kTransfersOnly = "transport_fuzzer";
/// The source whose programs run only where the arena has a size to compare: neither large nor unbacked.
inline constexpr std::string_view kResegmentation = "resegmentation_fuzzer";

/// How many steps of a source of programs have each tag, and how many run each operation.
struct TagCounts {
  std::string source;
  std::uint64_t programs = 0;
  std::uint64_t steps = 0;
  std::uint64_t rejections = 0;
  std::vector<std::uint64_t> tags = std::vector<std::uint64_t>(all_tags().size());
  std::array<std::uint64_t, kOperations> operations{};

  /// Whether this source must meet the tag's threshold. Enumeration meets none. A source of C programs meets only the
  /// tags of C. The source of transfers meets only the tags of transfers. Resegmentation meets none of the arenas it
  /// skips.
  bool is_judged_by(const Tag& tag) const;
  double rate(std::size_t index) const { return per_ten_thousand(tags[index], steps); }
  /// What is too rare, a line each: a tag below its threshold, an operation that never ran.
  std::vector<std::string> shortfalls() const;

  std::string print() const;  ///< A line for each number.
  static std::optional<TagCounts> parse(std::string_view text);
};

/// Counts the steps with each of these tags.
class TagCounter final : public Observer {
 public:
  explicit TagCounter(std::string source, std::span<const Tag> tags = all_tags()) : tags_(tags) {
    counts_.source = std::move(source);
  }

  void begin_program(const Program&) override {
    ++counts_.programs;
    history_ = {};
  }
  void before_step(const Step& step) override { facts_.take_before(step, history_); }
  void after_step(const Step& step) override;

  const TagCounts& counts() const { return counts_; }

 private:
  std::span<const Tag> tags_;
  TagCounts counts_;
  History history_;
  StepFacts facts_;
};

/// One for the whole process, if the environment variable LOCKSTEP_TAGS names a file: the counts are written to
/// it when the process ends. Null without the variable.
TagCounter* tag_counter_of_environment(const std::string& source);

/// A small program with a step that has the tag, run against this implementation: the first of a fixed sequence of
/// random programs, reduced. Nothing if there is none among the first `most`.
std::optional<Program> smallest_example(const Tag& tag, const Implementation& implementation,
                                        std::uint64_t most = 200'000);

}  // namespace lockstep
