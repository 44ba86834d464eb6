# SPDX-License-Identifier: Apache-2.0
"""How ci/fuzz searches, and what it says that it has found.

The fakes end after a number of steps or when asked to, so that no test depends on how fast
the machine is.
"""

import re
import signal
import subprocess

from fuzzing.fake_project import AGREE, CRASH, MOST_SECONDS, FakeProject, is_alive

IN_C_RESEGMENTED = '{"signature": "copy: value when resegmented", "implementation": "other", "resegmented": true}'
SHORT = {"least_round_seconds": 0.1}
KILLS = SHORT | {"grace_seconds": 0.5}  # what does not end


class Search(FakeProject):
    def test_nothing_found_is_0_and_said_in_a_table(self):
        # One that still starts is not asked to end: it would die of that.
        code, printed = self.run_fuzz("--jobs", "2", "--seed", "100", behaviour={"random_tester": "starts slowly"},
                                      LOCKSTEP_AGAINST="somebody")
        self.assertEqual(code, 0, printed)
        self.assertRegex(printed, "planted by lockstep_fuzzer after 1,530 programs\n"
                                  "build fuzz tester .*\nbuild release tester .*\n")
        self.assertIn("planted by random_tester iov after 1,530 programs, "
                      "over-read by random_tester other, sanitized after 310 programs\n", printed)
        self.assertRegex(printed, r"lockstep_fuzzer +2 +240 +\S+ +11 +3 +0\n")
        self.assertRegex(printed, r"random_tester other, sanitized +1 +30,000 +\S+ +- +- +0\n")
        self.assertIn("\nNothing found in 60,480 programs under sanitizers and 60,000 optimized.\n", printed)
        self.assertEqual({call["against"] for call in self.searches()}, {None})
        self.assertEqual([(call["name"], call["against"]) for call in self.calls(None, "-runs=")],
                         [("lockstep_fuzzer", "planted")])
        corpora = [f"{self.project}/build/{folder}/v7" for folder in ("fuzz-corpus", "fuzz/seeds")]
        for name, max_len, turns in (("lockstep_fuzzer", 3076, 2), ("new_fuzzer", 22, 1)):
            self.assertEqual(len(self.calls(name, "-max_total_time=", f"-max_len={max_len}", *corpora)), turns)
        self.assertEqual(sorted(int(re.search(r"-seed[ =](\d+)", " ".join(call["arguments"]))[1])
                                for call in self.searches()), list(range(100, 108)))
        self.assertEqual([path.name for path in (self.project / "build/findings").iterdir()], ["findings.sarif"])
        self.assertEqual(self.sarif()["results"], [])

    def test_a_search_that_did_not_go_as_it_should_ends_with_1(self):
        for jobs, behaviour, reason in (
                ("1", {"new_fuzzer": "idle"}, "new_fuzzer executed nothing"),
                ("2", {"lockstep_fuzzer": "fail"},
                 "lockstep_fuzzer (build/log/search-1-lockstep_fuzzer.log) ended with 1, and kept nothing"),
                ("1", {"lockstep_fuzzer": "deaf"}, "(build/log/search-1-lockstep_fuzzer.log) did not end when asked to"),
                ("2", {**AGREE, "random_tester": "crash once"}, "ended by SIGSEGV, and did not when run again")):
            code, printed = self.run_fuzz("--jobs", jobs, "--seconds", "1", limits=KILLS, behaviour=behaviour)
            self.assertEqual(code, 1, printed)
            self.assertRegex(printed, f"FAILED: .*{re.escape(reason)}\n")
            self.assertNotIn("Nothing found", printed)
        folders = [call["folder"].rsplit("/", 1)[1] for call in self.calls("random_tester", "--first")]
        self.assertEqual(folders[:2], ["fuzz", "release"])

    def test_what_is_known_is_counted(self):
        code, printed = self.run_fuzz("--jobs", "8", "--seed", "5", "--seconds", "1", limits=SHORT,
                                      behaviour={**AGREE, "known": ["undo: array"]})
        self.assertEqual(code, 0, printed)
        self.assertIn("Known: undo: array, in 1,536 programs or more: an issue\n", printed)

    def test_another_engine_searches_alike(self):
        code, printed = self.run_fuzz("--jobs", "2", "--seed", "5", "--seconds", "1", "--engine", "afl", limits=SHORT)
        self.assertEqual(code, 0, printed)
        self.assertIn("The same again: ci/fuzz --seconds 1 --jobs 2 --seed 5 --engine afl\n", printed)
        self.assertIn("planted by lockstep_fuzzer afl after 160 programs\n", printed)
        self.assertIn("planted by random_tester iov after", printed)
        self.assertRegex(printed, r"lockstep_fuzzer afl +2 +340 +\S+ +11 +3 +0\n")
        calls = self.calls("afl-fuzz")
        self.assertEqual([file.read_bytes() for file in self.project.glob("build/fuzz-corpus/v7/*")], [b"learned"])
        self.assertEqual({call["arguments"][call["arguments"].index("-G") + 1] for call in calls}, {"22", "3076"})
        self.assertEqual(self.calls("lockstep_fuzzer", "-max_total_time="), [])

    def test_a_report_that_cannot_be_written_hides_no_finding(self):
        for behaviour, expected in (({"lockstep_fuzzer": "diverge", "inputs": [CRASH]}, 2), ({}, 1)):
            code, printed = self.run_fuzz("--jobs", "8", "--seconds", "1", "--summary", "no/such/folder", limits=SHORT,
                                          behaviour=behaviour)
            self.assertEqual(code, expected, printed)
            self.assertIn("FAILED: a report could not be written: ", printed)

    def test_what_another_engine_has_started_does_not_outlive_it(self):
        code, printed = self.run_fuzz("--jobs", "1", "--seconds", "1", "--engine", "afl", limits=KILLS,
                                      behaviour={"afl-fuzz": "deaf"})
        self.assertEqual(code, 1, printed)
        self.assertIn("lockstep_fuzzer-afl.log) did not end when asked to", printed)

    def test_a_verdict_that_rests_on_too_little_is_refused(self):
        code, printed = self.run_fuzz("--jobs", "2", "--seconds", "1", limits=SHORT | {"least_programs": 60_001})
        self.assertEqual(code, 1, printed)
        self.assertIn("\nci/fuzz: nothing found, but in 60,480 programs under sanitizers and 60,000 optimized only; fewer "
                      "than 60,001 of either mean nothing: give it more --seconds\n", printed)


