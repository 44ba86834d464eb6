// SPDX-License-Identifier: Apache-2.0
// The mutator for AFL++, which loads it into afl-fuzz: AFL_CUSTOM_MUTATOR_LIBRARY. The same edits, crossing and
// reducing of programs as for libFuzzer and the tester. What each function is for: docs/custom_mutators.md of AFL++ 4.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "lockstep/language/choices.h"
#include "lockstep/language/program.h"

using namespace lockstep;

namespace {

/// A program of 100 operations has some 50 steps of trimming worth their price: by then it is short.
constexpr int kMostTrimSteps = 64;
/// Mutants of a program before the next one has its turn.
constexpr unsigned kMutantsOfEach = 256;

/// The program that reduce() asks about next, after these answers to what it has asked before; none if it is done.
/// Candidates that take more than so many bytes are refused unasked: trimming is to shorten.
std::optional<Program> next_to_ask(const Program& start, const std::vector<bool>& answers, std::size_t most_bytes) {
  struct Asked {
    Program program;
  };
  try {
    std::size_t asked = 0;
    reduce(start, [&](const Program& candidate) -> bool {
      if (encode(candidate).size() > most_bytes) return false;
      if (asked == answers.size()) throw Asked{candidate};
      return answers[asked++];
    });
  } catch (const Asked& next) {
    return next.program;
  }
  return std::nullopt;
}

struct Mutator {
  explicit Mutator(unsigned seed) : choices(seed) {}

  std::size_t store(const Program& program, std::size_t max_size, std::uint8_t** out) {
    bytes = encode(program);
    if (bytes.empty()) bytes.push_back(0);  // AFL++ takes none for an error
    *out = bytes.data();
    return std::min(bytes.size(), max_size);
  }

  RandomChoices choices;
  std::vector<std::uint8_t> bytes;  // of what was handed out last
  const char* last = "mutate";
  Program untrimmed;
  std::size_t untrimmed_bytes = 0;
  std::vector<bool> answers;  // about what was tried of it
  std::optional<Program> next;
};

Mutator& mutator(void* data) { return *static_cast<Mutator*>(data); }

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): AFL++ has named them
extern "C" {

void* afl_custom_init(void* /*afl*/, unsigned seed) { return new Mutator(seed); }

void afl_custom_deinit(void* data) { delete &mutator(data); }

unsigned afl_custom_fuzz_count(void* /*data*/, const std::uint8_t* /*bytes*/, std::size_t /*size*/) {
  return kMutantsOfEach;
}

/// How many of `out` are the mutant's bytes; never 0. `other` is another input of the queue, or null.
std::size_t afl_custom_fuzz(void* data, std::uint8_t* bytes, std::size_t size, std::uint8_t** out, std::uint8_t* other,
                            std::size_t other_size, std::size_t max_size) {
  Mutator& own = mutator(data);
  const Program program = decode({bytes, size});
  if (other != nullptr && own.choices.one_in(4)) {
    own.last = "cross_over";
    return own.store(cross_over(program, decode({other, other_size}), own.choices), max_size, out);
  }
  own.last = "mutate";
  return own.store(mutate(program, own.choices), max_size, out);
}

/// Part of the name of the file that is kept.
const char* afl_custom_describe(void* data, std::size_t /*max_bytes*/) { return mutator(data).last; }

/// How many steps of trimming there are at the most.
int afl_custom_init_trim(void* data, std::uint8_t* bytes, std::size_t size) {
  Mutator& own = mutator(data);
  own.untrimmed = decode({bytes, size});
  own.answers.clear();
  own.untrimmed_bytes = size;
  own.next = next_to_ask(own.untrimmed, own.answers, size);
  return own.next ? kMostTrimSteps : 0;
}

std::size_t afl_custom_trim(void* data, std::uint8_t** out) {
  Mutator& own = mutator(data);
  return own.store(*own.next, kMaxProgramBytes, out);
}

/// The number of the next step: that of the last if there is none.
int afl_custom_post_trim(void* data, std::uint8_t still_covers_the_same) {
  Mutator& own = mutator(data);
  own.answers.push_back(still_covers_the_same != 0);
  own.next = next_to_ask(own.untrimmed, own.answers, own.untrimmed_bytes);
  return own.next ? std::min(static_cast<int>(own.answers.size()), kMostTrimSteps) : kMostTrimSteps;
}
}
// NOLINTEND(readability-identifier-naming)
