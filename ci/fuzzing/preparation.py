# SPDX-License-Identifier: Apache-2.0
"""What comes before the search: the canaries, and the corpus."""

import tempfile

from fuzzing.findings import KeptFiles, Result, comment, message
from fuzzing.sources import SANITIZER_CODE, TESTER
from fuzzing.workspace import Stage, read_text, say


MOST_SHOWN = 3  # programs of the corpus that do not agree


def replay_corpus(workspace):
    """A finding for each program that does not agree, which it prints; and how many there are."""
    stage = Stage("replay the corpus")
    files = [*sorted((workspace.project / "corpus").glob("examples/*.iov")),
             *sorted((workspace.project / "corpus").glob("regressions/*.iov"))]
    replay = [workspace.executable("fuzz", TESTER), "replay"]
    code, log = workspace.run([*replay, "--isolate", "--quiet", *files], "replay-corpus")
    if code == 0:
        stage.done(f"{len(files)} programs agree")
        return [], len(files)
    if code != 2:
        stage.failed(workspace, log)
    stage.done("some programs do not agree")
    results = []
    for file in files:
        code, log = workspace.run([*replay, "--isolate", "--quiet", file], "replay-corpus")
        if code == 0:
            continue
        report = read_text(log)
        command = workspace.show_command(*replay, file)
        results.append(Result(comment(report, "signature") or "the corpus", message(report, log), file, command))
        if len(results) <= MOST_SHOWN:
            say(f"\n{report}shown by: {command}")
    if len(results) > MOST_SHOWN:
        command = workspace.show_command(*replay, "--quiet", "corpus/*/*.iov")
        say(f"\nand {len(results) - MOST_SHOWN} more, which {command} names.")
    return results, len(files)


def find_canary(workspace, stage, source, seed, canary):
    """After how many programs the source found its canary; None if it found another bug first."""
    limits = workspace.limits
    with tempfile.TemporaryDirectory(dir=workspace.logs) as folder:
        kept = KeptFiles(folder)
        child = source.start_canary(workspace, seed, folder, canary)
        ended = child.wait(lambda: not source.is_guided and child.is_silent(limits.hang_seconds))
        source.collect(workspace, child, kept.folder)
        text = read_text(child.log)
        ended_by_sanitizer = not source.is_guided and child.code() == SANITIZER_CODE and "ERROR: AddressSanitizer" in text
        if ended_by_sanitizer or (kept.new() and comment(text, "signature")):
            return source.progress(child).programs
        if not kept.new() and ended and child.code() >= 0:
            stage.failed(workspace, child.log, f"{source.label} did not find its canary {canary} in "
                         f"{limits.canary_programs:,} programs: its verdicts are worth nothing")
    return None


def find_canaries(workspace, sources, seed):
    """What a source finds before its canary, the search finds as well."""
    stage = Stage("find the canaries")
    found = [(source.label, canary, find_canary(workspace, stage, source, seed, canary))
             for source in sources for canary in source.canaries]
    stage.done(", ".join(f"{canary} by {name} after {programs:,} programs" if programs is not None
                         else f"another one by {name}" for name, canary, programs in found))
