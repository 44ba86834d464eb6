# SPDX-License-Identifier: Apache-2.0
"""Does what docs/bring-your-own.md says, in a folder without the sources, and checks that what it promises comes out.

Blocks marked `sh` are run and blocks marked `text` are what the commands before them must
print; `[...]` stands for anything, and a line of a block may be the beginning or the end of a printed line. Blocks
marked `sh source` are run in a copy of the sources, which is then removed, and those marked `bash` are not run. A command may
end with 2 only where a finding is promised.

Given the folder of a harness that is installed the test is quick: it takes that in place of the one that is installed by the
blocks marked `sh source`, which are left out, as are those marked `sh slow`. Without one all is done as it stands, and may
take no longer than the guide says.

Usage: guide_test.py SOURCE SCRATCH [INSTALLED]
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

COPIED = ["CMakeLists.txt", "CMakePresets.json", "LICENSE", "core", "fuzz", "props", "corpus"]
PREFIX = "lockstep"  # where the guide installs it, in the home folder
MOST_SECONDS = 600  # what the guide says


def steps(guide, quick):
    """Pairs of a script and of the lines it must print, None for none."""
    found = []
    for language, text in re.findall(r"^```(\w+(?: slow| source)?)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL):
        if language.startswith("sh"):
            found.append([language, text, None])
        elif language == "text" and found and found[-1][2] is None:
            found[-1][2] = text.splitlines()
        elif language == "text":
            sys.exit("a text block that follows no sh block:\n" + text)
    return [step for step in found if step[0] == "sh" or not quick]


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


def main(source, scratch, installed=None):
    shutil.rmtree(scratch, ignore_errors=True)
    home, sources, project = (scratch.resolve() / name for name in ("home", "sources", "project"))
    for folder in (home, sources, project):
        folder.mkdir(parents=True)
    if installed is not None:
        (home / PREFIX).symlink_to(installed.resolve())
    else:
        for name in COPIED:
            copy = shutil.copytree if (source / name).is_dir() else shutil.copy
            copy(source / name, sources / name)
    environment = {**os.environ, "HOME": str(home)}
    guide = (source / "docs/bring-your-own.md").read_text(encoding="utf-8")
    found = steps(guide, installed is not None)
    findings = 0
    began = time.monotonic()
    for language, script, promised in found:
        if language != "sh source":
            shutil.rmtree(sources, ignore_errors=True)
        folder = sources if language == "sh source" else project
        done = subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=environment, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print(f"{script}{done.stdout}[after {time.monotonic() - began:.0f} s]\n", flush=True)
        expects_finding = promised is not None and any("# signature:" in line for line in promised)
        findings += expects_finding
        if done.returncode != (2 if expects_finding else 0):
            sys.exit(f"ended with {done.returncode}")
        missing = first_missing(promised or [], done.stdout.splitlines())
        if missing is not None:
            sys.exit("the guide promises this line, which does not come: " + missing)
    if findings != 2 or len(found) < 5:
        sys.exit(f"the guide has {len(found)} blocks to run and {findings} findings: not what this test is about")
    if time.monotonic() - began > MOST_SECONDS:
        sys.exit(f"all of it took longer than the {MOST_SECONDS} s that the guide promises")


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
