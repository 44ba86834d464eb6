# SPDX-License-Identifier: Apache-2.0
"""A project for the tests of ci/fuzz, in a temporary folder, with fakes in the place of all that is built."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

CI = pathlib.Path(__file__).resolve().parents[1]
MOST_SECONDS = 300
CRASH = '{"signature": "undo: crash", "implementation": "iov", "resegmented": false}'
# Until they are asked to end:
AGREE = {"lockstep_fuzzer": "agree", "new_fuzzer": "agree", "resegmentation_fuzzer": "agree"}
# Of what the real ones say, ci/fuzz knows the names of the first executables only.
LISTS = {
    "lockstep_fuzzer": {"corpus_version": "v7", "targets": [
        {"name": "lockstep_fuzzer", "max_len": 3076, "canaries": ["planted"], "share": 2},
        {"name": "new_fuzzer", "max_len": 22, "canaries": [], "share": 1},
        {"name": "resegmentation_fuzzer", "max_len": 3076, "canaries": [], "share": 1}]},
    "random_tester": {"name": "random_tester", "implementations": ["iov", "other"], "canaries": ["planted"],
                      "canaries_of_sanitizers": ["over-read"]}}
UNLIMITED = {"grace_seconds": 100_000, "hang_seconds": 100_000}  # unless a test is about it: machines may be slow
DRIVER = """
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
from fuzzing.main import main
from fuzzing.workspace import Limits
sys.exit(main(sys.argv[4:], pathlib.Path(sys.argv[2]), Limits(**json.loads(sys.argv[3]))))
"""


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class FakeProject(unittest.TestCase):
    """Each test has its own."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="ci fuzz ")  # with a space in its name
        self.addCleanup(scratch.cleanup)
        self.project = pathlib.Path(scratch.name).resolve() / "project"
        for folder in ("ci", "bin", "corpus/examples", "corpus/regressions", "build/fuzz/seeds/v7", "build/release",
                       "build/afl"):
            (self.project / folder).mkdir(parents=True)
        shutil.copy(CI / "lib.sh", self.project / "ci")
        self.script("ci/setup", "exit 0")
        self.script("bin/cmake", f"echo \"$@\" >>'{self.project}/builds'; exit 0")
        self.script("bin/my-clang", "exit 0")
        self.script("bin/afl-fuzz", f"exec '{self.project}/build/afl/afl-fuzz' \"$@\"")
        fake = f"#!{sys.executable} -SE\n" + (CI / "fuzzing/fake_executable.py").read_text(encoding="utf-8")
        for name in ("fuzz/lockstep_fuzzer", "fuzz/new_fuzzer", "fuzz/resegmentation_fuzzer", "fuzz/tester",
                     "release/tester", "afl/lockstep_fuzzer", "afl/new_fuzzer", "afl/resegmentation_fuzzer", "afl/afl-fuzz"):
            self.file(f"build/{name}", fake).chmod(0o755)
        for name in ("examples/one", "examples/two", "regressions/three"):
            self.file(f"corpus/{name}.iov", "agree")
        self.file("build/fuzz/seeds/v7/one", "")

    def file(self, name, text):
        (self.project / name).write_text(text, encoding="utf-8")
        return self.project / name

    def script(self, name, text):
        self.file(name, f"#!/bin/sh\n{text}\n").chmod(0o755)

    def start(self, *options, limits=None, behaviour=None, folder=None, stdout=subprocess.PIPE, **environment):
        self.file("behaviour.json", json.dumps({"lists": LISTS, **(behaviour or {})}))
        self.file("calls", "")
        process = subprocess.Popen(
            [sys.executable, "-B", "-c", DRIVER, str(CI), str(self.project), json.dumps(UNLIMITED | (limits or {})), *options],
            stdout=stdout, stderr=subprocess.STDOUT, text=True, cwd=folder or self.project,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which may be ignored in the background
            start_new_session=True,
            env={**os.environ, "PATH": f"{self.project}/bin:{os.environ['PATH']}", "IOV_LOCKSTEP_CLANG": "my-clang",
                 **environment})
        self.addCleanup(process.kill)
        return process

    def run_fuzz(self, *options, **how):
        """The exit code and what was printed. Nothing that it started is left."""
        process = self.start(*options, **how)
        printed = process.communicate(timeout=MOST_SECONDS)[0]
        self.assertEqual([call for call in self.calls() if is_alive(call["pid"])], [], printed)
        return process.returncode, printed

    def calls(self, name=None, *words):
        calls = [json.loads(line) for line in (self.project / "calls").read_text(encoding="utf-8").splitlines()]
        return [call for call in calls if name in (None, call["name"]) and
                all(any(argument.startswith(word) for argument in call["arguments"]) for word in words)]

    def sarif(self, keep=None):
        """The run that findings.sarif tells of."""
        return json.loads(((keep or self.project / "build/findings") / "findings.sarif").read_text(encoding="utf-8"))["runs"][0]

    def searches(self):
        return [*self.calls(None, "-max_total_time="), *self.calls("random_tester", "1000000000000")]

    @staticmethod
    def press_ctrl_c(process):
        """As a terminal does, for all that it believes to belong together."""
        os.killpg(process.pid, signal.SIGINT)

    def wait_until(self, condition):
        began = time.monotonic()
        while not condition():
            self.assertLess(time.monotonic() - began, MOST_SECONDS)
            time.sleep(0.02)

    def wait_for_search(self, process, processes):
        """Until so many processes have said that they run programs."""
        logs = self.project / "build/log"
        self.wait_until(lambda: process.poll() is not None or
                        sum(log.stat().st_size > 0 for log in logs.glob("search-*")) == processes)
        self.assertIsNone(process.poll())
