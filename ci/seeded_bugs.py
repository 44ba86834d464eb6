# SPDX-License-Identifier: Apache-2.0
"""Lets every source of programs look for every seeded bug (core/subjects/seeded), and prints each goal and what misses it.
How soon each source found each bug is in build/strength/seeded_bugs.tsv.

In full it takes an hour or two, most of it libFuzzer's. As many searches run as there are processors; how far it is goes to
standard error. What is not broken is searched as well, and nothing may be found there. Ctrl-C loses nothing: the next run
goes on, unless something was built anew since.

Exit: 0 no goal is missed by what was measured, 2 some are, 1 could not run.
"""

import collections
import concurrent.futures
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from shared import PROJECT, CouldNotRun, Kept, Parser, call_lib_sh, end_with, interruptible, number_between, write_table

SCRIPT = "ci/seeded_bugs"
TABLE = pathlib.Path("build/strength/seeded_bugs.tsv")
REDUCED = ("enumeration", "random tester")  # what these find is reduced; the first that found something counts
DRAWN = ("RapidCheck", "random tester")
FUZZERS = ("libFuzzer, empty", "libFuzzer, seeds")
OTHERS = ("examples", "corpus", "enumeration", *DRAWN)
SOURCES = (*OTHERS, *FUZZERS)
UNBROKEN = ("iov", "qemu_iov", "qemu_iov_10")
SEEDS = 20  # what the goals are about
# Programs of a search; a source that is not here runs as many as it has.
MOST = dict.fromkeys(("random tester", *FUZZERS), 1_000_000)
MOST_UNBROKEN = dict.fromkeys(REDUCED, 20_000) | dict.fromkeys(FUZZERS, 100_000)
ENDLESS = 10**12
MISSED = ("nothing", "out of memory")  # it is unknown whose memory it was
# How libFuzzer ended, by its log; the first counts.
ENDS = {"out of memory": "libFuzzer: out-of-memory|out of memory", "found": "^# signature: ",
        "hang": "ERROR: libFuzzer: timeout", "crash": "ERROR: AddressSanitizer|runtime error: |ERROR: libFuzzer: deadly signal"}
# How many programs it ran. A signal that it does not handle leaves no statistics, but the lines of its progress, or at least
# how many inputs it began with.
COUNTED = r"^(?:stat::number_of_executed_units: *|#(?=\d+\t)|INFO: seed corpus: files: )(\d+)"

Bug = collections.namedtuple("Bug", "name seen needs")
Search = collections.namedtuple("Search", "bug source seed preset")  # in place of a bug also what is not broken
Ending = collections.namedtuple("Ending", "end programs smallest")  # the smallest program: its lines, joined


def all_searches(bugs, options):
    """In the order in which they begin."""
    yield from (Search(name, source, 1, preset) for preset in ("release", "fuzz") for name in UNBROKEN for source in OTHERS)
    for bug in bugs:
        # Bugs that take a sanitizer are the business of a build with it, and only they are.
        preset = "fuzz" if "a sanitizer" in bug.needs else "release"
        for source in OTHERS:
            # Nothing small shows one that needs size: the whole enumeration would go by, seconds each.
            if not (options.quick and source == "enumeration" and "size: " in bug.needs):
                seeds = options.seeds if source in DRAWN else 1
                yield from (Search(bug.name, source, seed, preset) for seed in range(1, seeds + 1))
    for seed in range(1, options.fuzz_seeds + 1):
        names = [*(UNBROKEN if seed == 1 else ()), *(bug.name for bug in bugs)]
        yield from (Search(name, source, seed, "fuzz") for name in names for source in FUZZERS)


def benchmark(search, most):
    """By a source that is not libFuzzer, in a child: whatever the bug does, it answers."""
    command = [f"build/{search.preset}/tester", "bugs", "--against", search.bug, "--source", search.source,
               "--seed", str(search.seed), "--most", str(most)]
    if search.source in REDUCED and search.seed == 1:
        command.append("--reduce")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise CouldNotRun(f"{' '.join(command)} ended with {ended.returncode}\n{ended.stderr}")
    how, *program = ended.stdout.splitlines()
    return Ending(*how.split("\t"), "; ".join(program))


