"""The table of what ci/seeded_bugs has measured, and whether the goals are met.

usage: seeded_bugs_table.py RESULTS TABLE <BUGS

BUGS are the lines of `bug_benchmark --list`: name, where it was seen, needs. RESULTS has a line for each search: bug,
source, seed, how it ended, after how many programs. In place of a source, `steps` is the smallest program: its number
of steps, and its lines, joined.

Writes TABLE: of each bug and source how often it was found, and after how many programs (the median and the worst).
Prints a row for each goal, and what misses it. Ends with 2 if something does.
"""

import collections
import csv
import math
import sys

FUZZERS = ("libFuzzer, empty", "libFuzzer, seeds")
SOURCES = ("examples", "corpus", "enumeration", "RapidCheck", "random tester", *FUZZERS)
SEEDS = 20  # what the goals are about


class Runs:
    """The runs of a source for a bug, as the number of programs each took; what was missed comes last."""

    def __init__(self, ends):
        self.programs = sorted(math.inf if end == "nothing" else int(programs) for end, programs in ends)
        self.found = sum(map(math.isfinite, self.programs))
        # Of an even number of runs the larger of the two middle ones.
        self.median = self.programs[len(self.programs) // 2] if self.programs else math.inf
        self.worst = self.programs[-1] if self.programs else math.inf

    def cells(self):
        numbers = (str(number) if math.isfinite(number) else "-" for number in (self.median, self.worst))
        return [f"{self.found} of {len(self.programs)}", *numbers]


def is_found_if_small(runs, needs):
    """None where that was not measured or does not apply."""
    if not runs["enumeration"].programs:
        return None
    if "size: " in needs:
        return runs["enumeration"].found == 0
    return None if "a sanitizer" in needs else runs["enumeration"].found + runs["examples"].found > 0


def is_found_soon(runs, most, worst=math.inf):
    if not runs.programs:
        return None
    return runs.median <= most and (worst == math.inf or runs.worst < math.inf)


def print_goal(name, asked, met_by):
    """The row of a goal, and each bug that misses it; whether one does."""
    measured = {bug: met for bug, met in met_by.items() if met is not None}
    missed = [bug for bug, met in measured.items() if not met]
    met = f"{len(measured) - len(missed)} of {len(measured)} bugs" if measured else "not measured"
    print("meter", name, asked, met, sep="\t")
    for bug in missed:
        print(f"missed: {name}: {bug}")
    return bool(missed)


def main(results, table):
    bugs = [line.rstrip("\n").split("\t") for line in sys.stdin]
    with open(results, encoding="utf-8") as file:
        rows = {tuple(row[:3]): row[3:] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    ends = collections.defaultdict(list)
    for (bug, source, _), row in rows.items():
        ends[bug, source].append(row[:2])
    runs = {bug: {source: Runs(ends[bug, source]) for source in SOURCES} for bug, _, _ in bugs}
    with open(table, "w", encoding="utf-8") as file:
        titles = [title for source in SOURCES for title in (source, f"{source} median", f"{source} worst")]
        print("bug", "seen", "needs", *titles, "steps", "smallest program", sep="\t", file=file)
        for bug, seen, needs in bugs:
            cells = [cell for source in SOURCES for cell in runs[bug][source].cells()]
            print(bug, seen, needs, *cells, *rows.get((bug, "steps", "0"), ["", "-", "-"])[1:], sep="\t", file=file)

    is_missed = print_goal(
        "seeded bugs, small programs",
        "examples or enumeration find each that needs no size, and enumeration none that does",
        {bug: is_found_if_small(runs[bug], needs) for bug, _, needs in bugs})
    for source in ("random tester", *FUZZERS):
        most, worst = (1_000_000, math.inf) if source in FUZZERS else (100_000, 1_000_000)
        seeds = min(len(runs[bug][source].programs) for bug in runs)
        is_missed |= print_goal(
            f"seeded bugs, {source}, {seeds} of {SEEDS} seeds",
            f"half of the seeds find each within {most} programs"
            + (f", all within {worst}" if math.isfinite(worst) else ""),
            {bug: is_found_soon(runs[bug][source], most, worst) for bug in runs})
    return 2 if is_missed else 0


sys.exit(main(*sys.argv[1:]))