class Interrupted(FakeProject):
    def search(self, jobs, seconds=100000, **how):
        """A search that has begun, of as many processes."""
        process = self.start("--jobs", str(jobs), "--seconds", str(seconds), "--seed", "50", **how)
        self.wait_for_search(process, jobs)
        return process

    def end_of(self, process, code):
        """What it prints until it ends, and leaves nothing behind."""
        printed = process.communicate(timeout=MOST_SECONDS)[0]
        self.assertEqual(process.returncode, code, printed)
        self.wait_until(lambda: not any(is_alive(call["pid"]) for call in self.calls()))
        return printed

    def test_ctrl_c_ends_the_search_early_and_loses_nothing(self):
        process = self.search(3, behaviour=AGREE, seconds=300, limits={"progress_seconds": 0.1})
        self.wait_until(lambda: re.match(r"\d+:\d\d left  random 20,000 \(.*cov 11 ft 22 corpus 3\n",
                                         process.stdout.readline()))
        self.press_ctrl_c(process)
        printed = self.end_of(process, 0)
        self.assertIn("Interrupted; this is what was done until then.\n\nsource ", printed)
        self.assertRegex(printed, r"lockstep_fuzzer +1 +150 ")
        self.assertRegex(printed, r"random_tester iov +1 +30,000 ")
        self.assertEqual(len(self.searches()), 3)

    def test_a_second_ctrl_c_does_not_wait(self):
        process = self.search(2, behaviour={"lockstep_fuzzer": "deaf"}, limits={"grace_seconds": 100000})
        self.press_ctrl_c(process)
        # Its peer has ended: so the first was heard.
        tester = self.searches()[1]["pid"]
        self.wait_until(lambda: not is_alive(tester))
        process.send_signal(signal.SIGTERM)
        self.assertRegex(self.end_of(process, 0), r"lockstep_fuzzer +1 ")

    def test_a_hang_at_ctrl_c_is_still_told(self):
        process = self.search(2, behaviour={**AGREE, "random_tester": "hang"},
                              limits={"hang_seconds": 100000, "grace_seconds": 0.5})
        self.press_ctrl_c(process)
        printed = self.end_of(process, 2)
        self.assertIn("FOUND: a crash or a hang in one of the next 10,000 programs, by random_tester iov after 20,000",
                      printed)
        self.assertIn("shown by: build/fuzz/tester random --against iov --seed 51 --first 20000 ", printed)

    def test_before_the_search_it_ends_with_1(self):
        self.script("bin/cmake", f"echo $$ >'{self.project}/pid'; exec sleep 600")
        process = self.start()
        pid = self.project / "pid"
        self.wait_until(lambda: pid.exists() and pid.read_text(encoding="utf-8").endswith("\n"))
        self.press_ctrl_c(process)
        self.assertTrue(self.end_of(process, 1).endswith("ci/fuzz: interrupted\n"))
        self.assertFalse(is_alive(int(pid.read_text(encoding="utf-8"))))

    def test_nothing_outlives_it_if_it_is_killed(self):
        process = self.search(4, behaviour=AGREE)
        process.kill()
        self.end_of(process, -signal.SIGKILL)


