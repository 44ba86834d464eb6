// The programs of the corpus: each does what it pins, on the model and on the library.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "hunts.h"
#include "lockstep/language/program.h"
#include "lockstep/oracles/lockstep.h"
#include "lockstep/oracles/pinned.h"
#include "subjects/seeded/seeded_bugs.h"
#include "subjects/subjects.h"

namespace lockstep {
namespace {

struct Stored {
  std::string file;
  ParsedProgram parsed;
};

std::vector<Stored> stored(const std::string& folder) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(LOCKSTEP_CORPUS) / folder))
    if (entry.path().extension() == ".iov") files.insert(entry.path());
  std::vector<Stored> programs;
  for (const auto& file : files) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    auto parsed = parse(text.str(), file.string());
    if (const auto* error = std::get_if<ParseError>(&parsed)) {
      ADD_FAILURE() << error->message;
    } else {
      programs.push_back({file.filename().string(), std::get<ParsedProgram>(std::move(parsed))});
    }
  }
  return programs;
}

TEST(Corpus, EveryExampleDoesWhatItPins) {
  const std::vector<Stored> examples = stored("examples");
  EXPECT_GE(examples.size(), 60u);
  for (const auto& [file, parsed] : examples) {
    EXPECT_FALSE(parsed.title.empty()) << file << ": the first line is to say what it shows";
    EXPECT_GE(std::count_if(parsed.pinned.begin(), parsed.pinned.end(), [](const auto& pin) { return !pin.empty(); }),
              1)
        << file << " pins nothing";
    for (const Implementation* sound : {&ours(), &qemu_iov()})
      for (const std::string& difference : check_pinned(parsed, *sound))
        ADD_FAILURE() << file << ", " << sound->name << ": " << difference;
  }
}

TEST(Corpus, PinsHoldInTheDialectThatIsNamed) {
  const auto count = [&](const char* text, const Implementation& implementation) {
    return check_pinned(std::get<ParsedProgram>(parse(text, "text")), implementation).size();
  };
  const char* const in_c = "dialect c\nfrom_buffer vec=a element=0+1\nreset vec=a -> done\n";
  EXPECT_EQ(count(in_c, ours()), 0u) << "not judged";
  EXPECT_EQ(count(in_c, qemu_iov()), 2u) << "wrong, on both sides";
  const char* const in_cpp = "dialect c++\nfrom_buffer vec=a element=0+1\nreset vec=a -> rejected invalid_argument\n";
  EXPECT_EQ(count(in_cpp, ours()), 2u);
  EXPECT_EQ(count(in_cpp, qemu_iov()), 0u);
}

TEST(Corpus, EveryRegressionAgrees) {
  const std::vector<Stored> regressions = stored("regressions");
  EXPECT_FALSE(regressions.empty());
  for (const auto& [file, parsed] : regressions) {
    EXPECT_FALSE(parsed.title.empty()) << file << ": the first line is to say what it guards";
    for (const Implementation* sound : {&ours(), &qemu_iov()})
      for (const std::string& difference : check_pinned(parsed, *sound))
        ADD_FAILURE() << file << ", " << sound->name << ": " << difference;
  }
}

TEST(Corpus, EveryOperationIsInThreeExamples) {
  std::vector<std::size_t> examples_with(kOperations);
  for (const auto& [file, parsed] : stored("examples")) {
    std::set<std::size_t> codes;
    for (const Operation& operation : parsed.program.operations) codes.insert(operation.index());
    for (const std::size_t code : codes) ++examples_with[code];
  }
  for (std::size_t code = 0; code < kOperations; ++code)
    EXPECT_GE(examples_with[code], 3u) << name_of(operation_of_code(code));
}

TEST(Corpus, APinThatIsWrongIsNoticed) {
  const auto parsed = parse("assign vec=a elements=0+2 -> done; a [0+3]\nsize vec=a -> 3\n", "text");
  EXPECT_EQ(check_pinned(std::get<ParsedProgram>(parsed), ours()).size(), 4u);  // each on both sides
}

TEST(Corpus, StoredProgramsSurviveTheByteForm) {
  for (const char* folder : {"examples", "regressions"})
    for (const auto& [file, parsed] : stored(folder)) EXPECT_EQ(decode(encode(parsed.program)), parsed.program) << file;
}

}  // namespace
}  // namespace lockstep
