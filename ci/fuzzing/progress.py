# SPDX-License-Identifier: Apache-2.0
"""How far the sources are: read from their logs, printed as a line now and then and as a table at the end."""

import itertools
import os
import re
from dataclasses import dataclass

TAIL_BYTES = 65536
ROW = "{:34} {:>9} {:>13} {:>11} {:>7} {:>7} {:>8}"

LIBFUZZER_STATUS = re.compile(r"^#(\d+)\s.* cov: (\d+) ft: (\d+) corp: (\d+)/.* exec/s: (\d+)", re.MULTILINE)
LIBFUZZER_END = re.compile(r"^stat::number_of_executed_units:\s*(\d+)$", re.MULTILINE)
TESTER_STATUS = re.compile(r"^\w+: programs (\d+) steps \d+ rejections \d+ skipped \d+(.*)$", re.MULTILINE)
FOUND_NOW = "found in this run"  # why a finding is passed by
KNOWN = re.compile(r"^\w+: known: (.*?), (?:in (\d+) programs|not seen any more): (.*)$", re.MULTILINE)


@dataclass
class Progress:
    programs: int = 0
    edges: int = 0
    features: int = 0
    corpus: int = 0
    has_verdict: bool = False  # of the random tester: it has run its last program


@dataclass
class Total(Progress):
    processes: int = 0
    per_second: int = 0


def read(log, seconds_running=0):
    """How far the log says that a process is. If it still runs, seconds_running says for how long it has."""
    with open(log, "rb") as file:
        file.seek(-min(TAIL_BYTES, os.fstat(file.fileno()).st_size), os.SEEK_END)
        text = file.read().decode("utf-8", "replace")
    for programs, verdict in TESTER_STATUS.findall(text)[-1:]:
        return Progress(int(programs), has_verdict=bool(verdict))
    progress = Progress()
    for status in LIBFUZZER_STATUS.findall(text)[-1:]:
        programs, edges, features, corpus, per_second = map(int, status)
        # It prints a line when it has learned something, and has gone on at its speed since.
        progress = Progress(max(programs, int(per_second * seconds_running)), edges, features, corpus)
    for programs in LIBFUZZER_END.findall(text)[-1:]:
        progress.programs = int(programs)
    return progress


def total(searchers):
    """Their programs, programs per second, and the most that one of them covered."""
    # Those of a round run beside each other, and rounds after each other.
    seconds = sum(max(searcher.seconds() for searcher in of_round)
                  for _, of_round in itertools.groupby(searchers, lambda searcher: searcher.round))
    most = {what: max(getattr(searcher.progress, what) for searcher in searchers)
            for what in ("edges", "features", "corpus")}
    programs = sum(searcher.progress.programs for searcher in searchers)
    return Total(programs, processes=len(searchers), per_second=round(programs / max(seconds, 0.001)), **most)


def totals_by_source(searchers):
    return {label: total([searcher for searcher in searchers if searcher.source.label == label])
            for label in dict.fromkeys(searcher.source.label for searcher in searchers)}


def rows(totals, findings_by_source):
    cells = [["source", "processes", "programs", "programs/s", "edges", "corpus", "findings"]]
    for label, of_source in totals.items():
        # The random tester does not know what it reaches.
        covered = [f"{number:,}" if of_source.edges else "-" for number in (of_source.edges, of_source.corpus)]
        cells.append([label, of_source.processes, f"{of_source.programs:,}", f"{of_source.per_second:,}", *covered,
                      findings_by_source[label]])
    return cells


def table(cells):
    return "\n".join(ROW.format(*row) for row in cells)


def markdown(cells, lines):
    """The same for a page of a CI, with the lines below it as text of which nothing is taken for markup."""
    rows = ["| " + " | ".join(map(str, row)) + " |" for row in cells]
    if rows:
        rows[1:1] = ["|---|" + "---:|" * (len(cells[0]) - 1)]
    return "\n".join([*rows, "", "~~~~", *lines, "~~~~"]) + "\n"


def known_findings(logs):
    """A line for each finding that is known: in how many programs it was seen, at the least."""
    seen = {}
    for log in logs:
        in_log = {}
        for signature, programs, reason in KNOWN.findall(log.read_text(encoding="utf-8", errors="replace")):
            in_log[signature, reason] = max(in_log.get((signature, reason), 0), int(programs or 0))
        for one, programs in in_log.items():
            seen[one] = seen.get(one, 0) + programs
    for (signature, reason), programs in seen.items():
        if reason == FOUND_NOW and not programs:
            continue  # by a source that had not met it
        where = f"in {programs:,} programs or more" if programs else "not seen any more"
        yield f"Known: {signature}, {where}: {reason}"


def line(seconds_left, searchers):
    """How far all of them are."""
    for searcher in searchers:
        searcher.look()
    text = f"{int(seconds_left) // 60}:{int(seconds_left) % 60:02} left"
    for name, is_guided in (("random", False), ("guided", True)):
        if of_kind := [searcher for searcher in searchers if searcher.source.is_guided == is_guided]:
            of_them = total(of_kind)
            text += f"  {name} {of_them.programs:,} ({of_them.per_second:,}/s)"
            if is_guided:
                text += f" cov {of_them.edges} ft {of_them.features} corpus {of_them.corpus}"
    return text
