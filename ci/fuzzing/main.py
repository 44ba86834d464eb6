# SPDX-License-Identifier: Apache-2.0
"""Searches for programs on which the library and the model differ.

First it builds the fuzz targets, which have to find their canaries, seeded bugs. Then it builds the random testers, replays
the corpus, and has the testers find theirs. Then all of them search: the libFuzzer targets under AddressSanitizer and
UndefinedBehaviorSanitizer, guided by coverage, each input in C++ and in C; and the random tester with long random programs,
optimized and sanitized, in C++ and in C by turns. With fewer jobs than sources they take turns. The first finding ends the
search; it is reduced. With --all the search goes on to the end of its time. If nothing is found, the verdict says how many
programs it rests on, and is refused if they are too few.

What libFuzzer thought worth keeping stays in build/fuzz-corpus for the next run; delete it to begin from the seeds.
What is found is in build/findings: as programs, as pages for people, and in findings.sarif for machines. The output of all
processes is in build/log. Ctrl-C ends the search early, prints the table and keeps everything; a
second one does not wait.

Exit: 0 nothing found, 2 found, 1 could not run: also when a source executed nothing, or missed its canary.
"""

import argparse
import os
import pathlib
import random
import sys

from fuzzing import preparation, progress, sarif
from fuzzing.afl import MUTATOR, AflTarget
from fuzzing.findings import Findings
from fuzzing.processes import Interruptions, adopt_orphans, kill_all
from fuzzing.search import Search
from fuzzing.sources import OPTIMIZED, SANITIZED, TESTER, Target, described_targets, described_testers, rounds
from fuzzing.workspace import Limits, Workspace, say
from shared import PROJECT, CouldNotRun, Parser, number_between, only_one

NOTHING_FOUND, COULD_NOT_RUN, FOUND = 0, 1, 2
ENGINES = {"libfuzzer": Target, "afl": AflTarget}


def absolute(text):
    if not text:
        raise argparse.ArgumentTypeError("takes a path")
    return pathlib.Path(text).absolute()


def parse(arguments, keep):
    parser = Parser("ci/fuzz", __doc__)
    parser.add_argument("--seconds", type=number_between(1, 31_536_000), default=60, metavar="N",
                        help="how long to search (60)")
    parser.add_argument("--jobs", type=number_between(1, 1024), default=len(os.sched_getaffinity(0)), metavar="N",
                        help="how many processes search at once (one per core)")
    parser.add_argument("--engine", choices=ENGINES, default="libfuzzer",
                        help="what runs the fuzz targets: libfuzzer, or afl for AFL++, which it installs (libfuzzer)")
    parser.add_argument("--seed", type=number_between(1, 4_000_000_000), default=random.randint(1, 1_000_000_000), metavar="S",
                        help="what the choices depend on (a fresh one, printed)")
    parser.add_argument("--keep", type=absolute, default=keep, metavar="DIR",
                        help="the folder for what is found (build/findings)")
    parser.add_argument("--all", action="store_true",
                        help="go on after findings, and count those of a signature that was found: each is told once")
    parser.add_argument("--summary", type=absolute, metavar="FILE", help="a file to append the table to, as Markdown")
    return parser.parse_args(arguments)


def announce(workspace, asked):
    command = [workspace.project / "ci/fuzz", "--seconds", asked.seconds, "--jobs", asked.jobs, "--seed", asked.seed]
    if asked.engine != "libfuzzer":
        command += ["--engine", asked.engine]
    if asked.all:
        command += ["--all"]
    if workspace.keep != workspace.project / "build/findings":
        command += ["--keep", workspace.keep]
    say(f"Builds (one to four minutes at first), then searches for {asked.seconds} s for programs on which\n"
        "the library and the model differ.\n"
        f"Seed {asked.seed}. The same again: {workspace.show_command(*command)}\n"
        "(What is done in a time is never exactly the same; what is found is kept.)\n")


