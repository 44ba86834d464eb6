"""Which lines and branches of the library and the model each source of programs reaches.

What several instantiations of a template reach is added up, so a line counts as reached if
any of them reaches it. Reads what `llvm-cov export` writes; called by ci/coverage, which says where it comes from.

usage: coverage_table.py OUTPUT_DIR UNREACHED_LIST SOURCE=EXPORT.json...

Writes OUTPUT_DIR/coverage.tsv (source, file, first line, last line, function, lines, lines reached, branches, branches
reached; a branch has two outcomes) and OUTPUT_DIR/unreached.tsv (file, line, function, text, reason: reached by no
source), and prints both in short. UNREACHED_LIST explains what no source reaches: file, function, text of the line (or
`CONDITION is true`, `CONDITION is false`) and reason, with tabs between. A brace by itself belongs to the line before it.
Ends with 2 if something is neither reached nor explained, or if what is explained is reached after all.
"""

import collections
import json
import os
import re
import subprocess
import sys


def lines_of(segments):
    """How often each line ran: {line: count}, as llvm-cov counts it."""
    by_line = collections.defaultdict(list)
    for segment in segments:
        by_line[segment[0]].append(segment)
    counts = {}
    wrapped = None
    if not segments:
        return counts
    for line in range(segments[0][0], segments[-1][0] + 1):
        here = by_line.get(line, [])
        entries = [s for s in here if s[3] and s[4] and not s[5]]
        skipped = bool(here) and not here[0][3] and here[0][4]
        if not skipped and ((wrapped is not None and wrapped[3]) or entries):
            count = wrapped[2] if wrapped is not None and wrapped[3] else 0
            counts[line] = max([count] + [s[2] for s in entries])
        if here:
            wrapped = here[-1]
    return counts


def short_name(demangled):
    """`iov::(anonymous namespace)::f<int>(int)` as `f`, `iov::IoVector::add(...)` as `IoVector::add`."""
    name = demangled.replace("(anonymous namespace)::", "").replace("[abi:cxx11]", "")
    depth, out = 0, []
    for at, char in enumerate(name):
        if char == "(" and depth == 0 and not name[:at].endswith("operator"):
            break
        if char == "<" and "operator" not in name[max(0, at - 9):at]:
            depth += 1
        elif char == ">" and depth > 0:
            depth -= 1
        elif depth == 0:
            out.append(char)
    name = "".join(out).strip().split(" ")[-1]
    return re.sub(r"^(iov|model|detail|lockstep)::", "", re.sub(r"^(iov|model)::", "", name))


class Source:
    """What one source of programs reached."""

    def __init__(self, name, path, root):
        self.name = name
        self.lines = {}
        self.branches = {}
        self.functions = {}
        with open(path, encoding="utf-8") as file:
            data = json.load(file)["data"][0]
        for entry in data["files"]:
            path = os.path.relpath(entry["filename"], root)
            if not path.startswith(("core/iov/", "core/model/")):
                continue
            self.lines[path] = lines_of(entry["segments"])
            ways = collections.defaultdict(lambda: [0, 0])
            for branch in entry["branches"]:
                for way in (0, 1):
                    ways[tuple(branch[:4])][way] += branch[4 + way]
            self.branches[path] = ways
        for function in data["functions"]:
            path = os.path.relpath(function["filenames"][0], root)
            if path in self.lines and function["regions"]:
                region = function["regions"][0]
                mangled = function["name"].split(":")[-1]
                self.functions[(path, region[0], region[2])] = mangled


def outer_functions(sources):
    """[(file, first line, last line, name)] of the functions that lie in no other; lambdas count as part of theirs."""
    spans = {}
    for source in sources:
        spans.update(source.functions)
    demangled = subprocess.run(
        ["c++filt"], input="\n".join(spans.values()), capture_output=True, text=True, check=True
    ).stdout.split("\n")
    # Several on the same lines are instantiations, or constructors of one class; the last line decides which is outer.
    outer = []
    for (path, first, last), name in sorted(zip(spans, demangled), key=lambda s: (s[0][0], s[0][1], -s[0][2])):
        if outer and outer[-1][0] == path and outer[-1][1] <= first and last <= outer[-1][2]:
            continue
        outer.append((path, first, last, short_name(name)))
    return outer


