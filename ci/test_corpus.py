# SPDX-License-Identifier: Apache-2.0
"""Tests of corpus.py: cd ci && python3 -B -m unittest test_corpus

The target is a fake that keeps an input if it is the first of its length; one that begins with ! stops it.
"""

import contextlib
import hashlib
import io
import os
import pathlib
import sys
import tempfile
import unittest
import zipfile

import corpus

FAKE = f"""#!{sys.executable} -SE
import hashlib, pathlib, sys
words = [word for word in sys.argv[1:] if not word.startswith("-")]
prefix = [word.partition("=")[2] for word in sys.argv if word.startswith("-artifact_prefix=")][0]
out, given = map(pathlib.Path, words)
lengths = {{one.stat().st_size for one in out.iterdir()}}
for one in sorted(given.iterdir()):
    content = one.read_bytes()
    name = hashlib.sha1(content).hexdigest()
    if content.startswith(b"!"):
        pathlib.Path(prefix + "crash-" + name).write_bytes(content)
    elif len(content) not in lengths:
        lengths.add(len(content))
        (out / name).write_bytes(content)
"""
TOLD = {"corpus_version": "v7", "targets": [{"name": "fake_fuzzer", "max_len": 100}]}


class Corpus(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        self.folder = pathlib.Path(scratch.name)
        os.chdir(self.folder)
        fake = self.file("build/fuzz/fake_fuzzer", FAKE.encode())
        fake.chmod(0o755)
        pathlib.Path("build/log").mkdir()

    def file(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def zip(self, name, members):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    def inputs(self, name):
        return sorted(corpus.inputs(self.folder / name, "v7"))

    def merge(self, *folders, replace=False):
        """What is in the folder of the version then, and what was found. Each file is named by its content."""
        with contextlib.redirect_stdout(io.StringIO()) as said:
            findings = corpus.merge([self.folder / one for one in folders], self.folder / "into", replace, TOLD)
        self.said = said.getvalue()
        kept = {one.name: one.read_bytes() for one in (self.folder / "into/v7").iterdir()}
        self.assertEqual({hashlib.sha1(content).hexdigest() for content in kept.values()}, set(kept))
        self.assertEqual(["v7"], os.listdir(self.folder / "into"), "nothing is left of the work")
        return sorted(kept.values()), findings

    def test_a_folder_of_libfuzzer_is_read_with_its_subfolders_and_not_those_of_other_versions(self):
        self.file("in/v7/one", b"1")
        self.file("in/lockstep_fuzzer/two", b"2")
        self.file("in/v6/old", b"old")
        self.file("in/v6-afl/old", b"old")
        self.file("in/.hidden", b"hidden")
        self.assertEqual([b"1", b"2"], self.inputs("in"))

    def test_of_each_instance_of_afl_the_queue_is_read_and_nothing_else(self):
        self.file("out/main/queue/id:000000,orig:x", b"1")
        self.file("out/main/queue/.state/deterministic_done/id:000000,orig:x", b"no input")
        self.file("out/main/fuzzer_stats", b"no input")
        self.file("out/main/crashes/id:000000,sig:06", b"no input")
        self.file("out/second/queue/id:000001,src:000000", b"2")
        self.assertEqual([b"1", b"2"], self.inputs("out"))

    def test_backups_are_read_alone_and_in_a_folder(self):
        self.zip("backups/2026-01-01.zip", {"a": b"1", "folder/": b"", "folder/b": b"2"})
        self.zip("backups/latest.zip", {"a": b"3"})
        self.assertEqual([b"1", b"2"], self.inputs("backups/2026-01-01.zip"))
        self.assertEqual([b"1", b"2", b"3"], self.inputs("backups"))
        self.file("broken.zip", b"PK")
        with self.assertRaises(corpus.CouldNotRun):
            self.inputs("broken.zip")

    def test_what_reaches_more_is_added_and_nothing_is_taken_away(self):
        self.file("into/v7/" + hashlib.sha1(b"a").hexdigest(), b"a")
        self.file("into/v7/" + hashlib.sha1(b"b").hexdigest(), b"b")  # reaches as much as the one before
        self.file("in/one", b"c")
        self.file("in/two", b"dd")
        self.assertEqual(([b"a", b"b", b"dd"], []), self.merge("in"))
        self.assertRegex(self.said, r"in +2 +3 +2 +3\n")
        self.assertRegex(self.said, r"fake_fuzzer +2 +2 +3 +4\n")

    def test_replacing_minimises_what_is_there_as_well(self):
        self.file("into/v7/" + hashlib.sha1(b"a").hexdigest(), b"a")
        self.file("into/v7/" + hashlib.sha1(b"b").hexdigest(), b"b")
        self.file("in/two", b"dd")
        kept, findings = self.merge("in", replace=True)
        self.assertEqual(([1, 2], []), (sorted(map(len, kept)), findings))

    def test_an_input_on_which_the_target_stops_is_a_finding_and_takes_nothing_away(self):
        self.file("into/v7/" + hashlib.sha1(b"a").hexdigest(), b"a")
        self.file("into/v7/" + hashlib.sha1(b"b").hexdigest(), b"b")
        self.file("in/one", b"!")
        kept, findings = self.merge("in", replace=True)
        self.assertEqual([b"a", b"b"], kept)
        self.assertEqual([b"!"], [file.read_bytes() for file in findings])
        self.assertEqual("build/findings/merge-fake_fuzzer", str(findings[0].parent))
        self.file("in/one", b"c")  # what was found before is kept, and is no finding of this merge
        self.assertEqual(1, len(self.merge("in", replace=True)[0]))
        self.assertEqual([], self.merge("in")[1])

    def test_a_target_that_fails_is_no_merge(self):
        self.file("build/fuzz/fake_fuzzer", f"#!{sys.executable}\nraise SystemExit(3)\n".encode())
        self.file("in/one", b"1")
        with self.assertRaises(corpus.CouldNotRun):
            self.merge("in")


if __name__ == "__main__":
    unittest.main()
