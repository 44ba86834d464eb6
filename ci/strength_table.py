"""The page STRENGTH.md, from what ci/strength has measured: a row for each meter, and what is worth a look.

usage: strength_table.py quick|full COMMIT MACHINE

Reads build/strength and build/mutants, prints Markdown, and writes build/strength/functions.tsv: of each function of
the library and the model its coverage beside its mutants. What tests run but do not check has the one and lives in the
other. Ends with 2 if a function of more than 3 lines has no mutants: then something keeps ci/mutate from seeing it.
"""

import collections
import csv
import pathlib
import sys

FOLDER = pathlib.Path("build/strength")
KILLED = ("killed", "crashed", "timeout")
SOURCES = ("examples", "random tester", "libFuzzer", "suite")
MOST_LINES_WITHOUT_MUTANTS = 3
MOST_MISSED = 6  # lines of the page
NOT_MEASURED = "not measured in a quick run"


def rows_of(path, columns=None):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, columns, delimiter="\t", quoting=csv.QUOTE_NONE))


def share(part, whole):
    return f"{part:,} of {whole:,}" + (f" ({min(99.9, 100 * part / whole):.1f} %)" if 0 < part < whole else "")


# ---- Seeded bugs

def number(cell):
    """Programs until found; what was not found comes last."""
    return int(cell) if cell.isdigit() else sys.maxsize


def found_always(bug, source):
    found, runs = bug[source].split(" of ")
    return runs != "0" and found == runs


def seeded_rows(bugs, command):
    small = [bug for bug in bugs if "size: " not in bug["needs"] and "sanitizer" not in bug["needs"]]
    found = [bug for bug in small if found_always(bug, "examples") or found_always(bug, "enumeration")]
    yield ("seeded bugs that need no size", "the examples or enumeration find each", share(len(found), len(small)), command)
    random = [bug for bug in bugs if found_always(bug, "random tester") and number(bug["random tester median"]) <= 100_000]
    seeds = min(int(bug["random tester"].split(" of ")[1]) for bug in bugs)
    yield ("seeded bugs, random tester", "half of 20 seeds find each within 100,000 programs, all within 1,000,000",
           f"{share(len(random), len(bugs))}, with {seeds} seeds", command)
    runs = [[bug[source] for source in ("libFuzzer, empty", "libFuzzer, seeds")] for bug in bugs]
    if all(cell.endswith(" of 0") for cells in runs for cell in cells):
        met = NOT_MEASURED
    else:
        good = [bug for bug in bugs if number(bug["libFuzzer, empty median"]) <= 1_000_000
                and number(bug["libFuzzer, seeds median"]) <= 1_000_000]
        seeds = min(int(cell.split(" of ")[1]) for cells in runs for cell in cells)
        met = f"{share(len(good), len(bugs))}, with {seeds} seeds"
    yield ("seeded bugs, libFuzzer", "half of 20 seeds find each within 1,000,000, from nothing and from the corpus", met,
           command)


def told(bug, source):
    median, worst = bug[f"{source} median"], bug[f"{source} worst"]
    return " / ".join(f"{int(cell):,}" if cell.isdigit() else "-" for cell in (median, worst))


def hardest(bugs):
    yield "| bug | needs | random tester | libFuzzer, from nothing | steps |"
    yield "|---|---|---:|---:|---:|"
    order = sorted(bugs, key=lambda bug: (number(bug["random tester median"]), number(bug["random tester worst"])))
    for bug in order[:-11:-1]:
        yield (f"| {bug['bug']} | {bug['needs'] or '-'} | {told(bug, 'random tester')} | {told(bug, 'libFuzzer, empty')} | "
               f"{bug['steps']} |")


# ---- Coverage and mutants

def read_coverage():
    """{(file, first line, last line, function): {source: (lines, lines reached, branches, branches reached)}}"""
    functions = collections.defaultdict(dict)
    with open(FOLDER / "coverage.tsv", encoding="utf-8") as file:
        for source, name, first, last, function, *counts in csv.reader(file, delimiter="\t"):
            functions[(name, int(first), int(last), function)][source] = [int(count) for count in counts]
    return functions


def coverage_row(functions, folder, command):
    sums = [sum(counts) for counts in zip(*(coverage["suite"] for key, coverage in functions.items()
                                            if key[0].startswith(folder) and "suite" in coverage))]
    return (f"coverage of {folder}", "the suite reaches each line and way out of a condition, or ci/unreached.tsv says why not",
            f"lines {share(sums[1], sums[0])}, ways out {share(sums[3], sums[2])}", command)


def innermost(functions, file, line):
    inside = [key for key in functions if key[0] == file and key[1] <= line <= key[2]]
    return min(inside, key=lambda key: key[2] - key[1], default=None)


