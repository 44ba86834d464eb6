"""The sources of programs, as the executables describe themselves, and how each is started.

A source keeps what it finds as a file in the folder that it is given.
"""

import json
import signal
import subprocess
import time
from dataclasses import dataclass

from fuzzing.processes import Child
from fuzzing.workspace import CouldNotRun

FIRST_TARGET = "lockstep_fuzzer"  # it knows the others
RANDOM_TESTER = "random_tester"
LIST_SECONDS = 60
ENDLESS = 10**12


@dataclass(frozen=True)
class Target:
    """A libFuzzer target."""

    name: str
    max_len: int
    canaries: tuple[str, ...]
    share: int

    label = property(lambda self: self.name)
    is_guided = True  # by coverage, which it reports
    end_signal = signal.SIGUSR1  # libFuzzer then ends between two inputs

    def _command(self, workspace, seed, folder):
        return [workspace.executable("fuzz", self.name), f"-seed={seed}", f"-max_len={self.max_len}", "-len_control=0",
                "-timeout=10", "-print_funcs=0", "-print_final_stats=1", f"-artifact_prefix={folder}/"]

    def start_canary(self, workspace, seed, folder, canary):
        command = self._command(workspace, seed, folder) + [f"-runs={workspace.limits.canary_programs}"]
        return workspace.start(command, f"canary-{self.name}", LOCKSTEP_AGAINST=canary)

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
    canaries: tuple[str, ...]

    label = property(lambda self: f"{self.name} {self.implementation}")
    is_guided = False
    end_signal = signal.SIGTERM

    def command(self, workspace, seed, preset="release", against=None, **options):
        return [workspace.executable(preset, self.name), "--against", against or self.implementation, "--seed", seed,
                *(word for name, value in options.items() for word in (f"--{name}", value))]

    def start_canary(self, workspace, seed, folder, canary):
        limits = workspace.limits
        command = self.command(workspace, seed, against=canary, programs=limits.canary_programs,
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
        raise CouldNotRun(f"{name} --list describes nothing; see {child.log}") from None


def described_sources(workspace):
    """The targets, the random tester against each implementation, and the version of the corpus."""
    fuzzing = described_by(workspace, "fuzz", FIRST_TARGET)
    random = described_by(workspace, "release", RANDOM_TESTER)
    targets = [Target(**target | {"canaries": tuple(target["canaries"])}) for target in fuzzing["targets"]]
    testers = [RandomTester(random["name"], one, tuple(random["canaries"])) for one in random["implementations"]]
    return targets, testers, fuzzing["corpus_version"]
