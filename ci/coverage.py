# SPDX-License-Identifier: Apache-2.0
"""Which lines and outcomes of conditions of core/iov and core/model are reached by the examples alone, by the random tester
alone, by libFuzzer alone, and by the suite (less the seeded bugs).

About 3 minutes from a clean clone. What several instantiations of a template reach is added up. Coverage says that a line
ran, not that anybody would have noticed a mistake in it: that is what ci/mutate asks.

Written are build/strength/coverage.tsv (source, file, first line, last line, function, lines, lines reached, outcomes
of conditions, outcomes reached) and build/strength/unreached_now.tsv (file, line, function, text, reason: reached
by no source). Both are printed in short. ci/unreached.tsv explains what no source reaches: file, function, text of the
line (or `CONDITION is true`, `CONDITION is false`) and reason, with tabs between. A brace by itself belongs to the line
before it.

Exit: 0 every line and outcome of a condition is reached or explained; 2 one is not, or one that is explained is reached
after all; 1 could not run.
"""

import collections
import csv
import glob
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

from shared import PROJECT, TSV, CouldNotRun, Parser, call_lib_sh, end_with, number_between, write_table

SCRIPT = "ci/coverage"
BUILD = pathlib.Path("build/coverage")
OUTPUT = pathlib.Path("build/strength")
FOLDERS = ("core/iov/", "core/model/")
INTERFACES = ("iov", "qemu_iov", "qemu_iov_10")


def commands(programs, scratch):
    """By source: of each command the variables of its environment, and its words. All but the suite run against both of the
    library's interfaces, C++ and C.
    """
    longest_input = call_lib_sh(SCRIPT, "fuzz_targets", BUILD).split()[1]
    return {
        "examples": [([], ["tester", "replay", "--quiet", "--against", interface, *sorted(glob.glob("corpus/examples/*.iov"))])
                     for interface in INTERFACES],
        "random tester": [([], ["tester", "random", "--against", interface, "--seed", "1", "--programs", str(programs),
                                "--output", scratch]) for interface in INTERFACES],
        "libFuzzer": [([f"LOCKSTEP_AGAINST={interface}"],
                       ["lockstep_fuzzer", f"-runs={programs}", "-seed=1", "-len_control=0", f"-max_len={longest_input}",
                        "-print_funcs=0", f"-artifact_prefix={scratch}/"]) for interface in INTERFACES],
        # Those that look for seeded bugs reach nothing more, and take long.
        "suite": [([], ["props", "--gtest_filter=-SeededBug*"]), ([], ["socket_test"])]}


def llvm_tool(name):
    """Of the compiler's own version, where there is one: the format of what is counted changes."""
    clang = call_lib_sh(SCRIPT, "pick_clang").strip()
    version = subprocess.run([clang, "-dumpversion"], stdout=subprocess.PIPE, text=True, check=True).stdout.split(".", 1)[0]
    found = shutil.which(f"{name}-{version}") or shutil.which(name)
    if not found:
        raise CouldNotRun(f"no {name}; it comes with the package llvm-14")
    return found


