# SPDX-License-Identifier: Apache-2.0
"""Runs oss-fuzz/build.sh as OSS-Fuzz and ClusterFuzzLite do, without their images, and checks what it leaves.

Emulated are the variables that it is given (SRC, OUT, WORK, CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE), for each
ENGINE-SANITIZER of --list: libFuzzer with clang 19, AFL++ with clang 14, which Debian's afl++ uses. They use libstdc++
here, in the images libc++; with MemorySanitizer it is the libc++ of ci/msan_libcxx. The checks are those that OSS-Fuzz
publishes for bad builds, and some more:
  targets       those of lockstep_fuzzer --list, each with its seeds and its options
  alone         each starts in an empty folder and an empty environment, while the project is hidden (as root)
  instrumented  it has 100 edges of coverage at the least
  sanitizer     it calls the sanitizer it was built with, and hardly any other
  seeds         it runs all of them, none is a crash, and they cover 500 edges at the least
  crash         a seeded bug is a crash, which the input that is kept repeats; without it the input is none
AFL++ runs for a number of executions in place of the edges.

Exit: 0 all is well, 2 a check failed, 1 could not run.
"""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass

from shared import MSAN_LIBCXX_FLAGS, PROJECT, CouldNotRun, Parser, call_lib_sh, end_with

SCRIPT = "ci/oss_fuzz"
COMMON = ["-O1", "-fno-omit-frame-pointer", "-gline-tables-only", "-DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"]
UNDEFINED = ("array-bounds,bool,builtin,enum,integer-divide-by-zero,null,object-size,return,returns-nonnull-attribute,shift,"
             "signed-integer-overflow,unreachable,vla-bound,vptr")
SANITIZERS = {"address": ["-fsanitize=address", "-fsanitize-address-use-after-scope"],
              "undefined": [f"-fsanitize={UNDEFINED},unsigned-integer-overflow", f"-fno-sanitize-recover={UNDEFINED}"],
              "memory": ["-fsanitize=memory", "-fsanitize-memory-track-origins"]}
# In the images the compiler knows where its libc++ is, and libFuzzer has one of its own. Debian's libFuzzer needs libstdc++,
# which must not call what libc++ has of the same names.
LIBCXX_FLAGS = [*MSAN_LIBCXX_FLAGS, "-l:libstdc++.so.6", "-Wl,--exclude-libs,libc++.a"]
# How often a target calls a runtime: at the least that of its own sanitizer, at the most another.
CALLS = {"address": 1000, "undefined": 168, "memory": 1000}
FOREIGN_CALLS = {"address": 0, "undefined": 200, "memory": 3}
RUNTIMES = {"address": "__asan", "undefined": "__ubsan", "memory": "__msan"}
LEAST_EDGES = 100
LEAST_COVERED = 500
CANARY_RUNS = 20_000
AFL_EXECUTIONS = 2_000


@dataclass(frozen=True)
class Engine:
    compilers: tuple  # of C and of C++
    library: str  # LIB_FUZZING_ENGINE
    flags: tuple = ()


ENGINES = {"libfuzzer": Engine(("clang-19", "clang++-19"), "-fsanitize=fuzzer", ("-fsanitize=fuzzer-no-link",)),
           "afl": Engine(("afl-clang-fast", "afl-clang-fast++"), "/usr/lib/afl/libAFLDriver.a")}
BUILDS = ("libfuzzer-address", "libfuzzer-undefined", "libfuzzer-memory", "afl-address")


class Wrong(Exception):
    """What a check found."""


def demand(condition, text):
    if not condition:
        raise Wrong(text)


@functools.cache
def can_hide():
    """Whether a folder can be hidden from a process: not without privileges, which root of a container lacks."""
    asked = subprocess.run(["unshare", "--mount", "true"], check=False, stderr=subprocess.DEVNULL)
    can = os.geteuid() == 0 and asked.returncode == 0
    if not can:
        print("  (the project cannot be hidden from the targets here)")
    return can


