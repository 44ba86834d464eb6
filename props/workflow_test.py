# SPDX-License-Identifier: Apache-2.0
"""Tests of the workflows in .github/workflows and of the template in docs/ci/adapter. No machine of GitHub has run them yet.

Executed are:
  - each `run:` line, by bash, with a fake in the place of the script in ci/ that it calls;
  - each script with the options of the line and --help behind them: it reads them all, and does nothing;
  - the template, with a harness that is installed and the mistakes of the guide's example.
Only checked is what the actions of others (`uses:`) are asked for. What the scripts do, their own tests say.

usage: workflow_test.py PROJECT [INSTALLED], with the prefix of an installed harness for the template
Exit: 77 where PyYAML is missing.
"""

import itertools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError:
    print("there is no PyYAML (python3-yaml on Debian)")
    sys.exit(77)

PROJECT = pathlib.Path(sys.argv.pop(1)).resolve()
INSTALLED = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
TEMPLATE = PROJECT / "docs/ci/adapter"
PAGE = "$GITHUB_STEP_SUMMARY"
RANDOM_PROGRAMS, FUZZED_PROGRAMS = 100_000, 2_000
# What a script writes: paths of artifacts and of caches are among them.
WRITTEN = {"build/log", "build/findings", "build/fuzz-corpus", "build/strength"}
PERMISSIONS = {"ci.yml": {"contents": "read"}, "fuzz.yml": {"contents": "read"}, "lockstep.yml": {"contents": "read"},
               "cflite_pr.yml": {"contents": "read", "actions": "read"},
               "cflite_batch.yml": {"contents": "read", "actions": "read"}}


def workflows():
    for file in sorted([*PROJECT.glob(".github/workflows/*"), *TEMPLATE.glob(".github/workflows/*")]):
        yield file, yaml.safe_load(file.read_text(encoding="utf-8"))


def jobs():
    for file, workflow in workflows():
        for name, job in workflow["jobs"].items():
            yield f"{file.name}, {name}", file, job


def run_lines():
    """Each command of each workflow, with the values of its matrix: where it is, the folder of its ci/, and its words."""
    for where, file, job in jobs():
        matrix = job.get("strategy", {}).get("matrix", {})
        for values in itertools.product(*matrix.values()):
            for step in job["steps"]:
                for line in step.get("run", "").splitlines():
                    for name, value in zip(matrix, values):
                        line = line.replace("${{ matrix." + name + " }}", str(value))
                    yield where, file.parents[2], line


def real(top, script):
    """Where a script of a line is: the template has the project beside it, as iov-lockstep."""
    return PROJECT / script.removeprefix("iov-lockstep/") if script.startswith("iov-lockstep/") else top / script