class Source:
    """What one source of programs reached: lines {file: {line: count}}, outcomes {file: {place: [true, false]}} and the
    functions that there are {(file, first line, last line): name}."""

    def __init__(self, name, runs, scratch):
        """Runs it, as a stage that is told to standard error."""
        self.name, self.lines, self.outcomes, self.functions = name, {}, {}, {}
        prefix = f"{scratch}/{name.replace(' ', '-')}"
        line = " && ".join(
            shlex.join(["env", f"LLVM_PROFILE_FILE={prefix}-%p.profraw", *variables, str(BUILD / executable), *arguments])
            for variables, (executable, *arguments) in runs)
        call_lib_sh(SCRIPT, "stage", f"count {name}", "bash", "-c", line, stdout=2)
        self._merged = f"{prefix}.profdata"
        subprocess.run([llvm_tool("llvm-profdata"), "merge", "-o", self._merged, *glob.glob(f"{prefix}-*.profraw")], check=True)
        self._executables = list(dict.fromkeys(words[0] for _, words in runs))
        self._read_lines(self._export("lcov"))
        self._read_outcomes(json.loads(self._export("text"))["data"][0])

    def _llvm_cov(self, subcommand, *options):
        first, *others = (str(BUILD / executable) for executable in self._executables)
        return subprocess.run(
            [llvm_tool("llvm-cov"), subcommand, *options, "-instr-profile", self._merged, first,
             *(word for other in others for word in ("-object", other)), *FOLDERS], stdout=subprocess.PIPE, text=True,
            check=True).stdout

    def _export(self, form):
        return self._llvm_cov("export", f"-format={form}", "-skip-expansions")

    def write_html(self, folder):
        """The sources with how often each line ran, in a folder of this one."""
        self._llvm_cov("show", "-format=html", f"-output-dir={folder / self.name.replace(' ', '-')}", "-show-branches=count")

    def _read_lines(self, lcov):
        for kind, value in re.findall(r"^(SF|DA):(.*)$", lcov, re.MULTILINE):
            if kind == "SF":
                of_file = self.lines[os.path.relpath(value)] = {}
            else:
                line, count = map(int, value.split(","))
                of_file[line] = count

    def _read_outcomes(self, data):
        for entry in data["files"]:
            of_file = self.outcomes[os.path.relpath(entry["filename"])] = collections.defaultdict(lambda: [0, 0])
            for *place, true, false in (branch[:6] for branch in entry["branches"]):
                of_file[tuple(place)] = [of_file[tuple(place)][0] + true, of_file[tuple(place)][1] + false]
        for function in data["functions"]:
            path = os.path.relpath(function["filenames"][0])
            if path.startswith(FOLDERS) and function["regions"]:
                first, _, last = function["regions"][0][:3]
                # The C interface is compiled again for each API level, under other names.
                self.functions[path, first, last] = re.sub(r"_at_level_\d+$", "", function["name"].split(":")[-1])


def short_name(demangled):
    """`iov::(anonymous namespace)::f<int>` as `f`, `iov::IoVector::add` as `IoVector::add`."""
    name = demangled.replace("(anonymous namespace)::", "").replace("[abi:cxx11]", "")
    while (shorter := re.sub(r"(?<!operator)(?<!operator<)<[^<>]*>", "", name)) != name:
        name = shorter
    return re.sub(r"^((iov|model|detail|lockstep)::)+", "", name)


def outer_functions(sources):
    """[(file, first line, last line, name)] of the functions that lie in no other; lambdas count as part of theirs."""
    spans = collections.ChainMap(*(source.functions for source in sources))
    demangled = subprocess.run(["c++filt", "--no-params"], input="\n".join(spans.values()), capture_output=True, text=True,
                               check=True).stdout.split("\n")
    # Several on the same lines are instantiations, or constructors of one class; the last line decides which is outer.
    outer = []
    for (path, first, last), name in sorted(zip(spans, demangled), key=lambda s: (s[0][0], s[0][1], -s[0][2])):
        if not (outer and outer[-1][0] == path and outer[-1][1] <= first and last <= outer[-1][2]):
            outer.append((path, first, last, short_name(name)))
    return outer


def unreached_by_all(sources, functions):
    """[(file, line, function, what)]: lines, and outcomes of conditions, that no source reaches."""
    unreached = []
    for path in sorted({function[0] for function in functions}):
        text = pathlib.Path(path).read_text(encoding="utf-8").split("\n")
        lines, outcomes = collections.Counter(), collections.defaultdict(collections.Counter)
        for source in sources:
            lines.update(source.lines.get(path, {}))
            for place, counts in source.outcomes.get(path, {}).items():
                outcomes[place].update(dict(zip(("true", "false"), counts)))
        unreached += [(path, line, text[line - 1].strip()) for line, count in lines.items()
                      if count == 0 and not (text[line - 1].strip() == "}" and lines.get(line - 1) == 0)]
        for (line, begin, last_line, end), counts in outcomes.items():
            condition = text[line - 1][begin - 1:end - 1 if last_line == line else None]
            # On a line that is not reached at all, nothing more is to be said.
            if lines[line] > 0:
                unreached += [(path, line, f"{condition} is {word}") for word, count in counts.items() if count == 0]
    return sorted((path, line, function_at(functions, path, line), what) for path, line, what in unreached)


