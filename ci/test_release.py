# SPDX-License-Identifier: Apache-2.0
"""Tests of ci/release: cd ci && python3 -B -m unittest test_release

On a small project of their own, in which the scripts that it runs are fakes.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

CI = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = {**os.environ, **{f"GIT_{who}_{what}": "nobody@example.org" for who in ("AUTHOR", "COMMITTER")
                                for what in ("NAME", "EMAIL")}, "GIT_CONFIG_GLOBAL": "/dev/null"}


@unittest.skipUnless(shutil.which("git"), "there is no git")
class Release(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch, self.project = pathlib.Path(scratch.name), pathlib.Path(scratch.name, "project")
        (self.project / "ci").mkdir(parents=True)
        for name in ("release", "lib.sh"):
            shutil.copy(CI / name, self.project / "ci")
        for name in ("lint", "test", "fuzz"):
            self.script(f"ci/{name}", f"echo {name} >>build/ran")
        self.write("CMakeLists.txt", 'project(iov_lockstep VERSION 1.2.3 LANGUAGES CXX DESCRIPTION "x")\n')
        self.write("CHANGELOG.md", "# Changelog\n\n## [1.2.3] - 2026-12-01\n\n## [1.2.2] - 2026-11-01\n")
        self.write(".gitignore", "/build/\n")
        self.git("init", "--quiet")
        self.commit()
        commit = self.git("rev-parse", "--short", "HEAD").strip()
        self.write("STRENGTH.md", f"All of it was measured at commit {commit}, on x.\n")
        self.commit()

    def write(self, name, text):
        (self.project / name).write_text(text, encoding="utf-8")

    def script(self, name, text):
        self.write(name, f"#!/bin/sh\n{text}\n")
        (self.project / name).chmod(0o755)

    def git(self, *words):
        return subprocess.run(["git", *words], cwd=self.project, env=ENVIRONMENT, check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x")

    def release(self, *words, umask=0o022, **environment):
        ended = subprocess.run([self.project / "ci/release", *words], env={**ENVIRONMENT, **environment}, check=False,
                               text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, umask=umask)
        return ended.returncode, ended.stdout

    def archive(self):
        """Its bytes, whose hash is in the file beside it."""
        file = self.project / "build/release-1.2.3/iov-lockstep-1.2.3.tar.gz"
        content = file.read_bytes()
        self.assertEqual(f"{hashlib.sha256(content).hexdigest()}  {file.name}\n",
                         pathlib.Path(f"{file}.sha256").read_text("utf-8"))
        return content

    def test_one_that_is_ready_is_tested_and_tagged(self):
        code, said = self.release("1.2.3")
        self.assertEqual(0, code, said)
        self.assertEqual("lint\ntest\nfuzz\n", (self.project / "build/ran").read_text("utf-8"))
        self.assertEqual("v1.2.3\n", self.git("tag"))
        listed = subprocess.run(["tar", "tz"], input=self.archive(), check=True, stdout=subprocess.PIPE).stdout.decode()
        self.assertEqual(set(self.git("ls-files").split()),
                         {name.removeprefix("iov-lockstep-1.2.3/") for name in listed.split() if not name.endswith("/")})
        self.assertEqual(2, self.release("1.2.3")[0], "it has a tag now")

    def test_a_dry_run_tests_and_tags_nothing(self):
        code, said = self.release("--dry-run", "1.2.3")
        self.assertEqual(0, code, said)
        self.assertFalse((self.project / "build/ran").exists())
        self.assertEqual("", self.git("tag"))
        self.archive()

    def test_the_archive_is_the_same_in_another_clone_with_other_rights(self):
        self.release("--dry-run", "1.2.3")
        first = self.archive()
        self.git("clone", "--quiet", ".", str(self.scratch / "clone"))
        self.project = self.scratch / "clone"
        self.git("config", "tar.umask", "0077")
        for file in self.project.glob("*.md"):
            os.utime(file, (0, 0))
        self.release("--dry-run", "1.2.3", umask=0o077)
        self.assertEqual(first, self.archive())

    def test_an_archive_that_differs_when_made_again_is_refused(self):
        tools = self.scratch / "tools"
        tools.mkdir()
        (tools / "gzip").write_text("#!/bin/sh\ncat\ndate +%s%N\n", encoding="utf-8")
        (tools / "gzip").chmod(0o755)
        code, said = self.release("--dry-run", "1.2.3", PATH=f"{tools}:{os.environ['PATH']}")
        self.assertEqual(1, code, said)
        self.assertIn("not reproducible", said)

    def test_what_is_missing_is_said_and_nothing_runs(self):
        for name, text, missing in (
                ("new", "", "not everything is committed"),
                ("CMakeLists.txt", "project(iov_lockstep VERSION 1.2.4 LANGUAGES CXX)\n", "CMakeLists.txt says version 1.2.4"),
                ("CHANGELOG.md", "## [1.2.3] - unreleased\n", "'[1.2.3] - unreleased'"),
                ("CHANGELOG.md", "## [1.2.4] - 2026-12-01\n", "'[1.2.4] - 2026-12-01'"),
                ("STRENGTH.md", "Nothing is measured.\n", "STRENGTH.md names no commit"),
                ("code.cpp", "int x;\n", "no pages and have changed since: 1")):
            with self.subTest(missing):
                before = self.git("rev-parse", "HEAD").strip()
                self.write(name, text)
                if name != "new":
                    self.commit()
                code, said = self.release("1.2.3")
                self.assertEqual(2, code, said)
                self.assertIn(missing, said)
                self.assertFalse((self.project / "build/ran").exists(), said)
                self.assertEqual("", self.git("tag"))
                self.git("reset", "--quiet", "--hard", before)
                self.git("clean", "--quiet", "--force")

    def test_what_fails_is_no_release(self):
        self.script("ci/test", "exit 2")
        self.commit()
        self.write("STRENGTH.md", f"measured at commit {self.git('rev-parse', 'HEAD').strip()}, on x.\n")
        self.commit()
        code, said = self.release("1.2.3")
        self.assertEqual(2, code, said)
        self.assertIn("ci/test found something", said)
        self.assertEqual("", self.git("tag"))

    def test_what_is_no_version_is_refused(self):
        for words in ((), ("1.2",), ("1.2.3", "1.2.4"), ("--sign", "1.2.3")):
            self.assertEqual(1, self.release(*words)[0], words)


if __name__ == "__main__":
    unittest.main()
