// SPDX-License-Identifier: Apache-2.0
// The executables as a user runs them: what they print, and how they end.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Ended {
  int code = -1;
  std::string output;  // standard output and standard error
};

/// Runs a command, of which the folder is ours if it has none.
Ended run(const std::string& command, const std::string& environment = "") {
  Ended ended;
  const std::string folder = command.starts_with('/') ? "" : LOCKSTEP_BIN "/";
  FILE* const pipe = popen((environment + " " + folder + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return ended;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) ended.output.append(buffer.data(), got);
  const int status = pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

/// Runs a command, and expects how it ends, and that it prints these parts. Returns all that it printed.
std::string expect(const std::string& command, int code, const std::vector<std::string>& parts = {}) {
  const Ended ended = run(command);
  EXPECT_EQ(ended.code, code) << command << "\n" << ended.output;
  for (const std::string& part : parts) EXPECT_NE(ended.output.find(part), std::string::npos) << ended.output;
  return ended.output;
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
  /// Files with these programs in the byte form, joined by blanks.
  std::string encoded(const std::vector<std::string>& programs) const {
    std::string texts;
    std::string inputs;
    for (std::size_t i = 0; i < programs.size(); ++i) {
      const std::string name = "input" + std::to_string(i);
      texts += " " + file(name + ".iov", programs[i]);
      inputs += " " + (folder_ / name).string();
    }
    expect("tester replay --encode " + folder() + texts, 0);
    return inputs;
  }

 private:
  fs::path folder_;
};

/// The command that stands in the output behind these words.
std::string command_after(const std::string& words, const std::string& output) {
  const std::size_t at = output.find(words);
  EXPECT_NE(at, std::string::npos) << output;
  return at == std::string::npos ? "" : output.substr(at + words.size(), output.find('\n', at) - at - words.size());
}

const std::string kText = "assign vec=a elements=0+2\ndiscard_front vec=a bytes=1 record=p -> 1; a [1+1]\nsize vec=b\n";

TEST_F(CommandLine, ReplayShowsEveryStepAndTheVerdict) {
  const std::string some = file("some.iov", kText);
  expect("tester replay " + some, 0,
         {"step 2  discard_front vec=a bytes=1 record=p\n", "  should be  1; a [1+1]\n  and is     1; a [1+1]\n",
          "verdict: agrees\n"});
  expect("tester replay --against discard_front_base_stays " + some, 2,
         {"verdict: diverges, discard_front: array\n", "# vec a  but is     0......"});
  expect("tester replay " + file("wrong.iov", "size vec=a -> 1\n"), 2,
         {"# step 1, size vec=a: expected '1', but iov does '0'\n"});
  expect("tester replay " + file("empty.iov", ""), 0, {"verdict: agrees; there is nothing to run\n"});
  expect("tester replay " + file("raw", std::string("\x00\x08\x00\x01garbage\xff\xfe", 13)), 0, {"verdict: agrees\n"});
}

/// How often this stands in the text.
std::size_t count(const std::string& part, const std::string& text) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST_F(CommandLine, ReplayKeepsAPageThatMarksWhatDiffers) {
  const std::string path = file("a<b.iov",
                                "# Is <b>1</b> & no more\narena shared 16\nassign vec=a elements=0+2,6+2\n"
                                "from_buf vec=a offset=0 bytes=3\nsize vec=a\n");
  const auto page_of = [&](const std::string& options, int code) {
    expect("tester replay --html " + folder() + " " + options + " '" + path + "'", code,
           {"\npage: " + folder() + "/a<b.html\n"});
    std::ifstream kept(folder() + "/a<b.html");
    return std::string(std::istreambuf_iterator<char>(kept), {});
  };
  const std::string page = page_of("--against from_buf_data_not_advanced", 2);
  for (const std::string& part :
       {std::string("<title>from_buf: memory</title>"), std::string("Is &lt;b&gt;1&lt;/b&gt; &amp; no more"),
        std::string("<pre id='command'>" LOCKSTEP_BIN "/tester replay --against from_buf_data_not_advanced &#39;"),
        std::string("a&lt;b.iov&#39;</pre>"), std::string("# signature: from_buf: memory\n"),
        std::string("\u2260 differs in 1 byte: 6</text>"), std::string("\u2260 here they differ")})
    EXPECT_NE(page.find(part), std::string::npos) << part << "\n" << page;
  EXPECT_EQ(page.find("<b>"), std::string::npos);
  EXPECT_EQ(count("<section ", page), 2);
  EXPECT_EQ(count("class='wrong'", page), 2);    // byte 6 of each side
  EXPECT_EQ(count("class='changed'", page), 4);  // by the step: bytes 0 and 1, and 6, on each side
  EXPECT_EQ(page_of("--against from_buf_data_not_advanced", 2), page);

  const std::string agrees = page_of("", 0);
  EXPECT_NE(agrees.find("<title>agrees</title>"), std::string::npos);
  EXPECT_EQ(count("<section ", agrees), 3);
  EXPECT_EQ(count("class='wrong'", agrees), 0);
  EXPECT_EQ(count("\u2260", agrees), 0);
  // What is known has a page, too.
  EXPECT_NE(page_of("--against from_buf_data_not_advanced --ignore 'from_buf: memory'", 0).find("known: "),
            std::string::npos);
  expect("tester replay --html " + folder() + "/some.html '" + path + "' '" + path + "'", 1, {"takes a folder"});
}

TEST_F(CommandLine, APageShowsWhatWasThereBeforeACrash) {
  const std::string path =
      file("some.iov", "assign vec=a elements=0+1\nsend vec=a offset=0 bytes=1 limit=0 script=pipe\n");
  const std::string kept = folder() + "/page.html";
  expect("tester replay --isolate --against send_raises_sigpipe --html " + kept + " " + path, 2,
         {"page: " + kept + "\n"});
  std::ifstream file(kept);
  const std::string page(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(page.find("<title>send: crash</title>"), std::string::npos);
  EXPECT_NE(page.find("This step did not come to its end."), std::string::npos);
  EXPECT_EQ(count("<section ", page), 2);
  EXPECT_EQ(count("<svg viewBox", page), 2);
}

TEST_F(CommandLine, ReduceKeepsBesideTheFile) {
  const std::string path = file("some.iov", "size vec=c\n" + kText);
  for (const std::string how : {"", "--isolate "}) {
    expect("tester reduce --against discard_front_base_stays " + (how + path), 2, {"reduced from "});
    expect("tester replay --against discard_front_base_stays " + path + ".reduced.iov", 2, {": 2 operations, "});
    fs::remove(path + ".reduced.iov");
  }
}

TEST_F(CommandLine, ReplaySkipsRatherThanJudgesWhatItCannotRead) {
  expect("tester replay " + folder() + "/none.iov", 1, {"none.iov: cannot be read\n"});
  expect("tester replay " + folder(), 1);
  // Whatever the other files do.
  expect("tester replay " + file("bad.iov", "size vec=a\nsize vec=x\n") + " " + file("good.iov", kText), 1,
         {"bad.iov:2: expected a vector: a, b or c, found 'x'\n", "verdict: agrees\n"});
}

TEST_F(CommandLine, OptionsThatMakeNoSenseGetAUsageLine) {
  for (const char* command :
       {"tester replay", "tester replay --frobnicate x", "tester replay --seconds 0 x", "tester random --programs 0",
        "tester random --operations 0", "tester random --operations 126", "tester random --seed x",
        "tester random --programs -5", "tester random --arena 16385", "tester random --against nobody",
        "tester random extra", "tester random --output /none/such", "tester enumerate --scope huge",
        "tester replay --encode /none/such x", "tester tags --show nothing", "tester", "tester rnadom",
        "tester --frobnicate"})
    expect(command, 1, {"\nUsage: "});
  expect("tester replay --against nobody x", 1, {"nobody not in {iov,qemu_iov,qemu_iov_10,from_buf_"});
}

TEST_F(CommandLine, HelpExitsWith0) {
  const std::string help = expect("tester --help", 0);
  for (const std::string name : {"random", "replay", "reduce", "enumerate", "tags", "bugs"}) {
    EXPECT_NE(help.find("\n  " + name + " "), std::string::npos) << help;
    expect("tester " + name + " --help", 0, {"Usage: tester " + name + " "});
  }
}

TEST_F(CommandLine, RandomTesterFindsReducesAndTellsHowToRepeat) {
  const std::string output =
      expect("tester random --seed 7 --arena 64 --against undo_saved_late --output " + folder(), 2);
  expect(command_after("found again by: ", output) + " --output " + folder(), 2, {"random: programs 1 steps "});
  expect(command_after("shown step by step by: ", output), 2);
}

TEST_F(CommandLine, AllFindingsAreToldOnceEach) {
  const std::string tester = "tester random --programs 3000 --status 1000 --output " + folder() + " --against ";
  const std::string output = expect(tester + "undo_only_once --all", 2,
                                    {": 2 findings that were not known\n", "found: undo: view, in ",
                                     "found: undo: array, in ", " programs: first in program "});
  EXPECT_EQ(output.find("ended its process"), std::string::npos) << output;
  // Each is repeated by its command, and its file shows it.
  expect(command_after("found again by: ", output) + " --output " + folder(), 2, {"# signature: undo: view\n"});
  expect(command_after("shown step by step by: ", output), 2);
  // Also where it ends the process.
  expect(tester + "send_raises_sigpipe --all", 2, {"random: found: send: crash, in "});
  expect(tester + "iov --all", 0, {": all agree\n"});
}

TEST_F(CommandLine, KnownFindingsEndNothing) {
  const std::string tester = "tester random --programs 3000 --output " + folder() + " --against undo_only_once ";
  const std::string known = file("known", "# of ours\n\nundo: view # reported\nundo: array   # reported as well\n");
  expect(tester + "--known " + known, 0,
         {": all agree but for what is known\n", "known: undo: view, in ", " programs: reported\n"});
  expect(tester + "--ignore 'undo: view' --ignore 'fill: value'", 2, {"# signature: undo: array\n"});
  expect("tester random --programs 10 --known " + known, 0, {"known: undo: view, not seen any more: reported\n"});
  expect("tester random --programs 10 --known " + file("bad", "\nundo: view\n"), 1,
         {"bad:2: expected SIGNATURE # REASON"});
  EXPECT_NE(run(tester, "LOCKSTEP_KNOWN=" + known).output.find(": all agree but"), std::string::npos);
  const std::string some = file("some.iov", kText);
  expect("tester replay --against discard_front_base_stays --ignore 'discard_front: array' " + some, 0,
         {"which is known: "});
  expect("tester enumerate --against fill_ignores_offset_within --most 100 --all --ignore 'fill: value'", 2,
         {": 1 findings that were not known\n", "known: fill: value, not seen any more", "found: fill: memory, in "});
}

TEST_F(CommandLine, AFuzzTargetWithoutAnEngineRunsEachFile) {
  const std::string fills = file("fills.iov", "assign vec=a elements=0+2,4+2\nfill vec=a offset=1 value=7 bytes=2\n");
  expect("tester replay --encode " + folder() + " " + fills, 0);
  const std::string both = folder() + "/fills " + file("empty", "");
  expect("standalone_fuzzer " + both, 0, {"inputs 2: all ran\n"});
  expect("standalone_fuzzer --list", 0, {R"("name": "lockstep_fuzzer")"});
  expect("standalone_fuzzer", 1, {"inputs 0"});
  expect("standalone_fuzzer " + both + " " + folder() + "/none", 1, {"cannot read"});
  expect("standalone_fuzzer " + folder(), 1, {"cannot read"});
  const Ended found = run("standalone_fuzzer " + both, "LOCKSTEP_AGAINST=fill_ignores_offset_within");
  EXPECT_NE(found.code, 0);
  EXPECT_NE(found.output.find("# signature: fill: "), std::string::npos) << found.output;
}

TEST_F(CommandLine, AFuzzTargetGoesOnAfterFindingsWhenToldTo) {
  const std::string inputs = encoded({"assign vec=a elements=0+2,4+2\nfill vec=a offset=1 value=7 bytes=2\n",
                                      "assign vec=a elements=0+2\nfill vec=a offset=1 value=7 bytes=1\n",
                                      "assign vec=a elements=0+2\nsize vec=a\n"});
  const std::string command = "standalone_fuzzer --all -artifact_prefix=" + folder() + "/kept- " + inputs;
  const Ended found = run(command, "LOCKSTEP_AGAINST=fill_ignores_offset_within");
  EXPECT_EQ(found.code, 77) << found.output;
  EXPECT_NE(found.output.find("standalone_fuzzer: found: fill: "), std::string::npos) << found.output;
  EXPECT_NE(found.output.find(", in 2 programs: " + folder() + "/kept-fill-"), std::string::npos) << found.output;
  const std::string output = expect(command, 0, {"inputs 3: all ran\n"});
  EXPECT_EQ(output.find("a crash"), std::string::npos) << output;
}

TEST_F(CommandLine, AFuzzTargetGoesOnAfterACrashWhenToldTo) {
  const std::string send = "send vec=a offset=0 bytes=2 limit=0 script=pipe\n";
  const std::string inputs = encoded({"assign vec=a elements=0+2\n" + send, "assign vec=a elements=0+2\nsize vec=a\n",
                                      "assign vec=a elements=3+1,5+2\n" + send});
  const std::string command = "standalone_fuzzer --all -artifact_prefix=" + folder() + "/kept- " + inputs;
  const Ended found = run(command, "LOCKSTEP_AGAINST=send_raises_sigpipe");
  EXPECT_EQ(found.code, 77) << found.output;
  for (const char* const text : {"standalone_fuzzer: goes on after a crash: ", "inputs 3: all ran\n",
                                 "standalone_fuzzer: found: send: crash, in 3 programs: "})  // the first is run again
    EXPECT_NE(found.output.find(text), std::string::npos) << text << found.output;
}

TEST_F(CommandLine, AFuzzTargetTellsOfACrashThatNoInputRepeats) {
  expect("tester replay --encode " + folder() + " " + file("size.iov", "assign vec=a elements=0+2\nsize vec=a\n"), 0);
  // The process that fuzzes is ended; and once another has taken its place, so is the search.
  const Ended ended = run("/bin/sh -c 'cd " + folder() +
                          " && { " LOCKSTEP_BIN
                          "/standalone_fuzzer --all $(yes size | head -n 100000) >log 2>&1 & } &&"
                          " while ! grep -q leaves.out log; do sleep 0.01; done;"
                          " while child=$(cat /proc/$!/task/$!/children) && [ -z \"$child\" ]; do sleep 0.01; done;"
                          " kill -SEGV $child; while ! grep -q goes.on log; do sleep 0.01; done;"
                          " kill -INT $!; wait $!; code=$?; cat log unrepeated-*; exit $code'");
  EXPECT_EQ(ended.code, 77) << ended.output;
  EXPECT_NE(ended.output.find("standalone_fuzzer: found: a crash that its last input alone does not repeat, "),
            std::string::npos)
      << ended.output;
}

TEST_F(CommandLine, AFuzzTargetTellsWhatItHasFoundWhenItIsInterrupted) {
  const std::string fills = file("fills.iov", "assign vec=a elements=0+2,4+2\nfill vec=a offset=1 value=7 bytes=2\n");
  expect("tester replay --encode " + folder() + " " + fills, 0);
  // More inputs than it comes to.
  const Ended ended =
      run("/bin/sh -c 'cd " + folder() +
              " && { " LOCKSTEP_BIN "/standalone_fuzzer --all $(yes fills | head -n 100000) >log 2>&1 & } &&" +
              " while ! grep -q now.reduced log; do sleep 0.01; done; kill -TERM $!; wait $!; code=$?; cat log; exit "
              "$code'",
          "LOCKSTEP_AGAINST=fill_ignores_offset_within");
  EXPECT_EQ(ended.code, 77) << ended.output;
  EXPECT_NE(ended.output.find("standalone_fuzzer: found: fill: memory, in "), std::string::npos) << ended.output;
}

// What lies in fresh memory is the allocator's to choose: glibc's, or AddressSanitizer's.
TEST_F(CommandLine, TracesDoNotDependOnWhatTheAllocatorGives) {
  const auto traces = [](const std::string& command, int fill) {
    return run(command,
               "GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=" + std::to_string(fill) +
                   " ASAN_OPTIONS=$ASAN_OPTIONS:max_malloc_fill_size=1000000:malloc_fill_byte=" + std::to_string(fill));
  };
  const std::string corpus = LOCKSTEP_CORPUS "/examples/*.iov " LOCKSTEP_CORPUS "/regressions/*.iov";
  for (const std::string& command :
       {std::string("tester random --trace --seed 1 --programs 3000"),
        std::string("tester random --trace --seed 1 --programs 1000 --against qemu_iov"),
        "tester replay --trace " + corpus, "tester replay --trace --against qemu_iov " + corpus}) {
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
        << "\nLook for memory that is read before it is written: run it with perturb=1 and 254 in GLIBC_TUNABLES.";
  }
}

TEST_F(CommandLine, TagsShowsAProgramWithATagAndTellsWhatIsTooRare) {
  const std::string output = expect("tester tags --show 'undo/out of order'", 0, {"# undo/out of order: "});
  expect("tester replay " + file("shown.iov", output), 0);
  expect("tester tags --programs 10 --operations 2", 2, {"too rare: random_tester: "});
  expect("tester tags --programs 10 " + file("counts", "source\tsome\n"), 1);
}

TEST_F(CommandLine, EncodedSeedsReplayAsTheTextDoes) {
  expect("tester replay --encode " + folder() + " " + file("some.iov", kText), 0);
  expect("tester replay " + folder() + "/some", 0, {"step 2  discard_front vec=a bytes=1 record=p\n"});
  expect("tester replay --encode " + folder() + " " + file("bad.iov", "x"), 1);
}

}  // namespace