def unreached_by_all(sources, functions):
    """[(file, line, function, what)]: lines, and outcomes of conditions, that no source reaches."""
    unreached = []
    for path in sorted({path for source in sources for path in source.lines}):
        with open(path, encoding="utf-8") as file:
            text = file.read().split("\n")
        lines, ways = collections.Counter(), collections.defaultdict(lambda: [0, 0])
        for source in sources:
            lines.update(source.lines.get(path, {}))
            for at, counts in source.branches.get(path, {}).items():
                ways[at] = [ways[at][way] + counts[way] for way in (0, 1)]
        unreached += [(path, line, text[line - 1].strip()) for line, count in lines.items()
                      if count == 0 and not (text[line - 1].strip() == "}" and lines.get(line - 1) == 0)]
        for (line, begin, last_line, end), counts in ways.items():
            condition = text[line - 1][begin - 1:end - 1 if last_line == line else None]
            # On a line that is not reached at all, nothing more is to be said.
            if lines[line] > 0:
                unreached += [(path, line, f"{condition} is {word}")
                              for word, count in zip(("true", "false"), counts) if count == 0]
    return sorted((path, line, function_at(functions, path, line), what) for path, line, what in unreached)


def function_at(functions, path, line):
    inside = [f for f in functions if f[0] == path and f[1] <= line <= f[2]]
    return min(inside, key=lambda f: f[2] - f[1])[3] if inside else ""


def percent(part, whole):
    if whole == 0:
        return "-"
    return "100 %" if part == whole else f"{min(99.9, 100 * part / whole):.1f} %"


def main():
    output, list_path = sys.argv[1], sys.argv[2]
    root = os.getcwd()
    sources = [Source(*argument.split("=", 1), root) for argument in sys.argv[3:]]
    functions = outer_functions(sources)

    rows = []
    for source in sources:
        for path, first, last, name in functions:
            lines = {line: n for line, n in source.lines.get(path, {}).items() if first <= line <= last}
            ways = [n for at, pair in source.branches.get(path, {}).items() if first <= at[0] <= last for n in pair]
            rows.append((source.name, path, first, last, name, len(lines), sum(n > 0 for n in lines.values()),
                         len(ways), sum(n > 0 for n in ways)))
    with open(os.path.join(output, "coverage.tsv"), "w", encoding="utf-8") as file:
        for row in rows:
            print(*row, sep="\t", file=file)

    print("| | " + " | ".join(f"{s.name}: lines | branches" for s in sources) + " |")
    print("|---" + "|---:" * 2 * len(sources) + "|")
    for folder in ("core/iov", "core/model"):
        cells = []
        for source in sources:
            mine = [row for row in rows if row[0] == source.name and row[1].startswith(folder + "/")]
            for column in (5, 7):
                cells.append(percent(sum(r[column + 1] for r in mine), sum(r[column] for r in mine)))
        print(f"| `{folder}` | " + " | ".join(cells) + " |")

    explained = {}
    with open(list_path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                path, function, text, reason = line.rstrip("\n").split("\t")
                explained[(path, function, text)] = reason
    unreached = unreached_by_all(sources, functions)
    bad = 0
    print("\nWhat no source reaches:\n")
    with open(os.path.join(output, "unreached.tsv"), "w", encoding="utf-8") as file:
        for path, line, function, text in unreached:
            reason = explained.get((path, function, text), "not explained")
            print(path, line, function, text, reason, sep="\t", file=file)
            is_explained = (path, function, text) in explained
            print(f"{'- ' if is_explained else 'missed: '}`{path}:{line}` {function}: `{text}`: {reason}")
            bad += not is_explained
    if not unreached:
        print("- none")
    for folder in ("core/iov", "core/model"):
        mine = [row for row in rows if row[0] == sources[-1].name and row[1].startswith(folder + "/")]
        met = (f"{percent(sum(r[column + 1] for r in mine), sum(r[column] for r in mine))} of {what}"
               for column, what in ((5, "lines"), (7, "outcomes")))
        print("meter", f"coverage of {folder} by the {sources[-1].name}",
              "each line and outcome of a condition is reached, or explained below", ", ".join(met), sep="\t")
    for key in sorted(explained.keys() - {(path, function, text) for path, _, function, text in unreached}):
        print(f"missed: `{key[0]}` {key[1]}: `{key[2]}` is explained, but reached, or gone")
        bad += 1
    return 2 if bad else 0


sys.exit(main())
