"""How ci/fuzz searches, and what it says that it has found.

The fakes end after a number of steps or when asked to, so that no test depends on how fast
the machine is.
"""

import os
import re
import signal
import subprocess
import time

from fuzzing.fake_project import AGREE, CRASH, MOST_SECONDS, FakeProject, is_alive

IN_C_RESEGMENTED = '{"signature": "copy: value when resegmented", "implementation": "qemu_iov", "resegmented": true}'
SHORT = {"grace_seconds": 0.5, "least_round_seconds": 0.1}


class Search(FakeProject):
    def test_nothing_found_is_0_and_said_in_a_table(self):
        code, printed = self.run_fuzz("--jobs", "2", LOCKSTEP_AGAINST="somebody")
        self.assertEqual(code, 0, printed)
        self.assertIn("undo_only_once by lockstep_fuzzer after 1,530 programs, "
                      "undo_only_once by random_tester after 72 programs\n", printed)
        self.assertRegex(printed, r"lockstep_fuzzer +2 +240 +\S+ +11 +3 +0\n")
        self.assertRegex(printed, r"random_tester qemu_iov +2 +60,000 +\S+ +- +- +0\n")
        self.assertIn("\nNothing found in 120,480 programs.\n", printed)
        self.assertEqual({call["against"] for call in self.searches()}, {None})
        self.assertTrue((self.project / "build/fuzz-corpus/v1/one").exists())
        self.assertEqual(list((self.project / "build/findings").iterdir()), [])

    def test_a_source_that_executes_nothing_ends_it_with_1(self):
        code, printed = self.run_fuzz("--jobs", "1", "--seconds", "1", limits=SHORT,
                                      behaviour={"transport_fuzzer": "idle"})
        self.assertEqual(code, 1, printed)
        self.assertIn("FAILED: transport_fuzzer executed nothing\n", printed)
        self.assertNotIn("Nothing found", printed)

    def test_a_source_that_fails_or_does_not_end_ends_it_with_1(self):
        code, printed = self.run_fuzz("--jobs", "2", behaviour={"lockstep_fuzzer": "fail"})
        self.assertEqual(code, 1, printed)
        self.assertIn("FAILED: lockstep_fuzzer (build/log/search-1-lockstep_fuzzer.log) ended with 1, and kept nothing",
                      printed)
        code, printed = self.run_fuzz("--jobs", "1", "--seconds", "1", limits=SHORT,
                                      behaviour={"lockstep_fuzzer": "deaf"})
        self.assertEqual(code, 1, printed)
        self.assertIn("did not end when asked to\n", printed)

    def test_one_that_still_starts_is_not_asked_to_end(self):
        code, printed = self.run_fuzz("--jobs", "4", behaviour={"random_tester": "starts slowly"})
        self.assertEqual(code, 0, printed)

    def test_inputs_that_were_only_slow_are_no_findings(self):
        code, printed = self.run_fuzz("--jobs", "2", "--seconds", "1", behaviour={"lockstep_fuzzer": "slow"})
        self.assertEqual(code, 0, printed)
        self.assertEqual(len(list(self.project.glob("build/findings/*/slow-unit-1"))), 2)

    def test_a_live_line_is_shown_on_a_terminal(self):
        reader, writer = os.openpty()
        process = self.start("--jobs", "2", "--seconds", "1000", behaviour=AGREE, stdout=writer)
        os.close(writer)
        printed = b""
        while not re.search(rb"\r\033\[K\d+:\d\d left  random 20,000 \(.*cov 11 ft 22 corpus 3", printed):
            printed += os.read(reader, 65536)
        self.press_ctrl_c(process)
        while b"Nothing found" not in printed:
            printed += os.read(reader, 65536)
        self.assertEqual(process.wait(MOST_SECONDS), 0)
        os.close(reader)


