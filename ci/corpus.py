# SPDX-License-Identifier: Apache-2.0
"""Merges corpora of several machines and engines into one that is minimised, and shows that two hosts can exchange theirs.

ci/corpus merge [--replace] [--into FOLDER] [DIR...] reads
  - folders of inputs, as libFuzzer keeps them;
  - AFL++'s output folders: of each instance the queue;
  - backups of ClusterFuzz and ClusterFuzzLite: zip files, or folders with some.
Each target (lockstep_fuzzer --list) keeps of them what reaches more than FOLDER/VERSION has (build/fuzz-corpus and the version
of the format), and adds it there, by libFuzzer's -merge=1. A file is named by its content, its SHA-1, and is never changed or
taken away. So folders of several hosts are exchanged by copying what is missing, in any order: rsync --ignore-existing. Folders
of other versions are not read. --replace makes the folder anew, from what is in it and in DIR: for a copy of one's own.

ci/corpus prove-exchange makes two hosts, network namespaces with a folder each, which search for themselves and then fetch each
other's corpus by rsync. Both must end with the union, and a seeded bug that one found must show on the other. As root.

An input on which a target stops is a finding. It is kept in build/findings/merge-TARGET.

Exit: 0 merged, or proved; 2 an input is a finding, or the hosts differ in the end; 1 could not run.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import zipfile

from fuzzing.findings import KeptFiles
from shared import PROJECT, CouldNotRun, Parser, call_lib_sh, end_with, only_one

SCRIPT = "ci/corpus"
BUILD = pathlib.Path("build/fuzz")
ROW = "{:<42} {:>8} {:>12} {:>8} {:>12}"


def described():
    """What lockstep_fuzzer says of the targets."""
    listed = subprocess.run([BUILD / "lockstep_fuzzer", "--list"], stdout=subprocess.PIPE, check=False).stdout
    try:
        return json.loads(listed)
    except ValueError:
        raise CouldNotRun("lockstep_fuzzer --list describes nothing") from None


def inputs_of_zip(path):
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    yield archive.read(member)
    except zipfile.BadZipFile as error:
        raise CouldNotRun(f"{path}: {error}") from None


def inputs(path, version):
    """Of a file or a folder the contents of all inputs, as the docstring says what is one."""
    if path.suffix == ".zip":
        yield from inputs_of_zip(path)
    elif path.is_file():
        yield path.read_bytes()
    elif (path / "queue").is_dir():  # an instance of AFL++; crashes and hangs beside it are findings already
        yield from (one.read_bytes() for one in sorted((path / "queue").glob("id:*")))
    else:
        for one in sorted(path.iterdir()):
            is_of_another_version = one.is_dir() and re.fullmatch(r"v\d+(-.*)?", one.name) and one.name.split("-")[0] != version
            if not (one.name.startswith(".") or is_of_another_version):
                yield from inputs(one, version)


def store(content, folder):
    """As libFuzzer does: under the name that the content gives."""
    file = folder / hashlib.sha1(content).hexdigest()
    if not file.exists():
        file.write_bytes(content)
    return file


def size(folder):
    """How many files there are, and how many bytes."""
    sizes = [one.stat().st_size for one in folder.iterdir()]
    return len(sizes), sum(sizes)


def gather(folders, version, scratch):
    """Puts the inputs of all folders into one, each content once. Prints a row for each folder."""
    for folder in folders:
        before = size(scratch)
        lengths = []
        for content in inputs(folder, version):
            store(content, scratch)
            lengths.append(len(content))
        new = [after - earlier for after, earlier in zip(size(scratch), before)]
        print(ROW.format(os.path.relpath(folder), *(f"{n:,}" for n in (len(lengths), sum(lengths), *new))), flush=True)


def merge_into(corpus, gathered, targets):
    """Each target adds what reaches more. Prints a row for each; answers with the inputs on which one stops."""
    environment = {name: value for name, value in os.environ.items() if name != "LOCKSTEP_AGAINST"}
    findings = []
    for target in targets:
        name, before = target["name"], size(corpus)
        kept = KeptFiles(pathlib.Path("build/findings", f"merge-{name}"))
        log = pathlib.Path(f"build/log/merge-{name}.log")
        with open(log, "wb") as output:
            code = subprocess.run([BUILD / name, "-merge=1", f"-max_len={target['max_len']}", "-timeout=10",
                                   "-rss_limit_mb=2048", f"-artifact_prefix={kept.folder}/", corpus, gathered], check=False,
                                  env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output).returncode
        if code != 0:
            raise CouldNotRun(f"{name} ended with {code}; see {log}")
        print(ROW.format(name, *(f"{n:,}" for n in (*before, *size(corpus)))), flush=True)
        findings += kept.new()
        kept.discard_if_empty()
    return findings


def merge(folders, into, replace, told):
    """Merges into a folder; answers with the findings."""
    version = told["corpus_version"]
    corpus = into / version
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".merge-") as scratch:
        gathered, anew = pathlib.Path(scratch, "in"), pathlib.Path(scratch, "out")
        gathered.mkdir()
        anew.mkdir()
        print(ROW.format("read from", "inputs", "bytes", "new", "bytes"))
        gather([*([corpus] if replace else []), *folders], version, gathered)
        print(ROW.format("merged into " + os.path.relpath(corpus), "before", "bytes", "after", "bytes"))
        findings = merge_into(anew if replace else corpus, gathered, told["targets"])
        if replace and not findings:  # with findings nothing is taken away
            old = corpus.with_name(f".{version}-before")  # not among what is deleted when this is interrupted
            corpus.rename(old)
            anew.rename(corpus)
            shutil.rmtree(old)
    return findings


def parse():
    parser = Parser(SCRIPT, __doc__)
    parser.add_argument("command", choices=("merge", "prove-exchange"))
    parser.add_argument("folders", nargs="*", type=pathlib.Path, metavar="DIR", help="a folder of inputs, or a zip file")
    parser.add_argument("--into", type=pathlib.Path, default=PROJECT / "build/fuzz-corpus", metavar="FOLDER",
                        help="where the folder of the version is (build/fuzz-corpus)")
    parser.add_argument("--replace", action="store_true", help="make the folder of the version anew")
    asked = parser.parse_intermixed_args()
    if (asked.command == "merge") != bool(asked.folders or asked.replace):
        parser.error("merge takes folders, or --replace; prove-exchange takes neither")
    for folder in asked.folders:
        if not folder.exists():
            parser.error(f"there is no {folder}")
    asked.folders = [folder.absolute() for folder in asked.folders]
    asked.into = asked.into.absolute()
    return asked


def main():
    asked = parse()
    os.chdir(PROJECT)
    call_lib_sh(SCRIPT, "./ci/setup", stdout=None)
    call_lib_sh(SCRIPT, "build", "fuzz", "fuzzers", "tester", "seeds", stdout=None)
    told = described()
    if asked.command == "prove-exchange":
        from corpus_exchange import prove_exchange  # it needs this module
        return prove_exchange(told)
    with only_one("build/log/fuzz.lock"):  # ci/fuzz writes there
        findings = merge(asked.folders, asked.into, asked.replace, told)
    for file in findings:
        print(f"FOUND: {file}; shown by: {BUILD}/tester replay --isolate {file}")
    return 2 if findings else 0


if __name__ == "__main__":
    end_with(SCRIPT, main)
