"""Does what docs/bring-your-own.md says, in a copy of the sources, and checks that what it promises comes out.

Blocks marked `sh` are run and blocks marked `text` are what the commands before them must
print; `[...]` stands for anything, and a line of a block may be the beginning or the end of a printed line. Blocks
marked `bash` are not run. A command may end with 2 only where a finding is promised.

Given a folder of executables the test is quick: only the adapter's copy is in the scratch folder, what cmake would
build is taken from there as chain_NAME, with chain.c alone compiled anew, and blocks marked `sh slow` are left out.
Without one all is done as it stands, and may take no longer than the guide says.

Usage: guide_test.py SOURCE SCRATCH [EXECUTABLES]
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

COPIED = ["CMakeLists.txt", "CMakePresets.json", "core", "fuzz", "props", "corpus"]
COPIED_IF_QUICK = ["core/subjects/adapters/plain_c"]
MOST_SECONDS = 600  # what the guide says

# In place of cmake: nothing for configuring, and for --build FOLDER --target NAME... what changes from one to the next.
QUICK_CMAKE = r"""#!/bin/sh -e
[ "$1" = --build ] || exit 0
folder=$2
shift 3
mkdir -p "$folder"
"${{CC:-cc}}" -shared -fPIC -O1 -o "$folder/libchain.so" mine/chain.c
for name in "$@"; do
  printf '#!/bin/bash\nLD_LIBRARY_PATH=%s exec -a "$0" {executables}/chain_%s "$@"\n' "$PWD/$folder" "$name" >"$folder/$name"
  chmod +x "$folder/$name"
done
"""


def steps(guide, quick):
    """Pairs of a script and of the lines it must print, None for none."""
    found = []
    for language, text in re.findall(r"^```(\w+(?: slow)?)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL):
        if language in ("sh", "sh slow"):
            found.append([language, text, None])
        elif language == "text" and found and found[-1][2] is None:
            found[-1][2] = text.splitlines()
        elif language == "text":
            sys.exit("a text block that follows no sh block:\n" + text)
    return [(script, promised) for language, script, promised in found if language == "sh" or not quick]


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


def main(source, scratch, executables=None):
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for name in COPIED if executables is None else COPIED_IF_QUICK:
        copy = shutil.copytree if (source / name).is_dir() else shutil.copy
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        copy(source / name, scratch / name)
    environment = dict(os.environ)
    if executables is not None:
        cmake = scratch / "quick/cmake"
        cmake.parent.mkdir()
        cmake.write_text(QUICK_CMAKE.format(executables=executables.resolve()), encoding="utf-8")
        cmake.chmod(0o755)
        environment["PATH"] = f"{cmake.parent.resolve()}:{environment['PATH']}"
    guide = (source / "docs/bring-your-own.md").read_text(encoding="utf-8")
    found = steps(guide, executables is not None)
    findings = 0
    began = time.monotonic()
    for script, promised in found:
        done = subprocess.run(["bash", "-e", "-c", script], cwd=scratch, env=environment, check=False, text=True,
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
