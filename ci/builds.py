# SPDX-License-Identifier: Apache-2.0
"""Builds with other compilers, under checkers and for other platforms, and runs each build: docs/builds.md.

Each row of the table is a build of its own in build/builds/NAME. Without names all are built. Every tester replays the
corpus, runs random programs and the beginning of each quick scope of the enumeration, and has to find a seeded bug. Its
traces are compared with those of the row `gcc`, which is x86-64. A checker has to report the faults planted for it.

Seconds are those that processes spent on a core, so that other load matters little. What a row printed is in
build/log/builds-NAME.log. A build that is there is only brought up to date: remove build/builds to measure all of it.

Exit: 0 nothing found, 2 found: one does not compile, differs, reports a fault or misses a planted one; 1 could not run.
"""

import dataclasses
import json
import os
import pathlib
import re
import resource
import shlex
import subprocess
import tempfile

from builds_table import BUILDS, QUICK, REFERENCES, ROWS
from shared import PROJECT, CouldNotRun, Parser, call_lib_sh, end_with

SEED = 1
TRACED = 10_000
SOUGHT = 10_000  # programs in which a seeded bug has to be found
IMPLEMENTATIONS = ("iov", "qemu_iov")


class Found(Exception):
    """What is wrong with a build, in a few words."""


def seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Log:
    """Runs commands, and keeps all that they print in one file."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(b"")

    def run(self, command):
        """The exit code, and the output."""
        command = [str(word) for word in command]
        with open(self.path, "a", encoding="utf-8") as log:
            print("$", shlex.join(command), file=log, flush=True)
            began = log.tell()
            code = subprocess.run(command, check=False, stdout=log, stderr=log).returncode
        return code, self.path.read_bytes()[began:].decode(errors="replace")

    def must(self, what, *command):
        """Fails with what if the command does not end with 0. An ending with 1 means: could not run."""
        code, text = self.run(command)
        if code == 1:
            raise CouldNotRun(what)
        if code != 0:
            last = text.strip().splitlines()[-1:] or ["no output"]
            raise Found(f"{what} ended with {code}: {last[0][:100]}")
        return text


def folder(row):
    return pathlib.Path(BUILDS, row.name)


def build(row, log):
    options = list(row.options)
    if row.before:
        log.must(row.before, row.before)
    if row.linked:
        compiled = pathlib.Path(BUILDS, pathlib.Path(row.linked).name + ".o").absolute()
        log.must(f"compiling {row.linked}", row.compiler, "-O1", "-c", row.linked, "-o", compiled)
        options.append(f"-DCMAKE_EXE_LINKER_FLAGS={compiled}")
    suite = "OFF" if row.targets == ("tester",) else "ON"
    log.must("configuring", "cmake", "--preset", row.preset, "-B", folder(row), f"-DIOV_LOCKSTEP_SUITE={suite}",
             f"-DCMAKE_CXX_COMPILER={row.compiler}", *options)
    code, _ = log.run(["cmake", "--build", folder(row), "--parallel", os.cpu_count(), "--target", *row.targets])
    if code != 0:
        raise Found("does not build")


def corpus():
    return sorted(str(path) for folder in ("examples", "regressions") for path in pathlib.Path("corpus", folder).glob("*.iov"))


class Traces:
    """What builds see: the byte form of the corpus, and a hash for each of its steps and of each random program."""

    def __init__(self):
        self.unbacked = set()  # titles of programs in an arena without memory
        self.seen = {}  # for the reference of each number of bits: lines, under the title of their program

    def trace(self, row, log):
        tester = [*row.emulator, folder(row) / "tester"]
        random = ["--seed", SEED, "--programs", row.traced or TRACED]
        if row.name == REFERENCES[64]:
            self.unbacked = {path for path in corpus() if "arena unbacked" in pathlib.Path(path).read_text(encoding="utf-8")}
            arenas = re.findall("^arena ([a-z]+)", log.must("printing programs", *tester, "random", "--print", *random), re.M)
            self.unbacked |= {f"program {number}" for number, arena in enumerate(arenas) if arena == "unbacked"}
        seen = {}
        with tempfile.TemporaryDirectory() as encoded:
            log.must("tester replay --encode", *tester, "replay", "--encode", encoded, *corpus())
            for path in sorted(pathlib.Path(encoded).iterdir()):
                seen[f"bytes of {path.name}"] = [path.read_bytes().hex()]
        for line in log.must("tester replay --trace", *tester, "replay", "--trace", *corpus()).splitlines():
            if line.startswith("corpus/"):
                steps = seen[line.partition(":")[0]] = []
            else:
                steps.append(line)
        for line in log.must("tester random --trace", *tester, "random", "--trace", *random).splitlines():
            title, _, trace = line.partition("  ")
            seen[title] = [trace]
        return seen

    def compare(self, row, seen):
        """With those of the reference. With 32 bits 2^32 and 2^63, which only unbacked arenas have, are other numbers: there
        those programs are compared with the reference of 32 bits. Returns how many programs were compared.
        """
        if row.name == REFERENCES[row.bits]:
            self.seen[row.bits] = seen
        if not {64, row.bits} <= self.seen.keys():
            raise CouldNotRun("there are no traces to compare with")
        compared = 0
        for title, lines in self.seen[64].items():
            reference = self.seen[row.bits].get(title) if title in self.unbacked else lines
            if title in seen or not row.traced:
                compared += 1
                if seen.get(title) != reference:
                    raise Found(f"{title}: other traces than {REFERENCES[row.bits if title in self.unbacked else 64]}")
        if not seen.keys() <= self.seen[64].keys():
            raise Found("traces of other programs")
        return compared


def run_tester(row, log, quick):
    """Returns what was run."""
    tester = [*row.emulator, *row.under, folder(row) / "tester"]
    programs = max(row.programs // (10 if quick else 1), 1)
    files = corpus()
    for implementation in IMPLEMENTATIONS:
        against = ["--against", implementation]
        log.must(f"corpus on {implementation}", *tester, "replay", "--quiet", *against, *files)
        log.must(f"random programs on {implementation}", *tester, "random", "--seed", SEED, "--programs", programs,
                 "--output", folder(row), *against)
    ran = [f"{len(files)} stored and {programs:,} random programs on {' and '.join(IMPLEMENTATIONS)}"]
    if not quick:
        text = log.must("enumeration", *tester, "enumerate", "--scope", "quick", "--most", row.enumerated)
        ran.append(f"{int(re.findall(r'programs ([0-9]+) in', text)[-1]):,} enumerated")
    return ran


def finds_canary(row, log, canary, report):
    """Whether the tester, as this row runs it, finds the seeded bug, and the report says so."""
    code, text = log.run([*row.emulator, *row.under, folder(row) / "tester", "random", "--seed", SEED, "--programs", SOUGHT,
                          "--output", folder(row), "--against", canary])
    return code not in (0, 1) and re.search(report, text)


def reports(row, log, source, report):
    """Whether a planted fault is reported, compiled as this row compiles the library: while compiling, or by its run."""
    commands = json.loads((folder(row) / "compile_commands.json").read_text(encoding="utf-8"))
    library = next(shlex.split(one["command"]) for one in commands if f"/{row.compiled_as}.dir/" in one["command"])
    output = library.index("-o")
    executable = folder(row) / f"planted_{pathlib.Path(source).stem}"
    code, text = log.run([*library[:output], "-w", "-o", executable, f"ci/planted/{source}"])
    if code == 0:
        code, text = log.run([*row.under, executable])
    return code != 0 and re.search(report, f"{text}ended with {code}")


def see_planted(row, log):
    """Returns the names of what was planted and reported."""
    planted = [(canary, finds_canary(row, log, canary, report)) for canary, report in row.canaries]
    planted += [(source, reports(row, log, source, report)) for source, report in row.planted]
    missed = [name for name, seen in planted if not seen]
    if missed:
        raise Found(f"did not report {', '.join(missed)}")
    return [pathlib.Path(name).stem for name, _ in planted]


@dataclasses.dataclass
class Result:
    name: str
    outcome: str = "passed"
    code: int = 0
    built: float = 0
    run: float = 0
    ran: tuple = ()
    seen: tuple = ()

    def cells(self):
        return (f"`{self.name}`", self.outcome, f"{self.built:.0f}", f"{self.run:.0f}", "; ".join(self.ran),
                ", ".join(self.seen))


def run(row, quick, traces):
    result = Result(row.name)
    log = Log(pathlib.Path("build/log", f"builds-{row.name}.log"))
    print(f"{row.name:12} ", end="", flush=True)
    began = seconds()
    try:
        build(row, log)
        result.built = seconds() - began
        began = seconds()
        ran = []
        if "tester" in row.targets:
            compared = traces.compare(row, traces.trace(row, log))
            if row.name != REFERENCES[64]:
                ran.append(f"{compared:,} equal traces")
            ran += run_tester(row, log, quick)
        for target in row.targets:
            if target != "tester":
                log.must(target, *row.emulator, *row.under, folder(row) / target)
                ran.append(target)
        result.ran = ran
        result.seen = see_planted(row, log)
    except Found as found:
        result.outcome, result.code = str(found), 2
    except (CouldNotRun, OSError) as error:
        result.outcome, result.code = f"could not run: {error}", 1
    result.run = seconds() - began if result.built else 0
    print(f"built in {result.built:3.0f} s, run in {result.run:3.0f} s: {result.outcome}"
          + (f"; see {log.path}" if result.code else ""), flush=True)
    return result


def chosen_rows(names, quick):
    by_name = {row.name: row for row in ROWS}
    for name in names:
        if name not in by_name:
            raise CouldNotRun(f"no row '{name}'; there are {', '.join(by_name)}")
    rows = [by_name[name] for name in dict.fromkeys(names)] or [row for row in ROWS if not quick or row.name in QUICK]
    # Those whose traces the others are compared with are built, too, and first.
    traced = [row for row in rows if "tester" in row.targets]
    needed = [by_name[REFERENCES[bits]] for bits in (64, 32) if any(row.bits in (bits, 32) for row in traced)]
    return list(dict.fromkeys(needed + rows))


def main():
    parser = Parser("ci/builds", __doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="the rows to build; all, if none is named")
    parser.add_argument("--list", action="store_true", help="say what each row is, and build nothing")
    parser.add_argument("--quick", action="store_true",
                        help=f"a tenth of the random programs and no enumeration; without names only {', '.join(QUICK)}")
    asked = parser.parse_args()
    if asked.list:
        for row in ROWS:
            print(f"{row.name:12} {row.what}")
        return 0
    rows = chosen_rows(asked.names, asked.quick)
    os.chdir(PROJECT)
    pathlib.Path(BUILDS).mkdir(parents=True, exist_ok=True)
    packages = sorted({package for row in rows for package in row.packages.split()})
    call_lib_sh("ci/builds", "./ci/setup", *[f"--package={package}" for package in packages], stdout=None)
    traces = Traces()
    results = [run(row, asked.quick, traces) for row in rows]
    print(f"\n{call_lib_sh('ci/builds', 'measured_on')}; random programs of seed {SEED}\n")
    print("| build | result | seconds to build | to run | what was run | planted and reported |\n"
          "| --- | --- | ---: | ---: | --- | --- |")
    for result in results:
        print(f"| {' | '.join(result.cells())} |")
    codes = {result.code for result in results}
    return 2 if 2 in codes else max(codes)


if __name__ == "__main__":
    end_with("ci/builds", main)