class Interrupted(FakeProject):
    def test_ctrl_c_ends_the_search_early_and_loses_nothing(self):
        process = self.start("--jobs", "3", "--seconds", "100000", behaviour=AGREE)
        self.wait_for_search(process, 3)
        self.press_ctrl_c(process)
        printed = process.communicate(timeout=MOST_SECONDS)[0]
        self.assertEqual(process.returncode, 0, printed)
        self.assertIn("Interrupted; this is what was done until then.\n\nsource ", printed)
        self.assertRegex(printed, r"lockstep_fuzzer +1 +150 ")
        self.assertRegex(printed, r"random_tester iov +1 +30,000 ")
        self.assertEqual(len(self.searches()), 3)
        self.assertFalse(any(is_alive(call["pid"]) for call in self.calls()))

    def test_a_second_ctrl_c_does_not_wait(self):
        process = self.start("--jobs", "2", "--seconds", "100000", behaviour={"lockstep_fuzzer": "deaf"},
                             limits={"grace_seconds": 100000})
        self.wait_for_search(process, 2)
        self.press_ctrl_c(process)
        # Its peer has ended: so the first was heard.
        tester = self.searches()[1]["pid"]
        self.wait_for(lambda: not is_alive(tester), process)
        process.send_signal(signal.SIGTERM)
        printed = process.communicate(timeout=MOST_SECONDS)[0]
        self.assertEqual(process.returncode, 0, printed)
        self.assertRegex(printed, r"lockstep_fuzzer +1 ")

    def test_a_hang_at_ctrl_c_is_still_told(self):
        process = self.start("--jobs", "2", "--seconds", "100000", "--seed", "50",
                             behaviour={**AGREE, "random_tester": "hang"},
                             limits={"hang_seconds": 100000, "grace_seconds": 0.5})
        self.wait_for_search(process, 2)
        self.press_ctrl_c(process)
        printed = process.communicate(timeout=MOST_SECONDS)[0]
        self.assertEqual(process.returncode, 2, printed)
        self.assertIn("FOUND: a crash or a hang in one of the next 10,000 programs, by random_tester iov after 20,000",
                      printed)
        self.assertIn("shown by: build/fuzz/random_tester --against iov --seed 51 --first 20000 ", printed)

    def test_before_the_search_it_ends_with_1(self):
        self.script("bin/cmake", f"echo $$ >'{self.project}/pid'; exec sleep 600")
        process = self.start()
        pid = self.project / "pid"
        self.wait_for(lambda: pid.exists() and pid.read_text(encoding="utf-8").endswith("\n"), process)
        self.press_ctrl_c(process)
        printed = process.communicate(timeout=MOST_SECONDS)[0]
        self.assertEqual(process.returncode, 1, printed)
        self.assertTrue(printed.endswith("ci/fuzz: interrupted\n"), printed)
        self.assertFalse(is_alive(int(pid.read_text(encoding="utf-8"))))

    def test_nothing_outlives_it_if_it_is_killed(self):
        process = self.start("--jobs", "4", "--seconds", "100000", behaviour=AGREE)
        self.wait_for_search(process, 4)
        process.kill()
        process.communicate(timeout=MOST_SECONDS)
        began = time.monotonic()
        while any(is_alive(call["pid"]) for call in self.calls()):
            self.assertLess(time.monotonic() - began, MOST_SECONDS)
            time.sleep(0.02)


