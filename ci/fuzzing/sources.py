"""The sources of programs, as the executables describe themselves, how each is started, and who searches when.

A source keeps what it finds as a file in the folder that it is given.
"""

import itertools
import json
import signal
import subprocess
from dataclasses import dataclass

from shared import CouldNotRun

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
                                                         "-reload=1", *workspace.corpora]

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
    try:
        return json.loads(subprocess.run(
            [workspace.executable(preset, name), "--list"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=workspace.environment, timeout=LIST_SECONDS, check=False).stdout)
    except (ValueError, subprocess.TimeoutExpired):
        raise CouldNotRun(f"{name} --list describes nothing") from None


def described_sources(workspace):
    """The targets, and the random tester against each implementation. The workspace has the targets' corpora from then on."""
    fuzzing = described_by(workspace, "fuzz", FIRST_TARGET)
    random = described_by(workspace, "release", RANDOM_TESTER)
    targets = [Target(**target | {"canaries": tuple(target["canaries"])}) for target in fuzzing["targets"]]
    testers = [RandomTester(random["name"], one, tuple(random["canaries"])) for one in random["implementations"]]
    workspace.use_corpus(fuzzing["corpus_version"])
    return targets, testers


def by_share(targets):
    """Each target as often as its share says, its turns spread evenly."""
    turns = [(turn / target.share, target) for target in targets for turn in range(target.share)]
    return [target for _, target in sorted(turns, key=lambda one: one[0])]


def rounds(targets, testers, jobs):
    """For each round a list of sources, one for each job. Rounds come one after the other, and every source has its turn.

    testers: the random tester against each implementation, which have their turns.
    """
    tester = itertools.cycle(testers)
    if jobs == 1:
        return [[source] for target in targets for source in (target, next(tester))]
    if jobs <= len(targets):
        order = by_share(targets)
        beside = jobs - 1
        return [[order[at], next(tester), *order[at + 1:at + beside]] for at in range(0, len(order), beside)]
    # Everybody has a process at least, and those that come first have more.
    everybody = [targets[0], None, *targets[1:]]
    return [[source or next(tester) for source in itertools.islice(itertools.cycle(everybody), jobs)] for _ in testers]
