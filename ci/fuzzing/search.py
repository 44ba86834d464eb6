# SPDX-License-Identifier: Apache-2.0
"""The search: starts the sources of each round, stops them, and judges how they ended."""

import shutil
import time

from fuzzing import progress
from fuzzing.findings import KeptFiles, Result, can_be_passed_by
from fuzzing.processes import POLL_SECONDS
from fuzzing.sources import OPTIMIZED, SANITIZED, SANITIZER_CODE
from fuzzing.workspace import say


class Searcher:
    """A process of a source."""

    def __init__(self, workspace, source, seed, number, round_number, seconds):
        self.source, self.seed, self.number, self.round = source, seed, number, round_number
        # A folder of its own, so that a file says who found it.
        self.kept = KeptFiles(workspace.keep / f"{source.label}-{seed}".replace(" ", "-"))
        self.progress = progress.Progress()
        self.was_asked = self.was_killed = False
        self._seconds = None
        self.child = source.start_search(workspace, f"search-{number}-{source.label}", seed, self.kept.folder, seconds=seconds)

    def seconds(self):
        """For how long it has searched."""
        return time.monotonic() - self.child.began if self._seconds is None else self._seconds

    def look(self):
        running = self._seconds is None and self.child.running()
        self.progress = self.source.progress(self.child, self.seconds() if running else 0)

    def is_over(self, hang_seconds):
        # libFuzzer ends by itself where an input hangs.
        return not self.child.running() or (not self.source.is_guided and self.child.is_silent(hang_seconds))

    def stop_searching(self):
        self._seconds = self.seconds()

    def ask_to_end(self):
        """Only once it runs programs: one that is still starting would die of the signal."""
        self.look()
        if not self.was_asked and self.progress.programs > 0:
            self.child.send(self.source.end_signal)
            self.was_asked = True

    def kill(self):
        if self.child.running():
            self.was_killed = True
            self.child.kill()


