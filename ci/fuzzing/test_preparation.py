# SPDX-License-Identifier: Apache-2.0
"""What ci/fuzz does before it searches: its options, building, the corpus and the canaries."""

import fcntl
import re
import subprocess

from fuzzing.fake_project import AGREE, CI, CRASH, FakeProject


class Options(FakeProject):
    def test_what_makes_no_sense_is_refused_with_1(self):
        for options in (["--seconds", "0"], ["--seconds", "x"], ["--seconds=-1"], ["--seconds"], ["--jobs", "0"],
                        ["--jobs", "1025"], ["--seed", "4000000001"], ["--seed", "1e3"], ["--keep", ""], ["--sec", "5"],
                        ["--frobnicate"], ["extra"]):
            with self.subTest(options=options):
                code, printed = self.run_fuzz(*options)
                self.assertEqual(code, 1, printed)
                self.assertIn("usage: ci/fuzz ", printed)
                self.assertEqual(self.calls(), [])

    def test_help_tells_of_every_option_by_the_real_entry(self):
        ended = subprocess.run([CI / "fuzz", "--help"], capture_output=True, text=True, check=False, cwd="/")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        for word in ("--seconds", "--jobs", "--seed", "--keep", "Exit: 0 nothing found, 2 found, 1 could not run"):
            self.assertIn(word, ended.stdout)

    def test_seconds_and_jobs_and_keep_are_what_is_done(self):
        elsewhere = self.project / "elsewhere"
        code, printed = self.run_fuzz("--seconds=2", "--jobs", "4", "--seed", "7", "--keep", str(elsewhere),
                                      behaviour=AGREE)
        self.assertEqual(code, 0, printed)
        self.assertIn("ci/fuzz --seconds 2 --jobs 4 --seed 7 --keep elsewhere\n", printed)
        self.assertIn("search: jobs 4, rounds 4 of 1 s\n", printed)
        self.assertEqual(len(self.searches()), 16)
        self.assertEqual(len(self.calls("lockstep_fuzzer", f"-artifact_prefix={elsewhere}/", "-max_total_time=62")), 4)

    def test_without_a_seed_a_fresh_one_is_printed(self):
        self.script("ci/setup", "exit 1")
        line = r"\nSeed (\d+)\. The same again: ci/fuzz .* --seed \1\n"
        seeds = {re.search(line, self.run_fuzz()[1])[1] for _ in "12"}
        self.assertEqual(len(seeds), 2)


class Preparation(FakeProject):
    def test_builds_as_the_other_scripts_do(self):
        self.run_fuzz("--jobs", "1", behaviour={"release/random_tester": "miss"})
        builds = (self.project / "builds").read_text(encoding="utf-8")
        self.assertRegex(builds, r"--preset fuzz -DCMAKE_CXX_COMPILER=\S*.*/my-clang\n")
        self.assertRegex(builds, r"--build --preset fuzz .*--target fuzzers\n"
                                 r"[^\0]*--build --preset fuzz .*--target tester seeds\n")
        self.assertRegex(builds, r"--preset release\n--build --preset release .*--target tester\n")

    def test_ends_with_1_where_it_cannot_prepare(self):
        missed = "did not find its canary planted in 200,000 programs"
        for behaviour, words in (({"lockstep_fuzzer": "miss"}, f"lockstep_fuzzer {missed}"),
                                 ({"release/random_tester": "miss"}, f"random_tester iov {missed}"),
                                 ({"fuzz/random_tester": "miss"},
                                  f"random_tester other, sanitized {missed.replace('planted', 'over-read')}"),
                                 ({"replay": "fail"}, "ci/fuzz: could not replay the corpus; "),
                                 ({"lists": {}}, "lockstep_fuzzer --list describes nothing")):
            self.cannot_run(words, behaviour=behaviour)
        self.script("bin/cmake", "echo a broken line; exit 3")
        self.cannot_run(
            "a broken line\nci/fuzz: could not build fuzz fuzzers; all of its output is in "
            f"{self.project}/build/log/build-fuzz-fuzzers.log")
        self.script("ci/setup", "exit 1")
        self.cannot_run("Seed ")

    def cannot_run(self, words, **how):
        code, printed = self.run_fuzz(**how)
        self.assertEqual((code, self.searches()), (1, []), printed)
        self.assertIn(words, printed)

    def test_two_at_once_are_refused(self):
        (self.project / "build/log").mkdir()
        with open(self.project / "build/log/fuzz.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.cannot_run("another ci/fuzz runs")
        self.assertEqual(self.calls(), [])

    def test_a_corpus_that_does_not_agree_is_a_finding(self):
        self.file("corpus/examples/two.iov", CRASH)
        code, printed = self.run_fuzz("--summary", "summary.md")
        self.assertEqual(code, 2, printed)
        self.assertIn("# signature: undo: crash\n", printed)
        [result] = self.sarif()["results"]
        self.assertEqual(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "corpus/examples/two.iov")
        self.assertEqual((self.project / "summary.md").read_text(encoding="utf-8"),
                         "\n~~~~\nFOUND: the corpus does not agree: 1 of 3 programs.\n~~~~\n\n")
        self.assertIn("shown by: build/fuzz/tester replay corpus/examples/two.iov\n", printed)
        self.assertNotIn("one.iov", printed)
        self.assertEqual(self.searches(), [])
