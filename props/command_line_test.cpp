// The executables as a user runs them: what they print, and how they end.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

namespace fs = std::filesystem;

struct Ended {
  int code = -1;
  std::string output;  // standard output and standard error
};

Ended run(const std::string& command, const std::string& environment = "") {
  Ended ended;
  FILE* const pipe = popen((environment + " " + LOCKSTEP_BIN + "/" + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return ended;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) ended.output.append(buffer.data(), got);
  const int status = pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

class CommandLine : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("command_line_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }
  std::string folder() const { return folder_.string(); }

 private:
  fs::path folder_;
};

#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

const std::string kText = "assign vec=a elements=0+2\ndiscard_front vec=a bytes=1 record=p -> 1; a [1+1]\nsize vec=b\n";

TEST_F(CommandLine, ReplayShowsEveryStepAndTheVerdict) {
  const Ended ended = run("replay " + file("some.iov", kText));
  EXPECT_EQ(ended.code, 0);
  EXPECT_HAS(ended.output, "step 2  discard_front vec=a bytes=1 record=p\n");
  EXPECT_HAS(ended.output, "  should be  1; a [1+1]\n  and is     1; a [1+1]\n");
  EXPECT_HAS(ended.output, "verdict: agrees\n");
}

TEST_F(CommandLine, ReplayExitsWith2WhereItDiverges) {
  const Ended ended = run("replay --against discard_front_base_stays " + file("some.iov", kText));
  EXPECT_EQ(ended.code, 2);
  EXPECT_HAS(ended.output, "verdict: diverges, discard_front: array\n");
  EXPECT_HAS(ended.output, "# vec a  but is     0......");
}

TEST_F(CommandLine, ReplayExitsWith2WhereAnExpectationIsWrong) {
  const Ended ended = run("replay " + file("some.iov", "size vec=a -> 1\n"));
  EXPECT_EQ(ended.code, 2);
  EXPECT_HAS(ended.output, "# step 1, size vec=a: expected '1', but iov does '0'\n");
}

TEST_F(CommandLine, ReplayReducesBesideTheFile) {
  const std::string path = file("some.iov", "size vec=c\n" + kText);
  for (const char* how : {"", " --isolate"}) {
    const Ended ended = run("replay --reduce --against discard_front_base_stays" + std::string(how) + " " + path);
    EXPECT_EQ(ended.code, 2);
    EXPECT_HAS(ended.output, "reduced from ");
    const Ended again = run("replay --against discard_front_base_stays " + path + ".reduced.iov");
    EXPECT_EQ(again.code, 2);
    EXPECT_HAS(again.output, ": 2 operations, ");
    fs::remove(path + ".reduced.iov");
  }
}

TEST_F(CommandLine, ReplayTakesRawInputs) {
  const Ended ended = run("replay " + file("raw", std::string("\x00\x08\x00\x01garbage\xff\xfe", 13)));
  EXPECT_EQ(ended.code, 0);
  EXPECT_HAS(ended.output, "verdict: agrees\n");
}

TEST_F(CommandLine, ReplaySkipsRatherThanJudgesWhatItCannotRead) {
  const Ended missing = run("replay " + folder() + "/none.iov");
  EXPECT_EQ(missing.code, 1);
  EXPECT_HAS(missing.output, "none.iov: cannot be read\n");
  EXPECT_EQ(run("replay " + folder()).code, 1);
  const Ended malformed = run("replay " + file("bad.iov", "size vec=a\nsize vec=x\n") + " " + file("good.iov", kText));
  EXPECT_EQ(malformed.code, 1) << "whatever the other files do";
  EXPECT_HAS(malformed.output, "bad.iov:2: expected a vector: a, b or c, found 'x'\n");
  EXPECT_HAS(malformed.output, "verdict: agrees\n");
}

TEST_F(CommandLine, OptionsThatMakeNoSenseGetAUsageLine) {
  for (const char* command :
       {"replay", "replay --frobnicate x", "replay --seconds 0 x", "replay --against nobody x",
        "random_tester --programs 0", "random_tester --operations 0", "random_tester --operations 126",
        "random_tester --seed x", "random_tester --arena 16385", "random_tester --against nobody",
        "random_tester extra", "random_tester --output /none/such", "encode_seeds", "count_tags --show nothing"}) {
    const Ended ended = run(command);
    EXPECT_EQ(ended.code, 1) << command << "\n" << ended.output;
    EXPECT_HAS(ended.output, "\nusage: ");
  }
  EXPECT_HAS(run("replay --against nobody x").output, "there is no 'nobody'; there are iov, qemu_iov, from_buf_");
  EXPECT_EQ(run("enumerate --scope huge").code, 1);
}

TEST_F(CommandLine, HelpExitsWith0) {
  for (const char* name : {"replay", "random_tester", "encode_seeds", "enumerate", "count_tags"})
    EXPECT_EQ(run(std::string(name) + " --help").code, 0) << name;
}

TEST_F(CommandLine, RandomTesterIsRepeatable) {
  for (const std::string against : {"iov", "qemu_iov"}) {
    const std::string command = "random_tester --programs 500 --seed 7 --against " + against + " --output " + folder();
    const Ended ended = run(command);
    EXPECT_EQ(ended.code, 0);
    EXPECT_HAS(ended.output, "random_tester: programs 500 steps ");
    EXPECT_HAS(ended.output, ": all agree\n");
    EXPECT_EQ(run(command).output, ended.output);
  }
}

TEST_F(CommandLine, RandomTesterFindsReducesAndTellsHowToRepeat) {
  const Ended ended = run("random_tester --seed 7 --arena 64 --against undo_saved_late --output " + folder());
  EXPECT_EQ(ended.code, 2);
  const std::string by = "found again by: ";
  const std::size_t at = ended.output.find(by);
  ASSERT_NE(at, std::string::npos) << ended.output;
  const std::size_t end = ended.output.find('\n', at);
  const Ended again = run(ended.output.substr(at + by.size(), end - at - by.size()) + " --output " + folder());
  EXPECT_EQ(again.code, 2);
  EXPECT_HAS(again.output, "random_tester: programs 1 steps ");
  const std::string shown = "shown step by step by: ";
  const std::size_t how = ended.output.find(shown);
  ASSERT_NE(how, std::string::npos);
  EXPECT_EQ(run(ended.output.substr(how + shown.size(), ended.output.find('\n', how) - how - shown.size())).code, 2);
}

// What lies in fresh memory is the allocator's to choose: glibc's, or AddressSanitizer's.
TEST_F(CommandLine, TracesDoNotDependOnWhatTheAllocatorGives) {
  const auto traces = [](const std::string& command, int fill) {
    return run(command,
               "GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=" + std::to_string(fill) +
                   " ASAN_OPTIONS=$ASAN_OPTIONS:max_malloc_fill_size=1000000:malloc_fill_byte=" + std::to_string(fill));
  };
  for (const std::string command :
       {"random_tester --trace --seed 1 --programs 3000",
        "replay --trace " LOCKSTEP_CORPUS "/examples/*.iov " LOCKSTEP_CORPUS "/regressions/*.iov"}) {
    const Ended first = traces(command, 1);
    ASSERT_EQ(first.code, 0) << first.output;
    EXPECT_GT(std::count(first.output.begin(), first.output.end(), '\n'), 300);
    const Ended again = traces(command, 254);
    const auto [differs, unused] =
        std::mismatch(first.output.begin(), first.output.end(), again.output.begin(), again.output.end());
    const std::size_t line = first.output.rfind('\n', static_cast<std::size_t>(differs - first.output.begin())) + 1;
    EXPECT_TRUE(first.output == again.output)
        << command << ": the trace depends on what the allocator fills memory with, first in: "
        << first.output.substr(line, first.output.find('\n', line) - line)
        << "\nSee it: run that command twice, with GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=1 "
           "and "
           "with perturb=254. Look for memory that is read before it is written.";
  }
}

TEST_F(CommandLine, CountTagsShowsAProgramWithATag) {
  const Ended ended = run("count_tags --show 'undo/out of order'");
  EXPECT_EQ(ended.code, 0);
  EXPECT_HAS(ended.output, "# undo/out of order: ");
  EXPECT_EQ(run("replay " + file("shown.iov", ended.output)).code, 0);
}

TEST_F(CommandLine, CountTagsTellsWhatIsTooRare) {
  const Ended ended = run("count_tags --programs 10 --operations 2");
  EXPECT_EQ(ended.code, 2);
  EXPECT_HAS(ended.output, "too rare: random_tester: ");
  EXPECT_EQ(run("count_tags --programs 10 " + file("counts", "source\tsome\n")).code, 1);
}

TEST_F(CommandLine, EncodedSeedsReplayAsTheTextDoes) {
  const Ended ended = run("encode_seeds " + folder() + "/seeds " + file("some.iov", kText));
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_HAS(run("replay " + folder() + "/seeds/some").output, "step 2  discard_front vec=a bytes=1 record=p\n");
  EXPECT_EQ(run("encode_seeds " + folder() + "/seeds " + file("bad.iov", "x")).code, 1);
}

}  // namespace
