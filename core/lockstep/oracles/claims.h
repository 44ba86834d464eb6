// Runs operations on elements that claim memory which is not there: lengths around SIZE_MAX, 2^63 and 2^32, thousands
// of elements. The one fact that matters: no byte is ever looked at, so only what the model of extents says can move no
// byte is run, and each step is drawn in the light of those before it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/language/choices.h"
#include "lockstep/report/finding.h"
#include "lockstep/table/implementation.h"

namespace lockstep {

/// How large a program on claims may be. Small scopes are for enumeration.
struct ClaimScope {
  std::size_t most_elements = 4;  ///< Of each vector that a program begins with.
  std::size_t most_steps = 8;
  bool many = true;          ///< Whether a step may add kMaxElements elements, or one more or less.
  bool few_lengths = false;  ///< Of elements only 0, 1, half the address space, and SIZE_MAX.
};

/// Beside one program of the random tester in so many, one is run on claims.
inline constexpr std::uint64_t kProgramsPerClaims = 16;

class Claims {
 public:
  explicit Claims(const Implementation& implementation);
  ~Claims();

  /// Draws a program and runs it on the way. The first difference, if there is one: its report has all the steps, with
  /// every operand as a number.
  std::optional<Finding> run(Choices& choices, const ClaimScope& scope);

  /// Of the steps of one operation, what the model says.
  struct Tried {
    std::string_view operation;
    bool is_ever_rejected;
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::uint64_t steps = 0;  ///< Also those that asked nothing, because it would look at bytes or take long.
  };
  struct Counts {
    std::uint64_t programs = 0;
    std::uint64_t steps = 0;
    std::uint64_t skipped = 0;      ///< Steps whose entry the implementation leaves out.
    std::vector<Tried> operations;  ///< Each that the dialect has; then `assign`, which gives vectors their elements.
  };
  const Counts& counts() const;

 private:
  class Runner;
  std::unique_ptr<Runner> runner_;
};

/// What is too rare, a line each. Of 10,000 steps of a random source at least so many are of each operation, are
/// answered, are accepted, and are rejected, if the contract ever rejects it of claims.
inline constexpr double kLeastOfClaims = 100;
inline constexpr double kLeastAnswered = 12;
inline constexpr double kLeastAccepted = 2;
inline constexpr double kLeastRejected = 2;
std::vector<std::string> shortfalls(const Claims::Counts& counts, const std::string& source);
/// As a table in Markdown.
std::string print(const Claims::Counts& counts, const std::string& source);

/// The lengths that claims are made of, apart from a few small ones.
const std::vector<std::size_t>& claimed_lengths();

/// What enumeration of claims goes through: every operation on vectors of up to one element of every length, then of up
/// to two of a few lengths.
std::span<const ClaimScope> small_claim_scopes();

/// Runs the programs of those scopes, at most so many, until one differs. `programs`, if any, is told how many were
/// run.
std::optional<Finding> enumerate_claims(Claims& claims, std::uint64_t most = UINT64_MAX,
                                        std::atomic<std::uint64_t>* programs = nullptr);

}  // namespace lockstep