class Workflows(unittest.TestCase):
    def test_every_line_calls_scripts_with_options_that_they_know(self):
        seen = set()
        for where, top, line in run_lines():
            script, *options = shlex.split(line)
            seen.add(script)
            self.assertRegex(script, r"^(iov-lockstep/)?ci/\w+$", f"{where}: {line}: only scripts are called")
            self.assertTrue(os.access(real(top, script), os.X_OK), f"{where}: there is no {script}")
            arguments = [] if script == "ci/lockstep" else options  # which takes --help alone
            ended = subprocess.run([real(top, script), *arguments, "--help"], check=False, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertEqual(0, ended.returncode, f"{where}: {line}: {ended.stdout}")
            for option in options:
                if not option.isdigit() and option != PAGE:
                    self.assertRegex(ended.stdout, rf"(?<![\w-]){re.escape(option)}\b", f"{where}: {script} --help")
        self.assertLessEqual({"ci/test", "ci/fuzz", "ci/lint", "ci/corpus", "ci/coverage", "ci/setup", "ci/lockstep",
                              "iov-lockstep/ci/package"}, seen)

    def test_every_line_is_executed_as_bash_reads_it(self):
        for where, _, line in run_lines():
            script, *options = shlex.split(line)
            for code in (0, 1, 2):
                with self.subTest(line=line, code=code), tempfile.TemporaryDirectory() as scratch:
                    top = pathlib.Path(scratch)
                    fake = top / script
                    fake.parent.mkdir(parents=True)
                    fake.write_text(f'#!/bin/sh\necho "$0" "$@" >>called\necho the verdict\nexit {code}\n', encoding="utf-8")
                    fake.chmod(0o755)
                    page = str(top / "page of the run.md")
                    ended = subprocess.run(["bash", "-e", "-c", line], cwd=top, check=False, stdout=subprocess.PIPE, text=True,
                                           env={**os.environ, PAGE[1:]: page})
                    self.assertEqual(code, ended.returncode, where)
                    self.assertIn("the verdict\n", ended.stdout)
                    words = [script, *(page if option == PAGE else option for option in options)]
                    self.assertEqual(" ".join(words), (top / "called").read_text("utf-8").strip())

    def test_they_may_do_little_and_end(self):
        names = set()
        for file, workflow in workflows():
            names.add(file.name)
            self.assertEqual(PERMISSIONS[file.name], workflow["permissions"], file)
            self.assertIn("group", workflow["concurrency"], file)
            self.assertNotIn("pull_request_target", workflow[True], file)  # PyYAML takes `on` for true
        self.assertEqual(set(PERMISSIONS), names)
        for where, _, job in jobs():
            self.assertNotIn("permissions", job, where)
            self.assertLessEqual(job["timeout-minutes"], 150, where)
            self.assertEqual("ubuntu-24.04", job["runs-on"], where)

    def test_actions_are_pinned_to_a_version_and_take_what_is_written(self):
        for where, _, job in jobs():
            for step in job["steps"]:
                if "uses" not in step:
                    continue
                self.assertRegex(step["uses"], r"^(actions|google/clusterfuzzlite)/[\w/]+(-artifact)?@v\d+$", where)
                if "artifact" in step["uses"] or "cache" in step["uses"]:
                    paths = set(step["with"]["path"].split())
                    self.assertLessEqual(paths, WRITTEN | {"findings", "inputs"}, where)

    def test_what_is_found_is_kept(self):
        for where, _, job in jobs():
            if any("run" in step for step in job["steps"]):
                last = job["steps"][-1]
                self.assertRegex(last["uses"], "^actions/upload-artifact@", where)
                self.assertIn(last["if"], ("failure()", "${{ !cancelled() }}"), where)

    def test_the_recipes_agree(self):
        """OSS-Fuzz and ClusterFuzzLite build the same in images of the same system."""
        images = {re.search(r"^FROM (\S+)$", (PROJECT / folder / "Dockerfile").read_text("utf-8"), flags=re.M)[1]
                  for folder in ("oss-fuzz", ".clusterfuzzlite")}
        systems = {yaml.safe_load((PROJECT / folder / "project.yaml").read_text("utf-8"))["base_os_version"]
                   for folder in ("oss-fuzz", ".clusterfuzzlite")}
        self.assertEqual({f"gcr.io/oss-fuzz-base/base-builder:{system}" for system in systems}, images)
        self.assertEqual(1, len(images))


@unittest.skipUnless(INSTALLED, "no harness is installed")
class Template(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.top = pathlib.Path(scratch.name, "project")
        shutil.copytree(TEMPLATE, self.top)
        shutil.copytree(INSTALLED / "share/iov_lockstep/plain_c", self.top / "mine")

    def lockstep(self, *words):
        ended = subprocess.run([self.top / "ci/lockstep", *map(str, words)], check=False, text=True, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT,
                               env={**os.environ, "CMAKE_PREFIX_PATH": str(INSTALLED), "LOCKSTEP_SEED": "2"})
        return ended.returncode, ended.stdout

    def test_a_mistake_is_found_and_kept_and_can_be_known(self):
        for known in itertools.count():
            code, said = self.lockstep("random", RANDOM_PROGRAMS)
            kept = list((self.top / "findings").glob("*.iov"))
            if code == 0:
                break
            self.assertEqual((2, known + 1), (code, len(kept)), said)
            signatures = [re.search(r"^# signature: (.*)$", one.read_text("utf-8"), flags=re.M)[1] for one in kept]
            (self.top / "known_findings").write_text("".join(f"{one} # not repaired yet\n" for one in signatures), "utf-8")
        self.assertGreaterEqual(known, 2, said)
        self.assertIn("all agree but for what is known", said)

    @unittest.skipUnless(shutil.which("clang++-14"), "there is no clang++-14")
    def test_the_fuzzer_finds_it_and_keeps_it(self):
        code, said = self.lockstep("fuzz", FUZZED_PROGRAMS)
        self.assertEqual(2, code, said)
        self.assertTrue(list((self.top / "findings").glob("crash-*")), said)

    def test_what_cannot_be_built_or_is_not_known_is_neither(self):
        (self.top / "mine/chain.c").write_text("no C\n", encoding="utf-8")
        self.assertEqual(1, self.lockstep("random", 1)[0])
        self.assertEqual(1, self.lockstep("nothing")[0])


if __name__ == "__main__":
    unittest.main()
