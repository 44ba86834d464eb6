# SPDX-License-Identifier: Apache-2.0
"""The adapter `pipe` with children that are right, wrong, or end. usage: test_pipe.py TESTER"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TESTER = ""
MEMORYVIEWS = pathlib.Path(__file__).parent / "memoryviews.py"
SIZE = "assign vec=a elements=0+2\nsize vec=a\n"
WRONG = """
import sys
import time
sys.path.insert(0, {folder!r})
import memoryviews
{mistake}
memoryviews.main()
"""


class Pipe(unittest.TestCase):
    def run_against(self, command, program=None):
        """Random programs, or this one. Its exit code and what was printed."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "program.iov")
            file.write_text(program or "", encoding="utf-8")
            words = ["replay", file] if program else ["random", "--programs", "60", "--output", folder]
            environment = {**os.environ, "LOCKSTEP_PIPE": command}
            if program:
                environment["LOCKSTEP_PIPE_SECONDS"] = "5"
            done = subprocess.run([TESTER, *words], env=environment, capture_output=True, encoding="utf-8", check=False)
        return done.returncode, done.stdout + done.stderr

    def run_with(self, mistake, program):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write(WRONG.format(folder=str(MEMORYVIEWS.parent), mistake=mistake))
            file.flush()
            return self.run_against(f"exec python3 -B {file.name}", program)

    def test_a_right_child_agrees(self):
        code, shown = self.run_against(f"exec python3 -B {MEMORYVIEWS}")
        self.assertEqual(code, 0, shown)
        self.assertIn("all agree", shown)

    def test_a_wrong_child_is_found(self):
        code, shown = self.run_with("memoryviews.Server.size = lambda self, number: len(self.vectors[number].views)", SIZE)
        self.assertEqual(code, 2, shown)
        self.assertIn("# signature: size: value", shown)

    def test_a_child_that_ends_is_a_finding_of_that_call(self):
        code, shown = self.run_with("memoryviews.Server.size = lambda *arguments: sys.exit(1)", SIZE)
        self.assertEqual(code, 2, shown)
        self.assertIn("# signature: size: exception", shown)
        self.assertIn("the child has ended", shown)

    def test_a_child_that_hangs_is_a_finding_of_that_call(self):
        code, shown = self.run_with("memoryviews.Server.size = lambda *arguments: time.sleep(100)", SIZE)
        self.assertEqual(code, 2, shown)
        self.assertIn("did not answer in time", shown)

    def test_an_answer_that_is_none_is_told(self):
        code, shown = self.run_with("memoryviews.Server.size = lambda *arguments: 'many'", SIZE)
        self.assertEqual(code, 2, shown)
        self.assertIn("no answer: many", shown)

    def test_what_one_program_does_to_its_child_is_not_told_of_the_next(self):
        mistake = "memoryviews.Server.size = lambda *arguments: sys.exit(1)"
        with tempfile.TemporaryDirectory() as folder:
            child, bad, good = (pathlib.Path(folder, name) for name in ("child.py", "bad.iov", "good.iov"))
            child.write_text(WRONG.format(folder=str(MEMORYVIEWS.parent), mistake=mistake), encoding="utf-8")
            bad.write_text(SIZE, encoding="utf-8")
            good.write_text("add vec=a element=0+2\nto_buf vec=a offset=0 bytes=2\n", encoding="utf-8")
            done = subprocess.run([TESTER, "replay", "--isolate", "--quiet", bad, good, bad], check=False, encoding="utf-8",
                                  env={**os.environ, "LOCKSTEP_PIPE": f"exec python3 -B {child}"}, capture_output=True)
        self.assertEqual([line for line in done.stdout.splitlines() if line.startswith("verdict: ")],
                         ["verdict: diverges, size: exception", "verdict: agrees", "verdict: diverges, size: exception"])

    def test_more_bytes_than_it_says_are_told(self):
        code, shown = self.run_with("memoryviews.Server.to_buf = lambda *arguments: '1 00ff'",
                                    "assign vec=a elements=0+1\nto_buf vec=a offset=0 bytes=1\n")
        self.assertEqual(code, 2, shown)
        self.assertIn("1 bytes are said to be there, and are 2", shown)

    def test_what_is_no_child_is_told(self):
        for command, words in (("echo hello", "the first line is not `lockstep-pipe 1`"), ("true", "has ended")):
            code, shown = self.run_against(command)
            self.assertEqual(code, 1, shown)
            self.assertIn(words, shown)


if __name__ == "__main__":
    TESTER = sys.argv[1]
    unittest.main(argv=sys.argv[:1])
