# SPDX-License-Identifier: Apache-2.0
"""The sources of programs, as the executables describe themselves, how each is started, and who searches when.

A source keeps what it finds as a file in the folder that it is given.
"""

import itertools
import json
import signal
import subprocess
from dataclasses import dataclass

from fuzzing import progress
from shared import CouldNotRun

FIRST_TARGET = "lockstep_fuzzer"  # it knows the others
TESTER = "tester"
SANITIZED, OPTIMIZED = "fuzz", "release"  # presets
SANITIZER_CODE = 99  # how a sanitizer ends a process: ci/lib.sh
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
    preset = SANITIZED
    is_sanitized = True
    is_guided = True  # by coverage, which it reports
    end_signal = signal.SIGUSR1  # libFuzzer then ends between two inputs

    def _command(self, workspace, seed, folder):
        return [workspace.executable(self.preset, self.name), f"-seed={seed}", f"-max_len={self.max_len}", "-len_control=0",
                "-timeout=10", "-print_funcs=0", "-print_final_stats=1", f"-artifact_prefix={folder}/"]

    def start_canary(self, workspace, seed, folder, canary):
        command = self._command(workspace, seed, folder) + [f"-runs={workspace.limits.canary_programs}"]
        return workspace.start(command, f"canary-{self.name}", LOCKSTEP_AGAINST=canary)

    def start_search(self, workspace, log_name, seed, folder, seconds):
        # Its own limit of time is for the case that nobody is left to stop it.
        return workspace.start(self._command(workspace, seed, folder) + [
            "-rss_limit_mb=2048", f"-max_total_time={seconds + 60}", "-reload=1", *workspace.corpora], log_name)

    def progress(self, child, seconds_running=0):
        """How far it is. If it still runs, seconds_running says for how long it has."""
        return progress.read(child.log, seconds_running)

    def collect(self, workspace, child, folder):
        """Called once it has ended. It has put what it found into the folder itself."""

    def repeat_command(self, workspace, file, **_):
        return [workspace.executable(self.preset, self.name), file]


@dataclass(frozen=True)
class RandomTester:
    """Of one of the implementations, in one of the two builds."""

    name: str
    implementation: str
    canaries: tuple[str, ...]
    preset: str = OPTIMIZED

    label = property(lambda self: f"{self.name} {self.implementation}{', sanitized' * self.is_sanitized}")
    is_sanitized = property(lambda self: self.preset == SANITIZED)
    is_guided = False
    end_signal = signal.SIGTERM

    def command(self, workspace, seed, preset=None, against=None, **options):
        return [workspace.executable(preset or self.preset, TESTER), "random", "--against", against or self.implementation,
                "--seed", seed, *(word for name, value in options.items() for word in (f"--{name}", value))]

    def status_programs(self, limits):
        """From one line to the next, whose lack means that it hangs."""
        return max(limits.status_programs // (10 if self.is_sanitized else 1), 1)

    def start_canary(self, workspace, seed, folder, canary):
        command = self.command(workspace, seed, against=canary, programs=workspace.limits.canary_programs,
                               status=100, output=folder)  # a sanitizer ends it without a last line
        return workspace.start(command, f"canary-{self.label}")

    def start_search(self, workspace, log_name, seed, folder, **_):
        return workspace.start(self.command(workspace, seed, programs=ENDLESS, output=folder,
                                            status=self.status_programs(workspace.limits)), log_name)

    progress = Target.progress
    collect = Target.collect

    def repeat_command(self, workspace, seed, programs, **_):
        """Of the last of so many programs."""
        return self.command(workspace, seed, first=programs - 1, programs=1)


def described_by(workspace, preset, *words):
    """What an executable prints for --list."""
    try:
        return json.loads(subprocess.run(
            [workspace.executable(preset, words[0]), *words[1:], "--list"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=workspace.environment, timeout=LIST_SECONDS, check=False).stdout)
    except (ValueError, subprocess.TimeoutExpired):
        raise CouldNotRun(f"{' '.join(words)} --list describes nothing") from None


def described_targets(workspace, make_target=Target):
    """The targets, made by make_target. The workspace has their corpora from then on."""
    told = described_by(workspace, make_target.preset, FIRST_TARGET)
    workspace.use_corpus(told["corpus_version"])
    return [make_target(**target | {"canaries": tuple(target["canaries"])}) for target in told["targets"]]


def described_testers(workspace):
    """The random tester in each build against each implementation."""
    told = described_by(workspace, OPTIMIZED, TESTER, "random")
    return [RandomTester(told["name"], one, tuple(told[canaries]), preset)
            for preset, canaries in ((OPTIMIZED, "canaries"), (SANITIZED, "canaries_of_sanitizers"))
            for one in told["implementations"]]


def by_share(targets):
    """Each target as often as its share says, its turns spread evenly."""
    turns = [(turn / target.share, target) for target in targets for turn in range(target.share)]
    return [target for _, target in sorted(turns, key=lambda one: one[0])]


def rounds(targets, testers, jobs):
    """For each round a list of sources, one for each job. Rounds come one after the other, and every source has its turn.

    testers: the random testers, of which one runs in each round, or after each target.
    """
    tester = itertools.cycle(testers)
    if jobs <= len(targets):
        order = by_share(targets)
        target = itertools.cycle(order)
        beside = max(jobs - 1, 1)  # so many targets for each tester
        turns = [[next(target), next(tester), *itertools.islice(target, beside - 1)]
                 for _ in range(max(-(-len(order) // beside), len(testers)))]
        return turns if jobs > 1 else [[source] for turn in turns for source in turn]
    # Everybody has a process at least, and those that come first have more.
    everybody = [targets[0], None, *targets[1:]]
    return [[source or next(tester) for source in itertools.islice(itertools.cycle(everybody), jobs)] for _ in testers]
