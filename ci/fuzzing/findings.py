# SPDX-License-Identifier: Apache-2.0
"""What the search has found: asked of replay, reduced, and told.

Whatever was found is a file, an input of libFuzzer or a program as text. replay says what is
wrong with it, and by which signature two findings are the same.
"""

import collections
import pathlib
import re
import time
from dataclasses import dataclass

from fuzzing.sources import TESTER
from fuzzing.workspace import read_text, say

# How replay looks for what is wrong: against the model, then against itself on vectors of the same bytes in other elements.
ORACLES = ("--isolate", "--resegment")
REDUCED = ".iov"
SANITIZER_LINES = 12  # of the beginning of a sanitizer's report
MESSAGE_LINES = 12
SUMMARY = re.compile(r"^SUMMARY: (?!libFuzzer).*$", re.MULTILINE)  # libFuzzer says no more than that something was found
ENDS_ITS_PROCESS = re.compile(": (crash|hang)")
OF_THE_FUZZER = re.compile(r" in (fuzzer::|.*__)")  # frames that say nothing


def comment(report, name):
    """The value of the last line `# name: value`, or None."""
    values = re.findall(rf"^# {name}: (.*)$", report, re.MULTILINE)
    return values[-1] if values else None


def excerpt(log):
    """What a process said before it ended: the comments of its report, or the lines of a sanitizer's that matter."""
    text = read_text(log)
    if comment(text, "signature"):
        return "\n".join(re.findall(r"^#(?: .*)?$", text, re.MULTILINE))
    shown, left = [], 0
    for line in text.splitlines():
        if "ERROR: " in line or "runtime error: " in line:
            left = SANITIZER_LINES
        if line.startswith("SUMMARY: "):
            left = 1
        if left > 0 and not OF_THE_FUZZER.search(line):
            shown.append(re.sub(r" \(BuildId: [0-9a-f]*\)", "", line)[:160])
            left -= 1
    return "\n".join(shown)


def message(report, log):
    """What was found, in a few lines: what a sanitizer sums it up to, and the comments of the report."""
    comments = re.findall(r"^# ?(.*)$", report[report.rfind("\n# signature: ") + 1:], re.MULTILINE)
    return "\n".join([*SUMMARY.findall(read_text(log))[-1:], *comments][:MESSAGE_LINES]).strip()


def can_be_passed_by(seen):
    """Whether a source can count it and go on."""
    return seen is not None and not ENDS_ITS_PROCESS.search(seen)


