# SPDX-License-Identifier: Apache-2.0
"""Measures how fast the library is: each work (core/bench/works.h) in C++, in C, as a plain loop over memcpy, memcmp or memset
(the limit), and by other libraries where they are installed. Or, with --against, beside the library of another revision.

Prints one table: nanoseconds that a run spends on a core, medians of nine; ratios, of which more than 1 means that the
library, or the library now, is faster; and which targets hold (ci/bench_targets.tsv). With --against the two take turns, work
by work, built in the same way from today's core/bench, and a ratio is the median of those of the turns. Differences of a few
percent may come from where the code lies.
Answers are compared before anything is timed. No time is asserted.

With --plot it measures how the time of each operation grows from 1 to 1,000,000 elements of 64 bytes, in C++ and in C. It
prints one table: nanoseconds per element, and the exponent e of n^e that the times of n elements come next to from 100 on,
beside the one expected: 0 for operations that take as long for any vector, 1 for linear ones, and what n log n has there. One
that is more than 0.3 away is called off: look at it, or at what else the machine did. Page and picture go to docs/growth.md and
docs/growth.svg; with --only or --quick, to build/bench.

Exit: 0 measured, 1 could not run, 2 answers differ.
"""

import collections
import csv
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

import growth
from shared import PROJECT, TSV, CouldNotRun, Parser, call_lib_sh, end_with

SCRIPT = "ci/bench"
OURS = ("C++", "C")
TARGETS = PROJECT / "ci/bench_targets.tsv"  # how many times as long others are to take, in a table
SOURCE = "build/bench/source"  # of the other revision


def run(executable, *options):
    """What an executable prints. Ends the script with 2 where it finds that answers differ."""
    ended = subprocess.run([executable, *options], stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode == 2:
        sys.exit(2)
    if ended.returncode != 0:
        raise CouldNotRun(f"{executable} ended with {ended.returncode}")
    return ended.stdout


def regex(text):
    """The type of an option."""
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError from error


def named(option, names):
    return [word for name in names for word in (option, name)]


def measure(executable, seconds, repetitions, works, interfaces=()):
    """The nanoseconds of each work and interface: one number, of several repetitions the median."""
    told = json.loads(run(
        executable, *named("--work", works), *named("--interface", interfaces), f"--benchmark_min_time={seconds}",
        f"--benchmark_repetitions={repetitions}", "--benchmark_enable_random_interleaving=true",
        "--benchmark_report_aggregates_only=true", "--benchmark_format=json"))
    return {tuple(one["run_name"].split("/")): one["cpu_time"] for one in told["benchmarks"]
            if one.get("aggregate_name", "median") == "median"}


def print_table(head, rows):
    rows = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]))


def build(name, library):
    """Builds core/bench with the library of a folder."""
    folder = f"build/bench/{name}"
    call_lib_sh(SCRIPT, "stage", f"configure {name}", "cmake", "-S", "core/bench", "-B", folder, "-G", "Ninja",
                f"-DIOV_BENCH_LIBRARY={PROJECT / library}", "-DCMAKE_BUILD_TYPE=Release",
                "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG", stdout=2)
    call_lib_sh(SCRIPT, "stage", f"build {name}", "cmake", "--build", folder, "--target", "bench", stdout=2)
    return f"{folder}/bench"


def build_both(revision):
    """Builds core/bench with the library of a revision, and with the one that is here."""
    git = ["git", "-c", "safe.directory=*"]
    remove = [*git, "worktree", "remove", "--force", SOURCE]
    subprocess.run(remove, stderr=subprocess.DEVNULL, check=False)  # what an interrupted run has left
    if subprocess.run([*git, "worktree", "add", "--quiet", "--detach", SOURCE, revision], check=False).returncode != 0:
        raise CouldNotRun(f"there is no revision {revision}")
    try:
        return build("then", SOURCE), build("now", ".")
    finally:
        subprocess.run(remove, check=False)


def compare(then, now, names, seconds, repetitions):
    """Prints what each work took then and takes now."""
    rows = []
    for name in names:
        turns = []
        for turn in range(repetitions):
            both = [then, now] if turn % 2 == 0 else [now, then]
            told = {one: measure(one, seconds, 1, [name], OURS) for one in both}
            turns.append((told[then], told[now]))
        for interface in OURS:
            pairs = [(before[name, interface], after[name, interface]) for before, after in turns]
            before, after = (statistics.median(column) for column in zip(*pairs))
            ratio = statistics.median(x / y for x, y in pairs)
            rows.append([name, interface, f"{before:,.1f}", f"{after:,.1f}", f"{ratio:.2f}"])
    print_table(["work", "in", "ns then", "ns now", "then / now"], rows)


