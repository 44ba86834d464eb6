// Tables with one entry changed, for tests of what is then told; and programs on claims of one operation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "lockstep/language/choices.h"
#include "lockstep/oracles/claims.h"
#include "lockstep/table/implementation.h"
#include "subjects/subjects.h"

namespace lockstep {

/// An entry that rejects whatever it is asked.
template <typename... Arguments>
auto refusing(Result (*)(Arguments...)) {
  return +[](Arguments...) { return Result{0, Rejection::other}; };
}

/// Ours, or what `sound` is, with one entry that rejects everything.
template <auto entry>
Implementation without(const Implementation& sound = ours()) {
  Implementation broken = sound;
  broken.*entry = refusing(broken.*entry);
  return broken;
}

/// With one entry in place of ours.
template <typename Entry, typename Function>
Implementation with(Entry entry, Function function) {
  Implementation broken = ours();
  broken.*entry = function;
  return broken;
}

/// The number that draws this operation; throws where there is none.
inline std::uint32_t kind_named(const Claims& claims, std::string_view operation) {
  const auto& operations = claims.counts().operations;
  const auto kind = std::find_if(operations.begin(), operations.end(),
                                 [&](const Claims::Tried& tried) { return tried.operation == operation; });
  if (kind == operations.end()) throw std::invalid_argument("no operation " + std::string(operation));
  return static_cast<std::uint32_t>(kind - operations.begin());
}

/// Draws at random, but which operation: that is the first thing that is drawn of a program of one step.
class OfKind final : public Choices {
 public:
  OfKind(std::uint32_t kind, Choices& rest) : kind_(kind), rest_(rest) {}
  std::uint32_t below(std::uint32_t n) override {
    if (!is_first_) return rest_.below(n);
    is_first_ = false;
    is_there = kind_ < n;
    return std::min(kind_, n - 1);
  }
  bool is_there = false;

 private:
  std::uint32_t kind_;
  Choices& rest_;
  bool is_first_ = true;
};

}  // namespace lockstep
