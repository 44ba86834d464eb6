"""Finds the program at which a random tester crashed or hung.

The tester says nothing about it. So what it ran after its last line is run again with a line
for each program, first under the sanitizers.
"""

import shutil

from fuzzing import progress
from fuzzing.workspace import say


def find_again(workspace, findings, searcher):
    """Adds to the findings. Whether there is something to add."""
    source, seed, folder, first = searcher.source, searcher.seed, searcher.kept.folder, searcher.progress.programs
    interruptions, limits = findings.interruptions, workspace.limits
    how = "hangs" if searcher.was_killed else searcher.child.ending()
    say(f"\n{source.label} {how}. Looking for the program among the next {limits.status_programs:,}.")
    for preset in ("fuzz", "release"):
        next_programs = source.command(workspace, seed, preset, first=first, programs=limits.status_programs, status=1,
                                       output=folder)
        child = workspace.start(next_programs, f"again-{searcher.number}")
        ended = child.wait(lambda: interruptions.count or child.is_silent(limits.hang_seconds))
        if interruptions.count:
            findings.add(source, first, f"a crash or a hang in one of the next {limits.status_programs:,} programs",
                         workspace.show(searcher.child.log), next_programs)
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