class Found(FakeProject):
    def found(self, *texts, options=(), shown=1, folder=None, **how):
        """Finds, says each of the texts, and commands that do show what was found. What was printed."""
        code, printed = self.run_fuzz("--jobs", "2", "--seed", "5", *options, folder=folder, **how)
        self.assertEqual(code, 2, printed)
        for text in texts:
            self.assertIn(text, printed)
        commands = re.findall(r"^  shown by: (.*)$", printed, re.MULTILINE)
        codes = [subprocess.run(command, shell=True, check=False, cwd=folder or self.project, capture_output=True).returncode
                 for command in commands]
        self.assertEqual(codes, [2] * shown, printed)
        return printed

    def test_an_input_is_judged_reduced_and_shown(self):
        kept = "build/findings/lockstep_fuzzer-5"
        reduced, page = (f"{kept}/undo-crash-crash-0.{ending}" for ending in ("iov", "html"))
        printed = self.found(
            "==1== ERROR: AddressSanitizer: SEGV on unknown address\n    #0 0x1 in iov::size\nSUMMARY: ",
            f"FOUND: undo: crash, by lockstep_fuzzer after 120 programs\n  kept:     {kept}/crash-0, reduced "
            f"{reduced}\n  page:     {page}\n  shown by: build/fuzz/tester replay {reduced}\n",
            behaviour={"lockstep_fuzzer": "diverge", "inputs": [CRASH]})
        self.assertRegex(printed, r"lockstep_fuzzer +1 .* 1\n")
        self.assertEqual(len(self.searches()), 2, "the first finding ends the search")
        said = (self.project / page).read_text(encoding="utf-8")
        self.assertIn(f"build/fuzz/tester replay --isolate --against iov --quiet --html {page} {reduced}\n", said)
        [result] = self.sarif()["results"]
        self.assertEqual(result["ruleId"], "undo: crash")
        # A sanitizer's summary comes first.
        self.assertEqual(result["message"]["text"],
                         "SUMMARY: AddressSanitizer: SEGV\nsignature: undo: crash\nimplementation: iov")
        self.assertEqual(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], reduced)
        self.assertEqual(result["properties"], {"implementation": "iov", "page": page,
                                                "command": f"build/fuzz/tester replay {reduced}"})

    def test_a_summary_is_appended_as_markdown(self):
        summary = self.file("summary.md", "before\n")
        self.found(options=("--summary", "summary.md"), behaviour={"lockstep_fuzzer": "diverge", "inputs": [CRASH]})
        text = summary.read_text(encoding="utf-8")
        self.assertTrue(text.startswith("before\n| source | processes | "), text)
        self.assertRegex(text, r"\n\| lockstep_fuzzer \| 1 \| 120 \| [\d,]+ \| 11 \| 3 \| 1 \|\n")
        self.assertIn("\n~~~~\nFOUND: undo: crash, by lockstep_fuzzer after 120 programs\n", text)

    def test_what_another_engine_keeps_is_judged_as_well(self):
        printed = self.found("FOUND: undo: crash, by lockstep_fuzzer afl after 160 programs\n  kept:     "
                             "build/findings/lockstep_fuzzer-afl-5/crashes-", "\n# signature: undo: crash\n",
                             options=("--engine", "afl"), behaviour={"afl-fuzz": "diverge", "inputs": [CRASH]})
        self.assertRegex(printed, r"crashes-[0-9a-f]{16}, reduced ")
        self.found("FOUND: undo: crash, by lockstep_fuzzer afl after", options=("--engine", "afl"),
                   behaviour={"afl-fuzz": "diverge", "inputs": [CRASH]})  # again, though the file is there

    def test_each_signature_is_reduced_once_and_shown_where_the_caller_stands(self):
        folder = self.project.parent / "else where"
        folder.mkdir()
        inputs = [CRASH, IN_C_RESEGMENTED, CRASH, IN_C_RESEGMENTED]
        printed = self.found("FOUND: copy: value when resegmented, by ", shown=2, options=("--keep", "mine"),
                             folder=folder, behaviour={"lockstep_fuzzer": "diverge", "inputs": inputs})
        self.assertEqual(printed.count("FOUND: "), 2)
        self.assertRegex(printed, r"(?m)^lockstep_fuzzer +1 .* 4$")
        self.assertEqual(printed.count("  page: "), 2)
        results = self.sarif(folder / "mine")["results"]
        self.assertEqual([result["ruleId"] for result in results], ["undo: crash", "copy: value when resegmented"])
        self.assertEqual([result["ruleIndex"] for result in results], [0, 1])
        self.assertEqual(len(self.calls("reduce")), 2)
        self.assertTrue(list(folder.glob("mine/lockstep_fuzzer-*/undo-crash-*.iov")))
        self.assertRegex(printed, r"The same again: '/.*/ci/fuzz' .* --keep mine\n")

    def all_found(self, inputs, parts, limits=None, **behaviour):
        """What --all prints until new_fuzzer has begun so often in the first round, and how often lockstep_fuzzer has."""
        known = self.file("known", "fill: value # an issue\n")
        process = self.start("--jobs", "4", "--seconds", "400000", "--seed", "5", "--all", LOCKSTEP_KNOWN=str(known),
                             limits={"grace_seconds": 100000, **(limits or {})},
                             behaviour={**AGREE, **behaviour, "inputs": inputs})
        self.wait_until(lambda: process.poll() is not None or len(self.calls("new_fuzzer", "-max_total_time=")) == parts)
        self.press_ctrl_c(process)
        printed = process.communicate(timeout=MOST_SECONDS)[0]
        self.assertEqual(process.returncode, 2, printed)
        self.assertIn("The same again: ci/fuzz --seconds 400000 --jobs 4 --seed 5 --all\n", printed)
        return printed, len(self.calls("lockstep_fuzzer", "-max_total_time="))

    def test_all_findings_of_one_run(self):
        inputs = [IN_C_RESEGMENTED, CRASH, CRASH.replace("undo: crash", "fill: value")]
        printed, began = self.all_found(inputs, 3, lockstep_fuzzer="diverge")
        self.assertEqual([result["ruleId"] for result in self.sarif()["results"]],
                         ["copy: value when resegmented", "undo: crash"])
        # A crash cannot be passed by: its source begins once more, and if that soon ends so, no more in this round.
        self.assertEqual(began, 2)
        self.assertEqual(re.findall("^FOUND: (.*?), by lockstep_fuzzer", printed, re.MULTILINE),
                         ["copy: value when resegmented", "undo: crash"])
        self.assertRegex(printed, r"(?m)^lockstep_fuzzer .* 3$")
        self.assertNotIn("fill: value", printed)

    def test_a_source_that_runs_for_long_begins_again_after_each_crash(self):
        printed, began = self.all_found([CRASH], 4, lockstep_fuzzer="diverge", limits={"least_programs": 100})
        self.assertGreaterEqual(began, 3)
        self.assertEqual(re.findall("^FOUND: .* by lockstep_fuzzer.*", printed, re.MULTILINE),
                         ["FOUND: undo: crash, by lockstep_fuzzer after 120 programs"])

    def test_two_sources_that_find_the_same_both_go_on(self):
        printed, began = self.all_found([IN_C_RESEGMENTED], 2, lockstep_fuzzer="diverge", new_fuzzer="diverge")
        self.assertEqual(began, 2)
        self.assertIn("FOUND: copy: value when resegmented, as above, by ", printed)
        self.assertEqual(len(self.sarif()["results"]), 1)

    def test_a_random_tester_reduces_by_itself_and_is_waited_for(self):
        self.found("FOUND: copy: value when resegmented, by random_tester iov after 20,007 programs\n",
                   limits={"grace_seconds": 0.3}, behaviour={"random_tester": "diverge", "inputs": [IN_C_RESEGMENTED]})
        self.assertEqual(self.calls("reduce"), [])

    def test_what_replay_does_not_see_is_shown_by_its_source(self):
        code, printed = self.run_fuzz("--jobs", "2", "--seed", "5",
                                      behaviour={"lockstep_fuzzer": "diverge", "inputs": ["agree"]})
        self.assertEqual(code, 2, printed)
        self.assertIn("FOUND: something, which replay did not see, by lockstep_fuzzer", printed)
        self.assertIn("shown by: build/fuzz/lockstep_fuzzer build/findings/lockstep_fuzzer-5/crash-0\n", printed)
        # A random tester of another compiler may see it alone.
        text = CRASH.replace("iov", "another")
        self.found(f"{text}\n# signature: undo: crash\n",
                   "FOUND: undo: crash, which replay did not see, by random_tester iov after 20,007 ",
                   "shown by: build/release/tester random --against iov --seed 6 --first 20006 --programs 1\n",
                   behaviour={**AGREE, "random_tester": "diverge", "inputs": [text]})

    def test_what_cannot_be_reduced_in_time_is_kept_as_it_is(self):
        self.found("It could not be reduced in that time.\n", limits={"reduce_seconds": 0.3}, behaviour={
            "lockstep_fuzzer": "diverge", "reduce": "never reduces", "inputs": [CRASH]})

    def test_it_is_kept_though_nobody_reads(self):
        process = self.start("--jobs", "2", behaviour={"lockstep_fuzzer": "diverge", "inputs": [CRASH]})
        while not process.stdout.readline().startswith("search: "):
            pass
        process.stdout.close()
        self.assertEqual(process.wait(MOST_SECONDS), 2)
        self.assertTrue(list(self.project.glob("build/findings/*/undo-crash-*.iov")))

    def test_a_random_tester_that_crashes_is_found_again(self):
        self.found("random_tester iov ended by SIGSEGV. Looking for the program among the next 10,000.\n",
                   "FOUND: undo: crash, by random_tester iov after 20,004 programs\n",
                   "kept:     build/findings/random_tester-iov-6/random-6-20003, reduced ",
                   behaviour={**AGREE, "random_tester": "crash", "inputs": [CRASH]})
        self.assertEqual(len(self.calls("random_tester", "--print", "20003")), 1)
        self.assertEqual(len(self.calls("reduce")), 1)

    def test_a_random_tester_that_a_sanitizer_ends_is_found_again(self):
        self.found("random_tester iov, sanitized ended with 99. Looking for the program among the next 1,000.\n",
                   "FOUND: undo: crash, by random_tester iov, sanitized after 20,004 programs\n",
                   options=("--seconds", "4"), behaviour={**AGREE, "fuzz/random_tester": "over-read", "inputs": [CRASH]})

    def test_a_random_tester_that_hangs_is_found_again(self):
        printed = self.found("random_tester iov hangs. Looking for the program among the next 10,000.\n",
                             options=("--seconds", "100000"), limits={"hang_seconds": 1, "grace_seconds": 0.3},
                             behaviour={**AGREE, "random_tester": "hang", "inputs": [CRASH.replace("crash", "hang")]})
        self.assertRegex(printed, r"FOUND: undo: hang, by random_tester iov after 20,004 programs\n.*\n.*\n"
                                  r"  shown by: build/fuzz/tester replay build/findings/\S+\.iov --isolate\n")