class Build:
    def __init__(self, name, top):
        self.name, self.top = name, top
        self.engine, self.sanitizer = name.split("-")
        self.out, self.empty = top / "out", top / "empty"
        for folder in ("src", "out", "work", "empty"):
            (top / folder).mkdir()
        (top / "src/iov-lockstep").symlink_to(PROJECT)

    def make(self):
        engine = ENGINES[self.engine]
        flags = [*COMMON, *SANITIZERS[self.sanitizer], *engine.flags]
        cxx_flags = flags
        if self.sanitizer == "memory":
            call_lib_sh(SCRIPT, "./ci/msan_libcxx", stdout=None)
            cxx_flags = [*flags, *LIBCXX_FLAGS]
        for compiler in engine.compilers:
            if not shutil.which(compiler):
                raise CouldNotRun(f"there is no {compiler}")
        call_lib_sh(SCRIPT, "stage", f"build {self.name}", "env", f"SRC={self.top}/src", f"OUT={self.out}",
                    f"WORK={self.top}/work", f"CC={engine.compilers[0]}", f"CXX={engine.compilers[1]}", "AFL_QUIET=1",
                    f"CFLAGS={' '.join(flags)}", f"CXXFLAGS={' '.join(cxx_flags)}",
                    f"LIB_FUZZING_ENGINE={engine.library}", "bash", "-eux", PROJECT / "oss-fuzz/build.sh", stdout=None)
        shutil.rmtree(self.top / "work")  # only what is in OUT is taken to where it runs
        listed = self.run("lockstep_fuzzer", "--list").stdout
        try:
            self.told = json.loads(listed[listed.index("{"):])  # an engine may say something before
        except ValueError:
            raise CouldNotRun(f"lockstep_fuzzer --list says {listed!r}") from None
        self.targets = [target["name"] for target in self.told["targets"]]

    def run(self, target, *words, hides=False, **environment):
        """What a target does in an empty folder and an empty environment. With hides=True the project is not there."""
        command = [self.out / target, *map(str, words)]
        if hides and can_hide():
            command = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', PROJECT, *command]
        return subprocess.run(command, cwd=self.empty, check=False, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, errors="replace",
                              env={"PATH": os.environ["PATH"], **environment})

    def check_targets(self):
        has_entry = [one.name for one in self.out.iterdir()
                     if os.access(one, os.X_OK) and b"LLVMFuzzerTestOneInput" in one.read_bytes()]
        demand(sorted(has_entry) == sorted(self.targets), f"there are {has_entry}, and not {self.targets}")
        for target in self.told["targets"]:
            name = target["name"]
            demand(re.fullmatch(r"[\w-]+", name), f"{name} would not be run")
            options = (self.out / f"{name}.options").read_text(encoding="utf-8")
            demand(options.startswith("[libfuzzer]\n") and f"max_len = {target['max_len']}\n" in options, f"{name}: {options}")
            with zipfile.ZipFile(self.out / f"{name}_seed_corpus.zip") as seeds:
                demand(len(seeds.infolist()) > 100, f"{name} has {len(seeds.infolist())} seeds")

    def check_alone(self):
        for name in self.targets:
            inputs = self.seeds(name)[:4]
            ended = self.run(name, *inputs, hides=True)
            demand(ended.returncode == 0, f"{name} ended with {ended.returncode}: {ended.stdout[-300:]}")
        demand(not any(self.empty.iterdir()), "something is left in the folder where they ran")

    def check_instrumented(self):
        for name in self.targets:
            if self.engine == "afl":
                said = subprocess.run(["afl-fuzz", "-E", str(AFL_EXECUTIONS), "-i", self.seeds(name)[0].parent, "-o",
                                       self.top / f"afl-{name}", "--", self.out / name], check=False, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
                                      env={"PATH": os.environ["PATH"], "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1",
                                           "AFL_NO_AFFINITY": "1", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1"}).stdout
                demand("All set and ready to roll" in said, f"{name}: {said[-600:]}")
                continue
            said = self.run(name, "-seed=1337", "-runs=4").stdout
            edges = re.search(r"INFO: Loaded \d+ module.*\(.*(?:counters|guards)\): +(\d+)", said)
            demand(edges and int(edges[1]) >= LEAST_EDGES, f"{name} has too few edges: {said[-300:]}")
            demand("Done 4 runs" in said, f"{name} did not run: {said[-300:]}")

    def check_sanitizer(self):
        for name in self.targets:
            code = subprocess.run(["objdump", "--disassemble", "--no-show-raw-insn", self.out / name], check=True, text=True,
                                  stdout=subprocess.PIPE, errors="replace").stdout
            for sanitizer, runtime in RUNTIMES.items():
                calls = len(re.findall(rf"call +[0-9a-f]+ <{runtime}", code))
                own = sanitizer == self.sanitizer
                demand(calls >= CALLS[sanitizer] if own else calls <= FOREIGN_CALLS[sanitizer],
                       f"{name} has {calls} calls of {runtime}")

    def seeds(self, name):
        folder = self.top / f"seeds-{name}"
        if not folder.exists():
            with zipfile.ZipFile(self.out / f"{name}_seed_corpus.zip") as archive:
                archive.extractall(folder)
        return sorted(folder.iterdir())

    def check_seeds(self):
        for name in self.targets:
            seeds = self.seeds(name)
            ended = self.run(name, *(["-runs=0", seeds[0].parent] if self.engine == "libfuzzer" else seeds))
            demand(ended.returncode == 0, f"{name} ended with {ended.returncode}: {ended.stdout[-600:]}")
            if self.engine == "libfuzzer":
                covered = re.search(r"INITED cov: (\d+)", ended.stdout)
                demand(covered and int(covered[1]) >= LEAST_COVERED,
                       f"the seeds of {name} cover too little: {ended.stdout[-600:]}")

    def check_crash(self):
        target = self.told["targets"][0]
        name, canary = target["name"], target["canaries"][0]
        kept = self.top / "kept"
        kept.mkdir()
        if self.engine == "libfuzzer":
            self.run(name, f"-max_len={target['max_len']}", "-len_control=0", "-seed=1", f"-runs={CANARY_RUNS}",
                     f"-artifact_prefix={kept}/", LOCKSTEP_AGAINST=canary)
            crashes = sorted(kept.iterdir())
        else:  # one of the seeds shows it
            crashes = [one for one in self.seeds(name) if self.run(name, one, LOCKSTEP_AGAINST=canary).returncode][:1]
        demand(crashes, f"{name} does not find {canary}")
        demand(self.run(name, crashes[0], LOCKSTEP_AGAINST=canary).returncode not in (0, 1), "the crash does not show again")
        demand(self.run(name, crashes[0]).returncode == 0, f"the crash shows without {canary}, too")


def main():
    parser = Parser(SCRIPT, __doc__)
    parser.add_argument("builds", nargs="*", metavar="ENGINE-SANITIZER", help="which (all)")
    parser.add_argument("--list", action="store_true", help="name them")
    asked = parser.parse_args()
    if unknown := set(asked.builds) - set(BUILDS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(BUILDS)}")
    if asked.list:
        print("\n".join(BUILDS))
        return 0
    os.chdir(PROJECT)
    call_lib_sh(SCRIPT, "./ci/setup", "--oss-fuzz", stdout=None)
    wrong = 0
    for name in asked.builds or BUILDS:
        with tempfile.TemporaryDirectory(prefix="oss-fuzz-") as top:
            build = Build(name, pathlib.Path(top))
            build.make()
            for check in ("targets", "alone", "instrumented", "sanitizer", "seeds", "crash"):
                outcome = "well"
                try:
                    getattr(build, f"check_{check}")()
                except (Wrong, OSError) as error:
                    wrong += 1
                    outcome = f"WRONG: {error}"
                print(f"  {check:22}{outcome}", flush=True)
    return 2 if wrong else 0


if __name__ == "__main__":
    end_with(SCRIPT, main)