class KeptFiles:
    """The files that are made or written anew in a folder from now on."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._before = self._times()

    def _times(self):
        return {path: path.stat().st_mtime_ns for path in sorted(self.folder.iterdir()) if path.is_file()}

    def new(self):
        # libFuzzer also keeps inputs that were only slow, and goes on.
        return [path for path, written in self._times().items()
                if self._before.get(path) != written and not path.name.startswith("slow-unit-")]

    def discard_if_empty(self):
        if not any(self.folder.iterdir()):
            self.folder.rmdir()


@dataclass
class Verdict:
    """What replay says about a file, and how it was asked."""

    signature: str
    implementation: str
    oracle: str


@dataclass
class Result:
    """A finding for machines: sarif.py."""

    signature: str
    message: str
    file: pathlib.Path
    command: str
    implementation: str | None = None
    page: pathlib.Path | None = None


class Findings:
    def __init__(self, workspace, implementations, interruptions):
        self.workspace, self.implementations, self.interruptions = workspace, implementations, interruptions
        self.told = []
        self.results = []  # those told, but each signature once
        self.by_source = collections.Counter()
        self.seen = []  # what each file shows, in turn: a signature, or that replay sees nothing
        self._told_by = set()  # signatures and the sources that were told to have found them

    def ask(self, seconds, subcommand, oracle, implementation, *words):
        """Runs replay or reduce for so long, or until the next Ctrl-C. Its exit code and what it printed."""
        began, interrupted = time.monotonic(), self.interruptions.count
        command = [self.workspace.executable("fuzz", TESTER), subcommand, oracle, "--against", implementation, *words]
        # As seen from the project: a page shows the command.
        code, log = self.workspace.run(map(self.workspace.from_project, command), "replay-finding", lambda: (
            time.monotonic() - began > seconds or self.interruptions.count > interrupted))
        return code, read_text(log)

    def judge(self, file):
        seconds = self.workspace.limits.replay_seconds
        for oracle in ORACLES:
            for implementation in self.implementations:
                code, report = self.ask(seconds, "replay", oracle, implementation, "--quiet", file)
                signature = comment(report, "signature")
                if code == 2 and signature:
                    return Verdict(signature, implementation, oracle)
        return None

    def reduce(self, file, verdict):
        """The file with the reduced program, or the same file if there is none."""
        if file.suffix == REDUCED:  # the random tester reduces by itself
            return file
        limits = self.workspace.limits
        seconds = limits.reduce_seconds_if_interrupted if self.interruptions.count else limits.reduce_seconds
        say(f"\nReducing it, for at most {seconds} s.")
        kept = KeptFiles(file.parent)
        self.ask(seconds, "reduce", verdict.oracle, verdict.implementation, "--seconds", 1, "--output", file.parent, file)
        if not kept.new():
            say("It could not be reduced in that time.")
        return next(iter(kept.new()), file)

    def keep_page(self, file, verdict):
        """The page of a finding, beside the file; None if there is none in time."""
        page = file.with_suffix(".html") if file.suffix == REDUCED else file.with_name(f"{file.name}.html")
        self.ask(self.workspace.limits.replay_seconds, "replay", verdict.oracle, verdict.implementation,
                 "--quiet", "--html", page, file)
        return page if page.exists() else None

    def add_file(self, source, programs, file, log, repeat):
        """Tells of a file that a source kept. repeat: the command for it where replay sees nothing."""
        kept = self.workspace.show(file)
        report = read_text(file) if file.suffix == REDUCED else excerpt(log)
        say(f"\n{source.label} found something (all of its output: {self.workspace.show(log)}).\n\n{report}")
        verdict = self.judge(file)
        signature = verdict.signature if verdict else None
        is_first = signature not in self.seen
        self.seen.append(signature)
        if verdict is None:
            signature = comment(report, "signature") or "something"
            result = Result(signature, message(report, log), file, self.workspace.show_command(*repeat))
            self.add(source, programs, f"{signature}, which replay did not see", kept, result)
        elif (signature, source.label) in self._told_by:
            self.by_source[source.label] += 1
        elif not is_first:
            self.add(source, programs, f"{verdict.signature}, as above", kept,
                     self.result(file, verdict, ""), is_new=False)
        else:
            reduced = self.reduce(file, verdict)
            if reduced != file:
                kept += f", reduced {self.workspace.show(reduced)}"
                report = read_text(reduced)
                say("\n" + report)
                verdict.signature = comment(report, "signature") or verdict.signature
                verdict.implementation = comment(report, "implementation") or verdict.implementation
            result = self.result(reduced, verdict, message(report, log))
            result.page = self.keep_page(reduced, verdict)
            self.add(source, programs, verdict.signature, kept, result)
        self._told_by.add((signature, source.label))

    def result(self, file, verdict, words):
        return Result(verdict.signature, words, file, self.workspace.show_command(*self.replay_command(file, verdict)),
                      verdict.implementation)

    def replay_command(self, file, verdict):
        """Without a child where that is possible: it shows every step, and the sanitizer's report."""
        options = []
        if verdict.oracle != "--isolate" or verdict.signature.endswith(": hang"):
            options.append(verdict.oracle)
        if verdict.implementation != self.implementations[0]:
            options += ["--against", verdict.implementation]
        return [self.workspace.executable("fuzz", TESTER), "replay", file, *options]

    def add(self, source, programs, what, kept, result, is_new=True):
        page = f"  page:     {self.workspace.show(result.page)}\n" if result.page else ""
        self.told.append(f"{what}, by {source.label} after {programs:,} programs\n"
                         f"  kept:     {kept}\n{page}  shown by: {result.command}")
        self.by_source[source.label] += 1
        if is_new:
            self.results.append(result)
