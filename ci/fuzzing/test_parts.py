# SPDX-License-Identifier: Apache-2.0
"""The parts of ci/fuzz that need no process."""

import os
import pathlib
import signal
import tempfile
import types
import unittest
from unittest import mock

from fuzzing import findings, progress
from fuzzing.processes import Interruptions
from fuzzing.progress import Progress
from fuzzing.sources import RandomTester, Target, rounds


class Parts(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.log = self.folder / "log"

    def test_every_source_has_its_turn(self):
        many, two, three = (Target(name, 1, None, share) for name, share in (("1", 2), ("2", 1), ("3", 1)))
        testers = [RandomTester("r", implementation, None) for implementation in ("c++", "c", "d")]
        for jobs, expected in ((1, ["1", "r c++", "2", "r c", "3", "r d", "1", "r c++"]),
                               (2, ["1, r c++", "2, r c", "3, r d", "1, r c++"]),
                               (3, ["1, r c++, 2", "3, r c, 1", "1, r d, 2"]),
                               (4, ["1, r c++, 2, 3", "1, r c, 2, 3", "1, r d, 2, 3"]),
                               (6, ["1, r c++, 2, 3, 1, r c", "1, r d, 2, 3, 1, r c++", "1, r c, 2, 3, 1, r d"])):
            by_round = rounds([many, two, three], testers, jobs)
            self.assertEqual([", ".join(source.label for source in sources) for sources in by_round], expected)

    def test_progress_is_what_the_last_lines_say(self):
        fuzzer_line = "#20\tNEW    cov: 5 ft: 6 corp: 7/8b lim: 9 exec/s: 10 rss: 1Mb\n"
        for text, seconds_running, expected in (
                ("", 9, Progress()),
                ("#1\tINITED cov: 1 ft: 2 corp: 3/4b exec/s: 0\n" + fuzzer_line + "#3", 0, Progress(20, 5, 6, 7)),
                (fuzzer_line, 1, Progress(20, 5, 6, 7)),
                (fuzzer_line, 3, Progress(30, 5, 6, 7)),  # it has gone on since then
                ("x" * 100_000 + "\nstat::number_of_executed_units: 5000\n", 9, Progress(5000)),
                ("random: programs 7 steps 6 rejections 5 skipped 4\nrandom: prog", 9, Progress(7)),
                ("random: programs 7 steps 6 rejections 5 skipped 4: diverges", 9, Progress(7, has_verdict=True))):
            self.log.write_text(text, encoding="utf-8")
            self.assertEqual(progress.read(self.log, seconds_running), expected)

    def test_processes_of_a_round_share_its_time(self):
        def searcher(in_round, programs, seconds, edges):
            progress_of_it = Progress(programs, edges, 0, 0)
            return types.SimpleNamespace(round=in_round, seconds=lambda: seconds, progress=progress_of_it)

        total = progress.total([searcher(0, 100, 4, 7), searcher(0, 300, 5, 9), searcher(1, 200, 5, 8)])
        self.assertEqual((total.processes, total.programs, total.per_second, total.edges), (3, 600, 60, 9))

    def test_the_excerpt_of_a_report_is_its_comments(self):
        self.log.write_text("arena shared 8\n# signature: a: b\n#\n# c\n==1== ERROR: libFuzzer: deadly signal\n",
                            encoding="utf-8")
        self.assertEqual(findings.excerpt(self.log), "# signature: a: b\n#\n# c")

    def test_of_a_sanitizer_the_first_lines_and_the_last_are_shown(self):
        frames = "".join(f"    #{number} 0x1 in frame (BuildId: 1f)\n" for number in range(20))
        self.log.write_text(f"before\na.cpp:1: runtime error: x\n{frames}\nSUMMARY: y\nafter\n", encoding="utf-8")
        lines = findings.excerpt(self.log).splitlines()
        self.assertEqual((lines[0], lines[1], lines[-1], len(lines)),
                         ("a.cpp:1: runtime error: x", "    #0 0x1 in frame", "SUMMARY: y", 13))

    def test_kept_are_files_that_are_new_or_written_again(self):
        for name in ("old", "again"):
            (self.folder / name).write_text("")
            os.utime(self.folder / name, (1, 1))
        kept = findings.KeptFiles(self.folder)
        for name in ("again", "new", "slow-unit-1"):
            (self.folder / name).write_text("")
        self.assertEqual([path.name for path in kept.new()], ["again", "new"])

    def test_signals_that_are_ignored_stay_so(self):
        with mock.patch("signal.getsignal", {signal.SIGHUP: signal.SIG_IGN}.get), mock.patch("signal.signal") as handle:
            Interruptions()
        self.assertEqual([call.args[0] for call in handle.call_args_list], [signal.SIGINT, signal.SIGTERM])
