# SPDX-License-Identifier: Apache-2.0
"""The fuzz targets with AFL++ as the engine: afl-fuzz and the project's mutator of programs.

afl-fuzz begins with the seeds and the corpus, to which it adds what it has learned in the end. So the engines share one corpus.
"""

import hashlib
import re
import shutil
import signal
from dataclasses import dataclass

import corpus
from fuzzing import progress
from fuzzing.sources import Target

AFL = "afl"  # the preset
MUTATOR = "lockstep_afl_mutator"
MOST_KEPT = 3  # of each kind; the others stay in its own folder, beside the logs
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

    def _start(self, workspace, log_name, seed, inputs, *limits, **environment):
        """inputs: the content of each."""
        output = workspace.logs / f"{log_name.replace(' ', '-')}-afl"
        shutil.rmtree(output, ignore_errors=True)  # of an earlier run
        workspace.make_folder(output / "in")
        for content in inputs:
            corpus.store(content, output / "in")
        mutator = workspace.executable("release", f"fuzz/{MUTATOR}.so")
        command = ["afl-fuzz", "-i", output / "in", "-o", output, "-S", "own", "-s", seed, "-m", "none", "-t", "10000",
                   "-G", self.max_len, *limits, "--", workspace.executable(AFL, self.name)]
        child = workspace.start(command, log_name, **ENVIRONMENT, AFL_CUSTOM_MUTATOR_LIBRARY=str(mutator), **environment)
        child.output = output / "own"
        child.environment = environment  # in which an input of it is to be run again
        return child

    def start_canary(self, workspace, seed, folder, canary):
        # From nothing: among the seeds there may be one that shows it.
        return self._start(workspace, f"canary-{self.label}", seed, [bytes(4)], "-E", workspace.limits.canary_programs,
                           LOCKSTEP_AGAINST=canary)

    def start_search(self, workspace, log_name, seed, folder, seconds):
        inputs = (file.read_bytes() for folder in workspace.corpora for file in folder.iterdir())
        return self._start(workspace, log_name, seed, inputs, "-V", seconds + 60)

    def progress(self, child, seconds_running=0):
        """As afl-fuzz says once a minute, and at the end. What is written first says that it runs programs."""
        stats = child.output / "fuzzer_stats"
        if not stats.exists():
            return progress.Progress()
        numbers = dict(re.findall(r"^(\w+) *: (\d+)$", stats.read_text(encoding="utf-8"), re.MULTILINE))
        programs, edges, corpus = (int(numbers.get(name, 0)) for name in ("execs_done", "edges_found", "corpus_count"))
        return progress.Progress(max(programs, 1), edges, corpus=corpus)

    def collect(self, workspace, child, folder):
        """Adds what it has learned to the corpus, and puts what crashed or hung where a source keeps findings. The report,
        which afl-fuzz threw away, goes to the log.
        """
        for file in (child.output / "queue").glob("id:*"):
            corpus.store(file.read_bytes(), workspace.corpora[0])
        for kind in ("crashes", "hangs"):  # it ends with the first crash, and hangs take long to be judged
            for file in sorted((child.output / kind).glob("id:*"))[:MOST_KEPT]:
                kept = folder / f"{kind}-{hashlib.sha1(file.read_bytes()).hexdigest()[:16]}"
                kept.write_bytes(file.read_bytes())
                again = workspace.start([workspace.executable(AFL, self.name), kept], "again-afl", **child.environment)
                again.wait(lambda again=again: again.is_silent(workspace.limits.hang_seconds))
                with open(child.log, "ab") as log:
                    log.write(again.log.read_bytes())
