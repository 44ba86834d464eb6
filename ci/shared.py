"""What the programs in Python share. What they share with the scripts is in lib.sh."""

import argparse
import contextlib
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[1]


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


def number(least, most):
    """The type of an option."""
    def convert(text):
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"takes a number from {least} to {most}, not '{text}'")
        return int(text)

    return convert


def lib(script, function, *words, **how):
    """Runs a function of lib.sh, which tells why it fails; answers with what it prints. With stdout=2 its reader sees that."""
    ended = subprocess.run(["bash", "-c", '. ci/lib.sh; "$@"', script, function, *map(str, words)], check=False, text=True,
                           **{"cwd": PROJECT, "stdout": subprocess.PIPE, **how})
    if ended.returncode != 0:
        sys.exit(1)
    return ended.stdout


@contextlib.contextmanager
def interruptible(pool):
    """A pool of workers that leaves what waits undone after Ctrl-C or an error."""
    with pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def end_with(script, main):
    """Ends with what main returns: 0 for nothing found, 2 for found."""
    try:
        sys.exit(main())
    except (CouldNotRun, OSError) as error:
        sys.exit(f"{script}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"\n{script}: interrupted")
