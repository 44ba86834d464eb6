# SPDX-License-Identifier: Apache-2.0
"""Measures how fast each source runs programs on this machine. Prints Markdown. (How soon each finds a seeded bug:
ci/seeded_bugs.)

About 2 minutes with the builds. One process at a time; seconds are those that a process spent on a core, so that other load
matters little. It asserts nothing.

Exit: 0 measured, 1 could not run.
"""

import os
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile

from shared import PROJECT, CouldNotRun, Parser, call_lib_sh, end_with

OUTPUT = pathlib.Path("build/log/figures.log")  # of the last command measured


def row(what, command, programs):
    """Measures a command; prints a line. programs: how many it runs, or where it says so."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(OUTPUT, "w", encoding="utf-8") as output:
        code = subprocess.run(command, stdout=output, stderr=output, check=False).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = OUTPUT.read_text(encoding="utf-8", errors="replace")
    if code != 0:
        raise CouldNotRun(f"a command ended with {code}; see {OUTPUT}. Its end:\n{text[-2000:]}")
    if isinstance(programs, str):
        programs = int(re.findall(programs, text, re.MULTILINE)[-1])
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"| {what} | {programs:,} | {int(programs / max(seconds, 0.001)):,} |", flush=True)


def tester(preset, programs, *options):
    """A random tester, and how many programs it runs."""
    return [f"build/{preset}/tester", "random", "--programs", str(programs), "--status", str(programs), *options], programs


def head(programs):
    print(f"\n| On one core, {programs} | programs | programs/s |\n| --- | ---: | ---: |")


def main():
    Parser("ci/figures", __doc__).parse_args()
    os.chdir(PROJECT)
    call_lib_sh("ci/figures", "./ci/setup", stdout=2)
    call_lib_sh("ci/figures", "build", "release", "tester", stdout=2)
    call_lib_sh("ci/figures", "build", "fuzz", "tester", "lockstep_fuzzer", "seeds", stdout=2)
    _, longest_input, seeds = call_lib_sh("ci/figures", "fuzz_targets", "build/fuzz").split()[:3]
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], stdout=subprocess.PIPE, text=True, check=False).stdout
    print(f"On {call_lib_sh('ci/figures', 'measured_on')}; Linux {os.uname().release}, load {os.getloadavg()[0]:.2f} before; "
          f"commit {commit.strip() or 'unknown'}")
    head("programs of 10 steps on average over 64 bytes, rejections included")
    small = ("--operations", "16", "--arena", "64")
    row("random tester, optimized", *tester("release", 3_000_000, *small))
    row("random tester, sanitized (address, undefined)", *tester("fuzz", 500_000, *small))
    head("other programs")
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(seeds, f"{scratch}/corpus")
        row("libFuzzer, sanitized, up to 128 steps",
            ["build/fuzz/lockstep_fuzzer", "-seed=1", "-len_control=0", f"-max_len={longest_input}", "-max_total_time=10",
             "-print_funcs=0", "-print_final_stats=1", f"-artifact_prefix={scratch}/", f"{scratch}/corpus"],
            r"^stat::number_of_executed_units: *(\d+)")
    row("random tester, optimized, up to 100 steps", *tester("release", 500_000))
    row("enumeration, optimized, quick scopes", ["build/release/tester", "enumerate", "--scope", "quick"],
        r"^enumerate: programs (\d+) ")


if __name__ == "__main__":
    end_with("ci/figures", main)
