// SPDX-License-Identifier: Apache-2.0
#include "lockstep/oracles/known_findings.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace lockstep {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

void KnownFindings::read(std::string_view text, std::string_view file) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = trimmed(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t hash = line.find(" # ");
    if (hash == std::string_view::npos)
      throw std::runtime_error(std::string(file) + ":" + std::to_string(number) +
                               ": expected SIGNATURE # REASON, such as 'fill: value # counts short, issue 12'");
    add(std::string(trimmed(line.substr(0, hash))), std::string(trimmed(line.substr(hash + 3))));
  }
}

void KnownFindings::add(std::string signature, std::string reason) {
  const std::size_t index = find(signature);
  if (index == none)
    entries_.push_back({std::move(signature), std::move(reason)});
  else
    entries_[index].reason = std::move(reason);  // the last one counts
}

void KnownFindings::add_found(std::string signature, std::string where) {
  entries_.push_back({std::move(signature), std::move(where), true, 1});
}

std::size_t KnownFindings::found() const {
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(), [](const Entry& one) { return one.is_new; }));
}

std::string KnownFindings::verdict() const {
  if (found() > 0) return std::to_string(found()) + " findings that were not known";
  return entries_.empty() ? "all agree" : "all agree but for what is known";
}

std::size_t KnownFindings::find(std::string_view signature) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& one) { return one.signature == signature; });
  return found == entries_.end() ? none : static_cast<std::size_t>(found - entries_.begin());
}

bool KnownFindings::count(std::string_view signature) {
  const std::size_t index = find(signature);
  if (index != none) ++entries_[index].programs;
  return index != none;
}

std::string KnownFindings::summary(std::string_view prefix) const {
  std::string text;
  for (const Entry& one : entries_)
    text.append(prefix)
        .append(one.is_new ? "found: " : "known: ")
        .append(one.signature)
        .append(one.programs == 0 ? ", not seen any more" : ", in " + std::to_string(one.programs) + " programs")
        .append(": ")
        .append(one.reason)
        .append("\n");
  return text;
}

KnownFindings known_findings_of_environment() {
  KnownFindings known;
  const char* const file = std::getenv("LOCKSTEP_KNOWN");
  if (file == nullptr) return known;
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error(std::string("LOCKSTEP_KNOWN: cannot read ") + file);
  std::ostringstream text;
  text << stream.rdbuf();
  known.read(text.str(), file);
  return known;
}

}  // namespace lockstep
