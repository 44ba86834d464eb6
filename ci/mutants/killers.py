# SPDX-License-Identifier: Apache-2.0
"""Who may kill a mutant: the tests of the suite in groups, the random tester and enumeration, each as a child process
with a limit of time and memory.

A group that passes without reaching a mutant cannot kill it, so it is not asked.
A test that waits for an unserved socket takes no time on a core, so real time is limited as well.
"""
import array
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from shared import CouldNotRun

MEMORY = 2 << 30        # bytes of addresses that a child may have
MOST_MUTANTS = 1 << 16  # as in mutant.cpp
OUTPUT = 32 << 20       # bytes that a child may write

# In the order in which they are asked: a filter of the suite's tests, or the command lines of other executables. What no
# filter names is in "tests", so that a new test is asked, too.
GROUPS = {
    'examples': 'Corpus.EveryExampleDoesWhatItExpects:Corpus.EveryRegressionAgrees',
    'tests': '',
    'laws': 'Law.*',
    'reports': 'Report.*:Reduce.*:Text.*:Bytes.*:Isolate.*:Expectations.*:Corpus.EveryOperation*',
    'resegmentation': 'ResegmentationOracle.*:SplitUp.*',
    'sockets': ['socket_test --gtest_fail_fast=1'],
    'long tests': 'Traits.AreTrue:Corpus.EveryLarge*:Limits.OfACall*:Transport.AsManyCalls*',  # most of a second each
    'extents': 'Extents.*',
    'exact arenas': 'ExactArena.*',  # only there under AddressSanitizer
    'random': ['tester random --programs 5000 --operations 16 --arena 64 --seed 11',
               'tester random --programs 20000 --seed 12'],
    'small programs': '*SmallPrograms*:Enumeration.*:Scopes.*:Odometer.*:RandomChoices.*',
    'properties': 'Property.*',
    'deviations': 'Deviations.*',
    'sources': 'Determinism.*:Tags.*',
    'enumeration': ['tester enumerate --scope quick'],
    'seeded': 'SeededBugs.*',
}
# Waits for a timeout by design.
NOT_ASKED = 'Isolate.AHangIsAFindingToo'
# Who is asked for what still survives, in which build: what takes a minute for each mutant comes last.
ROUNDS = [('optimized', ['examples', 'tests', 'laws', 'reports', 'resegmentation', 'sockets', 'long tests', 'extents',
                         'deviations']),
          ('sanitized', ['examples', 'exact arenas']),
          ('optimized', ['random', 'small programs', 'properties', 'sources']),
          ('sanitized', ['tests', 'laws', 'reports', 'resegmentation', 'sockets', 'long tests', 'extents', 'random']),
          ('optimized', ['enumeration', 'seeded'])]


class Outcome(NamedTuple):
    """What came of asking."""

    verdict: str  # 'survived', 'killed', 'crashed' or 'timeout'
    by: str


@dataclass
class Group:
    """Killers asked together."""

    name: str
    commands: list[list[str]]
    sanitized: bool
    limits: list[int] = field(default_factory=list)  # seconds on a core
    reaches: frozenset = frozenset()

    def ask(self, mutant):
        """Runs the commands with this mutant until one of them kills it."""
        for command, limit in zip(self.commands, self.limits):
            verdict, by = self._run(command, limit, {'LOCKSTEP_MUTANT': str(mutant)})
            if verdict != 'survived':
                return Outcome(verdict, f'{self.name}: {by}')
        return Outcome('survived', '')

    def measure(self):
        """Without a mutant everything passes; how long that takes, in seconds, sets the limits, and what it reaches is kept."""
        reached, seconds = set(), 0
        for command in self.commands:
            with tempfile.NamedTemporaryFile() as file:
                file.truncate(MOST_MUTANTS)
                began = time.monotonic()
                outcome = self._run(command, 600, {'LOCKSTEP_MUTANTS_REACHED': file.name})
                if outcome.verdict != 'survived':
                    raise CouldNotRun(f'without a mutant, {self.name} fails: {outcome.by} ({outcome.verdict})')
                reached.update(at for at, byte in enumerate(file.read()) if byte)
                seconds += time.monotonic() - began
                self.limits.append(2 + int(5 * (time.monotonic() - began)))
        self.reaches = frozenset(reached)
        return seconds

    def _run(self, command, limit, environment):
        """One child, in a folder of its own."""
        limits = ['prlimit', '--core=0', f'--fsize={OUTPUT}', f'--cpu={limit}']
        if self.sanitized:  # which takes any number of addresses
            environment |= {'ASAN_OPTIONS': 'exitcode=99:hard_rss_limit_mb=2048:detect_leaks=1',
                            'UBSAN_OPTIONS': 'exitcode=99:halt_on_error=1'}
        else:
            limits.append(f'--as={MEMORY}')
        patience = 1 if self.name.startswith('sockets') else 10
        with tempfile.TemporaryDirectory(prefix='mutant') as folder, open(folder + '/output', 'w+b') as output:
            child = subprocess.Popen([*limits, *command], stdout=output, stderr=subprocess.STDOUT, cwd=folder,
                                     stdin=subprocess.DEVNULL, env=os.environ | environment, start_new_session=True)
            try:
                code = child.wait(timeout=20 + patience * limit)
            except subprocess.TimeoutExpired:
                code = None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # whatever it has left behind
            child.wait()
            output.seek(0)
            return Outcome(verdict_of(code), test_that_failed(output.read(), command) if code != 0 else '')


def verdict_of(code):
    """For the exit code of a child, None when it was waited for in vain."""
    if code is None or code in (-signal.SIGXCPU, -signal.SIGKILL):
        return 'timeout'
    if code == 0:
        return 'survived'
    return 'crashed' if code < 0 or code == 99 else 'killed'  # 99: a sanitizer's report


def test_that_failed(output, command):
    """Which test it was, from what the child printed."""
    text = output.decode('utf-8', 'replace')
    failed = re.findall(r'^\[  FAILED  \] ([\w./]+)', text, re.MULTILINE)
    started = re.findall(r'^\[ RUN      \] ([\w./]+)', text, re.MULTILINE)
    return [*failed[:1], *started[-1:], pathlib.Path(command[0]).name][0]


def groups(build, sanitized, names):
    """Some groups of a build folder."""
    named = ':'.join(tests for tests in GROUPS.values() if tests and isinstance(tests, str))
    made = []
    for name, asked in GROUPS.items():
        if isinstance(asked, str):
            chosen = f'{asked}:-{NOT_ASKED}' if asked else f'*:-{named}:{NOT_ASKED}'
            asked = [f'props --gtest_filter={chosen} --gtest_fail_fast=1']
        if name in names:
            commands = [[build / line.split()[0], *line.split()[1:]] for line in asked]
            made.append(Group(name + ' (sanitized)' * sanitized, commands, sanitized))
    return made


def mutants_in(executable):
    """The ids that an executable carries."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(['objcopy', '-O', 'binary', '--only-section=built_mutants', executable, file.name], check=True)
        return set(array.array('i', pathlib.Path(file.name).read_bytes()))
