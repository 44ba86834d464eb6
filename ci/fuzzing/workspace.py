# SPDX-License-Identifier: Apache-2.0
"""Where everything is, what children find in their environment, and what the reader is told."""

import os
import pathlib
import shlex
import sys
import time
from dataclasses import dataclass

from fuzzing.processes import Child
from fuzzing.progress import FOUND_NOW
from shared import CouldNotRun, call_lib_sh


@dataclass(frozen=True)
class Limits:
    canary_programs: int = 200_000  # a source that needs more for its canary is broken
    status_programs: int = 10_000  # between two lines of the random tester; sanitized a tenth of that
    least_programs: int = 5_000  # in each kind of build: what a verdict has to rest on
    progress_seconds: float = 10  # between two lines about how far the search is
    hang_seconds: float = 20  # without a line from the random tester
    grace_seconds: float = 15  # to end when asked to: more than libFuzzer's own limit for one input
    replay_seconds: float = 20
    reduce_seconds: float = 240
    reduce_seconds_if_interrupted: float = 10
    least_round_seconds: float = 1


class Workspace:
    def __init__(self, project, keep, limits):
        self.project, self.keep, self.limits = project, keep, limits
        self.logs = project / "build/log"
        self.corpora = []  # folders of inputs that libFuzzer begins with; it adds to the first
        self.environment = dict(os.environ)  # with what lib.sh says about the reports of sanitizers
        self.environment.pop("LOCKSTEP_AGAINST", None)  # the search is against ours, in C++ and in C
        self._known = self.environment.get("LOCKSTEP_KNOWN")
        self.make_folder(self.logs)
        self.make_folder(self.keep)

    @staticmethod
    def make_folder(folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CouldNotRun(f"cannot make the folder {folder}: {error.strerror}") from error

    def use_corpus(self, version):
        self.corpora = [self.project / "build/fuzz-corpus" / version, self.project / "build/fuzz/seeds" / version]
        self.make_folder(self.corpora[0])

    def lib(self, function, *words):
        call_lib_sh("ci/fuzz", function, *words, cwd=self.project, stdout=None)

    def pass_by(self, signatures):
        """Children started from now on count programs with these signatures, or those that the user knows, and go on."""
        lines = [read_text(self.project / self._known)] if self._known else []
        known = self.logs / "fuzz-known"
        known.write_text("\n".join([*lines, *(f"{one} # {FOUND_NOW}" for one in signatures), ""]), encoding="utf-8")
        self.environment["LOCKSTEP_KNOWN"] = str(known)

    def executable(self, preset, name):
        return self.project / "build" / preset / name

    def from_project(self, word):
        """A path as children have it, which run there."""
        return word.relative_to(self.project) if isinstance(word, pathlib.Path) and word.is_relative_to(self.project) else word

    def start(self, command, log_name, **environment):
        return Child(command, self.logs / f"{log_name}.log".replace(" ", "-"), {**self.environment, **environment},
                     self.project)

    def run(self, command, log_name, over=lambda: False):
        """Runs it to its end, or until over() is true. Its exit code (None if it had to be killed) and its log."""
        child = self.start(command, log_name)
        return (child.code() if child.wait(over) else None), child.log

    def show(self, path):
        """The path as the caller can use it."""
        here = pathlib.Path.cwd()
        return str(path.relative_to(here) if path.is_relative_to(here) else path)

    def show_command(self, *words):
        return shlex.join(self.show(word) if isinstance(word, pathlib.Path) else str(word) for word in words)


def read_text(path):
    return path.read_text(encoding="utf-8", errors="replace")


def say(text="", end="\n"):
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:  # nobody reads any more; what is found is to be kept nevertheless
        sys.stdout = open(os.devnull, "w", encoding="utf-8")


class Stage:
    """A line with the name of what is being done, then how long that took."""

    def __init__(self, name):
        self.name = name
        self.began = time.monotonic()
        say(f"{name:24}", end="")

    def done(self, remark=""):
        say(f"{time.monotonic() - self.began:4.0f} s" + (f"   {remark}" if remark else ""))

    def failed(self, workspace, log, reason=None):
        end = "\n".join(read_text(log).splitlines()[-40:])
        say(f"failed after {time.monotonic() - self.began:.0f} s. The end of {workspace.show(log)}:\n{end}")
        raise CouldNotRun(reason or f"could not {self.name}; all of its output is in {workspace.show(log)}")
