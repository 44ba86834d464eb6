// SPDX-License-Identifier: Apache-2.0
// Findings that are known, by their signatures: they are counted, and end nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

class KnownFindings {
 public:
  struct Entry {
    std::string signature;
    std::string reason;
    bool is_new = false;         ///< Found in this run.
    std::uint64_t programs = 0;  ///< In which it was seen.
  };

  /// Adds those of a file. A line for each: `SIGNATURE # REASON`. Empty lines, and lines that begin with `#`, say
  /// nothing. Throws std::runtime_error, which names the line, where there is no signature or no reason.
  void read(std::string_view text, std::string_view file);
  void add(std::string signature, std::string reason);
  /// Adds and counts one that this run has found.
  void add_found(std::string signature, std::string where);

  /// The index of its entry, or that of none.
  std::size_t find(std::string_view signature) const;
  static constexpr std::size_t none = SIZE_MAX;
  /// Whether it is known. If so, it is counted.
  bool count(std::string_view signature);

  /// How many this run has found, and the verdict that this makes.
  std::size_t found() const;
  std::string verdict() const;

  std::vector<Entry>& entries() { return entries_; }
  const std::vector<Entry>& entries() const { return entries_; }
  /// A line for each that says how often it was seen, behind this prefix. One that was not seen may be mended.
  std::string summary(std::string_view prefix) const;

 private:
  std::vector<Entry> entries_;
};

/// Those of the file that LOCKSTEP_KNOWN in the environment names, if it does. Throws std::runtime_error.
KnownFindings known_findings_of_environment();

}  // namespace lockstep
