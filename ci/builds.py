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

from builds_table import BUILDS, QUICK, REFERENCE, ROWS
from shared import PROJECT, CouldNotRun, Parser, call_lib_sh, end_with

SEED = 1
TRACED = 10_000
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


def trace(row, log):
    """What is seen in each step of the corpus, and in random programs, as hashes; kept in a file. Run by the reference."""
    tester = [*row.emulator, folder(row) / "tester"]
    text = "".join(log.must(f"tester {command[0]} --trace", *tester, *command) for command in (
        ["replay", "--trace", *corpus()],
        ["random", "--trace", "--seed", SEED, "--programs", row.traced or TRACED]))
    (folder(row) / "traces").write_text(text, encoding="utf-8")
    return text.splitlines()


def compare(row, ours, reference):
    for number, (one, other) in enumerate(zip(ours, reference), start=1):
        if one != other:
            raise Found(f"line {number} of {folder(row)}/traces is '{one}', and '{other}' in {BUILDS}/{REFERENCE}/traces")
    if len(ours) > len(reference) or (len(ours) < len(reference) and not row.traced):
        raise Found(f"{len(ours)} lines of {folder(row)}/traces, and {len(reference)} in {BUILDS}/{REFERENCE}/traces")


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
    code, text = log.run([*row.emulator, *row.under, folder(row) / "tester", "random", "--seed", SEED, "--programs", 20_000,
                          "--output", folder(row), "--against", canary])
    return code not in (0, 1) and re.search(report, text)


def reports(row, log, source, report):
    """Whether a planted fault is reported, compiled as this row compiles the library: while compiling, or by its run."""
    commands = json.loads((folder(row) / "compile_commands.json").read_text(encoding="utf-8"))
    library = next(shlex.split(one["command"]) for one in commands if one["file"].endswith(f"/{row.compiled_as}"))
    output = library.index("-o")
    executable = folder(row) / f"planted_{pathlib.Path(source).stem}"
    code, text = log.run([*library[:output], "-w", "-o", executable, f"ci/planted/{source}"])
    if code == 0:
        code, text = log.run([*row.under, executable])
    return code != 0 and re.search(report, text)


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


def run(row, quick, reference):
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
            if row.name == REFERENCE:
                reference.extend(trace(row, log))
            elif reference:
                traced = trace(row, log)
                compare(row, traced, reference)
                ran.append(f"{len(traced):,} equal traces")
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
    print(result.outcome if result.code == 0 else f"{result.outcome}; see {log.path}", flush=True)
    return result


def chosen_rows(names, quick):
    by_name = {row.name: row for row in ROWS}
    for name in names:
        if name not in by_name:
            raise CouldNotRun(f"no row '{name}'; there are {', '.join(by_name)}")
    rows = [by_name[name] for name in dict.fromkeys(names)] or [row for row in ROWS if not quick or row.name in QUICK]
    # Its traces are what those of the others are compared with.
    if any("tester" in row.targets for row in rows) and by_name[REFERENCE] not in rows:
        rows.insert(0, by_name[REFERENCE])
    return sorted(rows, key=lambda row: row.name != REFERENCE)


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
        print("\nMemorySanitizer is not among them: it needs a standard library built with it. memcheck takes its place.")
        return 0
    rows = chosen_rows(asked.names, asked.quick)
    os.chdir(PROJECT)
    pathlib.Path(BUILDS).mkdir(parents=True, exist_ok=True)
    packages = sorted({package for row in rows for package in row.packages.split()})
    call_lib_sh("ci/builds", "./ci/setup", *[f"--package={package}" for package in packages], stdout=None)
    reference = []
    results = [run(row, asked.quick, reference) for row in rows]
    print(f"\n{call_lib_sh('ci/builds', 'measured_on')}; random programs of seed {SEED}\n")
    print("| build | result | seconds to build | to run | what was run | planted and reported |\n"
          "| --- | --- | ---: | ---: | --- | --- |")
    for result in results:
        print(f"| {' | '.join(result.cells())} |")
    codes = {result.code for result in results}
    return 2 if 2 in codes else max(codes)


if __name__ == "__main__":
    end_with("ci/builds", main)