def function_at(functions, path, line):
    return next((name for file, first, last, name in functions if file == path and first <= line <= last), "")


def by_function(source, functions):
    """Rows of coverage.tsv."""
    for path, first, last, name in functions:
        lines = [count for line, count in source.lines.get(path, {}).items() if first <= line <= last]
        outcomes = [count for place, both in source.outcomes.get(path, {}).items() if first <= place[0] <= last
                    for count in both]
        yield (source.name, path, first, last, name, len(lines), sum(map(bool, lines)), len(outcomes), sum(map(bool, outcomes)))


def percents(rows, source, folder):
    """How many of the lines and of the outcomes of conditions the source reaches there."""
    mine = [row for row in rows if row[0] == source.name and row[1].startswith(folder)]
    for column in (5, 7):
        whole, part = (sum(row[which] for row in mine) for which in (column, column + 1))
        yield "-" if whole == 0 else "100 %" if part == whole else f"{min(99.9, 100 * part / whole):.1f} %"


def report(sources):
    """Writes the tables and prints them in short; returns the exit code."""
    functions = outer_functions(sources)
    rows = [row for source in sources for row in by_function(source, functions)]
    write_table(OUTPUT / "coverage.tsv", rows)
    print("| | " + " | ".join(f"{source.name}: lines | outcomes" for source in sources) + " |")
    print("|---" + "|---:" * 2 * len(sources) + "|")
    for folder in FOLDERS:
        cells = [cell for source in sources for cell in percents(rows, source, folder)]
        print(f"| `{folder[:-1]}` | {' | '.join(cells)} |")

    with open("ci/unreached.tsv", encoding="utf-8") as file:
        explained = {tuple(row[:3]): row[3] for row in csv.reader(file, **TSV) if row and not row[0].startswith("#")}
    unreached = [(*what, explained.get((what[0], *what[2:]))) for what in unreached_by_all(sources, functions)]
    write_table(OUTPUT / "unreached_now.tsv", ((*what, reason or "not explained") for *what, reason in unreached))
    print("\nWhat no source reaches:\n")
    for path, line, function, text, reason in unreached:
        print(f"{'- ' if reason else 'missed: '}`{path}:{line}` {function}: `{text}`: {reason or 'not explained'}")
    if not unreached:
        print("- none")
    for folder in FOLDERS:
        lines, outcomes = percents(rows, sources[-1], folder)
        print("meter", f"coverage of {folder[:-1]} by the {sources[-1].name}",
              "each line and outcome of a condition is reached, or explained below",
              f"{lines} of lines, {outcomes} of outcomes", sep="\t")
    needless = explained.keys() - {(path, *what) for path, _, *what, _ in unreached}
    for path, function, text in sorted(needless):
        print(f"missed: `{path}` {function}: `{text}` is explained, but reached, or gone")
    return 2 if needless or not all(what[-1] for what in unreached) else 0


def main():
    parser = Parser(SCRIPT, __doc__)
    parser.add_argument("--programs", type=number_between(1, 1_000_000_000), default=100_000, metavar="N",
                        help="for the random tester and for libFuzzer from an empty corpus, each with seed 1 (100000)")
    parser.add_argument("--html", type=lambda text: pathlib.Path(text).absolute(), metavar="DIR",
                        help="a folder for the sources as pages, with how often each line ran: DIR/SOURCE/index.html")
    asked = parser.parse_args()
    os.chdir(PROJECT)
    call_lib_sh(SCRIPT, "./ci/setup", stdout=2)
    call_lib_sh(SCRIPT, "build", "coverage", "tester", "lockstep_fuzzer", "props", "socket_test", stdout=2)
    OUTPUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        sources = [Source(name, runs, scratch) for name, runs in commands(asked.programs, scratch).items()]
        for source in sources if asked.html else ():
            source.write_html(asked.html)
    return report(sources)


if __name__ == "__main__":
    end_with(SCRIPT, main)