def targets():
    """What they are ratios of, and for each a function that tells the target of a work; 0 for none."""
    with open(TARGETS, encoding="utf-8") as file:
        rows = list(csv.DictReader(file, **TSV))
    return {of: lambda name, of=of: next((float(row["ratio"]) for row in rows  # the first that fits
                                          if row["of"] == of and re.fullmatch(row["pattern"], name)), 0)
            for of in dict.fromkeys(row["of"] for row in rows)}


def show(told, names):
    """Prints what each work takes in each interface, and which targets hold."""
    interfaces = list(dict.fromkeys([*OURS, "limit", *(interface for _, interface in sorted(told))]))
    rows, counts = [], collections.Counter()
    for name in names:
        row = [name, *(f"{told[name, one]:,.1f}" if (name, one) in told else "-" for one in interfaces)]
        for of, target_of in targets().items():
            target = target_of(name)
            ratios = [told[name, of] / told[name, one] for one in OURS] if (name, of) in told else []
            verdict = "-" if not target else "?" if not ratios else "holds" if min(ratios) >= target else "missed"
            counts[of, verdict] += 1
            row += [" / ".join(f"{ratio:.2f}" for ratio in ratios) or "-", f"{verdict} {target:g}" if target else "-"]
        rows.append(row)
    ratios = [cell for of in targets() for cell in (f"{of} / C++, C", "target")]
    print_table(["work, ns", *interfaces, *ratios], rows)
    for of in targets():
        print(f"\ntargets of {of} / ours, in C++ and C: {counts[of, 'holds']} hold, {counts[of, 'missed']} are missed, "
              f"{counts[of, '?']} could not be measured", end="")
    print("\nQEMU is measured where a checkout of it is named: docs/library.md")


def plot(now, names, seconds, repetitions, folder, machine):
    """Prints how the times of series grow, and writes the page and the picture."""
    series = []
    for one in dict.fromkeys(name.rpartition("/")[0] for name in names):  # by itself: a million elements take room
        told = measure(now, seconds, repetitions, [name for name in names if name.rpartition("/")[0] == one], OURS)
        for interface in OURS:
            times = {int(n): time for (*_, n, where), time in told.items() if where == interface}
            if times:
                series.append(growth.Series(*one.split("/"), interface, dict(sorted(times.items()))))
    rows = growth.table(series)
    print_table(rows[0], rows[1:])
    folder.mkdir(parents=True, exist_ok=True)
    in_cpp = [one for one in series if one.interface == OURS[0]]
    (folder / "growth.svg").write_text(growth.picture(in_cpp), encoding="utf-8")
    (folder / "growth.md").write_text(growth.page(rows, machine), encoding="utf-8")
    print(f"\n{folder}/growth.md and growth.svg show it")


def main():
    parser = Parser(SCRIPT, __doc__)
    parser.add_argument("--against", metavar="REV", help="compare with the library of this revision, any that git knows")
    parser.add_argument("--only", metavar="REGEX", type=regex, default=re.compile(""), help="works whose name has this")
    parser.add_argument("--plot", action="store_true", help="measure how times grow with the number of elements")
    parser.add_argument("--quick", action="store_true", help="five times and shortly, for a first look: about a minute")
    chosen = parser.parse_args()
    if chosen.plot and chosen.against:
        parser.error("--plot and --against are two things to do")
    os.chdir(PROJECT)
    call_lib_sh(SCRIPT, "./ci/setup", stdout=2)
    if chosen.against:
        then, now = build_both(chosen.against)
    else:
        call_lib_sh(SCRIPT, "build", "release", "bench", stdout=2)
        now = "build/release/bench"
    # Names of series have slashes in them.
    names = [name for name in run(now, "--list").splitlines() if chosen.only.search(name) and chosen.plot == ("/" in name)]
    if not names:
        raise CouldNotRun(f"no work has '{chosen.only.pattern}' in its name")
    machine = f"{call_lib_sh(SCRIPT, 'measured_on')}; load {os.getloadavg()[0]:.2f} before"
    print(f"On {machine}\n", flush=True)
    seconds, repetitions = (0.02, 5) if chosen.quick else (0.05, 9)
    if chosen.plot:
        folder = pathlib.Path("build/bench" if chosen.only.pattern or chosen.quick else "docs")
        plot(now, names, seconds, repetitions, folder, machine + ", quickly" * chosen.quick)
    elif chosen.against:
        compare(then, now, names, seconds, repetitions)
    else:
        show(measure(now, seconds, repetitions, names), names)


if __name__ == "__main__":
    end_with(SCRIPT, main)
