# SPDX-License-Identifier: Apache-2.0
"""What the programs in Python share. What they share with the scripts is in lib.sh."""

import argparse
import contextlib
import csv
import fcntl
import hashlib
import json
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[1]
TSV = {"delimiter": "\t", "quoting": csv.QUOTE_NONE, "quotechar": None, "lineterminator": "\n"}

# For clang 19, with what ci/msan_libcxx makes.
MSAN_LIBCXX = PROJECT / "build/msan-libc++"
MSAN_LIBCXX_FLAGS = ("-stdlib=libc++", "-nostdinc++", f"-isystem{MSAN_LIBCXX}/include/c++/v1", f"-L{MSAN_LIBCXX}/lib")


class CouldNotRun(Exception):
    pass


class Parser(argparse.ArgumentParser):
    """Of a script whose help is the docstring of its module."""

    def __init__(self, script, docstring):
        super().__init__(script, description=docstring, formatter_class=argparse.RawDescriptionHelpFormatter,
                         allow_abbrev=False)

    def error(self, message):
        # argparse would end with 2, which means: found.
        self.exit(1, f"{self.prog}: {message}\n{self.format_usage()}{self.prog} --help tells more\n")


def number_between(least, most):
    """The type of an option."""
    def convert(text):
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"takes a number from {least} to {most}, not '{text}'")
        return int(text)

    return convert


def call_lib_sh(script, function, *words, **how):
    """Runs a function of lib.sh, which says why it fails, and returns what it prints. With stdout=2 that goes to standard
    error instead, and with stdout=None to standard output.
    """
    ended = subprocess.run(["bash", "-c", '. ci/lib.sh; "$@"', script, function, *map(str, words)], check=False, text=True,
                           **{"cwd": PROJECT, "stdout": subprocess.PIPE, **how})
    if ended.returncode != 0:
        sys.exit(1)
    return ended.stdout


def write_table(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        csv.writer(file, **TSV).writerows(rows)


class Kept:
    """What was measured with the same executables in the same way, kept in a file: a run that was interrupted goes on there."""

    def __init__(self, prefix, executables, *how):
        made_by = hashlib.sha256(repr(how).encode())
        for executable in executables:
            made_by.update(pathlib.Path(executable).read_bytes())
        self._file = open(f"{prefix}-{made_by.hexdigest()[:16]}.jsonl", "a+", encoding="utf-8")
        self._file.seek(0)
        self.rows = []
        for line in self._file:
            with contextlib.suppress(ValueError):  # a line may have been cut; what it held is measured again
                self.rows.append(json.loads(line))
        print(file=self._file, flush=True)  # ends a line that was cut

    def add(self, *row):
        print(json.dumps(row), file=self._file, flush=True)


@contextlib.contextmanager
def interruptible(pool):
    """A pool of workers that leaves what waits undone after Ctrl-C or an error."""
    with pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextlib.contextmanager
def only_one(path):
    """For what uses the corpus of build/: the file is locked meanwhile."""
    with open(path, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CouldNotRun("another ci/fuzz runs in this folder") from None
        yield


def end_with(script, main):
    """Ends with what main returns: 0 for nothing found, 2 for found."""
    try:
        sys.exit(main())
    except (CouldNotRun, OSError) as error:
        sys.exit(f"{script}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"\n{script}: interrupted")
