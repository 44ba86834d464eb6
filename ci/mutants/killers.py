"""Who may kill a mutant: the tests of the suite in groups, the random tester and enumeration, each as a child process
with a limit of time and memory.

A group that passes without reaching a mutant cannot kill it, so it is not asked.
A test that waits for an unserved socket takes no time on a core, so real time is limited as well.
"""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

MEMORY = 2 * 1024 * 1024  # KiB of addresses that a child may have
MOST_MUTANTS = 1 << 16    # as in mutant.cpp
OUTPUT = 32 * 1024        # KiB that a child may write

# A filter of the suite's tests, or the arguments of another executable. What no filter names is
# in "tests", so that a new test is asked, too.
SUITE = {
    'examples': 'Corpus.EveryExampleDoesWhatItExpects:Corpus.EveryRegressionAgrees',
    'extents': 'Extents.*',
    'tests': None,
    'laws': 'Law.*',
    'reports': 'Report.*:Reduce.*:Text.*:Bytes.*:Isolate.*:Expectations.*:Corpus.StoredPrograms*:Corpus.EveryOperation*',
    'resegmentation': 'Resegmentation.*:ResegmentationComparison.*:Resegmenting.*',
    'exact arenas': 'SeededBugs.AnExactArena*:ExactArena.*',  # only there under AddressSanitizer
    'seeded': 'SeededBugs.*',
    'sources': 'Determinism.*:Tags.*:Deviations.*',
    'properties': 'Property.*',
    'small programs': 'Enumeration.*:Scopes.*:Odometer.*:RandomChoices.*',
}
# It waits.
NEVER = 'Isolate.AHangIsAFindingToo'
RANDOM = [['random_tester', '--programs', '5000', '--operations', '16', '--arena', '64', '--seed', '11'],
          ['random_tester', '--programs', '20000', '--seed', '12']]
ENUMERATION = [['enumerate', '--scope', 'quick']]
SOCKETS = [['socket_test', '--gtest_fail_fast=1']]
ORDER = ['examples', 'extents', 'tests', 'laws', 'reports', 'resegmentation', 'exact arenas', 'random', 'small programs',
         'properties', 'sources', 'enumeration', 'seeded', 'sockets']
# Who is asked for what still lives, in which build: what takes a minute for each mutant comes last.
ROUNDS = [('build', ORDER[:ORDER.index('exact arenas')] + ['sockets']),
          ('sanitized', ['examples', 'exact arenas']),
          ('build', ['random', 'small programs', 'properties', 'sources']),
          ('sanitized', ['extents', 'tests', 'laws', 'reports', 'resegmentation', 'random', 'sockets']),
          ('build', ['enumeration', 'seeded'])]


class Outcome:
    """What came of asking: `verdict` is 'survived', 'killed', 'crashed' or 'timeout'."""

    def __init__(self, verdict, by='', milliseconds=0):
        self.verdict, self.by, self.milliseconds = verdict, by, milliseconds


class Group:
    """Killers asked together."""

    def __init__(self, name, commands):
        self.name = name
        self.commands = commands
        self.memory = MEMORY                 # 0: any, as AddressSanitizer needs
        self.environment = {}
        self.limits = [600] * len(commands)  # seconds on a core, until measured
        self.patience = 10                   # that many times the limit is waited for the end
        self.reaches = frozenset()

    def ask(self, mutant):
        """Runs the commands with this mutant until one of them kills it."""
        spent = 0
        for command, limit in zip(self.commands, self.limits):
            outcome = self._run(command, limit, {'LOCKSTEP_MUTANT': str(mutant)})
            spent += outcome.milliseconds
            outcome.milliseconds = spent
            if outcome.verdict != 'survived':
                outcome.by = f'{self.name}: {outcome.by}'
                return outcome
        return Outcome('survived', '', spent)

    def measure(self):
        """Without a mutant everything passes; how long that takes sets the limits, and what it reaches is kept."""
        reached = set()
        for i, command in enumerate(self.commands):
            with tempfile.NamedTemporaryFile() as file:
                file.truncate(MOST_MUTANTS)
                outcome = self._run(command, self.limits[i], {'LOCKSTEP_MUTANTS_REACHED': file.name})
                if outcome.verdict != 'survived':
                    raise RuntimeError(f'without a mutant, {self.name} fails: {outcome.by} ({outcome.verdict})')
                reached.update(at for at, byte in enumerate(file.read()) if byte)
            self.limits[i] = 2 + outcome.milliseconds * 5 // 1000
        self.reaches = frozenset(reached)

    def _run(self, command, limit, environment):
        return run(command, limit, {**environment, **self.environment}, self.memory, self.patience)


def run(command, limit, environment, memory, patience):
    """One child, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix='mutant') as folder, open(folder + '/output', 'w+b') as output:
        words = ['bash', '-c', 'ulimit -c 0 -f "$1" -t "$2"; [ "$3" = 0 ] || ulimit -v "$3"; shift 3; exec "$@"', 'bash',
                 str(OUTPUT), str(limit), str(memory), *map(str, command)]
        began = time.monotonic()
        child = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=folder,
                                 env={**os.environ, **environment}, start_new_session=True)
        try:
            code = child.wait(timeout=20 + patience * limit)
        except subprocess.TimeoutExpired:
            code = None
        try:
            os.killpg(child.pid, signal.SIGKILL)  # whatever it has left behind
        except ProcessLookupError:
            pass
        child.wait()
        milliseconds = int((time.monotonic() - began) * 1000)
        output.seek(0)
        return Outcome(verdict_of(code), told(output.read(), command), milliseconds) if code != 0 else \
            Outcome('survived', '', milliseconds)


def verdict_of(code):
    """For the exit code of a child, None when it was waited for in vain."""
    if code is None or code in (-signal.SIGXCPU, -signal.SIGKILL):
        return 'timeout'
    return 'crashed' if code < 0 or code == 99 else 'killed'  # 99: a sanitizer's report


def told(output, command):
    """Which test it was, from what the child printed."""
    text = output.decode('utf-8', 'replace')
    failed = re.search(r'^\[  FAILED  \] ([\w./]+)', text, re.MULTILINE)
    if failed:
        return failed.group(1)
    started = re.findall(r'^\[ RUN      \] ([\w./]+)', text, re.MULTILINE)
    return started[-1] if started else pathlib.Path(command[0]).name


def groups(build):
    """The groups of a build folder."""
    named = ':'.join(name for name in SUITE.values() if name)
    made = {}
    for name, positive in SUITE.items():
        chosen = f'{positive}:-{NEVER}' if positive else f'*:-{named}:{NEVER}'
        made[name] = Group(name, [[build / 'props', f'--gtest_filter={chosen}', '--gtest_fail_fast=1']])
    for name, commands in (('random', RANDOM), ('enumeration', ENUMERATION), ('sockets', SOCKETS)):
        made[name] = Group(name, [[build / command[0], *command[1:]] for command in commands])
    made['sockets'].patience = 1
    return [made[name] for name in ORDER]


def built(executable):
    """The ids that an executable carries."""
    ended = subprocess.run([executable], env={**os.environ, 'LOCKSTEP_MUTANTS_BUILT': '1'}, capture_output=True,
                           text=True, check=True)
    return {int(line) for line in ended.stdout.split()}
