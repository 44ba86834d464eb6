"""The sources of programs, as the executables describe themselves, and how each is started.

The one fact that matters: a source keeps what it finds as a file in the folder that it is given.
"""

import json
import signal
import subprocess
import time
from dataclasses import dataclass

from fuzzing.processes import Child

FIRST_TARGET = "lockstep_fuzzer"  # it knows the others
RANDOM_TESTER = "random_tester"
LIST_SECONDS = 5
ENDLESS = 10**12

# TO BE DELETED, with its use, once the executables answer --list.
FALLBACK = {
    FIRST_TARGET: {
        "targets": [
            {"name": "lockstep_fuzzer", "max_len": 3076, "canary": "undo_only_once", "share": 2},
            {"name": "transport_fuzzer", "max_len": 3076, "canary": None, "share": 1},
            {"name": "cuts_fuzzer", "max_len": 3076, "canary": None, "share": 1},
        ],
        "corpus_version": "v1",
    },
    RANDOM_TESTER: {"name": "random_tester", "implementations": ["iov", "qemu_iov"], "canary": "undo_only_once"},
}


@dataclass(frozen=True)
class Target:
    """A libFuzzer target."""

    name: str
    max_len: int
    canary: str | None
    share: int

    label = property(lambda self: self.name)
    is_guided = True  # by coverage, which it reports
    end_signal = signal.SIGUSR1  # libFuzzer then ends between two inputs

    def _command(self, workspace, seed, folder):
        return [workspace.executable("fuzz", self.name), f"-seed={seed}", f"-max_len={self.max_len}", "-len_control=0",
                "-timeout=10", "-print_funcs=0", "-print_final_stats=1", f"-artifact_prefix={folder}/"]

    def start_canary(self, workspace, seed, folder):
        command = self._command(workspace, seed, folder) + [f"-runs={workspace.limits.canary_programs}"]
        return workspace.start(command, f"canary-{self.name}", LOCKSTEP_AGAINST=self.canary)

    def search_command(self, workspace, seed, folder, seconds):
        # Its own limit of time is for the case that nobody is left to stop it.
        return self._command(workspace, seed, folder) + ["-rss_limit_mb=2048", f"-max_total_time={seconds + 60}",
                                                         "-reload=1", workspace.corpus]

    def repeat_command(self, workspace, file, **_):
        return [workspace.executable("fuzz", self.name), file]


@dataclass(frozen=True)
class RandomTester:
    """Of one of the implementations."""

    name: str
    implementation: str
    canary: str | None

    label = property(lambda self: f"{self.name} {self.implementation}")
    is_guided = False
    end_signal = signal.SIGTERM

    def command(self, workspace, seed, preset="release", against=None, **options):
        return [workspace.executable(preset, self.name), "--against", against or self.implementation, "--seed", seed,
                *(word for name, value in options.items() for word in (f"--{name}", value))]

    def start_canary(self, workspace, seed, folder):
        limits = workspace.limits
        command = self.command(workspace, seed, against=self.canary, programs=limits.canary_programs,
                               status=limits.status_programs, output=folder)
        return workspace.start(command, f"canary-{self.name}")

    def search_command(self, workspace, seed, folder, **_):
        return self.command(workspace, seed, programs=ENDLESS, status=workspace.limits.status_programs, output=folder)

    def repeat_command(self, workspace, seed, programs, **_):
        """Of the last of so many programs."""
        return self.command(workspace, seed, first=programs - 1, programs=1)


def described_by(workspace, preset, name):
    """What an executable prints for --list."""
    began = time.monotonic()
    child = Child([workspace.executable(preset, name), "--list"], workspace.logs / f"list-{name}.json",
                  workspace.environment, workspace.logs, stderr=subprocess.DEVNULL)
    child.wait(lambda: time.monotonic() - began > LIST_SECONDS)
    try:
        return json.loads(child.log.read_text(encoding="utf-8"))
    except ValueError:
        return FALLBACK[name]


def described_sources(workspace):
    """The targets, the random tester against each implementation, and the version of the corpus."""
    fuzzing = described_by(workspace, "fuzz", FIRST_TARGET)
    random = described_by(workspace, "release", RANDOM_TESTER)
    targets = [Target(**target) for target in fuzzing["targets"]]
    testers = [RandomTester(random["name"], one, random["canary"]) for one in random["implementations"]]
    return targets, testers, fuzzing["corpus_version"]
