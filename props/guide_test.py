"""Does what docs/bring-your-own.md says, in a copy of the sources, and checks that what it promises comes out.

The one fact that matters: blocks marked `sh` are run and blocks marked `text` are what the commands before them must
print; `[...]` stands for anything, and a line of a block may be the beginning or the end of a printed line. Blocks
marked `bash` are not run. A command may end with 2 only where a finding is promised.

Usage: guide_test.py SOURCE SCRATCH
"""

import pathlib
import re
import shutil
import subprocess
import sys

COPIED = ["CMakeLists.txt", "CMakePresets.json", "core", "fuzz", "props", "corpus"]


def steps(guide):
    """Pairs of a script and of the lines it must print, None for none."""
    found = []
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL):
        if language == "sh":
            found.append([text, None])
        if language == "text":
            if not found or found[-1][1] is not None:
                sys.exit("a text block that follows no sh block:\n" + text)
            found[-1][1] = text.splitlines()
    return found


def first_missing(promised, printed):
    """The first promised line that does not come, in this order; None when all do."""
    at = 0
    for line in promised:
        if line in ("", "[...]"):
            continue
        while at < len(printed) and not (printed[at].startswith(line) or printed[at].endswith(line)):
            at += 1
        if at == len(printed):
            return line
        at += 1
    return None


def main(source, scratch):
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (source / name).is_dir() else shutil.copy
        copy(source / name, scratch / name)
    found = steps((source / "docs/bring-your-own.md").read_text(encoding="utf-8"))
    findings = 0
    for script, promised in found:
        done = subprocess.run(
            ["bash", "-e", "-c", script], cwd=scratch, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        print(script + done.stdout, flush=True)
        expects_finding = promised is not None and any("# signature:" in line for line in promised)
        findings += expects_finding
        if done.returncode != (2 if expects_finding else 0):
            sys.exit(f"ended with {done.returncode}")
        missing = first_missing(promised or [], done.stdout.splitlines())
        if missing is not None:
            sys.exit("the guide promises this line, which does not come: " + missing)
    if findings != 2 or len(found) < 5:
        sys.exit(f"the guide has {len(found)} blocks to run and {findings} findings: not what this test is about")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