def conclusion(search, findings, interruptions, failures):
    """The exit code, and the last sentence."""
    if findings.told:
        return FOUND, ""
    if failures:
        return COULD_NOT_RUN, "the search did not go as it should: its silence is worth nothing"
    programs = [sum(searcher.progress.programs for searcher in search.searchers
                    if searcher.source.is_sanitized == is_sanitized) for is_sanitized in (True, False)]
    both = "{:,} programs under sanitizers and {:,} optimized".format(*programs)
    least = search.limits.least_programs
    if sum(programs) == 0 or (min(programs) < least and not interruptions.count):
        return COULD_NOT_RUN, (f"nothing found, but in {both} only; fewer than {least:,} of either mean nothing: "
                               "give it more --seconds")
    return NOTHING_FOUND, f"Nothing found in {both}."


def write_reports(workspace, results, summary, rows, lines):
    """What was found, for machines, and the table and the lines as Markdown. Whether that could be written."""
    try:
        sarif.write(workspace.keep / sarif.NAME, results, workspace.project)
        if summary:
            with open(summary, "a", encoding="utf-8") as file:
                print(progress.markdown(rows, lines), file=file)
    except OSError as error:
        say(f"FAILED: a report could not be written: {error}")
        return False
    return True


def verdict(search, findings, interruptions, summary=None):
    """Prints the table and what it comes to; answers with the exit code. summary: a file for the same as Markdown."""
    if interruptions.count:
        say("Interrupted; this is what was done until then.")
    totals = progress.totals_by_source(search.searchers)
    rows = progress.rows(totals, findings.by_source)
    say("\n" + progress.table(rows) + "\n")
    failures = search.failures
    if not interruptions.count and not findings.told:
        failures += [f"{label} executed nothing" for label, total in totals.items() if total.programs == 0]
    lines = [f"FAILED: {failure}" for failure in failures]
    lines += progress.known_findings(searcher.child.log for searcher in search.searchers)
    lines += [f"FOUND: {finding}" for finding in findings.told]
    for line in lines:
        say(line)
    code, closing = conclusion(search, findings, interruptions, failures)
    is_written = write_reports(search.workspace, findings.results, summary, rows, [*lines, closing] if closing else lines)
    if not is_written and code == NOTHING_FOUND:
        code, closing = COULD_NOT_RUN, "a report is missing"
    if code == COULD_NOT_RUN:
        raise CouldNotRun(closing)
    if closing:
        say(closing)
    return code


def prepare_targets(workspace, asked):
    """Builds them and has them find their canaries, while the rest is not built yet."""
    target = ENGINES[asked.engine]
    if asked.engine == "afl":
        workspace.lib("./ci/setup", "--afl")
        workspace.lib("build", OPTIMIZED, MUTATOR)
    else:
        workspace.lib("./ci/setup")
    workspace.lib("build", target.preset, "fuzzers")
    targets = described_targets(workspace, target)
    preparation.find_canaries(workspace, targets, asked.seed)
    return targets


def run(asked, project, limits):
    interruptions = Interruptions()
    workspace = Workspace(project, asked.keep, limits)
    announce(workspace, asked)
    with only_one(workspace.logs / "fuzz.lock"):
        (workspace.keep / sarif.NAME).unlink(missing_ok=True)  # of the last search
        targets = prepare_targets(workspace, asked)
        workspace.lib("build", SANITIZED, TESTER, "seeds")
        workspace.lib("build", OPTIMIZED, TESTER)
        testers = described_testers(workspace)
        disagree, programs = preparation.replay_corpus(workspace)
        if disagree:
            line = f"FOUND: the corpus does not agree: {len(disagree)} of {programs} programs."
            say(f"\n{line}")
            write_reports(workspace, disagree, asked.summary, [], [line])
            return FOUND
        preparation.find_canaries(workspace, [testers[0], testers[-1]], asked.seed)  # one of each build

        interruptions.counting = True
        implementations = dict.fromkeys(tester.implementation for tester in testers)
        findings = Findings(workspace, list(implementations), interruptions)
        search = Search(workspace, asked.seconds, asked.seed, findings, interruptions, goes_on=asked.all)
        search.run(rounds(targets, testers, asked.jobs))
        return verdict(search, findings, interruptions, asked.summary)


def main(arguments, project=PROJECT, limits=Limits()):
    asked = parse(arguments, project / "build/findings")
    adopt_orphans()
    try:
        return run(asked, project, limits)
    except CouldNotRun as error:
        print(f"ci/fuzz: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        say("\nci/fuzz: interrupted")
    finally:
        kill_all()
    return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
