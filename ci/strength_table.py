"""Coverage beside the mutation score, function by function: the gap between the two is what tests run but do not check.

The one fact that matters: a mutant belongs to the function whose lines it is in. Called by ci/strength.

usage: strength_table.py COVERAGE.tsv MUTANTS.tsv

Reads what ci/coverage and ci/mutate leave behind, and prints Markdown.
"""

import collections
import csv
import sys

KILLED = ("killed", "crashed", "timeout")


def main():
    # {(file, first line, last line, function): {source: (lines, lines reached, branches, branches reached)}}
    functions = collections.defaultdict(dict)
    with open(sys.argv[1], encoding="utf-8") as file:
        for source, path, first, last, name, *counts in csv.reader(file, delimiter="\t"):
            functions[(path, int(first), int(last), name)][source] = [int(count) for count in counts]
    verdicts = collections.defaultdict(collections.Counter)
    strays = 0
    with open(sys.argv[2], encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if not row["file"].startswith(("core/iov/", "core/model/")):
                continue
            line = int(row["line"])
            inside = [key for key in functions if key[0] == row["file"] and key[1] <= line <= key[2]]
            strays += not inside
            for key in inside:
                verdicts[key][row["verdict"]] += 1

    print("\n## Coverage and mutation score, function by function\n")
    print("Of each function: the branches that the suite reaches, and of its mutants those that some test kills, the")
    print("equivalent ones left out. The gap between the two is what runs and is not checked. From `ci/coverage` and")
    print("`ci/mutate`.\n")
    print("| function | lines | branches | mutants | killed | score | gap |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    all_mutants = all_killed = 0
    for key in sorted(verdicts):
        counts = verdicts[key]
        killed = sum(counts[verdict] for verdict in KILLED)
        judged = sum(counts.values()) - counts["equivalent"] - counts["unbuildable"]
        all_mutants += judged
        all_killed += killed
        lines, reached, ways, taken = functions[key].get("suite", [0, 0, 0, 0])
        coverage = taken / ways if ways else (reached / lines if lines else 0)
        score = killed / judged if judged else 1
        print(f"| `{key[3]}` ({key[0].removeprefix('core/')}:{key[1]}) | {reached}/{lines} | {taken}/{ways} | {judged} | {killed} | "
              f"{100 * score:.0f} % | {100 * (coverage - score):+.0f} |")
    score = 100 * all_killed / all_mutants if all_mutants else 0
    print(f"| **together** | | | {all_mutants} | {all_killed} | {score:.1f} % | |")
    if strays:
        print(f"\n{strays} mutants are outside of functions that coverage knows.")


main()
