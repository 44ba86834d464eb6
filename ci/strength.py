# SPDX-License-Identifier: Apache-2.0
"""Measures what this harness would notice, all of it at one commit, and writes STRENGTH.md.

It runs ci/seeded_bugs, ci/mutate, ci/tags and ci/coverage, each of which can be run alone. What they print is in
build/strength, beside the tables that the page is made of. A meter prints its row as a line
`meter<tab>name<tab>asked<tab>met`, and what it misses. Ctrl-C loses nothing: the next run goes on where this one was, unless
something was built anew since. STRENGTH.md is never edited by hand.

Exit: 0 all goals are met, 2 the page names what is missed, 1 could not run, for example because something is not committed.
"""

import collections
import csv
import os
import pathlib
import subprocess
import sys
import time

from shared import PROJECT, TSV, CouldNotRun, Parser, call_lib_sh, end_with

FOLDER = pathlib.Path("build/strength")
COMMANDS = {"seeded_bugs": {"quick": "ci/seeded_bugs --quick", "full": "ci/seeded_bugs --fuzz-seeds 1"},
            "tags": collections.defaultdict(lambda: "ci/tags"),
            "coverage": collections.defaultdict(lambda: "ci/coverage"),
            "mutate": {"quick": "ci/mutate --only core/iov", "full": "ci/mutate"}}
MISSED = ("missed: ", "too rare: ", "mutant ", "equivalent.txt is wrong")
MOST_MISSED = 6  # lines of the page
MOST_LINES_WITHOUT_MUTANTS = 3


def rows_of(path, columns=None):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, columns, **TSV))


def number(cell):
    """Programs until found; what was not found comes last."""
    return int(cell) if cell.isdigit() else sys.maxsize


def hardest(bugs):
    """The rows of those that the random tester needs most programs for."""
    order = sorted(bugs, key=lambda bug: (number(bug["random tester median"]), number(bug["random tester worst"])))
    for bug in order[:-11:-1]:
        cells = [bug["bug"], bug["needs"] or "-"]
        for source in ("random tester", "libFuzzer, empty"):
            both = (bug[f"{source} median"], bug[f"{source} worst"])
            cells.append(" / ".join(f"{int(cell):,}" if cell.isdigit() else "-" for cell in both))
        yield f"| {' | '.join([*cells, bug['steps']])} |"


def without_mutants(mutants):
    """Functions of files that were mutated, with lines and no mutant: something keeps ci/mutate from seeing them."""
    lines = collections.defaultdict(set)
    for mutant in mutants:
        lines[mutant["file"]].add(int(mutant["line"]))
    functions = rows_of(FOLDER / "coverage.tsv", ("source", "file", "first", "last", "function", "lines"))
    return sorted({f"{row['file']}:{row['first']}: {row['function']} has no mutant" for row in functions
                   if row["file"] in lines and int(row["lines"]) > MOST_LINES_WITHOUT_MUTANTS
                   and not any(int(row["first"]) <= line <= int(row["last"]) for line in lines[row["file"]])})


