"""Coverage beside the mutation score, function by function: the gap between the two is what tests run but do not check.

A mutant belongs to one function, the innermost of those whose lines it is in, so what the
table adds up to is what ci/mutate reports. Called by ci/strength.

usage: strength_table.py COVERAGE.tsv MUTANTS.tsv

Reads what ci/coverage and ci/mutate leave behind, and prints Markdown. Ends with 2 if a function of more than 3 lines
has no mutants: then something keeps ci/mutate from seeing it.
"""

import collections
import csv
import sys

KILLED = ("killed", "crashed", "timeout")
SOURCES = ("examples", "random tester", "libFuzzer", "suite")
MOST_LINES_WITHOUT_MUTANTS = 3


def read_coverage(path):
    """{(file, first line, last line, function): {source: (lines, lines reached, branches, branches reached)}}"""
    functions = collections.defaultdict(dict)
    with open(path, encoding="utf-8") as file:
        for source, name, first, last, function, *counts in csv.reader(file, delimiter="\t"):
            functions[(name, int(first), int(last), function)][source] = [int(count) for count in counts]
    return functions


def innermost(functions, file, line):
    inside = [key for key in functions if key[0] == file and key[1] <= line <= key[2]]
    return min(inside, key=lambda key: key[2] - key[1], default=None)


def share(counts):
    """Of the branches, or of the lines where there are none."""
    lines, reached, ways, taken = counts
    return taken / ways if ways else (reached / lines if lines else 0)


def row(key, coverage, counts):
    killed = sum(counts[verdict] for verdict in KILLED)
    judged = killed + counts["survived"]
    cells = [f"{100 * share(coverage[source]):.0f} %" if source in coverage else "-" for source in SOURCES]
    suite = coverage.get("suite")
    lines = f"{suite[1]}/{suite[0]}" if suite else "-"
    branches = f"{suite[3]}/{suite[2]}" if suite else "-"
    score = f"{100 * killed / judged:.0f} %" if judged else "-"
    gap = f"{100 * (share(suite) - killed / judged):+.0f}" if judged and suite else "-"
    place = f"{key[0].removeprefix('core/')}:{key[1]}" if key[1] else key[0].removeprefix("core/")
    return (f"| `{key[3]}` ({place}) | {' | '.join(cells[:-1])} | {lines} | {branches} | {judged} | "
            f"{counts['equivalent']} | {killed} | {score} | {gap} |")


def main():
    functions = read_coverage(sys.argv[1])
    verdicts = collections.defaultdict(collections.Counter)
    with open(sys.argv[2], encoding="utf-8") as file:
        for mutant in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            key = innermost(functions, mutant["file"], int(mutant["line"]))
            # What begins a member, and what nobody counts.
            verdicts[key or (mutant["file"], 0, 0, mutant["function"])][mutant["verdict"]] += 1

    print("\n## Coverage and mutation score, function by function\n")
    print("Of each function: how many of its branches (of its lines, where it has none) the examples, the random tester and")
    print("libFuzzer reach, each alone; the lines and branches that the suite reaches; and of its mutants those that some test")
    print("kills, the equivalent ones left out. The gap is what the suite reaches less the score: what runs and is not")
    print("checked. Nothing is counted for the comparator, and for what begins members. From `ci/coverage` and `ci/mutate`.\n")
    print("| function | examples | random tester | libFuzzer | suite: lines | branches | mutants | equivalent | killed | "
          "score | gap |")
    print("|---|" + "---:|" * 10)
    together = collections.defaultdict(collections.Counter)
    for key in sorted({*functions, *verdicts}):
        print(row(key, functions.get(key, {}), verdicts[key]))
        together[key[0].rsplit("/", 1)[0]].update(verdicts[key])
    for folder, counts in {**together, "together": sum(together.values(), collections.Counter())}.items():
        killed = sum(counts[verdict] for verdict in KILLED)
        judged = killed + counts["survived"]
        score = f"{100 * killed / judged:.1f} %" if judged else "-"
        print(f"| **{folder}** | | | | | | {judged} | {counts['equivalent']} | {killed} | {score} | |")

    unseen = [key for key, coverage in functions.items() if not verdicts[key]
              and max(counts[0] for counts in coverage.values()) > MOST_LINES_WITHOUT_MUTANTS]
    if unseen:
        print(f"\nFunctions of more than {MOST_LINES_WITHOUT_MUTANTS} lines without a mutant, which is a goal missed:\n")
        for file, first, _, name in unseen:
            print(f"- `{name}` ({file}:{first})")
    return 2 if unseen else 0


sys.exit(main())
