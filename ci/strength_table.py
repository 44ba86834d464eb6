"""The page STRENGTH.md, from what the meters have left in build/strength: a row for each, and what is worth a look.

A meter prints its row as a line `meter<tab>name<tab>asked<tab>met`, and what it misses.

usage: strength_table.py quick|full COMMIT MACHINE

Prints Markdown. Ends with 2 if a function of more than 3 lines has no mutants: then something keeps ci/mutate from
seeing it.
"""

import collections
import csv
import pathlib
import sys

FOLDER = pathlib.Path("build/strength")
COMMANDS = {"seeded_bugs": {"quick": "ci/seeded_bugs --quick", "full": "ci/seeded_bugs"},
            "mutate": {"quick": "ci/mutate --only core/iov", "full": "ci/mutate --full"},
            "tags": collections.defaultdict(lambda: "ci/tags"),
            "coverage": collections.defaultdict(lambda: "ci/coverage")}
MISSED = ("missed: ", "too rare: ", "mutant ", "equivalent.txt is wrong")
MOST_MISSED = 6  # lines of the page
MOST_LINES_WITHOUT_MUTANTS = 3


def rows_of(path, columns=None):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, columns, delimiter="\t", quoting=csv.QUOTE_NONE))


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
    """Functions of files that were mutated, with lines and no mutant."""
    lines = collections.defaultdict(set)
    for mutant in mutants:
        lines[mutant["file"]].add(int(mutant["line"]))
    functions = rows_of(FOLDER / "coverage.tsv", ("source", "file", "first", "last", "function", "lines"))
    return sorted({f"{row['file']}:{row['first']}: {row['function']} has no mutant" for row in functions
                   if row["file"] in lines and int(row["lines"]) > MOST_LINES_WITHOUT_MUTANTS
                   and not any(int(row["first"]) <= line <= int(row["last"]) for line in lines[row["file"]])})


def main():
    mode, commit, machine = sys.argv[1:]
    bugs = rows_of(FOLDER / "seeded_bugs.tsv")
    unseen = without_mutants(rows_of("build/mutants/results.tsv"))
    meters, missed = [], []
    for name, commands in COMMANDS.items():
        for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("meter\t"):
                meters.append([*line.split("\t")[1:], f"`{commands[mode]}`"])
            elif line.startswith(MISSED):
                missed.append(line)
    missed += unseen

    print(f"# What this harness would notice\n\nWritten by `ci/strength --{mode}`; never edited by hand. All of it was "
          f"measured at commit {commit}, on {machine}.\n")
    if missed:
        print(f"**{len(missed)} goals are missed:**\n")
        print(*(f"- {line}" for line in missed[:MOST_MISSED]), sep="\n")
        if len(missed) > MOST_MISSED:
            print(f"- and {len(missed) - MOST_MISSED} more: `build/strength/*.txt`")
    elif mode == "full":
        print("**All goals are met.**")
    else:
        print("**A quick run misses no goal.** It has few seeds, no libFuzzer, and mutants of core/iov only.")
    print("\n| meter | asked | met | command |\n|---|---|---|---|")
    for meter in meters:
        print(f"| {' | '.join(meter)} |")
    print("\n## The ten hardest bugs\n\nPrograms until found, the median and the worst of all seeds; steps of the smallest "
          f"program. All {len(bugs)}: `build/strength/seeded_bugs.tsv`.\n\n"
          "| bug | needs | random tester | libFuzzer, from nothing | steps |\n|---|---|---:|---:|---:|")
    print(*hardest(bugs), sep="\n")
    print("\n## What is unreached, and why\n")
    reasons = collections.defaultdict(list)
    for row in rows_of(FOLDER / "unreached.tsv", ("file", "line", "function", "text", "reason")):
        reasons[row["file"], row["function"], row["reason"]].append(row["line"])
    for (file, function, reason), lines in reasons.items():
        print(f"- `{function}` ({file}:{', '.join(lines)}): {reason}")
    return 2 if unseen else 0


sys.exit(main())
