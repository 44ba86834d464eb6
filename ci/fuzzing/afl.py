# SPDX-License-Identifier: Apache-2.0
"""The fuzz targets with AFL++ as the engine: afl-fuzz and the project's mutator of programs.

afl-fuzz keeps in a folder of its own what it has seen, how far it is, and what crashed. Processes of a target share that
folder, so each learns what another has found, also in the next run.
"""

import hashlib
import re
import shutil
import signal
from dataclasses import dataclass

from fuzzing import progress
from fuzzing.sources import Target

AFL = "afl"  # the preset
MUTATOR = "lockstep_afl_mutator"
ENVIRONMENT = {
    "AFL_CUSTOM_MUTATOR_ONLY": "1",  # others would break records, and decoding makes them valid again
    "AFL_BENCH_UNTIL_CRASH": "1",  # as libFuzzer ends with the first
    "AFL_NO_STARTUP_CALIBRATION": "1", "AFL_FAST_CAL": "1",  # turns are short, and seeds many
    "AFL_NO_UI": "1", "AFL_NO_COLOR": "1", "AFL_NO_AFFINITY": "1", "AFL_SKIP_CPUFREQ": "1",
    "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",  # whatever the system does with core files
    "ASAN_OPTIONS": "abort_on_error=1:symbolize=0:detect_leaks=0",
    "UBSAN_OPTIONS": "abort_on_error=1:halt_on_error=1:symbolize=0"}


@dataclass(frozen=True)
class AflTarget(Target):
    label = property(lambda self: f"{self.name} afl")
    preset = AFL
    end_signal = signal.SIGINT

    def _start(self, workspace, log_name, output, seed, *limits, **environment):
        mutator = workspace.executable("release", f"fuzz/{MUTATOR}.so")
        command = ["afl-fuzz", "-i", workspace.corpora[-1], "-o", output, "-S", f"seed-{seed}", "-s", seed, "-m", "none",
                   "-t", "10000", "-G", self.max_len, *limits, "--", workspace.executable(AFL, self.name)]
        workspace.make_folder(output.parent)  # afl-fuzz makes the last one only
        child = workspace.start(command, log_name, **ENVIRONMENT, AFL_CUSTOM_MUTATOR_LIBRARY=str(mutator), **environment)
        child.output = output / f"seed-{seed}"
        child.environment = environment  # in which an input of it is to be run again
        return child

    def start_canary(self, workspace, seed, folder, canary):
        output = workspace.logs / f"canary-{self.name}-afl"
        shutil.rmtree(output, ignore_errors=True)  # of the last run
        return self._start(workspace, f"canary-{self.label}", output, seed, "-E", workspace.limits.canary_programs,
                           LOCKSTEP_AGAINST=canary)

    def start_search(self, workspace, log_name, seed, folder, seconds):
        corpus = workspace.corpora[0]
        return self._start(workspace, log_name, corpus.with_name(f"{corpus.name}-afl") / self.name, seed, "-V", seconds + 60)

    def progress(self, child, seconds_running=0):
        """As afl-fuzz says once a minute, and at the end. What is written first says that it runs programs."""
        stats = child.output / "fuzzer_stats"
        if not stats.exists():
            return progress.Progress()
        numbers = dict(re.findall(r"^(\w+) *: (\d+)$", stats.read_text(encoding="utf-8"), re.MULTILINE))
        programs, edges, corpus = (int(numbers.get(name, 0)) for name in ("execs_done", "edges_found", "corpus_count"))
        return progress.Progress(max(programs, 1), edges, corpus=corpus)

    def collect(self, workspace, child, folder):
        """Puts what crashed or hung where a source keeps findings. Its report, which afl-fuzz threw away, goes to the log."""
        for kind in ("crashes", "hangs"):
            for file in sorted((child.output / kind).glob("id:*")):
                kept = folder / f"{kind}-{hashlib.sha1(file.read_bytes()).hexdigest()[:16]}"
                if kept.exists():
                    continue
                shutil.copy(file, kept)
                again = workspace.start([workspace.executable(AFL, self.name), kept], "again-afl", **child.environment)
                again.wait(lambda again=again: again.is_silent(workspace.limits.hang_seconds))
                with open(child.log, "ab") as log:
                    log.write(again.log.read_bytes())