def fuzz(search, most, longest_input, seeds):
    """One run of libFuzzer, from nothing or from the seeds."""
    # Nobody reads the stack, whose names take longer to look up than most bugs to find.
    options = {name: f"{os.environ[name]}:symbolize=0" for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS")}
    with tempfile.TemporaryDirectory() as scratch:
        ended = subprocess.run(
            ["build/fuzz/lockstep_fuzzer", f"-runs={most}", f"-seed={search.seed}", "-len_control=0",
             f"-max_len={longest_input}", "-timeout=10", "-print_funcs=0", "-print_final_stats=1",
             f"-artifact_prefix={scratch}/", tempfile.mkdtemp(dir=scratch), *[seeds] * (search.source == FUZZERS[1])],
            env=os.environ | options | {"LOCKSTEP_AGAINST": search.bug}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False)
    ends = [end for end, sign in ENDS.items() if re.search(sign, ended.stdout, re.MULTILINE)]
    if ended.returncode <= 0:
        ends = ["nothing"] if ended.returncode == 0 else [*ends, "crash"]
    programs = re.findall(COUNTED, ended.stdout, re.MULTILINE)
    if not ends or not programs:
        raise CouldNotRun(f"libFuzzer could not run against {search.bug}, and ended with {ended.returncode}. "
                          f"Its end:\n{ended.stdout[-2000:]}")
    return Ending(ends[0], programs[-1], "")


def perform(searches, search_one, kept):
    """Those that have not ended in an earlier run, as many at a time as there are processors. Returns how each ended."""
    endings = {Search(*search): Ending(*ending) for search, ending in kept.rows}
    new = [search for search in searches if search not in endings]
    began = time.monotonic()
    with interruptible(concurrent.futures.ThreadPoolExecutor(os.cpu_count())) as pool:
        futures = {pool.submit(search_one, search): search for search in new}
        for done, future in enumerate(concurrent.futures.as_completed(futures), 1):
            search, ending = futures[future], future.result()
            if search.bug in UNBROKEN and ending.end not in MISSED:
                raise CouldNotRun(f"{search.bug} is not broken, and this finds something: {search}")
            endings[search] = ending
            kept.add(search, ending)
            left = (time.monotonic() - began) / done * (len(new) - done)
            print(f"{done} of {len(new)}, about {left:.0f} s left: {search.bug}, {search.source}, seed {search.seed}: "
                  f"{ending.end} after {ending.programs}", file=sys.stderr)
    return endings


def cells(programs):
    """How often a bug was found, and after how many programs: the median and the worst."""
    numbers = (statistics.median_high(programs), max(programs)) if programs else (math.inf, math.inf)
    return [f"{sum(map(math.isfinite, programs))} of {len(programs)}",
            *(number if math.isfinite(number) else "-" for number in numbers)]


def is_found_if_small(runs, needs):
    """None where that was not measured or does not apply."""
    if not runs["enumeration"]:
        return None
    if "size: " in needs:
        return min(runs["enumeration"]) == math.inf
    return None if "a sanitizer" in needs else min(runs["enumeration"] + runs["examples"]) < math.inf


def goals(bugs, runs, random_median):
    """The name of each, what it asks, and which bugs meet it: None where that was not measured or does not apply."""
    # Programs until found: the median and the worst of the seeds.
    limits = {"random tester": (random_median, MOST["random tester"])} | {
        source: (MOST[source], math.inf) for source in FUZZERS}
    yield ("seeded bugs, small programs",
           "examples or enumeration find each that needs no size, and enumeration none that does",
           {bug.name: is_found_if_small(runs[bug.name], bug.needs) for bug in bugs})
    for source, (median, worst) in limits.items():
        programs_of = {name: of[source] for name, of in runs.items()}
        yield (f"seeded bugs, {source}, {min(map(len, programs_of.values()))} of {SEEDS} seeds",
               f"half of the seeds find each within {median} programs"
               + (f", all within {worst}" if math.isfinite(worst) else ""),
               {name: statistics.median_high(programs) <= median and max(programs) <= worst if programs else None
                for name, programs in programs_of.items()})


def report(bugs, endings, random_median):
    """Writes the table and prints the goals; whether one is missed."""
    smallest = {search.bug: ending.smallest for source in reversed(REDUCED) for search, ending in endings.items()
                if search.source == source and ending.smallest}
    # Of each bug and source how many programs it took with each seed; what was missed took endless ones.
    runs = {bug.name: {source: [] for source in SOURCES} for bug in bugs}
    for search, ending in endings.items():
        if search.bug in runs:
            runs[search.bug][search.source].append(math.inf if ending.end in MISSED else int(ending.programs))
    titles = [title for source in SOURCES for title in (source, f"{source} median", f"{source} worst")]
    rows = [["bug", "seen", "needs", *titles, "steps", "smallest program"]]
    for bug in bugs:
        program = smallest.get(bug.name, "-")
        # The first line is the arena, the others are a step each.
        rows.append([*bug, *(cell for programs in runs[bug.name].values() for cell in cells(programs)),
                     program.count("; ") or "-", program])
    write_table(TABLE, rows)

    is_missed = False
    for name, asked, met_by in goals(bugs, runs, random_median):
        measured = [bug for bug, met in met_by.items() if met is not None]
        missed = [bug for bug in measured if not met_by[bug]]
        met = f"{len(measured) - len(missed)} of {len(measured)} bugs" if measured else "not measured"
        print("meter", name, asked, met, sep="\t")
        for bug in missed:
            print(f"missed: {name}: {bug}")
        is_missed |= bool(missed)
    return is_missed


def parse():
    parser = Parser(SCRIPT, __doc__)
    parser.add_argument("--quick", action="store_true", help="3 seeds and no libFuzzer if not told otherwise, and no "
                        "enumeration for bugs that need size: a minute or two")
    parser.add_argument("--seeds", type=number_between(1, 1000), metavar="N",
                        help=f"how many seeds RapidCheck and the random tester have for each bug ({SEEDS})")
    parser.add_argument("--fuzz-seeds", type=number_between(0, 1000), metavar="N",
                        help=f"how many libFuzzer has, from an empty corpus and from the seeds ({SEEDS})")
    options = parser.parse_args()
    options.seeds = options.seeds or (3 if options.quick else SEEDS)
    if options.fuzz_seeds is None:
        options.fuzz_seeds = 0 if options.quick else SEEDS
    return options


def main():
    options = parse()
    os.chdir(PROJECT)
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    targets = ["tester", *["lockstep_fuzzer", "seeds"] * (options.fuzz_seeds > 0)]
    for command in (["./ci/setup"], ["build", "release", "tester"], ["build", "fuzz", *targets]):
        call_lib_sh(SCRIPT, *command, stdout=2)
    fuzzing = call_lib_sh(SCRIPT, "fuzz_targets", "build/fuzz").split()[1:3] if options.fuzz_seeds > 0 else []
    executables = ["build/release/tester", *(f"build/fuzz/{target}" for target in targets if target != "seeds")]
    listed = subprocess.run(["build/release/tester", "bugs", "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    random_median, *lines = listed.splitlines()
    bugs = [Bug(*line.split("\t")) for line in lines]

    def search_one(search):
        most = (MOST_UNBROKEN if search.bug in UNBROKEN else MOST).get(search.source, ENDLESS)
        return benchmark(search, most) if search.source in OTHERS else fuzz(search, most, *fuzzing)

    endings = perform(all_searches(bugs, options), search_one, Kept("build/log/seeded_bugs", executables, options.quick))
    is_missed = report(bugs, endings, int(random_median))
    print(f"How soon each source found each bug: {TABLE}")
    return 2 if is_missed else 0


if __name__ == "__main__":
    end_with(SCRIPT, main)