class Search:
    def __init__(self, workspace, seconds, seed, findings, interruptions, goes_on=False):
        self.workspace, self.limits = workspace, workspace.limits
        self.seconds, self.seed = seconds, seed
        self.findings, self.interruptions = findings, interruptions
        self.goes_on = goes_on  # after findings
        self.told_at = time.monotonic()  # how far it is
        self.searchers = []
        self.failures = []  # what went wrong with the search itself

    def run(self, rounds):
        seconds_each = max(self.seconds / len(rounds), self.limits.least_round_seconds)
        say(f"search: jobs {len(rounds[0])}, rounds {len(rounds)} of {seconds_each:.0f} s")
        for number, sources in enumerate(rounds):
            if self.interruptions.count or self.findings.told and not self.goes_on:
                return
            after = len(rounds) - 1 - number
            deadline = time.monotonic() + seconds_each
            self.run_round(sources, deadline, seconds_each * after)
            seconds_each += max(deadline - time.monotonic(), 0) / max(after, 1)  # what no source of this round could use

    def run_round(self, sources, deadline, seconds_after):
        """Until its time is over, or Ctrl-C, or a finding; with --all, on after that."""
        while sources:
            seen = len(self.findings.seen)
            sources = self.search_together(sources, deadline, seconds_after)
            if not self.goes_on or seen == len(self.findings.seen) or self.interruptions.count or time.monotonic() > deadline:
                return
            if sources:
                say(f"\nGoing on for {max(deadline - time.monotonic(), 0) + seconds_after:.0f} s.")

    def search_together(self, sources, deadline, seconds_after):
        """Until the deadline, one of the sources ends or hangs, or Ctrl-C. The sources less those that would only end again:
        soon, with what was seen before, and cannot be passed by.
        """
        before = set(self.findings.seen)
        together = []
        part = len(self.searchers)
        for source in sources:
            together.append(Searcher(self.workspace, source, self.seed + len(self.searchers), len(self.searchers) + 1,
                                     part, self.seconds))
            self.searchers.append(together[-1])
        while not (self.interruptions.count or time.monotonic() > deadline or
                   any(searcher.is_over(self.limits.hang_seconds) for searcher in together)):
            time.sleep(POLL_SECONDS)
            self.tell_progress(max(deadline - time.monotonic(), 0) + seconds_after)
        for searcher in together:
            searcher.stop_searching()
        self.stop(together)
        go_on = []
        for searcher in together:
            searcher.look()
            searcher.source.collect(self.workspace, searcher.child, searcher.kept.folder)
            seen = len(self.findings.seen)
            self.judge(searcher)
            searcher.kept.discard_if_empty()
            if (searcher.progress.programs >= self.limits.least_programs or
                    all(can_be_passed_by(one) or one not in before for one in self.findings.seen[seen:])):
                go_on.append(searcher.source)
        if self.goes_on:
            self.workspace.pass_by(filter(can_be_passed_by, dict.fromkeys(self.findings.seen)))
        return go_on

    def tell_progress(self, seconds_left):
        """Now and then, at most a thousand times."""
        if time.monotonic() - self.told_at > max(self.limits.progress_seconds, self.seconds / 1000):
            self.told_at = time.monotonic()
            say(progress.line(seconds_left, self.searchers))

    def stop(self, together):
        """Asks those that run to end, and sees to it that they do."""
        began = time.monotonic()
        while running := [searcher for searcher in together if searcher.child.running()]:
            for searcher in running:
                searcher.ask_to_end()
                # A random tester that has found something is reducing it, which is worth waiting for.
                reduces = searcher.progress.has_verdict
                limit = max(self.limits.grace_seconds, self.limits.reduce_seconds if reduces else 0)
                if time.monotonic() - began > limit or self.interruptions.count > 1:
                    searcher.kill()
            time.sleep(POLL_SECONDS)

    def judge(self, searcher):
        """A finding, a failure, or neither."""
        source, log, code = searcher.source, searcher.child.log, searcher.child.code()
        name = f"{source.label} ({self.workspace.show(log)})"
        if kept := searcher.kept.new():
            programs = searcher.progress.programs
            for file in kept:
                repeat = source.repeat_command(self.workspace, file=file, seed=searcher.seed, programs=programs)
                self.findings.add_file(source, programs, file, log, repeat)
        elif code == 0 or (searcher.was_killed and self.interruptions.count > 1):
            pass  # after a second Ctrl-C the user no longer waits
        elif not source.is_guided and (code < 0 or code == SANITIZER_CODE):
            if not find_again(self.workspace, self.findings, searcher):
                self.failures.append(f"{name} {searcher.child.ending()}, and did not when run again")
        elif searcher.was_killed:
            self.failures.append(f"{name} did not end when asked to")
        elif not self.interruptions.count:
            self.failures.append(f"{name} {searcher.child.ending()}, and kept nothing")


def find_again(workspace, findings, searcher):
    """Finds the program at which a random tester crashed or hung. Whether there is something to add to the findings.

    The tester says nothing about it. So what it ran after its last line is run again with a line
    for each program, first under the sanitizers.
    """
    source, seed, folder, first = searcher.source, searcher.seed, searcher.kept.folder, searcher.progress.programs
    interruptions, limits = findings.interruptions, workspace.limits
    how = "hangs" if searcher.was_killed else searcher.child.ending()
    programs = source.status_programs(limits)
    say(f"\n{source.label} {how}. Looking for the program among the next {programs:,}.")
    for preset in (SANITIZED, OPTIMIZED):
        next_programs = source.command(workspace, seed, preset, first=first, programs=programs, status=1, output=folder)
        child = workspace.start(next_programs, f"again-{searcher.number}")
        ended = child.wait(lambda: interruptions.count or child.is_silent(limits.hang_seconds))
        if interruptions.count:
            what = f"a crash or a hang in one of the next {programs:,} programs"
            log = searcher.child.log
            findings.add(source, first, what, workspace.show(log),
                         Result("a crash or a hang", what, log, workspace.show_command(*next_programs)))
            return True
        if not ended or child.code() != 0:
            break
    else:
        return False

    number = first + progress.read(child.log).programs
    searcher.progress.programs = number + 1
    program = source.command(workspace, seed, preset, first=number, programs=1)
    if not searcher.kept.new():
        printed = workspace.run([*program, "--print"], f"print-{searcher.number}")[1]
        shutil.move(printed, folder / f"random-{seed}-{number}")
    for file in searcher.kept.new():
        findings.add_file(source, number + 1, file, child.log, program)
    return True