def page(mode, commit, measured_on, unseen):
    """The lines of STRENGTH.md, from what the meters have left."""
    bugs = rows_of(FOLDER / "seeded_bugs.tsv")
    meters, missed = [], []
    for name, commands in COMMANDS.items():
        for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("meter\t"):
                meters.append([*line.split("\t")[1:], f"`{commands[mode]}`"])
            elif line.startswith(MISSED):
                missed.append(line)
    missed += unseen
    yield (f"# What this harness would notice\n\nWritten by `ci/strength --{mode}`; never edited by hand. All of it was "
           f"measured at commit {commit}, on {measured_on}.\n")
    if missed:
        yield f"**{len(missed)} goals are missed:**\n"
        yield from (f"- {line}" for line in missed[:MOST_MISSED])
        if len(missed) > MOST_MISSED:
            yield f"- and {len(missed) - MOST_MISSED} more: `build/strength/*.txt`"
    elif mode == "full":
        yield "**All goals are met.**"
    else:
        yield "**A quick run misses no goal.** It has few seeds, no libFuzzer, and mutants of core/iov only."
    yield "\n| meter | asked | met | command |\n|---|---|---|---|"
    yield from (f"| {' | '.join(meter)} |" for meter in meters)
    yield ("\n## The ten hardest bugs\n\nPrograms until found, the median and the worst of all seeds; steps of the smallest "
           f"program. All {len(bugs)}: `build/strength/seeded_bugs.tsv`.\n\n"
           "| bug | needs | random tester | libFuzzer, from nothing | steps |\n|---|---|---:|---:|---:|")
    yield from hardest(bugs)
    yield "\n## What is unreached, and why\n"
    reasons = collections.defaultdict(list)
    for row in rows_of(FOLDER / "unreached_now.tsv", ("file", "line", "function", "text", "reason")):
        reasons[row["file"], row["function"], row["reason"]].append(row["line"])
    for (file, function, reason), lines in reasons.items():
        yield f"- `{function}` ({file}:{', '.join(lines)}): {reason}"


def measure(name, command):
    """Runs a meter; whether it met its goals."""
    began = time.monotonic()
    print(f"{name:24}", end="", file=sys.stderr, flush=True)
    log = pathlib.Path(f"build/log/strength-{name}.log")
    with open(FOLDER / f"{name}.txt", "w", encoding="utf-8") as output, open(log, "w", encoding="utf-8") as errors:
        code = subprocess.run(command.split(), stdout=output, stderr=errors, check=False).returncode
    print(f"{time.monotonic() - began:4.0f} s", file=sys.stderr)
    if code not in (0, 2):
        print("\n".join(log.read_text(encoding="utf-8").splitlines()[-20:]), file=sys.stderr)
        raise CouldNotRun(f"{command} could not run")
    return code == 0


def git(*words):
    """What it prints; None if it says no."""
    ended = subprocess.run(["git", *words], stdout=subprocess.PIPE, text=True, check=False)
    return ended.stdout.strip() if ended.returncode == 0 else None


def main():
    parser = Parser("ci/strength", __doc__)
    parser.add_argument("--quick", action="store_const", const="quick", dest="mode", default="quick",
                        help="every seeded bug with few seeds and without libFuzzer; every mutant of core/iov, until something "
                        "kills it; tags; coverage (the default). Half an hour on 2 cores")
    parser.add_argument("--full", action="store_const", const="full", dest="mode",
                        help="every seeded bug with 20 seeds, and with one of libFuzzer; every mutant, until something kills "
                        "it; tags; coverage. Two hours")
    mode = parser.parse_args().mode
    os.chdir(PROJECT)
    FOLDER.mkdir(exist_ok=True)
    commit = git("rev-parse", "HEAD")
    if not commit:
        raise CouldNotRun("the page names a commit, and here is none")

    def unchanged():
        return git("diff", "--quiet", "HEAD", "--", ".", ":!STRENGTH.md") is not None and git("rev-parse", "HEAD") == commit

    if not unchanged():
        raise CouldNotRun("commit what has changed: the page names the one commit that all of it was measured at")
    missed = [name for name, commands in COMMANDS.items() if not measure(name, commands[mode])]
    if not unchanged():
        raise CouldNotRun("something has changed meanwhile, so not all was measured at one commit")
    measured_on = call_lib_sh("ci/strength", "measured_on")
    unseen = without_mutants(rows_of("build/mutants/results.tsv"))
    missed += ["functions"] * bool(unseen)
    pathlib.Path("STRENGTH.md").write_text("\n".join([*page(mode, commit[:7], measured_on, unseen), ""]), encoding="utf-8")
    print("STRENGTH.md is written" + (f"; goals are missed in: {' '.join(missed)}" if missed else ""))
    return 2 if missed else 0


if __name__ == "__main__":
    end_with("ci/strength", main)