class Found(FakeProject):
    def shown(self, printed, folder=None):
        """The exit codes of the commands that are said to show what was found."""
        folder = folder or self.project
        return [subprocess.run(command, shell=True, check=False, cwd=folder, capture_output=True).returncode
                for command in re.findall(r"^  shown by: (.*)$", printed, re.MULTILINE)]

    def test_an_input_is_judged_reduced_and_shown(self):
        code, printed = self.run_fuzz("--jobs", "2", "--seed", "5",
                                      behaviour={"lockstep_fuzzer": "diverge", "inputs": [CRASH]})
        self.assertEqual(code, 2, printed)
        self.assertIn("==1== ERROR: AddressSanitizer: SEGV on unknown address\n    #0 0x1 in iov::size\nSUMMARY: ",
                      printed)
        kept = "build/findings/lockstep_fuzzer-5"
        reduced = f"{kept}/undo-crash-crash-0.iov"
        self.assertIn(f"FOUND: undo: crash, by lockstep_fuzzer after 120 programs\n  kept:     {kept}/crash-0, reduced "
                      f"{reduced}\n  shown by: build/fuzz/replay {reduced}\n", printed)
        self.assertRegex(printed, r"lockstep_fuzzer +1 .* 1\n")
        self.assertEqual(self.shown(printed), [2])
        self.assertEqual(len(self.searches()), 2, "the first finding ends the search")

    def test_each_signature_is_reduced_once(self):
        code, printed = self.run_fuzz("--jobs", "2", behaviour={"lockstep_fuzzer": "diverge",
                                                                "inputs": [CRASH, IN_C_RESEGMENTED, CRASH, IN_C_RESEGMENTED]})
        self.assertEqual(code, 2, printed)
        self.assertEqual(len(self.calls("replay", "--reduce")), 2)
        self.assertEqual(printed.count("FOUND: "), 4)
        self.assertIn("FOUND: copy: value when resegmented, as above, by ", printed)
        self.assertEqual(self.shown(printed), [2, 2, 2, 2])

    def test_what_the_random_tester_kept_is_reduced_already(self):
        code, printed = self.run_fuzz("--jobs", "2", behaviour={**AGREE, "random_tester": "diverge",
                                                                "inputs": [IN_C_RESEGMENTED]})
        self.assertEqual(code, 2, printed)
        self.assertEqual(self.calls("replay", "--reduce"), [])
        self.assertIn("FOUND: copy: value when resegmented, by random_tester iov after 20,007 programs\n", printed)
        self.assertEqual(self.shown(printed), [2])

    def test_a_random_tester_that_reduces_is_waited_for(self):
        code, printed = self.run_fuzz("--jobs", "2", limits={"grace_seconds": 0.3},
                                      behaviour={"random_tester": "reduces slowly", "inputs": [CRASH]})
        self.assertEqual(code, 2, printed)
        self.assertIn("FOUND: undo: crash, by random_tester iov after 20,007 programs\n", printed)

    def test_paths_work_where_the_caller_stands(self):
        folder = self.project.parent / "else where"
        folder.mkdir()
        code, printed = self.run_fuzz("--jobs", "2", "--keep", "mine", folder=folder,
                                      behaviour={"lockstep_fuzzer": "diverge", "inputs": [CRASH]})
        self.assertEqual(code, 2, printed)
        self.assertEqual(self.shown(printed, folder), [2])
        self.assertTrue(list(folder.glob("mine/lockstep_fuzzer-*/undo-crash-*.iov")))
        self.assertRegex(printed, r"The same again: '/.*/ci/fuzz' .* --keep mine\n")

    def test_what_replay_does_not_see_is_shown_by_its_target(self):
        code, printed = self.run_fuzz("--jobs", "2", "--seed", "5",
                                      behaviour={"lockstep_fuzzer": "diverge", "inputs": ["agree"]})
        self.assertEqual(code, 2, printed)
        self.assertIn("FOUND: something, which replay did not see, by lockstep_fuzzer", printed)
        self.assertIn("shown by: build/fuzz/lockstep_fuzzer build/findings/lockstep_fuzzer-5/crash-0\n", printed)

        # A random tester of another compiler may see it alone.
        text = CRASH.replace("iov", "another")
        code, printed = self.run_fuzz("--jobs", "2", "--seed", "5", behaviour={
            **AGREE, "random_tester": "diverge", "inputs": [text]})
        self.assertEqual(code, 2, printed)
        self.assertIn(f"{text}\n# signature: undo: crash\n", printed)
        self.assertIn("FOUND: undo: crash, which replay did not see, by random_tester iov after 20,007 ", printed)
        self.assertIn("shown by: build/release/random_tester --against iov --seed 6 --first 20006 --programs 1\n",
                      printed)

    def test_what_cannot_be_reduced_in_time_is_kept_as_it_is(self):
        code, printed = self.run_fuzz("--jobs", "2", limits={"reduce_seconds": 0.3}, behaviour={
            "lockstep_fuzzer": "diverge", "replay": "never reduces", "inputs": [CRASH]})
        self.assertEqual(code, 2, printed)
        self.assertIn("It could not be reduced in that time.\n", printed)
        self.assertEqual(self.shown(printed), [2])

    def test_it_is_kept_though_nobody_reads(self):
        process = self.start("--jobs", "2", behaviour={"lockstep_fuzzer": "diverge", "inputs": [CRASH]})
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(MOST_SECONDS), 2)
        self.assertTrue(list(self.project.glob("build/findings/*/undo-crash-*.iov")))

    def test_a_random_tester_that_crashes_is_found_again(self):
        code, printed = self.run_fuzz("--jobs", "2", "--seed", "5",
                                      behaviour={**AGREE, "random_tester": "crash", "inputs": [CRASH]})
        self.assertEqual(code, 2, printed)
        self.assertIn("random_tester iov ended by SIGSEGV. Looking for the program among the next 10,000.\n", printed)
        self.assertIn("FOUND: undo: crash, by random_tester iov after 20,004 programs\n", printed)
        self.assertIn("kept:     build/findings/random_tester-iov-6/random-6-20003, reduced ", printed)
        self.assertEqual(len(self.calls("random_tester", "--print", "20003")), 1)
        self.assertEqual(len(self.calls("replay", "--reduce")), 1)
        self.assertEqual(self.shown(printed), [2])

    def test_a_random_tester_that_hangs_is_found_again(self):
        hang = CRASH.replace("crash", "hang")
        code, printed = self.run_fuzz("--jobs", "2", "--seed", "5", "--seconds", "100000",
                                      limits={"hang_seconds": 1, "grace_seconds": 0.3},
                                      behaviour={**AGREE, "random_tester": "hang", "inputs": [hang]})
        self.assertEqual(code, 2, printed)
        self.assertIn("random_tester iov hangs. Looking for the program among the next 10,000.\n", printed)
        self.assertRegex(printed, r"FOUND: undo: hang, by random_tester iov after 20,004 programs\n.*\n"
                                  r"  shown by: build/fuzz/replay build/findings/\S+\.iov --isolate\n")

    def test_a_crash_that_does_not_come_again_ends_it_with_1(self):
        code, printed = self.run_fuzz("--jobs", "2", behaviour={**AGREE, "random_tester": "crash once"})
        self.assertEqual(code, 1, printed)
        self.assertIn("ended by SIGSEGV, and did not when run again\n", printed)
        folders = [call["folder"].rsplit("/", 1)[1] for call in self.calls("random_tester", "--first")]
        self.assertEqual(folders[:2], ["fuzz", "release"])