def mutant_rows(mutants, command):
    for area, name in (("iov", "core/iov"), ("model", "core/model"), ("comparator", "what compares (core/lockstep/oracles)")):
        counts = collections.Counter(mutant["verdict"] for mutant in mutants if mutant["area"] == area)
        killed = sum(counts[verdict] for verdict in KILLED)
        asked = killed + counts["survived"]
        met = f"killed {share(killed, asked)}; {counts['equivalent']} more are equivalent" if asked else NOT_MEASURED
        yield (f"mutants of {name}", "some test kills each, or ci/mutants/equivalent.txt says why none can", met, command)


def write_functions(functions, mutants):
    """Returns those that ci/mutate does not see."""
    verdicts = collections.defaultdict(collections.Counter)
    areas = {mutant["file"] for mutant in mutants}
    for mutant in mutants:
        key = innermost(functions, mutant["file"], int(mutant["line"]))
        # What begins a member, and what nobody counts.
        verdicts[key or (mutant["file"], 0, 0, mutant["function"])][mutant["verdict"]] += 1
    with open(FOLDER / "functions.tsv", "w", encoding="utf-8") as file:
        print("file", "line", "function", *(f"{source}: {what}" for source in SOURCES for what in ("lines", "ways out")),
              "mutants killed", "live", "equivalent", sep="\t", file=file)
        for key in sorted({*functions, *verdicts}):
            counts = verdicts[key]
            reached = [functions.get(key, {}).get(source, (0, 0, 0, 0)) for source in SOURCES]
            print(key[0], key[1], key[3], *(cell for one in reached for cell in (f"{one[1]}/{one[0]}", f"{one[3]}/{one[2]}")),
                  sum(counts[verdict] for verdict in KILLED), counts["survived"], counts["equivalent"], sep="\t", file=file)
    return [key for key, coverage in functions.items() if key[0] in areas and not verdicts[key]
            and max(counts[0] for counts in coverage.values()) > MOST_LINES_WITHOUT_MUTANTS]


# ---- The page

def missed_lines(unseen):
    """What each meter printed about what it misses."""
    begins = ("missed: ", "too rare: ", "mutant ", "equivalent.txt is wrong")
    lines = [line for name in ("seeded_bugs", "tags", "mutate")
             for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line.startswith(begins)]
    lines += [line.removeprefix("- ") for line in (FOLDER / "coverage.txt").read_text(encoding="utf-8").splitlines()
              if line.endswith((": not explained", "is explained, but reached, or gone"))]
    return lines + [f"{key[0]}:{key[1]}: {key[3]} has no mutant" for key in unseen]


def main():
    mode, commit, machine = sys.argv[1:]
    bugs = rows_of(FOLDER / "seeded_bugs.tsv")
    tags = rows_of(FOLDER / "tags.tsv")
    mutants = rows_of("build/mutants/results.tsv")
    functions = read_coverage()
    unseen = write_functions(functions, mutants)
    missed = missed_lines(unseen)
    rare = sum(line.startswith("too rare: ") for line in missed)
    quick = mode == "quick"
    meters = [*seeded_rows(bugs, "`ci/seeded_bugs --quick`" if quick else "`ci/seeded_bugs`"),
              *mutant_rows(mutants, "`ci/mutate --only core/iov`" if quick else "`ci/mutate --full`"),
              ("tags of steps", "each random source meets each threshold, and runs each operation",
               f"{sum('/' in tag['tag'] for tag in tags)} tags, {len(tags[0]) - 2} sources, {rare} too rare", "`ci/tags`"),
              *(coverage_row(functions, folder, "`ci/coverage`") for folder in ("core/iov", "core/model"))]

    print(f"# What this harness would notice\n\nWritten by `ci/strength --{mode}`; never edited by hand. All of it was "
          f"measured at commit {commit}, on {machine}.\n")
    if missed:
        print(f"**{len(missed)} goals are missed:**\n")
        print(*(f"- {line}" for line in missed[:MOST_MISSED]), sep="\n")
        if len(missed) > MOST_MISSED:
            print(f"- and {len(missed) - MOST_MISSED} more: `build/strength/*.txt`")
    else:
        print("**All goals are met.**" if not quick else
              "**No goal is missed by a quick run**, which has 3 seeds, no libFuzzer, and mutants of core/iov only.")
    print("\n| meter | asked | met | command |\n|---|---|---|---|")
    for meter in meters:
        print(f"| {' | '.join(meter)} |")
    print("\n## The ten hardest bugs\n\nPrograms until found, the median and the worst of all seeds; steps of the smallest "
          f"program. All {len(bugs)}: `build/strength/seeded_bugs.tsv`.\n")
    print(*hardest(bugs), sep="\n")
    print("\n## What is unreached, and why\n\nBy function: `build/strength/functions.tsv`.\n")
    reasons = collections.defaultdict(list)
    for row in rows_of(FOLDER / "unreached.tsv", ("file", "line", "function", "text", "reason")):
        reasons[row["file"], row["function"], row["reason"]].append(row)
    for (file, function, reason), rows in reasons.items():
        print(f"- `{function}` ({file}:{', '.join(row['line'] for row in rows)}): {reason}")
    return 2 if unseen else 0


sys.exit(main())
