// What was measured of the sources of programs on the seeded bugs, and the table of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// What the goals are about.
inline constexpr std::uint64_t kSeeds = 20;
/// In place of a source: the smallest program.
inline const std::string kSteps = "steps";

/// Bug, source and seed; how it ended; after how many programs; and of the smallest program its lines, joined.
struct Key {
  std::string bug;
  std::string source;
  std::uint64_t seed;
  auto operator<=>(const Key&) const = default;  // NOLINT(modernize-use-nullptr): it takes <=> for a comparison with 0
};
struct Ending {
  std::string end;
  std::uint64_t programs;
  std::string text = {};
  bool found() const { return end != "nothing"; }
};

/// The lines of a file, which is appended to.
class Results {
 public:
  explicit Results(const std::string& path);
  const Ending* find(const Key& key) const;
  /// Throws std::runtime_error where the file cannot be written.
  const Ending& add(const Key& key, const Ending& ending);
  std::vector<Ending> of(std::string_view bug, std::string_view source) const;

 private:
  std::string path_;
  std::map<Key, Ending> endings_;
};

/// Writes a line for each bug: what it is, and of each source how often it found it, and after how many programs (the
/// median and the worst). Prints a row for each goal, and what misses it. Whether nothing does.
bool write_table(const Results& results, const std::string& path);

}  // namespace lockstep
